// Smaller answers for phones on a slow line (RFC 9110, content coding gzip).

#pragma once

#include <string>
#include <string_view>

#include "web/request.h"

namespace shouwang::web {

// Whether a client with this Accept-Encoding takes gzip: named, or "*", and not with q=0.
bool takes_gzip(std::string_view accept_encoding);

// `text` as a gzip file (RFC 1952), by zlib.
std::string gzip(std::string_view text);

// Packs the body and says so. What is small stays as it is: the packing would cost more.
void pack(Response& response);

}  // namespace shouwang::web
