#include "web/walk_view.h"

#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <cstdio>

#include "base/utf8.h"
#include "web/form.h"

namespace shouwang::web {
namespace {

namespace json = boost::json;
using device::Meaning;
using dispatch::Verdict;
using dispatch::WalkCard;

constexpr std::size_t kTextMax = 120;  // Of what a device or a topic can make as long as it likes.

std::string shortened(const std::string& text) {
  return printable(first_characters(text, kTextMax));
}

std::string key(std::string_view group, std::string_view name) {
  return std::string(group).append(".").append(name);
}

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

std::string said(device::Kind kind, Meaning meaning, const Words& words) {
  return words("walk.said", {{"kind", words.kind(kind)},
                             {"meaning", words(key("walk.meaning", name_of(meaning)))}});
}

// "燃气：报警 12.5 %LEL、设备：电池快没电"
std::string said(const std::vector<device::Signal>& signals, const Words& words) {
  std::vector<std::string> parts;
  for (const device::Signal& signal : signals) {
    const bool is_battery = signal.kind == device::Kind::device && signal.unit == "%";
    if (is_battery && signal.meaning == Meaning::measurement) continue;  // Has a place of its own.
    std::string part = said(signal.kind, signal.meaning, words);
    if (signal.value && !is_battery) part += " " + number(*signal.value);
    if (signal.value && !is_battery && !signal.unit.empty()) part += " " + shortened(signal.unit);
    parts.push_back(std::move(part));
  }
  return words.list(parts);
}

// How the line is marked, beside its words: no information is in a colour alone.
std::string_view mark_of(const WalkCard::Device& device, bool ended) {
  if (device.verdict == Verdict::passed) return "✓";
  if (ended) return "✗";
  switch (device.verdict) {
    case Verdict::silent: return "○";
    case Verdict::heard: return "◔";
    case Verdict::button: return "◑";
    case Verdict::passed: break;
  }
  return "✓";
}

// What it has shown, or why it has not passed.
std::string state_of(const WalkCard::Device& device, bool ended) {
  if (device.verdict != Verdict::passed) {
    return key(ended ? "walk.failed" : "walk.state", name_of(device.verdict));
  }
  if (device.alarm_at || device.need == dispatch::Need::alarm) return "walk.state.alarm";
  if (device.test_at || device.need == dispatch::Need::test) return "walk.state.test";
  return "walk.state.alive";
}

std::string told_line(const WalkCard::Device& device, const Words& words) {
  std::size_t people = 0;
  std::vector<std::string> groups;
  for (const auto& [role, count] : device.would_tell) {
    people += count;
    groups.push_back(words.role(role) + " " + std::to_string(count));
  }
  if (people == 0) return "";
  return words("walk.would_tell",
               {{"count", std::to_string(people)}, {"roles", words.list(groups)}});
}

void add_glance(json::object& line, const dispatch::Walk::Glance& last, const Words& words) {
  line["last_at"] = format_utc(last.at);
  if (std::string text = said(last.signals, words); !text.empty()) line["said_line"] = text;
  if (last.battery) line["battery"] = std::lround(*last.battery);
  if (last.link) line["link"] = to_text(*last.link);
  if (!last.problem.empty()) {
    line["problem"] = words("walk.problem", {{"problem", shortened(last.problem)}});
  }
}

json::object device_json(const WalkCard::Device& device, const WalkCard& card, const Words& words,
                         Instant now) {
  const bool ended = card.ending.has_value();
  json::object line{{"device", device.device.str()},
                    {"device_label", device.label},
                    {"device_profile", device.profile},
                    {"verdict", dispatch::name_of(device.verdict)},
                    {"is_passed", device.verdict == Verdict::passed},
                    {"mark", mark_of(device, ended)},
                    {"state_label", words(state_of(device, ended))}};
  if (device.last) {
    add_glance(line, *device.last, words);
    line["age"] = running(now - device.last->at);
  }
  if (std::string told = told_line(device, words); !told.empty()) line["would_tell"] = told;
  if (device.rings_at) {
    line["rings_at"] = format_utc(*device.rings_at);
    line["rings_left"] = running(*device.rings_at - now);
    line["quiet_href"] = "/walk/" + percent_encoded(device.device.str()) + "/quiet";
  }
  return line;
}

std::string beside_line(const WalkCard::Beside& beside, const Words& words, Instant now) {
  const Words::Blanks blanks = {{"time", words.clock(beside.seen.at, now)},
                                {"who", shortened(beside.seen.who)},
                                {"place", beside.label},
                                {"device", beside.meant.str()},
                                {"what", said(beside.seen.kind, beside.seen.meaning, words)}};
  if (beside.seen.is_listed) return words("walk.beside_listed", blanks);
  return words(beside.meant.empty() ? "walk.beside_stranger" : "walk.beside_profile", blanks);
}

std::string why(const std::string& word, const Words& words) {
  const std::string own = key("walk.why", word);
  return words.has(own) ? words(own) : "";
}

void add_ending(json::object& test, const WalkCard& card, const Words& words, Instant now) {
  test["ended"] = card.ending.has_value();
  if (!card.ending) {
    test["test_left"] = running(card.until - now);
    test["stop_href"] = "/walk/" + percent_encoded(card.id) + "/stop";
    return;
  }
  test["ended_at"] = format_utc(card.ending->at);
  test["ended_line"] = words("walk.ended", {{"time", words.clock(card.ending->at, now)},
                                            {"why", why(card.ending->why, words)}});
}

json::object test_json(const WalkCard& card, const Words& words, Instant now) {
  const std::size_t passed = card.passed();
  json::object test{
      {"test", card.id},
      {"test_place", card.label.empty() ? shortened(card.place) : card.label},
      {"test_by", card.by.str()},
      {"test_until", format_utc(card.until)},
      {"test_passed", passed},
      {"test_total", card.devices.size()},
      {"progress", words("walk.progress", {{"passed", std::to_string(passed)},
                                           {"total", std::to_string(card.devices.size())}})}};
  add_ending(test, card, words, now);
  json::array rang;
  for (const auto& [id, word] : card.rang) {
    rang.push_back(json::object{
        {"rang_line", words("walk.rang", {{"device", id.str()}, {"why", why(word, words)}})}});
  }
  test["rang"] = std::move(rang);
  json::array beside;
  for (const WalkCard::Beside& one : card.beside) {
    beside.push_back(json::object{{"beside_line", beside_line(one, words, now)}});
  }
  test["beside"] = std::move(beside);
  json::array devices;
  for (const WalkCard::Device& device : card.devices) {
    devices.push_back(device_json(device, card, words, now));
  }
  test["devices"] = std::move(devices);
  return test;
}

}  // namespace

json::object walks_json(const std::vector<WalkCard>& cards, const Words& words, Instant now) {
  json::array tests;
  for (const WalkCard& card : cards) tests.push_back(test_json(card, words, now));
  return {{"now", format_utc(now)},
          {"zone_minutes", words.zone_minutes(now)},
          {"clock", words.clock(now, now)},
          {"tests", std::move(tests)}};
}

std::string walk_refusal(const dispatch::Reply& reply, const Words& words) {
  const std::string own = key("walk.refused", reply.why_word);
  if (!words.has(own)) return words("walk.refused.other");
  return words(own, {{"about", shortened(reply.why_about)}});
}

}  // namespace shouwang::web
