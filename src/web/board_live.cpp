#include "web/board_live.h"

#include <boost/json.hpp>

namespace shouwang::web {
namespace {

namespace json = boost::json;

class Stream {
 public:
  Stream(Parts& parts, LiveBoard live) : parts_(parts), live_(std::move(live)) {
    watch_session(+1);
  }

  std::string all() {
    tallies_.clear();
    total_ = {};
    if (live_.seat.kind != BoardKind::devices) {
      for (const auto& card : parts_.desk.board(live_.seat.session)) {
        count(card.incident, tally_of(card));
      }
    }
    std::string text = event_text("board", json::serialize(live_.all()));
    if (!live_.selected.empty()) text += selected_card();
    return text;
  }

  std::string incidents(const std::set<IncidentId>& changed) {
    if (live_.seat.kind == BoardKind::devices) return "";
    json::array rows;
    json::array gone;
    for (const IncidentId& id : changed) {
      if (auto row = fresh_row(id)) {
        rows.push_back(std::move(*row));
      } else {
        gone.emplace_back(id.str());
      }
    }
    const json::object event{{"now", format_utc(parts_.desk.now())},
                             {"rows", std::move(rows)},
                             {"gone", std::move(gone)},
                             {"totals", totals_json(total_)}};
    std::string text = event_text("rows", json::serialize(event));
    if (changed.contains(live_.selected)) text += selected_card();
    return text;
  }

  std::string matters() {
    const PageRef page = live_.seat.page({});
    const json::object event{
        {"matters", matters_json(parts_.desk.matters(live_.seat.session.community), live_.seat.kind,
                                 reader(page))}};
    return event_text("matters", json::serialize(event));
  }

  std::string health() {
    const PageRef page = live_.seat.page({});
    const json::object event{{"health", health_json(parts_.desk.health(), reader(page))}};
    return event_text("health", json::serialize(event));
  }

  bool is_welcome() {
    const auto* entry = parts_.sessions.find(live_.seat.secret, parts_.desk.now());
    return entry != nullptr && parts_.desk.may_still(entry->session);
  }

  void gone() { watch_session(-1); }

 private:
  void watch_session(int change) {
    if (auto* entry = parts_.sessions.find(live_.seat.secret, parts_.desk.now())) {
      entry->boards += change;
    }
  }

  Reader reader(const PageRef& page) const {
    return {parts_.desk, live_.seat.words, page, parts_.desk.now(), true};
  }

  void count(const IncidentId& id, const Tally& tally) {
    const auto known = tallies_.find(id);
    if (known != tallies_.end()) total_.remove(known->second);
    total_.add(tally);
    tallies_[id] = tally;
  }

  // The incident's line; nothing if it is not on this board (any more).
  std::optional<json::object> fresh_row(const IncidentId& id) {
    const PageRef page = live_.seat.page(id);
    const auto card = parts_.desk.card(page, {live_.seat.session.role});
    if (!card || card->phase == incident::Phase::closed) {
      if (const auto known = tallies_.find(id); known != tallies_.end()) {
        total_.remove(known->second);
        tallies_.erase(known);
      }
      return std::nullopt;
    }
    count(id, tally_of(*card));
    if (!is_listed(live_.seat.kind, *card)) return std::nullopt;
    return listed_row(live_.seat.kind, *card, reader(page));
  }

  std::string selected_card() {
    auto state = live_.card(live_.seat.page(live_.selected));
    if (!state) state = json::object{{"now", format_utc(parts_.desk.now())}};
    return event_text("card", json::serialize(*state));
  }

  Parts& parts_;
  LiveBoard live_;
  std::map<IncidentId, Tally> tallies_;
  Tally total_;
};

}  // namespace

BoardEvents board_events(Parts& parts, LiveBoard live) {
  const auto stream = std::make_shared<Stream>(parts, std::move(live));
  return {.all = [stream] { return stream->all(); },
          .incidents = [stream](const auto& changed) { return stream->incidents(changed); },
          .matters = [stream] { return stream->matters(); },
          .health = [stream] { return stream->health(); },
          .is_welcome = [stream] { return stream->is_welcome(); },
          .gone = [stream] { stream->gone(); }};
}

}  // namespace shouwang::web
