#include "app/ctl_client.h"

#include <curl/curl.h>

#include <memory>

namespace shouwang::app {
namespace {

constexpr long kSeconds = 600;  // A backup of years takes its time.

std::size_t take(char* bytes, std::size_t size, std::size_t count, void* into) {
  static_cast<std::string*>(into)->append(bytes, size * count);
  return size * count;
}

// The sentence of a problem document, or the document.
std::string sentence_of(const std::string& body) {
  boost::system::error_code error;
  const boost::json::value problem = boost::json::parse(body, error);
  if (error || !problem.is_object()) return body;
  for (const char* name : {"detail", "title"}) {
    const auto* text = problem.as_object().if_contains(name);
    if (text != nullptr && text->is_string()) return std::string(text->as_string());
  }
  return body;
}

}  // namespace

Result<boost::json::value> CtlClient::ask(const std::string& verb,
                                          const boost::json::object& arguments) const {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 curl_easy_cleanup);
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
      curl_slist_append(nullptr, "Content-Type: application/json"), curl_slist_free_all);
  const std::string url = "http://localhost/control/" + verb;
  const std::string body = boost::json::serialize(arguments);
  std::string answer;
  curl_easy_setopt(curl.get(), CURLOPT_UNIX_SOCKET_PATH, socket_.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) {
    return fail(Error::Code::unavailable,
                "no gateway answers on " + socket_ + " (" + curl_easy_strerror(code) +
                    "); is it running, and may you open the socket (group shouwang, or root)?");
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status / 100 != 2) return fail(Error::Code::refused, sentence_of(answer));
  boost::system::error_code error;
  boost::json::value parsed = boost::json::parse(answer, error);
  if (error) return fail(Error::Code::corrupt, "the gateway's answer is not JSON");
  return parsed;
}

}  // namespace shouwang::app
