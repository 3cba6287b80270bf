// What must hold at every step, whatever goes wrong. Laws are objects with names; each sees what
// the town sees from outside (what was saved, sent, answered, acknowledged) and may look into the
// open books.

#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dispatch/book.h"
#include "dispatch/event.h"
#include "store/store.h"

namespace shouwang::sim {

class Town;

// A message handed to a channel.
struct Sent {
  Instant at;  // The gateway's time.
  Instant truth;
  CommunityId community;  // Whose book it comes from.
  std::string channel;
  ParcelKey key;
  int attempt = 0;
  PersonId person;
  std::string address;
  std::vector<dispatch::Item> items;
  dispatch::Urgency urgency = dispatch::Urgency::first;
  Instant created_at;
  bool repeat = false;
};

// An answer that somebody pressed, and what the gateway said.
struct Pressed {
  Instant at;  // The gateway's time.
  CommunityId community;
  IncidentId incident;
  incident::Answer answer;
  std::optional<incident::Refusal> refusal;
};

class Law {
 public:
  Law(std::string_view name, Town& town) : town_(town), name_(name) {}
  Law(const Law&) = delete;
  Law& operator=(const Law&) = delete;
  virtual ~Law() = default;

  std::string_view name() const { return name_; }

  // The process is up again, with what was on disk.
  virtual void started() {}
  virtual void died() {}
  // A commit went through; nothing of it has been sent yet.
  virtual void saved(std::span<const store::Batch>) {}
  virtual void sent(const Sent&) {}
  // What the channel said of a try was given to the gateway.
  virtual void receipt(const Sent&, const dispatch::Receipt&) {}
  // Before and after the gateway has an answer.
  virtual void pressing(const Pressed&) {}
  virtual void pressed(const Pressed&) {}
  // The broker was told that an alarm is safe. `event` is the device's name for it.
  virtual void acknowledged(const std::string& /*event*/) {}
  // Before the desk says that a line of the maintenance list is mended.
  virtual void mending(const CommunityId&, const std::string& /*item*/) {}
  // Before a message of a device is taken, whatever it says.
  virtual void heard(const std::string& /*topic*/) {}
  // What is not of any community was saved: the rehearsal's.
  virtual void rehearsed(const store::Batch&) {}
  // Something has happened and all that followed at once is done. The process is up.
  virtual void stepped() {}
  // The town has healed: chaos is over, everybody has had time to answer.
  virtual void ended() {}

 protected:
  void broken(std::string what) const;

  Town& town_;

 private:
  std::string_view name_;
};

std::vector<std::unique_ptr<Law>> all_laws(Town& town);

}  // namespace shouwang::sim
