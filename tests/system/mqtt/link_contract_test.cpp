#include "tests/contract/link_contract.h"

#include "tests/system/mqtt/paho_world.h"

namespace shouwang::testing {

INSTANTIATE_TYPED_TEST_SUITE_P(Mqtt5, LinkContract, PahoWorld<5>);
INSTANTIATE_TYPED_TEST_SUITE_P(Mqtt311, LinkContract, PahoWorld<3>);

}  // namespace shouwang::testing
