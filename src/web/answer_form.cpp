#include "web/answer_form.h"

#include <charconv>

#include "base/utf8.h"

namespace shouwang::web {
namespace {

using incident::Answer;

// Ids come back from pages that we made; anything longer was not made by us.
constexpr std::size_t kIdMax = 200;

Result<Done> read_minutes(const Fields& fields, Answer& answer) {
  const std::string& text = fields["minutes"];
  if (text.empty()) return Done{};
  int minutes = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), minutes);
  if (problem != std::errc{} || end != text.data() + text.size()) {
    return fail(Error::Code::invalid, "`minutes` must be a whole number, 1 .. 180");
  }
  answer.minutes = minutes;
  return Done{};
}

Result<Done> read_cause(const Fields& fields, Answer& answer) {
  const std::string& text = fields["cause"];
  if (text.empty()) return Done{};
  answer.cause = incident::cause_named(text);
  if (!answer.cause) {
    return fail(Error::Code::invalid,
                "`cause` must be real_leak, real_fire, cooking, pot, steam_dust, test, drill, "
                "device_fault or unknown");
  }
  return Done{};
}

// The moment at which the community's clocks show `local` ("2026-01-15T02:40"). In the hour that
// is skipped in spring: by the offset before it; in the hour that comes twice: the first time.
std::optional<Instant> from_local(const std::string& local, const Words& words) {
  const auto shown = parse_utc(local + (local.size() == 16 ? ":00Z" : "Z"));
  if (!shown) return std::nullopt;
  Instant guess = *shown - std::chrono::minutes{words.zone_minutes(*shown)};
  for (const int hours : {24, 0}) {
    const Instant near = guess - std::chrono::hours{hours};
    const Instant at = *shown - std::chrono::minutes{words.zone_minutes(near)};
    if (at + std::chrono::minutes{words.zone_minutes(at)} == *shown) return at;
    guess = at;
  }
  return guess;
}

Result<std::optional<Instant>> read_time(const Fields& fields, std::string_view name,
                                         const Words& words) {
  const std::string& text = fields[name];
  if (text.empty()) return std::optional<Instant>{};
  auto at = parse_utc(text);
  if (!at) at = from_local(text, words);
  if (!at) {
    return fail(Error::Code::invalid, "`" + std::string(name) +
                                          "` must be a time: 2026-01-15T02:40:00Z, or "
                                          "2026-01-15T02:40 in the community's own time");
  }
  return at;
}

}  // namespace

Result<Answer> read_answer(incident::Action action, const Fields& fields, const Words& words) {
  for (const std::string_view name : {"household", "other"}) {
    if (fields[name].size() <= kIdMax) continue;
    return fail(Error::Code::invalid, "`" + std::string(name) + "` is longer than any id");
  }
  Answer answer{.action = action,
                .household = HouseholdId(fields["household"]),
                .other = PersonId(fields["other"]),
                .text = fields["text"]};
  TRY_DONE(read_minutes(fields, answer));
  TRY_DONE(read_cause(fields, answer));
  TRY(from, read_time(fields, "from", words));
  TRY(until, read_time(fields, "until", words));
  answer.from = from;
  answer.until = until;
  return answer;
}

}  // namespace shouwang::web
