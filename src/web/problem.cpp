#include "web/problem.h"

#include <boost/json.hpp>

namespace shouwang::web {
namespace {

int status_of(Error::Code code) {
  switch (code) {
    case Error::Code::invalid: return 400;
    case Error::Code::not_found: return 404;
    case Error::Code::conflict:
    case Error::Code::refused: return 409;
    case Error::Code::unavailable:
    case Error::Code::locked: return 503;
    case Error::Code::timed_out: return 504;
    case Error::Code::disk_full: return 507;
    case Error::Code::io:
    case Error::Code::corrupt:
    case Error::Code::newer_schema: return 500;
  }
  return 500;
}

int status_of(incident::Refusal refusal) {
  using enum incident::Refusal;
  switch (refusal) {
    case not_allowed: return 403;
    case cause_missing:
    case text_missing:
    case text_too_long:
    case minutes_out_of_range:
    case unknown_person:
    case unknown_household:
    case bad_period: return 422;
    case already_closed:
    case not_closed_yet:
    case already_going:
    case not_going:
    case already_there:
    case nobody_to_call:
    case needs_two_there:
    case already_done: return 409;
  }
  return 409;
}

}  // namespace

Response to_response(const Problem& problem) {
  boost::json::object document{{"type", "urn:shouwang:problem:" + problem.kind},
                               {"title", reason_phrase(problem.status)},
                               {"status", problem.status},
                               {"detail", problem.detail}};
  if (problem.refusal) document["refusal"] = incident::name_of(*problem.refusal);
  Response response = json_response(problem.status, boost::json::serialize(document));
  response.content_type = "application/problem+json";
  if (problem.wait) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*problem.wait);
    response.with("Retry-After", std::to_string(seconds.count()));
  }
  return response;
}

Problem not_found(std::string detail) {
  return {.status = 404, .kind = "not_found", .detail = std::move(detail)};
}

Problem too_often(std::string detail, Millis wait) {
  return {.status = 429, .kind = "too_often", .detail = std::move(detail), .wait = wait};
}

Problem from_error(const Error& error) {
  return {.status = status_of(error.code),
          .kind = std::string(name_of(error.code)),
          .detail = error.what};
}

Problem from_refusal(incident::Refusal refusal, std::string words) {
  return {.status = status_of(refusal),
          .kind = "refused",
          .detail = std::move(words),
          .refusal = refusal};
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 303: return "See Other";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 507: return "Insufficient Storage";
    default: return "Error";  // A status is a number, not an enumeration.
  }
}

}  // namespace shouwang::web
