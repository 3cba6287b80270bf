// channels.yaml: ways to reach phones.

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include "config/draft.h"
#include "config/template.h"
#include "config/text_fields.h"
#include "config/url.h"

namespace shouwang::config {
namespace {

using namespace std::chrono_literals;

std::optional<ChannelType> type_named(std::string_view name) {
  if (name == "inbox") return ChannelType::inbox;
  if (name == "http") return ChannelType::http;
  if (name == "smtp") return ChannelType::smtp;
  if (name == "test") return ChannelType::test;
  return std::nullopt;
}

std::string lower(std::string_view text) {
  std::string low(text);
  for (char& c : low) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return low;
}

// Whether a header, parameter or JSON key of this name carries a secret as a rule.
bool sounds_secret(std::string_view name) {
  const std::string low = lower(name);
  for (const std::string_view word : {"authorization", "token", "secret", "password", "passwd",
                                      "apikey", "api-key", "api_key", "app-key", "cookie"}) {
    if (low.find(word) != std::string::npos) return true;
  }
  return low == "key" || low.ends_with("-key");
}

constexpr const char* kUserInUrl =
    "a user or password stands in the URL: name it by `user`, `password` or `secret`";

void refuse_secret(const Reader& value, const std::string& name) {
  value.fault("`" + name +
              "` looks like a secret written out: put it into `secret:` and write "
              "`{{secret}}` here");
}

class ChannelReader {
 public:
  ChannelReader(Reader& channel, ChannelSettings& settings, const Draft& draft)
      : channel_(channel), settings_(settings), draft_(draft) {}

  void read() {
    const bool is_typed = channel_.read_as<ChannelType>("type", settings_.type, type_named,
                                                        "a type: inbox, http, smtp, test");
    if (!is_typed && !channel_.has("type")) channel_.need("type");
    read_traits();
    switch (settings_.type) {
      case ChannelType::inbox: break;
      case ChannelType::http: read_http(); break;
      case ChannelType::test: read_test(); break;
      case ChannelType::smtp: read_smtp(); break;
    }
    if (is_typed) channel_.close();
  }

 private:
  void read_traits() {
    auto& traits = settings_.traits;
    traits.kind = settings_.type == ChannelType::inbox  ? dispatch::ChannelKind::page
                  : settings_.type == ChannelType::smtp ? dispatch::ChannelKind::mail
                                                        : dispatch::ChannelKind::push;
    channel_.read_as<dispatch::ChannelKind>("kind", traits.kind, dispatch::channel_kind_named,
                                            "a kind: page, push, sms, voice, mail");
    channel_.read("gives_receipts", traits.gives_receipts);
    const bool may_give =
        settings_.type == ChannelType::inbox || settings_.type == ChannelType::test;
    if (traits.gives_receipts && !may_give) {
      channel_.fault_at("gives_receipts", "only inbox and test channels can bring receipts");
    }
    channel_.read_span("timeout", settings_.timeout, 1s, 20s);
    if (const auto most = channel_.child("in_flight_max").integer(1, 256)) {
      traits.in_flight_max = static_cast<std::size_t>(*most);
    }
    Reader limit = channel_.child("limit");
    if (!limit.is_there()) return;
    limit.need("per_period");
    limit.read_integer("per_period", traits.limit.per_period, 1, 100'000);
    limit.read_span("period", traits.limit.period, 1s, 24h);
    limit.read_integer("reserved", traits.limit.reserved, 0, traits.limit.per_period);
    limit.close();
  }

  // What plays the phones is on this machine: an HTTP server, or a file of JSON lines.
  void read_test() {
    const Reader value = channel_.need("url");
    if (!channel_.read("url", settings_.url)) return;
    if (settings_.url.starts_with("file:/")) return;
    const auto url = parse_url(settings_.url);
    if (!url || url->scheme != "http" || url->has_user) {
      value.fault("`" + settings_.url + "` is not http://127.0.0.1:PORT/... or file:/PATH");
    } else if (!is_loopback(url->host)) {
      value.fault(
          "a test channel speaks to this machine only (127.0.0.1, ::1, localhost), not to " +
          url->host);
    }
  }

  void read_http() {
    static constexpr std::array<std::string_view, 3> kMethods = {"POST", "PUT", "GET"};
    if (const auto method = channel_.child("method").one_of(kMethods)) settings_.method = *method;
    read_secret_ref(channel_, "secret", settings_.secret, draft_);
    channel_.read("user", settings_.user);
    read_secret_ref(channel_, "password", settings_.password, draft_);
    const Reader url = channel_.need("url");
    if (read_template(url, settings_.url)) check_url(url);
    need_password(url, settings_.url);
    read_headers(channel_.child("headers"));
    channel_.read("content_type", settings_.content_type);
    if (const auto most = channel_.child("text_bytes_max").integer(1, 100'000)) {
      settings_.text_bytes_max = static_cast<std::size_t>(*most);
    }
    const Reader body = channel_.child("request_body");
    if (read_template(body, settings_.request_body)) check_body(body);
    need_password(body, settings_.request_body);
    read_success(channel_.child("success"));
  }

  bool read_template(const Reader& value, std::string& target) {
    const auto written = value.text();
    if (!written) return false;
    target = *written;
    for (const std::string& fault : check_template(*written, notify::kRequestFields))
      value.fault(fault);
    if (uses_field(*written, "secret") && settings_.secret.file.empty() &&
        settings_.secret.credential.empty()) {
      value.fault("uses `{{secret}}`, but the channel has no `secret`");
    }
    return true;
  }

  // Signatures and logins are made of the password.
  void need_password(const Reader& value, const std::string& written) const {
    const bool has_password =
        !settings_.password.file.empty() || !settings_.password.credential.empty();
    for (const char* field : {"basic", "dingtalk_sign", "feishu_sign"}) {
      if (has_password || !uses_field(written, field)) continue;
      value.fault(std::string("uses `{{") + field + "}}`, but the channel has no `password`");
    }
  }

  void check_url(const Reader& value) const {
    const auto url = parse_url(filled(settings_.url, "x", true));
    const std::size_t scheme = settings_.url.find("://");
    const std::size_t host_end =
        settings_.url.find_first_of("/?#", scheme == std::string::npos ? 0 : scheme + 3);
    const bool is_host_fixed = settings_.url.substr(0, host_end).find("{{") == std::string::npos;
    if (url && url->has_user) return value.fault(kUserInUrl);
    if (!url || (url->scheme != "http" && url->scheme != "https") || !is_host_fixed) {
      return value.fault("`" + settings_.url +
                         "` is not http://HOST... or https://HOST... (fields " +
                         "may stand after the host)");
    }
    for (const auto& [name, text] : url->query) {
      if (sounds_secret(name) && text != "x") refuse_secret(value, name);
    }
  }

  void read_headers(Reader headers) {
    headers.each_entry([&](const std::string& name, const Reader&, const Reader& value) {
      std::string text;
      if (!read_template(value, text)) return;
      need_password(value, text);
      if (sounds_secret(name) && !uses_field(text, "secret") && !uses_field(text, "basic")) {
        refuse_secret(value, name);
      }
      if (text.find_first_of("\r\n") != std::string::npos) value.fault("a header has one line");
      settings_.headers.emplace_back(name, text);
    });
    headers.close();
  }

  // A JSON body must be JSON once the fields are filled in, with and without its sections.
  void check_body(const Reader& value) const {
    if (settings_.content_type != "application/json") return;
    for (const bool sections_shown : {true, false}) {
      boost::system::error_code error;
      const auto json =
          boost::json::parse(filled(settings_.request_body, "1", sections_shown), error);
      if (error)
        return value.fault("is not JSON once the fields are filled in: " + error.message());
      if (!json.is_object()) continue;
      for (const auto& member : json.as_object()) {
        if (!sounds_secret(member.key()) || !member.value().is_string()) continue;
        if (member.value().as_string() == "1") continue;
        return refuse_secret(value, std::string(member.key()));
      }
    }
  }

  void read_success(Reader success) {
    auto& target = settings_.success;
    if (const auto words = success.child("status").words(); !words.empty()) read_status(words);
    if (success.read("pointer", target.pointer) && !target.pointer.starts_with('/')) {
      success.fault_at("pointer", "`" + target.pointer + "` is not a JSON pointer like /errcode");
    }
    for (const auto& [word, at] : success.child("equals").words()) {
      target.equals.push_back(json_of(word, at));
    }
    for (const auto& [word, at] : success.child("never").words()) {
      target.never.push_back(json_of(word, at));
    }
    if (target.pointer.empty() && !(target.equals.empty() && target.never.empty())) {
      success.fault("`equals` and `never` need `pointer`: what in the answer to compare");
    }
    if (!target.pointer.empty() && target.equals.empty() && success.is_map()) {
      success.fault("`pointer` needs `equals`: the values that mean success");
    }
    success.close();
  }

  // `status: 200` or `status: [200, 299]`.
  void read_status(const std::vector<std::pair<std::string, Reader>>& words) {
    auto& target = settings_.success;
    const auto least = words.front().second.integer(100, 599);
    const auto most = words.back().second.integer(100, 599);
    if (!least || !most) return;
    target.status_min = static_cast<int>(*least);
    target.status_max = static_cast<int>(*most);
    if (words.size() > 2 || *least > *most) {
      words.back().second.fault("`status` is one number, or the least and the greatest");
    }
  }

  // A scalar as JSON text: `0` and `true` as they are, everything else a string.
  static std::string json_of(const std::string& word, const Reader& at) {
    boost::system::error_code error;
    const auto value = boost::json::parse(word, error);
    if (!error && !at.is_quoted() && !value.is_structured()) return boost::json::serialize(value);
    return boost::json::serialize(boost::json::string(word));
  }

  void read_smtp() {
    if (channel_.need("server").is_there() && channel_.read("server", settings_.server)) {
      const auto url = parse_url(settings_.server);
      if (url && url->has_user) {
        channel_.fault_at("server", kUserInUrl);
      } else if (!url || (url->scheme != "smtp" && url->scheme != "smtps") || !url->path.empty()) {
        channel_.fault_at(
            "server", "`" + settings_.server + "` is not smtp://HOST:PORT or smtps://HOST:PORT");
      }
    }
    channel_.need("from");
    if (channel_.read("from", settings_.from) && settings_.from.find('@') == std::string::npos) {
      channel_.fault_at("from", "`" + settings_.from + "` is not a mail address");
    }
    channel_.read("user", settings_.user);
    read_secret_ref(channel_, "password", settings_.password, draft_);
    channel_.read("start_tls", settings_.start_tls);
  }

  Reader& channel_;
  ChannelSettings& settings_;
  const Draft& draft_;
};

}  // namespace

void read_channels(Reader& root, Draft& draft) {
  std::string inbox;
  root.each_entry([&](const std::string& name, const Reader& key, Reader value) {
    if (!is_id(name)) key.fault("`" + name + "` is not " + kIdForm);
    if (!value.is_map())
      return value.is_there() ? value.fault("must be a map of settings")
                              : key.fault("must be a map of settings");
    ChannelSettings settings;
    settings.name = name;
    ChannelReader(value, settings, draft).read();
    if (settings.type == ChannelType::inbox && value.has("type")) {
      if (!inbox.empty()) key.fault("channel `" + inbox + "` is the inbox already; one is enough");
      inbox = name;
    }
    if (!draft.channels.add(name)) return;
    draft.config.channels.push_back(std::move(settings));
  });
  root.close();
  if (root.is_map() && inbox.empty()) {
    root.fault("no channel of type `inbox`: it is the last resort of everybody without a phone");
  }
}

}  // namespace shouwang::config
