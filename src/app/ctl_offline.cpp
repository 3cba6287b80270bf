#include "app/ctl_offline.h"

#include <qrencode.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>

#include "app/app.h"
#include "app/asio_clock.h"
#include "app/configuration.h"
#include "app/control_json.h"
#include "app/coverage_report.h"
#include "app/decode.h"
#include "config/ledger.h"
#include "store/backup.h"
#include "store/sqlite_store.h"

namespace shouwang::app {
namespace {

using boost::json::object;
using boost::json::value;

Result<config::Config> load(const std::filesystem::path& directory) {
  auto loaded = load_configuration(directory);
  if (loaded) return std::move(*loaded);
  return fail(Error::Code::invalid, "the configuration has faults:\n" + as_lines(loaded.error()));
}

Result<const config::Community*> community_named(const config::Config& config,
                                                 const object& arguments) {
  const value* wanted = arguments.if_contains("community");
  if (wanted == nullptr && config.communities.size() == 1) return &config.communities.front();
  for (const config::Community& community : config.communities) {
    if (wanted != nullptr && wanted->as_string() == community.estate.id.str()) return &community;
  }
  return fail(Error::Code::invalid, "name one of the communities with --community");
}

bool flag_of(const object& arguments, std::string_view name) {
  const value* flag = arguments.if_contains(name);
  return flag != nullptr && flag->is_bool() && flag->as_bool();
}

}  // namespace

Result<object> read_ledgers(const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    return fail(Error::Code::not_found, folder.string() + " is not a folder");
  }
  object files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".csv") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in) return fail(Error::Code::io, "can not read " + entry.path().string());
    files[entry.path().filename().string()] = std::move(text);
  }
  if (files.empty()) {
    return fail(Error::Code::not_found, folder.string() + " holds no ledgers (NAME.csv)");
  }
  return files;
}

Result<value> import_offline(const std::filesystem::path& directory,
                             const std::filesystem::path& folder, const object& arguments) {
  TRY(config, load(directory));
  TRY(community, community_named(config, arguments));
  TRY(store, store::SqliteStore::open(config.store.path));
  TRY(current, store->records(community->estate.id));
  const Instant now = system_now();
  const config::Import result = config::import_ledgers(
      folder, {.config = config, .community = *community, .current = current},
      {.now = now,
       .accept_partial = flag_of(arguments, "accept_partial"),
       .narrow_digits = flag_of(arguments, "narrow_digits")});
  object report = json_of_import(result);
  const bool stored = result.is_accepted && !flag_of(arguments, "dry_run");
  report["stored"] = stored;
  if (!stored) return value(report);
  dispatch::JournalEntry entry{
      .at = now, .community = community->estate.id, .actor = "import", .type = "records_imported"};
  for (const config::LedgerCount& count : result.counts) {
    entry.facts.emplace_back(count.file, std::to_string(count.taken));
  }
  TRY_DONE(store->replace_records(community->estate.id, result.records, entry));
  if (result.facts) {
    TRY_DONE(store->save({{.community = community->estate.id, .facts = *result.facts}}));
  }
  return value(report);
}

Result<value> coverage_offline(const std::filesystem::path& directory,
                               const std::string& community) {
  TRY(config, load(directory));
  TRY(store, store::SqliteStore::open(config.store.path));
  const Instant now = system_now();
  boost::json::array list;
  for (const config::Community& one : config.communities) {
    const CommunityId& id = one.estate.id;
    if (!community.empty() && id.str() != community) continue;
    TRY(records, store->records(id));
    config::Import fitted =
        config::fit_records({.config = config, .community = one, .current = records}, now);
    TRY(memory, store->recall(id, now));
    dispatch::Book book(
        std::make_shared<household::Registry>(one.estate, std::move(fitted.records)),
        std::make_shared<const dispatch::Rules>(one.rules), 0);
    dispatch::restore(book, std::move(memory), now);
    list.push_back(json_of_coverage(id, dispatch::coverage_of(book, now), now));
  }
  if (list.empty()) {
    return fail(Error::Code::invalid, "there is no community `" + community + "`");
  }
  return value(list);
}

Result<Done> backup_offline(const std::filesystem::path& directory, const std::string& path) {
  TRY(config, load(directory));
  TRY(store, store::SqliteStore::open(config.store.path));
  return store->copy_to(path);
}

Result<std::string> restore_offline(const std::filesystem::path& directory,
                                    const std::string& copy) {
  TRY(config, load(directory));
  return store::restore_database(copy, config.store.path);
}

int print_journal(const CtlClient& client, object query, std::ostream& out) {
  for (;;) {
    const auto page = client.ask("report", query);
    if (!page) return kExitFailed;
    const auto& lines = page->as_array();
    if (lines.empty()) return kExitDone;
    for (const value& line : lines) out << boost::json::serialize(line) << "\n";
    query["after"] = lines.back().as_object().at("number");
  }
}

Result<std::size_t> decode_stream(const std::filesystem::path& directory, std::istream& in,
                                  std::ostream& out) {
  TRY(config, load(directory));
  std::vector<device::Listing> listings;
  for (const config::Community& community : config.communities) {
    listings.push_back({.community = community.estate.id, .devices = community.estate.devices});
  }
  auto known = device::Directory::build(config.profiles, listings);
  if (!known) return fail(Error::Code::invalid, known.error().front());
  const device::Decoder decoder(std::move(config.profiles));
  return decode_lines({.decoder = decoder, .directory = *known, .listings = listings}, in, out,
                      system_now());
}

std::string qr_code(const std::string& text) {
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M), QRcode_free);
  if (!code) return "";
  const int width = code->width;
  const auto dark = [&](int x, int y) {
    const bool inside = x >= 0 && y >= 0 && x < width && y < width;
    return inside && (code->data[y * width + x] & 1) != 0;
  };
  std::string drawn;
  // Two rows of modules in one line of the terminal, on a light ground with a quiet border.
  for (int y = -2; y < width + 2; y += 2) {
    for (int x = -2; x < width + 2; ++x) {
      static constexpr const char* kHalves[] = {"█", "▄", "▀", " "};
      drawn += kHalves[(dark(x, y) ? 1 : 0) + (dark(x, y + 1) ? 2 : 0)];
    }
    drawn += "\n";
  }
  return drawn;
}

}  // namespace shouwang::app
