// What is kept as text: the core's structs as JSON, and back.
//
//   encode(parcel)  ->  {"v":1,"key":"...","person":"R0786",...}
//   decode<dispatch::Parcel>(text)  ->  the same parcel, or an Error that names the field
//
// Form: one object; "v" is the version of the form. Times are milliseconds since 1970 UTC, spans
// milliseconds, enumerations and sets of roles words, reals text (so that they come back exactly).
// Bytes that are not UTF-8 are kept as they are: a provider's broken text must not cost an alarm.
// A field that has its usual value is left out; the usual values stand in codec_*.cpp and never
// change, whatever the structs' own defaults become.
//
// Reading is tolerant of fields that are missing because the row is older, and strict otherwise:
// a wrong type, an unknown word, a number out of range, an unknown field are errors.
//
// Pure functions; any thread.

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "dispatch/book.h"
#include "household/registry.h"

namespace shouwang::store {

struct User;
struct Phone;

inline constexpr int kCodecVersion = 1;

// T is one of: dispatch::File, Parcel, DeviceMemory, Matter; escalation::Ladder;
// household::DatedFact, Person, Household, Holding, Shift, Guarantee, Equipment; User, Phone.
//
// A File is kept without its ladder and its version, a Parcel without its title and body: those
// have places of their own.
template <class T>
std::string encode(const T& value);

// Errors: corrupt ("told[3] reach: is not one of its words"). The text itself is not quoted: it
// may be about a person.
template <class T>
Result<T> decode(std::string_view text);

// The facts of a journal line: ["told","R0003:relative","skipped","UH-B05-U1:away"].
using Facts = std::vector<std::pair<std::string, std::string>>;
std::string encode_facts(const Facts& facts);
Result<Facts> decode_facts(std::string_view text);

}  // namespace shouwang::store
