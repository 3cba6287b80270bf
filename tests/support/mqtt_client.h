// A device, or an onlooker: another library's MQTT client, to test ours against. System tests only.

#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

struct mosquitto;

namespace shouwang::testing {

class MqttClient {
 public:
  struct Settings {
    std::string id;  // Empty: made up.
    bool clean = true;
    std::string user;
    std::string password;
  };
  struct Message {
    std::string topic;
    std::string payload;
    bool retained = false;
  };

  // Connects to the loopback; fails the test if that does not work within 5 s.
  explicit MqttClient(std::uint16_t port);
  MqttClient(std::uint16_t port, Settings settings);
  ~MqttClient();  // Disconnects.
  MqttClient(const MqttClient&) = delete;
  MqttClient& operator=(const MqttClient&) = delete;

  // Publishes at QoS 1 and waits for the acknowledgement; false if there is none within 5 s.
  bool publish(const std::string& topic, const std::string& payload, bool retain = false);
  // Publishes at QoS 1; wait_acknowledged() waits for all of them.
  void publish_later(const std::string& topic, const std::string& payload, bool retain = false);
  bool wait_acknowledged();

  // Waits for the SUBACK.
  bool subscribe(const std::string& filter);
  std::vector<Message> messages() const;
  // The last payload heard on the topic.
  std::optional<std::string> last(const std::string& topic) const;

 private:
  bool wait(const std::function<bool()>& condition) const;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::set<int> unacknowledged_;
  std::set<int> acknowledged_;
  bool connected_ = false;
  int subscriptions_ = 0;
  std::vector<Message> messages_;
  ::mosquitto* client_ = nullptr;
};

// What a new subscriber to the topic gets.
std::optional<std::string> retained_at(std::uint16_t port, const std::string& topic);

}  // namespace shouwang::testing
