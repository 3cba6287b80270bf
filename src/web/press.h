// A pressed button, from the page to the desk: the same for phones and the board.

#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "web/form.h"
#include "web/parts.h"

namespace shouwang::web {

// Who presses what.
struct Press {
  const PageRef& page;
  household::Roles roles;  // Empty on a phone page: those in which the person was told count.
  std::string_view action;
  const Fields& fields;
  const Words& words;
};

// Hands the answer to the desk. Nothing has changed when a problem comes back: no such button,
// fields that can not be read, too many presses, or a refusal.
tl::expected<Done, Problem> press_button(Parts& parts, const Press& press);

// How a form's press ends: back to `path`, where a sentence says what it came to ("?done=going",
// "?said=already_going"); problems that are no refusal are a page of their own.
Response form_ending(const Parts& parts, const Request& request, const std::string& path,
                     const Press& press, const tl::expected<Done, Problem>& result);

// The sentence for such an ending, as `said` or `done`.
void add_echo(boost::json::object& view, const std::string& query, const Words& words);

std::string refusal_sentence(incident::Refusal refusal, const Words& words);

}  // namespace shouwang::web
