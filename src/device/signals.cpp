// From the fields of a form to what the device said.

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "device/scene.h"

namespace shouwang::device {
namespace {

using Signals = std::vector<Signal>;
using Type = Value::Type;

constexpr std::size_t kUnitMax = 16;  // Characters of a unit that a message names itself.

bool is_about_device(Meaning meaning) {
  switch (meaning) {
    case Meaning::low_battery:
    case Meaning::tamper:
    case Meaning::fault:
    case Meaning::end_of_life:
    case Meaning::power_loss:
    case Meaning::offline:
    case Meaning::online:
    case Meaning::heartbeat:
    case Meaning::on:
    case Meaning::off: return true;
    case Meaning::alarm:
    case Meaning::prealarm:
    case Meaning::linked_alarm:
    case Meaning::normal:
    case Meaning::test:
    case Meaning::muted:
    case Meaning::warm_up:
    case Meaning::measurement:
    case Meaning::open:
    case Meaning::closed:
    case Meaning::unknown: return false;
  }
  return false;
}

// A number as it was received: is it one, and what is it worth.
struct Reading {
  enum class State { absent, valid, invalid } state = State::absent;
  double number = 0;
  std::string unit;
};

Reading reading_of(const Quantity& quantity, const Value& received, const Scene& scene) {
  const Value value = decoded(received, quantity.coding, std::nullopt, 0);
  if (value.type == Type::missing || is_any(received, quantity.ignore)) return {};
  const bool outside = quantity.range && (value.number < quantity.range->first ||
                                          value.number > quantity.range->second);
  if (value.type != Type::number || is_any(value, quantity.invalid) || outside) {
    return {.state = Reading::State::invalid};
  }
  Reading reading{.state = Reading::State::valid,
                  .number = value.number * quantity.scale,
                  .unit = quantity.unit};
  const Value named = scene.value(quantity.unit_at);
  if (named.type == Type::text) reading.unit = first_characters(named.text, kUnitMax);
  return reading;
}

Meaning verdict_of(const Levels& levels, double number) {
  const auto reaches = [&](double limit) {
    return levels.falling ? number <= limit : number >= limit;
  };
  if (reaches(levels.alarm_at)) return Meaning::alarm;
  if (levels.prealarm_at && reaches(*levels.prealarm_at)) return Meaning::prealarm;
  const bool clear = levels.falling ? number >= levels.clear_at : number <= levels.clear_at;
  return clear ? Meaning::normal : Meaning::measurement;
}

// Reads one field into the signals of one device.
class FieldReader {
 public:
  FieldReader(const Field& field, const Scene& scene, Signals& out)
      : field_(field), scene_(scene), out_(out) {}

  void read() {
    if (!name_kind()) return;
    if (!field_.always.empty()) return say(field_.always, {});
    scene_.for_each(field_.at, [&](const Value& received) {
      const Value value = decoded(received, field_.coding, field_.slice, field_.mask);
      if (field_.map.empty()) {
        read_number(value);
      } else {
        read_word(value);
      }
    });
  }

 private:
  // False if the message names a kind that nobody knows: all that is known then is that.
  bool name_kind() {
    kind_ = field_.kind;
    if (!field_.kind_at.is_set) return true;
    const Value word = scene_.value(field_.kind_at);
    for (const auto& [name, kind] : field_.kinds) {
      if (word.type != Type::text || word.text != name) continue;
      kind_ = kind;
      return true;
    }
    out_.push_back({.kind = Kind::device, .meaning = Meaning::unknown});
    return false;
  }

  void read_word(const Value& value) {
    Reading reading;
    if (field_.quantity) {
      reading = reading_of(*field_.quantity, scene_.value(field_.quantity->at), scene_);
    }
    const Verdicts* said = meaning_of(value);
    if (said != nullptr) say(*said, reading);
    const bool unsaid = said == nullptr || said->empty();
    if (unsaid && reading.state == Reading::State::valid) {
      add({.kind = kind_, .meaning = Meaning::measurement}, reading);
    }
  }

  // nullptr: the value says nothing.
  const Verdicts* meaning_of(const Value& value) const {
    if (value.type == Type::missing) return nullptr;
    for (const auto& [typed, verdicts] : field_.map) {
      if (is(value, typed)) return &verdicts;
    }
    const bool is_reset =
        value.type == Type::null || (value.type == Type::text && value.text.empty());
    if (field_.is_event && is_reset) return nullptr;
    return &field_.otherwise;
  }

  void read_number(const Value& value) {
    const Reading reading = reading_of(*field_.quantity, value, scene_);
    switch (reading.state) {
      case Reading::State::absent: return;
      case Reading::State::invalid:
        out_.push_back({.kind = kind_, .meaning = Meaning::unknown});
        return;
      case Reading::State::valid: break;
    }
    Meaning meaning = Meaning::measurement;
    if (field_.levels) meaning = verdict_of(*field_.levels, reading.number);
    if (field_.low_battery_at && reading.number <= *field_.low_battery_at) {
      meaning = Meaning::low_battery;
    }
    add({.kind = is_about_device(meaning) ? Kind::device : kind_, .meaning = meaning}, reading);
  }

  void say(const Verdicts& verdicts, const Reading& reading) {
    for (const Verdict& verdict : verdicts) {
      const bool about_device = is_about_device(verdict.meaning);
      const Kind kind = verdict.kind.value_or(about_device ? Kind::device : kind_);
      add({.kind = kind, .meaning = verdict.meaning}, about_device ? Reading{} : reading);
    }
  }

  void add(Signal signal, const Reading& reading) {
    if (reading.state == Reading::State::valid) {
      signal.value = reading.number;
      signal.unit = reading.unit;
    }
    out_.push_back(std::move(signal));
  }

  const Field& field_;
  const Scene& scene_;
  Signals& out_;
  Kind kind_ = Kind::device;
};

void apply(const Change& change, Signals& signals) {
  for (auto signal = signals.begin(); signal != signals.end();) {
    const bool meant = !change.kind || *change.kind == signal->kind;
    const auto to = std::ranges::find_if(
        change.then, [&](const auto& entry) { return entry.first == signal->meaning; });
    if (!meant || to == change.then.end()) {
      ++signal;
    } else if (!to->second) {
      signal = signals.erase(signal);
    } else {
      if (is_alarm(*signal)) signal->covers = signal->meaning;
      signal->meaning = *to->second;
      ++signal;
    }
  }
}

bool speaks_against_normal(Meaning meaning) {
  switch (meaning) {
    case Meaning::alarm:
    case Meaning::prealarm:
    case Meaning::linked_alarm:
    case Meaning::test:
    case Meaning::warm_up:
    case Meaning::unknown: return true;
    case Meaning::normal:
    case Meaning::muted:
    case Meaning::low_battery:
    case Meaning::tamper:
    case Meaning::fault:
    case Meaning::end_of_life:
    case Meaning::power_loss:
    case Meaning::offline:
    case Meaning::online:
    case Meaning::heartbeat:
    case Meaning::measurement:
    case Meaning::open:
    case Meaning::closed:
    case Meaning::on:
    case Meaning::off: return false;
  }
  return false;
}

void drop_doubtful_normals(Signals& signals) {
  std::array<bool, kKindCount> doubtful{};
  for (const Signal& signal : signals) {
    if (speaks_against_normal(signal.meaning)) {
      doubtful[static_cast<std::size_t>(signal.kind)] = true;
    }
  }
  std::erase_if(signals, [&](const Signal& signal) {
    return signal.meaning == Meaning::normal && doubtful[static_cast<std::size_t>(signal.kind)];
  });
}

void say_once(Signals& signals) {
  for (std::size_t i = 1; i < signals.size();) {
    const auto end = signals.begin() + static_cast<std::ptrdiff_t>(i);
    const auto same = std::find_if(signals.begin(), end, [&](const Signal& before) {
      return before.kind == signals[i].kind && before.meaning == signals[i].meaning &&
             (before.meaning != Meaning::measurement || before.unit == signals[i].unit);
    });
    if (same == end) {
      ++i;
      continue;
    }
    if (!same->covers) same->covers = signals[i].covers;
    if (!same->value) {
      same->value = signals[i].value;
      same->unit = std::move(signals[i].unit);
    }
    signals.erase(end);
  }
}

}  // namespace

std::vector<Signal> read_signals(const Scene& scene) {
  Signals signals;
  signals.reserve(4);
  for (const Field& field : scene.form.fields) FieldReader(field, scene, signals).read();
  for (const Change& change : scene.form.changes) {
    if (scene.holds(change.when)) apply(change, signals);
  }
  drop_doubtful_normals(signals);
  say_once(signals);
  const bool only_itself = std::ranges::all_of(signals, [](const Signal& signal) {
    return signal.kind == Kind::device && signal.meaning == Meaning::measurement;
  });
  // An empty text is a topic that was deleted: nobody spoke.
  const bool is_deleted = scene.json == nullptr && scene.whole.text.empty();
  if (only_itself && !is_deleted) {
    signals.push_back({.kind = Kind::device, .meaning = Meaning::heartbeat});
  }
  return signals;
}

}  // namespace shouwang::device
