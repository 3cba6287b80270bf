// What channels.yaml says about one way to reach phones.
//
// Secrets are not part of it: whoever reads the configuration resolves them and hands them to
// the factory beside it, so that settings can be printed and compared without care.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "notify/channel.h"

namespace shouwang::notify {

enum class ChannelType : std::uint8_t { inbox, http, smtp, test };

std::string_view name_of(ChannelType type);

// Which of the parts is read depends on `type`; check() names what is missing.
struct ChannelSettings {
  std::string name;
  ChannelType type = ChannelType::inbox;
  Traits traits;
  Millis timeout{8'000};  // One try; 1s .. 20s.

  // ---- http: each value is a mustache template over the fields of http/request_template.h.
  // ---- test: only `url`, a fixed one: http on loopback, or file:/path for JSON lines.
  std::string method = "POST";  // GET, POST, PUT
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string request_body;
  std::string content_type = "application/json";  // Decides how fields are escaped in the body.
  std::size_t text_bytes_max = 0;  // Title and body together, as the provider counts; 0: no limit.

  // What counts as taken. An HTTP 200 with an error inside is a failure.
  struct Success {
    int status_min = 200;
    int status_max = 299;
    std::string pointer;              // RFC 6901 into a JSON body; empty: status only.
    std::vector<std::string> equals;  // JSON texts, any of which means success.
    std::vector<std::string> never;   // JSON texts at `pointer` that make trying again useless.

    friend bool operator==(const Success&, const Success&) = default;
  } success;

  // ---- smtp
  std::string server;  // smtp://host:587 or smtps://host:465
  std::string from;
  std::string user;  // Empty: no login. Also the user of {{basic}} in http templates.
  bool start_tls = true;
};

struct ChannelSecrets {
  std::string secret;    // http: {{secret}}, a token or key.
  std::string password;  // smtp: of `user`. http: of {{basic}}, or the key of a robot's signature.
};

struct SettingsFault {
  std::string field;  // As in channels.yaml: "url", "success.equals".
  std::string what;   // One sentence: the value seen and what is allowed.

  friend bool operator==(const SettingsFault&, const SettingsFault&) = default;
};

// All that is wrong with one channel's settings. Empty if a channel can be made of them.
std::vector<SettingsFault> check(const ChannelSettings& settings);

}  // namespace shouwang::notify
