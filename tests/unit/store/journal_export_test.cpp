#include "store/journal_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "store/memory_store.h"
#include "tests/contract/store_samples.h"
#include "tests/support/expect_result.h"

namespace shouwang::store {
namespace {

TEST(JournalExport, ALineIsOneJsonObject) {
  JournalLine line{.number = 7, .entry = entry("wave", 1), .hash = std::string(64, 'a')};
  EXPECT_EQ(json_line(line),
            R"({"number":7,"at":"2026-01-15T18:40:01.000Z","community":"elm","incident":"i1",)"
            R"("actor":"gateway","type":"wave","facts":{"told":"R0003:relative",)"
            R"("skipped":"BH05:inside"},"hash":")" +
                std::string(64, 'a') + R"("})");
}

TEST(JournalExport, BytesThatAreNotTextAreShownAsSuch) {
  JournalLine line{.number = 1, .entry = entry("delivery"), .hash = ""};
  line.entry.actor = "\xff\"";
  line.entry.facts = {{"error", "\xc0 no\n"}};
  const std::string text = json_line(line);
  EXPECT_THAT(text, ::testing::HasSubstr("\"actor\":\"\xEF\xBF\xBD\\\"\""));
  EXPECT_THAT(text, ::testing::HasSubstr("\"error\":\"\xEF\xBF\xBD no\\n\""));
}

TEST(JournalExport, EveryLineIsWrittenOnceWhateverThePage) {
  MemoryStore store;
  for (int i = 0; i < 7; ++i) ASSERT_DONE(save(store, {.journal = {entry("x", i)}}));
  for (const std::size_t page : {1U, 2U, 7U, 1000U}) {
    std::ostringstream out;
    EXPECT_EQ(*export_journal(store, {.most = page}, out), 7U);
    std::string all = out.str();
    EXPECT_EQ(std::ranges::count(all, '\n'), 7);
    EXPECT_TRUE(all.starts_with("{\"number\":1,"));
  }
  std::ostringstream out;
  EXPECT_EQ(*export_journal(store, {.from = at(5), .most = 1}, out), 2U);
}

TEST(JournalExport, WhoeverTakesTheLinesCanStop) {
  MemoryStore store;
  ASSERT_DONE(save(store, {.journal = {entry("a"), entry("b")}}));
  int taken = 0;
  const auto result = each_line(store, {}, [&](const JournalLine&) -> Result<Done> {
    ++taken;
    return fail(Error::Code::refused, "enough");
  });
  EXPECT_CODE(result, Error::Code::refused);
  EXPECT_EQ(taken, 1);
}

TEST(JournalExport, AReportThatCanNotBeWrittenIsAnError) {
  MemoryStore store;
  ASSERT_DONE(save(store, {.journal = {entry("a")}}));
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  EXPECT_CODE(export_journal(store, {}, out), Error::Code::io);
}

}  // namespace
}  // namespace shouwang::store
