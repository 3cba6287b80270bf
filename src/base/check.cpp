#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace shouwang {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "shouwang: broken rule at %s:%d: %s\n", file, line, condition);
  std::abort();
}

}  // namespace shouwang
