#include "tests/sim/years.h"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>

#include "base/check.h"
#include "tests/sim/town.h"

namespace shouwang::sim {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr double kIncidents = 69'400;   // of 19 years...
constexpr double kBytesMost = 2e9;      // ... in so much.
constexpr double kSecondsMost = 1.0;    // Likewise.
constexpr std::uint64_t kBeats = 1440;  // Of each device and day.
constexpr std::size_t kPage = 1000;     // Journal lines that the hand tool asks for at once.

using Seconds = std::chrono::duration<double>;

template <class Body>
double seconds_of(Body body) {
  const auto begun = std::chrono::steady_clock::now();
  body();
  return Seconds(std::chrono::steady_clock::now() - begun).count();
}

// An ordinary day: `a_day` times some device gives alarm, each as likely as the next; people are
// away; now and then a channel misbehaves.
class Days {
 public:
  Days(Town& town, int a_day) : town_(town), a_day_(a_day), rng_(town.chance_of(600)) {}

  void plan(int day) {
    const Instant midnight = town_.start() + 24h * day;
    const auto some_time = [&] { return midnight + Millis{rng_.below(86'000'000)}; };
    for (int i = 0; i < a_day_; ++i) danger(some_time());
    for (int i = 0; i < 3; ++i) away(some_time());
    if (rng_.chance(150)) bad_channel(some_time());
    for (int quarter = 1; quarter < 96; ++quarter) {
      town_.at(midnight + 15min * quarter, [this] { close_old(); });
    }
  }

  // The beats of the day are written down.
  void end(int day) {
    if (day % 10 == 0) {
      town_.people().forget();
      town_.devices().forget();
    }
    store::Batch beats{.community = estate().id};
    for (const device::Device& device : estate().devices) {
      beats.seen.push_back({.device = device.id, .at = town_.now(), .messages = kBeats});
    }
    CHECK(town_.disk().sqlite().save({beats}).has_value());
  }

 private:
  const household::Community& estate() const { return scenery().registries.front()->community(); }

  // Where nobody else has, the desk closes an incident within an hour or so.
  void close_old() {
    for (const dispatch::Book* book : town_.gateway().books()) {
      std::vector<IncidentId> old;
      for (const auto& [id, file] : book->files) {
        const bool over = town_.now() - file.incident.raised_at > 1h;
        if (file.incident.is_open() && over) old.push_back(id);
      }
      for (const IncidentId& id : old) {
        town_.people().close(book->registry->community().id, id);
      }
    }
  }

  void danger(Instant at) {
    const device::Device& device = estate().devices[rng_.below(estate().devices.size())];
    const bool smoke = device.id.str().find("SM-") != std::string::npos;
    const Millis lasts{10'000 + rng_.below(rng_.chance(300) ? 3'600'000 : 400'000)};
    town_.at(at, [&town = town_, id = estate().id, device = device.id, smoke] {
      town.devices().danger(id, device, smoke ? "smoke" : "gas");
    });
    town_.at(at + lasts, [&town = town_, id = estate().id, device = device.id] {
      town.devices().danger_is_over(id, device);
    });
  }

  void away(Instant at) {
    const auto& people = scenery().registries.front()->records().persons;
    town_.at(at, [&town = town_, id = estate().id, who = people[rng_.below(people.size())].id] {
      town.ask(id, dispatch::FactsNoted{{{.kind = household::DatedFact::Kind::away,
                                          .subject = who.str(),
                                          .from = town.now(),
                                          .until = town.now() + 48h,
                                          .author = "desk"}}});
    });
  }

  void bad_channel(Instant at) {
    static constexpr Manner kManners[] = {Manner::slow, Manner::dead, Manner::refuses};
    const Manner manner = kManners[rng_.below(std::size(kManners))];
    town_.at(at, [&town = town_, manner] { town.channel("push").behave(manner); });
    town_.at(at + 30min, [&town = town_] { town.channel("push").behave(Manner::good); });
  }

  Town& town_;
  const int a_day_;
  Rng rng_;
};

// How much of the store is in use, and by how many incidents.
struct Mark {
  double bytes = 0;
  double incidents = 0;
};

Mark mark_of(const std::string& path, Town& town) {
  sqlite3* database = nullptr;
  sqlite3_stmt* row = nullptr;
  CHECK(sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  CHECK(sqlite3_prepare_v2(database,
                           "SELECT (page_count - freelist_count) * page_size"
                           " FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
                           -1, &row, nullptr) == SQLITE_OK);
  CHECK(sqlite3_step(row) == SQLITE_ROW);
  const Mark mark{.bytes = sqlite3_column_double(row, 0),
                  .incidents = static_cast<double>(town.gateway().counters().alarms)};
  sqlite3_finalize(row);
  sqlite3_close(database);
  return mark;
}

// The size after 19 years, if it goes on growing as in the second half. The first half fills what
// stays about as large as it is: ledgers, and what is not packed yet.
double projected(const Mark& half, const Mark& end) {
  const double each = (end.bytes - half.bytes) / (end.incidents - half.incidents);
  const double size = end.bytes + std::max(0.0, kIncidents - end.incidents) * each;
  std::printf("growth: %.1f kB an incident; after %.0f incidents %.2f GB (limit %.0f)\n",
              each / 1e3, kIncidents, size / 1e9, kBytesMost / 1e9);
  return size;
}

// "SELECT name, number": one line each.
void print_rows(const std::string& path, const char* title, const char* sql) {
  sqlite3* database = nullptr;
  sqlite3_stmt* rows = nullptr;
  CHECK(sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  if (sqlite3_prepare_v2(database, sql, -1, &rows, nullptr) == SQLITE_OK) {
    std::printf("%s\n", title);
    while (sqlite3_step(rows) == SQLITE_ROW) {
      std::printf("  %-28s", reinterpret_cast<const char*>(sqlite3_column_text(rows, 0)));
      for (int i = 1; i < sqlite3_column_count(rows); ++i) {
        std::printf(" %14.1f", sqlite3_column_double(rows, i));
      }
      std::printf("\n");
    }
  } else {
    std::printf("%s: %s\n", title, sqlite3_errmsg(database));
  }
  sqlite3_finalize(rows);
  sqlite3_close(database);
}

void print_what_fills_it(const std::string& path) {
  print_rows(path, "MB by table and index",
             "SELECT name, sum(pgsize) / 1e6 AS mb FROM dbstat GROUP BY name"
             " HAVING mb >= 1 ORDER BY mb DESC");
  print_rows(path, "journal: lines (thousands), MB of text, by type",
             "SELECT type, count(*) / 1e3, sum(length(incident) + length(actor) + length(facts)"
             " + 32) / 1e6 AS mb FROM journal GROUP BY type ORDER BY mb DESC LIMIT 8");
}

// As `shouwangctl incident <id>` and `shouwangctl journal --incident <id>` read it.
double open_oldest(store::SqliteStore& store, const IncidentId& id) {
  std::size_t parcels = 0;
  std::size_t lines = 0;
  const double seconds = seconds_of([&] {
    CHECK(store.file(id).has_value());
    parcels = store.parcels(id)->size();
    for (std::uint64_t after = 0;;) {
      const auto page = store.journal({.incident = id, .after = after, .most = kPage});
      lines += page->size();
      if (page->size() < kPage) break;
      after = page->back().number;
    }
  });
  std::printf("oldest incident %s with %zu parcels and %zu journal lines: %.1f ms (limit 1000)\n",
              id.str().c_str(), parcels, lines, seconds * 1000);
  return seconds;
}

}  // namespace

int live_years(const YearsOptions& options) {
  const std::string path = options.directory + "/years.db";
  for (const char* end : {"", "-wal", "-shm", ".lock"}) fs::remove(path + end);
  const Options quiet{.seed = 19, .dangers = 0, .mood = 700, .wrong = 5, .late = 50};
  Mark half;
  Mark whole;
  Instant end;
  const double living = seconds_of([&] {
    Town town(quiet, {.store_path = path});
    Days days(town, options.a_day);
    town.live(
        options.days,
        [&](int day) {
          if (day == options.days / 2) half = mark_of(path, town);
          days.plan(day);
        },
        [&](int day) { days.end(day); });
    whole = mark_of(path, town);
    end = town.now();
  });
  std::printf("%d days, %.0f incidents, lived in %.0f s\n", options.days, whole.incidents, living);
  std::printf("size: %.1f MB, of the file %.1f MB\n", whole.bytes / 1e6,
              static_cast<double>(fs::file_size(path)) / 1e6);
  const double bytes = projected(half, whole);

  std::unique_ptr<store::SqliteStore> store;
  const CommunityId id = scenery().registries.front()->community().id;
  const double opening = seconds_of([&] { store = std::move(*store::SqliteStore::open(path)); });
  const double recalling = seconds_of([&] {
    CHECK(store->recall(id, end - dispatch::kept_after_end(*scenery().rules)).has_value());
  });
  std::printf("start: opened in %.0f ms, recalled in %.0f ms\n", opening * 1000, recalling * 1000);
  const auto all = store->incidents({.community = id, .most = 100'000});
  const double oldest = open_oldest(*store, all->back());
  store.reset();
  print_what_fills_it(path);
  if (!options.keep) fs::remove(path);
  const bool held = bytes < kBytesMost && oldest < kSecondsMost;
  std::printf(held ? "R-40 holds\n" : "R-40 IS BROKEN\n");
  return held ? 0 : 1;
}

}  // namespace shouwang::sim
