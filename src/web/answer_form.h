// A pressed button, from the fields that came with it.

#pragma once

#include "incident/answer.h"
#include "web/form.h"
#include "web/words.h"

namespace shouwang::web {

// Reads minutes, cause, household, other, text, from, until; who answers and in what roles is the
// caller's to say. Times are RFC 3339, or local ("2026-01-15T02:40") as a form's date field sends
// them. What an action needs and has not got is refused by the incident, not here.
//
// Errors: invalid, naming the field and what it accepts.
Result<incident::Answer> read_answer(incident::Action action, const Fields& fields,
                                     const Words& words);

}  // namespace shouwang::web
