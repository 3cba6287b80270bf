#include "app/logins.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>

#include "base/check.h"
#include "base/utf8.h"

namespace shouwang::app {
namespace {

// What an unknown name is checked against, so that it takes as long as a known one.
const std::string& decoy() {
  static const std::string hash = hash_password("nobody has this password").value();
  return hash;
}

}  // namespace

void Logins::set_users(std::vector<store::User> users) {
  users_.clear();
  for (store::User& user : users) {
    const std::string name = user.name;
    users_.emplace(name, std::move(user));
  }
}

bool Logins::stands(const web::Session& session) const {
  const auto found = users_.find(session.user);
  if (found == users_.end() || found->second.disabled) return false;
  const store::User& user = found->second;
  return user.role == session.role && user.person == session.person &&
         user.community == session.community;
}

void Logins::check(const std::string& user, const std::string& password,
                   std::function<void(Outcome)> done) {
  const auto found = users_.find(user);
  const bool known = found != users_.end() && !found->second.disabled;
  const std::string stored = known ? found->second.password_hash : "";
  boost::asio::post(pool_, [this, stored, password, known, user, done = std::move(done)] {
    const std::string& hash = known ? stored : decoy();
    const bool right =
        crypto_pwhash_str_verify(hash.c_str(), password.c_str(), password.size()) == 0;
    boost::asio::post(loop_, [this, right, known, user, stored, done] {
      const auto entry = users_.find(user);
      // The user may have been disabled or given another password meanwhile.
      const bool still =
          entry != users_.end() && !entry->second.disabled && entry->second.password_hash == stored;
      if (!right || !known || !still) {
        return done(web::LoginRefused{.why = web::LoginRefused::Why::wrong});
      }
      const store::User& record = entry->second;
      done(web::Session{.user = record.name,
                        .community = record.community,
                        .person = record.person,
                        .role = record.role});
    });
  });
}

Result<std::string> hash_password(const std::string& password) {
  CHECK(sodium_init() >= 0);
  const std::size_t length = count_characters(password);
  if (length < 10 || length > 200) {
    return fail(Error::Code::invalid,
                "the password has " + std::to_string(length) + " characters, must have 10 .. 200");
  }
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  const int failed =
      crypto_pwhash_str(hash.data(), password.c_str(), password.size(),
                        crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE);
  if (failed != 0) return fail(Error::Code::io, "not enough memory to hash a password (64 MiB)");
  return std::string(hash.data());
}

}  // namespace shouwang::app
