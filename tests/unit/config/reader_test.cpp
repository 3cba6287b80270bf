#include "config/reader.h"

#include <gtest/gtest.h>

namespace shouwang::config {
namespace {

using namespace std::chrono_literals;

class Reading : public testing::Test {
 protected:
  Reader parse(const std::string& text) { return Reader::parse(text, "f.yaml", faults_); }
  std::string faults() {
    put_in_order(faults_);
    std::string text;
    for (const Fault& fault : faults_) text += format(fault) + "\n";
    return text;
  }

  std::vector<Fault> faults_;
};

TEST_F(Reading, LeavesTheDefaultWhereAKeyIsAbsentOrWrong) {
  Reader root = parse("wait: soon\n");
  Millis wait = 5s;
  Millis other = 7s;
  EXPECT_FALSE(root.read_span("wait", wait, 1s, 60s));
  EXPECT_FALSE(root.read_span("other", other, 1s, 60s));
  root.close();
  EXPECT_EQ(wait, 5s);
  EXPECT_EQ(other, 7s);
  EXPECT_EQ(faults(),
            "f.yaml:1:7: `soon` is not a time 1s .. 1min (a number with ms, s, min, h or d)\n");
}

TEST_F(Reading, TellsNumbersTruthsAndTextsApart) {
  Reader root = parse("a: 12\nb: \"12\"\nc: true\nd: \"true\"\ne: 1.5\nf: 1.5.1\n");
  EXPECT_EQ(root.child("a").integer(1, 12), 12);
  EXPECT_EQ(root.child("b").integer(1, 12), std::nullopt);
  EXPECT_EQ(root.child("c").boolean(), true);
  EXPECT_EQ(root.child("d").boolean(), std::nullopt);
  EXPECT_EQ(root.child("e").number(), 1.5);
  EXPECT_EQ(root.child("f").number(), std::nullopt);
  EXPECT_EQ(root.child("b").text(), "12");
  EXPECT_EQ(faults(),
            "f.yaml:2:4: `12` is not a whole number 1 .. 12\n"
            "f.yaml:4:4: `true` is neither true nor false\n"
            "f.yaml:6:4: `1.5.1` is not a number\n");
}

TEST_F(Reading, ListsTheKeysThatWouldHaveBeenKnown) {
  Reader root = parse("levle: info\ntarget: auto\n");
  root.child("level");
  root.child("target");
  root.close();
  EXPECT_EQ(faults(), "f.yaml:1:1: unknown key `levle`; allowed: level, target\n");
}

TEST_F(Reading, OfANodeThatIsAbsentReadsNothingAndFindsNoFault) {
  Reader root = parse("a: 1\n");
  Reader absent = root.child("b");
  std::string text = "as it was";
  EXPECT_FALSE(absent.read("c", text));
  absent.each_entry([](const std::string&, Reader, Reader) { FAIL(); });
  absent.close();
  EXPECT_EQ(text, "as it was");
  EXPECT_EQ(faults(), "");
}

TEST_F(Reading, NeedsWhatIsNeeded) {
  Reader root = parse("a: 1\nb:\n");
  root.need("a");
  root.need("b");
  root.need("c");
  EXPECT_EQ(faults(), "f.yaml:1:1: `c` is missing\nf.yaml:2:1: `b` is missing\n");
}

TEST_F(Reading, TakesAScalarForAListOfOne) {
  Reader root = parse("one: a\nmore: [b, c]\n");
  const auto words = [&](const char* key) {
    std::string joined;
    for (const auto& [word, at] : root.child(key).words()) joined += word;
    return joined;
  };
  EXPECT_EQ(words("one"), "a");
  EXPECT_EQ(words("more"), "bc");
  EXPECT_EQ(words("none"), "");
}

TEST_F(Reading, ThatIsAssignedStandsElsewhereAndLeavesTheDocumentAlone) {
  Reader root = parse("a: {x: 1}\nb: 2\n");
  Reader at = root.child("a");
  at = root.child("b");
  EXPECT_EQ(at.text(), "2");
  EXPECT_TRUE(root.child("a").is_map());
}

TEST_F(Reading, NamesLineAndColumnOfWhatIsNoYaml) {
  EXPECT_FALSE(parse("a: [1, 2\nb: 3\n").is_there());
  ASSERT_EQ(faults_.size(), 1U);
  EXPECT_EQ(faults_[0].line, 2U);
  EXPECT_TRUE(faults_[0].what.starts_with("not YAML: "));
}

TEST_F(Reading, EndsOnATextThatHoldsTheLibrarysListOfDocumentsForEver) {
  parse("'a'\n,\n");
  EXPECT_NE(faults(), "");
}

TEST_F(Reading, RefusesBytesThatAreNoText) {
  EXPECT_FALSE(parse("a: 1\nb: \xff\n").is_there());
  EXPECT_FALSE(parse(std::string("a: 1\0", 5)).is_there());
  EXPECT_EQ(faults(),
            "f.yaml:1:5: a control character: remove it\n"
            "f.yaml:2:4: not UTF-8: save the file as UTF-8\n");
}

TEST_F(Reading, CountsColumnsInCharactersWhereBytesAreNoText) {
  parse("标签: \xff\n");
  EXPECT_EQ(faults(), "f.yaml:1:5: not UTF-8: save the file as UTF-8\n");
}

TEST(Faults, AreOrderedByFileLineAndColumnAndEachThereOnce) {
  std::vector<Fault> faults = {{"b", 1, 1, "x"}, {"a", 2, 1, "x"}, {"a", 1, 9, "x"},
                               {"a", 1, 2, "x"}, {"a", 1, 2, "x"}, {"a", 0, 0, "x"}};
  put_in_order(faults);
  EXPECT_EQ(faults, (std::vector<Fault>{{"a", 0, 0, "x"},
                                        {"a", 1, 2, "x"},
                                        {"a", 1, 9, "x"},
                                        {"a", 2, 1, "x"},
                                        {"b", 1, 1, "x"}}));
  EXPECT_EQ(format(faults[0]), "a: x");
  EXPECT_EQ(format({"a", 3, 0, "x"}), "a:3: x");
}

TEST(Faults, QuoteBytesThatAreNoTextFitToBeShown) {
  std::vector<Fault> faults = {{"a\xcb", 1, 1, "column `lab\xcb.el` does not exist"}};
  put_in_order(faults);
  EXPECT_EQ(faults,
            (std::vector<Fault>{{"a\uFFFD", 1, 1, "column `lab\uFFFD.el` does not exist"}}));
}

}  // namespace
}  // namespace shouwang::config
