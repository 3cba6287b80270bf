#include "mqtt/broker_socket.h"

#include <dirent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <optional>

namespace shouwang::mqtt {
namespace {

std::optional<std::uint16_t> peer_port(int fd) {
  sockaddr_storage peer{};
  socklen_t size = sizeof(peer);
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return std::nullopt;
  if (peer.ss_family == AF_INET) return ntohs(reinterpret_cast<sockaddr_in&>(peer).sin_port);
  if (peer.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6&>(peer).sin6_port);
  return std::nullopt;
}

std::optional<ino_t> inode_of(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return std::nullopt;
  return status.st_ino;
}

}  // namespace

BrokerSocket::BrokerSocket(std::uint16_t port) : port_(port), before_(sockets_to(port)) {}

std::vector<BrokerSocket::Open> BrokerSocket::sockets_to(std::uint16_t port) {
  std::vector<Open> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> files(::opendir("/proc/self/fd"), &::closedir);
  if (files == nullptr) return found;
  while (const dirent* entry = ::readdir(files.get())) {
    const int fd = std::atoi(entry->d_name);
    if (fd == ::dirfd(files.get()) || peer_port(fd) != port) continue;
    if (const auto inode = inode_of(fd)) found.push_back({fd, *inode});
  }
  return found;
}

bool BrokerSocket::find() {
  ours_.clear();
  for (const Open& open : sockets_to(port_)) {
    const bool older = std::any_of(before_.begin(), before_.end(), [&open](const Open& before) {
      return before.inode == open.inode;
    });
    if (!older) ours_.push_back(open);
  }
  return !ours_.empty();
}

void BrokerSocket::set_no_delay() {
  const int on = 1;
  for (const Open& open : ours_) {
    ::setsockopt(open.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
}

bool BrokerSocket::shut() {
  if (ours_.empty()) find();
  bool any = false;
  for (const Open& open : ours_) {
    if (inode_of(open.fd) != open.inode) continue;
    // ENOTCONN: the other side has reset it, so nothing leaves through it either.
    if (::shutdown(open.fd, SHUT_RDWR) == 0 || errno == ENOTCONN) any = true;
  }
  return any;
}

}  // namespace shouwang::mqtt
