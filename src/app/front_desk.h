// Answers what the pages ask (web::Desk) from the books, the store and the configuration.
//
// Decides nothing about alarms: every change goes through Gateway::ask, every right is in
// incident/answer.h, every view in dispatch/card.h.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "app/gateway.h"
#include "app/logins.h"
#include "app/pages.h"
#include "app/phones.h"
#include "app/scribe.h"
#include "app/session_file.h"
#include "config/config.h"
#include "web/desk.h"

namespace shouwang::app {

class FrontDesk final : public web::Desk {
 public:
  // All must outlive the desk.
  struct Parts {
    Clock& clock;
    Gateway& gateway;
    Pages& pages;
    Phones& phones;
    Logins& logins;
    Scribe& scribe;
    SessionFile& sessions;
    // The inbox channel's page_has, if there is such a channel.
    std::function<void(const CommunityId&, const ParcelKey&)> page_has;
    std::function<std::vector<web::HealthLine>()> health;
    std::function<std::string()> metrics;
    std::function<void(const std::string& verb, const std::string& arguments,
                       std::function<void(Result<std::string>)> done)>
        control;
    std::function<bool()> is_live;
    std::function<bool()> is_ready;
  };
  FrontDesk(Parts parts, std::shared_ptr<const config::Config> config);
  void use(std::shared_ptr<const config::Config> config);

  Instant now() override { return parts_.clock.now(); }
  const Catalogue& catalogue() override { return config_->catalogue; }
  const web::CommunityView* community(const CommunityId& id) override;
  std::string language_of(const CommunityId& community, const PersonId& person) override;

  std::optional<web::PageRef> page_named(std::string_view token) override;
  // Empty for a message about no incident: there is no page to open.
  std::string path_of(const web::PageRef& page) override {
    return page.incident.empty() ? std::string() : parts_.pages.path(page);
  }
  std::optional<dispatch::Card> card(const web::PageRef& page, household::Roles extra) override;
  void page_opened(const web::PageRef& page) override;
  dispatch::Reply answer(const web::PageRef& page, incident::Answer answer) override;
  std::string number_to_call(const web::PageRef& page, std::string_view whom) override;
  std::vector<web::PageRef> also_open(const web::PageRef& page) override;
  std::string home_label(const CommunityId& community, const HouseholdId& home) override;

  Result<std::string> enrol(std::string_view code) override { return parts_.phones.enrol(code); }
  std::optional<std::pair<CommunityId, PersonId>> phone_owner(std::string_view secret) override {
    return parts_.phones.owner(secret);
  }
  std::vector<web::InboxLine> inbox(const CommunityId& community, const PersonId& person) override;
  void phone_connected(const CommunityId& community, const PersonId& person, bool here) override;
  void phone_has(const CommunityId& community, const ParcelKey& key) override;

  void log_in(const std::string& user, const std::string& password, const std::string& address,
              std::function<void(std::variant<web::Session, web::LoginRefused>)> done) override;
  bool may_still(const web::Session& session) override;
  void keep_sessions(const std::vector<web::KeptSession>& all) override {
    parts_.sessions.write(all);
  }
  std::vector<web::KeptSession> kept_sessions() override { return parts_.sessions.read(); }
  std::string person_label(const CommunityId& community, const PersonId& person) override;
  std::vector<dispatch::Card> board(const web::Session& session) override;
  std::vector<dispatch::Matter> matters(const CommunityId& community) override;
  dispatch::Reply open_incident(const web::Session& session, dispatch::Opened opened) override;
  dispatch::Reply item_done(const web::Session& session, const std::string& item) override;
  dispatch::Reply item_waived(const web::Session& session, dispatch::ItemWaived waived) override;
  std::vector<std::pair<std::string, std::string>> places(const CommunityId& community,
                                                          std::string_view text) override;
  std::vector<std::pair<PersonId, std::string>> people_to_send(const web::PageRef& page) override;
  std::vector<dispatch::WalkCard> walks(const web::Session& session) override;
  dispatch::Reply start_walk(const web::Session& session, const std::string& place,
                             int minutes) override;
  dispatch::Reply stop_walk(const web::Session& session, const std::string& test) override;
  dispatch::Reply quiet_device(const web::Session& session, const DeviceId& device) override;
  std::vector<web::HealthLine> health() override { return parts_.health(); }

  bool is_live() override { return parts_.is_live(); }
  bool is_ready() override { return parts_.is_ready(); }
  std::string metrics() override { return parts_.metrics(); }
  void control(const std::string& verb, const std::string& arguments,
               std::function<void(Result<std::string>)> done) override {
    parts_.control(verb, arguments, std::move(done));
  }

 private:
  const dispatch::Book* book(const CommunityId& id) const { return parts_.gateway.book(id); }
  bool may_test(const web::Session& session) const;
  std::string dialable(const dispatch::Book& book, const PersonId& person) const;

  Parts parts_;
  std::shared_ptr<const config::Config> config_;
  std::map<CommunityId, web::CommunityView> communities_;
};

}  // namespace shouwang::app
