// How long an alarm is thought about, in the reference community.
//
//   build/bench/bin/decide_bench
//
// Rows: the alarm of a further home while so many incidents are open. Everything that
// dispatch::handle does: incident, first wave, messages without their words, journal.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "dispatch/book.h"
#include "tools/reference/reference.h"

namespace shouwang::dispatch {
namespace {

const Instant kNow = *parse_utc("2026-01-15T18:40:00Z");

const config::Community& shipped() {
  static const config::Config config = [] {
    auto loaded = config::load(SHOUWANG_SOURCE_DIR "/config");
    if (!loaded) std::abort();
    return std::move(*loaded);
  }();
  return config.communities.front();
}

// Gas alarms in homes, and a book in which none has sounded yet.
struct Town {
  std::shared_ptr<const household::Registry> registry = std::make_shared<household::Registry>(
      household::Community(shipped().estate), reference::build().records);
  std::shared_ptr<const Rules> rules = std::make_shared<const Rules>(shipped().rules);
  std::vector<DeviceId> alarms = [] {
    std::vector<DeviceId> all;
    for (const device::Device& device : shipped().estate.devices) {
      if (device.id.str().starts_with("GA-")) all.push_back(device.id);
    }
    return all;
  }();

  Book book(std::size_t open) const {
    Book fresh(registry, rules, 7);
    for (std::size_t i = 0; i < open; ++i) sound(fresh, i);
    return fresh;
  }
  Effects sound(Book& book, std::size_t which) const {
    Heard heard{.device = alarms[which], .profile = "native"};
    heard.report.signals = {{.kind = device::Kind::gas, .meaning = device::Meaning::alarm}};
    return handle(book, heard, kNow);
  }
};

const Town& town() {
  static const Town only;
  return only;
}

void decide_alarm(benchmark::State& state) {
  const auto open = static_cast<std::size_t>(state.range(0));
  Book book = town().book(open);
  std::size_t next = open;
  for (auto _ : state) {
    if (next == town().alarms.size() || next == open + 50) {
      state.PauseTiming();
      book = town().book(open);
      next = open;
      state.ResumeTiming();
    }
    benchmark::DoNotOptimize(town().sound(book, next++));
  }
  state.SetLabel(std::to_string(open) + " open");
}

BENCHMARK(decide_alarm)->Arg(0)->Arg(100)->Iterations(2000);
BENCHMARK(decide_alarm)->Arg(1000)->Iterations(200);

}  // namespace
}  // namespace shouwang::dispatch

BENCHMARK_MAIN();
