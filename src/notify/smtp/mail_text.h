// A message as mail: headers and body by RFC 5322, 2045 and 2047, lines ended by CRLF.
//
// Message-ID is made of the parcel's key, the same on every try, so that a mail server may drop
// a repeat. All mails of one incident refer to one anchor, so that mail programs show them as one
// thread; updates also answer to it. Auto-Submitted keeps holiday replies away (RFC 3834).
// Alarms are X-Priority 1. The body is UTF-8 in base64, which every server takes as it is.

#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "notify/channel.h"

namespace shouwang::notify {

// `from` is a bare address; its domain is used in ids. REQUIRES: is_mail_address(from) and of the
// message's address.
std::string mail_text(const Message& message, const std::string& from, Instant now);

// "=?UTF-8?B?…?=" words of at most 75 characters, folded; plain ASCII stays as it is.
std::string encoded_header(std::string_view text);

// local@domain, printable ASCII without what would need quoting. UTF-8 mailboxes are not taken.
bool is_mail_address(std::string_view address);

}  // namespace shouwang::notify
