// Measures the store on the disk it is given.
//
//   store_bench commits [--dir D] [--seconds S]   one small batch a commit, beside a bare commit
//   store_bench storm   [--dir D]                 1125 alarms at once
//   store_bench records [--dir D]                 ledgers of 59 communities, written and read
//   store_bench years   [--dir D] [--years N]     R-40: size, and the oldest incident opened

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <vector>

#include "base/check.h"
#include "store/sqlite_store.h"
#include "store_bench_data.h"

namespace {

using namespace shouwang;
using namespace std::chrono_literals;
namespace fs = std::filesystem;
using Seconds = std::chrono::duration<double>;

Seconds took(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::steady_clock::now() - start;
}

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "store_bench: %s\n", result.error().what.c_str());
    std::exit(1);
  }
  return std::move(*result);
}

struct Rate {
  double per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
};

// Calls `commit` again and again for `span`.
Rate measure(Seconds span, const std::function<void()>& commit) {
  std::vector<double> times;
  Seconds total{0};
  while (total < span) {
    const Seconds one = took(commit);
    total += one;
    times.push_back(one.count() * 1000);
  }
  std::ranges::sort(times);
  const auto at = [&](double part) {
    return times[static_cast<std::size_t>(static_cast<double>(times.size() - 1) * part)];
  };
  return {static_cast<double>(times.size()) / total.count(), at(0.5), at(0.99)};
}

// The floor: a table, a row, a commit.
class BareCommits {
 public:
  explicit BareCommits(const std::string& path) {
    CHECK(sqlite3_open(path.c_str(), &connection_) == SQLITE_OK);
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT)");
    CHECK(sqlite3_prepare_v2(connection_, "INSERT INTO t (text) VALUES ('one row')", -1, &insert_,
                             nullptr) == SQLITE_OK);
  }
  ~BareCommits() {
    sqlite3_finalize(insert_);
    sqlite3_close(connection_);
  }
  void commit() {
    CHECK(sqlite3_step(insert_) == SQLITE_DONE);
    CHECK(sqlite3_reset(insert_) == SQLITE_OK);
  }

 private:
  void run(const char* sql) {
    CHECK(sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  sqlite3* connection_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

void print(const char* what, const Rate& rate) {
  fmt::print("{:<28} {:>7.0f} commits/s   p50 {:.3f} ms   p99 {:.3f} ms\n", what, rate.per_second,
             rate.p50_ms, rate.p99_ms);
}

void commits(const std::string& dir, double seconds) {
  BareCommits bare(dir + "/bare.db");
  auto store = must(store::SqliteStore::open(dir + "/store.db"));
  const Instant start{1'768'000'000s};
  bench::MadeIncident incident(1, start);
  must(store->save(std::vector{incident.raise()}));
  std::uint64_t number = 1;
  std::vector<double> ratios;
  for (int round = 1; round <= 3; ++round) {
    const Seconds span(seconds / 9);
    const Rate floor = measure(span, [&] { bare.commit(); });
    const Rate change = measure(span, [&] { must(store->save(std::vector{incident.change()})); });
    const Rate alarm = measure(span, [&] {
      bench::MadeIncident fresh(++number, start + number * 1s);
      must(store->save(std::vector{fresh.raise()}));
    });
    print("bare one-row commit", floor);
    print("file + parcel + line", change);
    print("new alarm, 6 parcels", alarm);
    ratios.push_back(change.per_second / floor.per_second);
  }
  std::ranges::sort(ratios);
  fmt::print("small batch / bare commit: {:.2f} (median of 3)\n", ratios[1]);
}

void storm(const std::string& dir) {
  auto store = must(store::SqliteStore::open(dir + "/store.db"));
  std::vector<store::Batch> batches;
  for (std::uint64_t n = 1; n <= 1125; ++n) {
    batches.push_back(bench::MadeIncident(n, Instant{1'768'000'000s}).raise());
  }
  const Seconds one = took([&] { must(store->save(batches)); });
  fmt::print("1125 alarms, 6750 parcels in one commit: {:.1f} ms\n", one.count() * 1000);
  const Seconds read = took([&] { must(store->recall(bench::kElm, Instant{})); });
  fmt::print("read back after a restart: {:.1f} ms\n", read.count() * 1000);
}

void records(const std::string& dir) {
  auto store = must(store::SqliteStore::open(dir + "/store.db"));
  const household::Records made = bench::made_records(3100);
  const Seconds write = took([&] {
    for (int i = 0; i < 59; ++i) {
      must(store->replace_records(
          CommunityId(fmt::format("c{:02}", i)), made,
          {.community = CommunityId("c"), .actor = "office", .type = "import"}));
    }
  });
  fmt::print("59 communities of 3100 homes and {} people written: {:.2f} s\n", made.persons.size(),
             write.count());
  store.reset();
  const Seconds read = took([&] {
    store = must(store::SqliteStore::open(dir + "/store.db"));
    for (int i = 0; i < 59; ++i) {
      const auto all = must(store->records(CommunityId(fmt::format("c{:02}", i))));
      CHECK(all.persons.size() == made.persons.size());
    }
  });
  fmt::print("opened and read: {:.2f} s (limit 3 s)\n", read.count());
}

void flush_beats(store::Store& store, Instant day) {
  store::Batch beats{.community = bench::kElm};
  for (int device = 0; device < 1125; ++device) {
    beats.seen.push_back({.device = DeviceId(fmt::format("GA-B{:02}-U{}-{:03}", device % 11 + 1,
                                                         device % 4 + 1, device / 11)),
                          .at = day + 23h,
                          .messages = 1440});
  }
  must(store.save(std::vector{std::move(beats)}));
}

void years(const std::string& dir, int count) {
  const std::string path = dir + "/store.db";
  auto store = must(store::SqliteStore::open(path));
  const Instant start{std::chrono::sys_days{std::chrono::year{2007} / 6 / 1}};
  const int days = count * 6940 / 19;
  std::uint64_t number = 0;
  const Seconds writing = took([&] {
    for (int day = 0; day < days; ++day) {
      for (int i = 0; i < 10; ++i, ++number) {
        bench::MadeIncident incident(number, start + day * 24h + i * 2h);
        must(store->save(std::vector{incident.raise()}));
        must(store->save(std::vector{incident.deliver()}));
        must(store->save(std::vector{incident.claim()}));
        must(store->save(std::vector{incident.rounds()}));
        must(store->save(std::vector{incident.close()}));
      }
      flush_beats(*store, start + day * 24h);
      while (must(store->compact(start + (day - 2) * 24h))) {
      }
    }
  });
  store.reset();
  fmt::print("{} days, {} incidents written in {:.0f} s\n", days, number, writing.count());
  fmt::print("size: {:.3f} GB (limit 2)\n", static_cast<double>(fs::file_size(path)) / 1e9);
  const bench::MadeIncident first(0, start);
  const Seconds opening = took([&] { store = must(store::SqliteStore::open(path)); });
  std::size_t lines = 0;
  std::size_t parcels = 0;
  const Seconds oldest = took([&] {
    CHECK(must(store->file(first.id())).incident.id == first.id());
    lines = must(store->journal({.incident = first.id()})).size();
    parcels = must(store->parcels(first.id())).size();
  });
  fmt::print(
      "store opened in {:.1f} ms; oldest incident with {} lines and {} parcels in {:.2f} ms "
      "(limit 1000)\n",
      opening.count() * 1000, lines, parcels, oldest.count() * 1000);
  const Seconds recall = took([&] { must(store->recall(bench::kElm, start + days * 24h - 24h)); });
  fmt::print("recall: {:.2f} ms\n", recall.count() * 1000);
  std::size_t month = 0;
  const Seconds report = took([&] {
    const Instant from = start + days * 12h;
    month = must(store->journal({.from = from, .until = from + 24h * 30, .most = 10'000})).size();
  });
  fmt::print("a page of {} lines from the middle: {:.1f} ms\n", month, report.count() * 1000);
  const Seconds checking = took([&] { CHECK(!must(store->check_journal()).broken_at); });
  fmt::print("chain checked in {:.1f} s\n", checking.count());
  const Seconds copying = took([&] { must(store->copy_to(dir + "/copy.db")); });
  fmt::print("copied and verified in {:.1f} s\n", copying.count());
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Measures the store");
  app.require_subcommand(1);
  std::string parent = fs::temp_directory_path().string();
  double seconds = 9;
  int span = 19;
  bool keep = false;
  app.add_option("--dir", parent, "On the disk to measure")->check(CLI::ExistingDirectory);
  app.fallthrough();
  app.add_flag("--keep", keep, "Leave the files behind");
  CLI::App* commit = app.add_subcommand("commits", "One small batch a commit");
  commit->add_option("--seconds", seconds, "How long");
  CLI::App* burst = app.add_subcommand("storm", "1125 alarms at once");
  CLI::App* ledgers = app.add_subcommand("records", "59 communities' ledgers");
  CLI::App* long_run = app.add_subcommand("years", "R-40");
  long_run->add_option("--years", span, "How many")->check(CLI::Range(1, 100));
  CLI11_PARSE(app, argc, argv);
  const std::string dir = fmt::format("{}/store_bench.{}", parent, ::getpid());
  fs::create_directory(dir);
  if (*commit) commits(dir, seconds);
  if (*burst) storm(dir);
  if (*ledgers) records(dir);
  if (*long_run) years(dir, span);
  if (!keep) fs::remove_all(dir);
  return 0;
}
