// Where the inbox channel leaves messages: the person's own page. Whoever keeps the pages
// implements this (app/, on top of web/).

#pragma once

#include <cstdint>
#include <string>

#include "base/id.h"
#include "base/time.h"

namespace shouwang::notify {

struct InboxMessage {
  CommunityId community;
  PersonId person;
  IncidentId incident;
  ParcelKey key;
  std::string title;
  std::string body;
  Instant at;
};

class InboxPort {
 public:
  enum class Looking : std::uint8_t {
    no_phone,  // The person has never enrolled a phone: nobody will ever see it.
    nobody,    // It is there for when the page is opened.
    somebody,  // The page is open and has been sent the message.
  };

  InboxPort() = default;
  InboxPort(const InboxPort&) = delete;
  InboxPort& operator=(const InboxPort&) = delete;
  virtual ~InboxPort() = default;

  // Puts the message on the person's page. On the loop's thread; returns at once. A message with
  // a key that is there already takes its place.
  virtual Looking deliver(const InboxMessage& message) = 0;
};

}  // namespace shouwang::notify
