// gateway.yaml: broker, store, web, log, which communities.

#include <array>
#include <filesystem>

#include "config/draft.h"
#include "config/url.h"

namespace shouwang::config {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kRehearsalId = "self-test";  // As in app/rehearsal.h.
constexpr std::size_t kSocketPathMax = 107;             // sun_path, without its end.

// A text key that must hold something.
void read_filled(Reader& parent, std::string_view key, std::string& target) {
  parent.read(key, target);
  if (target.empty()) parent.fault_at(key, "`" + std::string(key) + "` is empty");
}

// A path; a relative one starts at the configuration directory.
void read_path(Reader& parent, std::string_view key, std::string& target, const Draft& draft) {
  read_filled(parent, key, target);
  if (!target.empty()) target = (draft.directory() / target).lexically_normal().string();
}

void read_broker(Reader broker, Broker& target, const Draft& draft) {
  if (broker.read("uri", target.uri)) {
    const auto url = parse_url(target.uri);
    if (url && url->has_user) {
      broker.fault_at("uri", "no user or password stands in a URL: use `user` and `password`");
    } else if (!url || (url->scheme != "tcp" && url->scheme != "ssl") || !url->path.empty()) {
      broker.fault_at("uri", "`" + target.uri + "` is not tcp://HOST:PORT or ssl://HOST:PORT");
    }
  }
  broker.read("client_id", target.client_id);
  if (!is_id(target.client_id)) {
    broker.fault_at("client_id", "`" + target.client_id + "` is not " + kIdForm);
  }
  broker.read("user", target.user);
  read_secret_ref(broker, "password", target.password, draft);
  if (broker.has("ca_file"))
    read_path(broker, "ca_file", target.ca_file, draft);
  else
    broker.child("ca_file");
  if (const auto version = broker.child("version").integer(3, 5)) {
    target.version = static_cast<int>(*version);
    if (*version == 4) broker.fault_at("version", "`4` is not 3 (MQTT 3.1.1) or 5");
  }
  broker.read_span("keep_alive", target.keep_alive, 5s, 60s);
  broker.read("status_topic", target.status_topic);
  if (target.status_topic.empty() || target.status_topic.find_first_of("+#") != std::string::npos) {
    broker.fault_at("status_topic",
                    "`" + target.status_topic + "` is not a topic without wildcards");
  }
  broker.close();
}

void read_library(Reader& root, Draft& draft) {
  const Reader library = root.child("library");
  if (!library.is_there()) return;
  const auto written = library.text();
  if (!written) return;
  draft.config.library = (draft.directory() / *written).lexically_normal();
  std::error_code error;
  if (!std::filesystem::is_directory(draft.config.library, error)) {
    library.fault("`" + draft.config.library.string() + "` is not a directory");
  }
}

void read_store(Reader store, StoreSettings& target, const Draft& draft) {
  read_path(store, "path", target.path, draft);
  store.close();
}

void read_web(Reader web, Web& target, const Draft& draft) {
  if (web.read("listen", target.listen) && !parse_endpoint(target.listen)) {
    web.fault_at("listen", "`" + target.listen +
                               "` is not an address and a port, like 127.0.0.1:8080 or [::1]:8080");
  }
  if (web.read("public_url", target.public_url)) {
    const auto url = parse_url(target.public_url);
    if (url && url->has_user) {
      web.fault_at("public_url", "no user or password stands in a URL");
    } else if (!url || (url->scheme != "http" && url->scheme != "https") || !url->query.empty()) {
      web.fault_at("public_url",
                   "`" + target.public_url + "` is not http://HOST[:PORT][/PATH] or https://...");
    }
    while (target.public_url.ends_with('/')) target.public_url.pop_back();
  }
  read_path(web, "control_socket", target.control_socket, draft);
  if (target.control_socket.size() > kSocketPathMax) {
    web.fault_at("control_socket", "the path has " + std::to_string(target.control_socket.size()) +
                                       " bytes; a socket's may have " +
                                       std::to_string(kSocketPathMax));
  }
  web.close();
}

void read_self_test(Reader self_test, SelfTest& target) {
  const Reader every = self_test.child("every");
  if (every.is_scalar() && every.text() == "off") {
    target.every = 0ms;
  } else if (const auto span = every.span(5s, 1h)) {
    target.every = *span;
  }
  self_test.close();
}

void read_sign_of_life(Reader sign, SignOfLife& target, const Draft& draft) {
  if (sign.read("url", target.url)) {
    const auto url = parse_url(target.url);
    if (url && url->has_user) {
      sign.fault_at("url", "no user or password stands in a URL");
    } else if (!url || (url->scheme != "http" && url->scheme != "https")) {
      sign.fault_at("url", "`" + target.url + "` is not http://... or https://...");
    }
  }
  read_secret_ref(sign, "secret_url", target.secret_url, draft);
  if (sign.has("url") && sign.has("secret_url")) {
    sign.fault_at("secret_url", "there is a `url`, too: write one of them");
  }
  sign.read_span("every", target.every, 10s, 1h);
  sign.close();
}

void read_log(Reader log, Log& target) {
  static constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warning", "error"};
  static constexpr std::array<std::string_view, 3> kTargets = {"auto", "stderr", "journald"};
  if (const auto level = log.child("level").one_of(kLevels)) target.level = *level;
  if (const auto where = log.child("target").one_of(kTargets)) target.target = *where;
  log.close();
}

}  // namespace

void read_gateway(Reader& root, Draft& draft, Served& served) {
  root.read("language", draft.config.language);
  read_library(root, draft);
  Names seen("community");
  for (const auto& [id, place] : root.need("communities").words()) {
    if (!is_id(id))
      place.fault("`" + id + "` is not " + kIdForm);
    else if (id == kRehearsalId)
      place.fault("`" + id + "` is the gateway's own, for its test alarms: choose another");
    else if (!seen.add(id))
      place.fault("community `" + id + "` is named twice");
    else
      served.emplace_back(id, place);
  }
  if (root.has("communities") && seen.empty()) {
    root.fault_at("communities", "names no community; each is a folder below communities/");
  }
  read_broker(root.child("broker"), draft.config.broker, draft);
  read_store(root.child("store"), draft.config.store, draft);
  read_web(root.child("web"), draft.config.web, draft);
  read_log(root.child("log"), draft.config.log);
  read_self_test(root.child("self_test"), draft.config.self_test);
  read_sign_of_life(root.child("sign_of_life"), draft.config.sign_of_life, draft);
  root.close();
}

}  // namespace shouwang::config
