// The office's diary of a day. Whole on the office's own pages and by mail; on a telephone
// only its numbers, for a note may be about people.

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/utf8.h"
#include "dispatch/diary.h"
#include "notify/words.h"

namespace shouwang::notify {
namespace {

using dispatch::Diary;
using dispatch::DiaryIncident;
using dispatch::Matter;

std::string days_between(Instant from, Instant until) {
  return std::to_string(std::chrono::floor<std::chrono::days>(until - from).count());
}

class DiaryWriter {
 public:
  DiaryWriter(const Phrases& phrases, const dispatch::Book& book, const Receiver& receiver,
              const Diary& diary, Instant now)
      : phrases_(phrases), book_(book), receiver_(receiver), diary_(diary), now_(now) {}

  Text write(bool is_whole) {
    is_whole_ = is_whole;
    Fields head = counted(diary_.raised.size());
    head.text("place", book_.registry->community().label);
    head.text("time", diary_.day.name);
    const std::string title = say("title", head);
    add(say(diary_.raised.empty() ? "no_alarm" : "what", head));
    if (diary_.false_alarms > 0) add(say("false", counted(diary_.false_alarms)));
    if (diary_.unanswered > 0) add(say("unanswered", counted(diary_.unanswered)));
    write_lists();
    return {
        .title = std::string(first_characters(title.empty() ? diary_.day.name : title, kTitleMax)),
        .body = std::move(body_)};
  }

 private:
  void write_lists() {
    list("", diary_.raised, [&](const auto& one, Fields& fields) { return alarm(one, fields); });
    list("left_open", diary_.left_open,
         [&](const auto& one, Fields& fields) { return alarm(one, fields); });
    list("notes", diary_.notes, [&](const auto& one, Fields& fields) { return note(one, fields); });
    list("matters", diary_.matters,
         [&](const auto& one, Fields& fields) { return matter(one, fields); });
    list("silent", diary_.silent, [&](const dispatch::Unprotected& one, Fields& fields) {
      if (one.last_heard) fields.text("days", days_between(*one.last_heard, now_));
      fields.flag("has_days", one.last_heard && now_ - *one.last_heard >= std::chrono::hours{24});
      return device(one.device, fields);
    });
    list("not_in_service", diary_.not_in_service,
         [&](const DeviceId& one, Fields& fields) { return device(one, fields); });
    if (diary_.never_heard > 0) add(say("never_heard", counted(diary_.never_heard)));
    list("nuisances", diary_.nuisances,
         [&](const dispatch::Nuisance& one, Fields& fields) { return device(one.device, fields); });
  }

  // A heading with the number of them, and a line for each while there is room.
  template <class One, class Line>
  void list(const std::string& heading, const std::vector<One>& all, Line line) {
    if (all.empty()) return;
    if (!heading.empty()) add(say(heading, counted(all.size())));
    if (!is_whole_) return;
    for (std::size_t i = 0; i < std::min(all.size(), kDiaryListedMax); ++i) {
      Fields fields;
      fields.text("number", std::to_string(i + 1));
      add(line(all[i], fields));
    }
    if (all.size() > kDiaryListedMax) add(say("more", counted(all.size() - kDiaryListedMax)));
  }

  std::string alarm(const DiaryIncident& one, Fields& fields) const {
    fields.text("time", clock(one.raised_at));
    fields.text("place", line_of(book_.registry->label(one.place)));
    fields.text("alarm", word("message.alarm." + std::string(device::name_of(one.kind))));
    fields.flag("has_minutes", one.to_arrived.has_value());
    if (one.to_arrived) {
      const auto minutes = std::chrono::ceil<std::chrono::minutes>(*one.to_arrived).count();
      fields.text("minutes", std::to_string(minutes));
    }
    const bool known = one.cause && !one.is_open;
    fields.text("state", known ? word("message.cause." + std::string(name_of(*one.cause)))
                               : say("open", Fields()));
    return say("alarm", fields);
  }

  std::string note(const dispatch::DiaryNote& one, Fields& fields) const {
    const dispatch::File* file = book_.find(one.incident);
    fields.text("time", clock(one.note.at));
    fields.text("place",
                file == nullptr ? "" : line_of(book_.registry->label(file->incident.place)));
    fields.text("event", line_of(one.note.text));
    return say("note", fields);
  }

  std::string matter(const Matter& one, Fields& fields) const {
    fields.text("place", label_of(one.subject));
    const std::string fault = word("message.fault." + one.fault);
    fields.text("fault", fault.empty() ? one.fault : fault);
    fields.text("days", days_between(one.since, now_));
    fields.flag("has_days", now_ - one.since >= std::chrono::hours{24});
    return say("matter", fields);
  }

  std::string device(const DeviceId& id, Fields& fields) const {
    fields.text("place", label_of(id.str()));
    fields.text("event", id.str());
    return say("device", fields);
  }

  // Where a device or an area is; else what is said to be the matter.
  std::string label_of(const std::string& subject) const {
    const household::Registry& registry = *book_.registry;
    if (const auto index = registry.device_index(DeviceId(subject))) {
      const auto& device = registry.community().devices[*index];
      const std::string label = registry.label(registry.place_of(device));
      return label.empty() ? subject : line_of(label);
    }
    const std::string label =
        registry.area(AreaId(subject)) == nullptr ? "" : registry.label(AreaId(subject));
    return line_of(label.empty() ? subject : label);
  }

  // The time, with the day if it was another.
  std::string clock(Instant at) const {
    const LocalTime local = receiver_.zone->local(at);
    if (at >= diary_.day.from && at < diary_.day.until) return format_clock(local);
    std::array<char, 16> day{};
    std::snprintf(day.data(), day.size(), "%02u-%02u ", local.month, local.day);
    return day.data() + format_clock(local);
  }

  static std::string line_of(const std::string& text) {
    std::string line = printable(text);
    std::ranges::replace_if(
        line, [](char c) { return c == '\n' || c == '\t' || c == '{' || c == '}'; }, ' ');
    return line;
  }

  static Fields counted(std::size_t count) {
    Fields fields;
    fields.text("count", std::to_string(count));
    return fields;
  }
  std::string say(const std::string& key, const Fields& fields) const {
    return phrases_.say(receiver_.language, {"message.diary." + key}, fields);
  }
  std::string word(const std::string& key) const {
    return phrases_.say(receiver_.language, {key}, Fields());
  }
  void add(const std::string& line) {
    if (!line.empty()) body_ += (body_.empty() ? "" : "\n") + line;
  }

  const Phrases& phrases_;
  const dispatch::Book& book_;
  const Receiver& receiver_;
  const Diary& diary_;
  Instant now_;
  bool is_whole_ = true;
  std::string body_;
};

}  // namespace

Text Words::write_diary(const Diary& diary, const dispatch::Book& book, const Receiver& receiver,
                        Instant now, bool is_whole) const {
  return DiaryWriter(phrases_, book, receiver, diary, now).write(is_whole);
}

}  // namespace shouwang::notify
