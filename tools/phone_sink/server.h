// The HTTP side of the phone sink, on loopback only.
//
//   POST /…        a message of a `test` channel
//   POST /control  {"address":"test:R0003/push","manner":"fail","times":2,"delay_ms":0,
//                   "retry_after_s":0}; address "*" for all, "test:R07*" for some
//   DELETE /control  forget all of it
//   POST /mark     what is printed counts milliseconds from here (the demo marks its alarm)
//   GET /stats     {"requests":…,"distinct":…,"taken":…}
//
// Every message is one line on the standard output and one JSON line in the file:
//   02:40:00.123    +12.8 ms  R0003         relative        [push] 燃气报警 B05-U4-302 02:40
//   {"received_ns":…,"status":200,"first":true,"message":{…as posted…}}

#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "phone_sink/phones.h"

namespace shouwang::phone_sink {

struct Options {
  std::string listen = "127.0.0.1";  // A loopback address.
  std::uint16_t port = 0;            // 0: any free one.
  std::string out;                   // File of JSON lines, appended to; empty: none.
  bool quiet = false;                // Print no messages.
  bool receipts = false;             // Answer that the phone has it.
};

class Server {
 public:
  // Throws boost::system::system_error if it can not listen or open the file.
  Server(boost::asio::io_context& loop, const Options& options);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  std::string url() const;
  const Phones::Counts& counts() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace shouwang::phone_sink
