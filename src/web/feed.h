// A stream of events to one client (text/event-stream): pulled, never pushed.
//
// Nothing piles up for a slow client: a feed only notes that something is new, and makes the text
// when the client has taken what came before. So a storm of changes costs a watcher one fresh
// card, not a thousand.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace shouwang::web {

class Feed {
 public:
  Feed() = default;
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;
  virtual ~Feed() = default;

  // What is new, ready to send; "" if nothing is; nothing at all if the stream is over.
  virtual std::optional<std::string> next() = 0;
  // Whether the client may go on watching. Asked at every heartbeat.
  virtual bool is_welcome() { return true; }

  // Set by the connection: called whenever next() may have something.
  void on_wake(std::function<void()> wake) { wake_ = std::move(wake); }

 protected:
  void wake() {
    if (wake_) wake_();
  }

 private:
  std::function<void()> wake_;
};

// "event: card\ndata: {...}\n\n". REQUIRES: `json` has no line feed.
std::string event_text(std::string_view name, std::string_view json);

}  // namespace shouwang::web
