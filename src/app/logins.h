// Who may log in at the board: argon2id passwords, checked off the loop. How often somebody may
// try is the web server's to say (web/settings.h).

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <map>
#include <string>
#include <variant>

#include "base/result.h"
#include "store/records.h"
#include "web/desk.h"

namespace shouwang::app {

class Logins {
 public:
  using Outcome = std::variant<web::Session, web::LoginRefused>;

  explicit Logins(boost::asio::io_context& loop) : loop_(loop) {}
  ~Logins() { pool_.join(); }

  void set_users(std::vector<store::User> users);
  // Whether the user is still there, not disabled, with the same role, person and community.
  bool stands(const web::Session& session) const;
  // Checks on a thread of its own, one at a time; calls `done` on the loop. An unknown name takes
  // as long as a wrong password.
  void check(const std::string& user, const std::string& password,
             std::function<void(Outcome)> done);

 private:
  boost::asio::io_context& loop_;
  std::map<std::string, store::User> users_;
  boost::asio::thread_pool pool_{1};
};

// The form in which a password is stored (libsodium, argon2id, "interactive" limits). Slow.
// Errors: invalid if it has fewer than 10 or more than 200 characters.
Result<std::string> hash_password(const std::string& password);

}  // namespace shouwang::app
