// Whose voice is it: from an address on the wire to a device in a community's list.
//
// Built once from all communities' device lists, then shared and read on any thread. Each further
// device costs about 30 bytes and its address.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "device/device.h"
#include "device/profile.h"

namespace shouwang::device {

// A community's device list, as it stands in its registry.
struct Listing {
  CommunityId community;
  std::span<const Device> devices;
};

// Place in the listings.
struct Owner {
  std::uint32_t community = 0;  // Index into the listings.
  std::uint32_t device = 0;     // Index into that listing's devices.

  friend bool operator==(const Owner&, const Owner&) = default;
};

class Directory {
 public:
  struct Entry {
    std::uint32_t address_at;
    std::uint32_t device;
    std::uint16_t address_size;
    std::uint16_t profile;
    std::uint16_t community;
    bool any_community;  // The profile's topics do not name the community.
  };

  Directory() = default;  // Knows nobody.

  // Fails with every complaint, worded for whoever wrote the lists:
  //   two devices of one profile with the same address; where topics carry no community, also in
  //   two communities; a profile that does not exist.
  // REQUIRES: at most 65535 profiles and 65535 listings.
  static tl::expected<Directory, std::vector<std::string>> build(std::span<const Profile> profiles,
                                                                 std::span<const Listing> listings);

  // All devices with this address, of any profile and community. Valid as long as the directory.
  std::span<const Entry> find(std::string_view address) const;

  // The one of a profile. `community` is what the topic said; empty if it does not say.
  std::optional<Owner> find(std::uint32_t profile, std::string_view community,
                            std::string_view address) const;
  // The same, out of what find(address) gave.
  std::optional<Owner> pick(std::span<const Entry> entries, std::uint32_t profile,
                            std::string_view community) const;

  std::size_t size() const { return entries_.size(); }

 private:
  std::string_view address_of(const Entry& entry) const;
  void index();

  std::vector<std::string> communities_;
  std::string addresses_;
  std::vector<Entry> entries_;          // Sorted by address, profile, community, device.
  std::vector<std::uint32_t> buckets_;  // Index + 1 of an address's first entry; 0: empty.
};

}  // namespace shouwang::device
