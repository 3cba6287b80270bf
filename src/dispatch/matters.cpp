// Technical matters: opened, closed, waived.

#include "base/utf8.h"
#include "dispatch/work.h"

namespace shouwang::dispatch {
namespace {

using incident::Refusal;

constexpr std::size_t kTextMax = 200;
constexpr Millis kMatterSaved{600'000};  // A plain repeat is written down at most so often.
constexpr std::chrono::days kWaivedMax{366};

}  // namespace

std::string note_of(const Work& work, const DeviceId& device) {
  const auto index = work.registry().device_index(device);
  return index ? work.registry().community().devices[*index].note : std::string();
}

void open_matter(Work& work, const std::string& fault, const std::string& subject,
                 const std::string& detail, std::optional<Instant> since) {
  Book& book = work.book;
  const std::string id = fault + ":" + subject;
  const auto known = book.matters.find(id);
  if (known == book.matters.end()) {
    if (book.matters.size() >= kMattersMax) {
      ++book.unlisted_topics;
      return;
    }
    const Matter matter{.id = id,
                        .fault = fault,
                        .subject = subject,
                        .detail = std::string(first_characters(detail, kTextMax)),
                        .opened_at = work.now,
                        .last_at = work.now,
                        .since = since.value_or(work.now)};
    book.matters.emplace(id, matter);
    work.effects.matters.insert_or_assign(id, matter);
    work.log({}, subject, "matter_opened", {{"fault", fault}, {"since", format_utc(matter.since)}});
    plan_upkeep(work, matter);
    return;
  }
  Matter& matter = known->second;
  ++matter.count;
  // Written down now and then; the count in memory is exact, the one on disk nearly so.
  const bool save = work.now - matter.last_at >= kMatterSaved;
  matter.last_at = work.now;
  if (save) work.effects.matters.insert_or_assign(id, matter);
}

void close_matter(Work& work, const std::string& fault, const std::string& subject,
                  const std::string& by) {
  const auto known = work.book.matters.find(fault + ":" + subject);
  if (known == work.book.matters.end()) return;
  Matter matter = std::move(known->second);
  work.book.matters.erase(known);
  matter.closed_at = work.now;
  matter.closed_by = by;
  work.effects.matters.insert_or_assign(matter.id, matter);
  work.log({}, by, "matter_closed",
           {{"fault", matter.fault},
            {"subject", matter.subject},
            {"gap", rough_span(work.now - matter.since)}});
  for (const ParcelKey& key : work.book.outbox.concerning(IncidentId(matter.id))) {
    work.book.outbox.withdraw(key, IncidentId(matter.id));
  }
  release_held(work, matter.id);
}

// A level that goes up and down is a sensor to be looked at; its incident stays one, and rings on.
void note_change(Work& work, DeviceMemory& memory) {
  auto& times = memory.changes;
  times.push_back(work.now);
  if (times.size() > kChangesMax) times.erase(times.begin());
  work.effects.devices.insert(memory.device);
  const bool flaps = times.size() == kChangesMax && work.now - times.front() <= kFlapping;
  if (!flaps || !work.registry().device_index(memory.device)) return;
  open_matter(work, "flapping", memory.device.str(), note_of(work, memory.device));
}

void on(Work& work, const ItemDone& done) {
  if (stop_test_on_board(work, done)) return;
  const auto known = work.book.matters.find(done.item);
  if (known == work.book.matters.end()) {
    work.effects.reply.refusal = Refusal::already_done;
    return;
  }
  const Matter matter = known->second;
  close_matter(work, matter.fault, matter.subject, done.by.str());
  doubt_mended(work, matter);
}

void on(Work& work, const Chirped& chirped) {
  const auto refuse = [&](Refusal why) { work.effects.reply.refusal = why; };
  if (!work.registry().device_index(chirped.device)) return refuse(Refusal::unknown_household);
  if (count_characters(chirped.text) > kTextMax) return refuse(Refusal::text_too_long);
  work.log({}, chirped.by.str(), "chirping",
           {{"device", chirped.device.str()}, {"text", chirped.text}});
  open_matter(work, "chirping", chirped.device.str(),
              chirped.text.empty() ? note_of(work, chirped.device) : chirped.text);
}

void on(Work& work, const ItemWaived& waived) {
  const auto refuse = [&](Refusal why) { work.effects.reply.refusal = why; };
  const auto known = work.book.matters.find(waived.item);
  if (known == work.book.matters.end()) return refuse(Refusal::already_done);
  if (waived.why.empty()) return refuse(Refusal::text_missing);
  if (count_characters(waived.why) > kTextMax) return refuse(Refusal::text_too_long);
  if (waived.until <= work.now || waived.until > work.now + kWaivedMax) {
    return refuse(Refusal::bad_period);
  }
  Matter& matter = known->second;
  matter.waived_until = waived.until;
  matter.waived_by = waived.by.str();
  matter.waived_why = waived.why;
  work.effects.matters.insert_or_assign(matter.id, matter);
  work.log({}, waived.by.str(), "matter_waived",
           {{"fault", matter.fault},
            {"subject", matter.subject},
            {"until", format_utc(waived.until)},
            {"why", waived.why}});
  plan_upkeep(work, matter);
  if (planted::is(planted::Bug::waiving_mends)) {
    close_matter(work, matter.fault, matter.subject, "gateway");
  }
}

}  // namespace shouwang::dispatch
