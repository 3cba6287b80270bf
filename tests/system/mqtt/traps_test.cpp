// The traps of the wild that only a real broker can lay; the others: tests/unit/device and
// tests/unit/mqtt.

#include <gtest/gtest.h>

#include "tests/contract/link_contract.h"
#include "tests/system/mqtt/paho_world.h"

namespace shouwang::testing {
namespace {

class BrokerTrap : public LinkContract<PahoWorld<5>> {};

// A broker that resumes a session sends what it queued, and no retained state again. Absence after
// a reconnect must not look like "no alarm": the link asks for everything anew.
TEST_F(BrokerTrap, Trap09_ARetainedAlarmComesAgainThoughTheSessionIsResumed) {
  connect({"estate/#"});
  world.publish("estate/GA-1", "alarm", true);
  EXPECT_TRUE(hears({"estate/GA-1", "alarm"}));
  go_down_and_notice();
  listener.forget();
  come_up_and_connect();
  EXPECT_TRUE(listener.state().session_kept);
  EXPECT_TRUE(hears({"estate/GA-1", "alarm", true}));
}

// A broker that was killed sends no last wills: what it says about who is online is from before.
// It arrives marked as retained, so that nobody takes it for a sign of life (device/signal.h), and
// the restart is reported as a gap.
TEST_F(BrokerTrap, Trap10_AnOnlineFromBeforeTheRestartIsMarkedAsOld) {
  connect({"estate/#"});
  world.publish("estate/GA-1/status", "online", true);
  EXPECT_TRUE(hears({"estate/GA-1/status", "online"}));
  go_down_and_notice();
  listener.forget();
  come_up_and_connect();
  EXPECT_TRUE(hears({"estate/GA-1/status", "online", true}));
  EXPECT_EQ(listener.heard({"estate/GA-1/status", "online", false}), 0u);
}

}  // namespace
}  // namespace shouwang::testing
