// Values that several files have.

#include <cstdlib>

#include "base/utf8.h"
#include "config/draft.h"
#include "config/zones.h"

namespace shouwang::config {
void read_minute(Reader& parent, std::string_view key, std::uint16_t& target) {
  const Reader value = parent.need(key);
  const auto written = value.text();
  if (!written) return;
  const auto minute = parse_clock(*written);
  if (minute)
    target = *minute;
  else
    value.fault("`" + *written + "` is not a time of day \"00:00\" .. \"24:00\"");
}

void read_secret_ref(Reader& parent, std::string_view key, SecretRef& target, const Draft& draft) {
  Reader value = parent.child(key);
  if (!value.is_there()) return;
  if (value.is_scalar()) {
    return value.fault("a secret is never written here: `" + std::string(key) +
                       ": {file: PATH}` (mode 600) or `{credential: NAME}` (systemd's)");
  }
  value.read("file", target.file);
  value.read("credential", target.credential);
  value.close();
  if (!value.is_map()) return;
  if (target.file.empty() == target.credential.empty()) {
    return value.fault("needs either `file` or `credential`");
  }
  // Credentials exist only inside the service; a check by hand can not see them.
  if (target.file.empty() && std::getenv("CREDENTIALS_DIRECTORY") == nullptr) return;
  if (const auto text = read_secret(target, draft.directory()); !text) {
    value.fault(text.error().what);
  }
}

void read_daily_hours(Reader& parent, std::string_view key, DailyHours& target) {
  Reader hours = parent.child(key);
  if (!hours.is_there()) return;
  read_minute(hours, "from", target.from_minute);
  read_minute(hours, "until", target.until_minute);
  hours.close();
}

void read_label(const Reader& value, std::string& target, std::size_t most) {
  const auto written = value.text();
  if (!written) return;
  const std::size_t length = count_characters(*written);
  if (length < 1 || length > most || written->find('\n') != std::string::npos) {
    return value.fault("a label has 1 .. " + std::to_string(most) + " characters on one line");
  }
  target = *written;
}

std::optional<household::Place::Scope> scope_named(std::string_view name) {
  using Scope = household::Place::Scope;
  if (name == "household") return Scope::household;
  if (name == "area") return Scope::area;
  if (name == "unknown") return Scope::unknown;
  return std::nullopt;
}

}  // namespace shouwang::config
