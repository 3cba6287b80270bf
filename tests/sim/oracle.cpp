#include "tests/sim/laws.h"
namespace shouwang::sim {
void add_oracle(Town&, Laws&) {}
}  // namespace shouwang::sim
