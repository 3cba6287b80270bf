// Which topic filters are wanted, which the broker was asked for, and what it answered.
//
// Pure. Not thread-safe.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace shouwang::mqtt {

// QoS 0 for our own beats and the broker's figures, which nobody need repeat.
struct Filter {
  std::string text;
  int qos = 1;

  friend bool operator==(const Filter&, const Filter&) = default;
};

class Subscriptions {
 public:
  // What an open connection must be told.
  struct Change {
    std::vector<std::string> gone;
    std::vector<Filter> asked;

    friend bool operator==(const Change&, const Change&) = default;
  };

  // `wanted` can change; `own` are the link's, always there behind them.
  Subscriptions(std::vector<std::string> wanted, std::vector<Filter> own);

  void want(std::vector<std::string> filters) { wanted_ = std::move(filters); }

  // A new connection asks for these: all that is wanted, and the link's own.
  std::vector<Filter> begin();

  // Makes the open connection ask for what is wanted now, including what it has already.
  Change renew();
  // Whether something else is wanted than the open connection was begun or renewed with.
  bool is_outdated() const { return wanted_ != asked_; }

  void answered(const std::string& filter, bool granted, int code);

  bool is_complete() const;  // Every filter has an answer, granted or refused.
  // About the last of `wanted`, or our beat's, that was refused; the broker's figures may be.
  const std::string& trouble() const { return trouble_; }

 private:
  enum class Answer : std::uint8_t { awaited, granted, refused };

  const std::vector<Filter> own_;
  std::vector<std::string> wanted_;
  std::vector<std::string> asked_;
  std::map<std::string, Answer> answers_;
  std::string trouble_;
};

}  // namespace shouwang::mqtt
