#include "app/decode.h"

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <istream>
#include <ostream>

namespace shouwang::app {
namespace {

namespace json = boost::json;

struct Line {
  std::string topic;
  std::string payload;
  bool retain = false;
};

int base64_digit(char c) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t digit = kDigits.find(c);
  return digit == kDigits.npos ? -1 : static_cast<int>(digit);
}

Result<std::string> base64_bytes(std::string_view text) {
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  if (text.size() % 4 == 1) return fail(Error::Code::invalid, "`payload_base64` is not base64");
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    const int digit = base64_digit(c);
    if (digit < 0) return fail(Error::Code::invalid, "`payload_base64` is not base64");
    bits = (bits << 6 | static_cast<unsigned>(digit)) & 0xFFFF;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>(bits >> count & 0xFF));
  }
  return bytes;
}

Result<std::string> payload_of(const json::object& object) {
  if (const json::value* encoded = object.if_contains("payload_base64")) {
    if (!encoded->is_string()) return fail(Error::Code::invalid, "`payload_base64` is not a text");
    return base64_bytes(std::string_view(encoded->get_string()));
  }
  const json::value* payload = object.if_contains("payload");
  if (payload == nullptr) return fail(Error::Code::invalid, "`payload` is missing");
  if (payload->is_string()) return std::string(payload->get_string());
  return json::serialize(*payload);
}

Result<Line> parse(std::string_view text) {
  json::error_code error;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error) return fail(Error::Code::invalid, "not JSON: " + error.message());
  const json::object* object = value.if_object();
  if (object == nullptr) return fail(Error::Code::invalid, "not a JSON object");
  const json::value* topic = object->if_contains("topic");
  if (topic == nullptr || !topic->is_string()) {
    return fail(Error::Code::invalid, "`topic` is missing or not a text");
  }
  TRY(payload, payload_of(*object));
  const json::value* retain = object->if_contains("retain");
  const bool is_flag = retain == nullptr || retain->is_null() || retain->is_bool();
  if (!is_flag) return fail(Error::Code::invalid, "`retain` is neither true nor false");
  return Line{.topic = std::string(topic->get_string()),
              .payload = std::move(payload),
              .retain = retain != nullptr && retain->is_bool() && retain->get_bool()};
}

std::string quoted(std::string_view text) {
  return text.empty() ? "null" : json::serialize(json::string_view(text.data(), text.size()));
}

// The shortest text that reads back as the same number.
std::string written(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

void write(const device::Signal& signal, std::string& out) {
  out.append(R"({"kind":)").append(quoted(device::name_of(signal.kind)));
  out.append(R"(,"meaning":)").append(quoted(device::name_of(signal.meaning)));
  out.append(R"(,"value":)").append(signal.value ? written(*signal.value) : "null");
  out.append(R"(,"unit":)").append(signal.value ? quoted(signal.unit) : "null").append("}");
}

// The keys of one device, without the braces.
void write(const DecodeFace& face, const device::Decoded& decoded, std::string& out) {
  std::string_view device = decoded.report.address;
  if (decoded.owner) {
    const device::Listing& listing = face.listings[decoded.owner->community];
    device = listing.devices[decoded.owner->device].id.str();
  }
  out.append(R"("device":)").append(quoted(device));
  out.append(R"(,"profile":)").append(quoted(face.decoder.profiles()[decoded.profile].name));
  out.append(R"(,"signals":[)");
  for (const device::Signal& signal : decoded.report.signals) {
    if (&signal != &decoded.report.signals.front()) out.push_back(',');
    write(signal, out);
  }
  out.append(R"(],"problem":)").append(quoted(decoded.report.problem));
}

std::string nothing_but(std::string_view problem) {
  return R"({"device":null,"profile":null,"signals":[],"problem":)" + quoted(problem) + "}";
}

}  // namespace

Result<std::string> decode_line(const DecodeFace& face, std::string_view line, Instant now) {
  TRY(message, parse(line));
  const auto decoding = face.decoder.decode(
      {.topic = message.topic, .payload = message.payload, .retained = message.retain}, now,
      face.directory);
  if (decoding.reports.empty()) return nothing_but(device::explain(decoding.outcome));
  std::string out = "{";
  write(face, decoding.reports.front(), out);
  for (std::size_t i = 1; i < decoding.reports.size(); ++i) {
    out.append(i == 1 ? R"(,"more":[{)" : ",{");
    write(face, decoding.reports[i], out);
    out.push_back('}');
  }
  out.append(decoding.reports.size() > 1 ? "]}" : "}");
  return out;
}

std::size_t decode_lines(const DecodeFace& face, std::istream& in, std::ostream& out, Instant now) {
  std::size_t broken = 0;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    const auto decoded = decode_line(face, line, now);
    if (!decoded) ++broken;
    out << (decoded ? *decoded
                    : nothing_but("line " + std::to_string(number) + ": " + decoded.error().what))
        << '\n';
  }
  return broken;
}

}  // namespace shouwang::app
