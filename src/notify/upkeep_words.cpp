// Letters about what has to be mended, and of an area that has fallen silent: not urgent, no link.

#include <algorithm>

#include "base/utf8.h"
#include "dispatch/diary.h"
#include "notify/words.h"

namespace shouwang::notify {
namespace {

using dispatch::Letter;
using dispatch::Matter;
using household::Registry;

// Where it is, down to the door; of what is not placed, the community.
std::string place_of(const Registry& registry, const Matter& matter) {
  if (matter.fault == "outage") return registry.label(AreaId(matter.subject));
  const auto index = registry.device_index(DeviceId(matter.subject));
  if (!index) return registry.community().label;
  const auto place = registry.place_of(registry.community().devices[*index]);
  const std::string label = registry.label(place);
  return label.empty() ? registry.community().label : label;
}

struct Line {
  std::string place;
  const Matter* matter = nullptr;
};

class UpkeepWriter {
 public:
  UpkeepWriter(const Phrases& phrases, const dispatch::Parcel& parcel, const dispatch::Book& book,
               const Receiver& receiver)
      : phrases_(phrases), parcel_(parcel), receiver_(receiver) {
    for (const dispatch::Item& item : parcel.items) {
      const auto matter = book.matters.find(item.incident.str());
      if (matter == book.matters.end()) continue;
      lines_.push_back({place_of(*book.registry, matter->second), &matter->second});
    }
    // What stands together is mended on one walk.
    std::ranges::stable_sort(lines_, {}, &Line::place);
  }

  Text write(Instant now) const {
    return parcel_.items.front().letter == Letter::outage ? outage() : upkeep(now);
  }

 private:
  Text upkeep(Instant now) const {
    Fields head;
    head.text("count", std::to_string(lines_.size()));
    head.text("place", lines_.empty() ? "" : lines_.front().place);
    head.flag("has_more", lines_.size() > 1);
    std::string body = say("message.upkeep.what", head);
    for (std::size_t i = 0; i < std::min(kListedMax, lines_.size()); ++i) {
      body += "\n" + line(lines_[i], i + 1, now);
    }
    if (lines_.size() > kListedMax) {
      Fields rest;
      rest.text("count", std::to_string(lines_.size() - kListedMax));
      body += "\n" + say("message.upkeep.more", rest);
    }
    body += "\n" + say("message.upkeep.do", head);
    return {.title = title("message.upkeep.title", head), .body = std::move(body)};
  }

  std::string line(const Line& one, std::size_t number, Instant now) const {
    Fields fields;
    const std::string fault = say("message.fault." + one.matter->fault, Fields());
    const auto days = std::chrono::floor<std::chrono::days>(now - one.matter->since).count();
    fields.text("number", std::to_string(number));
    fields.text("place", one.place);
    fields.text("fault", fault.empty() ? one.matter->fault : fault);
    fields.text("days", std::to_string(days));
    fields.flag("has_days", days >= 1);
    const std::string text = say("message.upkeep.line", fields);
    return text.empty() ? bare(one) : text;
  }

  // What goes out even if the catalogue is empty.
  static std::string bare(const Line& one) { return one.matter->fault + " " + one.place; }

  Text outage() const {
    if (lines_.empty()) return upkeep(parcel_.created_at);
    const Line& one = lines_.front();
    Fields fields;
    fields.text("place", one.place);
    fields.text("count", std::to_string(one.matter->count));
    fields.text("time", format_clock(receiver_.zone->local(one.matter->since)));
    const household::Roles roles = parcel_.items.front().roles;
    const std::string audience(name_of(audience_of(roles)));
    return {.title = title("message.outage.title", fields),
            .body = say("message.outage.what", fields) + "\n" +
                    say("message.outage.do." + audience, fields)};
  }

  std::string title(const std::string& key, const Fields& fields) const {
    std::string text = say(key, fields);
    if (text.empty() && !lines_.empty()) text = bare(lines_.front());
    if (text.empty()) text = parcel_.items.front().incident.str();
    return std::string(first_characters(text, kTitleMax));
  }
  std::string say(const std::string& key, const Fields& fields) const {
    return phrases_.say(receiver_.language, {key}, fields);
  }

  const Phrases& phrases_;
  const dispatch::Parcel& parcel_;
  const Receiver& receiver_;
  std::vector<Line> lines_;
};

}  // namespace

Text Words::write_technical(const dispatch::Parcel& parcel, const dispatch::Book& book,
                            const Receiver& receiver, Instant now) const {
  const dispatch::Item& first = parcel.items.front();
  if (first.letter == Letter::diary) {
    const Zone& zone = book.registry->community().zone;
    const auto day = dispatch::day_named(zone, first.incident.str());
    const auto channel = book.rules->channels.find(parcel.channel());
    const bool is_own = parcel.channel() == book.rules->inbox ||
                        (channel != book.rules->channels.end() &&
                         channel->second.kind == dispatch::ChannelKind::mail);
    const dispatch::Day of = day ? *day : dispatch::day_of(zone, parcel.created_at);
    return write_diary(dispatch::diary_of(book, of, now), book, receiver, now, is_own);
  }
  return UpkeepWriter(phrases_, parcel, book, receiver).write(now);
}

}  // namespace shouwang::notify
