#include "app/gateway.h"

#include <algorithm>

#include "app/estate.h"
#include "base/check.h"
#include "base/planted.h"

namespace shouwang::app {
namespace {

using dispatch::Parcel;
using dispatch::Urgency;
using namespace std::chrono_literals;

constexpr Millis kReceiptsGather{5};           // Receipts wait so long for company; alarms never.
constexpr std::size_t kJournalHeld = 200'000;  // Lines kept in memory while the disk is full.
constexpr const char* kRehearsed = "self-test";
constexpr Millis kTidyEvery = 15min;  // The store is asked that often whether it has old things...
constexpr Millis kTidySoon = 2s;      // ... and while it has.
constexpr Millis kTidyMargin = 1h;    // After an incident has left the book.
constexpr std::size_t kRawHeld = store::kRawKept;  // The same for what nobody understood.

// The newest `most` stay.
template <class Line>
void trim(std::vector<Line>& lines, std::size_t most) {
  if (lines.size() <= most) return;
  lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(most));
}

bool is_receipt(const Input& input) {
  return std::holds_alternative<dispatch::Delivered>(input.event);
}

bool is_news(const Input& input) { return std::holds_alternative<dispatch::Heard>(input.event); }

}  // namespace

Gateway::Gateway(Parts parts) : parts_(std::move(parts)) {
  seen_at_ = parts_.clock.now() + kSeenFlush;
  tidy_at_ = parts_.clock.now() + kTidyEvery;
}

Gateway::~Gateway() {
  if (turn_alarm_ != 0) parts_.clock.cancel(turn_alarm_);
}

Result<Done> Gateway::open(std::shared_ptr<const household::Registry> registry,
                           std::shared_ptr<const dispatch::Rules> rules, std::uint64_t seed) {
  const Instant closed_since = parts_.clock.now() - dispatch::kept_after_end(*rules);
  return open(std::make_unique<Estate>(std::move(registry), std::move(rules), seed), closed_since);
}

Result<Done> Gateway::open_rehearsal(std::shared_ptr<const household::Registry> registry,
                                     std::shared_ptr<const dispatch::Rules> rules,
                                     std::uint64_t seed) {
  CHECK(rehearsal() == nullptr);
  auto estate = std::make_unique<Estate>(std::move(registry), std::move(rules), seed);
  estate->is_rehearsal = true;
  return open(std::move(estate), Instant{});
}

Result<Done> Gateway::open(std::unique_ptr<Estate> fresh, Instant closed_since) {
  const Instant now = parts_.clock.now();
  TRY(memory, parts_.store.recall(fresh->id, closed_since));
  dispatch::restore(fresh->book, std::move(memory), now);
  const auto [entry, added] = estates_.emplace(fresh->id, std::move(fresh));
  CHECK(added);
  Estate& opened = *entry->second;
  for (std::size_t i = 0; i < opened.seen.size(); ++i) {
    opened.seen[i].at = opened.book.supervision.last_heard(i).value_or(Instant{});
  }
  if (!listens_ && !opened.is_rehearsal) {
    dispatch::handle(opened.book, dispatch::Listening{.to_devices = false}, now);
  }
  for (const auto& [incident, file] : opened.book.files) {
    (opened.is_rehearsal ? opened.rehearsed : opened.to_announce).insert(incident);
  }
  want_turn(now);
  return Done{};
}

void Gateway::replace(std::shared_ptr<const household::Registry> registry,
                      std::shared_ptr<const dispatch::Rules> rules) {
  Estate& changed = estate(registry->community().id);
  // Last-seen times move with the devices' ids, not with their places in the list.
  std::vector<Estate::Seen> seen(registry->community().devices.size());
  const auto& before = changed.book.registry->community().devices;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (const auto index = registry->device_index(before[i].id)) seen[*index] = changed.seen[i];
  }
  changed.seen = std::move(seen);
  dispatch::replace(changed.book, std::move(registry), std::move(rules));
  for (const auto& [incident, file] : changed.book.files) changed.to_announce.insert(incident);
  changed.matters_to_announce = true;
  want_turn(parts_.clock.now());
}

void Gateway::submit(Input input) {
  const Instant now = parts_.clock.now();
  want_turn(is_receipt(input) ? now + kReceiptsGather : now);
  note_rehearsed(input, Rehearsed::Point::submitted, {});
  queue_.push_back(std::move(input));
}

dispatch::Reply Gateway::ask(const CommunityId& community, const dispatch::Event& event) {
  dispatch::Reply answer;
  queue_.push_back({.community = community,
                    .event = event,
                    .settled = [&](bool, const dispatch::Reply& reply) { answer = reply; }});
  turn();
  return answer;
}

void Gateway::note_seen(const CommunityId& community, std::size_t device,
                        const std::string& bridge) {
  Estate& of = estate(community);
  CHECK(device < of.seen.size());
  const Instant now = parts_.clock.now();
  of.seen[device].at = now;
  ++of.seen[device].messages;
  ++counters_.routine;
  switch (dispatch::note_beat(of.book, device, bridge, now)) {
    case device::Supervision::Beat::usual: return;
    case device::Supervision::Beat::first:
      if (const auto due = dispatch::next_wake(of.book)) want_turn(std::max(now, *due));
      return;
    case device::Supervision::Beat::returned:
      submit({.community = community,
              .event =
                  dispatch::Returned{.device = of.book.registry->community().devices[device].id}});
      return;
  }
}

void Gateway::listen(bool to_devices) {
  listens_ = to_devices;
  for (const auto& [id, each] : estates_) {
    if (each->is_rehearsal) continue;
    submit({.community = id, .event = dispatch::Listening{.to_devices = to_devices}});
  }
}

void Gateway::overslept() {
  if (!listens_ || planted::is(planted::Bug::trust_the_clock)) return;
  const Instant now = parts_.clock.now();
  for (const auto& [id, each] : estates_) {
    if (each->is_rehearsal) continue;
    const dispatch::Listening deaf{.to_devices = false, .jumped = true};
    absorb(*each, dispatch::handle(each->book, deaf, now));
    absorb(*each, dispatch::handle(each->book, dispatch::Listening{.to_devices = true}, now));
  }
}

void Gateway::turn() {
  CHECK(!in_turn_);
  in_turn_ = true;
  const Instant now = parts_.clock.now();
  ++counters_.turns;
  counters_.last_turn = now;
  // What was due by now is done now; should its alarm be lost, the next one is set all the same.
  if (turn_at_ && now - *turn_at_ > kOverslept) overslept();
  if (turn_at_ && *turn_at_ <= now) {
    parts_.clock.cancel(std::exchange(turn_alarm_, 0));
    turn_at_.reset();
  }
  std::vector<Input> inputs = std::exchange(queue_, {});
  const std::vector<dispatch::Reply> replies = handle_inputs(now, inputs);
  let_time_pass(now);
  const std::vector<Send> sends = take_parcels(now);
  const std::vector<notify::Message> messages = write(sends, now);
  const auto has = [&](auto kind) {
    return std::ranges::any_of(inputs, [&](const Input& i) { return kind(i) && !is_rehearsed(i); });
  };
  const bool has_news = has(is_news);
  if (has_news) pass(Moment::heard);
  if (has(is_receipt)) pass(Moment::answered);
  const bool hasty = planted::is(planted::Bug::send_before_save);
  for (std::size_t i = 0; hasty && i < sends.size(); ++i) {
    parts_.pump.send(sends[i].channel, messages[i]);
  }
  const bool stored = save(now, !inputs.empty() || !sends.empty());
  if (has_news && stored) pass(Moment::committed);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (stored) note_rehearsed(inputs[i], Rehearsed::Point::saved, replies[i].incident);
    if (inputs[i].settled) inputs[i].settled(stored, replies[i]);
  }
  if (has_news && stored) pass(Moment::acknowledged);
  in_turn_ = false;
  for (std::size_t i = 0; !hasty && i < sends.size(); ++i) {
    parts_.pump.send(sends[i].channel, messages[i]);
  }
  counters_.tries += static_cast<std::uint64_t>(
      std::ranges::count_if(sends, [](const Send& send) { return !send.estate->is_rehearsal; }));
  command_devices();
  announce();
  tell_journal();
  if (has_news && stored) pass(Moment::sent);
  catch_up(now);
  tidy(now, !inputs.empty() || !sends.empty());
  schedule();
}

// After the sending: writing a log line must not hold up an alarm.
void Gateway::tell_journal() {
  const auto lines = std::exchange(to_tell_, {});
  for (const dispatch::JournalEntry& line : lines) {
    if (parts_.listeners.journal) parts_.listeners.journal(line);
  }
}

void Gateway::command_devices() {
  for (const dispatch::Publication& each : std::exchange(to_publish_, {})) {
    ++counters_.commands;
    if (parts_.listeners.command) parts_.listeners.command(each);
  }
}

void Gateway::pass(Moment moment) const {
  if (parts_.listeners.moment) parts_.listeners.moment(moment);
}

bool Gateway::is_rehearsed(const Input& input) const {
  const auto found = estates_.find(input.community);
  return found != estates_.end() && found->second->is_rehearsal;
}

void Gateway::note_rehearsed(const Input& input, Rehearsed::Point point,
                             const IncidentId& incident) const {
  const auto* heard = std::get_if<dispatch::Heard>(&input.event);
  if (heard == nullptr || !parts_.listeners.rehearsed || !is_rehearsed(input)) return;
  parts_.listeners.rehearsed(
      {.point = point, .event = heard->report.event_id, .incident = incident});
}

// The store packs what is old: a step at a time, and only in turns in which nothing else was to do.
// One that fails is tried again later; nobody waits for it.
void Gateway::tidy(Instant now, bool busy) {
  if (now < tidy_at_) return;
  if (busy || store_trouble_) {
    tidy_at_ = now + kTidySoon;
    return;
  }
  Millis kept{0};
  for (const auto& [id, each] : estates_) {
    kept = std::max(kept, dispatch::kept_after_end(*each->book.rules));
  }
  const auto found = parts_.store.compact(now - kept - kTidyMargin);
  tidy_at_ = now + (found.value_or(false) ? kTidySoon : kTidyEvery);
}

void Gateway::flush() {
  flushing_ = true;
  turn();
  flushing_ = false;
}

Gateway::Estate& Gateway::estate(const CommunityId& community) {
  const auto found = estates_.find(community);
  CHECK(found != estates_.end());
  return *found->second;
}

void Gateway::absorb(Estate& changed, dispatch::Effects effects) {
  if (changed.is_rehearsal) {
    changed.rehearsed.insert(effects.files.begin(), effects.files.end());
    changed.files.merge(effects.files);
    changed.devices.merge(effects.devices);
    return;
  }
  counters_.alarms += static_cast<std::uint64_t>(
      std::ranges::count(effects.journal, std::string("raised"), &dispatch::JournalEntry::type));
  changed.to_announce.insert(effects.files.begin(), effects.files.end());
  changed.matters_to_announce |= !effects.matters.empty();
  changed.walks_to_announce |= effects.walks;
  changed.files.merge(effects.files);
  changed.devices.merge(effects.devices);
  for (auto& [id, matter] : effects.matters) changed.matters.insert_or_assign(id, matter);
  std::ranges::move(effects.facts, std::back_inserter(changed.facts));
  std::ranges::move(effects.journal, std::back_inserter(changed.journal));
  trim(changed.journal, kJournalHeld);
  std::ranges::move(effects.publications, std::back_inserter(to_publish_));
}

std::vector<dispatch::Reply> Gateway::handle_inputs(Instant now, std::vector<Input>& inputs) {
  std::vector<dispatch::Reply> replies;
  replies.reserve(inputs.size());
  for (Input& input : inputs) {
    Estate& concerned = estate(input.community);
    const bool marked = input.mark != 0 && parts_.listeners.in_hand;
    if (marked) parts_.listeners.in_hand(input.mark);
    dispatch::Effects effects = dispatch::handle(concerned.book, input.event, now);
    if (marked) parts_.listeners.in_hand(0);
    replies.push_back(effects.reply);
    note_rehearsed(input, Rehearsed::Point::handled, effects.reply.incident);
    absorb(concerned, std::move(effects));
    if (input.raw) concerned.raw.push_back(std::move(*input.raw));
    trim(concerned.raw, kRawHeld);
    if (!concerned.is_rehearsal) ++counters_.events;
  }
  return replies;
}

void Gateway::let_time_pass(Instant now) {
  for (auto& [id, each] : estates_) {
    const auto due = dispatch::next_wake(each->book);
    if (due && *due <= now) absorb(*each, dispatch::handle(each->book, dispatch::Tick{}, now));
  }
}

std::vector<Gateway::Send> Gateway::take_parcels(Instant now) {
  std::vector<Estate*> order;
  for (auto& [id, each] : estates_) order.push_back(each.get());
  if (order.empty()) return {};
  first_estate_ = (first_estate_ + 1) % order.size();
  std::rotate(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(first_estate_),
              order.end());
  std::vector<Send> sends;
  for (const std::string& channel : parts_.pump.channels()) {
    notify::Slots slots = parts_.pump.slots(channel);
    const auto take = [&](Estate& from, std::size_t most, Urgency least) {
      const auto keys = from.book.outbox.take(channel, most, least, now);
      for (const ParcelKey& key : keys) {
        sends.push_back({.estate = &from, .channel = channel, .key = key});
      }
      slots.alarms -= std::min(slots.alarms, keys.size());
      slots.any -= std::min(slots.any, keys.size());
    };
    for (Estate* each : order) take(*each, slots.alarms, Urgency::again);
    for (Estate* each : order) take(*each, slots.any, Urgency::technical);
  }
  return sends;
}

std::vector<notify::Message> Gateway::write(const std::vector<Send>& sends, Instant now) {
  std::map<Estate*, std::vector<std::size_t>> by_estate;
  for (std::size_t i = 0; i < sends.size(); ++i) by_estate[sends[i].estate].push_back(i);
  std::vector<notify::Message> messages(sends.size());
  for (auto& [of, indices] : by_estate) {
    std::vector<const Parcel*> parcels;
    for (const std::size_t i : indices) parcels.push_back(of->book.outbox.find(sends[i].key));
    auto written = parts_.writer.write(of->book, parcels, now);
    CHECK(written.size() == parcels.size());
    for (std::size_t i = 0; i < indices.size(); ++i) {
      notify::Message& message = written[i].message;
      if (of->is_rehearsal) {
        of->book.outbox.set_text(parcels[i]->key, kRehearsed, "");  // Words are kept for ever.
      } else {
        of->book.outbox.set_text(parcels[i]->key, message.title, std::move(written[i].body_kept));
      }
      messages[indices[i]] = std::move(message);
    }
  }
  return messages;
}

void Gateway::announce() {
  for (auto& [id, each] : estates_) {
    const std::vector<IncidentId> incidents(each->to_announce.begin(), each->to_announce.end());
    each->to_announce.clear();
    const bool matters = std::exchange(each->matters_to_announce, false);
    if (!incidents.empty() && parts_.listeners.incidents) {
      parts_.listeners.incidents(id, incidents);
    }
    if (matters && parts_.listeners.matters) parts_.listeners.matters(id);
    const bool walks = std::exchange(each->walks_to_announce, false);
    if (walks && parts_.listeners.walks) parts_.listeners.walks(id);
  }
}

void Gateway::schedule() {
  const Instant now = parts_.clock.now();
  std::optional<Instant> next;
  const auto consider = [&](std::optional<Instant> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  for (auto& [id, each] : estates_) {
    consider(dispatch::next_wake(each->book));
    for (const std::string& channel : parts_.pump.channels()) {
      if (!each->book.outbox.has_ready(channel)) continue;
      consider(parts_.pump.next_free(channel, true));
      consider(parts_.pump.next_free(channel, false));
    }
  }
  if (!queue_.empty()) consider(now);
  // Last-seen times go with the next try to save, however long they have been due.
  consider(store_trouble_ ? std::max(now, save_again_at_) : std::max(now, seen_at_));
  consider(std::max(now, tidy_at_));
  if (catch_up_at_) consider(std::max(now, *catch_up_at_));
  if (next) want_turn(*next);
}

void Gateway::want_turn(Instant at) {
  if (in_turn_) return;  // schedule() sees to it at the end.
  if (turn_at_ && *turn_at_ <= at) return;
  if (turn_alarm_ != 0) parts_.clock.cancel(turn_alarm_);
  turn_at_ = at;
  turn_alarm_ = parts_.clock.wake_at(at, [this] {
    const bool late = parts_.clock.now() - *turn_at_ > kOverslept;
    turn_at_.reset();
    turn_alarm_ = 0;
    if (late) overslept();
    turn();
  });
}

const dispatch::Book* Gateway::book(const CommunityId& community) const {
  const auto found = estates_.find(community);
  return found == estates_.end() ? nullptr : &found->second->book;
}

std::vector<const dispatch::Book*> Gateway::books() const {
  std::vector<const dispatch::Book*> all;
  for (const auto& [id, each] : estates_) {
    if (!each->is_rehearsal) all.push_back(&each->book);
  }
  return all;
}

const dispatch::Book* Gateway::rehearsal() const {
  for (const auto& [id, each] : estates_) {
    if (each->is_rehearsal) return &each->book;
  }
  return nullptr;
}

std::optional<Instant> Gateway::last_seen(const CommunityId& community, std::size_t device) const {
  const auto found = estates_.find(community);
  if (found == estates_.end() || device >= found->second->seen.size()) return std::nullopt;
  const Instant at = found->second->seen[device].at;
  if (at == Instant{}) return std::nullopt;
  return at;
}

}  // namespace shouwang::app
