#include "app/session_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>

#include "app/log.h"

namespace shouwang::app {
namespace {

namespace json = boost::json;

std::string_view text_of(const json::object& line, std::string_view name) {
  const json::value* found = line.if_contains(name);
  return found != nullptr && found->is_string() ? std::string_view(found->get_string())
                                                : std::string_view();
}

std::optional<web::KeptSession> session_of(const json::value& value) {
  if (!value.is_object()) return std::nullopt;
  const json::object& line = value.get_object();
  const json::value* since = line.if_contains("since");
  const auto role = household::role_named(text_of(line, "role"));
  if (!role || since == nullptr || !since->is_int64()) return std::nullopt;
  if (text_of(line, "hash").empty()) return std::nullopt;
  return web::KeptSession{.hash = std::string(text_of(line, "hash")),
                          .session = {.user = std::string(text_of(line, "user")),
                                      .community = CommunityId(text_of(line, "community")),
                                      .person = PersonId(text_of(line, "person")),
                                      .role = *role},
                          .since = Instant{Millis{since->get_int64()}}};
}

bool put(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return false;
  const auto written = ::write(file, text.data(), text.size());
  return ::close(file) == 0 && written == static_cast<ssize_t>(text.size());
}

}  // namespace

void SessionFile::write(const std::vector<web::KeptSession>& sessions) const {
  if (path_.empty()) return;
  json::array lines;
  for (const web::KeptSession& one : sessions) {
    lines.push_back({{"hash", one.hash},
                     {"user", one.session.user},
                     {"community", one.session.community.str()},
                     {"person", one.session.person.str()},
                     {"role", household::name_of(one.session.role)},
                     {"since", one.since.time_since_epoch().count()}});
  }
  const std::string fresh = path_ + ".new";
  if (put(fresh, json::serialize(lines)) && std::rename(fresh.c_str(), path_.c_str()) == 0) return;
  log(Level::warning, "the board's logins are not kept: " + path_ + ": " + std::strerror(errno));
}

std::vector<web::KeptSession> SessionFile::read() const {
  if (path_.empty()) return {};
  std::ifstream file(path_, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  boost::system::error_code error;
  const json::value all = json::parse(text.str().empty() ? "[]" : text.str(), error);
  if (error || !all.is_array()) {
    log(Level::warning, path_ + " can not be read: everybody at a board logs in again");
    return {};
  }
  std::vector<web::KeptSession> sessions;
  for (const json::value& line : all.get_array()) {
    if (auto one = session_of(line)) sessions.push_back(std::move(*one));
  }
  return sessions;
}

}  // namespace shouwang::app
