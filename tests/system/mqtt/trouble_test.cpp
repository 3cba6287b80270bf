// Whatever is wrong with the broker, the technician reads one sentence that says it.

#include <gtest/gtest.h>

#include <string>

#include "tests/contract/link_contract.h"
#include "tests/system/mqtt/certificates.h"
#include "tests/system/mqtt/paho_world.h"

namespace shouwang::testing {
namespace {

// A link that is started and listened to.
class Started {
 public:
  explicit Started(mqtt::LinkSettings settings)
      : link(
            [&] {
              if (settings.client_id.empty()) settings.client_id = "gateway-under-test";
              if (settings.subscriptions.empty()) settings.subscriptions = {"estate/#"};
              return settings;
            }(),
            listener.handlers()) {
    link.start();
  }

  bool connects() const {
    return eventually([this] { return listener.state().connected; });
  }
  // The trouble, once it is this one; else what is said after 15 s.
  std::string complains_of(const std::string& part) const {
    eventually([&] { return listener.state().trouble.find(part) != std::string::npos; });
    return listener.state().trouble;
  }

  Listener listener;
  mqtt::PahoLink link;
};

std::string at(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

TEST(Trouble, AClosedPortIsNamed) {
  const std::uint16_t port = free_port();
  const Started link({.uri = "tcp://" + at(port)});
  EXPECT_EQ(link.complains_of("refused"),
            "The broker at " + at(port) + " can not be reached: Connection refused.");
}

TEST(Trouble, AnAddressThatIsNoneIsNamed) {
  const Started link({.uri = "http://broker"});
  EXPECT_EQ(link.complains_of("http"),
            "'http://broker' is no broker address: tcp://host:port or ssl://host:port is wanted");
}

class WrongPassword : public ::testing::TestWithParam<int> {};

TEST_P(WrongPassword, IsNamedWithTheUserAndWithoutThePassword) {
  TemporaryFolder folder;
  const std::string passwords = (folder.path() / "passwords").string();
  ASSERT_EQ(run("mosquitto_passwd -b -c " + passwords + " gateway right-one").status, 0);
  Broker broker("allow_anonymous false\npassword_file " + passwords);
  const Started right({.uri = broker.uri(),
                       .client_id = "right",
                       .user = "gateway",
                       .password = "right-one",
                       .version = GetParam()});
  EXPECT_TRUE(right.connects());
  const Started wrong({.uri = broker.uri(),
                       .client_id = "wrong",
                       .user = "gateway",
                       .password = "wrong-one",
                       .version = GetParam()});
  EXPECT_EQ(wrong.complains_of("refused"),
            "The broker at " + at(broker.port()) +
                " refused user 'gateway': not authorised (user name, password or client id).");
}

INSTANTIATE_TEST_SUITE_P(Versions, WrongPassword, ::testing::Values(5, 3));

TEST(Trouble, ASubscriptionThatTheBrokerRefusesIsNamedAndTheOthersWork) {
  // Only mosquitto's dynamic security refuses subscriptions; its ACL file takes them in silence.
  TemporaryFolder folder;
  const std::string rules = folder.write("rules.json", R"({
    "defaultACLAccess": {"publishClientSend": true, "publishClientReceive": true,
                         "subscribe": true, "unsubscribe": true},
    "anonymousGroup": "all",
    "groups": [{"groupname": "all", "roles": [{"rolename": "most"}]}],
    "roles": [{"rolename": "most", "acls": [
      {"acltype": "subscribePattern", "topic": "secret/#", "priority": 0, "allow": false}]}]})");
  const std::string plugin = run("ls /usr/lib/*/mosquitto_dynamic_security.so").text;
  Broker broker("plugin " + plugin.substr(0, plugin.find('\n')) + "\nplugin_opt_config_file " +
                rules);
  for (const int version : {5, 3}) {
    const Started link(
        {.uri = broker.uri(), .version = version, .subscriptions = {"estate/#", "secret/#"}});
    EXPECT_TRUE(link.connects());
    EXPECT_EQ(link.complains_of("secret"),
              std::string("The broker refused the subscription to 'secret/#'") +
                  (version == 5 ? " (not authorised)." : " (code 128)."));
    MqttClient(broker.port()).publish("estate/GA-1", "alarm");
    EXPECT_TRUE(eventually([&] { return link.listener.heard({"estate/GA-1", "alarm"}) > 0; }));
  }
}

TEST(Trouble, AnotherClientOfOurNameIsSuspectedWhenTheConnectionIsLostAgainAndAgain) {
  Broker broker;
  const Started link({.uri = broker.uri()});
  ASSERT_TRUE(link.connects());
  MqttClient usurper(broker.port(), {.id = "gateway-under-test", .clean = false});
  EXPECT_EQ(link.complains_of("client id"),
            "The connection to the broker at " + at(broker.port()) +
                " is lost again and again; does another client use our client id "
                "'gateway-under-test'?");
}

TEST(Version, ABrokerThatOnlySpeaks311IsSpokenToIn311) {
  Broker broker;
  Proxy proxy(broker.port());
  proxy.refuse_version(5);
  const Started link({.uri = "tcp://" + at(proxy.port())});
  EXPECT_TRUE(link.connects());
  EXPECT_EQ(link.listener.state().trouble, "");
}

TEST(Version, WithoutFallingBackTheRefusalIsNamed) {
  Broker broker;
  Proxy proxy(broker.port());
  proxy.refuse_version(5);
  const Started link({.uri = "tcp://" + at(proxy.port()), .may_fall_back = false});
  EXPECT_EQ(link.complains_of("speak"),
            "The broker at " + at(proxy.port()) +
                " does not speak MQTT 5; set the broker's version to 3.");
}

class Tls : public ::testing::Test {
 protected:
  std::string settings(const std::string& names) {
    return "listener " + std::to_string(plain) + " 127.0.0.1\nlistener " + std::to_string(tls) +
           " 127.0.0.1\n" + authority.certificate(names) +
           "tls_version tlsv1.2\nallow_anonymous true";
  }
  std::string uri() const { return "ssl://" + at(tls); }

  const std::uint16_t plain = free_port();
  const std::uint16_t tls = free_port();
  Authority authority{"estate-ca"};
};

TEST_F(Tls, WorksAndADroppedMessageComesAgainOverItToo) {
  Broker broker(settings("IP:127.0.0.1,DNS:localhost"), plain);
  Listener listener;
  bool disk_full = true;
  listener.answer_with([&disk_full](const Received&) {
    return std::exchange(disk_full, false) ? mqtt::Verdict::drop : mqtt::Verdict::keep;
  });
  mqtt::PahoLink link({.uri = uri(),
                       .client_id = "gateway-under-test",
                       .ca_file = authority.ca_file(),
                       .subscriptions = {"estate/#"}},
                      listener.handlers());
  link.start();
  ASSERT_TRUE(eventually([&] { return listener.state().connected; }));
  MqttClient(plain).publish("estate/GA-1", "alarm");
  EXPECT_TRUE(eventually([&] { return listener.heard({"estate/GA-1", "alarm"}) == 2; }));
}

TEST_F(Tls, TheHostsNameIsEnough) {
  Broker broker(settings("DNS:localhost"), plain);
  const Started link(
      {.uri = "ssl://localhost:" + std::to_string(tls), .ca_file = authority.ca_file()});
  EXPECT_TRUE(link.connects()) << link.listener.state().trouble;
}

TEST_F(Tls, AnotherAuthorityIsNotTrusted) {
  Broker broker(settings("IP:127.0.0.1"), plain);
  const Authority other("other-ca");
  const Started link({.uri = uri(), .ca_file = other.ca_file()});
  EXPECT_EQ(link.complains_of("TLS with"),
            "TLS with the broker at " + at(tls) +
                " failed: unable to get local issuer certificate; check ca_file and the broker's "
                "certificate.");
}

TEST_F(Tls, ACertificateForAnotherHostIsNotAccepted) {
  Broker broker(settings("DNS:elsewhere.example"), plain);
  const Started link({.uri = uri(), .ca_file = authority.ca_file()});
  EXPECT_EQ(link.complains_of("TLS with"),
            "TLS with the broker at " + at(tls) +
                " failed: IP address mismatch; check ca_file and the broker's certificate.");
}

TEST_F(Tls, AMissingCaFileIsNamed) {
  const Started link({.uri = uri(), .ca_file = "/nowhere/ca.crt"});
  EXPECT_EQ(link.complains_of("ca_file"), "The file '/nowhere/ca.crt' (ca_file) can not be read.");
}

TEST_F(Tls, APortWithoutTlsIsNamed) {
  Broker broker(settings("IP:127.0.0.1"), plain);
  const Started link({.uri = "ssl://" + at(plain), .ca_file = authority.ca_file()});
  const std::string trouble = link.complains_of("TLS with");
  EXPECT_TRUE(trouble.starts_with("TLS with the broker at " + at(plain) + " failed: ")) << trouble;
}

}  // namespace
}  // namespace shouwang::testing
