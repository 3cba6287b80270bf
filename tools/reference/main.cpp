// tools/community: writes the reference community and prints each table's rows and hash.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "config/csv.h"
#include "config/ledger.h"
#include "config/zones.h"
#include "tools/reference/reference.h"
#include "tools/reference/tables.h"

namespace {

using namespace shouwang;
using namespace shouwang::reference;
namespace fs = std::filesystem;

struct Wanted {
  std::string profile = "E18";
  std::string out;
  int copies = 1;
  std::string first_day = "2026-01-01";
  int years = 2;
  bool b11_vacant = false;

  Options options() const {
    const auto day = config::parse_local(first_day).value();
    return {.profile = profile == "E62" ? Profile::e62 : Profile::e18,
            .prefix = "",
            .first_day = std::chrono::year{day.year} / std::chrono::month{day.month} /
                         std::chrono::day{day.day},
            .rota_years = years,
            .b11_vacant = b11_vacant};
  }
};

bool write(const fs::path& path, const std::string& text) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (out) return true;
  std::fprintf(stderr, "community: can not write %s\n", path.c_str());
  return false;
}

std::string devices_of(const household::Community& community) {
  std::string text = config::csv_line({"id", "profile", "place"});
  for (const auto& device : community.devices) {
    text += config::csv_line({device.id.str(), device.profile, device.place});
  }
  return text;
}

// The ledgers as the office would deliver them, and its list of devices.
bool write_community(const fs::path& directory, const Options& options) {
  const Reference made = build(options);
  bool is_written = write(directory / "ledgers/devices.csv", devices_of(made.community));
  for (const auto& [file, text] : config::ledgers_of(made.records, {}, made.community.zone)) {
    is_written = write(directory / "ledgers" / file, text) && is_written;
  }
  return is_written;
}

bool write_all(const Wanted& wanted, const std::vector<Table>& golden) {
  Options options = wanted.options();
  bool is_written = true;
  for (const Table& table : golden) {
    is_written = write(fs::path(wanted.out) / (table.name + ".csv"), table.text()) && is_written;
  }
  if (wanted.copies == 1) return write_community(wanted.out, options) && is_written;
  for (int copy = 1; copy <= wanted.copies; ++copy) {
    const std::string name = numbered("C", copy, 2);
    options.prefix = name + "-";
    is_written = write_community(fs::path(wanted.out) / name, options) && is_written;
  }
  return is_written;
}

void print(const Wanted& wanted, const Figures& all, const std::vector<Table>& golden) {
  for (const Table& table : golden) {
    std::printf("%-11s rows %5zu  sha256 %s\n", table.name.c_str(), table.rows.size(),
                table.hash().c_str());
  }
  int residents = 0;
  int elders = 0;
  int lone = 0;
  for (const Home& home : all.homes) {
    residents += home.size;
    elders += home.elders;
    lone += home.lone ? 1 : 0;
  }
  std::printf("residents %d elders %d lone %d equipped %d\n", residents, elders, lone, kEquipped);
  if (wanted.copies == 1) return;
  std::printf("copies %d: homes %zu devices %zu\n", wanted.copies,
              all.homes.size() * static_cast<std::size_t>(wanted.copies),
              golden[3].rows.size() * static_cast<std::size_t>(wanted.copies));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Writes the reference community and prints each table's rows and hash.",
               "community");
  Wanted wanted;
  app.add_option("--profile", wanted.profile, "E18: 18.0 % are 60 or older; E62: 62.5 %")
      ->check(CLI::IsMember({"E18", "E62"}));
  app.add_option("--out", wanted.out, "write the tables to DIR, the ledgers to DIR/ledgers");
  app.add_option("--copies", wanted.copies, "so many communities, ids prefixed C01- C02- ...")
      ->check(CLI::Range(1, 99));
  app.add_option("--first-day", wanted.first_day, "the rota begins at its local midnight")
      ->check([](const std::string& day) {
        return day.size() == 10 && config::parse_local(day) ? "" : "not a day like 2026-01-01";
      });
  app.add_option("--years", wanted.years, "how many years of rota")->check(CLI::Range(1, 20));
  app.add_flag("--b11-vacant", wanted.b11_vacant, "building 11 has no head at all");
  CLI11_PARSE(app, argc, argv);
  const Figures all = figures(wanted.options().profile);
  const std::vector<Table> golden = tables(all);
  print(wanted, all, golden);
  if (wanted.out.empty() || write_all(wanted, golden)) return 0;
  return 1;
}
