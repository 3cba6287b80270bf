// What a provider's answer means for a try: taken, not now, or never this way.
//
//   status inside success, value at `pointer` among `equals`  -> accepted
//   value at `pointer` among `never`, whatever the status     -> never
//   408, 425, 429, 3xx, 5xx, no answer, an unexpected value   -> retry (Retry-After if given)
//   any other 4xx                                             -> never
//
// A provider that says 200 and means no is not believed. A redirect or a page that is not
// JSON is what a captive portal says: it passes, so it is tried again.

#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "dispatch/parcel.h"
#include "notify/http_client.h"
#include "notify/redact.h"
#include "notify/settings.h"

namespace shouwang::notify {

class Judge {
 public:
  // With `optional_pointer`, an answer that has no value at the pointer is judged by its status.
  // REQUIRES: faults(success) is empty.
  explicit Judge(const ChannelSettings::Success& success, bool optional_pointer = false);
  ~Judge();

  // The error text of the receipt is cleaned by `redactor`.
  dispatch::Receipt judge(const Result<HttpAnswer>& answer, const Redactor& redactor) const;

  static std::vector<SettingsFault> faults(const ChannelSettings::Success& success);

 private:
  struct Rules;
  std::unique_ptr<Rules> rules_;
};

}  // namespace shouwang::notify
