#include "web/server.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <map>
#include <set>

#include "web/connection.h"

namespace shouwang::web {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Local = asio::local::stream_protocol;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kRefusingMax = 64;  // Beyond, a client is closed without a word.
constexpr std::size_t kControlMax = 16;   // Hand tools at once.
constexpr Millis kOutOfDescriptors{100};  // Until accepting is tried again.
constexpr mode_t kControlMode = 0660;

Result<tcp::endpoint> endpoint_of(const std::string& listen) {
  const auto bad = [&] {
    return fail(Error::Code::invalid, "`" + listen +
                                          "` is not an address and port: 127.0.0.1:8080, "
                                          "[::1]:8080");
  };
  const auto colon = listen.rfind(':');
  if (colon == std::string::npos) return bad();
  std::string host = listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  const char* end = listen.data() + listen.size();
  const auto [rest, problem] = std::from_chars(listen.data() + colon + 1, end, port);
  if (problem != std::errc{} || rest != end) return bad();
  error_code not_an_address;
  const auto address = asio::ip::make_address(host, not_an_address);
  if (not_an_address) return bad();
  return tcp::endpoint(address, port);
}

Result<Done> done_or(const error_code& problem, const std::string& what) {
  if (!problem) return Done{};
  const bool in_use = problem == asio::error::address_in_use;
  return fail(in_use ? Error::Code::locked : Error::Code::io, what + ": " + problem.message());
}

}  // namespace

struct Server::Core : std::enable_shared_from_this<Server::Core> {
  Core(asio::io_context& the_io, Desk& desk, Settings settings)
      : io(the_io),
        site(std::make_shared<Site>(desk, std::move(settings))),
        counts(std::make_shared<Counts>()),
        net(io),
        control(io),
        breath(io) {}

  Result<Done> open_net();
  Result<Done> open_control();
  Result<Done> clear_dead_socket(const std::string& path);
  template <class Acceptor>
  asio::awaitable<void> accept(Acceptor& acceptor);
  void take(tcp::socket socket);
  void take(Local::socket socket);
  void run(std::shared_ptr<Connection> connection);
  void refuse(std::shared_ptr<Connection> connection, int status);
  bool make_room();
  std::size_t connections_of(const std::string& address) const;
  void stop();

  const ConnectionLimits& limits() const { return site->settings().limits; }

  asio::io_context& io;
  std::shared_ptr<Site> site;
  std::shared_ptr<Counts> counts;
  tcp::acceptor net;
  Local::acceptor control;
  asio::steady_timer breath;
  std::map<std::uint64_t, std::shared_ptr<Connection>> connections;  // In the order of coming.
  std::map<std::string, std::size_t> by_address;
  std::uint64_t last_number = 0;
  std::size_t at_control = 0;
  std::size_t refusing = 0;
  std::uint16_t port = 0;
  bool owns_socket_file = false;
  bool stopped = false;
};

Result<Done> Server::Core::open_net() {
  TRY(endpoint, endpoint_of(site->settings().listen));
  error_code problem;
  net.open(endpoint.protocol(), problem);
  if (!problem) net.set_option(asio::socket_base::reuse_address(true), problem);
  if (!problem) net.bind(endpoint, problem);
  if (!problem) net.listen(asio::socket_base::max_listen_connections, problem);
  TRY_DONE(done_or(problem, "listening on " + site->settings().listen));
  port = net.local_endpoint(problem).port();
  return done_or(problem, "listening on " + site->settings().listen);
}

// A socket that nobody answers on is left over from a crash.
Result<Done> Server::Core::clear_dead_socket(const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return Done{};
  if (!S_ISSOCK(found.st_mode)) {
    return fail(Error::Code::io, path + " is in the way and is no socket: remove it");
  }
  Local::socket probe(io);
  error_code problem;
  probe.connect(Local::endpoint(path), problem);
  if (!problem) return fail(Error::Code::locked, path + ": another gateway answers there");
  ::unlink(path.c_str());
  return Done{};
}

Result<Done> Server::Core::open_control() {
  const std::string& path = site->settings().control_socket;
  if (path.empty()) return Done{};
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return fail(Error::Code::invalid, path + ": longer than a socket's path may be (107 bytes)");
  }
  TRY_DONE(clear_dead_socket(path));
  error_code problem;
  control.open(Local(), problem);
  if (!problem) control.bind(Local::endpoint(path), problem);
  TRY_DONE(done_or(problem, path));
  owns_socket_file = true;
  // Nobody can connect before listen(): the mode is right from the first moment.
  if (::chmod(path.c_str(), kControlMode) != 0) {
    return fail(Error::Code::io, path + ": its mode can not be set");
  }
  control.listen(asio::socket_base::max_listen_connections, problem);
  return done_or(problem, path);
}

template <class Acceptor>
asio::awaitable<void> Server::Core::accept(Acceptor& acceptor) {
  const auto self = shared_from_this();
  while (!stopped) {
    auto [problem, socket] = co_await acceptor.async_accept(kAwait);
    if (stopped) co_return;
    if (!problem) {
      take(std::move(socket));
      continue;
    }
    breath.expires_after(kOutOfDescriptors);
    co_await breath.async_wait(kAwait);
  }
}

std::size_t Server::Core::connections_of(const std::string& address) const {
  const auto found = by_address.find(address);
  return found == by_address.end() ? 0 : found->second;
}

// Whether one more connection fits, if need be in place of the one that has idled longest.
bool Server::Core::make_room() {
  if (connections.size() < limits().connections) return true;
  for (const auto& [number, connection] : connections) {
    if (!connection->is_idle()) continue;
    connection->close();
    return true;
  }
  return false;
}

void Server::Core::take(tcp::socket socket) {
  error_code problem;
  const auto peer = socket.remote_endpoint(problem);
  if (problem) return;
  socket.set_option(tcp::no_delay(true), problem);
  const std::string address = peer.address().to_string();
  const auto& proxies = site->settings().proxies;
  const bool is_proxy = std::ranges::find(proxies, address) != proxies.end();
  const bool too_many = !is_proxy && connections_of(address) >= limits().connections_each;
  const auto connection = std::make_shared<Connection>(
      Connection::Socket(std::move(socket)), Door::net, address, Connection::House{site, counts});
  if (too_many) return refuse(connection, 429);
  if (!make_room()) return refuse(connection, 503);
  run(connection);
}

void Server::Core::take(Local::socket socket) {
  const auto connection =
      std::make_shared<Connection>(Connection::Socket(std::move(socket)), Door::control, "control",
                                   Connection::House{site, counts});
  if (connections_of("control") >= kControlMax) return refuse(connection, 503);
  run(connection);
}

void Server::Core::run(std::shared_ptr<Connection> connection) {
  const std::uint64_t number = ++last_number;
  connections[number] = connection;
  ++by_address[connection->address()];
  asio::co_spawn(io, connection->serve(),
                 [self = shared_from_this(), number, connection](const std::exception_ptr& fault) {
                   // Whatever went wrong concerned this client only: its connection ends here.
                   if (fault) ++self->counts->failed;
                   self->connections.erase(number);
                   const auto count = self->by_address.find(connection->address());
                   if (--count->second == 0) self->by_address.erase(count);
                 });
}

void Server::Core::refuse(std::shared_ptr<Connection> connection, int status) {
  ++counts->turned_away;
  if (refusing >= kRefusingMax) return;
  ++refusing;
  asio::co_spawn(
      io, connection->refuse(status),
      [self = shared_from_this(), connection](const std::exception_ptr&) { --self->refusing; });
}

void Server::Core::stop() {
  if (stopped) return;
  stopped = true;
  site->stop();
  error_code ignored;
  net.close(ignored);
  control.close(ignored);
  breath.cancel();
  if (owns_socket_file) ::unlink(site->settings().control_socket.c_str());
  for (const auto& [number, connection] : connections) connection->close();
}

Server::Server(asio::io_context& io, Desk& desk, Settings settings)
    : core_(std::make_shared<Core>(io, desk, std::move(settings))) {}

Server::~Server() { stop(); }

Result<Done> Server::start() {
  auto opened = core_->open_net();
  if (opened) opened = core_->open_control();
  if (!opened) {
    core_->stop();
    return opened;
  }
  asio::co_spawn(core_->io, core_->accept(core_->net), asio::detached);
  if (core_->control.is_open()) {
    asio::co_spawn(core_->io, core_->accept(core_->control), asio::detached);
  }
  return Done{};
}

std::uint16_t Server::port() const { return core_->port; }

Live& Server::live() { return core_->site->live(); }

void Server::stop() { core_->stop(); }

Server::Counts Server::counts() const { return *core_->counts; }

}  // namespace shouwang::web
