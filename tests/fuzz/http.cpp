// Any bytes as an HTTP request to the whole site, with an alarm open: an answer comes, and nothing
// is closed, opened or claimed by somebody who has not logged in and holds no link.
//
// What the HTTP library parses is turned into a Request as connection.cpp does it.

#include <boost/asio/buffer.hpp>
#include <boost/beast/http.hpp>

#include "tests/fuzz/fuzz.h"
#include "tests/support/fake_desk.h"
#include "web/site.h"

namespace shouwang::fuzz {
namespace {

namespace http = boost::beast::http;

struct Gateway {
  Gateway() {
    desk.live = &site.live();
    incident = desk.alarm("GA-B05-U4-302");
  }
  ~Gateway() {
    site.stop();
    desk.live = nullptr;
  }
  static web::Settings settings() {
    web::Settings settings;
    settings.secret = [n = 0]() mutable { return "secret-number-" + std::to_string(++n); };
    return settings;
  }

  testing::FakeDesk desk;
  web::Site site{desk, settings()};
  IncidentId incident;
};

web::Method method_of(http::verb verb) {
  if (verb == http::verb::get) return web::Method::get;
  if (verb == http::verb::head) return web::Method::head;
  if (verb == http::verb::post) return web::Method::post;
  return verb == http::verb::delete_ ? web::Method::remove : web::Method::other;
}

web::Request request_of(const http::request<http::string_body>& message) {
  const std::string_view target = message.target();
  const auto question = target.find('?');
  web::Request request{.method = method_of(message.method()),
                       .path = std::string(target.substr(0, question)),
                       .address = "192.0.2.1",
                       .host = message[http::field::host],
                       .origin = message[http::field::origin],
                       .fetch_site = message["Sec-Fetch-Site"],
                       .content_type = message[http::field::content_type],
                       .accept = message[http::field::accept],
                       .languages = message[http::field::accept_language],
                       .cookies = message[http::field::cookie],
                       .csrf = message["X-CSRF-Token"],
                       .body = message.body()};
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  return request;
}

void try_it(std::string_view text) {
  static Gateway gateway;
  http::request_parser<http::string_body> parser;
  parser.eager(true);
  parser.header_limit(16 * 1024);
  parser.body_limit(64 * 1024);
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(text), error);
  if (error || !parser.is_done() || !parser.get().target().starts_with('/')) return;
  const dispatch::File before = gateway.desk.file(gateway.incident);
  int answers = 0;
  web::Response answer;
  gateway.site.handle(request_of(parser.get()), [&](web::Response response) {
    ++answers;
    answer = std::move(response);
  });
  MUST(answers <= 1);
  MUST(answers == 0 || (answer.status >= 200 && answer.status < 600));
  MUST(gateway.desk.book.files.size() == 1);
  MUST(gateway.desk.file(gateway.incident) == before);
}

}  // namespace
}  // namespace shouwang::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shouwang::fuzz::try_it(shouwang::fuzz::text_of(data, size));
  return 0;
}
