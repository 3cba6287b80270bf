// Publishes prepared messages at QoS 1 and writes down when each was given to the network.
//
//   alarm_probe --port 1883 --lines alarms.txt --gap 20 > sent.txt
//
// A line of the input: topic, a tab, payload. Waits `gap` milliseconds between two sendings; 0
// sends as fast as acknowledgements allow (1,000 under way). A line of the output: topic, then the
// nanoseconds since 1970 at the sending and at the broker's acknowledgement. Exit 0: all
// acknowledged.

#include <mosquitto.h>
#include <poll.h>

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace {

using std::chrono::steady_clock;

long long now_ns() { return std::chrono::system_clock::now().time_since_epoch().count(); }

struct Sending {
  std::string topic;
  std::string payload;
  long long sent_ns = 0;
  long long acked_ns = 0;
};

std::vector<Sending> read_lines(const std::string& path) {
  std::vector<Sending> all;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const auto tab = line.find('\t');
    if (tab == std::string::npos) continue;
    all.push_back({.topic = line.substr(0, tab), .payload = line.substr(tab + 1)});
  }
  return all;
}

class Probe {
 public:
  Probe(int port, std::vector<Sending> lines) : lines_(std::move(lines)) {
    mosquitto_lib_init();
    client_ = mosquitto_new("alarm-probe", true, this);
    mosquitto_int_option(client_, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_max_inflight_messages_set(client_, 1000);
    mosquitto_connect_callback_set(client_, [](mosquitto*, void* self, int code) {
      static_cast<Probe*>(self)->connected_ = code == 0;
    });
    mosquitto_publish_callback_set(client_, [](mosquitto*, void* self, int id) {
      static_cast<Probe*>(self)->acknowledged(id);
    });
    mosquitto_connect(client_, "127.0.0.1", port, 60);
    while (!connected_) turn(100);
  }
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;
  ~Probe() {
    mosquitto_disconnect(client_);
    mosquitto_destroy(client_);
    mosquitto_lib_cleanup();
  }

  bool run(std::chrono::duration<double> gap, double give_up_s) {
    const auto begun = steady_clock::now();
    auto last = begun;
    while (acked_ < lines_.size()) {
      const auto due = begun + std::chrono::duration_cast<steady_clock::duration>(gap * next_);
      const auto now = steady_clock::now();
      if (next_ < lines_.size() && now >= due && next_ - acked_ < 1000) {
        publish();
        last = now;
      } else {
        turn(gap.count() > 0 && next_ < lines_.size() ? 1 : 10);
      }
      if (next_ == lines_.size() && now - last > std::chrono::duration<double>(give_up_s)) break;
    }
    return acked_ == lines_.size();
  }

  void tell() const {
    for (const Sending& one : lines_) {
      std::printf("%s %lld %lld\n", one.topic.c_str(), one.sent_ns, one.acked_ns);
    }
  }

 private:
  void publish() {
    Sending& one = lines_[next_];
    one.sent_ns = now_ns();
    int id = 0;
    mosquitto_publish(client_, &id, one.topic.c_str(), static_cast<int>(one.payload.size()),
                      one.payload.data(), 1, false);
    pending_[static_cast<std::uint16_t>(id)] = next_++;
  }

  void acknowledged(int id) {
    lines_[pending_[static_cast<std::uint16_t>(id)]].acked_ns = now_ns();
    ++acked_;
  }

  void turn(int wait_ms) {
    pollfd wait{.fd = mosquitto_socket(client_), .events = POLLIN, .revents = 0};
    if (mosquitto_want_write(client_)) wait.events |= POLLOUT;
    ::poll(&wait, 1, wait_ms);
    if ((wait.revents & POLLIN) != 0) mosquitto_loop_read(client_, 100);
    if ((wait.revents & POLLOUT) != 0) mosquitto_loop_write(client_, 100);
    mosquitto_loop_misc(client_);
  }

  std::vector<Sending> lines_;
  std::array<std::size_t, 65536> pending_{};  // Message id -> line.
  mosquitto* client_ = nullptr;
  bool connected_ = false;
  std::size_t next_ = 0;
  std::size_t acked_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Publishes lines and says when");
  int port = 1883;
  std::string lines;
  double gap_ms = 20;
  double give_up_s = 20;
  app.add_option("--port", port);
  app.add_option("--lines", lines)->required();
  app.add_option("--gap", gap_ms, "Milliseconds between two sendings");
  app.add_option("--give-up", give_up_s, "Seconds to wait for the last acknowledgement");
  CLI11_PARSE(app, argc, argv);
  Probe probe(port, read_lines(lines));
  const bool all = probe.run(std::chrono::duration<double>(gap_ms / 1000), give_up_s);
  probe.tell();
  return all ? 0 : 1;
}
