#include "notify/settings.h"

#include <algorithm>

#include "notify/http/request_template.h"
#include "notify/http/verdict.h"
#include "notify/smtp/smtp_channel.h"
#include "notify/test/test_channel.h"

namespace shouwang::notify {
namespace {

using Faults = std::vector<SettingsFault>;

void add(Faults& faults, Faults more) { std::ranges::move(more, std::back_inserter(faults)); }

Faults limit_faults(const Traits& traits) {
  Faults faults;
  const Limit& limit = traits.limit;
  if (traits.in_flight_max < 1 || traits.in_flight_max > 256) {
    faults.push_back({"in_flight_max", std::to_string(traits.in_flight_max) + " is not 1 .. 256"});
  }
  if (limit.per_period < 0 || limit.per_period > 100'000) {
    faults.push_back(
        {"limit.per_period", std::to_string(limit.per_period) + " is not 0 (no limit) .. 100000"});
  }
  if (limit.reserved < 0 || limit.reserved > limit.per_period) {
    faults.push_back({"limit.reserved", std::to_string(limit.reserved) + " is not 0 .. " +
                                            std::to_string(std::max(0, limit.per_period))});
  }
  if (limit.period < Millis{1'000} || limit.period > Millis{86'400'000}) {
    faults.push_back({"limit.period", format_span(limit.period) + " is not 1s .. 1d"});
  }
  return faults;
}

Faults http_faults(const ChannelSettings& settings) {
  Faults faults;
  const std::string& method = settings.method;
  if (method != "GET" && method != "POST" && method != "PUT") {
    faults.push_back({"method", "`" + method + "` is not GET, POST or PUT"});
  }
  add(faults, RequestTemplate::faults(settings));
  add(faults, Judge::faults(settings.success));
  return faults;
}

}  // namespace

std::string_view name_of(ChannelType type) {
  switch (type) {
    case ChannelType::inbox: return "inbox";
    case ChannelType::http: return "http";
    case ChannelType::smtp: return "smtp";
    case ChannelType::test: return "test";
  }
  return "unknown";
}

std::vector<SettingsFault> check(const ChannelSettings& settings) {
  Faults faults = limit_faults(settings.traits);
  if (settings.name.empty()) faults.push_back({"name", "is missing"});
  if (settings.timeout < Millis{1'000} || settings.timeout > Millis{20'000}) {
    faults.push_back({"timeout", format_span(settings.timeout) + " is not 1s .. 20s"});
  }
  switch (settings.type) {
    case ChannelType::inbox: return faults;
    case ChannelType::http: add(faults, http_faults(settings)); break;
    case ChannelType::smtp: add(faults, smtp_channel_faults(settings)); break;
    case ChannelType::test:
      add(faults, test_channel_faults(settings));
      add(faults, Judge::faults(settings.success));
      return faults;
  }
  if (settings.traits.gives_receipts) {
    faults.push_back({"gives_receipts", "only inbox and test channels can bring receipts"});
  }
  return faults;
}

}  // namespace shouwang::notify
