#include <algorithm>
#include <utility>

#include "notify/words.h"

namespace shouwang::notify {
namespace {

// The incident that a placeholder at `at` names, and where the placeholder ends.
std::pair<IncidentId, std::size_t> placeholder(std::string_view line, std::size_t at,
                                               const IncidentId& first) {
  static constexpr std::string_view kOpen = "{{link";
  const std::size_t end = line.find("}}", at);
  if (end == std::string_view::npos) return {IncidentId(), std::string_view::npos};
  const std::string_view inside = line.substr(at + kOpen.size(), end - at - kOpen.size());
  if (inside.empty()) return {first, end + 2};
  return {inside.front() == ':' ? IncidentId(inside.substr(1)) : IncidentId(), end + 2};
}

}  // namespace

std::string with_links(const std::string& body, const IncidentId& first,
                       const std::function<std::string(const IncidentId&)>& link_of) {
  std::string filled;
  for (std::size_t from = 0; from <= body.size();) {
    const std::size_t end = std::min(body.find('\n', from), body.size());
    std::string line = body.substr(from, end - from);
    from = end + 1;
    const std::size_t at = line.find("{{link");
    if (at != std::string::npos) {
      const auto [incident, after] = placeholder(line, at, first);
      const std::string link = incident.empty() ? "" : link_of(incident);
      if (link.empty()) continue;
      line.replace(at, after - at, link);
    }
    if (!filled.empty()) filled += '\n';
    filled += line;
  }
  return filled;
}

}  // namespace shouwang::notify
