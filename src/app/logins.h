// Who may log in at the board: argon2id passwords, checked off the loop, tries limited.

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <map>
#include <string>
#include <variant>

#include "base/clock.h"
#include "store/records.h"
#include "web/desk.h"

namespace shouwang::app {

// Wrong tries of one name or one address. The first kFree are free; then each further one doubles
// the wait, from 5 s to 15 min. A right one forgets them; so does an hour of quiet.
class TryLimit {
 public:
  static constexpr int kFree = 5;
  // How long `who` has to wait before the next try; 0: none.
  Millis wait(const std::string& who, Instant now) const;
  void failed(const std::string& who, Instant now);
  void succeeded(const std::string& who) { tries_.erase(who); }

 private:
  struct Tries {
    int failed = 0;
    Instant last;
    Instant free_at;
  };
  void forget_old(Instant now);
  std::map<std::string, Tries> tries_;  // At most 10,000; the oldest are forgotten.
};

class Logins {
 public:
  using Outcome = std::variant<web::Session, web::LoginRefused>;

  Logins(boost::asio::io_context& loop, Clock& clock) : loop_(loop), clock_(clock) {}
  ~Logins() { pool_.join(); }

  void set_users(std::vector<store::User> users);
  // Checks on a thread of its own, one at a time; calls `done` on the loop. An unknown name takes
  // as long as a wrong password.
  void check(const std::string& user, const std::string& password, const std::string& address,
             std::function<void(Outcome)> done);

 private:
  boost::asio::io_context& loop_;
  Clock& clock_;
  std::map<std::string, store::User> users_;
  TryLimit by_name_;
  TryLimit by_address_;
  boost::asio::thread_pool pool_{1};
};

// The form in which a password is stored (libsodium, argon2id, "interactive" limits). Slow.
// Errors: invalid if it has fewer than 10 or more than 200 characters.
Result<std::string> hash_password(const std::string& password);

}  // namespace shouwang::app
