#include "tests/sim/run.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace shouwang::sim {
namespace {

using planted::Bug;

constexpr std::size_t kStoryLines = 60;

// Ids of incidents look like 20260115-184000-7f3kxy.
std::string incident_in(const std::string& text) {
  const auto at = text.find("-");
  for (auto dash = at; dash != std::string::npos; dash = text.find('-', dash + 1)) {
    if (dash < 8 || dash + 14 > text.size() || text[dash + 7] != '-') continue;
    const std::string id = text.substr(dash - 8, 22);
    if (std::ranges::all_of(id.substr(0, 8), [](char c) { return c >= '0' && c <= '9'; })) {
      return id;
    }
  }
  return {};
}

// Plants a bug for as long as it lives.
class Planted {
 public:
  explicit Planted(Bug bug) { planted::active = bug; }
  Planted(const Planted&) = delete;
  Planted& operator=(const Planted&) = delete;
  ~Planted() { planted::active = Bug::none; }
};

}  // namespace

Outcome run(const Options& options, Look look) {
  Town town(options, look);
  return town.run();
}

std::vector<Outcome> run_all(const std::vector<Options>& options, int threads, bool stop_at_first) {
  std::vector<Outcome> outcomes(options.size());
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> stop = false;
  scenery();
  const auto work = [&] {
    for (std::size_t i = next++; i < options.size() && !stop; i = next++) {
      outcomes[i] = run(options[i]);
      if (stop_at_first && !outcomes[i].broken_law.empty()) stop = true;
    }
  };
  std::vector<std::thread> workers;
  for (int i = 1; i < threads; ++i) workers.emplace_back(work);
  work();
  for (std::thread& worker : workers) worker.join();
  return outcomes;
}

Options shrink(const Outcome& broken, int runs) {
  Options best = broken.options;
  const auto still_breaks = [&](const Options& smaller) {
    return smaller != best && --runs >= 0 && run(smaller).broken_law == broken.broken_law;
  };
  for (const OptionField& field : option_fields()) {
    const bool shape = field.name == "hours" || field.name == "start_hour" ||
                       field.name == "mood" || field.name == "lanes";
    if (shape || best.*field.value == 0) continue;
    for (const int value : {0, 1, best.*field.value / 2}) {
      if (value == 0 && (field.name == "communities" || field.name == "dangers")) continue;
      if (value >= best.*field.value) continue;
      Options smaller = best;
      smaller.*field.value = value;
      if (!still_breaks(smaller)) continue;
      best = smaller;
      break;
    }
  }
  return best;
}

std::vector<std::string> story_of(const Outcome& broken) {
  const std::string id = incident_in(broken.what);
  std::vector<std::string> lines;
  for (const std::string& line : broken.story) {
    const bool own = !id.empty() && line.find(id) != std::string::npos;
    const bool big = line.find("  journal ") == std::string::npos &&
                     line.find(" of 20") == std::string::npos &&
                     line.find("presses") == std::string::npos;
    if (own || big) lines.push_back(line.substr(0, 200));
  }
  if (lines.size() > kStoryLines) lines.erase(lines.begin(), lines.end() - kStoryLines);
  return lines;
}

const std::vector<PlantedBug>& planted_bugs() {
  static const std::vector<PlantedBug> bugs = {
      {Bug::forget_timer, "forget_timer", "a restart puts no incident back on the agenda"},
      {Bug::forget_stand_down, "forget_stand_down", "nobody is told that it is over"},
      {Bug::keep_ringing, "keep_ringing", "what waits is not withdrawn at the end"},
      {Bug::merge_across_units, "merge_across_units", "alarms of two homes become one"},
      {Bug::close_on_normal, "close_on_normal", "a normal reading settles the incident"},
      {Bug::lower_severity, "lower_severity", "a source that clears lowers the severity"},
      {Bug::hold_first, "hold_first", "the first message waits for company"},
      {Bug::keep_finished, "keep_finished", "finished parcels stay in the outbox"},
      {Bug::tire_of_calling, "tire_of_calling", "the loop gives up after its third turn"},
      {Bug::believe_everybody, "believe_everybody", "any claim stops the waves"},
      {Bug::seen_is_going, "seen_is_going", "the desk's Seen stops the waves"},
      {Bug::forget_door, "forget_door", "nobody looks whether somebody has arrived"},
      {Bug::forget_to_save, "forget_to_save", "a change is not marked as one"},
      {Bug::silence_is_health, "silence_is_health",
       "a device that is quiet for long counts as normal"},
      {Bug::give_up_saving, "give_up_saving", "after a failed save no other is tried"},
      {Bug::send_before_save, "send_before_save", "messages leave before they are on disk"},
      {Bug::unmarked_repeat, "unmarked_repeat", "a restart sends again as if for the first time"},
      {Bug::unnamed_call, "unnamed_call", "the journal leaves out the last one called"},
      {Bug::late_ending, "late_ending", "the end is told half a day later"},
      {Bug::deaf_watch, "deaf_watch", "who falls silent is not put on the list"},
      {Bug::silence_heals, "silence_heals", "a silent device leaves the list after an hour"},
      {Bug::waiving_mends, "waiving_mends", "what is waived leaves the list"},
      {Bug::forgetful_list, "forgetful_list", "a restart finds only devices on the list"},
      {Bug::lasting_test, "lasting_test", "an alarm in a test never rings"},
      {Bug::endless_test, "endless_test", "a test goes on after its time"},
      {Bug::trust_the_clock, "trust_the_clock", "a jump of the clock makes everybody silent"},
      {Bug::rehearsed_for_ever, "rehearsed_for_ever", "what was rehearsed stays on the disk"},
      {Bug::skip_sync, "skip_sync", "the disk says that it has what it has not"},
      {Bug::acknowledge_early, "acknowledge_early", "the broker hears \"kept\" before the commit"},
      {Bug::lose_parcels, "lose_parcels", "parcels are not saved with their incident"},
      {Bug::lose_outbox, "lose_outbox", "a restart does not read the parcels"},
      {Bug::lose_told, "lose_told", "a restart does not read who has been told"},
      {Bug::lose_journal, "lose_journal", "lines about waves are not written"},
      {Bug::wrong_town, "wrong_town", "a message goes to another community's person"},
      {Bug::clock_steps_back, "clock_steps_back", "the gateway's clock goes backwards"},
      {Bug::wrong_shift, "wrong_shift", "the duty officer of the next shift is called"},
  };
  return bugs;
}

Caught hunt(Bug bug, std::uint64_t seeds_most) {
  const Planted planted(bug);
  for (std::uint64_t seed = 1; seed <= seeds_most; ++seed) {
    const Outcome outcome = run(draw(seed));
    if (outcome.broken_law.empty()) continue;
    Caught caught{.law = outcome.broken_law, .seeds = seed, .what = outcome.what};
    for (const auto& [law, what] : run(draw(seed), {.goes_on = true}).all_broken) {
      if (law != caught.law) caught.also.push_back(law);
    }
    return caught;
  }
  return {.seeds = seeds_most};
}

std::vector<std::string> law_names() {
  Town town(draw(1));
  std::vector<std::string> names{"EverythingHeals", "NoRuleOfOursBreaks", "TimeGoesOn"};
  for (const auto& law : all_laws(town)) names.emplace_back(law->name());
  std::ranges::sort(names);
  return names;
}

}  // namespace shouwang::sim
