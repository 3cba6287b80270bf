#include "mqtt/subscriptions.h"

#include <algorithm>
#include <utility>

#include "mqtt/trouble.h"

namespace shouwang::mqtt {

Subscriptions::Subscriptions(std::vector<std::string> wanted, std::vector<Filter> own)
    : own_(std::move(own)), wanted_(std::move(wanted)) {}

std::vector<Filter> Subscriptions::begin() {
  answers_.clear();
  asked_.clear();
  std::vector<Filter> all = renew().asked;
  for (const Filter& filter : own_) {
    answers_[filter.text] = Answer::awaited;
    all.push_back(filter);
  }
  return all;
}

Subscriptions::Change Subscriptions::renew() {
  Change change;
  for (const std::string& old : asked_) {
    if (std::find(wanted_.begin(), wanted_.end(), old) != wanted_.end()) continue;
    answers_.erase(old);
    change.gone.push_back(old);
  }
  asked_ = wanted_;
  trouble_.clear();
  for (const std::string& filter : wanted_) {
    answers_[filter] = Answer::awaited;
    change.asked.push_back({.text = filter, .qos = 1});
  }
  return change;
}

void Subscriptions::answered(const std::string& filter, bool granted, int code) {
  const auto place = answers_.find(filter);
  if (place == answers_.end()) return;
  place->second = granted ? Answer::granted : Answer::refused;
  if (!granted && !filter.starts_with("$SYS/")) trouble_ = refused_filter_sentence(filter, code);
}

bool Subscriptions::is_complete() const {
  return std::none_of(answers_.begin(), answers_.end(),
                      [](const auto& answer) { return answer.second == Answer::awaited; });
}

}  // namespace shouwang::mqtt
