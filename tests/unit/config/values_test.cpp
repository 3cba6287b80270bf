// The small readers: names, URLs, templates, CSV, numbers, scripts, secrets.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>

#include "config/csv.h"
#include "config/ledger_table.h"
#include "config/names.h"
#include "config/phone.h"
#include "config/script.h"
#include "config/template.h"
#include "config/url.h"
#include "tests/unit/config/directory.h"

namespace shouwang::config {
namespace {

using dispatch::ChannelKind;

// --- Names ---

TEST(Names, SuggestTheNearestOrListTheFew) {
  Names areas("area");
  EXPECT_EQ(areas.missing("x"), "area `x` does not exist; there is none");
  EXPECT_TRUE(areas.add("B05-U4"));
  EXPECT_FALSE(areas.add("B05-U4"));
  areas.add("G01");
  EXPECT_EQ(areas.missing("B5-U4"), "area `B5-U4` does not exist; did you mean `B05-U4`?");
  EXPECT_EQ(areas.missing("yard"), "area `yard` does not exist; there are: B05-U4, G01");
}

TEST(Names, ListNoneWhereThereAreMany) {
  Names many("device");
  for (int i = 0; i < 13; ++i) many.add("device-" + std::to_string(100 + i));
  EXPECT_EQ(many.missing("x"), "device `x` does not exist");
}

TEST(Names, AreAllTakenToBeThereOnceTheirFileIsInDoubt) {
  Names channels("channel");
  channels.doubt();
  EXPECT_TRUE(channels.has("anything"));
}

TEST(Distance, CountsTheLettersToChange) {
  EXPECT_EQ(distance("", "abc"), 3U);
  EXPECT_EQ(distance("native", "natve"), 1U);
  EXPECT_EQ(distance("kitten", "sitting"), 3U);
}

TEST(Ids, HoldNoBlankAndNoSignOfTopicsAndUrls) {
  EXPECT_TRUE(is_id("GA-B05-U4-302"));
  EXPECT_TRUE(is_id("5号楼"));
  EXPECT_TRUE(is_id(std::string(64, 'a')));
  for (const std::string& bad :
       {std::string(), std::string("a b"), std::string("a/b"), std::string("a+"), std::string("#"),
        std::string("a\n"), std::string("a\"b"), std::string("\xff"), std::string(65, 'a')}) {
    EXPECT_FALSE(is_id(bad)) << bad;
  }
}

// --- URLs ---

TEST(Urls, AreTakenApart) {
  const auto url = parse_url("HTTPS://Example.org:8443/a/b?key=1&x=%20");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "example.org");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/a/b");
  EXPECT_EQ(url->query,
            (std::vector<std::pair<std::string, std::string>>{{"key", "1"}, {"x", " "}}));
  EXPECT_FALSE(url->has_user);
  EXPECT_TRUE(parse_url("http://u:p@h/")->has_user);
  EXPECT_EQ(parse_url("ssl://[::1]:8883")->host, "::1");
}

TEST(Urls, WithoutSchemeOrHostOrWithAnImpossiblePortAreNone) {
  for (const char* bad : {"", "example.org", "/a", "http://", "http://h:99999/", "http://h:0",
                          "http:/h", "http://a b/", "http://h/%zz"}) {
    EXPECT_FALSE(parse_url(bad)) << bad;
  }
}

TEST(Loopback, IsThisMachineOnly) {
  EXPECT_TRUE(is_loopback("127.0.0.1"));
  EXPECT_TRUE(is_loopback("127.9.9.9"));
  EXPECT_TRUE(is_loopback("::1"));
  EXPECT_TRUE(is_loopback("localhost"));
  EXPECT_FALSE(is_loopback("127.0.0.1.example.org"));
  EXPECT_FALSE(is_loopback("10.0.0.1"));
  EXPECT_FALSE(is_loopback("localhost.example.org"));
}

TEST(Endpoints, AreAnAddressAndAPort) {
  EXPECT_EQ(parse_endpoint("127.0.0.1:8080")->port, 8080);
  EXPECT_EQ(parse_endpoint("[::]:0")->address, "::");
  for (const char* bad : {"8080", ":8080", "127.0.0.1", "127.0.0.1:", "::1:80", "127.0.0.1:65536",
                          "localhost:80", "127.0.0.1:-1"}) {
    EXPECT_FALSE(parse_endpoint(bad)) << bad;
  }
}

// --- Templates ---

constexpr std::array<std::string_view, 2> kFields = {"place", "time"};
using Faults = std::vector<std::string>;

TEST(Templates, MayUseTheirFieldsInEveryForm) {
  EXPECT_EQ(check_template("a {{place}} {{{time}}} {{& place }} {{! remark }}", kFields), Faults{});
  EXPECT_EQ(check_template("{{#place}}x{{^time}}y{{/time}}{{/place}}", kFields), Faults{});
  EXPECT_EQ(check_template("no { braces } at } } all", kFields), Faults{});
}

TEST(Templates, MustCloseWhatTheyOpen) {
  EXPECT_EQ(check_template("{{place", kFields), Faults{"`{{` is not closed by `}}`"});
  EXPECT_EQ(check_template("{{#place}}", kFields), Faults{"`{{#place}}` is not closed"});
  EXPECT_EQ(check_template("{{/place}}", kFields),
            Faults{"`{{/place}}` closes nothing that is open"});
  EXPECT_EQ(check_template("{{#place}}{{#time}}{{/place}}{{/time}}", kFields),
            (Faults{"`{{/place}}` closes nothing that is open", "`{{#place}}` is not closed"}));
}

TEST(Templates, MayNeitherIncludeNorChangeTheBraces) {
  const std::string what = "a text can neither include another nor change the braces";
  EXPECT_EQ(check_template("{{> other}}", kFields), Faults{what});
  EXPECT_EQ(check_template("{{=<% %>=}}", kFields), Faults{what});
}

TEST(Templates, AreFilledWithAndWithoutTheirSections) {
  const std::string text = "a{{place}}{{#time}}b{{/time}}{{^time}}c{{/time}}d";
  EXPECT_EQ(filled(text, "X", true), "aXbd");
  EXPECT_EQ(filled(text, "X", false), "aXcd");
  EXPECT_TRUE(uses_field(text, "time"));
  EXPECT_FALSE(uses_field("{{! time }}", "time"));
}

// --- CSV ---

constexpr std::array<Column, 2> kColumns = {{{"a"}, {"b", false}}};

CsvTable csv(const std::string& text, std::vector<Fault>& faults) {
  return read_csv(text, "f.csv", kColumns, faults);
}

TEST(Csv, GivesFieldsByColumnAndRowsByLine) {
  std::vector<Fault> faults;
  const CsvTable table =
      csv("\xEF\xBB\xBF"
          "b,a\r\n1,2\r\n\r\n\"x,\"\"y\"\"\nz\", 3 \n,4\n",
          faults);
  EXPECT_TRUE(faults.empty());
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_EQ(table.rows[0].line, 2U);
  EXPECT_EQ(table.rows[0].fields, (std::vector<std::string>{"2", "1"}));
  EXPECT_EQ(table.rows[1].line, 4U);
  EXPECT_EQ(table.rows[1].fields, (std::vector<std::string>{"3", "x,\"y\"\nz"}));
  EXPECT_EQ(table.rows[2].line, 6U);
}

TEST(Csv, WithoutAColumnThatMayBeLeftOutHasEmptyFieldsThere) {
  std::vector<Fault> faults;
  const CsvTable table = csv("a\n1\n", faults);
  EXPECT_TRUE(faults.empty());
  EXPECT_EQ(table.rows.at(0).fields, (std::vector<std::string>{"1", ""}));
}

TEST(Csv, NamesWhatAFileIsThatIsNoTable) {
  const auto first = [](const std::string& text) {
    std::vector<Fault> faults;
    EXPECT_FALSE(csv(text, faults).is_readable);
    return faults.at(0).what;
  };
  EXPECT_EQ(first(""), "is empty; its first line names the columns");
  EXPECT_EQ(first("\xFF\xFE"
                  "a"),
            "is UTF-16: save it as CSV UTF-8");
  EXPECT_EQ(first("PK\x03\x04"), "is a spreadsheet: save it as CSV UTF-8");
  EXPECT_EQ(first("a;b\n1;2\n"), "is separated by `;`: save it with commas");
  EXPECT_EQ(first("a\tb\n1\t2\n"), "is separated by tabs: save it with commas");
  EXPECT_EQ(first("a,a\n"), "column `a` is there twice");
}

TEST(Csv, IsQuotedOnlyWhereNeededAndReadBackTheSame) {
  EXPECT_EQ(csv_line({"plain", "", "a,b", "say \"hi\"", " x"}),
            "plain,,\"a,b\",\"say \"\"hi\"\"\",\" x\"\n");
}

// --- Ledgers' text ---

TEST(Narrowing, TurnsFullWidthSignsIntoOrdinaryOnesAndNothingElse) {
  EXPECT_EQ(narrowed("＋８６　１－２：３／ａＺ"), "+86 1-2:3/aZ");
  EXPECT_EQ(narrowed("社區 社区 𠮷、。"), "社區 社区 𠮷、。");
}

TEST(Scripts, ThatDifferAreToldApart) {
  EXPECT_EQ(character_of(Script::traditional, "社區"), "區");
  EXPECT_EQ(character_of(Script::traditional, "社区"), std::nullopt);
  EXPECT_EQ(character_of(Script::simplified, "3号楼"), "号");
  EXPECT_EQ(character_of(Script::simplified, "3號樓"), std::nullopt);
  EXPECT_EQ(character_of(Script::simplified, "中文 abc 山水"), std::nullopt);
  EXPECT_EQ(character_of(Script::traditional, "后里台干"), std::nullopt);
}

// No number that could be dialled stands here: they are put together.
std::string number(const std::string& country, std::size_t digits) {
  return "+" + country + std::string(digits, '0');
}

TEST(Numbers, HaveEightToFifteenDigitsAfterThePlus) {
  EXPECT_EQ(why_no_number(number("999", 5)), std::nullopt);
  EXPECT_EQ(why_no_number(number("999", 12)), std::nullopt);
  EXPECT_EQ(why_no_number(number("999", 4)), "a number has 8 .. 15 digits after the +, this has 7");
  EXPECT_EQ(why_no_number(number("999", 13)),
            "a number has 8 .. 15 digits after the +, this has 16");
  EXPECT_EQ(why_no_number("00999000"), "a number begins with + and the country: +86 ... in China");
  EXPECT_EQ(why_no_number("+999-00000"), "a number has nothing but digits after the +");
  EXPECT_EQ(why_no_number("+999?0000"), "`?` inside a number: a digit was lost");
}

TEST(Numbers, OfMobilesInChinaHaveElevenDigits) {
  EXPECT_EQ(why_no_number(number("8613", 9)), std::nullopt);
  EXPECT_EQ(why_no_number(number("8613", 8)),
            "a mobile number has 11 digits after +86, this has 10");
  EXPECT_EQ(why_no_number(number("8610", 8)), std::nullopt) << "a line in Beijing";
}

TEST(Addresses, OfTheTestKindFitEveryChannel) {
  for (const ChannelKind kind : {ChannelKind::page, ChannelKind::push, ChannelKind::sms,
                                 ChannelKind::voice, ChannelKind::mail}) {
    EXPECT_EQ(why_no_address("test:R0001/x", kind), std::nullopt);
  }
  EXPECT_TRUE(why_no_address("test:", ChannelKind::sms));
  EXPECT_TRUE(why_no_address("", ChannelKind::push));
  EXPECT_TRUE(why_no_address("nobody", ChannelKind::mail));
  EXPECT_EQ(why_no_address("", ChannelKind::page), std::nullopt);
}

TEST(Addresses, AreReadAndWrittenInTheOrderOfTrying) {
  const std::string text = "push test:R1/push; sms test:R1/sms; inbox";
  const auto ways = parse_addresses(text);
  EXPECT_EQ(ways, (std::vector<household::Address>{
                      {"push", "test:R1/push"}, {"sms", "test:R1/sms"}, {"inbox", ""}}));
  EXPECT_EQ(format_addresses(ways), text);
  EXPECT_EQ(parse_addresses(" ;; push   x ;"), (std::vector<household::Address>{{"push", "x"}}));
}

// --- Secrets ---

class Secrets : public testing::Test {
 protected:
  void write(const char* file, const std::string& text, mode_t mode) {
    directory_.write(file, text);
    ASSERT_EQ(::chmod((directory_.path() / file).c_str(), mode), 0);
  }
  std::string read(const SecretRef& secret) {
    const auto text = read_secret(secret, directory_.path());
    return text ? *text : "error: " + text.error().what;
  }
  void TearDown() override { ::unsetenv("CREDENTIALS_DIRECTORY"); }

  const Directory directory_;
};

TEST_F(Secrets, AreReadFromAFileWithoutItsLastLineFeed) {
  write("secrets/a", "s3cret\n", 0600);
  EXPECT_EQ(read({.file = "secrets/a", .credential = ""}), "s3cret");
  write("secrets/b", "two\nlines\r\n", 0400);
  EXPECT_EQ(read({.file = "secrets/b", .credential = ""}), "two\nlines");
}

TEST_F(Secrets, ThatOthersCanReadAreRefused) {
  write("secrets/a", "s3cret\n", 0640);
  const std::string what = "error: secret file `secrets/a` can be read by others: chmod 600";
  EXPECT_EQ(read({.file = "secrets/a", .credential = ""}), what);
  write("secrets/a", "s3cret\n", 0604);
  EXPECT_EQ(read({.file = "secrets/a", .credential = ""}), what);
}

TEST_F(Secrets, ThatAreMissingOrEmptyOrFoldersAreRefused) {
  EXPECT_EQ(read({.file = "secrets/a", .credential = ""}),
            "error: secret file `secrets/a` does not exist");
  write("secrets/a", "\n", 0600);
  EXPECT_EQ(read({.file = "secrets/a", .credential = ""}),
            "error: secret file `secrets/a` has 0 bytes, must have 1 .. 65536");
  EXPECT_EQ(read({.file = "secrets", .credential = ""}),
            "error: secret file `secrets` is not a file");
  EXPECT_EQ(read({}), "error: no secret is named");
}

TEST_F(Secrets, AreReadFromTheServicesCredentials) {
  const SecretRef secret{.file = "", .credential = "broker"};
  EXPECT_TRUE(read(secret).starts_with("error: credential `broker`: $CREDENTIALS_DIRECTORY"));
  write("credentials/broker", "s3cret", 0440);  // As systemd shows it where it sets an access list.
  ::setenv("CREDENTIALS_DIRECTORY", (directory_.path() / "credentials").c_str(), 1);
  EXPECT_EQ(read(secret), "s3cret");
  write("credentials/broker", "s3cret", 0444);
  EXPECT_EQ(read(secret), "error: credential `broker` can be read by others: chmod 600");
}

TEST_F(Secrets, ReadFromADirectoryOfCredentialsBearItsName) {
  const SecretRef secret{.file = "", .credential = "broker"};
  write("credentials/shouwang_broker", "of the directory", 0400);
  ::setenv("CREDENTIALS_DIRECTORY", (directory_.path() / "credentials").c_str(), 1);
  EXPECT_EQ(read(secret), "of the directory");
  write("credentials/broker", "named by the unit", 0400);
  EXPECT_EQ(read(secret), "named by the unit");
}

TEST_F(Secrets, OfAConfigurationAreLookedAtWhenItIsLoaded) {
  write("secrets/broker", "s3cret\n", 0600);
  directory_.edit("gateway.yaml", "{credential: broker-password}", "{file: secrets/broker}");
  EXPECT_EQ(directory_.faults(), "");
  std::filesystem::create_directory(directory_.path() / "credentials");
  ::setenv("CREDENTIALS_DIRECTORY", (directory_.path() / "credentials").c_str(), 1);
  EXPECT_EQ(directory_.faults(), "channels.yaml:13:11: credential `sms-token` does not exist\n")
      << "inside the service its credentials are looked at too";
}

}  // namespace
}  // namespace shouwang::config
