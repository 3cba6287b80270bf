// Random edits of sound files: nothing ever crashes, and what comes out is either a fault with a
// place in a file that is there, or a configuration (records) that the core accepts.
//
// The seed is fixed; RC_PARAMS="seed=... max_success=..." tries others.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>

#include "config/ledger.h"
#include "tests/unit/config/directory.h"

namespace shouwang::config {
namespace {

// Words that a tired hand might leave behind.
const std::vector<std::string> kWords = {"0",
                                         "-1",
                                         "99999999999",
                                         "1.5",
                                         "true",
                                         "null",
                                         "~",
                                         "[]",
                                         "{}",
                                         "[a, b]",
                                         "{a: b}",
                                         "\"",
                                         "'",
                                         "&a",
                                         "*a",
                                         "!!int x",
                                         "|",
                                         ">",
                                         "- ",
                                         ": ",
                                         "# ",
                                         "{{",
                                         "}}",
                                         "{{place}}",
                                         "elm",
                                         "B1",
                                         "B1-U1",
                                         "UH1",
                                         "A",
                                         "duty_a",
                                         "gas",
                                         "household",
                                         "unknown",
                                         "10s",
                                         "10 s",
                                         "2026-01-15",
                                         "?",
                                         "１",
                                         "社區",
                                         "\xff",
                                         "\xEF\xBF\xBD",
                                         "\t",
                                         "\n",
                                         "a\n\nb",
                                         "---\n",
                                         "...",
                                         ",",
                                         ",,,,",
                                         "\"\"",
                                         "R1",
                                         "OF1",
                                         "test:x",
                                         "http://",
                                         "zh-CN",
                                         "push"};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    lines.push_back(text.substr(at, end - at));
    at = end;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

std::size_t below(std::size_t bound) {
  return *rc::gen::inRange<std::size_t>(0, std::max<std::size_t>(bound, 1));
}

// One edit of `text`: lines taken out, doubled, moved, indented; words put in or replaced; cut off.
std::string edited(const std::string& text) {
  auto lines = lines_of(text);
  if (lines.empty()) return kWords[below(kWords.size())];
  std::string& line = lines[below(lines.size())];
  const auto at = static_cast<std::ptrdiff_t>(&line - lines.data());
  const std::string& word = kWords[below(kWords.size())];
  switch (below(8)) {
    case 0: lines.erase(lines.begin() + at); break;
    case 1: lines.insert(lines.begin() + at, lines[below(lines.size())]); break;
    case 2: std::swap(line, lines[below(lines.size())]); break;
    case 3: line.insert(0, std::string(below(5), ' ')); break;
    case 4: line.erase(0, below(line.size())); break;
    case 5: line.insert(below(line.size()), word); break;
    case 6: line.replace(below(line.size()), below(6), word); break;
    case 7: return text.substr(0, below(text.size()));
  }
  return joined(lines);
}

std::vector<std::string> files_below(const std::filesystem::path& directory) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) {
      files.push_back(std::filesystem::relative(entry.path(), directory).string());
    }
  }
  std::ranges::sort(files);
  return files;
}

// Up to four edits in files of `directory`.
void spoil(const Directory& directory) {
  const auto files = files_below(directory.path());
  for (std::size_t left = 1 + below(4); left > 0; --left) {
    const std::string& file = files[below(files.size())];
    directory.write(file, edited(read_file(directory.path() / file)));
  }
}

void check_places(const std::vector<Fault>& faults, const Directory& directory,
                  const std::string& other) {
  RC_ASSERT(!faults.empty());
  for (const Fault& fault : faults) {
    RC_ASSERT(!fault.what.empty());
    if (fault.file.ends_with(other)) continue;
    const auto path = directory.path() / fault.file;
    RC_ASSERT(std::filesystem::exists(path) || fault.line == 0);
    RC_ASSERT(fault.line <= lines_of(read_file(path)).size() + 1);
    RC_ASSERT(fault.column == 0 || fault.line > 0);
  }
}

class RandomEdits : public testing::Test {
 protected:
  static void SetUpTestSuite() { ::setenv("RC_PARAMS", "seed=20260115 max_success=200", 0); }
};

TEST_F(RandomEdits, OfAConfigurationGivePlacedFaultsOrASoundOne) {
  EXPECT_TRUE(rc::check([] {
    const Directory directory;
    spoil(directory);
    const auto loaded = load(directory.path());
    RC_CLASSIFY(static_cast<bool>(loaded), "sound");
    if (!loaded) return check_places(loaded.error(), directory, "is missing");
    RC_ASSERT(!loaded->communities.empty());
    for (const Community& community : loaded->communities) {
      RC_ASSERT(dispatch::check(community.rules).empty());
      RC_ASSERT(household::check(community.estate, {}).empty());
    }
  }));
}

TEST_F(RandomEdits, OfLedgersGivePlacedFaultsOrRecordsThatFit) {
  const Config config = load(kData / "config/sound").value();
  const household::Records nothing;
  const Instant now = *parse_utc("2026-01-15T12:00:00Z");
  EXPECT_TRUE(rc::check([&] {
    const Directory directory(kData / "ledgers/sound");
    spoil(directory);
    const Office office{config, config.communities[0], nothing};
    const Import strict = import_ledgers(directory.path(), office, {.now = now});
    RC_CLASSIFY(strict.is_accepted, "accepted");
    if (!strict.is_accepted) {
      check_places(strict.faults, directory, " on record");
      RC_ASSERT(strict.records == nothing);
    }
    const Import partial =
        import_ledgers(directory.path(), office, {.now = now, .accept_partial = true});
    RC_ASSERT(partial.is_accepted);
    RC_ASSERT(household::check(config.communities[0].estate, partial.records).empty());
    if (strict.is_accepted) RC_ASSERT(strict.records == partial.records);
  }));
}

}  // namespace
}  // namespace shouwang::config
