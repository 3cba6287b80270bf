#include "device/profile.h"

#include <algorithm>

namespace shouwang::device {

std::string login_of(const Profile& profile) {
  if (!profile.login.empty()) return profile.login;
  if (!profile.bridge.empty()) return profile.bridge;
  const bool is_named_inside = std::ranges::any_of(
      profile.forms, [](const Form& form) { return form.naming != Form::Naming::topic; });
  return is_named_inside ? profile.name.substr(0, profile.name.find('.')) : "";
}

}  // namespace shouwang::device
