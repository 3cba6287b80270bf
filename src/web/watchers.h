// Who is watching what, live. The gateway says what changed; only connected watchers cost work,
// and each gets their own view of it.

#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "web/desk.h"
#include "web/feed.h"

namespace shouwang::web {

// How a board's feed words what changed. Each returns the text of events, or "".
struct BoardEvents {
  std::function<std::string()> all;  // At the start.
  std::function<std::string(const std::set<IncidentId>&)> incidents;
  std::function<std::string()> matters;
  std::function<std::string()> health;
  std::function<bool()> is_welcome;
  std::function<void()> gone;  // The board is closed.
};

class Watchers final : public Live {
 public:
  explicit Watchers(Desk& desk) : desk_(desk) {}

  // One incident as one person sees it. `card` gives the event's text, nothing if the page has
  // ended; it is asked at once and after each change.
  std::shared_ptr<Feed> watch_page(const PageRef& page,
                                   std::function<std::optional<std::string>()> card);

  // A person's own page. The desk is told when the first one opens and when the last one is gone.
  // At most kInboxQueue messages wait; beyond that one event says "fetch the list".
  std::shared_ptr<Feed> watch_inbox(const CommunityId& community, const PersonId& person,
                                    std::function<std::string(const InboxLine&)> message);

  // A board. At most kBoardBatch incidents go into one event.
  std::shared_ptr<Feed> watch_board(const CommunityId& community, BoardEvents events);

  // A community's tests. `walks` gives the event's text; it is asked at once and after each change.
  struct WalkEvents {
    std::function<std::string()> walks;
    std::function<bool()> is_welcome;
    std::function<void()> gone;  // The page is closed.
  };
  std::shared_ptr<Feed> watch_walks(const CommunityId& community, WalkEvents events);

  // From here on the desk is not asked any more; feeds end.
  void stop() { stopped_ = true; }

  void incidents_changed(const CommunityId& community,
                         const std::vector<IncidentId>& incidents) override;
  void matters_changed(const CommunityId& community) override;
  void walks_changed(const CommunityId& community) override;
  void health_changed() override;
  bool deliver_inbox(const CommunityId& community, const PersonId& person, const ParcelKey& key,
                     const InboxLine& line) override;

  static constexpr std::size_t kInboxQueue = 50;
  static constexpr std::size_t kBoardBatch = 100;

 private:
  class PageFeed;
  class InboxFeed;
  class BoardFeed;
  class WalkFeed;
  using Incident = std::pair<CommunityId, IncidentId>;
  using Owner = std::pair<CommunityId, PersonId>;

  Desk& desk_;
  bool stopped_ = false;
  std::map<Incident, std::set<PageFeed*>> pages_;
  std::map<Owner, std::set<InboxFeed*>> inboxes_;
  std::map<CommunityId, std::set<BoardFeed*>> boards_;
  std::map<CommunityId, std::set<WalkFeed*>> walks_;
};

}  // namespace shouwang::web
