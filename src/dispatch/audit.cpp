#include "dispatch/audit.h"

#include <algorithm>
#include <array>
#include <set>

#include "dispatch/work.h"

namespace shouwang::dispatch {
namespace {

constexpr std::array<std::string_view, 5> kLapses = {"unsound", "unarmed", "overdue", "stalled",
                                                     "untaken"};
constexpr const char* kBroken = "broken_rule";
constexpr const char* kUntaken = "untaken";

void audit_file(const Book& book, const File& file, Instant now, std::vector<Finding>& found) {
  const incident::Incident& incident = file.incident;
  const std::string& id = incident.id.str();
  if (const auto broken = incident::broken_rule(incident)) {
    found.push_back({Lapse::unsound, id, std::string(*broken)});
  }
  if (!incident.is_open()) return;
  const auto step = escalation::next_step(file.ladder, file.progress, incident);
  if (!step) return found.push_back({Lapse::unsound, id, "it is open and has no next step"});
  const auto armed = book.agenda_of.find(incident.id);
  const bool stands = armed != book.agenda_of.end() && armed->second <= step->due &&
                      book.agenda.contains({armed->second, incident.id});
  if (!stands) {
    found.push_back(
        {Lapse::unarmed, id, "nothing would have woken its step of " + format_utc(step->due)});
  } else if (armed->second + kLateMost < now) {
    found.push_back(
        {Lapse::overdue, id, "its step of " + format_utc(armed->second) + " has not been run"});
  }
}

Millis longest_wait(Urgency urgency) {
  switch (urgency) {
    case Urgency::first:
    case Urgency::again: return kUntakenAlarm;
    case Urgency::update:
    case Urgency::ending: return kUntakenOther;
    case Urgency::technical: return Millis::max();
  }
  return kUntakenAlarm;
}

void audit_outbox(const Outbox& outbox, Instant now, std::vector<Finding>& found) {
  for (const ParcelKey& key : outbox.stalled(now, kLateMost)) {
    found.push_back({Lapse::stalled, key.str(), "nothing would have moved it on"});
  }
  for (const auto& [channel, waiting] : outbox.waiting()) {
    for (const auto& [urgency, since] : waiting.oldest) {
      if (now - since <= longest_wait(urgency)) continue;
      found.push_back({Lapse::untaken, channel,
                       "a message (" + std::string(name_of(urgency)) +
                           ") waits for the channel since " + format_utc(since)});
      break;
    }
  }
}

void repair(Work& work, const Finding& finding) {
  Book& book = work.book;
  switch (finding.lapse) {
    case Lapse::unarmed:
    case Lapse::overdue: {
      const IncidentId id(finding.subject);
      std::erase_if(book.agenda, [&](const auto& entry) { return entry.second == id; });
      book.agenda_of.erase(id);
      schedule(work, book.files.at(id));
      return;
    }
    case Lapse::stalled: book.outbox.rearm(ParcelKey(finding.subject), work.now); return;
    case Lapse::unsound:  // Only a person can tell what is right.
    case Lapse::untaken: return;
  }
}

}  // namespace

std::string_view name_of(Lapse lapse) { return kLapses[static_cast<std::size_t>(lapse)]; }

std::vector<Finding> audit(const Book& book, Instant now) {
  std::vector<Finding> found;
  for (const auto& [id, file] : book.files) audit_file(book, file, now, found);
  audit_outbox(book.outbox, now, found);
  return found;
}

// What was mended by itself stays on the list until a person has seen it: it is a fault of ours. A
// channel that takes messages again is the channel's own affair.
void on(Work& work, const Audit&) {
  std::set<std::string> untaken;
  for (const Finding& finding : audit(work.book, work.now)) {
    if (finding.lapse == Lapse::untaken) {
      untaken.insert(finding.subject);
      open_matter(work, kUntaken, finding.subject, finding.detail);
      continue;
    }
    open_matter(work, kBroken, finding.subject,
                std::string(name_of(finding.lapse)) + ": " + finding.detail);
    repair(work, finding);
  }
  std::vector<std::string> taken;
  for (const auto& [id, matter] : work.book.matters) {
    if (matter.fault == kUntaken && !untaken.contains(matter.subject)) {
      taken.push_back(matter.subject);
    }
  }
  for (const std::string& channel : taken) close_matter(work, kUntaken, channel, "gateway");
  on(work, Tick{});
}

void on(Work& work, const Ailing& ailing) {
  if (ailing.over) return close_matter(work, ailing.fault, ailing.subject, "gateway");
  open_matter(work, ailing.fault, ailing.subject, ailing.detail);
}

}  // namespace shouwang::dispatch
