#include "web/sessions.h"

#include <algorithm>

#include "web/secret.h"

namespace shouwang::web {
namespace {

constexpr std::string_view kKeptAs = "board session";
constexpr std::string_view kFormPurpose = "board form";

}  // namespace

bool Sessions::is_over(const Entry& entry, Instant now) const {
  if (now - entry.since >= terms_.life) return true;
  return entry.boards == 0 && now - entry.used_at >= terms_.idle;
}

void Sessions::tell() const {
  if (!keep_) return;
  std::vector<KeptSession> all;
  for (const auto& [hash, entry] : entries_) {
    all.push_back({.hash = hash, .session = entry.session, .since = entry.since});
  }
  keep_(all);
}

void Sessions::restore(const std::vector<KeptSession>& kept, Instant now) {
  for (const KeptSession& one : kept) {
    const Entry entry{.session = one.session, .csrf = "", .since = one.since, .used_at = now};
    if (one.since > now || is_over(entry, now) || entries_.size() == terms_.most) continue;
    entries_.emplace(one.hash, entry);
  }
}

void Sessions::open(std::string_view secret, Session session, Instant now) {
  std::erase_if(entries_, [&](const auto& entry) { return is_over(entry.second, now); });
  if (entries_.size() >= terms_.most) {
    entries_.erase(std::ranges::min_element(
        entries_, {}, [](const auto& entry) { return entry.second.used_at; }));
  }
  entries_[hash_of(secret, kKeptAs)] = Entry{.session = std::move(session),
                                             .csrf = hash_of(secret, kFormPurpose),
                                             .since = now,
                                             .used_at = now};
  tell();
}

Sessions::Entry* Sessions::find(std::string_view secret, Instant now) {
  if (secret.empty()) return nullptr;
  const auto found = entries_.find(hash_of(secret, kKeptAs));
  if (found == entries_.end()) return nullptr;
  if (is_over(found->second, now)) {
    entries_.erase(found);
    tell();
    return nullptr;
  }
  found->second.used_at = now;
  if (found->second.csrf.empty()) found->second.csrf = hash_of(secret, kFormPurpose);  // Restored.
  return &found->second;
}

void Sessions::close(std::string_view secret) {
  if (entries_.erase(hash_of(secret, kKeptAs)) > 0) tell();
}

}  // namespace shouwang::web
