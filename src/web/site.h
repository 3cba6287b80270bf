// All pages behind one door: finds who answers, checks where a post comes from, and puts the
// headers on every answer that keep a browser safe.

#pragma once

#include <memory>

#include "web/desk.h"
#include "web/request.h"
#include "web/settings.h"

namespace shouwang::web {

class Site {
 public:
  // `desk` must outlive the site, or stop() be called first.
  Site(Desk& desk, Settings settings);
  ~Site();
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  // Answers on the loop's thread, at once or later, exactly once.
  void handle(Request request, Respond respond);

  // The answer to what is no request: too big, too slow, too many, not HTTP.
  Response rejection(int status) const;

  // What the gateway tells when something changed.
  Live& live();
  const Settings& settings() const;

  // The desk is not asked any more: streams end, everything is answered with 503.
  void stop();

 private:
  struct House;
  std::unique_ptr<House> house_;
};

}  // namespace shouwang::web
