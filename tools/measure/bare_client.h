// The floors' connection to the broker: Paho C++ as src/mqtt uses it, and nothing around it.

#pragma once

#include <mqtt/async_client.h>

#include <functional>
#include <string>

namespace shouwang::measure {

class BareClient {
 public:
  using OnMessage = std::function<void(const ::mqtt::message& message)>;

  // Connects with MQTT 5 and subscribes to `filter` at QoS 1. Throws mqtt::exception.
  BareClient(int port, const std::string& id, const std::string& filter, OnMessage on_message)
      : client_("tcp://127.0.0.1:" + std::to_string(port), id,
                ::mqtt::create_options(MQTTVERSION_5), nullptr) {
    client_.set_message_callback(
        [on_message = std::move(on_message)](const ::mqtt::const_message_ptr& message) {
          on_message(*message);
        });
    ::mqtt::connect_options options;
    options.set_mqtt_version(MQTTVERSION_5);
    options.set_clean_start(true);
    client_.connect(options)->wait();
    client_.subscribe(filter, 1)->wait();
  }

 private:
  ::mqtt::async_client client_;
};

}  // namespace shouwang::measure
