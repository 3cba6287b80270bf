// What the two clients promise beyond the channels' contract.

#include "notify/http_client.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>
#include <optional>
#include <thread>

#include "notify/mail_client.h"
#include "tests/support/http_sink.h"
#include "tests/support/smtp_sink.h"

namespace {

// A name server that does not answer, for one name only.
std::mutex stuck;

}  // namespace

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** result) {
  if (node != nullptr && std::string_view(node) == "stuck.invalid") {
    const std::scoped_lock until_it_ends(stuck);
    return EAI_AGAIN;
  }
  using Real = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Real>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(node, service, hints, result);
}

namespace shouwang::notify {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using testing::HttpReply;
using testing::HttpSink;

class HttpClientTest : public ::testing::Test {
 protected:
  Result<HttpAnswer> fetched(HttpRequest request) {
    std::optional<Result<HttpAnswer>> answer;
    client.fetch(std::move(request), [&](Result<HttpAnswer> result) { answer = result; });
    EXPECT_FALSE(answer);
    while (!answer) loop.run_one();
    return *answer;
  }

  asio::io_context loop;
  HttpClient client{loop};
  HttpSink sink{loop};
};

TEST_F(HttpClientTest, SendsWhatItIsGivenAndBringsBackTheAnswer) {
  sink.next({.status = 503, .body = "busy", .headers = {{"Retry-After", "12"}}});
  const auto answer = fetched({.method = "PUT",
                               .url = sink.url("/x?y=1"),
                               .headers = {{"X-One", "1"}, {"Content-Type", "text/plain"}},
                               .body = "hello"});
  ASSERT_TRUE(answer);
  EXPECT_EQ(*answer, (HttpAnswer{.status = 503, .body = "busy", .retry_after = 12s}));
  const auto& asked = sink.asked().front();
  EXPECT_EQ(asked.method, "PUT");
  EXPECT_EQ(asked.target, "/x?y=1");
  EXPECT_EQ(asked.body, "hello");
  EXPECT_EQ(asked.headers.at("x-one"), "1");
  EXPECT_EQ(asked.headers.at("content-type"), "text/plain");
  EXPECT_FALSE(asked.headers.contains("expect"));
}

TEST_F(HttpClientTest, KeepsItsConnectionForTheNextRequest) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(fetched({.url = sink.url(), .body = "x"}));
  EXPECT_EQ(sink.asked().size(), 20U);
  EXPECT_EQ(sink.connections(), 1U);
}

TEST_F(HttpClientTest, AConnectionThatBreaksIsSaidAndReplacedAndNothingIsSentTwiceInSilence) {
  ASSERT_TRUE(fetched({.url = sink.url(), .body = "x"}));
  sink.next({.manner = HttpReply::Manner::reset});
  sink.next({.body = "ok"});
  const auto broken = fetched({.url = sink.url(), .body = "y"});
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, Error::Code::io) << "it may have arrived";
  EXPECT_EQ(sink.asked().size(), 2U);
  EXPECT_EQ(fetched({.url = sink.url(), .body = "y"})->body, "ok");
}

TEST_F(HttpClientTest, DoesNotFollowARedirect) {
  sink.next({.status = 302, .headers = {{"Location", sink.url("/elsewhere")}}});
  EXPECT_EQ(fetched({.url = sink.url("/here")})->status, 302);
  EXPECT_EQ(sink.asked().size(), 1U);
}

TEST_F(HttpClientTest, ReadsAnAnswerUpToItsLimit) {
  sink.next({.body = std::string(kAnswerBytesMax, 'x')});
  EXPECT_FALSE(fetched({.url = sink.url()})->cut);
  sink.next({.body = std::string(kAnswerBytesMax + 1, 'x')});
  const auto answer = fetched({.url = sink.url()});
  EXPECT_TRUE(answer->cut);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body.size(), kAnswerBytesMax);
}

TEST_F(HttpClientTest, OnlyTheWebIsCalled) {
  for (const char* url : {"file:///etc/hostname", "smtp://127.0.0.1:1/", "dict://127.0.0.1:1/"}) {
    const auto answer = fetched({.url = url});
    ASSERT_FALSE(answer) << url;
    EXPECT_EQ(answer.error().code, Error::Code::invalid) << url;
  }
}

TEST_F(HttpClientTest, NobodyListeningIsUnavailable) {
  asio::ip::tcp::acceptor closed(loop, {asio::ip::address_v4::loopback(), 0});
  const auto port = closed.local_endpoint().port();
  closed.close();
  const auto answer = fetched({.url = "http://127.0.0.1:" + std::to_string(port) + "/"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Error::Code::unavailable);
}

TEST_F(HttpClientTest, NoAnswerInTimeMayHaveArrived) {
  sink.next({.manner = HttpReply::Manner::hang});
  const auto answer = fetched({.url = sink.url(), .body = "b", .timeout = 100ms});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Error::Code::timed_out);
}

TEST_F(HttpClientTest, AStuckNameServerHoldsUpNeitherTheLoopNorTheLimit) {
  stuck.lock();
  std::optional<Result<HttpAnswer>> slow;
  client.fetch({.url = "http://stuck.invalid/", .timeout = 150ms},
               [&](Result<HttpAnswer> result) { slow = result; });
  EXPECT_TRUE(fetched({.url = sink.url(), .body = "meanwhile"}));
  EXPECT_FALSE(slow);
  while (!slow) loop.run_one();
  EXPECT_EQ(slow->error().code, Error::Code::unavailable) << "nothing was sent";
  EXPECT_TRUE(fetched({.url = sink.url(), .body = "afterwards"}));
  stuck.unlock();
}

TEST_F(HttpClientTest, MayGoAwayWithRequestsUnderWay) {
  bool called = false;
  {
    HttpClient short_lived(loop);
    sink.always({.manner = HttpReply::Manner::hang});
    for (int i = 0; i < 5; ++i) {
      short_lived.fetch({.url = sink.url()}, [&](const auto&) { called = true; });
    }
    loop.run_for(30ms);
  }
  loop.restart();
  loop.run_for(10ms);
  EXPECT_FALSE(called);
}

// A key and a certificate that nobody has signed, for 127.0.0.1.
struct OwnCertificate {
  OwnCertificate() {
    X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_set_pubkey(x509, key);
    X509_NAME* name = X509_get_subject_name(x509);
    const auto* host = reinterpret_cast<const unsigned char*>("127.0.0.1");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, host, -1, -1, 0);
    X509_set_issuer_name(x509, name);
    X509_sign(x509, key, EVP_sha256());
  }
  OwnCertificate(const OwnCertificate&) = delete;
  OwnCertificate& operator=(const OwnCertificate&) = delete;
  ~OwnCertificate() {
    X509_free(x509);
    EVP_PKEY_free(key);
  }
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* x509 = X509_new();
};

TEST_F(HttpClientTest, AServerThatNobodyVouchesForIsToldNothing) {
  const OwnCertificate own;
  asio::ssl::context tls(asio::ssl::context::tls_server);
  SSL_CTX_use_certificate(tls.native_handle(), own.x509);
  SSL_CTX_use_PrivateKey(tls.native_handle(), own.key);
  asio::ip::tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), 0});
  asio::ssl::stream<asio::ip::tcp::socket> stream(loop, tls);
  std::string got(16, '\0');
  std::size_t bytes = 0;
  acceptor.async_accept(stream.lowest_layer(), [&](const auto&) {
    stream.async_handshake(asio::ssl::stream_base::server, [&](const auto&) {
      stream.async_read_some(asio::buffer(got),
                             [&](const auto&, std::size_t count) { bytes = count; });
    });
  });
  const auto port = std::to_string(acceptor.local_endpoint().port());
  const auto answer = fetched({.url = "https://127.0.0.1:" + port + "/", .body = "secret"});
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().what.find("certificate"), std::string::npos) << answer.error().what;
  EXPECT_EQ(bytes, 0U);
}

class MailClientTest : public ::testing::Test {
 protected:
  MailRequest request() {
    return {.url = sink.url(),
            .from = "alarm@gateway.example",
            .to = "r1@family.example",
            .start_tls = false,
            .text = "Subject: x\r\n\r\n.dot\r\n..dots\r\nend\r\n",
            .timeout = 400ms};
  }

  Result<MailAnswer> mailed(const MailRequest& request) {
    std::optional<Result<MailAnswer>> answer;
    client.mail(request, [&](Result<MailAnswer> result) { answer = result; });
    while (!answer) loop.run_one();
    return *answer;
  }

  asio::io_context loop;
  testing::SmtpSink sink{loop};
  MailClient client{loop};
};

TEST_F(MailClientTest, DotsArriveAsTheyWereWritten) {
  EXPECT_EQ(mailed(request()), (Result<MailAnswer>{MailAnswer{}}));
  ASSERT_EQ(sink.mails().size(), 1U);
  EXPECT_EQ(sink.mails().front().text, request().text);
  EXPECT_EQ(sink.mails().front().from, "alarm@gateway.example");
  EXPECT_EQ(sink.mails().front().to, "r1@family.example");
}

TEST_F(MailClientTest, WithoutTheTlsThatIsRequiredNothingIsSaid) {
  auto guarded = request();
  guarded.start_tls = true;
  guarded.user = "alarm";
  guarded.password = "hunter2hunter2";
  const auto answer = mailed(guarded);
  EXPECT_FALSE(answer && answer->code == 0);
  EXPECT_EQ(sink.mails().size(), 0U);
  for (const std::string& command : sink.commands()) {
    EXPECT_FALSE(command.starts_with("AUTH") || command.starts_with("MAIL")) << command;
  }
}

TEST_F(MailClientTest, ARefusedLoginIsARefusal) {
  sink.behaves({.to_login = "535 wrong"});
  auto login = request();
  login.user = "alarm";
  login.password = "x";
  const auto answer = mailed(login);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code, 535);
}

TEST_F(MailClientTest, GreylistingIsTemporary) {
  sink.behaves({.to_recipient = "451 try again in ten minutes"});
  EXPECT_EQ(mailed(request())->code, 451);
}

TEST_F(MailClientTest, AServerThatDoesNotSayGoodbyeIsCutOff) {
  sink.behaves({.to_recipient = "550 nobody", .to_quit = "hang"});
  int answers = 0;
  for (int i = 0; i < 4; ++i) client.mail(request(), [&](const auto&) { ++answers; });
  while (answers < 4) loop.run_one();
  sink.behaves({});
  EXPECT_EQ(mailed(request()), (Result<MailAnswer>{MailAnswer{}}));
}

TEST_F(MailClientTest, AConversationThatBrokeOffIsNotGoneOnWith) {
  EXPECT_EQ(mailed(request()), (Result<MailAnswer>{MailAnswer{}}));
  for (int i = 0; i < 3; ++i) {
    sink.behaves({.to_data = "hang"});
    auto hasty = request();
    hasty.timeout = 50ms;
    EXPECT_FALSE(mailed(hasty));
    sink.behaves({});
    EXPECT_EQ(mailed(request()), (Result<MailAnswer>{MailAnswer{}}));
  }
}

TEST_F(MailClientTest, AServerThatHangsHoldsUpNeitherTheLoopNorLaterMails) {
  sink.behaves({.to_data = "hang"});
  int timed_out = 0;
  for (int i = 0; i < 12; ++i) {
    client.mail(request(), [&](const Result<MailAnswer>& answer) {
      if (!answer && answer.error().code == Error::Code::timed_out) ++timed_out;
    });
  }
  asio::steady_timer patience(loop, 1500ms);
  bool late = false;
  patience.async_wait([&](const auto& error) { late = !error; });
  while (timed_out < 12 && !late) loop.run_one();
  EXPECT_EQ(timed_out, 12);
  EXPECT_FALSE(late);
  sink.behaves({});
  EXPECT_EQ(mailed(request()), (Result<MailAnswer>{MailAnswer{}}));
}

}  // namespace
}  // namespace shouwang::notify
