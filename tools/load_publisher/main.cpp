// Many devices in one program: publishes N messages at QoS 1 and writes down each that the broker
// acknowledged, with the moment of its PUBACK.
//
//   load_publisher --port 1883 --count 10000 --rate 2000 --devices 1125
//       --topic 'estate/{device}/state' --payload '{"event":"{event}","at":"{time}","gas":"alarm"}'
//       --acks acks.txt
//
// A line of the acks file: "<event> <milliseconds since 1970>". At the end one JSON line with what
// was reached. A broker that goes away is connected to again; what it had not acknowledged is sent
// again and is not counted before. Exit 0: all acknowledged; 1: not all, within --give-up seconds
// without any acknowledgement.

#include <mosquitto.h>
#include <poll.h>

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>

#include "base/time.h"
#include "template.h"

namespace {

using std::chrono::duration;
using std::chrono::steady_clock;

struct Options {
  std::string host = "127.0.0.1";
  int port = 1883;
  std::string client_id = "load-publisher";
  std::string user;
  std::string password_file;
  std::uint64_t count = 1000;
  double rate = 0;  // Messages a second; 0: as fast as acknowledgements allow.
  std::uint64_t devices = 1125;
  std::uint64_t communities = 1;  // Of so many devices each.
  std::string device_prefix = "GA-";
  std::string event_prefix = "e";
  std::string topic = "load/{device}/state";
  std::string payload = R"({"device":"{device}","event":"{event}","seq":{seq},"time":"{time}"})";
  std::uint64_t window = 1000;  // Unacknowledged at once; < 65,536.
  bool retain = false;
  std::string acks;
  double give_up_s = 30;
};

shouwang::Instant utc_now() {
  return std::chrono::floor<shouwang::Millis>(std::chrono::system_clock::now());
}

std::string padded(std::uint64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

class Publisher {
 public:
  explicit Publisher(const Options& options)
      : options_(options), topic_(options.topic), payload_(options.payload) {
    mosquitto_lib_init();
    client_ = mosquitto_new(options.client_id.c_str(), false, this);
    mosquitto_max_inflight_messages_set(client_, static_cast<unsigned>(options.window));
    mosquitto_int_option(client_, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_connect_callback_set(client_, [](mosquitto*, void* self, int code) {
      static_cast<Publisher*>(self)->connected_ = code == 0;
    });
    mosquitto_disconnect_callback_set(client_, [](mosquitto*, void* self, int) {
      static_cast<Publisher*>(self)->connected_ = false;
    });
    mosquitto_publish_callback_set(client_, [](mosquitto*, void* self, int id) {
      static_cast<Publisher*>(self)->acknowledged(id);
    });
    if (!options.acks.empty()) acks_ = std::fopen(options.acks.c_str(), "a");
    authenticate();
  }

  ~Publisher() {
    mosquitto_disconnect(client_);
    mosquitto_destroy(client_);
    if (acks_ != nullptr) std::fclose(acks_);
    mosquitto_lib_cleanup();
  }

  bool can_write() const { return options_.acks.empty() || acks_ != nullptr; }

  int run() {
    mosquitto_connect(client_, options_.host.c_str(), options_.port, 30);
    begun_ = last_ack_ = steady_clock::now();
    begun_ns_ = std::chrono::system_clock::now().time_since_epoch().count();
    while (acknowledged_ < options_.count) {
      if (seconds_since(last_ack_) > options_.give_up_s) break;
      publish_what_is_due();
      turn();
    }
    tell();
    return acknowledged_ == options_.count ? 0 : 1;
  }

 private:
  struct Pending {
    bool is_open = false;
    std::uint64_t seq = 0;
  };

  static double seconds_since(steady_clock::time_point then) {
    return duration<double>(steady_clock::now() - then).count();
  }

  void authenticate() {
    if (options_.user.empty()) return;
    std::string password;
    if (std::FILE* file = std::fopen(options_.password_file.c_str(), "r")) {
      for (int c = std::fgetc(file); c != EOF && c != '\n'; c = std::fgetc(file)) {
        password.push_back(static_cast<char>(c));
      }
      std::fclose(file);
    }
    mosquitto_username_pw_set(client_, options_.user.c_str(), password.c_str());
  }

  std::uint64_t due() const {
    if (options_.rate <= 0) return options_.count;
    return std::min(options_.count,
                    static_cast<std::uint64_t>(seconds_since(begun_) * options_.rate) + 1);
  }

  void publish_what_is_due() {
    const std::uint64_t now_due = due();
    while (connected_ && published_ < now_due && published_ - acknowledged_ < options_.window) {
      if (!publish_next()) return;
    }
  }

  bool publish_next() {
    const std::uint64_t seq = published_;
    const std::string community = "C" + padded(seq % options_.communities + 1, 3);
    const std::uint64_t place = seq / options_.communities % options_.devices;
    const std::string device = options_.device_prefix + padded(place + 1, 4);
    const std::string event = event_of(seq);
    const std::string time = shouwang::format_utc(utc_now());
    const shouwang::tools::Fields fields{
        .community = community, .device = device, .event = event, .seq = seq, .time = time};
    const std::string text = payload_.fill(fields);
    int id = 0;
    mosquitto_publish(client_, &id, topic_.fill(fields).c_str(), static_cast<int>(text.size()),
                      text.data(), 1, options_.retain);
    // With a number it is queued, whatever became of the connection: it is sent with the next one.
    if (id == 0) return false;
    pending_[static_cast<std::uint16_t>(id)] = {.is_open = true, .seq = seq};
    ++published_;
    return true;
  }

  std::string event_of(std::uint64_t seq) const { return options_.event_prefix + padded(seq, 6); }

  void acknowledged(int id) {
    Pending& pending = pending_[static_cast<std::uint16_t>(id)];
    if (!std::exchange(pending.is_open, false)) return;
    ++acknowledged_;
    last_ack_ = steady_clock::now();
    if (acks_ == nullptr) return;
    std::fprintf(acks_, "%s %lld\n", event_of(pending.seq).c_str(),
                 static_cast<long long>(utc_now().time_since_epoch().count()));
  }

  void turn() {
    pollfd wait{.fd = mosquitto_socket(client_), .events = POLLIN, .revents = 0};
    if (wait.fd < 0) return reconnect();
    if (mosquitto_want_write(client_)) wait.events |= POLLOUT;
    ::poll(&wait, 1, options_.rate > 0 ? 1 : 50);
    int code = MOSQ_ERR_SUCCESS;
    if ((wait.revents & (POLLIN | POLLHUP | POLLERR)) != 0)
      code = mosquitto_loop_read(client_, 1000);
    if (code == MOSQ_ERR_SUCCESS && (wait.revents & POLLOUT) != 0)
      mosquitto_loop_write(client_, 1000);
    mosquitto_loop_misc(client_);
    if (acks_ != nullptr) std::fflush(acks_);
  }

  void reconnect() {
    connected_ = false;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    mosquitto_reconnect(client_);
  }

  void tell() const {
    const double seconds = seconds_since(begun_);
    std::printf(
        R"({"published":%llu,"acknowledged":%llu,"seconds":%.3f,"rate":%.0f,"begun_ns":%lld})"
        "\n",
        static_cast<unsigned long long>(published_), static_cast<unsigned long long>(acknowledged_),
        seconds, static_cast<double>(acknowledged_) / seconds, begun_ns_);
  }

  const Options options_;
  const shouwang::tools::Template topic_;
  const shouwang::tools::Template payload_;
  mosquitto* client_ = nullptr;
  std::FILE* acks_ = nullptr;
  bool connected_ = false;
  std::uint64_t published_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::array<Pending, 65536> pending_{};  // By message id.
  steady_clock::time_point begun_;
  long long begun_ns_ = 0;
  steady_clock::time_point last_ack_;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Publishes MQTT messages at QoS 1 and writes down which were acknowledged"};
  app.add_option("--host", options.host, "Broker, on this machine");
  app.add_option("--port", options.port);
  app.add_option("--client-id", options.client_id);
  app.add_option("--user", options.user);
  app.add_option("--password-file", options.password_file);
  app.add_option("--count", options.count, "Messages in all");
  app.add_option("--rate", options.rate, "Messages a second; 0: as fast as possible");
  app.add_option("--devices", options.devices)->check(CLI::PositiveNumber);
  app.add_option("--communities", options.communities, "C001, C002 ... take turns")
      ->check(CLI::PositiveNumber);
  app.add_option("--device-prefix", options.device_prefix);
  app.add_option("--event-prefix", options.event_prefix);
  app.add_option("--topic", options.topic, "Template");
  app.add_option("--payload", options.payload,
                 "Template: {community} {device} {event} {seq} {time}");
  app.add_option("--window", options.window, "Unacknowledged at once")->check(CLI::Range(1, 60000));
  app.add_flag("--retain", options.retain);
  app.add_option("--acks", options.acks, "File to append a line per PUBACK to");
  app.add_option("--give-up", options.give_up_s, "Seconds without an acknowledgement");
  CLI11_PARSE(app, argc, argv);

  std::signal(SIGPIPE, SIG_IGN);
  Publisher publisher(options);
  if (!publisher.can_write()) {
    std::fprintf(stderr, "load_publisher: can not write '%s'\n", options.acks.c_str());
    return 2;
  }
  return publisher.run();
}
