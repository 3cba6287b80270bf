#include "notify/smtp/smtp_channel.h"

#include <algorithm>

#include "notify/reply.h"
#include "notify/smtp/mail_text.h"

namespace shouwang::notify {
namespace {

using dispatch::Receipt;

class SmtpChannel final : public Channel {
 public:
  SmtpChannel(const ChannelSettings& settings, ChannelSecrets secrets, MailClient& client,
              Clock& clock)
      : settings_(settings), secrets_(std::move(secrets)), client_(client), clock_(clock) {}

  const std::string& name() const override { return settings_.name; }
  const Traits& traits() const override { return settings_.traits; }

  void send(const Message& message, Done done) override {
    if (is_test_address(message.address) || !is_mail_address(message.address)) {
      return answer_later(clock_, std::move(done), never("not an address of this channel"));
    }
    MailRequest request{.url = settings_.server,
                        .from = settings_.from,
                        .to = message.address,
                        .user = settings_.user,
                        .password = secrets_.password,
                        .start_tls = settings_.start_tls,
                        .text = mail_text(message, settings_.from, clock_.now()),
                        .timeout = settings_.timeout};
    const std::vector<std::string> secrets{secrets_.password, settings_.user};
    client_.mail(std::move(request),
                 [message, secrets, done = std::move(done)](const Result<MailAnswer>& answer) {
                   const Redactor redactor = redactor_for(message, secrets);
                   if (!answer) return done(retry(redactor.clean(answer.error().what)));
                   if (answer->code == 0) return done({.kind = Receipt::Kind::accepted});
                   const std::string error = "SMTP " + std::to_string(answer->code) + ": " +
                                             redactor.clean(answer->trouble, 120);
                   done(answer->code >= 500 ? never(error) : retry(error));
                 });
  }

 private:
  ChannelSettings settings_;
  ChannelSecrets secrets_;
  MailClient& client_;
  Clock& clock_;
};

}  // namespace

std::shared_ptr<Channel> make_smtp_channel(const ChannelSettings& settings, ChannelSecrets secrets,
                                           MailClient& client, Clock& clock) {
  return std::make_shared<SmtpChannel>(settings, std::move(secrets), client, clock);
}

std::vector<SettingsFault> smtp_channel_faults(const ChannelSettings& settings) {
  std::vector<SettingsFault> faults;
  const std::string& server = settings.server;
  const bool plain = server.starts_with("smtp://") && server.size() > 7;
  const bool wrapped = server.starts_with("smtps://") && server.size() > 8;
  const bool sound = std::ranges::all_of(server, [](char c) { return c > 0x20 && c < 0x7F; });
  if ((!plain && !wrapped) || !sound) {
    faults.push_back({"server", "must be smtp://host:port or smtps://host:port"});
  }
  if (server.find('@') != std::string::npos) {
    faults.push_back({"server", "user and password do not belong here: use `user`, `password`"});
  }
  const bool local = server.starts_with("smtp://127.0.0.1:") || server == "smtp://127.0.0.1";
  if (plain && !settings.user.empty() && !settings.start_tls && !local) {
    faults.push_back({"start_tls", "must be true: a login would be sent in the clear"});
  }
  if (!is_mail_address(settings.from)) {
    faults.push_back({"from", "must be a bare mail address like alarm@example.org"});
  }
  return faults;
}

}  // namespace shouwang::notify
