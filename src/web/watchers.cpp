#include "web/watchers.h"

#include <deque>

namespace shouwang::web {

std::string event_text(std::string_view name, std::string_view json) {
  std::string text = "event: ";
  text.append(name).append("\ndata: ").append(json).append("\n\n");
  return text;
}

class Watchers::PageFeed final : public Feed {
 public:
  PageFeed(Watchers& watchers, PageRef page, std::function<std::optional<std::string>()> card)
      : watchers_(watchers), page_(std::move(page)), card_(std::move(card)) {
    watchers_.pages_[{page_.community, page_.incident}].insert(this);
  }

  ~PageFeed() override {
    const auto entry = watchers_.pages_.find({page_.community, page_.incident});
    entry->second.erase(this);
    if (entry->second.empty()) watchers_.pages_.erase(entry);
  }

  std::optional<std::string> next() override {
    if (watchers_.stopped_) return std::nullopt;
    if (!changed_) return "";
    changed_ = false;
    return card_();
  }

  void change() {
    changed_ = true;
    wake();
  }

 private:
  Watchers& watchers_;
  PageRef page_;
  std::function<std::optional<std::string>()> card_;
  bool changed_ = true;
};

class Watchers::InboxFeed final : public Feed {
 public:
  InboxFeed(Watchers& watchers, Owner owner, std::function<std::string(const InboxLine&)> message)
      : watchers_(watchers), owner_(std::move(owner)), message_(std::move(message)) {
    auto& feeds = watchers_.inboxes_[owner_];
    feeds.insert(this);
    if (feeds.size() == 1) watchers_.desk_.phone_connected(owner_.first, owner_.second, true);
  }

  ~InboxFeed() override {
    const auto entry = watchers_.inboxes_.find(owner_);
    entry->second.erase(this);
    if (!entry->second.empty()) return;
    watchers_.inboxes_.erase(entry);
    if (!watchers_.stopped_) {
      watchers_.desk_.phone_connected(owner_.first, owner_.second, false);
    }
  }

  std::optional<std::string> next() override {
    if (watchers_.stopped_) return std::nullopt;
    if (overflown_) {
      overflown_ = false;
      lines_.clear();
      return event_text("list", "{}");
    }
    std::string text;
    for (; !lines_.empty(); lines_.pop_front()) text += message_(lines_.front());
    return text;
  }

  void add(const InboxLine& line) {
    if (lines_.size() >= kInboxQueue) {
      overflown_ = true;
    } else {
      lines_.push_back(line);
    }
    wake();
  }

 private:
  Watchers& watchers_;
  Owner owner_;
  std::function<std::string(const InboxLine&)> message_;
  std::deque<InboxLine> lines_;
  bool overflown_ = true;  // The list itself first: what came while the page was loading.
};

class Watchers::BoardFeed final : public Feed {
 public:
  BoardFeed(Watchers& watchers, CommunityId community, BoardEvents events)
      : watchers_(watchers), community_(std::move(community)), events_(std::move(events)) {
    watchers_.boards_[community_].insert(this);
  }

  ~BoardFeed() override {
    const auto entry = watchers_.boards_.find(community_);
    entry->second.erase(this);
    if (entry->second.empty()) watchers_.boards_.erase(entry);
    if (!watchers_.stopped_) events_.gone();
  }

  bool is_welcome() override { return !watchers_.stopped_ && events_.is_welcome(); }

  std::optional<std::string> next() override {
    if (!is_welcome()) return std::nullopt;
    if (all_) {
      all_ = matters_ = health_ = false;
      incidents_.clear();
      return events_.all();
    }
    std::string text;
    if (const auto batch = take_batch(); !batch.empty()) text += events_.incidents(batch);
    if (std::exchange(matters_, false)) text += events_.matters();
    if (std::exchange(health_, false)) text += events_.health();
    return text;
  }

  void change(const std::vector<IncidentId>& incidents) {
    incidents_.insert(incidents.begin(), incidents.end());
    wake();
  }
  void change_matters() {
    matters_ = true;
    wake();
  }
  void change_health() {
    health_ = true;
    wake();
  }

 private:
  std::set<IncidentId> take_batch() {
    std::set<IncidentId> batch;
    while (!incidents_.empty() && batch.size() < kBoardBatch) {
      batch.insert(incidents_.extract(incidents_.begin()));
    }
    return batch;
  }

  Watchers& watchers_;
  CommunityId community_;
  BoardEvents events_;
  bool all_ = true;
  std::set<IncidentId> incidents_;
  bool matters_ = false;
  bool health_ = false;
};

class Watchers::WalkFeed final : public Feed {
 public:
  WalkFeed(Watchers& watchers, CommunityId community, WalkEvents events)
      : watchers_(watchers), community_(std::move(community)), events_(std::move(events)) {
    watchers_.walks_[community_].insert(this);
  }

  ~WalkFeed() override {
    const auto entry = watchers_.walks_.find(community_);
    entry->second.erase(this);
    if (entry->second.empty()) watchers_.walks_.erase(entry);
    if (!watchers_.stopped_) events_.gone();
  }

  bool is_welcome() override { return !watchers_.stopped_ && events_.is_welcome(); }

  std::optional<std::string> next() override {
    if (!is_welcome()) return std::nullopt;
    return std::exchange(changed_, false) ? events_.walks() : "";
  }

  void change() {
    changed_ = true;
    wake();
  }

 private:
  Watchers& watchers_;
  CommunityId community_;
  WalkEvents events_;
  bool changed_ = true;
};

std::shared_ptr<Feed> Watchers::watch_page(const PageRef& page,
                                           std::function<std::optional<std::string>()> card) {
  return std::make_shared<PageFeed>(*this, page, std::move(card));
}

std::shared_ptr<Feed> Watchers::watch_inbox(const CommunityId& community, const PersonId& person,
                                            std::function<std::string(const InboxLine&)> message) {
  return std::make_shared<InboxFeed>(*this, Owner{community, person}, std::move(message));
}

std::shared_ptr<Feed> Watchers::watch_board(const CommunityId& community, BoardEvents events) {
  return std::make_shared<BoardFeed>(*this, community, std::move(events));
}

std::shared_ptr<Feed> Watchers::watch_walks(const CommunityId& community, WalkEvents events) {
  return std::make_shared<WalkFeed>(*this, community, std::move(events));
}

void Watchers::incidents_changed(const CommunityId& community,
                                 const std::vector<IncidentId>& incidents) {
  for (const IncidentId& incident : incidents) {
    const auto watching = pages_.find({community, incident});
    if (watching == pages_.end()) continue;
    for (PageFeed* feed : watching->second) feed->change();
  }
  const auto boards = boards_.find(community);
  if (boards == boards_.end()) return;
  for (BoardFeed* feed : boards->second) feed->change(incidents);
}

void Watchers::matters_changed(const CommunityId& community) {
  const auto boards = boards_.find(community);
  if (boards == boards_.end()) return;
  for (BoardFeed* feed : boards->second) feed->change_matters();
}

void Watchers::walks_changed(const CommunityId& community) {
  const auto watching = walks_.find(community);
  if (watching == walks_.end()) return;
  for (WalkFeed* feed : watching->second) feed->change();
}

void Watchers::health_changed() {
  for (const auto& [community, feeds] : boards_) {
    for (BoardFeed* feed : feeds) feed->change_health();
  }
}

bool Watchers::deliver_inbox(const CommunityId& community, const PersonId& person,
                             const ParcelKey& key, const InboxLine& line) {
  const auto watching = inboxes_.find({community, person});
  if (watching == inboxes_.end()) return false;
  InboxLine keyed = line;
  keyed.key = key;
  for (InboxFeed* feed : watching->second) feed->add(keyed);
  return true;
}

}  // namespace shouwang::web
