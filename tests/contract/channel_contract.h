// What every Channel promises to the pump, whatever is behind it (src/notify/channel.h).
//
// ChannelContract holds for all of them; ProviderContract for those with somebody at the other
// end of a wire. A rig is a channel with its other side played.

#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "notify/channel.h"

namespace shouwang::testing {

enum class Behaviour : std::uint8_t {
  takes,     // Says that all is well.
  not_now,   // Says that it is too busy.
  refuses,   // Says that there is no such receiver.
  hangs,     // Takes the request and says nothing.
  closes,    // Takes the request and hangs up.
  floods,    // Says far more than anybody wants to hear.
  is_broken  // Hangs up in the middle of its answer.
};

class ChannelRig {
 public:
  ChannelRig() = default;
  ChannelRig(const ChannelRig&) = delete;
  ChannelRig& operator=(const ChannelRig&) = delete;
  virtual ~ChannelRig() = default;

  virtual notify::Channel& channel() = 0;
  virtual void destroy_channel() = 0;
  virtual void behave(Behaviour behaviour) = 0;
  // Lets the loop run until `done` or until `limit` has passed.
  virtual void run(const std::function<bool()>& done, Millis limit) = 0;
  // An address that this channel takes, `number` naming one of many.
  virtual std::string address(int number) = 0;
  virtual bool reaches_people() const = 0;
  // The parcel keys that the other side was given, in order.
  virtual std::vector<std::string> keys_seen() = 0;
  // What must be in no error text.
  virtual std::vector<std::string> secrets() const { return {}; }
  virtual bool gives_receipts() const { return false; }
  // Longest time that a try may take here.
  virtual Millis limit() const { return Millis{400}; }
};

struct RigMaker {
  std::string name;
  std::function<std::unique_ptr<ChannelRig>()> make;
  friend void PrintTo(const RigMaker& maker, std::ostream* out) { *out << maker.name; }
};

class ContractTest : public ::testing::TestWithParam<RigMaker> {
 protected:
  notify::Message message(int number = 1, int attempt = 1) {
    notify::Message message;
    message.key = ParcelKey("20260115-184000-7f3k.0000" + std::to_string(number));
    message.attempt = attempt;
    message.community = CommunityId("changshan");
    message.person = PersonId("R0786");
    message.incident = IncidentId("20260115-184000-7f3k");
    message.address = rig->address(number);
    message.title = "燃气报警 B05-U4-302 02:40";
    message.body = "B05-U4-302，02:40 检测到燃气。\n查看和回应：http://127.0.0.1/p/tok-8fd1c2";
    message.link = "http://127.0.0.1/p/tok-8fd1c2";
    message.language = "zh-CN";
    message.expires_at = Instant{Millis{1'800'000'000'000}};
    return message;
  }

  // Sends, and waits for the answer and a moment longer, so that a second one would be seen.
  std::vector<dispatch::Receipt> answers_to(const notify::Message& message) {
    auto answers = std::make_shared<std::vector<dispatch::Receipt>>();
    rig->channel().send(message, [answers](const auto& receipt) { answers->push_back(receipt); });
    answered_inside_ = answered_inside_ || !answers->empty();
    rig->run([&] { return !answers->empty(); }, rig->limit() + Millis{2'000});
    rig->run([] { return false; }, Millis{20});
    return *answers;
  }

  dispatch::Receipt answer_to(const notify::Message& message) {
    const auto answers = answers_to(message);
    EXPECT_EQ(answers.size(), 1U);
    return answers.empty() ? dispatch::Receipt{} : answers.front();
  }

  std::unique_ptr<ChannelRig> rig = GetParam().make();
  bool answered_inside_ = false;
};

using Kind = dispatch::Receipt::Kind;

class ChannelContract : public ContractTest {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ChannelContract);

TEST_P(ChannelContract, AnswersOnceAndNeverFromInsideSend) {
  rig->behave(Behaviour::takes);
  EXPECT_EQ(answers_to(message()).size(), 1U);
  rig->behave(Behaviour::refuses);
  EXPECT_EQ(answers_to(message(2)).size(), 1U);
  EXPECT_FALSE(answered_inside_);
}

TEST_P(ChannelContract, AMessageThatIsTakenIsAcceptedOrAwaitsAReceipt) {
  rig->behave(Behaviour::takes);
  const auto receipt = answer_to(message());
  EXPECT_EQ(receipt.kind, rig->gives_receipts() ? Kind::awaiting : Kind::accepted);
  EXPECT_EQ(receipt.error, "");
  EXPECT_EQ(rig->keys_seen(), std::vector<std::string>{"20260115-184000-7f3k.00001"});
}

TEST_P(ChannelContract, AReceiverThatDoesNotExistIsNever) {
  rig->behave(Behaviour::refuses);
  const auto receipt = answer_to(message());
  EXPECT_EQ(receipt.kind, Kind::never);
  EXPECT_NE(receipt.error, "");
}

TEST_P(ChannelContract, EveryTryCarriesTheSameKey) {
  rig->behave(Behaviour::takes);
  answer_to(message(7, 1));
  answer_to(message(7, 2));
  const std::string key = "20260115-184000-7f3k.00007";
  EXPECT_EQ(rig->keys_seen(), (std::vector<std::string>{key, key}));
}

TEST_P(ChannelContract, ManyTriesAtOnceAreEachAnsweredOnce) {
  rig->behave(Behaviour::takes);
  constexpr int kTries = 60;
  std::map<int, int> answers;
  for (int i = 0; i < kTries; ++i) {
    rig->channel().send(message(i), [&answers, i](const auto& receipt) {
      if (receipt.error.empty()) ++answers[i];
    });
  }
  rig->run([&] { return answers.size() == kTries; }, Millis{20'000});
  rig->run([] { return false; }, Millis{20});
  EXPECT_EQ(answers.size(), static_cast<std::size_t>(kTries));
  for (const auto& [number, times] : answers) EXPECT_EQ(times, 1) << number;
  EXPECT_EQ(rig->keys_seen().size(), static_cast<std::size_t>(kTries));
}

TEST_P(ChannelContract, MayGoAwayWithATryUnderWay) {
  rig->behave(Behaviour::takes);
  int answers = 0;
  rig->channel().send(message(), [&](const auto&) { ++answers; });
  rig->destroy_channel();
  rig->run([&] { return answers > 0; }, Millis{300});
  EXPECT_LE(answers, 1);
}

class ProviderContract : public ContractTest {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ProviderContract);

TEST_P(ProviderContract, SampleAddressesAndRealOnesNeverMix) {
  rig->behave(Behaviour::takes);
  const std::vector<std::string> samples{"test:R0003/push", "TEST:R0003/sms", " test:dead/push"};
  const std::vector<std::string> real{"r1@family.example", "dev/1key", "", "https://a.example/x"};
  for (const std::string& address : rig->reaches_people() ? samples : real) {
    auto stray = message();
    stray.address = address;
    EXPECT_EQ(answer_to(stray).kind, Kind::never) << address;
  }
  EXPECT_EQ(rig->keys_seen(), std::vector<std::string>{});
}

TEST_P(ProviderContract, AProviderThatIsBusyIsARetry) {
  rig->behave(Behaviour::not_now);
  const auto receipt = answer_to(message());
  EXPECT_EQ(receipt.kind, Kind::retry);
  EXPECT_NE(receipt.error, "");
}

TEST_P(ProviderContract, AProviderThatHangsIsARetryWithinTheTimeLimit) {
  rig->behave(Behaviour::hangs);
  int answers = 0;
  dispatch::Receipt last;
  rig->channel().send(message(), [&](const auto& receipt) {
    ++answers;
    last = receipt;
  });
  rig->run([&] { return answers > 0; }, rig->limit() + Millis{600});
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(last.kind, Kind::retry);
}

TEST_P(ProviderContract, AProviderThatHangsUpIsARetry) {
  for (const Behaviour behaviour : {Behaviour::closes, Behaviour::is_broken}) {
    rig->behave(behaviour);
    EXPECT_EQ(answer_to(message()).kind, Kind::retry);
  }
}

TEST_P(ProviderContract, AFloodOfAnAnswerIsCutShort) {
  rig->behave(Behaviour::floods);
  const auto receipt = answer_to(message());
  EXPECT_LE(receipt.error.size(), 1'000U);
}

TEST_P(ProviderContract, WorksAgainAfterTheProviderRecovers) {
  for (const Behaviour behaviour : {Behaviour::closes, Behaviour::hangs, Behaviour::not_now}) {
    rig->behave(behaviour);
    EXPECT_EQ(answer_to(message()).kind, Kind::retry);
    rig->behave(Behaviour::takes);
    EXPECT_EQ(answer_to(message()).error, "");
  }
}

TEST_P(ProviderContract, AnErrorTextHoldsNoSecretNoAddressAndNoLink) {
  for (const Behaviour behaviour :
       {Behaviour::not_now, Behaviour::refuses, Behaviour::hangs, Behaviour::closes}) {
    rig->behave(behaviour);
    const auto receipt = answer_to(message());
    EXPECT_NE(receipt.error, "");
    auto hidden = rig->secrets();
    hidden.insert(hidden.end(), {message().address, message().link, "tok-8fd1c2"});
    for (const std::string& secret : hidden) {
      EXPECT_EQ(receipt.error.find(secret), std::string::npos) << receipt.error;
    }
  }
}

}  // namespace shouwang::testing
