#include "notify/http/verdict.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace shouwang::notify {
namespace {

namespace json = boost::json;
using dispatch::Receipt;
using Kind = dispatch::Receipt::Kind;

std::vector<json::value> values_of(const std::vector<std::string>& texts) {
  std::vector<json::value> values;
  for (const std::string& text : texts) values.push_back(json::parse(text));
  return values;
}

bool passes_by_itself(int status) {
  return status == 408 || status == 425 || status == 429 || status / 100 == 3 ||
         status / 100 == 5 || status / 100 == 1;
}

Receipt refused(Kind kind, const std::string& error, const HttpAnswer& answer) {
  Receipt receipt{.kind = kind, .error = error};
  if (kind == Kind::retry && answer.retry_after) receipt.retry_after = *answer.retry_after;
  return receipt;
}

}  // namespace

struct Judge::Rules {
  ChannelSettings::Success success;
  std::vector<json::value> equals;
  std::vector<json::value> never;
  bool optional_pointer = false;

  bool is_success(int status) const {
    return status >= success.status_min && status <= success.status_max;
  }
};

Judge::Judge(const ChannelSettings::Success& success, bool optional_pointer)
    : rules_(std::make_unique<Rules>(Rules{.success = success,
                                           .equals = values_of(success.equals),
                                           .never = values_of(success.never),
                                           .optional_pointer = optional_pointer})) {}

Judge::~Judge() = default;

Receipt Judge::judge(const Result<HttpAnswer>& result, const Redactor& redactor) const {
  if (!result) {
    const Error::Code code = result.error().code;
    return {.kind = Kind::retry,
            .error = redactor.clean(result.error().what),
            .maybe_arrived = code == Error::Code::timed_out || code == Error::Code::io};
  }
  const HttpAnswer& answer = *result;
  const bool taken = rules_->is_success(answer.status);
  const std::string said = "HTTP " + std::to_string(answer.status) +
                           (answer.body.empty() ? "" : ": " + redactor.clean(answer.body, 120));
  const Kind otherwise = taken || passes_by_itself(answer.status) ? Kind::retry : Kind::never;
  if (rules_->success.pointer.empty()) {
    return taken ? Receipt{.kind = Kind::accepted} : refused(otherwise, said, answer);
  }
  json::error_code error;
  const json::value body = json::parse(answer.body, error);
  const json::value* value = error ? nullptr : body.find_pointer(rules_->success.pointer, error);
  if (value == nullptr) {
    if (taken && rules_->optional_pointer) return {.kind = Kind::accepted};
    const std::string lacks = " (no value at " + redactor.clean(rules_->success.pointer, 40) + ")";
    return refused(otherwise, said + (taken ? lacks : ""), answer);
  }
  if (std::ranges::find(rules_->never, *value) != rules_->never.end()) {
    return refused(Kind::never, said, answer);
  }
  const bool right = std::ranges::find(rules_->equals, *value) != rules_->equals.end();
  return taken && right ? Receipt{.kind = Kind::accepted} : refused(otherwise, said, answer);
}

std::vector<SettingsFault> Judge::faults(const ChannelSettings::Success& success) {
  std::vector<SettingsFault> faults;
  if (success.status_min < 100 || success.status_max > 599 ||
      success.status_min > success.status_max) {
    faults.push_back({"success.status", "must be a range within 100 .. 599"});
  }
  const auto each_is_json = [&](const std::string& field, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      json::error_code error;
      json::parse(text, error);
      if (error) faults.push_back({field, "`" + text + "` is not JSON (a word needs quotes)"});
    }
  };
  each_is_json("success.equals", success.equals);
  each_is_json("success.never", success.never);
  if (success.pointer.empty()) {
    if (!success.equals.empty() || !success.never.empty()) {
      faults.push_back({"success.pointer", "is missing: where in the answer are these values?"});
    }
    return faults;
  }
  json::error_code error;
  json::value(nullptr).find_pointer(success.pointer, error);
  if (error == json::error::missing_slash || error == json::error::invalid_escape) {
    faults.push_back({"success.pointer", "`" + success.pointer + "` is not like /code"});
  }
  if (success.equals.empty()) {
    faults.push_back({"success.equals", "is missing: which value at the pointer means success?"});
  }
  return faults;
}

}  // namespace shouwang::notify
