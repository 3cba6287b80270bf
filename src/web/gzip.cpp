#include "web/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <cctype>

#include "base/check.h"

namespace shouwang::web {
namespace {

constexpr std::size_t kWorthIt = 1'024;
constexpr int kGzipWindow = 15 + 16;  // The largest window, with gzip's head and tail.
constexpr int kMemory = 8;            // zlib's default

std::string squeezed(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c != ' ' && c != '\t') plain.push_back(static_cast<char>(std::tolower(c)));
  }
  return plain;
}

// "0", "0.", "0.000": refused.
bool is_zero(std::string_view quality) {
  return !quality.empty() &&
         std::ranges::all_of(quality, [](char c) { return c == '0' || c == '.'; });
}

}  // namespace

bool takes_gzip(std::string_view accept_encoding) {
  const std::string all = squeezed(accept_encoding);
  bool takes_any = false;
  for (std::string_view rest = all; !rest.empty();) {
    const auto end = std::min(rest.find(','), rest.size());
    const std::string_view one = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::string_view coding = one.substr(0, one.find(';'));
    const auto quality = one.find(";q=");
    const bool wanted = quality == std::string_view::npos || !is_zero(one.substr(quality + 3));
    if (coding == "gzip") return wanted;
    if (coding == "*") takes_any = wanted;
  }
  return takes_any;
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemory,
                     Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  // zlib does not write to its input.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int ended = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  CHECK(ended == Z_STREAM_END);
  return packed;
}

void pack(Response& response) {
  response.with("Vary", "Accept-Encoding");
  if (response.body.size() < kWorthIt) return;
  response.body = gzip(response.body);
  response.with("Content-Encoding", "gzip");
}

}  // namespace shouwang::web
