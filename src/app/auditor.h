// Has every open book looked through for what must never be, every few seconds (dispatch/audit.h).
//
// Its own timer, so that it does not hang on those it looks after; a gateway whose timer is lost is
// turned by it. When it comes late itself, the loop was busy or the clock has jumped: everything is
// overdue then and about to be done, so it waits a moment before it judges. Loop's thread.

#pragma once

#include "app/gateway.h"
#include "base/clock.h"

namespace shouwang::app {

class Auditor {
 public:
  Auditor(Clock& clock, Gateway& gateway);
  ~Auditor();
  Auditor(const Auditor&) = delete;
  Auditor& operator=(const Auditor&) = delete;

 private:
  void look();
  void wake_in(Millis span);

  Clock& clock_;
  Gateway& gateway_;
  Instant due_at_;
  bool waited_ = false;
  Clock::Alarm alarm_ = 0;
};

}  // namespace shouwang::app
