// What a function returns that can fail for reasons outside our own rules.
//
//   Result<Config> load(path);
//   TRY(config, load(path));          // returns the error of load() from here
//   return fail(Error::Code::invalid, "port 99999 is not 1 .. 65535");

#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace shouwang {

struct Error {
  enum class Code {
    invalid,       // Input that does not fit its form.
    not_found,     // Named thing does not exist.
    conflict,      // Somebody else changed it first.
    refused,       // The other side said no.
    unavailable,   // The other side did not answer; may pass.
    timed_out,     // No answer within the limit.
    disk_full,     // Nothing was written; safe to repeat.
    io,            // The system could not read or write.
    corrupt,       // What was read breaks a rule; it is left in place.
    locked,        // Another process holds it.
    newer_schema,  // Written by a later release.
  };
  Code code = Code::invalid;
  std::string what;  // One sentence with the value seen and the remedy.

  friend bool operator==(const Error&, const Error&) = default;
};

std::string_view name_of(Error::Code code);

template <class T>
using Result = tl::expected<T, Error>;

// The value of a Result that only says that it worked.
struct Done {
  friend bool operator==(const Done&, const Done&) = default;
};

inline tl::unexpected<Error> fail(Error::Code code, std::string what) {
  return tl::unexpected<Error>(Error{code, std::move(what)});
}

}  // namespace shouwang

#define SHOUWANG_TRY_JOIN2(a, b) a##b
#define SHOUWANG_TRY_JOIN(a, b) SHOUWANG_TRY_JOIN2(a, b)
#define SHOUWANG_TRY(name, temporary, expression)           \
  auto temporary = (expression);                            \
  if (!temporary) return tl::unexpected(temporary.error()); \
  [[maybe_unused]] auto& name = *temporary
// Binds `name` to the value of `expression`, or returns its error from the calling function.
#define TRY(name, expression) \
  SHOUWANG_TRY(name, SHOUWANG_TRY_JOIN(try_result_, __LINE__), expression)
// Returns the error of `expression`, if it has one, from the calling function.
#define TRY_DONE(expression)                                                  \
  do {                                                                        \
    if (auto done = (expression); !done) return tl::unexpected(done.error()); \
  } while (false)
