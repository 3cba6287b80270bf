// libcurl's multi interface on an Asio loop; the engine of http_client.h. Included by the two
// clients and nobody else.
//
//   loop's timers and sockets ──► curl_multi_socket_action ──► Transfer::finish ──► its owner
//
// Connections are kept and used again. Used from its loop's thread only.

#pragma once

#include <curl/curl.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/check.h"
#include "base/result.h"
#include "base/time.h"

namespace shouwang::notify {

// Prepares the library, once in a process.
void start_curl();

// What every call of libcurl shares: the usual options and the words of its errors.
class CurlCall {
 public:
  CurlCall() = default;
  CurlCall(const CurlCall&) = delete;
  CurlCall& operator=(const CurlCall&) = delete;
  virtual ~CurlCall() { curl_slist_free_all(lines_); }

 protected:
  // Time limits, verification, no proxy, no signals.
  void set_common(CURL* easy, Millis timeout);
  curl_slist* add_line(const std::string& line) {
    return lines_ = curl_slist_append(lines_, line.c_str());
  }
  std::string words_of(CURLcode code) const;
  Error error_of(CURLcode code) const;

  template <class Value>
  static void set(CURL* easy, CURLoption option, Value value) {
    CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
  }

 private:
  curl_slist* lines_ = nullptr;  // Headers, or the receivers of a mail.
  std::array<char, CURL_ERROR_SIZE> trouble_{};
};

// One exchange on a loop: its options before, and what is made of it after.
class Transfer : public CurlCall {
 public:
  // Sets the options; what they point to must live as long as the transfer.
  virtual void prepare(CURL* easy) = 0;
  // Reads the result; returns what tells the owner, to be called once the handle is free again.
  virtual std::function<void()> finish(CURL* easy, CURLcode code) = 0;
};

class Transfers {
 public:
  explicit Transfers(boost::asio::io_context& loop);
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;
  // Drops what is under way.
  ~Transfers();

  // Begins a transfer. Its end is told later, never from inside this call.
  void start(std::unique_ptr<Transfer> transfer);

 private:
  class Engine;
  std::shared_ptr<Engine> engine_;
};

}  // namespace shouwang::notify
