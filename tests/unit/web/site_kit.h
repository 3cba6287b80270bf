// The site without a socket: requests in, answers out, on the fake gateway.

#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <string>

#include "tests/support/fake_desk.h"
#include "web/feed.h"
#include "web/form.h"
#include "web/site.h"

namespace shouwang::testing {

// Secrets that are the same in every run.
inline web::Settings test_settings() {
  web::Settings settings;
  settings.secret = [n = 0]() mutable { return "secret-number-" + std::to_string(++n); };
  return settings;
}

// A browser or a program at the site: keeps its cookies.
class Client {
 public:
  explicit Client(web::Site& site, std::string address = "192.0.2.1")
      : site_(site), address_(std::move(address)) {}

  web::Response get(const std::string& target) { return send(request(web::Method::get, target)); }
  web::Response post_form(const std::string& target, const std::string& form) {
    web::Request asked = request(web::Method::post, target);
    asked.content_type = "application/x-www-form-urlencoded";
    asked.body = form;
    return send(std::move(asked));
  }
  web::Response post_json(const std::string& target, const std::string& json) {
    web::Request asked = request(web::Method::post, target);
    asked.content_type = "application/json";
    asked.body = json;
    asked.csrf = csrf;
    return send(std::move(asked));
  }

  web::Request request(web::Method method, const std::string& target) const {
    const auto question = target.find('?');
    web::Request asked{.method = method,
                       .path = target.substr(0, question),
                       .address = address_,
                       .host = "board.test"};
    if (question != std::string::npos) asked.query = target.substr(question + 1);
    for (const auto& [name, value] : cookies) {
      asked.cookies.append(asked.cookies.empty() ? "" : "; ")
          .append(name)
          .append("=")
          .append(value);
    }
    return asked;
  }

  // Sends it; fails the test if there is no answer at once.
  web::Response send(web::Request asked) {
    std::optional<web::Response> answer;
    site_.handle(std::move(asked), [&](web::Response response) { answer = std::move(response); });
    EXPECT_TRUE(answer.has_value());
    if (answer) keep_cookies(*answer);
    return answer.value_or(web::Response{.status = 0});
  }

  // Logs in as the API does; later JSON posts carry the session's token.
  web::Response log_in(const std::string& user, const std::string& password = kPassword) {
    web::Response answer = post_json(
        "/api/v1/session", R"({"user":")" + user + R"(","password":")" + password + "\"}");
    if (answer.status == 201) {
      csrf = boost::json::parse(answer.body).at("csrf").as_string().c_str();
    }
    return answer;
  }

  std::map<std::string, std::string> cookies;
  std::string csrf;

 private:
  void keep_cookies(const web::Response& answer) {
    for (const auto& [name, value] : answer.headers) {
      if (name != "Set-Cookie") continue;
      const auto equals = value.find('=');
      const std::string text = value.substr(equals + 1, value.find(';') - equals - 1);
      if (text.empty()) {
        cookies.erase(value.substr(0, equals));
      } else {
        cookies[value.substr(0, equals)] = text;
      }
    }
  }

  web::Site& site_;
  std::string address_;
};

inline std::string header(const web::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// What the stream has to say now; "" if it is over.
inline std::string next_of(const web::Response& response) {
  return response.feed->next().value_or("");
}

class SiteTest : public ::testing::Test {
 protected:
  SiteTest() { desk.live = &site.live(); }
  ~SiteTest() override {
    site.stop();
    desk.live = nullptr;
  }

  FakeDesk desk;
  web::Site site{desk, test_settings()};
  Client client{site};
};

}  // namespace shouwang::testing
