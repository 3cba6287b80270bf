// The texts that are shipped, read from config/texts/.

#pragma once

#include "base/catalogue.h"

namespace shouwang::testing {

// Every config/texts/<language>.yaml; nested keys are joined by dots. Throws if one is no YAML.
Catalogue shipped_texts();

}  // namespace shouwang::testing
