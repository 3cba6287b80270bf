#include <algorithm>
#include <fstream>
#include <iterator>

#include "config/draft.h"
#include "device/directory.h"

namespace shouwang::config {
namespace {

constexpr std::uintmax_t kFileBytesMax = 32 * 1024 * 1024;

// The language that stands in for all others must be there itself.
void check_fallback(Reader& gateway, const Draft& draft) {
  if (draft.languages.has(draft.config.language)) return;
  gateway.fault_at("language", draft.languages.missing(draft.config.language) + " (texts/" +
                                   draft.config.language + ".yaml)");
}

Names folders_of_communities(const Draft& draft) {
  Names folders("community");
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(draft.directory() / "communities", error)) {
    if (entry.is_directory()) folders.add(entry.path().filename().string());
  }
  return folders;
}

void read_communities(const Served& served, bool is_gateway_readable, Draft& draft) {
  const Names folders = folders_of_communities(draft);
  for (const auto& [id, place] : served) {
    if (folders.has(id))
      read_community(id, draft);
    else
      place.fault(folders.missing(id) + " (a folder communities/" + id + "/)");
  }
  if (is_gateway_readable) return;
  // Which ones are served is not known: their faults are of use all the same.
  for (const std::string& id : folders.all()) read_community(id, draft);
}

// What only all communities together show: whose voice an address is.
void check_addresses(Draft& draft) {
  std::vector<device::Listing> listings;
  for (const Community& community : draft.config.communities) {
    listings.push_back({.community = community.estate.id, .devices = community.estate.devices});
  }
  const auto directory = device::Directory::build(draft.config.profiles, listings);
  if (directory) return;
  for (const std::string& complaint : directory.error()) {
    draft.faults.push_back({.file = "communities", .what = complaint});
  }
}

}  // namespace

std::optional<std::string> read_text(Draft& draft, const std::string& file) {
  const auto path = draft.directory() / file;
  const auto say = [&](std::string what) {
    draft.faults.push_back({.file = file, .what = std::move(what)});
    return std::nullopt;
  };
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return say("is missing");
  const auto size = std::filesystem::file_size(path, error);
  if (error) return say("is not a file");
  if (size > kFileBytesMax) return say("is larger than 32 MiB");
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.is_open() || in.bad()) return say("can not be read");
  return text;
}

Reader open(Draft& draft, const std::string& file) {
  const auto text = read_text(draft, file);
  if (!text) return {YAML::Node(YAML::NodeType::Undefined), file, draft.faults};
  const std::size_t before = draft.faults.size();
  Reader root = Reader::parse(*text, file, draft.faults);
  if (root.is_there()) {
    if (!root.is_map()) root.fault("must be a map of `key: value` lines");
  } else if (draft.faults.size() == before) {
    draft.faults.push_back({.file = file, .what = "is empty"});
  }
  return root;
}

std::vector<std::string> files_in(const Draft& draft, const std::string& folder,
                                  const std::string& begin, const std::string& end) {
  std::vector<std::string> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(draft.directory() / folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(begin) && name.ends_with(end) && !name.starts_with('.')) {
      found.push_back(folder + "/" + name);
    }
  }
  std::ranges::sort(found);
  return found;
}

// The test alarm speaks the native format; it must be read as a device's is.
void check_self_test(Draft& draft) {
  const auto is_native = [](const device::Profile& profile) { return profile.name == "native"; };
  if (draft.config.self_test.every == Millis{0} ||
      std::ranges::any_of(draft.config.profiles, is_native)) {
    return;
  }
  draft.faults.push_back(
      {.file = "gateway.yaml",
       .what = "the self-test needs the profile `native`: put it into profiles/, "
               "or name a `library` that has it, or write `self_test: {every: off}`"});
}

tl::expected<Config, std::vector<Fault>> load(const std::filesystem::path& directory) {
  Draft draft;
  draft.config.directory = directory;
  std::error_code error;
  if (!std::filesystem::is_directory(directory, error)) {
    return tl::unexpected(std::vector<Fault>{
        {.file = directory.string(), .what = "is not a directory; give one with --config DIR"}});
  }
  Served served;
  Reader gateway = open(draft, "gateway.yaml");
  if (gateway.is_map()) read_gateway(gateway, draft, served);
  read_texts(draft);
  if (gateway.is_map()) check_fallback(gateway, draft);
  Reader channels = open(draft, "channels.yaml");
  if (channels.is_map())
    read_channels(channels, draft);
  else
    draft.channels.doubt();
  read_profiles(draft);
  read_communities(served, gateway.is_map(), draft);
  if (draft.faults.empty()) check_addresses(draft);
  if (draft.faults.empty()) check_self_test(draft);
  if (draft.faults.empty()) return std::move(draft.config);
  put_in_order(draft.faults);
  return tl::unexpected(std::move(draft.faults));
}

}  // namespace shouwang::config
