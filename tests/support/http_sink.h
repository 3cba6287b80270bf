// An HTTP server on loopback that answers what it is told to, and keeps what it was asked.
//
// Lives on the test's own loop: nothing happens while the test does not run it.

#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace shouwang::testing {

struct HttpReply {
  enum class Manner : std::uint8_t {
    answer,
    hang,   // Reads the request and says nothing.
    reset,  // Reads the request and closes the connection.
    broken  // Says half an answer and closes.
  };
  int status = 200;
  std::string body;
  std::map<std::string, std::string> headers;
  Manner manner = Manner::answer;
};

struct HttpAsked {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  // Names in lower case.
  std::string body;
};

class HttpSink {
 public:
  // Listens on a free port of 127.0.0.1.
  explicit HttpSink(boost::asio::io_context& loop);
  HttpSink(const HttpSink&) = delete;
  HttpSink& operator=(const HttpSink&) = delete;
  ~HttpSink();

  // "http://127.0.0.1:<port>" and `path`.
  std::string url(const std::string& path = "/") const;
  // The next requests get these replies, in order; after them `always`.
  void next(HttpReply reply);
  void always(HttpReply reply);

  const std::vector<HttpAsked>& asked() const;
  std::size_t connections() const;  // Accepted so far.

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace shouwang::testing
