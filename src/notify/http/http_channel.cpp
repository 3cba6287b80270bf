#include "notify/http/http_channel.h"

#include "notify/base64.h"
#include "notify/http/request_template.h"
#include "notify/http/verdict.h"
#include "notify/reply.h"

namespace shouwang::notify {
namespace {

class HttpChannel final : public Channel {
 public:
  HttpChannel(const ChannelSettings& settings, ChannelSecrets secrets, HttpClient& client,
              Clock& clock)
      : name_(settings.name),
        traits_(settings.traits),
        secrets_{secrets.secret, secrets.password, base64(settings.user + ":" + secrets.password)},
        request_(settings, std::move(secrets)),
        judge_(std::make_shared<const Judge>(settings.success)),
        client_(client),
        clock_(clock) {}

  const std::string& name() const override { return name_; }
  const Traits& traits() const override { return traits_; }

  void send(const Message& message, Done done) override {
    const bool lacks_address = message.address.empty() && request_.needs_address();
    if (lacks_address || is_test_address(message.address)) {
      return answer_later(clock_, std::move(done), never("not an address of this channel"));
    }
    auto request = request_.render(message, clock_.now());
    if (!request) return answer_later(clock_, std::move(done), never(request.error().what));
    client_.fetch(std::move(*request), [judge = judge_, secrets = secrets_, message,
                                        done = std::move(done)](const Result<HttpAnswer>& answer) {
      done(judge->judge(answer, redactor_for(message, secrets)));
    });
  }

 private:
  std::string name_;
  Traits traits_;
  std::vector<std::string> secrets_;
  RequestTemplate request_;
  std::shared_ptr<const Judge> judge_;
  HttpClient& client_;
  Clock& clock_;
};

}  // namespace

std::shared_ptr<Channel> make_http_channel(const ChannelSettings& settings, ChannelSecrets secrets,
                                           HttpClient& client, Clock& clock) {
  return std::make_shared<HttpChannel>(settings, std::move(secrets), client, clock);
}

}  // namespace shouwang::notify
