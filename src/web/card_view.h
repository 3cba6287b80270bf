// A card in the words of its reader: what the pages show and the API says (openapi.yaml, Card).
//
// Nothing is decided here: what a role must not see is not in the dispatch::Card. One object
// serves the template on the server, the same template in the browser, and other programs.

#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "dispatch/card.h"
#include "web/desk.h"
#include "web/words.h"

namespace shouwang::web {

// Who reads it, and where.
struct Reader {
  Desk& desk;
  const Words& words;
  const PageRef& page;
  Instant now;
  bool on_board = false;  // The board has a list of its own: no links to phone pages there.
};

boost::json::object card_json(const dispatch::Card& card, const Reader& reader);

// One line of the board: place, state and clocks, who is going and who was told in what capacity;
// no names, no ids of people, no health (openapi.yaml, Row). `href` leads to the whole card.
boost::json::object row_json(const dispatch::Card& card, const Reader& reader);

// The same for somebody who must not even know the place (viewer).
boost::json::object anonymous_row_json(const dispatch::Card& card, const Reader& reader);

// ---- parts of card_json(), each in a file of its own.

// Buttons with all that they ask for, in the order of the page.
boost::json::array buttons_json(const dispatch::Card& card, const Reader& reader);
// {"name": ..., "label": ...} of everything a cause can be.
boost::json::array causes_json(const Words& words);
// Homes, equipment, sources, notes: only what the card has.
void add_scene(boost::json::object& view, const dispatch::Card& card, const Reader& reader);
// Who was told by which channel with what result, and where the ladder stands.
void add_desk(boost::json::object& view, const dispatch::Card& card, const Reader& reader);
// What devices on the spot were told and have done: a line each, with its tone.
boost::json::array spot_json(const dispatch::Card& card, const Reader& reader);
// The sentence that says how it stands, and its tone: waiting, going, there, settled, closed.
void add_status(boost::json::object& view, const dispatch::Card& card, const Reader& reader);
// Who is on the way, without names.
boost::json::array going_json(const dispatch::Card& card, const Reader& reader);
// Who was told, role by role: [{"role":"relative","role_label":"家属","people":2,"unreached":1,
// "results":[{"label":"短信 已看到","people":1}]}]
boost::json::array told_groups_json(const dispatch::Card& card, const Reader& reader);

// "燃气报警"
std::string headline(device::Kind kind, const Words& words);
// "5号楼4单元302"; where nobody knows the device, that and what it calls itself.
std::string place_text(const dispatch::Card& card, const Words& words);
// "tel:+8610..." if `number` can be dialled, else "".
std::string dial_link(std::string_view number);

}  // namespace shouwang::web
