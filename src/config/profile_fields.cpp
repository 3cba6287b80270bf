#include "config/profile_fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <string_view>

namespace shouwang::config {
namespace {

using device::Body;
using device::Coding;
using device::Field;
using device::Meaning;
using device::Typed;

constexpr std::array<std::string_view, 3> kCodings = {"number", "hex", "base64"};
constexpr std::array<std::string_view, 2> kOrders = {"little", "big"};

constexpr std::uint64_t kMaskMax = (1ULL << 53) - 1;

Coding read_coding(const Reader& value) {
  const auto word = value.one_of(kCodings);
  if (!word) return Coding::plain;
  return *word == "number" ? Coding::number : *word == "hex" ? Coding::hex : Coding::base64;
}

void read_slice(Reader& field, Field& out) {
  const Reader at = field.child("byte");
  const Reader width = field.child("width");
  const Reader order = field.child("order");
  const bool has_bytes = out.coding == Coding::hex || out.coding == Coding::base64;
  if (!at.is_there()) {
    if (has_bytes) field.fault("bytes need `byte`: the place of the first byte, from 0");
    return;
  }
  if (!has_bytes) at.fault("`byte` needs bytes: `as: hex`, `as: base64`, or such a body");
  device::Slice slice;
  if (const auto offset = at.integer(0, 65535)) slice.offset = static_cast<std::size_t>(*offset);
  if (const auto count = width.integer(1, 4)) {
    if (*count == 3) width.fault("`3` is not 1, 2 or 4");
    slice.width = static_cast<std::size_t>(*count);
  }
  slice.big_endian = order.one_of(kOrders) == "big";
  out.slice = slice;
}

// Bits as people write them: 32 or 0x20. Not there: 0.
std::uint64_t read_mask(const Reader& value) {
  const auto text = value.text();
  if (!text) return 0;
  const bool is_hex = text->starts_with("0x");
  const char* end = text->data() + text->size();
  std::uint64_t mask = 0;
  const auto [rest, error] =
      std::from_chars(text->data() + (is_hex ? 2 : 0), end, mask, is_hex ? 16 : 10);
  if (error == std::errc{} && rest == end && mask >= 1 && mask <= kMaskMax) return mask;
  value.fault("`" + *text + "` is no mask; allowed: 1 .. 2^53 - 1, or 0x and hexadecimal digits");
  return 1;
}

// The keys of a quantity, which stand in a number's field or under `value` beside a map.
void read_quantity(Reader& from, device::Quantity& out, const Places& places) {
  from.read("unit", out.unit);
  const Reader unit_at = from.child("unit_at");
  if (unit_at.is_there()) out.unit_at = read_source(unit_at, places);
  const Reader scale = from.child("scale");
  if (const auto factor = scale.number()) {
    out.scale = *factor;
    if (*factor == 0) scale.fault("`0` makes every number 0; a scale is not 0");
  }
  out.invalid = read_typed_list(from.child("invalid"));
  out.ignore = read_typed_list(from.child("ignore"));
  const Reader range = from.child("range");
  std::vector<double> ends;
  range.each_element([&](const Reader& end) { ends.push_back(end.number().value_or(0)); });
  if (!range.is_there()) return;
  if (ends.size() != 2 || ends[0] >= ends[1]) return range.fault("a range is [least, most]");
  out.range = {ends[0], ends[1]};
}

device::Levels read_levels(Reader levels) {
  device::Levels out;
  const Reader alarm = levels.need("alarm_at");
  const Reader prealarm = levels.child("prealarm_at");
  const Reader clear = levels.need("clear_at");
  out.alarm_at = alarm.number().value_or(0);
  out.prealarm_at = prealarm.number();
  out.clear_at = clear.number().value_or(0);
  levels.read("falling", out.falling);
  levels.read_span("dwell", out.dwell, Millis{0}, std::chrono::hours{1});
  levels.close();
  if (!alarm.is_there() || !clear.is_there()) return out;
  const double sign = out.falling ? -1 : 1;
  const std::string relation = out.falling ? "above" : "below";
  if (sign * out.clear_at >= sign * out.alarm_at) {
    clear.fault("clear_at must lie " + relation + " alarm_at");
  } else if (out.prealarm_at && sign * *out.prealarm_at >= sign * out.alarm_at) {
    prealarm.fault("prealarm_at must lie " + relation + " alarm_at");
  } else if (out.prealarm_at && sign * out.clear_at >= sign * *out.prealarm_at) {
    clear.fault("clear_at must lie " + relation + " prealarm_at");
  }
  return out;
}

// A key of a map that no value can ever equal is a mistake.
void check_key(const Field& field, const Typed& key, const Reader& at, const Places& places) {
  const bool is_text = std::holds_alternative<std::string>(key);
  const bool is_number = std::holds_alternative<double>(key);
  if (field.mask != 0) {
    if (!std::holds_alternative<bool>(key)) at.fault("with `mask`, keys are true and false");
  } else if (field.slice) {
    if (!is_number) at.fault("a byte is a number: write the key as a number, without quotes");
  } else if (!field.at.capture.empty() || places.form->body == Body::text) {
    if (!is_text) at.fault("the value is a text: write the key in quotes");
  } else if (places.form->body == Body::number) {
    if (!is_number && !is_text) at.fault("the body is a number or a text");
  }
}

void read_map(Reader map, Field& out, const Places& places) {
  map.each_entry([&](const std::string&, const Reader& key, const Reader& says) {
    const Typed typed = read_typed(key);
    check_key(out, typed, key, places);
    const bool again =
        std::ranges::any_of(out.map, [&](const auto& entry) { return entry.first == typed; });
    if (again) key.fault("this key stands for the same value as one before it");
    out.map.emplace_back(typed, read_verdicts(says));
  });
  if (map.is_map() && out.map.empty()) map.fault("a map has at least one `value: meaning`");
}

void read_kinds(Reader& field, Field& out, const Places& places) {
  const Reader at = field.child("kind_at");
  Reader kinds = field.child("kinds");
  if (!at.is_there()) {
    if (kinds.is_there()) kinds.fault("`kinds` needs `kind_at`: where the word stands");
    return;
  }
  out.kind_at = read_source(at, places);
  kinds.each_entry([&](const std::string& word, const Reader&, const Reader& kind) {
    out.kinds.emplace_back(word, read_kind(kind, device::Kind::device));
  });
  if (out.kinds.empty()) at.fault("`kind_at` needs `kinds`: a map from word to kind");
}

void read_words(Reader& field, Field& out, const Places& places) {
  read_map(field.child("map"), out, places);
  const Reader otherwise = field.child("otherwise");
  if (otherwise.is_there()) {
    out.otherwise = read_verdicts(otherwise);
    const bool hides = std::ranges::any_of(
        out.otherwise, [](const auto& verdict) { return verdict.meaning == Meaning::normal; });
    if (hides) otherwise.fault("an unlisted value is never normal");
  }
  Reader value = field.child("value");
  if (!value.is_there()) return;
  out.quantity.emplace();
  out.quantity->at = read_source(value.need("at"), places);
  out.quantity->coding = read_coding(value.child("as"));
  read_quantity(value, *out.quantity, places);
  value.close();
}

void read_number(Reader& field, Field& out, const Places& places) {
  out.quantity.emplace();
  out.quantity->at = out.at;
  read_quantity(field, *out.quantity, places);
  const Reader levels = field.child("levels");
  if (levels.is_there()) out.levels = read_levels(levels);
  out.low_battery_at = field.child("low_battery_at").number();
  if (out.low_battery_at && !field.has("kind")) out.kind = device::Kind::device;
  if (out.mask != 0) field.fault("`mask` gives true or false: it needs `map`");
}

// Whether a message of this field can say that there is danger.
bool can_alarm(const Field& field) {
  const auto has_danger = [](const device::Verdicts& verdicts) {
    return std::ranges::any_of(verdicts, [](const device::Verdict& verdict) {
      return !verdict.kind &&
             device::is_alarm({.kind = device::Kind::gas, .meaning = verdict.meaning});
    });
  };
  return field.levels || has_danger(field.always) || has_danger(field.otherwise) ||
         std::ranges::any_of(field.map,
                             [&](const auto& entry) { return has_danger(entry.second); });
}

}  // namespace

device::Field read_field(Reader field, device::Kind kind, const Places& places) {
  Field out{.kind = kind};
  const Reader at = field.child("at");
  if (at.is_there()) {
    out.at = read_source(at, places);
  } else {
    out.at.is_set = true;  // The body as a whole.
  }
  out.kind = read_kind(field.child("kind"), kind);
  read_kinds(field, out, places);
  field.read("event", out.is_event);
  const Reader as = field.child("as");
  out.coding = read_coding(as);
  if (places.form->body == Body::hex) out.coding = Coding::hex;
  // A body of raw bytes needs no coding; any but plain says that there are bytes.
  if (places.form->body == Body::base64 || places.form->body == Body::bytes) {
    out.coding = Coding::base64;
  }
  const bool says_always = field.has("always");
  if (!says_always) read_slice(field, out);
  out.mask = read_mask(field.child("mask"));
  const int ways = (field.has("map") ? 1 : 0) + (says_always ? 1 : 0) + (field.has("unit") ? 1 : 0);
  if (says_always) {
    out.always = read_verdicts(field.child("always"));
  } else if (field.has("map")) {
    read_words(field, out, places);
  } else {
    read_number(field, out, places);
  }
  const bool needs_place = places.form->body == Body::json && !at.is_there() && !says_always;
  if (needs_place) field.fault("`at` is missing: where in the JSON the value stands");
  if (ways != 1) field.fault("a field has exactly one of `map`, `always`, or `unit` (a number)");
  field.close();
  return out;
}

device::Change read_change(Reader change, const Places& places) {
  device::Change out;
  out.when.at = read_source(change.need("at"), places);
  out.when.is = read_typed_list(change.child("is"));
  const Reader kind = change.child("kind");
  if (kind.is_there()) out.kind = read_kind(kind, device::Kind::device);
  Reader then = change.need("then");
  then.each_entry([&](const std::string&, const Reader& from, const Reader& to) {
    const Meaning before = read_meaning(from);
    if (to.text() == "nothing") {
      out.then.emplace_back(before, std::nullopt);
      return;
    }
    const Meaning after = read_meaning(to);
    if (after == Meaning::normal) to.fault("no condition makes a reading normal");
    out.then.emplace_back(before, after);
  });
  change.close();
  return out;
}

void FieldRules::check(const device::Field& field, const Reader& at) {
  Seen& seen = seen_[static_cast<std::size_t>(field.kind)];
  const std::string kind(device::name_of(field.kind));
  if (can_alarm(field)) {
    const bool mixed = field.is_event ? seen.state : seen.event;
    if (mixed) {
      at.fault("kind " + kind +
               " is an event in one field and a state in another; use two profiles");
    }
    (field.is_event ? seen.event : seen.state) = true;
  }
  if (!field.levels) return;
  if (seen.levels) at.fault("kind " + kind + " is judged by `levels` twice");
  seen.levels = true;
}

}  // namespace shouwang::config
