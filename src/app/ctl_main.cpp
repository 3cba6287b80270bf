// shouwangctl: the hand tool of installer, office and administrator.

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "app/app.h"
#include "app/broker_acl.h"
#include "app/configuration.h"
#include "app/coverage_report.h"
#include "app/ctl_client.h"
#include "app/ctl_offline.h"
#include "app/ctl_print.h"
#include "app/ctl_walk.h"

using namespace shouwang;
using boost::json::object;
using boost::json::value;

namespace {

// What every verb shares.
struct Common {
  std::string directory = "/etc/shouwang";
  std::string socket;
  std::string community;
  bool json = false;
  bool offline = false;
};

int complain(const Error& error) {
  std::cerr << "shouwangctl: " << error.what << "\n";
  return error.code == Error::Code::invalid ? app::kExitConfiguration : app::kExitFailed;
}

// The socket that the configuration names, unless one was given.
std::string socket_of(const Common& common) {
  if (!common.socket.empty()) return common.socket;
  const auto loaded = config::load(common.directory);
  return loaded ? loaded->web.control_socket : config::Web{}.control_socket;
}

int show(const Result<value>& answer, const Common& common,
         const std::function<std::string(const value&)>& print) {
  if (!answer) return complain(answer.error());
  std::cout << (common.json ? boost::json::serialize(*answer) + "\n" : print(*answer));
  return app::kExitDone;
}

int ask(const Common& common, const std::string& verb, object arguments,
        const std::function<std::string(const value&)>& print) {
  if (!common.community.empty()) arguments["community"] = common.community;
  return show(app::CtlClient(socket_of(common)).ask(verb, arguments), common, print);
}

std::function<std::string(const value&)> columns(std::vector<std::string> names) {
  return [names = std::move(names)](const value& list) { return app::table(list, names); };
}

std::string as_json(const value& answer) { return boost::json::serialize(answer) + "\n"; }

int check(const Common& common) {
  const auto loaded = app::load_configuration(common.directory);
  if (loaded) {
    std::cout << "configuration is sound\n";
    return app::kExitDone;
  }
  std::cerr << app::as_lines(loaded.error());
  return app::kExitConfiguration;
}

struct ImportFlags {
  std::string folder;
  bool dry_run = false;
  bool accept_partial = false;
  bool narrow_digits = false;
};

int import(const Common& common, const ImportFlags& flags) {
  const auto files = app::read_ledgers(flags.folder);
  if (!files) return complain(files.error());
  object arguments{{"files", *files},
                   {"dry_run", flags.dry_run},
                   {"accept_partial", flags.accept_partial},
                   {"narrow_digits", flags.narrow_digits}};
  if (!common.community.empty()) arguments["community"] = common.community;
  auto report = common.offline ? app::import_offline(common.directory, flags.folder, arguments)
                               : app::CtlClient(socket_of(common)).ask("import", arguments);
  if (!report) return complain(report.error());
  const bool accepted = report->as_object().at("accepted").as_bool();
  const int shown = show(report, common, app::import_report);
  return shown != app::kExitDone || accepted ? shown : app::kExitConfiguration;
}

int put_user(const Common& common, const object& user) {
  const char* password = std::getenv("SHOUWANG_PASSWORD");
  std::string typed;
  if (password == nullptr) {
    std::cerr << "password (10 characters at least): ";
    std::getline(std::cin, typed);
  }
  object arguments = user;
  arguments["action"] = "put";
  arguments["password"] = password != nullptr ? std::string(password) : typed;
  return ask(common, "users", arguments, as_json);
}

int enrol(const Common& common, const std::string& person, bool qr) {
  return ask(common, "phones", {{"action", "enrol"}, {"person", person}},
             [qr](const value& answer) {
               const std::string link(answer.as_object().at("link").as_string());
               return (qr ? app::qr_code(link) : "") + link + "\ngood for 48 hours, once\n";
             });
}

int backup(const Common& common, const std::string& path, const std::string& restore) {
  if (!restore.empty()) {
    const auto done = app::restore_offline(common.directory, restore);
    if (!done) return complain(done.error());
    std::cout << "restored; what was there is kept as " << (done->empty() ? "nothing" : *done)
              << "\n";
    return app::kExitDone;
  }
  const std::string absolute = std::filesystem::absolute(path).string();
  if (common.offline) {
    const auto done = app::backup_offline(common.directory, absolute);
    if (!done) return complain(done.error());
    std::cout << absolute << "\n";
    return app::kExitDone;
  }
  return ask(common, "backup", {{"path", absolute}}, [](const value& answer) {
    return std::string(answer.as_object().at("path").as_string()) + "\n";
  });
}

int broker_acl(const Common& common, bool users) {
  const auto loaded = app::load_configuration(common.directory);
  if (!loaded) {
    std::cerr << app::as_lines(loaded.error());
    return app::kExitConfiguration;
  }
  const app::AccessList list = app::access_list(*loaded);
  for (const std::string& remark : list.remarks) std::cerr << "shouwangctl: " << remark << "\n";
  std::cout << (users ? app::user_list(list) : app::acl_file(list));
  return app::kExitDone;
}

object with_community(const Common& common, object arguments) {
  if (!common.community.empty()) arguments["community"] = common.community;
  return arguments;
}

int start_walk(const Common& common, const std::string& place, const std::string& by, int minutes) {
  const app::CtlClient client(socket_of(common));
  const object who = with_community(common, {{"by", by}});
  object arguments = who;
  arguments["action"] = "start";
  arguments["place"] = place;
  arguments["minutes"] = minutes;
  const auto walk = client.ask("walktest", arguments);
  if (!walk) return complain(walk.error());
  return app::watch_walk({.client = client, .arguments = who, .walk = *walk},
                         app::enter_was_pressed, std::cout);
}

int list_walks(const Common& common) {
  return ask(common, "walktest", {{"action", "list"}}, [](const value& list) {
    std::string text = app::table(list, {"test", "place", "by", "started_at", "until", "over"});
    for (const value& walk : list.as_array()) text += "\n" + app::walk_report(walk);
    return text;
  });
}

int decode(const Common& common) {
  const auto broken = app::decode_stream(common.directory, std::cin, std::cout);
  if (!broken) return complain(broken.error());
  return *broken == 0 ? app::kExitDone : app::kExitFailed;
}

void add_verbs(CLI::App& flags, Common& common, int& code) {
  flags.add_subcommand("check", "check the configuration")->callback([&] { code = check(common); });
  flags.add_subcommand("decode", "read JSON lines {topic, payload} and say what they mean")
      ->callback([&] { code = decode(common); });
  auto users = std::make_shared<bool>(false);
  auto* acl = flags.add_subcommand("broker-acl", "mosquitto's access list for these devices");
  acl->add_flag("--users", *users, "only the user names, one a line");
  acl->callback([&common, &code, users] { code = broker_acl(common, *users); });
  flags.add_subcommand("status", "how each link of the chain is doing")->callback([&] {
    code = ask(common, "status", {}, [](const value& answer) {
      const object& state = answer.as_object();
      return std::string(state.at("status").as_string()) + "\n" +
             std::string(state.at("text").as_string());
    });
  });
  flags.add_subcommand("reload", "take the configuration anew")->callback([&] {
    code = ask(common, "reload", {}, [](const value&) { return std::string("reloaded\n"); });
  });
  auto unknown = std::make_shared<bool>(false);
  auto* devices = flags.add_subcommand("devices", "what is fitted, and when it was last heard");
  devices->add_flag("--unknown", *unknown, "who speaks and is in no list, with lines to paste");
  devices->callback([&common, &code, unknown] {
    if (*unknown) {
      code = ask(common, "newcomers", {}, app::newcomers_report);
      return;
    }
    code = ask(common, "devices", {},
               columns({"device", "label", "profile", "state", "last_seen", "age", "expected",
                        "learned", "link", "battery", "alarming", "proven_at"}));
  });
  flags.add_subcommand("raw", "messages that nobody understood")->callback([&] {
    code = ask(common, "raw", {}, columns({"at", "topic", "device", "problem", "payload"}));
  });
  flags.add_subcommand("verify", "follow the journal's chain from its first line")->callback([&] {
    code = ask(common, "verify", {}, as_json);
  });
}

void add_upkeep(CLI::App& flags, Common& common, int& code) {
  auto* coverage = flags.add_subcommand("coverage", "who is not protected, and by what gap");
  coverage->add_flag("--offline", common.offline, "read the database; no gateway may be running");
  coverage->callback([&common, &code] {
    code = common.offline ? show(app::coverage_offline(common.directory, common.community), common,
                                 app::coverage_words)
                          : ask(common, "coverage", {}, app::coverage_words);
  });
  auto* matters = flags.add_subcommand("matters", "technical matters to be mended");
  matters->callback([&common, &code, matters] {
    if (!matters->get_subcommands().empty()) return;
    code = ask(common, "matters", {},
               columns({"matter", "count", "since", "rung", "waived_until", "detail"}));
  });
  auto given = std::make_shared<object>();
  const auto text = [given](CLI::App* verb, const char* flag, const char* name, const char* help) {
    return verb->add_option_function<std::string>(
        flag, [given, name](const std::string& written) { (*given)[name] = written; }, help);
  };
  auto* done = matters->add_subcommand("done", "it is mended");
  auto* waive = matters->add_subcommand("waive", "it can wait until a day, for a reason");
  for (CLI::App* verb : {done, waive}) {
    text(verb, "matter", "matter", "as `matters` lists it")->required();
    text(verb, "--by", "by", "who says so: a person's id")->required();
    verb->callback([&common, &code, given] { code = ask(common, "mend", *given, as_json); });
  }
  text(waive, "--until", "until", "RFC 3339")->required();
  text(waive, "--why", "why", "the reason")->required();
}

void add_office(CLI::App& flags, Common& common, int& code) {
  flags.add_subcommand("load", "how much the desk has to bear (ISA-18.2)")->callback([&] {
    code = ask(common, "load", {}, as_json);
  });
  auto given = std::make_shared<object>();
  const auto text = [given](CLI::App* verb, const char* flag, const char* name, const char* help) {
    return verb->add_option_function<std::string>(
        flag, [given, name](const std::string& written) { (*given)[name] = written; }, help);
  };
  auto* diary = flags.add_subcommand("diary", "a day as the office reads it the next morning");
  text(diary, "--day", "day", "local date, 2026-01-15; today if left out");
  text(diary, "--language", "language", "zh-CN, en; the community's if left out");
  diary->callback([&common, &code, given] {
    code = ask(common, "diary", *given, [](const value& answer) {
      return std::string(answer.as_object().at("text").as_string()) + "\n";
    });
  });
  auto* chirping = flags.add_subcommand("chirping", "somebody says that a device chirps");
  text(chirping, "device", "device", "its id")->required();
  text(chirping, "--by", "by", "who says so: a person's id")->required();
  text(chirping, "--text", "text", "who heard it, and when");
  chirping->callback([&common, &code, given] { code = ask(common, "chirping", *given, as_json); });
}

void add_incidents(CLI::App& flags, Common& common, int& code) {
  auto* verb = flags.add_subcommand("incidents", "open incidents, all, or one whole");
  auto id = std::make_shared<std::string>();
  auto all = std::make_shared<bool>(false);
  verb->add_option("id", *id, "one incident, whole, as JSON");
  verb->add_flag("--all", *all, "closed ones too, the latest first");
  verb->callback([&common, &code, id, all] {
    if (!id->empty()) {
      code = ask(common, "incidents", {{"id", *id}}, as_json);
      return;
    }
    code = ask(common, "incidents", {{"all", *all}},
               columns({"incident", "kind", "place", "severity", "phase", "raised_at", "told",
                        "lead", "on_the_spot", "cause"}));
  });
}

void add_import(CLI::App& flags, Common& common, int& code) {
  auto* verb = flags.add_subcommand("import", "take the office's ledgers from a folder");
  auto given = std::make_shared<ImportFlags>();
  verb->add_option("folder", given->folder, "folder with NAME.csv files")->required();
  verb->add_flag("--dry-run", given->dry_run, "check only");
  verb->add_flag("--accept-partial", given->accept_partial, "leave out damaged rows");
  verb->add_flag("--narrow-digits", given->narrow_digits, "turn full-width digits into ordinary");
  verb->add_flag("--offline", common.offline, "work on the database; no gateway may be running");
  verb->callback([&common, &code, given] { code = import(common, *given); });
}

void add_walktest(CLI::App& flags, Common& common, int& code) {
  auto* verb =
      flags.add_subcommand("walktest", "devices under test: results to you, not to families");
  verb->require_subcommand(1);
  auto what = std::make_shared<std::string>();
  auto by = std::make_shared<std::string>();
  auto minutes = std::make_shared<int>(30);
  const auto add = [verb, by](const char* name, const char* help) {
    auto* action = verb->add_subcommand(name, help);
    action->add_option("--by", *by, "your login")->required();
    return action;
  };
  auto* start = add("start", "begin, and tick off what speaks");
  start->add_option("place", *what, "a device, a home or an area")->required();
  start->add_option("--minutes", *minutes, "ends by itself after so long")
      ->check(CLI::Range(1, 120))
      ->capture_default_str();
  start->callback(
      [&common, &code, what, by, minutes] { code = start_walk(common, *what, *by, *minutes); });
  auto* stop = add("stop", "end a test");
  stop->add_option("test", *what)->required();
  stop->callback([&common, &code, what, by] {
    code = ask(common, "walktest", {{"action", "stop"}, {"test", *what}, {"by", *by}}, as_json);
  });
  auto* quiet = add("quiet", "you stand before it, and nothing is the matter");
  quiet->add_option("device", *what)->required();
  quiet->callback([&common, &code, what, by] {
    code = ask(common, "walktest", {{"action", "quiet"}, {"device", *what}, {"by", *by}}, as_json);
  });
  verb->add_subcommand("list", "tests under way")->callback([&] { code = list_walks(common); });
}

void add_people(CLI::App& flags, Common& common, int& code) {
  auto* phones = flags.add_subcommand("phones", "phones that people have enrolled");
  phones->require_subcommand(1);
  phones->add_subcommand("list", "all of them")->callback([&] {
    code = ask(common, "phones", {{"action", "list"}},
               columns({"phone", "person", "enrolled_at", "last_seen"}));
  });
  auto person = std::make_shared<std::string>();
  auto qr = std::make_shared<bool>(false);
  auto* enrolling = phones->add_subcommand("enrol", "a link for one person's phone");
  enrolling->add_option("person", *person)->required();
  enrolling->add_flag("--qr", *qr, "also as a QR code");
  enrolling->callback([&common, &code, person, qr] { code = enrol(common, *person, *qr); });
  auto phone = std::make_shared<std::string>();
  auto* drop = phones->add_subcommand("drop", "forget a phone");
  drop->add_option("phone", *phone)->required();
  drop->callback([&common, &code, phone] {
    code = ask(common, "phones", {{"action", "drop"}, {"phone", *phone}}, as_json);
  });

  auto* users = flags.add_subcommand("users", "who may log in at the board");
  users->require_subcommand(1);
  users->add_subcommand("list", "all of them")->callback([&] {
    code = ask(common, "users", {{"action", "list"}},
               columns({"user", "role", "person", "community", "disabled"}));
  });
  auto user = std::make_shared<std::string>();
  auto role = std::make_shared<std::string>("duty_a");
  auto acts_as = std::make_shared<std::string>();
  auto* put = users->add_subcommand("put", "add, or change role, person and password");
  put->add_option("user", *user)->required();
  put->add_option("--role", *role, "duty_a, secretary, director, installer, viewer");
  put->add_option("--person", *acts_as, "whom the journal names");
  put->callback([&common, &code, user, role, acts_as] {
    code = put_user(common, {{"user", *user}, {"role", *role}, {"person", *acts_as}});
  });
  auto* disable = users->add_subcommand("disable", "end a login");
  disable->add_option("user", *user)->required();
  disable->callback([&common, &code, user] {
    code = ask(common, "users", {{"action", "disable"}, {"user", *user}}, as_json);
  });
}

void add_records(CLI::App& flags, Common& common, int& code) {
  auto* report = flags.add_subcommand("report", "lines of the journal, one JSON object each");
  auto given = std::make_shared<object>();
  auto text = [given, report](const char* flag, const char* name, const char* help) {
    report->add_option_function<std::string>(
        flag, [given, name](const std::string& written) { (*given)[name] = written; }, help);
  };
  text("--from", "from", "RFC 3339");
  text("--until", "until", "RFC 3339");
  text("--incident", "incident", "an incident's id");
  report->callback([&common, &code, given] {
    code = app::print_journal(app::CtlClient(socket_of(common)), *given, std::cout);
    if (code != app::kExitDone) std::cerr << "shouwangctl: the gateway did not answer\n";
  });
  auto* verb = flags.add_subcommand("backup", "a checked copy of everything, or back from one");
  auto path = std::make_shared<std::string>();
  auto restore = std::make_shared<std::string>();
  verb->add_option("path", *path, "the new file");
  verb->add_option("--restore", *restore, "put this copy in the place of the database");
  verb->add_flag("--offline", common.offline, "work on the database; no gateway may be running");
  verb->callback([&common, &code, path, restore] {
    if (path->empty() == restore->empty()) {
      std::cerr << "shouwangctl: backup PATH, or backup --restore COPY\n";
      code = app::kExitFailed;
      return;
    }
    code = backup(common, *path, *restore);
  });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App flags("Shouwang's hand tool");
  Common common;
  int code = app::kExitDone;
  flags.add_option("--config", common.directory, "configuration directory")->capture_default_str();
  flags.add_option("--socket", common.socket, "control socket; else the one of the configuration");
  flags.add_option("--community", common.community, "which community; not needed with one");
  flags.add_flag("--json", common.json, "answers as JSON");
  flags.set_version_flag("--version", SHOUWANG_VERSION);
  flags.require_subcommand(1);
  flags.fallthrough();
  add_verbs(flags, common, code);
  add_incidents(flags, common, code);
  add_upkeep(flags, common, code);
  add_office(flags, common, code);
  add_import(flags, common, code);
  add_walktest(flags, common, code);
  add_people(flags, common, code);
  add_records(flags, common, code);
  CLI11_PARSE(flags, argc, argv);
  return code;
}
