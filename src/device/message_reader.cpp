#include "device/message_reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "device/device_time.h"

namespace shouwang::device {
namespace {

constexpr std::size_t kEventIdMax = 128;  // Bytes; a longer one is not used.

std::optional<std::uint64_t> counter_in(const Value& value, double below) {
  const double n = value.number;
  if (value.type != Value::Type::number || n < 0 || n >= below || n != std::floor(n)) {
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(n);
}

bool may_be_alarm(const Signal& signal) { return is_alarm(signal) || signal.covers.has_value(); }

// With a boot counter, a message after a restart is newer than every one before it.
std::optional<std::uint64_t> sequence_in(const Form& form, const Scene& top) {
  constexpr double k32Bits = 4294967296.0;
  constexpr double k53Bits = 9007199254740992.0;
  if (!form.boot.is_set) return counter_in(top.value(form.sequence), k53Bits);
  const auto boot = counter_in(top.value(form.boot), k32Bits);
  const auto number = counter_in(top.value(form.sequence), k32Bits);
  if (!boot || !number) return std::nullopt;
  return *boot << 32 | *number;
}

}  // namespace

void MessageReader::drop_strangers(std::pmr::vector<const Route*>& routes) {
  const auto is_owned = [&](const Route* route) {
    return owner_of(*route, address_in_topic(*route)).has_value();
  };
  const auto owned = std::ranges::find_if(routes, is_owned);
  if (owned == routes.end()) return;
  const std::string_view address = address_in_topic(**owned);
  std::erase_if(routes, [&](const Route* route) {
    return !route->device_levels.empty() && address_in_topic(*route) == address && !is_owned(route);
  });
}

void MessageReader::find(const Route& route, std::pmr::vector<Candidate>& out) {
  const Form& wanted = form(route);
  Candidate candidate{.route = &route};
  if (wanted.naming == Form::Naming::topic) candidate.address = address_in_topic(route);
  if (wanted.body == Body::json) {
    candidate.json = payload_.json(wanted.latin1, candidate.problem);
  } else {
    candidate.whole = payload_.whole(wanted.body, wanted.latin1, candidate.problem);
  }
  if (!candidate.problem.empty()) return add(candidate, out);
  if (!wanted.applies.empty()) {
    const Scene top = scene(candidate);
    for (const Condition& condition : wanted.applies) {
      if (!top.holds(condition)) return;
    }
  }
  if (candidate.json == nullptr) return add(candidate, out);
  find_in_json(candidate, out);
}

void MessageReader::find_in_json(Candidate& candidate, std::pmr::vector<Candidate>& out) {
  const Form& wanted = form(*candidate.route);
  if (!wanted.each && wanted.naming == Form::Naming::topic) return add(candidate, out);
  std::pmr::vector<std::uint32_t> elements(memory_);
  if (wanted.each) {
    candidate.json->find(0, *wanted.each,
                         [&](std::uint32_t element) { elements.push_back(element); });
    const bool has_spoken = wanted.naming == Form::Naming::topic;
    if (elements.empty() && has_spoken) elements.push_back(Scene::kNowhere);
  } else {
    elements.push_back(0);
  }
  for (const std::uint32_t element : elements) {
    candidate.element = element;
    switch (wanted.naming) {
      case Form::Naming::topic: break;
      case Form::Naming::key: candidate.address = (*candidate.json)[element].key; break;
      case Form::Naming::value:
        candidate.address = id_in(scene(candidate).value(wanted.device));
        break;
    }
    const bool is_named = wanted.naming == Form::Naming::topic || !candidate.address.empty();
    if (is_named) add(candidate, out);
  }
}

void MessageReader::add(Candidate& candidate, std::pmr::vector<Candidate>& out) {
  candidate.owner = owner_of(*candidate.route, candidate.address);
  out.push_back(candidate);
}

std::optional<Owner> MessageReader::owner_of(const Route& route, std::string_view address) {
  if (looked_up_ != address) {
    entries_ = subject_.directory.find(address);
    looked_up_ = address;
  }
  if (entries_.empty()) return std::nullopt;
  return subject_.directory.pick(entries_, route.profile,
                                 route.captured(subject_.topic, "community"));
}

std::string_view MessageReader::address_in_topic(const Route& route) {
  const auto& levels = route.device_levels;
  if (levels.empty()) return {};
  const std::string_view first = subject_.topic[levels.front()];
  if (levels.size() == 1) return first;
  std::size_t size = levels.size() - 1;
  for (const std::uint8_t level : levels) size += subject_.topic[level].size();
  auto* joined = static_cast<char*>(memory_->allocate(size, 1));
  char* end = joined;
  for (const std::uint8_t level : levels) {
    const std::string_view part = subject_.topic[level];
    if (level != levels.front()) *end++ = '/';
    end = std::copy(part.begin(), part.end(), end);
  }
  return {joined, size};
}

Scene MessageReader::scene(const Candidate& candidate) const {
  return {.form = form(*candidate.route),
          .route = *candidate.route,
          .topic = subject_.topic,
          .json = candidate.json,
          .whole = candidate.whole,
          .element = candidate.element};
}

Report MessageReader::report(const Candidate& candidate) const {
  const Profile& by = profile(*candidate.route);
  const Retained policy = form(*candidate.route).retained.value_or(by.retained);
  const std::string_view bridge = candidate.route->captured(subject_.topic, "bridge");
  Report report;
  report.community = candidate.route->captured(subject_.topic, "community");
  report.address = candidate.address;
  report.bridge = bridge.empty() ? by.bridge : bridge;
  report.fresh = !subject_.message.retained || policy == Retained::treat_as_live;
  report.problem = candidate.problem;
  if (report.problem.empty()) read(candidate, report);
  return report;
}

void MessageReader::read(const Candidate& candidate, Report& report) const {
  const Form& wanted = form(*candidate.route);
  const Scene here = scene(candidate);
  const Scene top = here.at_top();
  report.signals = read_signals(here);
  if (profile(*candidate.route).sleeps) {
    std::erase_if(report.signals, [](const Signal& s) { return s.meaning == Meaning::offline; });
  }
  if (!wanted.expects.empty()) {
    report.complete =
        std::ranges::all_of(wanted.expects, [&](const Path& path) { return here.has(path); });
  }
  if (wanted.time) read_time(here, report);
  if (wanted.link.is_set) read_link(here, report);
  for (const Signal& signal : report.signals) {
    if (signal.kind == Kind::device && signal.unit == "%" && signal.value) {
      report.battery = signal.value;
    }
  }
  if (wanted.sequence.is_set) report.sequence = sequence_in(wanted, top);
  const std::string_view id = id_in(top.value(wanted.event_id));
  if (id.size() <= kEventIdMax) report.event_id = id;
}

void MessageReader::read_link(const Scene& scene, Report& report) {
  Value value = scene.value(scene.form.link);
  if (value.type == Value::Type::missing) value = scene.at_top().value(scene.form.link);
  if (value.type != Value::Type::number) return;
  const bool is_dbm = scene.form.link_unit == LinkQuality::Unit::dbm;
  const auto [least, most] = is_dbm ? std::pair{-150.0, 20.0} : std::pair{0.0, 255.0};
  if (value.number < least || value.number > most) return;
  report.link = LinkQuality{.value = value.number, .unit = scene.form.link_unit};
}

void MessageReader::read_time(const Scene& scene, Report& report) const {
  const TimeRule& rule = *scene.form.time;
  Value stamp = scene.value(rule.at);
  if (stamp.type == Value::Type::missing) stamp = scene.at_top().value(rule.at);
  report.device_time = device_time(rule, stamp, subject_.now);
  const bool is_late =
      report.device_time && rule.late && *report.device_time < subject_.now - *rule.late;
  if (is_late) report.fresh = false;
}

Merit MessageReader::merit(const Candidate& candidate, const Report& report) const {
  const Form& wanted = form(*candidate.route);
  Merit merit{.is_read = report.problem.empty(),
              .has_alarm = std::ranges::any_of(report.signals, may_be_alarm),
              .said = static_cast<std::size_t>(std::ranges::count_if(report.signals, is_telling))};
  if (report.complete.value_or(true)) {
    merit.expected = wanted.expects.size() + wanted.applies.size() + candidate.route->globs.size();
  }
  merit.unknown = -static_cast<int>(std::ranges::count(
      report.signals, Meaning::unknown, [](const Signal& signal) { return signal.meaning; }));
  return merit;
}

}  // namespace shouwang::device
