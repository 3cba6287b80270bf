// Floor of the alarm path: a Paho callback that makes one durable commit and one POST, and no more.
//
//   bare_path --port 1883 --filter 'shouwang/#' --url http://127.0.0.1:18090/push --store floor.db
//
// Takes messages whose topic ends in /event for alarms: one row of 2 KB into SQLite (WAL,
// synchronous=FULL), which is about what the gateway writes; then one POST on a connection that
// stays open, its key the alarm's topic. Everything else it only counts. Prints "ready" once it is
// subscribed; runs until it is killed.

#include <curl/curl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bare_client.h"

namespace {

void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "bare_path: %s\n", what);
  std::exit(1);
}

class Store {
 public:
  explicit Store(const std::string& path) {
    must(sqlite3_open(path.c_str(), &db_) == SQLITE_OK, "can not open the store");
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=FULL");
    run("CREATE TABLE IF NOT EXISTS alarms (id INTEGER PRIMARY KEY, body TEXT)");
    must(sqlite3_prepare_v2(db_, "INSERT INTO alarms (body) VALUES (?)", -1, &insert_, nullptr) ==
             SQLITE_OK,
         "can not prepare");
  }
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store() {
    sqlite3_finalize(insert_);
    sqlite3_close(db_);
  }

  void commit(const std::string& body) {
    sqlite3_reset(insert_);
    sqlite3_bind_text(insert_, 1, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
    must(sqlite3_step(insert_) == SQLITE_DONE, "can not commit");
  }

 private:
  void run(const char* sql) {
    must(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
  }
  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

std::size_t forget(char*, std::size_t size, std::size_t count, void*) { return size * count; }

class Phone {
 public:
  explicit Phone(const std::string& url) : easy_(curl_easy_init()) {
    headers_ = curl_slist_append(headers_, "Content-Type: application/json");
    headers_ = curl_slist_append(headers_, "Expect:");
    curl_easy_setopt(easy_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &forget);
    curl_easy_setopt(easy_, CURLOPT_PROXY, "");
  }
  Phone(const Phone&) = delete;
  Phone& operator=(const Phone&) = delete;
  ~Phone() {
    curl_slist_free_all(headers_);
    curl_easy_cleanup(easy_);
  }

  void post(const std::string& body) {
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, body.data());
    must(curl_easy_perform(easy_) == CURLE_OK, "can not post");
  }

 private:
  CURL* easy_;
  curl_slist* headers_ = nullptr;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Receives, commits, posts");
  int port = 1883;
  std::string filter = "#";
  std::string url;
  std::string path;
  app.add_option("--port", port);
  app.add_option("--filter", filter);
  app.add_option("--url", url)->required();
  app.add_option("--store", path)->required();
  CLI11_PARSE(app, argc, argv);

  curl_global_init(CURL_GLOBAL_DEFAULT);
  Store store(path);
  Phone phone(url);
  const std::string row(2048, 'x');
  const std::string filler(600, 'x');
  std::atomic<long> others{0};
  const shouwang::measure::BareClient client(port, "bare-path", filter, [&](const auto& message) {
    const std::string& topic = message.get_topic();
    if (!topic.ends_with("/event")) {
      ++others;
      return;
    }
    store.commit(row);
    phone.post(R"({"key":")" + topic + R"(","address":"test:floor","body":")" + filler + "\"}");
  });
  std::puts("ready");
  std::fflush(stdout);
  while (true) ::pause();
}
