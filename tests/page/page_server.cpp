// A gateway for a browser to look at: the real server and dispatch on the small community, in real
// time. What happens is said through the control socket:
//
//   alarm {"device"}, normal {"device"}          -> {"incident"}
//   link {"person","incident"}                   -> {"path"}
//   press {"person","incident","action",...}     -> {"refusal"}
//   skip {"seconds"}                             time passes
//   unreachable {"person"}, mute {"off"}         every channel of the person fails
//   well {"key","well"}                          a health line
//   asked {}                                     -> {"opened","receipts","presence"}
//   break_off {}                                 every connection is cut
//
//   page_server SOCKET     prints {"port": ...} and serves until its standard input ends.

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <iostream>

#include "tests/support/fake_desk.h"
#include "web/answer_form.h"
#include "web/server.h"

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace shouwang;
using testing::FakeDesk;
using web::Fields;

class Play {
 public:
  Play(asio::io_context& io, std::string socket)
      : io_(io), timer_(io), desk_(now()), socket_(std::move(socket)) {
    desk_.numbers = {{"home", "000"}, {"lead", "000"}, {"R0009", "000"}};
    desk_.codes = {{"code-of-r0001", "R0001"}};
    desk_.on_control = [this](const std::string& verb, const std::string& arguments) {
      return act(verb, arguments);
    };
  }

  bool start() {
    server_ = std::make_unique<web::Server>(
        io_, desk_,
        web::Settings{.listen = "127.0.0.1:" + std::to_string(port_), .control_socket = socket_});
    const auto started = server_->start();
    if (!started) {
      std::cerr << started.error().what << "\n";
      return false;
    }
    port_ = server_->port();
    desk_.live = &server_->live();
    ticking_ = true;
    tick();
    return true;
  }

  std::uint16_t port() const { return port_; }

  void stop() {
    server_->stop();
    desk_.live = nullptr;
    timer_.cancel();
    ticking_ = false;
  }

 private:
  Instant now() const {
    return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()) + skipped_;
  }

  void tick() {
    desk_.advance(std::max(Millis{0}, now() - desk_.time));
    timer_.expires_after(Millis{100});
    timer_.async_wait([this](const auto& problem) {
      // A wait that was over before it was cancelled brings no problem.
      if (!problem && ticking_) tick();
    });
  }

  static Result<std::string> said(const json::object& object) { return json::serialize(object); }

  Result<std::string> act(const std::string& verb, const std::string& arguments) {
    TRY(fields, web::read_object(arguments));
    if (verb == "alarm") return said({{"incident", desk_.alarm(fields["device"]).str()}});
    if (verb == "normal") return desk_.normal(fields["device"]), said({});
    if (verb == "unreachable") return desk_.unreachable.insert(fields["person"]), said({});
    if (verb == "press") return press(fields);
    if (verb == "skip") {
      skipped_ += std::chrono::seconds{std::stoi(fields["seconds"])};
      desk_.advance(std::max(Millis{0}, now() - desk_.time));
      return said({});
    }
    if (verb == "link") {
      return said({{"path", desk_.link(fields["person"], IncidentId(fields["incident"]))}});
    }
    if (verb == "well") {
      desk_.health_lines.push_back({.part = "test",
                                    .well = fields["well"] == "true",
                                    .key = fields["key"],
                                    .since = desk_.time});
      desk_.live->health_changed();
      return said({});
    }
    if (verb == "asked") return asked();
    return fail(Error::Code::not_found, "no such verb");
  }

  Result<std::string> press(const Fields& fields) {
    const auto action = incident::action_named(fields["action"]);
    if (!action) return fail(Error::Code::invalid, "no such action");
    const web::Words words(desk_.catalogue(), "zh-CN", nullptr);
    TRY(answer, web::read_answer(*action, fields, words));
    const auto reply = desk_.press(fields["person"], IncidentId(fields["incident"]), answer);
    return said({{"refusal", reply.refusal ? incident::name_of(*reply.refusal) : ""}});
  }

  Result<std::string> asked() const {
    json::array opened;
    for (const auto& page : desk_.opened) opened.emplace_back(page.person.str());
    return said({{"opened", opened},
                 {"receipts", json::value_from(desk_.receipts)},
                 {"presence", json::value_from(desk_.presence)}});
  }

  asio::io_context& io_;
  asio::steady_timer timer_;
  Millis skipped_{0};
  FakeDesk desk_;
  std::string socket_;
  std::uint16_t port_ = 0;
  bool ticking_ = false;
  std::unique_ptr<web::Server> server_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "page_server SOCKET\n";
    return 64;
  }
  asio::io_context io;
  Play play(io, argv[1]);
  if (!play.start()) return 1;
  std::cout << R"({"port":)" << play.port() << "}" << std::endl;
  // A line on standard input cuts every connection and comes back on the same port; its end ends
  // the play.
  asio::posix::stream_descriptor input(io, ::dup(0));
  char letter = 0;
  std::function<void(const boost::system::error_code&, std::size_t)> heard =
      [&](const boost::system::error_code& problem, std::size_t) {
        play.stop();
        if (problem || !play.start()) return;
        std::cout << "back" << std::endl;
        asio::async_read(input, asio::buffer(&letter, 1), heard);
      };
  asio::async_read(input, asio::buffer(&letter, 1), heard);
  io.run();
  return 0;
}
