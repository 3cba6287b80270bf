// Any answer of a provider: a verdict, one clean line of error, and never the secret.
//
//   first line: status and pointer, "200 /errcode"; the rest: the body

#include <charconv>

#include "base/utf8.h"
#include "notify/http/verdict.h"
#include "tests/fuzz/fuzz.h"

namespace shouwang::fuzz {
namespace {

using namespace notify;

constexpr std::string_view kSecret = "a-secret-of-the-provider";

void try_it(std::string_view text) {
  std::string_view head = take_line(text);
  const auto blank = head.find(' ');
  HttpAnswer answer{.body = std::string(text)};
  const std::string_view digits = head.substr(0, blank);
  std::from_chars(digits.data(), digits.data() + digits.size(), answer.status);
  ChannelSettings::Success success{.equals = {"0", "\"ok\""}, .never = {"4"}};
  if (blank != std::string_view::npos) success.pointer = head.substr(blank + 1);
  if (success.pointer.empty()) success.equals = success.never = {};
  if (!is_utf8(success.pointer) || !Judge::faults(success).empty()) return;  // Our own words.
  const Judge judge(success, text.size() % 2 == 0);
  const dispatch::Receipt receipt = judge.judge(answer, Redactor({std::string(kSecret)}));
  using Kind = dispatch::Receipt::Kind;
  MUST(receipt.kind == Kind::accepted || receipt.kind == Kind::retry ||
       receipt.kind == Kind::never);
  MUST(receipt.kind != Kind::accepted || (answer.status >= 200 && answer.status <= 299));
  MUST(is_utf8(receipt.error) && count_characters(receipt.error) <= 200);
  MUST(receipt.error.find('\n') == std::string::npos);
  MUST(receipt.error.find(kSecret) == std::string::npos);
}

}  // namespace
}  // namespace shouwang::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shouwang::fuzz::try_it(shouwang::fuzz::text_of(data, size));
  return 0;
}
