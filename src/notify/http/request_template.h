// A provider's request as an installer writes it: mustache templates for URL, headers and body.
//
//   url: https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={{secret}}
//   request_body: '{"msgtype":"text","text":{"content":"{{title}}\n{{body}}"}}'
//
// Fields and sections: kRequestFields of notify/field_names.h.
//
// {{x}} is escaped for where it stands: percent-encoded in the URL and in forms, as the inside of
// a JSON string in JSON, as XML in XML. {{{x}}} is not. Line ends never get into a header or URL.
//
// Signatures: DingTalk base64(HMAC-SHA256(key = secret, now_ms LF secret)); Feishu
// base64(HMAC-SHA256(key = now_s LF secret, nothing)), as their robots' manuals give them. They
// are made anew for each try, since they are valid for an hour only.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "notify/channel.h"
#include "notify/http_client.h"
#include "notify/settings.h"

namespace shouwang::notify {

class RequestTemplate {
 public:
  // REQUIRES: faults(settings) is empty.
  RequestTemplate(const ChannelSettings& settings, ChannelSecrets secrets);
  ~RequestTemplate();

  // Whether the address is part of the request; a group's robot needs none.
  bool needs_address() const;

  // The request for one try. Errors: invalid (what came out is not a URL that may be called).
  Result<HttpRequest> render(const Message& message, Instant now) const;

  // Everything wrong with the templates: syntax, unknown fields, a body that is not JSON.
  static std::vector<SettingsFault> faults(const ChannelSettings& settings);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// `body` cut to `bytes_max` at a character, with an ellipsis; lines that hold `link` stay.
std::string shortened(const std::string& body, std::string_view link, std::size_t bytes_max);

std::string dingtalk_sign(std::string_view secret, Instant now);
std::string feishu_sign(std::string_view secret, Instant now);

}  // namespace shouwang::notify
