#include "notify/test/test_channel.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstring>

#include "notify/http/verdict.h"
#include "notify/reply.h"

namespace shouwang::notify {
namespace {

namespace json = boost::json;
using dispatch::Receipt;

constexpr std::string_view kFile = "file:";

// The host of an http URL, or nothing.
std::string_view host_of(std::string_view url) {
  static constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return {};
  url.remove_prefix(kScheme.size());
  const std::string_view authority = url.substr(0, url.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos) return {};
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  return host.starts_with("127.") &&
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

ChannelSettings::Success success_of(const ChannelSettings& settings) {
  ChannelSettings::Success success = settings.success;
  if (!success.pointer.empty()) return success;
  success.pointer = "/errcode";
  success.equals = {"0"};
  return success;
}

class TestChannel final : public Channel, public std::enable_shared_from_this<TestChannel> {
 public:
  TestChannel(const ChannelSettings& settings, HttpClient& client, Clock& clock, LateReceipt late)
      : settings_(settings),
        judge_(std::make_shared<const Judge>(success_of(settings), true)),
        client_(client),
        clock_(clock),
        late_(std::move(late)) {}

  const std::string& name() const override { return settings_.name; }
  const Traits& traits() const override { return settings_.traits; }

  void send(const Message& message, Done done) override {
    if (!is_test_address(message.address)) {
      return answer_later(clock_, std::move(done), never("takes test: addresses only"));
    }
    std::string line = test_channel_json(message, settings_, clock_.now());
    if (settings_.url.starts_with(kFile)) {
      return answer_later(clock_, std::move(done), append(std::move(line)));
    }
    HttpRequest request{.url = settings_.url,
                        .headers = {{"Content-Type", "application/json"}},
                        .body = std::move(line),
                        .timeout = settings_.timeout};
    client_.fetch(std::move(request), [self = shared_from_this(), message,
                                       done = std::move(done)](const Result<HttpAnswer>& answer) {
      self->on_answer(message, done, answer);
    });
  }

 private:
  Receipt taken() const {
    return {.kind = settings_.traits.gives_receipts ? Receipt::Kind::awaiting
                                                    : Receipt::Kind::accepted};
  }

  // One short write at the end of a file: not worth a thread.
  Receipt append(std::string line) const {
    line += '\n';
    const std::string path = settings_.url.substr(kFile.size());
    const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    const bool whole =
        file >= 0 && ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    const int error = errno;
    if (file >= 0) ::close(file);
    return whole ? taken() : retry(std::string("could not write: ") + std::strerror(error));
  }

  void on_answer(const Message& message, const Done& done, const Result<HttpAnswer>& answer) {
    const Receipt verdict = judge_->judge(answer, redactor_for(message, {}));
    if (verdict.kind != Receipt::Kind::accepted) return done(verdict);
    done(taken());
    if (!settings_.traits.gives_receipts || !late_) return;
    json::error_code error;
    const json::value body = json::parse(answer->body, error);
    const json::value* receipt = error ? nullptr : body.find_pointer("/receipt", error);
    if (receipt == nullptr) return;
    if (*receipt == "on_phone") tell_late(message, Receipt::Kind::on_phone);
    if (*receipt == "opened") tell_late(message, Receipt::Kind::opened);
  }

  void tell_late(const Message& message, Receipt::Kind kind) {
    clock_.wake_at(clock_.now(), [late = late_, community = message.community, key = message.key,
                                  attempt = message.attempt,
                                  kind] { late(community, key, attempt, {.kind = kind}); });
  }

  ChannelSettings settings_;
  std::shared_ptr<const Judge> judge_;
  HttpClient& client_;
  Clock& clock_;
  LateReceipt late_;
};

}  // namespace

std::shared_ptr<Channel> make_test_channel(const ChannelSettings& settings, HttpClient& client,
                                           Clock& clock, LateReceipt late) {
  return std::make_shared<TestChannel>(settings, client, clock, std::move(late));
}

std::vector<SettingsFault> test_channel_faults(const ChannelSettings& settings) {
  const std::string& url = settings.url;
  if (url.starts_with(kFile) && url.size() > kFile.size() && url[kFile.size()] == '/') return {};
  if (is_loopback(host_of(url)) && url.find_first_of(" \t\r\n") == std::string::npos) return {};
  return {{"url", "must be http:// on 127.0.0.1, [::1] or localhost, or file:/path"}};
}

std::string test_channel_json(const Message& message, const ChannelSettings& settings,
                              Instant sent_at) {
  const auto roles = message.roles.list();
  const json::object fields{{"key", message.key.str()},
                            {"attempt", message.attempt},
                            {"channel", settings.name},
                            {"kind", name_of(settings.traits.kind)},
                            {"community", message.community.str()},
                            {"person", message.person.str()},
                            {"role", roles.empty() ? "" : name_of(roles.front())},
                            {"incident", message.incident.str()},
                            {"address", message.address},
                            {"title", message.title},
                            {"body", message.body},
                            {"link", message.link},
                            {"language", message.language},
                            {"urgency", name_of(message.urgency)},
                            {"letter", name_of(message.letter)},
                            {"critical", message.critical},
                            {"repeat", message.repeat},
                            {"sent_at", format_utc(sent_at)},
                            {"expires_at", format_utc(message.expires_at)}};
  return json::serialize(fields);
}

}  // namespace shouwang::notify
