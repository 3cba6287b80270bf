#include "web/sessions.h"

#include <algorithm>

#include "web/secret.h"

namespace shouwang::web {
namespace {

constexpr std::string_view kKeptAs = "board session";

}  // namespace

bool Sessions::is_over(const Entry& entry, Instant now) const {
  if (now - entry.since >= terms_.life) return true;
  return entry.boards == 0 && now - entry.used_at >= terms_.idle;
}

void Sessions::open(std::string_view secret, Session session, Instant now) {
  std::erase_if(entries_, [&](const auto& entry) { return is_over(entry.second, now); });
  if (entries_.size() >= terms_.most) {
    entries_.erase(std::ranges::min_element(
        entries_, {}, [](const auto& entry) { return entry.second.used_at; }));
  }
  entries_[hash_of(secret, kKeptAs)] = Entry{.session = std::move(session),
                                             .csrf = hash_of(secret, "board form"),
                                             .since = now,
                                             .used_at = now};
}

Sessions::Entry* Sessions::find(std::string_view secret, Instant now) {
  if (secret.empty()) return nullptr;
  const auto found = entries_.find(hash_of(secret, kKeptAs));
  if (found == entries_.end()) return nullptr;
  if (is_over(found->second, now)) {
    entries_.erase(found);
    return nullptr;
  }
  found->second.used_at = now;
  return &found->second;
}

void Sessions::close(std::string_view secret) { entries_.erase(hash_of(secret, kKeptAs)); }

}  // namespace shouwang::web
