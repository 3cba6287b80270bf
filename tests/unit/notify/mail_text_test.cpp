#include "notify/smtp/mail_text.h"

#include <gtest/gtest.h>

namespace shouwang::notify {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNow{1'768'502'400'000ms};  // 2026-01-15T18:40:00Z

Message message() {
  Message message;
  message.key = ParcelKey("20260115-184000-7f3k.00012");
  message.incident = IncidentId("20260115-184000-7f3k");
  message.address = "r1@family.example";
  message.title = "GAS ALARM B05-U4-302 02:40";
  message.body = "gas detected\n.a line with a dot\nSee: http://127.0.0.1/p/tok";
  message.language = "en";
  message.expires_at = kNow + 24h;
  return message;
}

TEST(MailText, IsAWholeMail) {
  EXPECT_EQ(mail_text(message(), "alarm@gateway.example", kNow),
            "Date: Thu, 15 Jan 2026 18:40:00 +0000\r\n"
            "From: <alarm@gateway.example>\r\n"
            "To: <r1@family.example>\r\n"
            "Subject: GAS ALARM B05-U4-302 02:40\r\n"
            "Message-ID: <20260115-184000-7f3k.00012@gateway.example>\r\n"
            "References: <20260115-184000-7f3k@gateway.example>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "X-Auto-Response-Suppress: All\r\n"
            "X-Priority: 1\r\n"
            "Importance: high\r\n"
            "Expires: Fri, 16 Jan 2026 18:40:00 +0000\r\n"
            "Content-Language: en\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=UTF-8\r\n"
            "Content-Transfer-Encoding: base64\r\n"
            "\r\n"
            "Z2FzIGRldGVjdGVkDQouYSBsaW5lIHdpdGggYSBkb3QNClNlZTogaHR0cDovLzEyNy4wLjAuMS9w\r\n"
            "L3Rvaw==\r\n");
}

TEST(MailText, AnUpdateAnswersToItsIncidentAndDoesNotRing) {
  auto update = message();
  update.letter = dispatch::Letter::going;
  update.urgency = dispatch::Urgency::update;
  const std::string text = mail_text(update, "alarm@gateway.example", kNow);
  EXPECT_NE(text.find("In-Reply-To: <20260115-184000-7f3k@gateway.example>\r\n"), text.npos);
  EXPECT_EQ(text.find("X-Priority"), text.npos);
}

TEST(MailText, ATitleCanNotBringHeadersOfItsOwn) {
  auto evil = message();
  evil.title = "x\r\nBcc: someone@else.example";
  const std::string text = mail_text(evil, "alarm@gateway.example", kNow);
  EXPECT_EQ(text.find("\nBcc:"), text.npos);
}

TEST(MailText, NoLineIsLongerThanAServerTakes) {
  auto wide = message();
  wide.title = std::string(300, 'x');
  wide.body = std::string(5'000, 'y');
  const std::string text = mail_text(wide, "alarm@gateway.example", kNow);
  for (std::size_t from = 0; from < text.size();) {
    const auto end = text.find("\r\n", from);
    EXPECT_LE(end - from, 78U);
    from = end + 2;
  }
}

TEST(EncodedHeader, LeavesPlainTextAlone) {
  EXPECT_EQ(encoded_header("GAS ALARM 02:40"), "GAS ALARM 02:40");
  EXPECT_EQ(encoded_header("=?x"), "=?UTF-8?B?PT94?=");
}

TEST(EncodedHeader, SplitsLongTextBetweenCharacters) {
  EXPECT_EQ(encoded_header("燃气报警 5号楼4单元302 02:40 还没有人前往"),
            "=?UTF-8?B?54eD5rCU5oql6K2mIDXlj7fmpbw05Y2V5YWDMzAyIDAyOjQwIA==?=\r\n"
            " =?UTF-8?B?6L+Y5rKh5pyJ5Lq65YmN5b6A?=");
}

TEST(MailAddress, TakesBareAddressesOnly) {
  EXPECT_TRUE(is_mail_address("r1@family.example"));
  EXPECT_TRUE(is_mail_address("first.last+alarm@sub.family.example"));
  for (const char* address : {"", "r1", "@family.example", "r1@", "a@b@c", "A <r1@family.example>",
                              "r1@fam ily.example", "r1@family.example\r\nRCPT TO:<x@y>",
                              "r1@family.example>", "\"a b\"@c.example", "邮箱@family.example"}) {
    EXPECT_FALSE(is_mail_address(address)) << address;
  }
}

}  // namespace
}  // namespace shouwang::notify
