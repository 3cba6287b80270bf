// The device's own time: where it stands and how it is written.

#include <chrono>

#include "config/profile_fields.h"
#include "device/device_time.h"

namespace shouwang::config {
namespace {

// "utc", "unknown", "+08:00".
std::optional<Millis> read_zone(const Reader& zone) {
  const auto text = zone.text();
  if (!text || *text == "unknown") return std::nullopt;
  if (*text == "utc") return Millis{0};
  // The offset is read the way RFC 3339 has it.
  const auto at = parse_utc("2000-01-01T00:00:00" + *text);
  if (!at || *text == "Z") {
    zone.fault("`" + *text + "` is no zone; allowed: utc, unknown, +hh:mm, -hh:mm");
    return std::nullopt;
  }
  return *parse_utc("2000-01-01T00:00:00Z") - *at;
}

}  // namespace

device::TimeRule read_time(Reader time, const Places& places) {
  device::TimeRule out;
  out.at = read_source(time.need("at"), places);
  const Reader format = time.need("format");
  bool needs_zone = false;
  for (const auto& [word, reader] : format.words()) {
    if (!device::is_time_format(word)) {
      reader.fault("`" + word +
                   "` is no time format; allowed: iso, epoch_s, epoch_ms, or a text with %Y, %m, "
                   "%d and also %H, %M, %S, %f");
    }
    needs_zone = needs_zone || word.find('%') != word.npos;
    out.formats.push_back(word);
  }
  const Reader zone = time.child("zone");
  out.offset = read_zone(zone);
  if (needs_zone && !zone.is_there()) {
    time.fault("a time without a zone needs `zone`: utc, unknown, +hh:mm, -hh:mm");
  }
  time.read_span("past", out.past, std::chrono::minutes{1}, std::chrono::hours{24 * 365});
  time.read_span("future", out.future, Millis{0}, std::chrono::hours{24});
  const Reader late = time.child("late");
  if (late.is_there()) out.late = late.span(std::chrono::seconds{10}, std::chrono::hours{24 * 365});
  time.close();
  return out;
}

}  // namespace shouwang::config
