#include "tests/contract/doors_contract.h"
#include "tests/contract/store_contract.h"
#include "tests/unit/store/worlds.h"

namespace shouwang::store {
namespace {

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract,
                         ::testing::Values([] { return std::make_unique<SqliteWorld>(); }));
INSTANTIATE_TEST_SUITE_P(Memory, StoreContract,
                         ::testing::Values([] { return std::make_unique<MemoryWorld>(true); }));
INSTANTIATE_TEST_SUITE_P(MemoryWithoutCodec, StoreContract,
                         ::testing::Values([] { return std::make_unique<MemoryWorld>(false); }));

}  // namespace
}  // namespace shouwang::store
