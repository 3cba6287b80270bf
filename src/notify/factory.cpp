#include "notify/factory.h"

#include "notify/http/http_channel.h"
#include "notify/inbox/inbox_channel.h"
#include "notify/smtp/smtp_channel.h"
#include "notify/test/test_channel.h"

namespace shouwang::notify {

Result<std::shared_ptr<Channel>> make_channel(const ChannelSettings& settings,
                                              ChannelSecrets secrets,
                                              const Surroundings& surroundings) {
  std::string wrong;
  for (const SettingsFault& fault : check(settings)) {
    wrong += (wrong.empty() ? "" : "\n") + settings.name + "." + fault.field + ": " + fault.what;
  }
  if (!wrong.empty()) return fail(Error::Code::invalid, wrong);
  const auto& [web, mail, clock, inbox, late] = surroundings;
  switch (settings.type) {
    case ChannelType::inbox: return std::make_shared<InboxChannel>(settings, inbox, clock, late);
    case ChannelType::http: return make_http_channel(settings, std::move(secrets), web, clock);
    case ChannelType::smtp: return make_smtp_channel(settings, std::move(secrets), mail, clock);
    case ChannelType::test: return make_test_channel(settings, web, clock, late);
  }
  return fail(Error::Code::invalid, "there is no such type of channel");
}

}  // namespace shouwang::notify
