#include "app/auditor.h"

#include "dispatch/audit.h"

namespace shouwang::app {
namespace {

constexpr Millis kLate{2'000};
constexpr Millis kWait{1'000};

}  // namespace

Auditor::Auditor(Clock& clock, Gateway& gateway) : clock_(clock), gateway_(gateway) {
  wake_in(dispatch::kAuditEvery);
}

Auditor::~Auditor() { clock_.cancel(alarm_); }

void Auditor::wake_in(Millis span) {
  due_at_ = clock_.now() + span;
  alarm_ = clock_.wake_at(due_at_, [this] { look(); });
}

void Auditor::look() {
  const bool late = clock_.now() - due_at_ > kLate;
  if (late && !std::exchange(waited_, true)) return wake_in(kWait);
  waited_ = false;
  std::vector<const dispatch::Book*> books = gateway_.books();
  if (const dispatch::Book* rehearsal = gateway_.rehearsal()) books.push_back(rehearsal);
  for (const dispatch::Book* book : books) {
    gateway_.submit({.community = book->registry->community().id, .event = dispatch::Audit{}});
  }
  gateway_.turn();
  wake_in(dispatch::kAuditEvery);
}

}  // namespace shouwang::app
