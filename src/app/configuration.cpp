#include "app/configuration.h"

#include "notify/phrases.h"
#include "notify/settings.h"

namespace shouwang::app {
namespace {

void add_channel_faults(const config::Config& config, std::vector<config::Fault>& faults) {
  for (const config::ChannelSettings& settings : config.channels) {
    for (const notify::SettingsFault& fault : notify::check(settings)) {
      faults.push_back(
          {.file = "channels.yaml",
           .what = "channel `" + settings.name + "`, " + fault.field + ": " + fault.what});
    }
  }
}

void add_message_faults(const config::Config& config, std::vector<config::Fault>& faults) {
  const Catalogue& catalogue = config.catalogue;
  for (const std::string& line : notify::check_messages(catalogue)) {
    const auto colon = line.find(": ");
    const std::string language = line.substr(0, colon);
    if (language != catalogue.fallback && line.ends_with(" is missing")) continue;
    faults.push_back({.file = "texts/" + language + ".yaml", .what = line.substr(colon + 2)});
  }
}

}  // namespace

tl::expected<config::Config, std::vector<config::Fault>> load_configuration(
    const std::filesystem::path& directory) {
  auto loaded = config::load(directory);
  if (!loaded) return loaded;
  std::vector<config::Fault> faults;
  add_channel_faults(*loaded, faults);
  add_message_faults(*loaded, faults);
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return loaded;
}

std::string as_lines(const std::vector<config::Fault>& faults) {
  std::string lines;
  for (const config::Fault& fault : faults) lines += config::format(fault) + "\n";
  return lines;
}

}  // namespace shouwang::app
