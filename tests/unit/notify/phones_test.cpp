// tools/phone_sink: the phones that the demo and the system tests ring.

#include "phone_sink/phones.h"

#include <gtest/gtest.h>

#include "notify/test/test_channel.h"

namespace shouwang::phone_sink {
namespace {

using namespace std::chrono_literals;

Message message(const std::string& address, const std::string& key = "k1") {
  return {.key = key, .address = address};
}

TEST(Phones, ReadWhatATestChannelWrites) {
  notify::Message sent;
  sent.key = ParcelKey("20260115-184000-7f3k.00012");
  sent.person = PersonId("R0786");
  sent.roles = {household::Role::relative};
  sent.address = "test:R0786/push";
  sent.title = "燃气报警 B05-U4-302 02:40";
  const auto read = parse_message(notify::test_channel_json(sent, {.name = "push"}, Instant{}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->key, "20260115-184000-7f3k.00012");
  EXPECT_EQ(read->address, "test:R0786/push");
  EXPECT_EQ(read->channel, "push");
  EXPECT_EQ(read->person, "R0786");
  EXPECT_EQ(read->role, "relative");
  EXPECT_EQ(read->title, "燃气报警 B05-U4-302 02:40");
}

TEST(Phones, WhatIsNoMessageIsNone) {
  for (const char* body : {"", "{", "[]", "{}", R"({"key":"k"})", R"({"key":1,"address":"a"})"}) {
    EXPECT_FALSE(parse_message(body)) << body;
  }
}

TEST(Phones, BehaveByTheirAddress) {
  Phones phones;
  EXPECT_EQ(phones.receive(message("test:R0003/push")).body, R"({"errcode":0})");
  EXPECT_EQ(phones.receive(message("test:dead/R0024/push")).status, 404);
  EXPECT_EQ(phones.receive(message("test:fail/R0024/push")).status, 500);
  EXPECT_EQ(phones.receive(message("test:slow/R0024/push")).delay, 5s);
  EXPECT_EQ(phones.receive(message("test:hang/R0024/push")).status, 0);
  const Reply errcode = phones.receive(message("test:errcode/R0024/push"));
  EXPECT_EQ(errcode.status, 200);
  EXPECT_EQ(errcode.body, R"({"errcode":45009,"errmsg":"too many messages"})");
  const Reply limited = phones.receive(message("test:limit/R0024/push"));
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.retry_after, 2s);
}

TEST(Phones, ObeyTheirControlTheNearestOrderFirst) {
  Phones phones;
  phones.order("*", {.manner = Manner::fail});
  phones.order("test:R07*", {.manner = Manner::ok});
  phones.order("test:R0786/push", {.manner = Manner::refuse, .times = 2});
  EXPECT_EQ(phones.receive(message("test:R0003/push")).status, 500);
  EXPECT_EQ(phones.receive(message("test:R0701/push")).status, 200);
  EXPECT_EQ(phones.receive(message("test:R0786/push")).status, 404);
  EXPECT_EQ(phones.receive(message("test:R0786/push")).status, 404);
  EXPECT_EQ(phones.receive(message("test:R0786/push")).status, 200);
  phones.forget_orders();
  EXPECT_EQ(phones.receive(message("test:R0003/push")).status, 200);
}

TEST(Phones, CountAMessageOnceHoweverOftenItComes) {
  Phones phones(true);
  phones.order("test:R0003/push", {.manner = Manner::fail, .times = 1});
  EXPECT_TRUE(phones.receive(message("test:R0003/push")).first);
  const Reply again = phones.receive(message("test:R0003/push"));
  EXPECT_FALSE(again.first);
  EXPECT_EQ(again.body, R"({"errcode":0,"receipt":"on_phone"})");
  phones.receive(message("test:R0003/push"));
  phones.receive(message("test:R0003/sms"));
  EXPECT_EQ(phones.counts().requests, 4U);
  EXPECT_EQ(phones.counts().taken, 3U);
  EXPECT_EQ(phones.counts().distinct, 2U);
}

}  // namespace
}  // namespace shouwang::phone_sink
