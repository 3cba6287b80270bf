#include "mqtt/intake.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "base/check.h"

namespace shouwang::mqtt {
namespace {

Said problem_of(std::string problem) {
  Said said;
  said.report.problem = std::move(problem);
  return said;
}

bool is_not_understood(const Said& said) {
  return said.device.empty() || !said.report.problem.empty() ||
         std::any_of(said.report.signals.begin(), said.report.signals.end(),
                     [](const auto& signal) { return signal.meaning == device::Meaning::unknown; });
}

bool calls_for_people(const Said& said) {
  return std::any_of(said.report.signals.begin(), said.report.signals.end(), device::is_alarm);
}

bool wait_on_condition(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                       const std::function<bool()>& settled, Millis longest) {
  return changed.wait_for(lock, longest, settled);
}

}  // namespace

Care care_for(const std::vector<Said>& said) {
  if (said.empty() || std::any_of(said.begin(), said.end(), is_not_understood)) return Care::raw;
  return std::any_of(said.begin(), said.end(), calls_for_people) ? Care::alarm : Care::beat;
}

Intake::Intake(Settings settings, std::shared_ptr<const Reading> reading,
               std::function<void()> wake)
    : settings_([&settings] {
        if (!settings.wait) settings.wait = wait_on_condition;
        return std::move(settings);
      }()),
      wake_(std::move(wake)),
      reading_(std::move(reading)) {
  CHECK(reading_ != nullptr);
  CHECK(wake_ != nullptr);
}

// Out of memory: what is not acknowledged comes again.
Verdict Intake::on_message(const Incoming& incoming, std::uint64_t mark) {
  try {
    Arrival arrival = decode(incoming);
    arrival.mark = mark;
    return accept(std::move(arrival));
  } catch (const std::exception&) {
    return Verdict::drop;
  }
}

Verdict Intake::set_aside(const Incoming& incoming, std::string problem) {
  try {
    return accept({.care = Care::set_aside,
                   .retained = incoming.retained,
                   .said = {problem_of(std::move(problem))},
                   .topic = std::string(incoming.topic),
                   .payload = std::string(incoming.payload)});
  } catch (const std::exception&) {
    return Verdict::drop;
  }
}

Arrival Intake::decode(const Incoming& incoming) {
  Arrival arrival{.retained = incoming.retained};
  const std::size_t size = incoming.payload.size();
  const bool may_be_read = size <= settings_.payload_bytes_max ||
                           (size <= Reading::kLargeMax && reading()->may_be_large(incoming.topic));
  if (!may_be_read) {
    arrival.said.push_back(problem_of("a payload of " + std::to_string(incoming.payload.size()) +
                                      " bytes is longer than " +
                                      std::to_string(settings_.payload_bytes_max)));
    arrival.topic = incoming.topic;
    const std::lock_guard lock(mutex_);
    ++counts_.oversized;
    return arrival;
  }
  try {
    arrival.care = reading()->read(incoming, arrival.said);
  } catch (const std::exception& problem) {
    arrival.said.assign(1, problem_of(std::string("reading it failed: ") + problem.what()));
    arrival.care = Care::raw;
  }
  if (arrival.care != Care::beat) arrival.topic = incoming.topic;
  if (arrival.care == Care::raw) arrival.payload = incoming.payload;
  return arrival;
}

Verdict Intake::accept(Arrival arrival) {
  std::unique_lock lock(mutex_);
  ++counts_.received;
  if (stopped_) return Verdict::drop;
  const bool is_beat = arrival.care == Care::beat;
  const Ticket ticket = is_beat ? 0 : ++last_ticket_;
  arrival.ticket = ticket;
  if (is_beat) {
    make_room();
    ++counts_.beats;
    ++beats_queued_;
  } else {
    ++counts_.alarms;
    waiting_.emplace(ticket, Fate::open);
  }
  queue_.push_back(std::move(arrival));
  wake_loop(lock, is_beat);
  return is_beat ? Verdict::keep : wait_for(lock, ticket);
}

void Intake::make_room() {
  if (beats_queued_ < settings_.beats_max) return;
  const auto oldest = std::find_if(queue_.begin(), queue_.end(), [](const Arrival& arrival) {
    return arrival.care == Care::beat;
  });
  if (oldest == queue_.end()) return;
  queue_.erase(oldest);
  --beats_queued_;
  ++counts_.beats_dropped;
}

void Intake::wake_loop(std::unique_lock<std::mutex>& lock, bool for_beat) {
  if (woken_ || (hushed_ && for_beat)) return;
  woken_ = true;
  lock.unlock();
  wake_();
  lock.lock();
}

Verdict Intake::wait_for(std::unique_lock<std::mutex>& lock, Ticket ticket) {
  ++counts_.waits;
  const Millis begun = settings_.stopwatch ? settings_.stopwatch() : Millis{0};
  settings_.wait(
      lock, changed_, [this, ticket] { return waiting_.at(ticket) != Fate::open; },
      settings_.wait_max);
  if (settings_.stopwatch) {
    counts_.longest_wait = std::max(counts_.longest_wait, settings_.stopwatch() - begun);
  }
  const Fate fate = waiting_.at(ticket);
  waiting_.erase(ticket);
  if (fate == Fate::open) ++counts_.waits_run_out;
  if (fate == Fate::refused) ++counts_.waits_refused;
  return fate == Fate::stored ? Verdict::keep : Verdict::drop;
}

void Intake::take(std::deque<Arrival>& out) {
  const std::lock_guard lock(mutex_);
  if (out.empty()) {
    out.swap(queue_);
  } else {
    std::move(queue_.begin(), queue_.end(), std::back_inserter(out));
    queue_.clear();
  }
  beats_queued_ = 0;
  woken_ = false;
  hushed_ = false;
}

void Intake::hush() {
  const std::lock_guard lock(mutex_);
  hushed_ = true;
}

void Intake::settle(Ticket ticket, bool stored) {
  if (ticket == 0) return;  // A beat: no lock for it.
  const std::lock_guard lock(mutex_);
  const auto place = waiting_.find(ticket);
  if (place == waiting_.end() || place->second != Fate::open) return;
  place->second = stored ? Fate::stored : Fate::refused;
  changed_.notify_all();
}

void Intake::use(std::shared_ptr<const Reading> reading) {
  CHECK(reading != nullptr);
  const std::lock_guard lock(mutex_);
  // The old one is destroyed by the caller, not under the lock.
  reading_.swap(reading);
}

void Intake::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  for (auto& [ticket, fate] : waiting_) {
    if (fate == Fate::open) fate = Fate::refused;
  }
  changed_.notify_all();
}

std::shared_ptr<const Reading> Intake::reading() const {
  const std::lock_guard lock(mutex_);
  return reading_;
}

Intake::Counts Intake::counts() const {
  const std::lock_guard lock(mutex_);
  Counts counts = counts_;
  counts.queued = queue_.size();
  return counts;
}

}  // namespace shouwang::mqtt
