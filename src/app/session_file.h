// The board's logins across a restart: a small file beside the database, for the service's eyes
// only.
//
//   [{"hash":"9f...","user":"desk1","community":"changshan","person":"OF01","role":"duty_a",
//     "since":1768502400000}]
//
// Losing it costs a log-in, nothing else: it is not synced, and what can not be read or written is
// logged and passed over. On the loop's thread.

#pragma once

#include <string>
#include <vector>

#include "web/desk.h"

namespace shouwang::app {

class SessionFile {
 public:
  SessionFile() = default;  // Keeps nothing.
  explicit SessionFile(std::string path) : path_(std::move(path)) {}

  void write(const std::vector<web::KeptSession>& sessions) const;
  // What cannot be understood is left out.
  std::vector<web::KeptSession> read() const;

 private:
  std::string path_;
};

}  // namespace shouwang::app
