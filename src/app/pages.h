// Names for phone pages that nobody can guess.
//
// A token is a keyed hash (BLAKE2b-128, libsodium's crypto_generichash) of community, incident and
// person, so it needs no table on disk and no token is ever stored. Which tokens exist is kept in
// memory: those of everybody who was told of an incident in the book.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dispatch/book.h"
#include "web/desk.h"

namespace shouwang::app {

class Pages {
 public:
  // key: 32 random bytes, kept on disk by the store.
  explicit Pages(std::string key);

  // 22 characters [A-Za-z0-9_-]; the same for the same page, always.
  std::string token(const web::PageRef& page) const;
  // "/p/<token>"
  std::string path(const web::PageRef& page) const { return "/p/" + token(page); }

  // Everybody told of `file` has a page from now on.
  void learn(const CommunityId& community, const dispatch::File& file);
  // The pages of the incident are gone.
  void forget(const CommunityId& community, const IncidentId& incident);

  std::optional<web::PageRef> find(std::string_view token) const;

 private:
  struct Known {
    std::size_t told = 0;  // The first so many of the list have tokens.
    std::vector<std::string> tokens;
  };
  std::string key_;
  std::unordered_map<std::string, web::PageRef> pages_;
  std::map<std::pair<CommunityId, IncidentId>, Known> known_;
};

// A code that turns the phone of one person into an enrolled one: an encrypted, authenticated
// statement of who and until when (crypto_secretbox), so that it needs no table either. `id` is
// the same each time it is opened: a second use can be told from the first.
struct EnrolCode {
  std::string id;  // 16 characters
  CommunityId community;
  PersonId person;
  Instant expires_at;
};
std::string seal_enrol_code(const std::string& key, const CommunityId& community,
                            const PersonId& person, Instant expires_at);
// Nothing if it was not made with `key` or has expired.
std::optional<EnrolCode> open_enrol_code(const std::string& key, std::string_view code,
                                         Instant now);

// 32 random bytes as 43 characters; and the hash under which a secret is stored (64 hex digits).
std::string new_secret();
std::string hash_of_secret(std::string_view secret);

}  // namespace shouwang::app
