// A gateway for pages: the real dispatch on a small community, without broker, store or channels.
//
// What a test does to it happens at once, and whoever watches is told, as in the gateway.

#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "dispatch/book.h"
#include "web/desk.h"

namespace shouwang::testing {

class FakeDesk : public web::Desk {
 public:
  explicit FakeDesk(Instant start = *parse_utc("2026-01-15T18:40:00Z"));

  // ---- what happens in the community.
  IncidentId alarm(const std::string& device);
  void normal(const std::string& device);
  // An alarm of a device that nobody knows.
  IncidentId unknown_alarm(const std::string& topic);
  // Time passes; every step of a ladder that falls due on the way is taken.
  void advance(Millis span);
  dispatch::Effects handle(const dispatch::Event& event);
  dispatch::Reply press(const std::string& person, const IncidentId& incident,
                        incident::Answer answer);
  // The link that went to this person.
  std::string link(const std::string& person, const IncidentId& incident);
  web::PageRef page(const std::string& person, const IncidentId& incident) const;
  const dispatch::File& file(const IncidentId& incident) const;

  dispatch::Book book;
  Instant time;
  web::Live* live = nullptr;  // Told of changes; nullptr: nobody.

  // ---- how the outside behaves.
  std::set<std::string> unreachable;            // Persons whose every channel fails.
  std::map<std::string, std::string> numbers;   // For number_to_call, by whom.
  std::map<std::string, std::string> language;  // Persons who do not read Chinese.
  std::map<std::string, std::string> codes;     // Enrolling code -> person.
  std::vector<web::HealthLine> health_lines = {{.part = "broker", .key = "health.broker.well"}};
  bool is_alive = true;
  bool is_loaded = true;
  bool answers_late = false;  // Log-ins are checked only when told to.
  std::set<std::string> disabled;
  std::function<Result<std::string>(const std::string&, const std::string&)> on_control;

  // ---- what was asked of it.
  std::vector<web::PageRef> opened;
  std::vector<std::string> receipts;
  std::vector<std::string> presence;  // "R0001 here", "R0001 gone"
  int asked_for_cards = 0;
  std::vector<std::function<void()>> late;  // Log-ins that wait.

  Instant now() override { return time; }
  const Catalogue& catalogue() override { return texts_; }
  const web::CommunityView* community(const CommunityId& id) override;
  std::string language_of(const CommunityId& community, const PersonId& person) override;
  std::optional<web::PageRef> page_named(std::string_view token) override;
  std::string path_of(const web::PageRef& page) override;
  std::optional<dispatch::Card> card(const web::PageRef& page, household::Roles extra) override;
  void page_opened(const web::PageRef& page) override;
  dispatch::Reply answer(const web::PageRef& page, incident::Answer answer) override;
  std::string number_to_call(const web::PageRef& page, std::string_view whom) override;
  std::vector<web::PageRef> also_open(const web::PageRef& page) override;
  std::string home_label(const CommunityId& community, const HouseholdId& home) override;
  Result<std::string> enrol(std::string_view code) override;
  std::optional<std::pair<CommunityId, PersonId>> phone_owner(std::string_view secret) override;
  std::vector<web::InboxLine> inbox(const CommunityId& community, const PersonId& person) override;
  void phone_connected(const CommunityId& community, const PersonId& person, bool here) override;
  void phone_has(const CommunityId& community, const ParcelKey& key) override;
  void log_in(const std::string& user, const std::string& password, const std::string& address,
              std::function<void(std::variant<web::Session, web::LoginRefused>)> done) override;
  bool may_still(const web::Session& session) override;
  std::string person_label(const CommunityId& community, const PersonId& person) override;
  std::vector<dispatch::Card> board(const web::Session& session) override;
  std::vector<dispatch::Matter> matters(const CommunityId& community) override;
  dispatch::Reply open_incident(const web::Session& session, dispatch::Opened opened) override;
  dispatch::Reply item_done(const web::Session& session, const std::string& item) override;
  dispatch::Reply item_waived(const web::Session& session, dispatch::ItemWaived waived) override;
  std::vector<dispatch::WalkCard> walks(const web::Session& session) override;
  dispatch::Reply start_walk(const web::Session& session, const std::string& place,
                             int minutes) override;
  dispatch::Reply stop_walk(const web::Session& session, const std::string& test) override;
  dispatch::Reply quiet_device(const web::Session& session, const DeviceId& device) override;
  std::vector<std::pair<std::string, std::string>> places(const CommunityId& community,
                                                          std::string_view text) override;
  std::vector<std::pair<PersonId, std::string>> people_to_send(const web::PageRef& page) override;
  std::vector<web::HealthLine> health() override { return health_lines; }
  bool is_live() override { return is_alive; }
  bool is_ready() override { return is_loaded; }
  std::string metrics() override;
  void control(const std::string& verb, const std::string& arguments,
               std::function<void(Result<std::string>)> done) override;

 private:
  dispatch::Effects apply(const dispatch::Event& event);
  void carry_parcels();
  dispatch::Receipt carry(const dispatch::Parcel& parcel, const std::string& channel);
  void tell(const dispatch::Effects& effects);

  Catalogue texts_;
  web::CommunityView view_;
  std::map<std::string, web::PageRef> tokens_;
  std::map<PersonId, std::vector<web::InboxLine>> inboxes_;
};

// The password of every login of the fake: "desk1" (duty_a, OF01), "sec" (secretary), "dir"
// (director), "inst" (installer), "guest" (viewer), "odd" (unit_head: has no board).
inline constexpr const char* kPassword = "correct horse battery staple";

}  // namespace shouwang::testing
