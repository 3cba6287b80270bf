// What went wrong, for programs (RFC 9457) and, in a sentence, for people.

#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "incident/answer.h"
#include "web/request.h"

namespace shouwang::web {

// A problem changes nothing: whoever gets one may mend the request and send it again.
struct Problem {
  int status = 400;
  std::string kind;    // "invalid", "refused", "not_found", ...: ends the `type` URN.
  std::string detail;  // One sentence.
  std::optional<incident::Refusal> refusal;  // Of an answer; also a member of the document.
  std::optional<Millis> wait;                // Try again then: Retry-After, rounded up to seconds.
};

// The document as application/problem+json:
//   {"type":"urn:shouwang:problem:refused","title":"Conflict","status":409,"detail":"...",
//    "refusal":"already_going"}
Response to_response(const Problem& problem);

Problem not_found(std::string detail);
Problem too_often(std::string detail, Millis wait);
// The status that fits the error: 400 invalid, 404 not_found, 409 conflict and refused, 503
// unavailable and locked, 504 timed_out, 507 disk_full, 500 the rest.
Problem from_error(const Error& error);
// `words` is the refusal in the reader's language. 403 not_allowed; 422 where the answer itself is
// incomplete; 409 where things stand otherwise than the page showed.
Problem from_refusal(incident::Refusal refusal, std::string words);

// "Not Found"
std::string_view reason_phrase(int status);

}  // namespace shouwang::web
