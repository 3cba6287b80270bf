// simulate --seeds 1..200      all of them, with a sum at the end; 1 if a law was broken
// simulate --seed 17 [--set crashes=0]... [--story]      one, twice: the hash must be the same
// simulate --seed 17 --plant hold_first      the same with that bug
// simulate --days 6940 [--dir /var/tmp]      19 years of incidents in a real store
// simulate --planted [--seeds 1..60]      each planted bug must be caught, each law broken by one

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

#include <CLI/CLI.hpp>

#include "tests/sim/run.h"
#include "tests/sim/years.h"

namespace {

using namespace shouwang::sim;

struct Range {
  std::uint64_t first = 1;
  std::uint64_t last = 200;
};

bool read(const std::string& text, Range& range) {
  const auto dots = text.find("..");
  range.first = std::strtoull(text.c_str(), nullptr, 10);
  range.last =
      dots == std::string::npos ? range.first : std::strtoull(text.c_str() + dots + 2, nullptr, 10);
  return range.first >= 1 && range.last >= range.first;
}

// What broke, the one command that shows it again, and its story.
void explain(const Outcome& broken) {
  std::printf("\nLAW BROKEN  %s: %s\n", broken.broken_law.c_str(), broken.what.c_str());
  std::printf("options     %s\n", text_of(broken.options).c_str());
  const Options least = shrink(broken, 60);
  std::printf("replay      tools/simulate %s\n", flags_for(broken.options).c_str());
  std::printf("shrunk      tools/simulate %s\n", flags_for(least).c_str());
  const Outcome told = run(least, {.with_story = true});
  std::printf("story       %s: %s\n", told.broken_law.c_str(), told.what.c_str());
  for (const std::string& line : story_of(told)) std::printf("  %s\n", line.c_str());
}

// Adds `more` to the sum over all seeds.
void add(Outcome& sum, const Outcome& more) {
  sum.community_days += more.community_days;
  sum.alarms += more.alarms;
  sum.crashes += more.crashes;
  sum.messages += more.messages;
  sum.answers += more.answers;
  for (std::size_t i = 0; i < kFaults; ++i) sum.faults[i] += more.faults[i];
  for (std::size_t i = 0; i < kDeeds; ++i) sum.deeds[i] += more.deeds[i];
}

int print_sum(const Range& range, const Outcome& sum, const std::string& hash, bool whole) {
  std::printf(
      "\nseeds %llu..%llu: %.1f community-days, %llu alarms, %llu crashes, "
      "%llu messages, %llu answers\n",
      static_cast<unsigned long long>(range.first), static_cast<unsigned long long>(range.last),
      sum.community_days, static_cast<unsigned long long>(sum.alarms),
      static_cast<unsigned long long>(sum.crashes), static_cast<unsigned long long>(sum.messages),
      static_cast<unsigned long long>(sum.answers));
  std::printf("faults:");
  bool gentle = false;
  for (std::size_t i = 0; i < kFaults; ++i) {
    std::printf(" %s %llu", std::string(kFaultNames[i]).c_str(),
                static_cast<unsigned long long>(sum.faults[i]));
    gentle |= sum.faults[i] == 0;
  }
  std::printf("\nalso seen:");
  for (std::size_t i = 0; i < kDeeds; ++i) {
    std::printf(" %s %llu", std::string(kDeedNames[i]).c_str(),
                static_cast<unsigned long long>(sum.deeds[i]));
    gentle |= sum.deeds[i] == 0;
  }
  std::printf("\nlaws held:");
  for (const std::string& law : law_names()) std::printf(" %s", law.c_str());
  std::printf("\nhash of all: %s\n", hash.c_str());
  if (!gentle || !whole) return 0;
  std::printf("TOO GENTLE: something never happened\n");
  return 1;
}

int run_range(const Range& range, int jobs) {
  std::vector<Options> all;
  for (std::uint64_t seed = range.first; seed <= range.last; ++seed) all.push_back(draw(seed));
  const std::vector<Outcome> outcomes = run_all(all, jobs, true);
  Outcome sum;
  std::uint64_t hash = 1469598103934665603ULL;
  for (const Outcome& one : outcomes) {
    if (one.hash.empty()) continue;  // Not run: a law was broken before its turn came.
    std::printf("%s  %s\n", one.hash.c_str(), text_of(one.options).c_str());
    if (!one.broken_law.empty()) {
      explain(one);
      return 1;
    }
    add(sum, one);
    for (const char c : one.hash) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
  }
  char text[20];
  std::snprintf(text, sizeof(text), "%016llx", static_cast<unsigned long long>(hash));
  return print_sum(range, sum, text, range.last - range.first >= 99);
}

int run_one(const Options& options, bool with_story) {
  std::printf("%s\n", text_of(options).c_str());
  const Outcome first = run(options, {.with_story = with_story});
  for (const std::string& line : first.story) std::printf("%s\n", line.c_str());
  if (!first.broken_law.empty()) {
    explain(first);
    return 1;
  }
  const Outcome second = run(options);
  std::printf("hash %s, %s the second time\n", first.hash.c_str(), second.hash.c_str());
  Outcome sum;
  add(sum, first);
  print_sum({options.seed, options.seed}, sum, first.hash, false);
  return first.hash == second.hash ? 0 : 1;
}

// Which bugs each law was broken by. A law without one says nothing.
int print_laws(const std::map<std::string, std::vector<std::string>>& bugs_of) {
  int idle = 0;
  std::printf("\n");
  for (const std::string& law : law_names()) {
    std::string line;
    const auto bugs = bugs_of.find(law);
    if (bugs != bugs_of.end()) {
      for (const std::string& bug : bugs->second) line.append(" ").append(bug);
    }
    if (line.empty()) ++idle;
    std::printf("%-30s%s\n", law.c_str(),
                line.empty() ? " NO PLANTED BUG BREAKS IT" : line.c_str());
  }
  return idle;
}

int run_planted(const Range& range, const std::string& only) {
  std::map<std::string, std::vector<std::string>> bugs_of;
  int missed = 0;
  for (const PlantedBug& bug : planted_bugs()) {
    const std::string name(bug.name);
    if (!only.empty() && only != name) continue;
    const Caught caught = hunt(bug.bug, range.last);
    const bool found = !caught.law.empty();
    missed += found ? 0 : 1;
    if (found) bugs_of[caught.law].push_back(name);
    std::string also;
    for (const std::string& law : caught.also) {
      bugs_of[law].push_back(name);
      also.append(also.empty() ? "; also " : ", ").append(law);
    }
    std::printf("%-20s %-48s %s%s after %llu seed%s%s\n", name.c_str(),
                std::string(bug.what).c_str(), found ? "caught by " : "NOT CAUGHT",
                caught.law.c_str(), static_cast<unsigned long long>(caught.seeds),
                caught.seeds == 1 ? "" : "s", also.c_str());
    std::fflush(stdout);
  }
  if (!only.empty()) return missed == 0 ? 0 : 1;
  const int idle = print_laws(bugs_of);
  std::printf("\n%zu bugs planted, %d missed; %zu laws, %d that no bug breaks\n",
              planted_bugs().size(), missed, law_names().size(), idle);
  return missed == 0 && idle == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("A town in virtual time: seeded chaos, then healing, laws checked at every step");
  std::string seeds;
  std::uint64_t seed = 0;
  std::vector<std::string> sets;
  bool planted = false;
  bool story = false;
  int jobs = 2;
  std::string plant;
  app.add_option("--plant", plant, "With --seed: plant this bug; with --planted: only this one");
  app.add_option("--seeds", seeds, "First and last, as 1..200");
  app.add_option("--seed", seed, "One seed, run twice");
  app.add_option("--set", sets, "With --seed: an option's value, as crashes=0");
  app.add_flag("--story", story, "With --seed: all that happens");
  app.add_flag("--planted", planted, "Plant each bug and see which law catches it");
  app.add_option("--jobs", jobs, "Threads");
  YearsOptions years{.directory = std::filesystem::temp_directory_path().string(), .days = 0};
  app.add_option("--days", years.days, "R-40: live so many days (19 years: 6940) in a real store");
  app.add_option("--a-day", years.a_day, "With --days: incidents a day");
  app.add_option("--dir", years.directory, "With --days: where")->check(CLI::ExistingDirectory);
  app.add_flag("--keep", years.keep, "With --days: leave the store behind");
  CLI11_PARSE(app, argc, argv);
  Range range;
  if (!seeds.empty() && !read(seeds, range)) {
    std::fprintf(stderr, "simulate: --seeds %s: must look like 1..200\n", seeds.c_str());
    return 2;
  }
  for (const PlantedBug& bug : planted_bugs()) {
    if (bug.name == plant && !planted) shouwang::planted::active = bug.bug;
  }
  if (years.days > 0) return live_years(years);
  if (planted) return run_planted(seeds.empty() ? Range{1, 60} : range, plant);
  if (seed == 0) return run_range(range, std::max(1, jobs));
  Options options = draw(seed);
  for (const std::string& assignment : sets) {
    if (set(options, assignment)) continue;
    std::fprintf(stderr, "simulate: --set %s: no such option\n", assignment.c_str());
    return 2;
  }
  return run_one(options, story);
}
