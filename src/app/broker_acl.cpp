#include "app/broker_acl.h"

#include <algorithm>
#include <optional>

#include "app/rehearsal.h"
#include "device/decoder.h"
#include "device/topic.h"

namespace shouwang::app {
namespace {

using device::Device;
using device::Level;
using device::Profile;
using device::TopicPattern;

constexpr std::string_view kGateway = "shouwang";

constexpr std::string_view kHead =
    R"acl(# Who may say and hear what at the broker: mosquitto's acl_file.
#
# Written by `shouwangctl broker-acl`. Do not edit it: change the devices or their profiles, write
# it anew, then `systemctl reload mosquitto`. A device that is not in a list has no login here.
#
# 1. shouwangctl broker-acl > /etc/mosquitto/shouwang.acl
# 2. A password for each login. None of them ever stands on a command line:
#      umask 077
#      shouwangctl broker-acl --users | while read -r user; do
#        printf '%s:%s\n' "$user" "$(openssl rand -hex 16)"
#      done > /root/shouwang.logins            # what the devices are given; keep it locked away
#      cp /root/shouwang.logins /etc/mosquitto/shouwang.passwd
#      mosquitto_passwd -U /etc/mosquitto/shouwang.passwd      # hashes them
#      chown mosquitto /etc/mosquitto/shouwang.acl /etc/mosquitto/shouwang.passwd
# 3. In the file of mosquitto.conf that has the `listener` line, below it:
#      allow_anonymous false
#      password_file /etc/mosquitto/shouwang.passwd
#      acl_file /etc/mosquitto/shouwang.acl
#      use_username_as_clientid true     # else one login could throw another off by taking its id
# 4. gateway.yaml: broker.user and broker.password of the first login below.
)acl";

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find('/');
    parts.emplace_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// The filter of the topics under which one device speaks; with an empty address those of all
// devices. Nothing if the address does not fit the pattern.
std::optional<std::string> filter_for(const TopicPattern& pattern, const std::string& community,
                                      const std::string& address) {
  const auto places = static_cast<std::size_t>(
      std::ranges::count(pattern.levels, "device", [](const Level& level) { return level.name; }));
  const std::vector<std::string> parts = split(address);
  if (!address.empty() && places != 0 && parts.size() != places) return std::nullopt;
  std::string filter;
  std::size_t part = 0;
  for (const Level& level : pattern.levels) {
    if (&level != &pattern.levels.front()) filter.push_back('/');
    if (level.name == "community") {
      filter += community;
    } else if (level.name == "device" && !address.empty()) {
      if (!level.text.empty() && !device::fits(level.text, parts[part])) return std::nullopt;
      filter += parts[part++];
    } else {
      filter += level.is_open ? "+" : level.text;
    }
  }
  return filter;
}

class Maker {
 public:
  explicit Maker(const config::Config& config) : config_(config) {}

  AccessList make() {
    out_.gateway = config_.broker.user.empty() ? std::string(kGateway) : config_.broker.user;
    for (const config::Community& community : config_.communities) {
      for (const Device& device : community.estate.devices) add(community.estate, device);
    }
    for (auto& [login, rights] : out_.logins) shorten(rights);
    find_overlaps();
    add_gateway();
    return std::move(out_);
  }

 private:
  void add(const household::Community& community, const Device& device) {
    const auto profile = std::ranges::find(config_.profiles, device.profile,
                                           [](const Profile& p) { return p.name; });
    if (profile == config_.profiles.end()) return;
    if (device.address.find_first_of("+#") != device.address.npos) {
      return remark("`" + device.id.str() +
                    "` has + or # in its address: it can not be told apart");
    }
    const std::string program = login_of(*profile);
    const std::string login = program.empty() ? device.id.str() : program;
    if (login == gateway_name()) return remark("`" + login + "` is the gateway's own login");
    const std::string address = program.empty() ? device.address : "";
    AccessList::Rights& rights = out_.logins[login];
    for (const device::Form& form : profile->forms) {
      for (const TopicPattern& topic : form.topics) {
        if (auto filter = filter_for(topic, community.id.str(), address)) {
          rights.writes.insert(std::move(*filter));
        }
      }
    }
    if (profile->acknowledge.empty()) return;
    const auto topic = device::parse_pattern(profile->acknowledge);
    if (!topic) return;
    if (auto filter = filter_for(*topic, community.id.str(), address)) {
      rights.reads.insert(std::move(*filter));
    }
  }

  static void shorten(AccessList::Rights& rights) {
    const auto kept = device::minimal({rights.writes.begin(), rights.writes.end()});
    rights.writes = {kept.begin(), kept.end()};
  }

  // Filters without a wildcard can only meet an equal one; the few others are compared one by one.
  void find_overlaps() {
    std::map<std::string, std::string> exact;
    std::vector<std::pair<std::string, std::string>> wide;  // Filter, login.
    for (const auto& [login, rights] : out_.logins) {
      for (const std::string& filter : rights.writes) {
        if (filter.find('+') != filter.npos) {
          wide.emplace_back(filter, login);
        } else if (const auto [at, is_new] = exact.emplace(filter, login); !is_new) {
          overlap(login, at->second, filter);
        }
      }
    }
    for (std::size_t i = 0; i < wide.size(); ++i) {
      for (const auto& [filter, login] : exact) {
        if (filters_overlap(wide[i].first, filter)) overlap(wide[i].second, login, filter);
      }
      for (std::size_t k = i + 1; k < wide.size(); ++k) {
        if (!filters_overlap(wide[i].first, wide[k].first)) continue;
        overlap(wide[i].second, wide[k].second, wide[k].first);
      }
    }
  }

  void overlap(const std::string& a, const std::string& b, const std::string& filter) {
    if (a == b || !told_.insert({std::min(a, b), std::max(a, b)}).second) return;
    remark("`" + a + "` and `" + b + "` can both write " + filter +
           ": give one of them other topics in a copy of its profile");
  }

  void add_gateway() {
    AccessList::Rights& rights = out_.logins[out_.gateway];
    rights.reads = {"#", "$SYS/broker/uptime", "$SYS/broker/publish/messages/dropped"};
    for (const std::string& filter : device::subscriptions(config_.profiles)) {
      if (filter.starts_with('$')) rights.reads.insert(filter);
    }
    rights.both = {config_.broker.status_topic, config_.broker.status_topic + "/#"};
    for (const Profile& profile : config_.profiles) {
      const auto topic = device::parse_pattern(profile.acknowledge);
      if (topic) rights.writes.insert(device::filter_of(*topic));
    }
    if (config_.self_test.every > Millis{0}) rights.writes.insert(kProbeTopic);
  }

  std::string gateway_name() const { return out_.gateway; }
  void remark(std::string text) { out_.remarks.push_back(std::move(text)); }

  const config::Config& config_;
  AccessList out_;
  std::set<std::pair<std::string, std::string>> told_;
};

void write_login(const std::string& login, const AccessList::Rights& rights, std::string& out) {
  out += "\nuser " + login + "\n";
  for (const std::string& filter : rights.reads) out += "topic read " + filter + "\n";
  for (const std::string& filter : rights.writes) out += "topic write " + filter + "\n";
  for (const std::string& filter : rights.both) out += "topic readwrite " + filter + "\n";
}

}  // namespace

bool filters_overlap(std::string_view a, std::string_view b) {
  if (a.starts_with('$') != b.starts_with('$')) return false;
  const auto left = split(a);
  const auto right = split(b);
  for (std::size_t i = 0;; ++i) {
    const bool left_over = i == left.size();
    const bool right_over = i == right.size();
    if ((!left_over && left[i] == "#") || (!right_over && right[i] == "#")) return true;
    if (left_over || right_over) return left_over == right_over;
    if (left[i] != right[i] && left[i] != "+" && right[i] != "+") return false;
  }
}

AccessList access_list(const config::Config& config) { return Maker(config).make(); }

std::string acl_file(const AccessList& list) {
  std::string out(kHead);
  if (!list.remarks.empty()) out += "#\n# Look at these:\n";
  for (const std::string& remark : list.remarks) out += "#   " + remark + "\n";
  write_login(list.gateway, list.logins.at(list.gateway), out);
  for (const auto& [login, rights] : list.logins) {
    if (login != list.gateway) write_login(login, rights, out);
  }
  return out;
}

std::string user_list(const AccessList& list) {
  std::string out = list.gateway + "\n";
  for (const auto& [login, rights] : list.logins) {
    if (login != list.gateway) out += login + "\n";
  }
  return out;
}

}  // namespace shouwang::app
