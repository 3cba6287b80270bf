// Who is logged in at the board. Each change is told, so that the sessions can be given back after
// a restart of the gateway, from which on their time of idleness counts anew.

#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "web/desk.h"

namespace shouwang::web {

class Sessions {
 public:
  struct Terms {
    Millis idle{3'600'000};   // Without a request or an open live board.
    Millis life{46'800'000};  // 13 h: a shift, with its overlap; then the password again.
    std::size_t most = 200;   // One more ends the one that was used longest ago.
  };
  struct Entry {
    Session session;
    std::string csrf;  // Every form and every JSON post carries it.
    Instant since;
    Instant used_at;
    int boards = 0;  // Live boards that hang on it: it is in use while one does.
  };

  using Keep = std::function<void(const std::vector<KeptSession>&)>;

  explicit Sessions(Terms terms, Keep keep = {}) : terms_(terms), keep_(std::move(keep)) {}

  // Those of before the restart; what is over by now, or too much, is left out.
  void restore(const std::vector<KeptSession>& kept, Instant now);

  // Starts a session under `secret`, which goes into the cookie; only its hash is kept.
  void open(std::string_view secret, Session session, Instant now);
  // The session of the cookie's secret, marked as used; nullptr if there is none or its time is
  // up. Valid until the next call of open, find or close.
  Entry* find(std::string_view secret, Instant now);
  void close(std::string_view secret);

  std::size_t size() const { return entries_.size(); }

 private:
  bool is_over(const Entry& entry, Instant now) const;
  void tell() const;

  Terms terms_;
  Keep keep_;
  std::map<std::string, Entry, std::less<>> entries_;  // By hash of the secret.
};

}  // namespace shouwang::web
