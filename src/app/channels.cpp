#include "app/channels.h"

namespace shouwang::app {
namespace {

bool is_set(const config::SecretRef& ref) { return !ref.file.empty() || !ref.credential.empty(); }

Result<std::string> secret_of(const config::SecretRef& ref, const config::Config& config) {
  if (!is_set(ref)) return std::string();
  return config::read_secret(ref, config.directory);
}

}  // namespace

Result<std::vector<std::shared_ptr<notify::Channel>>> make_channels(
    const config::Config& config, const notify::Surroundings& surroundings) {
  std::vector<std::shared_ptr<notify::Channel>> channels;
  for (const config::ChannelSettings& settings : config.channels) {
    TRY(secret, secret_of(settings.secret, config));
    TRY(password, secret_of(settings.password, config));
    auto channel = notify::make_channel(
        settings, {.secret = std::move(secret), .password = std::move(password)}, surroundings);
    if (!channel) {
      return fail(channel.error().code, "channel " + settings.name + ": " + channel.error().what);
    }
    channels.push_back(std::move(*channel));
  }
  return channels;
}

}  // namespace shouwang::app
