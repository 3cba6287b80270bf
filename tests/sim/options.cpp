#include "tests/sim/options.h"

#include <charconv>

#include "base/rng.h"

namespace shouwang::sim {
namespace {

int between(Rng& rng, int least, int most) {
  return least + static_cast<int>(rng.below(static_cast<std::uint64_t>(most - least + 1)));
}

// In `per_thousand` of the seeds something of `least` .. `most`, else none.
int sometimes(Rng& rng, unsigned per_thousand, int least, int most) {
  const int value = between(rng, least, most);
  return rng.chance(per_thousand) ? value : 0;
}

}  // namespace

const std::vector<OptionField>& option_fields() {
  static const std::vector<OptionField> fields = {
      {"communities", &Options::communities},
      {"hours", &Options::hours},
      {"start_hour", &Options::start_hour},
      {"dangers", &Options::dangers},
      {"storms", &Options::storms},
      {"manual", &Options::manual},
      {"beating", &Options::beating},
      {"codec", &Options::codec},
      {"sqlite", &Options::sqlite},
      {"mood", &Options::mood},
      {"wrong", &Options::wrong},
      {"late", &Options::late},
      {"twice", &Options::twice},
      {"away", &Options::away},
      {"crashes", &Options::crashes},
      {"disk_faults", &Options::disk_faults},
      {"corrupt", &Options::corrupt},
      {"outages", &Options::outages},
      {"forgets", &Options::forgets},
      {"duplicates", &Options::duplicates},
      {"holds", &Options::holds},
      {"loss", &Options::loss},
      {"answer_loss", &Options::answer_loss},
      {"reboots", &Options::reboots},
      {"destroyed", &Options::destroyed},
      {"device_clocks", &Options::device_clocks},
      {"garbage", &Options::garbage},
      {"strangers", &Options::strangers},
      {"slow_loop", &Options::slow_loop},
      {"boots_1970", &Options::boots_1970},
      {"steps", &Options::steps},
      {"drift_ppm", &Options::drift_ppm},
      {"leaps", &Options::leaps},
      {"channel_faults", &Options::channel_faults},
      {"lanes", &Options::lanes},
      {"walks", &Options::walks},
      {"silences", &Options::silences},
      {"mending", &Options::mending},
      {"rehearsal", &Options::rehearsal},
      {"poison", &Options::poison},
  };
  return fields;
}

Options draw(std::uint64_t seed) {
  Rng rng(seed * 0x9e3779b97f4a7c15ULL + 1);
  Options o{.seed = seed};
  const auto kinds = rng.below(10);
  o.communities = kinds < 7 ? 1 : kinds < 9 ? 2 : 3;
  o.start_hour = between(rng, 0, 300 * 24);
  o.dangers = between(rng, 2, 14) / o.communities + 1;
  o.storms = sometimes(rng, 150, 1, 1);
  o.manual = sometimes(rng, 400, 1, 3);
  o.beating = sometimes(rng, 300, 1, 20);
  o.codec = sometimes(rng, 200, 1, 1);
  o.sqlite = sometimes(rng, 30, 1, 1);
  const bool sleepy = rng.chance(150);
  o.mood = sleepy ? between(rng, 2, 40) : between(rng, 150, 900);
  if (sleepy) o.dangers = 1 + o.dangers / 4;
  o.wrong = sometimes(rng, 500, 20, 300);
  o.late = sometimes(rng, 500, 20, 400);
  o.twice = sometimes(rng, 400, 20, 300);
  o.away = sometimes(rng, 500, 1, 30);
  o.crashes = sometimes(rng, 700, 1, 14);
  o.disk_faults = sometimes(rng, 400, 1, 5);
  o.corrupt = sometimes(rng, 200, 1, 2);
  o.outages = sometimes(rng, 500, 1, 6);
  o.forgets = sometimes(rng, 300, 1, 3);
  o.duplicates = sometimes(rng, 500, 10, 400);
  o.holds = sometimes(rng, 400, 1, 8);
  o.loss = sometimes(rng, 500, 10, 500);
  o.answer_loss = sometimes(rng, 500, 10, 500);
  o.reboots = sometimes(rng, 400, 50, 400);
  o.destroyed = sometimes(rng, 400, 50, 400);
  o.device_clocks = sometimes(rng, 400, 50, 500);
  o.garbage = sometimes(rng, 400, 1, 20);
  o.strangers = sometimes(rng, 300, 1, 2);
  o.slow_loop = sometimes(rng, 300, 10, 200);
  o.boots_1970 = sometimes(rng, 200, 200, 1000);
  o.steps = sometimes(rng, 300, 1, 5);
  o.drift_ppm = rng.chance(400) ? between(rng, -300, 300) : 0;
  o.leaps = sometimes(rng, 200, 1, 1);
  o.channel_faults = sometimes(rng, 700, 1, 20);
  o.lanes = rng.chance(300) ? between(rng, 4, 64) : 10'000;
  if (o.sqlite != 0) o.dangers = 1 + o.dangers / 4;
  o.walks = sometimes(rng, 300, 1, 3);
  o.silences = sometimes(rng, 200, 1, 4);
  o.mending = sometimes(rng, 300, 1, 6);
  o.rehearsal = sometimes(rng, 200, 5, 60);
  o.poison = sometimes(rng, 150, 1, 2);
  return o;
}

std::string text_of(const Options& options) {
  std::string text = "seed=" + std::to_string(options.seed);
  for (const OptionField& field : option_fields()) {
    if (options.*field.value == 0) continue;
    text.append(" ").append(field.name).append("=").append(std::to_string(options.*field.value));
  }
  return text;
}

std::string flags_for(const Options& options) {
  const Options drawn = draw(options.seed);
  std::string text = "--seed " + std::to_string(options.seed);
  for (const OptionField& field : option_fields()) {
    if (options.*field.value == drawn.*field.value) continue;
    text.append(" --set ").append(field.name).append("=");
    text.append(std::to_string(options.*field.value));
  }
  return text;
}

bool set(Options& options, std::string_view assignment) {
  const auto equals = assignment.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view number = assignment.substr(equals + 1);
  for (const OptionField& field : option_fields()) {
    if (field.name != assignment.substr(0, equals)) continue;
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), options.*field.value);
    return error == std::errc() && end == number.data() + number.size();
  }
  return false;
}

}  // namespace shouwang::sim
