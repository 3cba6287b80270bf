// communities/<id>/community.yaml: what the community is called, its tiers, limits and hours.

#include "config/draft.h"
#include "config/zones.h"

namespace shouwang::config {
namespace {

using household::Role;
using household::Tier;
using namespace std::chrono_literals;

void read_zone(Reader& root, Zone& zone) {
  const Reader value = root.need("zone");
  const auto name = value.text();
  if (!name) return;
  auto found = zone_named(*name);
  if (found)
    zone = std::move(*found);
  else
    value.fault(found.error().what);
}

void read_language(Reader& root, std::string& language, const Draft& draft) {
  language = draft.config.language;
  const Reader value = root.child("language");
  if (root.read("language", language) && !draft.languages.has(language)) {
    value.fault(draft.languages.missing(language));
  }
}

void read_tiers(Reader tiers, std::map<Tier, std::string>& labels) {
  tiers.each_entry([&](const std::string& name, const Reader& key, const Reader& value) {
    const auto tier = household::tier_named(name);
    if (!tier) {
      return key.fault("`" + name +
                       "` is not a tier; allowed: community, estate, grid, building, unit");
    }
    read_label(value, labels[*tier]);
  });
  tiers.close();
}

void read_roles(Reader roles, std::map<Role, std::string>& labels) {
  roles.each_entry([&](const std::string& name, const Reader& key, const Reader& value) {
    if (const auto role = household::role_named(name)) return read_label(value, labels[*role]);
    std::vector<std::string> names;
    for (int i = 0; i < household::kRoleCount; ++i) {
      names.emplace_back(name_of(static_cast<Role>(i)));
    }
    key.fault("`" + name + "` is not a role; allowed: " + listed(names));
  });
  roles.close();
}

// The channels that this community's people may be reached by: all, or those it lists.
void read_channel_names(Reader& root, dispatch::Rules& rules, const Draft& draft) {
  Names wanted("channel");
  for (const auto& [name, at] : root.child("channels").words()) {
    if (!draft.channels.has(name))
      at.fault(draft.channels.missing(name));
    else if (!wanted.add(name))
      at.fault("channel `" + name + "` is named twice");
  }
  for (const ChannelSettings& channel : draft.config.channels) {
    if (channel.type == ChannelType::inbox) rules.inbox = channel.name;
    const bool is_wanted = !root.has("channels") || wanted.has(channel.name);
    if (!is_wanted && channel.type != ChannelType::inbox) continue;
    rules.channels[channel.name] = {.kind = channel.traits.kind,
                                    .gives_receipts = channel.traits.gives_receipts};
  }
}

void read_limits(Reader limits, dispatch::Rules& rules) {
  limits.read_span("link_window", rules.link_window, 0ms, 1h);
  limits.read_span("group_window", rules.group_window, 0ms, 60s);
  limits.read_span("reopen_after", rules.reopen_after, 60s, 24h);
  limits.read_span("normal_quiet", rules.normal_quiet, 0ms, 24h);
  limits.read_span("page_life", rules.page_life, 1h, 240h);
  limits.read_span("test_alarm", rules.test_alarm, 30s, 10min);
  limits.close();
}

void read_patience(Reader patience, dispatch::Patience& target) {
  patience.read_span("leg", target.leg, 1s, 60s);
  patience.read_span("receipt", target.receipt, 1s, 120s);
  patience.read_span("first_retry", target.first_retry, 100ms, 60s);
  patience.read_span("first_round", target.first_round, 1s, 10min);
  patience.read_span("last_round", target.last_round, 1s, 1h);
  if (target.last_round < target.first_round) {
    patience.fault_at("last_round", "`last_round` is shorter than `first_round` (" +
                                        format_span(target.first_round) + ")");
  }
  patience.close();
}

}  // namespace

void read_community(const std::string& id, Draft& draft) {
  Reader root = open(draft, "communities/" + id + "/community.yaml");
  Community community;
  auto& estate = community.estate;
  estate.id = CommunityId(id);
  if (!root.is_there()) return read_devices(draft, estate);
  read_label(root.need("label"), estate.label);
  read_language(root, estate.language, draft);
  read_zone(root, estate.zone);
  estate.areas.push_back({.id = AreaId(id), .tier = Tier::community, .label = estate.label});
  root.read("shelter", estate.areas.front().shelter);
  read_tiers(root.child("tiers"), community.tier_labels);
  read_roles(root.child("roles"), community.role_labels);
  read_channel_names(root, community.rules, draft);
  read_areas(root, estate);
  read_posts(root, estate);
  read_ladders(root, community, draft);
  read_daily_hours(root, "night", community.rules.night);
  read_limits(root.child("limits"), community.rules);
  read_patience(root.child("patience"), community.rules.patience);
  read_upkeep(root, community.rules.upkeep);
  read_spot(root, community.rules);
  for (const device::Profile& profile : draft.config.profiles) {
    community.rules.watching[profile.name] = dispatch::watching_of(profile);
    if (!profile.commands.empty()) community.rules.commands[profile.name] = profile.commands;
  }
  root.close();
  read_devices(draft, estate);
  check_spot(root, community);
  draft.config.communities.push_back(std::move(community));
}

}  // namespace shouwang::config
