// What the pages ask of the gateway. app/ answers; tests answer with a fake.
//
// All calls are made and answered on the loop's thread. A call that changes something returns
// after it is on disk.

#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/catalogue.h"
#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "base/zone.h"
#include "dispatch/book.h"
#include "dispatch/card.h"
#include "dispatch/walk_card.h"

namespace shouwang::web {

// One person's view of one incident: what a phone link opens.
struct PageRef {
  CommunityId community;
  IncidentId incident;
  PersonId person;

  friend bool operator==(const PageRef&, const PageRef&) = default;
};

// A community as the pages need it.
struct CommunityView {
  CommunityId id;
  std::string label;
  std::string language;
  Zone zone;
  std::map<household::Role, std::string> role_labels;  // Overrides of the catalogue's words.
};

// Who is logged in at the board.
struct Session {
  std::string user;  // Login name.
  CommunityId community;
  PersonId person;  // Empty for a viewer.
  household::Role role = household::Role::viewer;

  friend bool operator==(const Session&, const Session&) = default;
};

// A login that outlives a restart of the gateway: nobody may have to type a password at 02:40
// before the board shows an alarm. Without the cookie's secret it opens nothing.
struct KeptSession {
  std::string hash;  // Of the secret.
  Session session;
  Instant since;

  friend bool operator==(const KeptSession&, const KeptSession&) = default;
};

// A link of the chain from sensor to phone, in plain words for the desk.
struct HealthLine {
  std::string part;  // "broker", "disk", "clock", "channel push", "sensors"
  bool well = true;
  std::string key;  // Catalogue key of the sentence; "health.broker.down".
  std::vector<std::pair<std::string, std::string>> fields;  // For the sentence.
  std::optional<Instant> since;
  bool advisory = false;  // Not well, and yet every link of the chain works.
};

// What the person's own page (the inbox channel) shows.
struct InboxLine {
  ParcelKey key;  // For the receipt; empty if the message needs none any more.
  PageRef page;
  std::string title;  // As sent.
  std::string body;
  Instant at;
  bool open = true;  // The incident is.
};

struct LoginRefused {
  enum class Why { wrong, too_many, disabled } why = Why::wrong;
  Millis wait{0};  // too_many: how long to wait.
};

class Desk {
 public:
  Desk() = default;
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  virtual ~Desk() = default;

  virtual Instant now() = 0;
  virtual const Catalogue& catalogue() = 0;
  virtual const CommunityView* community(const CommunityId& id) = 0;
  // The language in which this person reads.
  virtual std::string language_of(const CommunityId& community, const PersonId& person) = 0;

  // ---- phone pages. A token names a page; unknown and expired ones look the same.
  virtual std::optional<PageRef> page_named(std::string_view token) = 0;
  // "/p/<token>"
  virtual std::string path_of(const PageRef& page) = 0;
  virtual std::optional<dispatch::Card> card(const PageRef& page, household::Roles extra) = 0;
  // Somebody has the page before their eyes. Posted by the page's script, never caused by a GET:
  // messengers fetch links to preview them.
  virtual void page_opened(const PageRef& page) = 0;
  // `answer.by` is page.person; `answer.roles` is empty on a phone page (the roles they were told
  // in count) and the session's role on the board.
  virtual dispatch::Reply answer(const PageRef& page, incident::Answer answer) = 0;
  // A dialable number ("+8610...") that the page may offer, or "": `whom` is "home", "lead", or,
  // for a page of the desk, a person id (S-25: who can not be reached is called by hand).
  virtual std::string number_to_call(const PageRef& page, std::string_view whom) = 0;
  // Other open incidents this person was told of, oldest first: offered as links (S-27).
  virtual std::vector<PageRef> also_open(const PageRef& page) = 0;
  // "5号楼2单元101": where an extinguisher is, for responders.
  virtual std::string home_label(const CommunityId& community, const HouseholdId& home) = 0;

  // ---- the person's own page.
  // Turns a one-time enrolling code into a phone; the returned secret goes into its cookie.
  virtual Result<std::string> enrol(std::string_view code) = 0;
  virtual std::optional<std::pair<CommunityId, PersonId>> phone_owner(std::string_view secret) = 0;
  virtual std::vector<InboxLine> inbox(const CommunityId& community, const PersonId& person) = 0;
  // The person's page is (not) in front of somebody: the inbox channel can (not) deliver live.
  virtual void phone_connected(const CommunityId& community, const PersonId& person, bool here) = 0;
  // The page has shown the message.
  virtual void phone_has(const CommunityId& community, const ParcelKey& key) = 0;

  // ---- the board.
  // Checks name and password off the loop; calls back on it. Slow on purpose.
  virtual void log_in(const std::string& user, const std::string& password,
                      const std::string& address,
                      std::function<void(std::variant<Session, LoginRefused>)> done) = 0;
  // Whether the login still stands: the user exists, is not disabled, and has the same role.
  // Cheap; asked at every request and every heartbeat of a live board.
  virtual bool may_still(const Session& session) = 0;
  // The sessions that stand now, to be given back after a restart.
  virtual void keep_sessions(const std::vector<KeptSession>&) {}
  virtual std::vector<KeptSession> kept_sessions() { return {}; }
  // How the desk calls a person: the name on record, else the id. For the desk's eyes only.
  virtual std::string person_label(const CommunityId& community, const PersonId& person) = 0;
  // Every open incident as the session's role may see it, in board_order().
  virtual std::vector<dispatch::Card> board(const Session& session) = 0;
  virtual std::vector<dispatch::Matter> matters(const CommunityId& community) = 0;
  virtual dispatch::Reply open_incident(const Session& session, dispatch::Opened opened) = 0;
  virtual dispatch::Reply item_done(const Session& session, const std::string& item) = 0;
  virtual dispatch::Reply item_waived(const Session& session, dispatch::ItemWaived waived) = 0;
  // "B05-U4 5号楼4单元" lines that begin with or contain `text`, for the place field; <= 20.
  virtual std::vector<std::pair<std::string, std::string>> places(const CommunityId& community,
                                                                  std::string_view text) = 0;
  // People who can be sent: id and label; responders' posts, then neighbours; <= 50.
  virtual std::vector<std::pair<PersonId, std::string>> people_to_send(const PageRef& page) = 0;
  virtual std::vector<HealthLine> health() = 0;

  // ---- devices under test (dispatch/trial.h), for roles that dispatch::may_test.
  virtual std::vector<dispatch::WalkCard> walks(const Session& session) = 0;
  // `place`: a device, a home or an area. A reply with `why_word` set, or a refusal, changed
  // nothing.
  virtual dispatch::Reply start_walk(const Session& session, const std::string& place,
                                     int minutes) = 0;
  virtual dispatch::Reply stop_walk(const Session& session, const std::string& test) = 0;
  virtual dispatch::Reply quiet_device(const Session& session, const DeviceId& device) = 0;

  // ---- for machines.
  virtual bool is_live() = 0;   // The loop turns and the last save worked or is being retried.
  virtual bool is_ready() = 0;  // All is loaded, and the broker connected.
  virtual std::string metrics() = 0;  // Prometheus text format 0.0.4.
  // The hand tool, over the control socket only: verb and JSON in, JSON out.
  virtual void control(const std::string& verb, const std::string& arguments,
                       std::function<void(Result<std::string>)> done) = 0;
};

// What the gateway tells the web server, on the loop's thread.
class Live {
 public:
  Live() = default;
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;
  virtual ~Live() = default;

  // These incidents look different now: fresh cards go to whoever watches them.
  virtual void incidents_changed(const CommunityId& community,
                                 const std::vector<IncidentId>& incidents) = 0;
  virtual void matters_changed(const CommunityId& community) = 0;
  virtual void walks_changed(const CommunityId& community) = 0;
  virtual void health_changed() = 0;
  // A message for the person's own page. False if nobody has it open.
  virtual bool deliver_inbox(const CommunityId& community, const PersonId& person,
                             const ParcelKey& key, const InboxLine& line) = 0;
};

}  // namespace shouwang::web
