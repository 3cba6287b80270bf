// The server on real sockets, single-threaded: the client's reads run on the server's own loop.

#include "web/server.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>

#include "tests/unit/web/site_kit.h"
#include "web/embedded.h"

namespace shouwang::testing {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Local = asio::local::stream_protocol;

class Wire {
 public:
  Wire(asio::io_context& io, std::uint16_t port) : io_(io), socket_(io) {
    tcp::socket tcp_socket(io);
    tcp_socket.connect({asio::ip::address_v4::loopback(), port});
    socket_ = asio::generic::stream_protocol::socket(std::move(tcp_socket));
  }
  Wire(asio::io_context& io, const std::string& path) : io_(io), socket_(io) {
    Local::socket local(io);
    local.connect(Local::endpoint(path));
    socket_ = asio::generic::stream_protocol::socket(std::move(local));
  }

  void send(const std::string& text) {
    boost::system::error_code ignored;
    asio::write(socket_, asio::buffer(text), ignored);
  }

  // Reads until `mark` has come, or the line is closed; the loop runs meanwhile.
  std::string until(const std::string& mark) {
    while (text_.find(mark) == std::string::npos && !is_closed_) read();
    const auto end = std::min(text_.size(), text_.find(mark) == std::string::npos
                                                ? text_.size()
                                                : text_.find(mark) + mark.size());
    std::string taken = text_.substr(0, end);
    text_.erase(0, end);
    return taken;
  }
  // Everything until the server closes the line.
  std::string rest() {
    while (!is_closed_) read();
    return std::exchange(text_, "");
  }
  void close() { socket_.close(); }

 private:
  void read() {
    bool done = false;
    socket_.async_read_some(asio::buffer(chunk_), [&](const auto& problem, std::size_t size) {
      text_.append(chunk_.data(), size);
      is_closed_ = static_cast<bool>(problem);
      done = true;
    });
    while (!done) io_.run_one();
    io_.restart();
  }

  asio::io_context& io_;
  asio::generic::stream_protocol::socket socket_;
  std::array<char, 4096> chunk_{};
  std::string text_;
  bool is_closed_ = false;
};

const std::string kGet = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    settings.listen = "127.0.0.1:0";
    settings.limits.heartbeat = Millis{20};
    settings.limits.feed_gap = Millis{1};
  }

  ~ServerTest() override {
    if (server) server->stop();
    io.restart();
    io.run();
    desk.live = nullptr;
    server.reset();
    std::filesystem::remove_all(folder);
  }

  void start() {
    server = std::make_unique<web::Server>(io, desk, settings);
    const auto started = server->start();
    ASSERT_TRUE(started) << started.error().what;
    desk.live = &server->live();
  }
  Wire wire() { return {io, server->port()}; }
  // Lets the server notice what has happened.
  void settle() {
    io.restart();
    io.poll();
  }
  std::string socket_path() {
    folder = std::filesystem::path(::testing::TempDir()) /
             ("web_" + std::to_string(::getpid()) + "_" + std::to_string(server_number++));
    std::filesystem::create_directories(folder);
    return (folder / "control.sock").string();
  }

  inline static int server_number = 0;
  std::filesystem::path folder;
  asio::io_context io{1};
  FakeDesk desk;
  web::Settings settings = test_settings();
  std::unique_ptr<web::Server> server;
};

TEST_F(ServerTest, AConnectionServesOneRequestAfterTheOther) {
  start();
  Wire client = wire();
  client.send(kGet);
  EXPECT_THAT(client.until("live\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
  client.send(kGet + kGet);
  EXPECT_THAT(client.until("live\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(client.until("live\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(server->counts().requests, 3U);
}

TEST_F(ServerTest, WhoAsksToCloseIsClosed) {
  start();
  Wire client = wire();
  client.send("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.rest(), HasSubstr("live\n"));
  Wire old = wire();
  old.send("GET /healthz HTTP/1.0\r\n\r\n");
  EXPECT_THAT(old.rest(), HasSubstr("live\n"));
}

TEST_F(ServerTest, HeadHasTheLengthAndNoBody) {
  start();
  Wire client = wire();
  client.send("HEAD /healthz HTTP/1.1\r\nConnection: close\r\n\r\n");
  const std::string answer = client.rest();
  EXPECT_THAT(answer, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(ServerTest, AFormArrivesWhole) {
  start();
  const IncidentId incident = desk.alarm("GA-B05-U1-302");
  Wire client = wire();
  client.send("POST " + desk.link("R0001", incident) +
              "/going HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded; "
              "charset=UTF-8\r\nContent-Length: 10\r\n\r\nminutes=25");
  EXPECT_THAT(client.until("\r\n\r\n"), StartsWith("HTTP/1.1 303 See Other\r\n"));
  EXPECT_EQ(desk.file(incident).incident.find_response(PersonId("R0001"))->minutes, 25);
}

TEST_F(ServerTest, WhatIsNotHttpIsTurnedAwayWithAWord) {
  start();
  Wire client = wire();
  client.send("\x16\x03\x01 hello\r\n\r\n");
  EXPECT_THAT(client.rest(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  Wire proxy = wire();
  proxy.send("GET http://a/healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(proxy.rest(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
}

TEST_F(ServerTest, AHeaderThatIsTooLongIsRefused) {
  start();
  Wire client = wire();
  client.send("GET / HTTP/1.1\r\nX-Long: " + std::string(9000, 'x') + "\r\n\r\n");
  EXPECT_THAT(client.rest(), StartsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
}

TEST_F(ServerTest, ABodyThatIsTooLongIsRefusedBeforeItIsRead) {
  start();
  Wire client = wire();
  client.send("POST /p/x/note HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n");
  EXPECT_THAT(client.rest(), StartsWith("HTTP/1.1 413 Content Too Large\r\n"));
  Wire chunked = wire();
  chunked.send("POST /p/x/note HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n11000\r\n" +
               std::string(0x11000, 'x'));
  EXPECT_THAT(chunked.rest(), StartsWith("HTTP/1.1 413 Content Too Large\r\n"));
}

TEST_F(ServerTest, AHeaderThatTricklesInIsCutOff) {
  settings.limits.header_time = Millis{30};
  start();
  Wire client = wire();
  client.send("GET / HT");
  EXPECT_THAT(client.rest(), StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
}

TEST_F(ServerTest, ABodyThatDoesNotComeIsCutOff) {
  settings.limits.body_time = Millis{30};
  start();
  Wire client = wire();
  client.send("POST /p/x/note HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_THAT(client.rest(), StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
}

TEST_F(ServerTest, AnIdleConnectionIsClosedWithoutAWord) {
  settings.limits.idle_time = Millis{30};
  start();
  Wire client = wire();
  EXPECT_EQ(client.rest(), "");
}

TEST_F(ServerTest, AClientThatDoesNotTakeItsAnswerIsDropped) {
  settings.limits.write_time = Millis{50};
  start();
  Wire client = wire();
  std::string many;
  for (int i = 0; i < 500; ++i)
    many += "GET " + web::asset_path("desk.js") + " HTTP/1.1\r\nHost: a\r\n\r\n";
  client.send(many);
  while (server->counts().dropped == 0) io.run_one();
  io.restart();
  EXPECT_EQ(server->counts().dropped, 1U);
}

TEST_F(ServerTest, OneMoreThanFitTakesThePlaceOfTheOneThatIdledLongest) {
  settings.limits.connections = 2;
  start();
  Wire first = wire();
  Wire second = wire();
  second.send(kGet);
  second.until("live\n");
  Wire third = wire();
  third.send(kGet);
  EXPECT_THAT(third.until("live\n"), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(first.rest(), "");
  EXPECT_EQ(server->counts().turned_away, 0U);
}

TEST_F(ServerTest, WhenAllAreBusyTheNextOneIsToldToComeBack) {
  settings.limits.connections = 1;
  start();
  const IncidentId incident = desk.alarm("GA-B05-U1-302");
  Wire watcher = wire();
  watcher.send("GET " + desk.link("R0001", incident) + "/events HTTP/1.1\r\nHost: a\r\n\r\n");
  watcher.until("event: state");
  Wire next = wire();
  next.send(kGet);
  const std::string answer = next.rest();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_THAT(answer, HasSubstr("Retry-After: 5\r\n"));
}

TEST_F(ServerTest, OneAddressCanNotTakeEverything) {
  settings.limits.connections_each = 1;
  start();
  Wire first = wire();
  first.send(kGet);
  first.until("live\n");
  Wire second = wire();
  EXPECT_THAT(second.rest(), StartsWith("HTTP/1.1 429 Too Many Requests\r\n"));
  first.close();
  settle();
  Wire third = wire();
  third.send(kGet);
  EXPECT_THAT(third.until("live\n"), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, ABelievedProxyIsNotLimitedAndNamesItsClients) {
  settings.limits.connections_each = 1;
  settings.proxies = {"127.0.0.1"};
  start();
  Wire first = wire();
  Wire second = wire();
  second.send("GET /metrics HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 127.0.0.1, 192.0.2.9\r\n\r\n");
  EXPECT_THAT(second.until("\r\n\r\n"), StartsWith("HTTP/1.1 404"));
  first.send("GET /metrics HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.9, 127.0.0.1\r\n\r\n");
  EXPECT_THAT(first.until("\r\n\r\n"), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, NobodyElseCanSayWhereTheyComeFrom) {
  start();
  Wire client = wire();
  client.send("GET /metrics HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.9\r\n\r\n");
  EXPECT_THAT(client.until("\r\n\r\n"), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, ALivePageIsSentWhatChangesAndASignOfLifeInBetween) {
  start();
  const IncidentId incident = desk.alarm("GA-B05-U1-302");
  Wire client = wire();
  client.send("GET " + desk.link("R0001", incident) + "/events HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(client.until("\n\n"), HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(client.until("\n\n"), StartsWith("event: state\n"));
  EXPECT_EQ(client.until("\n\n"), "event: beat\ndata: {}\n\n");
  desk.press("B05-U1-103/1", incident, {.action = incident::Action::going});
  client.until("单元长正在赶去");
  EXPECT_EQ(server->counts().streams, 1U);
}

TEST_F(ServerTest, AWatcherThatGoesAwayIsForgottenAtOnce) {
  settings.limits.heartbeat = Millis{600'000};
  desk.codes = {{"c", "R0001"}};
  start();
  Wire client = wire();
  client.send(
      "GET /inbox/events HTTP/1.1\r\nHost: a\r\nCookie: shouwang_phone=phone-of-R0001\r\n\r\n");
  client.until("event: list\n");
  client.close();
  while (desk.presence.size() < 2) io.run_one();
  io.restart();
  EXPECT_THAT(desk.presence, ::testing::ElementsAre("R0001 here", "R0001 gone"));
}

TEST_F(ServerTest, ABoardWhoseLoginEndsIsToldSo) {
  start();
  Wire client = wire();
  const std::string body = R"({"user":"desk1","password":")" + std::string(kPassword) + "\"}";
  client.send(
      "POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
      "Content-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_THAT(client.until("\r\n\r\n"), StartsWith("HTTP/1.1 201 Created\r\n"));
  Wire board = wire();
  board.send("GET /events HTTP/1.1\r\nHost: a\r\nCookie: shouwang_board=secret-number-1\r\n\r\n");
  board.until("event: board\n");
  desk.disabled.insert("desk1");
  EXPECT_THAT(board.rest(), HasSubstr("event: over\ndata: {}\n\n"));
}

TEST_F(ServerTest, AnAnswerThatNeverComesIsGivenUp) {
  settings.limits.answer_time = Millis{30};
  desk.answers_late = true;
  start();
  Wire client = wire();
  const std::string body = R"({"user":"desk1","password":"x"})";
  client.send(
      "POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
      "Content-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_THAT(client.until("\r\n\r\n"), StartsWith("HTTP/1.1 504 Gateway Timeout\r\n"));
  desk.late.at(0)();
  desk.late.clear();
}

TEST_F(ServerTest, TheControlSocketIsGuardedByItsModeAndTakesLedgers) {
  settings.control_socket = socket_path();
  std::size_t size = 0;
  desk.on_control = [&](const std::string&, const std::string& arguments) {
    size = arguments.size();
    return Result<std::string>("{}");
  };
  start();
  struct stat file {};
  ASSERT_EQ(::stat(settings.control_socket.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777U, 0660U);
  Wire client(io, settings.control_socket);
  const std::string body = "{\"csv\":\"" + std::string(100'000, 'x') + "\"}";
  client.send(
      "POST /control/import HTTP/1.1\r\nContent-Type: application/json\r\n"
      "Expect: 100-continue\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n");
  EXPECT_EQ(client.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send(body);
  EXPECT_THAT(client.until("\r\n\r\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(size, body.size());
}

TEST_F(ServerTest, AControlSocketLeftOverFromACrashIsReplaced) {
  settings.control_socket = socket_path();
  {
    asio::io_context other;
    Local::acceptor dead(other, Local::endpoint(settings.control_socket));
  }
  start();
  Wire client(io, settings.control_socket);
  client.send(kGet);
  EXPECT_THAT(client.until("live\n"), StartsWith("HTTP/1.1 200"));
  server->stop();
  EXPECT_FALSE(std::filesystem::exists(settings.control_socket));
}

TEST_F(ServerTest, TwoGatewaysDoNotShareASocketOrAPort) {
  settings.control_socket = socket_path();
  start();
  web::Settings second = test_settings();
  second.listen = "127.0.0.1:0";
  second.control_socket = settings.control_socket;
  EXPECT_EQ(web::Server(io, desk, second).start().error().code, Error::Code::locked);
  second.control_socket = "";
  second.listen = "127.0.0.1:" + std::to_string(server->port());
  EXPECT_EQ(web::Server(io, desk, second).start().error().code, Error::Code::locked);
  EXPECT_TRUE(std::filesystem::exists(settings.control_socket));
}

TEST_F(ServerTest, AnAddressThatIsNoneIsRefusedInWords) {
  for (const char* listen : {"", "localhost:80", "127.0.0.1", "127.0.0.1:99999", "1.2.3.4:x"}) {
    web::Settings wrong = test_settings();
    wrong.listen = listen;
    const auto started = web::Server(io, desk, wrong).start();
    ASSERT_FALSE(started) << listen;
    EXPECT_EQ(started.error().code, Error::Code::invalid);
    EXPECT_THAT(started.error().what, HasSubstr("127.0.0.1:8080"));
  }
}

TEST_F(ServerTest, StoppingEndsEveryConversation) {
  start();
  const IncidentId incident = desk.alarm("GA-B05-U1-302");
  Wire watcher = wire();
  watcher.send("GET " + desk.link("R0001", incident) + "/events HTTP/1.1\r\nHost: a\r\n\r\n");
  watcher.until("event: state");
  Wire idle = wire();
  settle();
  server->stop();
  watcher.rest();
  EXPECT_EQ(idle.rest(), "");
  settle();
  EXPECT_EQ(server->counts().connections, 0U);
}

}  // namespace
}  // namespace shouwang::testing
