// A mail server on loopback, without TLS, that answers what it is told to and keeps the mails.
//
// Lives on the test's own loop: nothing happens while the test does not run it.

#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

namespace shouwang::testing {

struct Mail {
  std::string from;
  std::string to;
  std::string text;  // As sent, dots unstuffed.
};

// What it says; an empty text: closes the connection instead; "hang": says nothing.
struct SmtpManners {
  std::string greeting = "220 sink ready";
  std::string to_recipient = "250 ok";
  std::string to_data = "250 taken";
  std::string to_login = "235 welcome";
  std::string to_quit = "221 bye";
};

class SmtpSink {
 public:
  explicit SmtpSink(boost::asio::io_context& loop);
  SmtpSink(const SmtpSink&) = delete;
  SmtpSink& operator=(const SmtpSink&) = delete;
  ~SmtpSink();

  std::string url() const;  // "smtp://127.0.0.1:<port>"
  void behaves(SmtpManners manners);
  const std::vector<Mail>& mails() const;
  const std::vector<std::string>& commands() const;  // Every line but those of the mail itself.

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace shouwang::testing
