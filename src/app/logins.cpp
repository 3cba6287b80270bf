#include "app/logins.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>

#include "base/check.h"
#include "base/utf8.h"

namespace shouwang::app {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kTriesKept = 10'000;

// What an unknown name is checked against, so that it takes as long as a known one.
const std::string& decoy() {
  static const std::string hash = hash_password("nobody has this password").value();
  return hash;
}

}  // namespace

Millis TryLimit::wait(const std::string& who, Instant now) const {
  const auto found = tries_.find(who);
  if (found == tries_.end() || now >= found->second.free_at) return 0ms;
  return found->second.free_at - now;
}

void TryLimit::failed(const std::string& who, Instant now) {
  forget_old(now);
  Tries& tries = tries_[who];
  ++tries.failed;
  tries.last = now;
  if (tries.failed < kFree) return;
  Millis wait = 5s;
  for (int i = kFree; i < tries.failed && wait < 15min; ++i) wait *= 2;
  tries.free_at = now + std::min<Millis>(wait, 15min);
}

void TryLimit::forget_old(Instant now) {
  std::erase_if(tries_, [&](const auto& entry) { return now - entry.second.last > 1h; });
  if (tries_.size() < kTriesKept) return;
  const auto oldest =
      std::ranges::min_element(tries_, {}, [](const auto& entry) { return entry.second.last; });
  tries_.erase(oldest);
}

void Logins::set_users(std::vector<store::User> users) {
  users_.clear();
  for (store::User& user : users) {
    const std::string name = user.name;
    users_.emplace(name, std::move(user));
  }
}

void Logins::check(const std::string& user, const std::string& password, const std::string& address,
                   std::function<void(Outcome)> done) {
  const Instant now = clock_.now();
  const Millis wait = std::max(by_name_.wait(user, now), by_address_.wait(address, now));
  if (wait > 0ms) {
    return done(web::LoginRefused{.why = web::LoginRefused::Why::too_many, .wait = wait});
  }
  // Counted as a failure from the start, so that many tries at once do not slip through.
  by_name_.failed(user, now);
  by_address_.failed(address, now);
  const auto found = users_.find(user);
  const bool known = found != users_.end() && !found->second.disabled;
  const std::string stored = known ? found->second.password_hash : "";
  boost::asio::post(pool_, [this, stored, password, known, user, address, done = std::move(done)] {
    const std::string& hash = known ? stored : decoy();
    const bool right =
        crypto_pwhash_str_verify(hash.c_str(), password.c_str(), password.size()) == 0;
    boost::asio::post(loop_, [this, right, known, user, address, done] {
      const auto entry = users_.find(user);
      if (!right || !known || entry == users_.end()) {
        return done(web::LoginRefused{.why = web::LoginRefused::Why::wrong});
      }
      by_name_.succeeded(user);
      by_address_.succeeded(address);
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
