// The database as somebody else sees it: plain SQLite, beside the store.

#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>

namespace shouwang::store {

class RawSql {
 public:
  explicit RawSql(const std::string& path, const char* vfs = nullptr) {
    EXPECT_EQ(sqlite3_open_v2(path.c_str(), &connection_,
                              SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs),
              SQLITE_OK);
  }
  RawSql(const RawSql&) = delete;
  RawSql& operator=(const RawSql&) = delete;
  ~RawSql() { sqlite3_close(connection_); }

  // What SQLite says: "" if it worked.
  std::string run(const std::string& sql) {
    char* error = nullptr;
    sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, &error);
    std::string said = error == nullptr ? "" : error;
    sqlite3_free(error);
    return said;
  }
  // The first column of the first row; "(none)" without a row.
  std::string ask(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(connection_, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sqlite3_errmsg(connection_);
    std::string answer = "(none)";
    if (sqlite3_step(statement) == SQLITE_ROW) {
      const auto* text = sqlite3_column_text(statement, 0);
      answer = text == nullptr ? "(null)" : reinterpret_cast<const char*>(text);
    }
    sqlite3_finalize(statement);
    return answer;
  }

 private:
  sqlite3* connection_ = nullptr;
};

}  // namespace shouwang::store
