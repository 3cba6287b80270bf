// The sign that somebody outside misses when we are not well.
//
//   every `every`, while is_well(): beat to the broker, ping to a monitor
//   not well: nothing, and as soon as all is well again, at once
//
// It carries no data: that it comes is all it says. That it does not get out is shown on the board,
// and is no reason to hold it back. Loop's thread.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace shouwang::app {

class SignOfLife {
 public:
  struct Settings {
    Millis every{60'000};
    std::string url;  // Empty: only the broker hears it.
    friend bool operator==(const Settings&, const Settings&) = default;
  };
  struct Parts {
    Clock& clock;
    std::function<bool()> is_well;
    std::function<void()> beat;
    // Asks for the URL; `done` later, once, unless everything ends before.
    std::function<void(const std::string& url, std::function<void(Result<Done>)> done)> ping;
  };

  // The first is due at once.
  SignOfLife(Parts parts, Settings settings);
  ~SignOfLife();
  SignOfLife(const SignOfLife&) = delete;
  SignOfLife& operator=(const SignOfLife&) = delete;

  void use(Settings settings);

  struct State {
    bool has_url = false;
    bool held = false;                     // The last one that was due was not given.
    std::optional<Instant> held_since;     // Set exactly while held.
    std::optional<Instant> given_at;       // The last one.
    std::optional<Instant> answered_at;    // The monitor took the last one then.
    std::optional<Instant> failing_since;  // The monitor can not be reached.
    std::string trouble;                   // Why; not the URL.
    std::uint64_t given = 0;
  };
  const State& state() const { return state_; }

 private:
  void look();
  void give(Instant now);
  void answered(std::uint64_t number, const Result<Done>& answer);

  Parts parts_;
  Settings settings_;
  State state_;
  Instant due_at_;
  Clock::Alarm alarm_ = 0;
  std::shared_ptr<SignOfLife*> self_;  // Answers find out from it whether we still are.
};

}  // namespace shouwang::app
