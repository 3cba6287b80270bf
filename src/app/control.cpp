#include "app/control.h"

#include <sys/stat.h>

#include <boost/asio/post.hpp>
#include <filesystem>
#include <fstream>

#include "app/control_json.h"
#include "app/coverage_report.h"
#include "app/sensors.h"
#include "base/utf8.h"
#include "store/journal_export.h"

namespace shouwang::app {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using config::Import;

constexpr std::size_t kListed = 1000;

std::string text_of(const object& arguments, std::string_view name) {
  const value* found = arguments.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : "";
}

bool flag_of(const object& arguments, std::string_view name) {
  const value* found = arguments.if_contains(name);
  return found != nullptr && found->is_bool() && found->as_bool();
}

Result<std::optional<Instant>> instant_of(const object& arguments, std::string_view name) {
  const std::string text = text_of(arguments, name);
  if (text.empty()) return std::optional<Instant>();
  const auto at = parse_utc(text);
  if (!at) {
    return fail(Error::Code::invalid, "`" + text + "` is no time like 2026-01-15T18:40:00Z");
  }
  return std::optional<Instant>(*at);
}

// Ledgers go through files, because that is how the importer reads them.
class LedgerFolder {
 public:
  explicit LedgerFolder(std::filesystem::path path) : path_(std::move(path)) {
    // What goes wrong here is said by put(), which can not write then.
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
    std::filesystem::create_directories(path_, ignored);
  }
  ~LedgerFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  LedgerFolder(const LedgerFolder&) = delete;
  LedgerFolder& operator=(const LedgerFolder&) = delete;

  Result<Done> put(const std::string& name, std::string_view text) const {
    if (name.find('/') != std::string::npos || !name.ends_with(".csv")) {
      return fail(Error::Code::invalid, "`" + name + "` is not the name of a ledger (NAME.csv)");
    }
    std::ofstream file(path_ / name, std::ios::binary);
    file << text;
    if (!file.flush()) return fail(Error::Code::io, "can not write to " + path_.string());
    return Done{};
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

Control::Control(Parts parts)
    : parts_(std::move(parts)),
      verbs_{{"status", &Control::status},
             {"reload", &Control::reload},
             {"incidents", &Control::incidents},
             {"devices", &Control::devices},
             {"coverage", &Control::coverage},
             {"matters", &Control::matters},
             {"chirping", &Control::chirping},
             {"load", &Control::load},
             {"diary", &Control::diary},
             {"mend", &Control::mend},
             {"import", &Control::import},
             {"phones", &Control::phones},
             {"users", &Control::users},
             {"report", &Control::report},
             {"raw", &Control::raw},
             {"walktest", &Control::walktest}} {}

Control::~Control() { aside_.join(); }

void Control::ask(const std::string& verb, const std::string& arguments, Reply reply) {
  boost::system::error_code error;
  const value parsed = boost::json::parse(arguments.empty() ? "{}" : arguments, error);
  if (error || !parsed.is_object()) {
    return reply(fail(Error::Code::invalid, "the arguments are not a JSON object"));
  }
  const object& given = parsed.as_object();
  if (verb == "backup") {
    const std::string path = text_of(given, "path");
    if (!path.starts_with('/')) {
      return reply(fail(Error::Code::invalid, "backup needs an absolute `path` to write to"));
    }
    return aside(
        [this, path]() -> Answer {
          TRY_DONE(parts_.store.copy_to(path));
          return value(object{{"path", path}});
        },
        std::move(reply));
  }
  if (verb == "verify") {
    return aside(
        [this]() -> Answer {
          TRY(chain, parts_.store.check_journal());
          object found{{"lines", chain.lines}, {"sound", !chain.broken_at.has_value()}};
          if (chain.broken_at) found["broken_at"] = *chain.broken_at;
          return value(found);
        },
        std::move(reply));
  }
  if (verb == "newcomers") return find_newcomers(std::move(reply));
  const auto known = verbs_.find(verb);
  if (known == verbs_.end()) {
    return reply(fail(Error::Code::not_found,
                      "there is no verb `" + printable(first_characters(verb, 40)) + "`"));
  }
  const Answer answer = (this->*known->second)(given);
  if (!answer) return reply(tl::unexpected(answer.error()));
  reply(boost::json::serialize(*answer));
}

void Control::aside(std::function<Answer()> work, Reply reply) {
  boost::asio::post(aside_, [this, work = std::move(work), reply = std::move(reply)] {
    boost::asio::post(parts_.loop, [answer = work(), reply] {
      if (!answer) return reply(tl::unexpected(answer.error()));
      reply(boost::json::serialize(*answer));
    });
  });
}

Result<const config::Community*> Control::community_of(const object& arguments) const {
  const auto config = parts_.config();
  const std::string wanted = text_of(arguments, "community");
  if (wanted.empty() && config->communities.size() == 1) return &config->communities.front();
  std::string allowed;
  for (const config::Community& community : config->communities) {
    if (community.estate.id.str() == wanted) return &community;
    allowed.append(allowed.empty() ? "" : ", ").append(community.estate.id.str());
  }
  return fail(Error::Code::invalid,
              (wanted.empty() ? "which community?" : "there is no community `" + wanted + "`;") +
                  " allowed: " + allowed);
}

std::vector<const dispatch::Book*> Control::books_of(const object& arguments) const {
  const std::string wanted = text_of(arguments, "community");
  std::vector<const dispatch::Book*> books;
  for (const dispatch::Book* book : parts_.gateway.books()) {
    if (wanted.empty() || book->registry->community().id.str() == wanted) books.push_back(book);
  }
  return books;
}

Control::Answer Control::status(const object&) {
  const Vitals vitals = parts_.vitals();
  object state{{"status", status_sentence(vitals)},
               {"started_at", format_utc(vitals.started_at)},
               {"now", format_utc(vitals.now)}};
  array lines;
  for (const web::HealthLine& line : health_lines(vitals)) {
    object one{{"part", line.part}, {"well", line.well}};
    if (line.since) one["since"] = format_utc(*line.since);
    lines.push_back(std::move(one));
  }
  state["health"] = std::move(lines);
  state["well"] = is_chain_well(vitals);
  state["text"] = health_text(vitals);
  state["self_test"] = json_of_test(vitals.self_test);
  array communities;
  for (const auto& community : vitals.communities) {
    communities.push_back({{"community", community.id},
                           {"devices", community.devices},
                           {"open_incidents", community.open_incidents},
                           {"unclaimed", community.unclaimed_incidents},
                           {"messages_waiting", community.parcels},
                           {"matters", community.matters},
                           {"set_aside", community.set_aside}});
  }
  state["communities"] = std::move(communities);
  return value(state);
}

Control::Answer Control::reload(const object&) {
  TRY_DONE(parts_.reload());
  return value(object{{"reloaded", true}});
}

Control::Answer Control::incidents(const object& arguments) {
  if (const std::string id = text_of(arguments, "id"); !id.empty()) {
    TRY(file, parts_.store.file(IncidentId(id)));
    TRY(parcels, parts_.archive.parcels(IncidentId(id)));
    return json_of_whole(file, parcels);
  }
  array list;
  for (const dispatch::Book* book : books_of(arguments)) {
    if (!flag_of(arguments, "all")) {
      for (const IncidentId& id : dispatch::board_order(*book)) {
        list.push_back(json_of_line(*book->find(id), *book->registry));
      }
      continue;
    }
    TRY(ids,
        parts_.archive.incidents({.community = book->registry->community().id, .most = kListed}));
    for (const IncidentId& id : ids) {
      TRY(file, parts_.store.file(id));
      list.push_back(json_of_line(file, *book->registry));
    }
  }
  return value(list);
}

Control::Answer Control::devices(const object& arguments) {
  const Instant now = parts_.clock.now();
  array list;
  for (const dispatch::Book* book : books_of(arguments)) {
    for (std::size_t i = 0; i < book->registry->community().devices.size(); ++i) {
      object& line = list.emplace_back(json_of_device(*book, i, now)).as_object();
      if (parts_.sensors == nullptr) continue;
      const household::Community& community = book->registry->community();
      const auto link = parts_.sensors->link_of(community.id, community.devices[i].id);
      if (link) line["link"] = to_text(*link);
    }
  }
  return value(list);
}

Control::Answer Control::coverage(const object& arguments) {
  const Instant now = parts_.clock.now();
  array list;
  for (const dispatch::Book* book : books_of(arguments)) {
    list.push_back(
        json_of_coverage(book->registry->community().id, dispatch::coverage_of(*book, now), now));
  }
  return value(list);
}

Control::Answer Control::matters(const object& arguments) {
  array list;
  for (const dispatch::Book* book : books_of(arguments)) {
    for (const auto& [id, matter] : book->matters) list.push_back(json_of_matter(matter));
  }
  return value(list);
}

Control::Answer Control::mend(const object& arguments) {
  TRY(community, community_of(arguments));
  TRY(until, instant_of(arguments, "until"));
  const dispatch::Book* book = parts_.gateway.book(community->estate.id);
  const std::string matter = text_of(arguments, "matter");
  if (book == nullptr || !book->matters.contains(matter)) {
    return fail(Error::Code::not_found, "there is no open matter `" + printable(matter) + "`");
  }
  const PersonId by(text_of(arguments, "by"));
  if (book->registry->person(by) == nullptr) {
    return fail(Error::Code::invalid, "`by` names who says so: a person on record");
  }
  dispatch::Event event = dispatch::ItemDone{.item = matter, .by = by};
  if (until) {
    event = dispatch::ItemWaived{
        .item = matter, .by = by, .until = *until, .why = text_of(arguments, "why")};
  }
  const dispatch::Reply reply = parts_.gateway.ask(community->estate.id, event);
  if (!reply.refusal) return value(object{});
  return fail(Error::Code::refused, "refused: " + std::string(name_of(*reply.refusal)) +
                                        "; a waiver needs a reason and ends within a year");
}

Control::Answer Control::import(const object& arguments) {
  TRY(community, community_of(arguments));
  const value* files = arguments.if_contains("files");
  if (files == nullptr || !files->is_object() || files->as_object().empty()) {
    return fail(Error::Code::invalid, "import needs `files`: {\"households.csv\": \"...\"}");
  }
  const auto config = parts_.config();
  const LedgerFolder folder(std::filesystem::path(config->store.path).parent_path() / "import.tmp");
  for (const auto& file : files->as_object()) {
    if (!file.value().is_string()) return fail(Error::Code::invalid, "a ledger must be text");
    TRY_DONE(folder.put(std::string(file.key()), file.value().as_string()));
  }
  const CommunityId& id = community->estate.id;
  TRY(current, parts_.records.records(id));
  const Import result = config::import_ledgers(
      folder.path(), {.config = *config, .community = *community, .current = current},
      {.now = parts_.clock.now(),
       .accept_partial = flag_of(arguments, "accept_partial"),
       .narrow_digits = flag_of(arguments, "narrow_digits")});
  object report = json_of_import(result);
  const bool dry = flag_of(arguments, "dry_run");
  report["stored"] = result.is_accepted && !dry;
  if (!result.is_accepted || dry) return value(report);
  dispatch::JournalEntry entry{
      .at = parts_.clock.now(), .community = id, .actor = "import", .type = "records_imported"};
  for (const auto& count : result.counts) {
    entry.facts.emplace_back(count.file, std::to_string(count.taken));
  }
  TRY_DONE(parts_.records.replace_records(id, result.records, entry));
  TRY_DONE(parts_.records_changed(id));
  if (result.facts) parts_.gateway.ask(id, dispatch::FactsNoted{.facts = *result.facts});
  return value(report);
}

Control::Answer Control::phones(const object& arguments) {
  const std::string action = text_of(arguments, "action");
  if (action == "list" || action.empty()) {
    array list;
    for (const store::Phone& phone : parts_.phones.list()) {
      object line{{"phone", phone.id},
                  {"community", phone.community.str()},
                  {"person", phone.person.str()},
                  {"enrolled_at", format_utc(phone.enrolled_at)}};
      if (phone.last_seen) line["last_seen"] = format_utc(*phone.last_seen);
      list.push_back(std::move(line));
    }
    return value(list);
  }
  if (action == "drop") {
    TRY_DONE(parts_.phones.drop(text_of(arguments, "phone")));
    return value(object{});
  }
  if (action != "enrol") {
    return fail(Error::Code::invalid, "`" + action + "` is not list, enrol or drop");
  }
  TRY(community, community_of(arguments));
  const PersonId person(text_of(arguments, "person"));
  const dispatch::Book* book = parts_.gateway.book(community->estate.id);
  if (book == nullptr || book->registry->person(person) == nullptr) {
    return fail(Error::Code::not_found, "there is no person `" + person.str() + "`");
  }
  const std::string code = parts_.phones.enrol_code(community->estate.id, person, kCodeLifeMax);
  return value(object{{"link", parts_.config()->web.public_url + "/enrol/" + code},
                      {"good_for", "48h, once"}});
}

Control::Answer Control::users(const object& arguments) {
  const std::string action = text_of(arguments, "action");
  TRY(known, parts_.access.users());
  if (action == "list" || action.empty()) {
    array list;
    for (const store::User& user : known) {
      list.push_back({{"user", user.name},
                      {"role", household::name_of(user.role)},
                      {"person", user.person.str()},
                      {"community", user.community.str()},
                      {"disabled", user.disabled}});
    }
    return value(list);
  }
  if (action == "put") return put_user(arguments);
  if (action != "disable") {
    return fail(Error::Code::invalid, "`" + action + "` is not list, put or disable");
  }
  for (store::User& user : known) {
    if (user.name != text_of(arguments, "user")) continue;
    user.disabled = true;
    TRY_DONE(parts_.access.put_user(user));
    parts_.logins.set_users(parts_.access.users().value_or(known));
    return value(object{});
  }
  return fail(Error::Code::not_found, "there is no user `" + text_of(arguments, "user") + "`");
}

Control::Answer Control::put_user(const object& arguments) {
  TRY(community, community_of(arguments));
  store::User user{.name = text_of(arguments, "user"),
                   .person = PersonId(text_of(arguments, "person")),
                   .community = community->estate.id};
  TRY_DONE(check_login_name(user.name));
  TRY(role, login_role(text_of(arguments, "role")));
  user.role = role;
  const dispatch::Book* book = parts_.gateway.book(user.community);
  const bool known = book != nullptr && book->registry->person(user.person) != nullptr;
  if (user.role != household::Role::viewer && !known) {
    return fail(Error::Code::invalid,
                "there is no person `" + user.person.str() +
                    "`: everybody but a viewer acts in the name of a person on record");
  }
  TRY(hash, hash_password(text_of(arguments, "password")));
  user.password_hash = std::move(hash);
  TRY_DONE(parts_.access.put_user(user));
  TRY(all, parts_.access.users());
  parts_.logins.set_users(std::move(all));
  return value(object{{"user", user.name}});
}

Control::Answer Control::report(const object& arguments) {
  TRY(from, instant_of(arguments, "from"));
  TRY(until, instant_of(arguments, "until"));
  store::JournalQuery query{.community = CommunityId(text_of(arguments, "community")),
                            .incident = IncidentId(text_of(arguments, "incident")),
                            .from = from,
                            .until = until};
  if (const value* after = arguments.if_contains("after"); after != nullptr) {
    boost::system::error_code error;
    query.after = after->to_number<std::uint64_t>(error);
    if (error) return fail(Error::Code::invalid, "`after` is the number of a line");
  }
  TRY(lines, parts_.store.journal(query));
  array list;
  for (const store::JournalLine& line : lines) {
    list.push_back(boost::json::parse(store::json_line(line)));
  }
  return value(list);
}

Control::Answer Control::raw(const object& arguments) {
  array list;
  for (const dispatch::Book* book : books_of(arguments)) {
    TRY(messages, parts_.archive.raw(book->registry->community().id, text_of(arguments, "topic")));
    for (const store::RawMessage& message : messages) {
      list.push_back({{"at", format_utc(message.at)},
                      {"device", message.device.str()},
                      {"topic", printable(message.topic)},
                      {"problem", printable(message.problem)},
                      {"payload", printable(message.payload)}});
    }
  }
  return value(list);
}

}  // namespace shouwang::app
