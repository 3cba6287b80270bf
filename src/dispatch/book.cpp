#include "dispatch/book.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/planted.h"
#include "dispatch/work.h"

namespace shouwang::dispatch {
namespace {

bool changes_nothing(device::Meaning meaning) {
  switch (meaning) {
    case device::Meaning::normal:
    case device::Meaning::heartbeat:
    case device::Meaning::measurement:
    case device::Meaning::warm_up:
    case device::Meaning::open:
    case device::Meaning::closed:
    case device::Meaning::on:
    case device::Meaning::off:
    case device::Meaning::online: return true;
    case device::Meaning::alarm:
    case device::Meaning::prealarm:
    case device::Meaning::linked_alarm:
    case device::Meaning::test:
    case device::Meaning::muted:
    case device::Meaning::low_battery:
    case device::Meaning::tamper:
    case device::Meaning::fault:
    case device::Meaning::end_of_life:
    case device::Meaning::power_loss:
    case device::Meaning::offline:
    case device::Meaning::unknown: return false;
  }
  return false;
}

}  // namespace

Book::Book(std::shared_ptr<const household::Registry> with_registry,
           std::shared_ptr<const Rules> with_rules, std::uint64_t seed)
    : registry(std::move(with_registry)),
      rules(std::move(with_rules)),
      rng(seed),
      outbox(rules->patience) {
  watch_devices(*this, {});
}

const File* Book::find(const IncidentId& id) const {
  const auto found = files.find(id);
  return found == files.end() ? nullptr : &found->second;
}

void restore(Book& book, Memory memory, Instant now) {
  CHECK(book.files.empty());
  Work work{.book = book, .now = now, .effects = {}};
  if (!memory.files.empty()) book.life = "-" + Rng(book.rng).word(3);
  for (File& file : memory.files) {
    const IncidentId id = file.incident.id;
    const auto [entry, added] = book.files.emplace(id, std::move(file));
    CHECK(added);
    restore_orders(entry->second, now);
    if (!planted::is(planted::Bug::forget_timer)) schedule(work, entry->second);
  }
  for (Parcel& parcel : memory.parcels) {
    if (parcel.not_before > now && parcel.attempts == 0) {
      book.mailboxes[parcel.person].pending = parcel.key;
    }
    book.outbox.restore(std::move(parcel), now);
  }
  for (DeviceMemory& device : memory.devices) {
    const DeviceId id = device.device;
    book.devices.emplace(id, std::move(device));
  }
  rebuild_walks(book);
  for (Matter& matter : memory.matters) {
    if (planted::is(planted::Bug::forgetful_list) &&
        !book.registry->device_index(DeviceId(matter.subject))) {
      continue;
    }
    const std::string id = matter.id;
    book.matters.emplace(id, std::move(matter));
  }
  book.facts = std::move(memory.facts);
  Instant known_until = now;
  for (std::size_t i = 0; i < memory.heard.size(); ++i) {
    known_until = i == 0 ? memory.heard[i].at : std::max(known_until, memory.heard[i].at);
  }
  restore_watch(book, memory.heard, now);
  remember_letters(work);
  plan_diary(work, known_until);
}

Effects handle(Book& book, const Event& event, Instant now) {
  Work work{.book = book, .now = now, .effects = {}};
  book.heard_until = now;
  std::visit([&](const auto& happened) { on(work, happened); }, event);
  for (const IncidentId& id : work.effects.files) {
    if (const File* file = book.find(id)) schedule(work, *file);
  }
  return std::move(work.effects);
}

std::optional<Instant> next_wake(const Book& book) {
  std::optional<Instant> next = book.outbox.next_due();
  if (!book.agenda.empty() && (!next || book.agenda.begin()->first < *next)) {
    next = book.agenda.begin()->first;
  }
  for (const auto& due :
       {next_watch(book), book.upkeep_due, book.diary_due, next_trial_due(book)}) {
    if (due && (!next || *due < *next)) next = due;
  }
  return next;
}

void replace(Book& book, std::shared_ptr<const household::Registry> registry,
             std::shared_ptr<const Rules> rules) {
  const Book::Watched before = watched(book);
  book.registry = std::move(registry);
  book.rules = std::move(rules);
  book.outbox.set_patience(book.rules->patience);
  watch_devices(book, before);
  Work work{.book = book, .now = book.heard_until, .effects = {}};
  if (book.heard_until != Instant{}) plan_diary(work, book.heard_until);
}

bool is_routine(const Book& book, const DeviceId& device, const device::Report& report) {
  if (device.empty() || !report.problem.empty() || is_under_test(book, device)) return false;
  for (const device::Signal& signal : report.signals) {
    if (!changes_nothing(signal.meaning)) return false;
    const bool is_position = device::is_position(signal.meaning);
    if (is_position && may_answer_order(book, device, report)) return false;
    if (signal.meaning != device::Meaning::normal) continue;
    const auto memory = book.devices.find(device);
    if (memory != book.devices.end() && memory->second.alarming) return false;
  }
  return true;
}

std::optional<std::string> broken_rule(const Book& book) {
  for (const auto& [id, file] : book.files) {
    if (const auto broken = incident::broken_rule(file.incident)) {
      return "incident " + id.str() + ": " + std::string(*broken);
    }
    if (file.incident.is_open() &&
        !escalation::next_step(file.ladder, file.progress, file.incident)) {
      return "incident " + id.str() + ": an open incident has a next step";
    }
    if (!book.agenda_of.contains(id)) return "incident " + id.str() + ": stands on the agenda";
  }
  if (book.agenda.size() != book.agenda_of.size()) return "the agenda has one entry a file";
  return broken_walk(book);
}

}  // namespace shouwang::dispatch
