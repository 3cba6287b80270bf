#include "store/netstring.h"

#include <charconv>

namespace shouwang::store {

void append_netstring(std::string& row, std::string_view bytes) {
  row.append(std::to_string(bytes.size())).append(":").append(bytes).append(",");
}

std::optional<std::string_view> take_netstring(std::string_view& row) {
  std::size_t size = 0;
  const char* end = row.data() + row.size();
  const auto [after, error] = std::from_chars(row.data(), end, size);
  if (error != std::errc() || after == end || *after != ':') return std::nullopt;
  const auto begin = static_cast<std::size_t>(after - row.data()) + 1;
  if (row.size() - begin <= size || row[begin + size] != ',') return std::nullopt;
  const std::string_view taken = row.substr(begin, size);
  row.remove_prefix(begin + size + 1);
  return taken;
}

}  // namespace shouwang::store
