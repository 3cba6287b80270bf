// The words of the pages as shipped, for tests.

#pragma once

#include "base/catalogue.h"

namespace shouwang::testing {

// Every text of config/texts/<language>.yaml, except the safety advice (message.*), in whose place
// stand a few fixed sentences: it is still to be approved and will change.
Catalogue page_texts();

}  // namespace shouwang::testing
