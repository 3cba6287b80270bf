#include "notify/http/request_template.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <optional>

#include "base/check.h"
#include "base/utf8.h"
#include "notify/base64.h"
#include "notify/field_names.h"
#include "notify/redact.h"
#include "notify/text_template.h"

namespace shouwang::notify {
namespace {

constexpr std::string_view kEllipsis = "…";

std::string unescaped(const std::string& text) { return text; }

std::string xml_escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&apos;"; break;
      default: escaped += c; break;
    }
  }
  return escaped;
}

bool is_json(const std::string& content_type) {
  return content_type.find("json") != std::string::npos;
}

TextTemplate::Escape escape_for(const std::string& content_type) {
  if (is_json(content_type)) return [](const std::string& text) { return json_escaped(text); };
  if (content_type.find("urlencoded") != std::string::npos) {
    return [](const std::string& text) { return percent_encoded(text); };
  }
  if (content_type.find("xml") != std::string::npos) return xml_escaped;
  return unescaped;
}

std::string without_controls(std::string text) {
  std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  return text;
}

bool may_be_called(const std::string& url) {
  const bool web = url.starts_with("http://") || url.starts_with("https://");
  return web && std::ranges::none_of(
                    url, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; });
}

std::string without_link(const std::string& text, std::string_view link) {
  if (link.empty()) return text;
  std::string kept;
  for (std::size_t from = 0; from < text.size();) {
    const auto end = std::min(text.find('\n', from), text.size());
    const std::string_view line = std::string_view(text).substr(from, end - from);
    if (line.find(link) == std::string_view::npos) {
      if (!kept.empty()) kept += '\n';
      kept += line;
    }
    from = end + 1;
  }
  return kept;
}

long seconds_left(Instant until, Instant now) {
  return std::max<long>(0, std::chrono::floor<std::chrono::seconds>(until - now).count());
}

Fields fields_of(const Message& message, const ChannelSettings& settings,
                 const ChannelSecrets& secrets, Instant now) {
  std::string body = message.body;
  if (settings.text_bytes_max > 0) {
    const std::size_t title_bytes = std::min(settings.text_bytes_max, message.title.size() + 1);
    body = shortened(body, message.link, settings.text_bytes_max - title_bytes);
  }
  const std::string text = message.title + "\n" + body;
  Fields fields;
  fields.text("address", message.address);
  fields.text("title", message.title);
  fields.text("body", body);
  fields.text("text", text);
  fields.text("spoken", without_link(text, message.link));
  fields.text("link", message.link);
  fields.text("key", message.key.str());
  fields.text("attempt", std::to_string(message.attempt));
  fields.text("community", message.community.str());
  fields.text("person", message.person.str());
  fields.text("incident", message.incident.str());
  fields.text("language", message.language);
  fields.text("urgency", std::string(name_of(message.urgency)));
  fields.text("letter", std::string(name_of(message.letter)));
  fields.text("secret", secrets.secret);
  fields.text("basic", base64(settings.user + ":" + secrets.password));
  fields.text("seconds", std::to_string(seconds_left(message.expires_at, now)));
  const auto now_ms = now.time_since_epoch().count();
  fields.text("now_ms", std::to_string(now_ms));
  fields.text("now_s", std::to_string(now_ms / 1000));
  fields.text("dingtalk_sign", dingtalk_sign(secrets.password, now));
  fields.text("feishu_sign", feishu_sign(secrets.password, now));
  fields.flag("alarm", message.urgency <= dispatch::Urgency::again);
  fields.flag("critical", message.critical);
  fields.flag("repeat", message.repeat);
  fields.flag("has_link", !message.link.empty());
  return fields;
}

// Reads a template, or notes what is wrong with it.
std::optional<TextTemplate> read(const std::string& field, const std::string& text,
                                 TextTemplate::Escape escape, std::vector<SettingsFault>& faults) {
  auto parsed = TextTemplate::parse(text, std::move(escape));
  if (!parsed) {
    faults.push_back({field, "the template can not be read: " + parsed.error().what});
    return std::nullopt;
  }
  for (const std::string& name : parsed->names()) {
    if (std::ranges::find(kRequestFields, name) == kRequestFields.end()) {
      faults.push_back({field, "there is no field `" + name + "`"});
    }
  }
  return std::move(*parsed);
}

// A message with everything in it that breaks careless templates.
Message awkward_message() {
  Message message;
  message.key = ParcelKey("20260115-184000-7f3k.00012");
  message.community = CommunityId("c");
  message.address = "test:R0000/push";
  message.title = "\"title\" \\ <&>";
  message.body = "line one\nline \"two\" {} [] \t";
  message.link = "http://127.0.0.1/p/token";
  message.language = "zh-CN";
  return message;
}

}  // namespace

struct RequestTemplate::Parts {
  ChannelSettings settings;
  ChannelSecrets secrets;
  std::optional<TextTemplate> url;
  std::optional<TextTemplate> body;
  std::vector<std::pair<std::string, TextTemplate>> headers;
};

RequestTemplate::RequestTemplate(const ChannelSettings& settings, ChannelSecrets secrets)
    : parts_(std::make_unique<Parts>()) {
  std::vector<SettingsFault> faults;
  parts_->settings = settings;
  parts_->secrets = std::move(secrets);
  parts_->url = read("url", settings.url, percent_encoded, faults);
  parts_->body =
      read("request_body", settings.request_body, escape_for(settings.content_type), faults);
  for (const auto& [name, value] : settings.headers) {
    auto header = read("headers." + name, value, unescaped, faults);
    if (header) parts_->headers.emplace_back(name, std::move(*header));
  }
  CHECK(faults.empty());
}

RequestTemplate::~RequestTemplate() = default;

bool RequestTemplate::needs_address() const {
  const auto names_it = [](const TextTemplate& text) { return text.names().contains("address"); };
  return names_it(*parts_->url) || names_it(*parts_->body) ||
         std::ranges::any_of(parts_->headers,
                             [&](const auto& header) { return names_it(header.second); });
}

Result<HttpRequest> RequestTemplate::render(const Message& message, Instant now) const {
  const Fields fields = fields_of(message, parts_->settings, parts_->secrets, now);
  HttpRequest request{.method = parts_->settings.method,
                      .url = parts_->url->render(fields),
                      .timeout = parts_->settings.timeout};
  if (!may_be_called(request.url)) {
    return fail(Error::Code::invalid, "what the template gives is not a URL");
  }
  if (request.method != "GET") {
    request.headers.emplace_back("Content-Type", parts_->settings.content_type);
    request.body = parts_->body->render(fields);
  }
  for (const auto& [name, value] : parts_->headers) {
    request.headers.emplace_back(name, without_controls(value.render(fields)));
  }
  return request;
}

std::vector<SettingsFault> RequestTemplate::faults(const ChannelSettings& settings) {
  std::vector<SettingsFault> faults;
  const auto url = read("url", settings.url, percent_encoded, faults);
  const auto body =
      read("request_body", settings.request_body, escape_for(settings.content_type), faults);
  for (const auto& [name, value] : settings.headers) {
    if (name.empty() || name.find_first_of(": \r\n") != std::string::npos) {
      faults.push_back({"headers", "`" + printable(name) + "` is not the name of a header"});
    }
    read("headers." + name, value, unescaped, faults);
  }
  if (!faults.empty()) return faults;
  const Fields fields = fields_of(awkward_message(), settings, {"secret", "password"}, Instant{});
  if (!may_be_called(url->render(fields)) && !settings.url.starts_with("{{{")) {
    faults.push_back({"url", "must begin with http:// or https:// and have no blanks"});
  }
  if (settings.method != "GET" && is_json(settings.content_type)) {
    boost::json::error_code error;
    boost::json::parse(body->render(fields), error);
    if (error) faults.push_back({"request_body", "does not give JSON: " + error.message()});
  }
  return faults;
}

std::string shortened(const std::string& body, std::string_view link, std::size_t bytes_max) {
  if (body.size() <= bytes_max) return body;
  const std::string text = without_link(body, link);
  std::string tail;
  if (!link.empty() && text.size() < body.size()) tail = "\n" + std::string(link);
  if (tail.size() + kEllipsis.size() > bytes_max) tail.clear();
  const std::size_t room =
      bytes_max < kEllipsis.size() + tail.size() ? 0 : bytes_max - kEllipsis.size() - tail.size();
  std::size_t end = std::min(room, text.size());
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) {
    --end;
  }
  if (room == 0) return {};
  return text.substr(0, end) + (end < text.size() ? std::string(kEllipsis) : "") + tail;
}

}  // namespace shouwang::notify
