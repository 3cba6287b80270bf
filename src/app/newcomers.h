// What was heard of devices that are in no list, until somebody asks. Thread-safe: the link's
// thread adds announcements, the loop the strangers' messages.
//
// Bounded: kSamplesMax topics with their last message, announcements of kAnnouncedBytesMax
// together. What comes beyond is counted. Nothing is kept across a restart: retained announcements
// come again.

#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "device/newcomer.h"

namespace shouwang::app {

class Newcomers {
 public:
  static constexpr std::size_t kSamplesMax = 500;
  static constexpr std::size_t kSampleBytesMax = 4096;
  static constexpr std::size_t kAnnouncedMax = 2000;
  static constexpr std::size_t kAnnouncedBytesMax = 8 * 1024 * 1024;

  // An announcement; an empty one takes back what was announced under the topic.
  void announce(std::string_view topic, std::string_view payload);
  // A message of a device in no list.
  void hear(const std::string& topic, const std::string& payload, Instant now);

  struct All {
    std::vector<device::Sample> samples;
    std::vector<std::pair<std::string, std::string>> announcements;  // Topic, payload.
    std::uint64_t beyond = 0;  // Messages of topics for which there was no room.
  };
  All all() const;

 private:
  mutable std::mutex mutex_;  // Guards all below.
  std::map<std::string, device::Sample> samples_;
  std::map<std::string, std::string, std::less<>> announcements_;
  std::size_t announced_bytes_ = 0;
  std::uint64_t beyond_ = 0;
};

}  // namespace shouwang::app
