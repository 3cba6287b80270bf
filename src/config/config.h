// The configuration directory as plain structs, with defaults in place.
//
//   gateway.yaml               broker, store, web, log, communities
//   channels.yaml              ways to reach phones
//   profiles/*.yaml            what devices mean
//   texts/<language>.yaml      words for people
//   communities/<id>/community.yaml   areas, posts, ladders, limits
//   communities/<id>/devices*.yaml, devices*.csv
//
// Profiles and texts may also lie in a library that comes with the program (`library:` of
// gateway.yaml): a profile of the directory stands for the library's of the same name, a text of
// the directory for the library's of the same language and key. Upgrades renew the library.
//
// load() reads all of it and reports every fault at once, each with file, line and column.

#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "base/catalogue.h"
#include "base/result.h"
#include "base/time.h"
#include "config/fault.h"
#include "device/profile.h"
#include "dispatch/rules.h"
#include "household/registry.h"
#include "notify/settings.h"

namespace shouwang::config {

// A secret by reference; its text is never in the YAML. Exactly one is set, or none.
struct SecretRef {
  std::string file;        // A path, relative to the configuration directory.
  std::string credential;  // A systemd credential's name (LoadCredential=), as it is or, from a
                           // directory given as LoadCredential=shouwang:, without `shouwang_`.

  friend bool operator==(const SecretRef&, const SecretRef&) = default;
};

struct Broker {
  std::string uri = "tcp://127.0.0.1:1883";  // tcp:// or ssl://
  std::string client_id = "shouwang";        // Fixed: the persistent session hangs on it.
  std::string user;
  SecretRef password;
  std::string ca_file;                           // ssl://: PEM; empty: the system's.
  int version = 5;                               // MQTT 5 or 3 (3.1.1).
  Millis keep_alive{8'000};                      // 5s .. 60s
  std::string status_topic = "shouwang/status";  // Retained online / offline (last will).

  friend bool operator==(const Broker&, const Broker&) = default;
};

// Paths of gateway.yaml that are relative start at the configuration directory; here they are
// joined to it.
struct StoreSettings {
  std::string path = "/var/lib/shouwang/shouwang.db";
};

struct Web {
  std::string listen = "127.0.0.1:8080";             // Address and port of board and phone pages.
  std::string public_url = "http://127.0.0.1:8080";  // What links in messages begin with.
  std::string control_socket = "/run/shouwang/control.sock";
};

// The test alarm through the whole chain (app/self_test.h).
struct SelfTest {
  Millis every{300'000};  // 5s .. 1h; 0: off
};

// What somebody outside misses when the gateway is not well (app/sign_of_life.h). Without url and
// secret_url only the broker hears it.
struct SignOfLife {
  std::string url;       // http:// or https://
  SecretRef secret_url;  // The same, where whoever knows the URL could speak for us.
  Millis every{60'000};  // 10s .. 1h
};

struct Log {
  std::string level = "info";   // debug, info, warning, error
  std::string target = "auto";  // auto (journald under systemd, else stderr), stderr, journald
};

using notify::ChannelType;

// A channel of channels.yaml, and where its secrets are.
struct ChannelSettings : notify::ChannelSettings {
  SecretRef secret;
  SecretRef password;
};

struct Community {
  household::Community estate;
  std::map<household::Tier, std::string> tier_labels;  // "unit" -> "楼道"
  std::map<household::Role, std::string> role_labels;  // "unit_head" -> "楼道长"; else catalogue.
  dispatch::Rules rules;
};

struct Config {
  std::filesystem::path directory;
  std::filesystem::path library;  // Holds profiles/ and texts/; empty: none.
  Broker broker;
  StoreSettings store;
  Web web;
  Log log;
  SelfTest self_test;
  SignOfLife sign_of_life;
  std::string language = "zh-CN";
  std::vector<Community> communities;     // >= 1
  std::vector<ChannelSettings> channels;  // >= 1, one of them the inbox
  std::vector<device::Profile> profiles;
  Catalogue catalogue;
};

// Reads the directory. On failure every fault found, ordered by file and line; >= 1.
tl::expected<Config, std::vector<Fault>> load(const std::filesystem::path& directory);

// The text behind the reference, without a final line feed.
// Errors: not_found, io; invalid if the file can be read by others.
Result<std::string> read_secret(const SecretRef& secret, const std::filesystem::path& directory);

}  // namespace shouwang::config
