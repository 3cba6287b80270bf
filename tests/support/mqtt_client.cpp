#include "tests/support/mqtt_client.h"

#include <gtest/gtest.h>
#include <mosquitto.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

namespace shouwang::testing {

MqttClient::MqttClient(std::uint16_t port) : MqttClient(port, Settings{}) {}

MqttClient::MqttClient(std::uint16_t port, Settings settings) {
  static const int initialised = mosquitto_lib_init();
  (void)initialised;
  const char* id = settings.id.empty() ? nullptr : settings.id.c_str();
  client_ = mosquitto_new(id, settings.clean, this);
  if (!settings.user.empty()) {
    mosquitto_username_pw_set(client_, settings.user.c_str(), settings.password.c_str());
  }
  mosquitto_max_inflight_messages_set(client_, 100);
  mosquitto_connect_callback_set(client_, [](::mosquitto*, void* self, int code) {
    auto& me = *static_cast<MqttClient*>(self);
    const std::lock_guard lock(me.mutex_);
    me.connected_ = code == 0;
    me.changed_.notify_all();
  });
  mosquitto_publish_callback_set(client_, [](::mosquitto*, void* self, int id_of_message) {
    auto& me = *static_cast<MqttClient*>(self);
    const std::lock_guard lock(me.mutex_);
    if (me.unacknowledged_.erase(id_of_message) == 0) me.acknowledged_.insert(id_of_message);
    me.changed_.notify_all();
  });
  mosquitto_subscribe_callback_set(client_, [](::mosquitto*, void* self, int, int, const int*) {
    auto& me = *static_cast<MqttClient*>(self);
    const std::lock_guard lock(me.mutex_);
    ++me.subscriptions_;
    me.changed_.notify_all();
  });
  mosquitto_message_callback_set(
      client_, [](::mosquitto*, void* self, const mosquitto_message* message) {
        auto& me = *static_cast<MqttClient*>(self);
        const std::lock_guard lock(me.mutex_);
        me.messages_.push_back({message->topic,
                                std::string(static_cast<const char*>(message->payload),
                                            static_cast<std::size_t>(message->payloadlen)),
                                message->retain});
        me.changed_.notify_all();
      });
  mosquitto_connect(client_, "127.0.0.1", port, 60);
  mosquitto_loop_start(client_);
  if (!wait([this] { return connected_; })) ADD_FAILURE() << "no broker at port " << port;
}

MqttClient::~MqttClient() {
  mosquitto_disconnect(client_);
  mosquitto_loop_stop(client_, false);
  mosquitto_destroy(client_);
}

bool MqttClient::wait(const std::function<bool()>& condition) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(5), condition);
}

void MqttClient::publish_later(const std::string& topic, const std::string& payload, bool retain) {
  int id = 0;
  if (mosquitto_publish(client_, &id, topic.c_str(), static_cast<int>(payload.size()),
                        payload.data(), 1, retain) != MOSQ_ERR_SUCCESS) {
    ADD_FAILURE() << "can not publish";
    return;
  }
  const std::lock_guard lock(mutex_);
  // The acknowledgement may have been quicker than we.
  if (acknowledged_.erase(id) == 0) unacknowledged_.insert(id);
}

bool MqttClient::wait_acknowledged() {
  return wait([this] { return unacknowledged_.empty(); });
}

bool MqttClient::publish(const std::string& topic, const std::string& payload, bool retain) {
  publish_later(topic, payload, retain);
  return wait_acknowledged();
}

bool MqttClient::subscribe(const std::string& filter) {
  int before = 0;
  {
    const std::lock_guard lock(mutex_);
    before = subscriptions_;
  }
  mosquitto_subscribe(client_, nullptr, filter.c_str(), 1);
  return wait([this, before] { return subscriptions_ > before; });
}

std::vector<MqttClient::Message> MqttClient::messages() const {
  const std::lock_guard lock(mutex_);
  return messages_;
}

std::optional<std::string> MqttClient::last(const std::string& topic) const {
  const std::lock_guard lock(mutex_);
  const auto place = std::find_if(messages_.rbegin(), messages_.rend(),
                                  [&](const Message& message) { return message.topic == topic; });
  if (place == messages_.rend()) return std::nullopt;
  return place->payload;
}

std::optional<std::string> retained_at(std::uint16_t port, const std::string& topic) {
  MqttClient onlooker(port);
  onlooker.subscribe(topic);
  // The broker sends retained states right behind the SUBACK; a message of our own, sent then,
  // comes after them.
  const std::string mark = "onlooker/" + std::to_string(port);
  onlooker.subscribe(mark);
  onlooker.publish(mark, "end");
  for (int turn = 0; turn < 500 && !onlooker.last(mark); ++turn) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return onlooker.last(topic);
}

}  // namespace shouwang::testing
