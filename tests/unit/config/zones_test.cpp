#include "config/zones.h"

#include <gtest/gtest.h>

#include "config/ledger_row.h"
#include "config/zone_rule.h"

namespace shouwang::config {
namespace {

LocalTime local(int year, unsigned month, unsigned day, unsigned hour, unsigned minute) {
  return {.year = year, .month = month, .day = day, .minute_of_day = hour * 60 + minute};
}

TEST(Zones, KnowTheOffsetsOfAPlaceFrom1970To2100) {
  const Zone shanghai = zone_named("Asia/Shanghai").value();
  EXPECT_EQ(format_minute(shanghai.local(*parse_utc("2026-07-01T00:00:00Z"))), "2026-07-01 08:00");
  EXPECT_EQ(format_minute(shanghai.local(*parse_utc("1988-07-01T00:00:00Z"))), "1988-07-01 09:00")
      << "there was summer time then";
  const Zone toronto = zone_named("America/Toronto").value();
  EXPECT_EQ(format_minute(toronto.local(*parse_utc("2026-01-15T12:00:00Z"))), "2026-01-15 07:00");
  EXPECT_EQ(format_minute(toronto.local(*parse_utc("2026-07-15T12:00:00Z"))), "2026-07-15 08:00");
  EXPECT_EQ(format_minute(toronto.local(*parse_utc("2099-07-15T12:00:00Z"))), "2099-07-15 08:00");
}

TEST(Zones, ChangeTheirClocksAfterTheDatabasesListEndsAsTheyDoToday) {
  const Zone toronto = zone_named("America/Toronto").value();
  EXPECT_EQ(format_minute(toronto.local(*parse_utc("2045-03-12T06:59:00Z"))), "2045-03-12 01:59");
  EXPECT_EQ(format_minute(toronto.local(*parse_utc("2045-03-12T07:00:00Z"))), "2045-03-12 03:00");
  EXPECT_EQ(format_minute(toronto.local(*parse_utc("2045-11-05T05:59:00Z"))), "2045-11-05 01:59");
  EXPECT_EQ(format_minute(toronto.local(*parse_utc("2045-11-05T06:00:00Z"))), "2045-11-05 01:00");
  const Zone sydney = zone_named("Australia/Sydney").value();
  EXPECT_EQ(format_minute(sydney.local(*parse_utc("2050-01-01T00:00:00Z"))), "2050-01-01 11:00");
  EXPECT_EQ(format_minute(sydney.local(*parse_utc("2050-07-01T00:00:00Z"))), "2050-07-01 10:00");
}

TEST(ZoneRules, AreReadInTheirForms) {
  const auto rule = parse_zone_rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->standard, std::chrono::hours{-2});
  EXPECT_EQ(rule->summer, std::chrono::hours{-1});
  EXPECT_EQ(rule->begin.week, 5U);
  EXPECT_EQ(rule->begin.time, std::chrono::hours{-1});
  EXPECT_EQ(parse_zone_rule("IST-2IDT,M3.4.4/26,M10.5.0")->begin.time, std::chrono::hours{26});
  EXPECT_EQ(parse_zone_rule("LHST-10:30LHDT-11,M10.1.0,M4.1.0")->standard,
            std::chrono::minutes{630});
  for (const char* none : {"", "CST-8", "EST5EDT", "EST5EDT,M13.1.0,M11.1.0", "EST5EDT,M3.2.0",
                           "EST5EDT,M3.2.0,M11.1.0x", "5,M3.2.0,M11.1.0"}) {
    EXPECT_FALSE(parse_zone_rule(none)) << none;
  }
}

TEST(Zones, OfUnknownNamesAreRefusedWithAHint) {
  for (const char* name : {"", "Asia/Shanghi", "../../etc/passwd", "中国"}) {
    const auto zone = zone_named(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_EQ(zone.error().code, Error::Code::not_found);
  }
}

TEST(LocalTimes, ThatAreShownTwiceMeanTheEarlierAndThoseSkippedMeanNothing) {
  const Zone toronto = zone_named("America/Toronto").value();
  EXPECT_EQ(instant_of(toronto, local(2026, 11, 1, 1, 30)), *parse_utc("2026-11-01T05:30:00Z"));
  EXPECT_EQ(instant_of(toronto, local(2026, 11, 1, 2, 30)), *parse_utc("2026-11-01T07:30:00Z"));
  EXPECT_EQ(instant_of(toronto, local(2026, 3, 8, 2, 30)), std::nullopt);
  EXPECT_EQ(instant_of(toronto, local(2026, 3, 8, 3, 0)), *parse_utc("2026-03-08T07:00:00Z"));
  EXPECT_EQ(instant_of(toronto, local(2026, 2, 29, 3, 0)), std::nullopt);
  EXPECT_EQ(instant_of(toronto, local(2028, 2, 29, 0, 0)), *parse_utc("2028-02-29T05:00:00Z"));
}

TEST(LocalTimes, AreReadInThreeForms) {
  EXPECT_EQ(parse_local("2026-01-15")->weekday, 4U);
  EXPECT_EQ(parse_local("2026-01-15 02:40")->minute_of_day, 160U);
  EXPECT_EQ(parse_local("2026-01-15T02:40:30")->second, 30U);
  for (const char* bad :
       {"", "2026-1-15", "2026-02-30", "2026-01-15 2:40", "2026-01-15 25:00", "2026-01-15 02:60",
        "2026-01-15 02:40:60", "2026-01-15 02:40x", "15.01.2026", "2026-01-15  02:40"}) {
    EXPECT_FALSE(parse_local(bad)) << bad;
  }
}

TEST(LedgerTimes, EndADayAt24AndAreWrittenAsTheyAreRead) {
  const Zone toronto = zone_named("America/Toronto").value();
  EXPECT_EQ(parse_ledger_time("2026-12-31 24:00", toronto).at, *parse_utc("2027-01-01T05:00:00Z"));
  for (const char* moment : {"2026-01-15T05:00:00Z", "2026-01-15T12:34:00Z", "2026-01-15T12:34:56Z",
                             "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"}) {
    const Instant at = *parse_utc(moment);
    const std::string text = format_ledger_time(at, toronto);
    EXPECT_EQ(parse_ledger_time(text, toronto).at, at) << text;
  }
  EXPECT_EQ(format_ledger_time(*parse_utc("2026-01-15T05:00:00Z"), toronto), "2026-01-15");
  EXPECT_EQ(format_ledger_time(*parse_utc("2026-11-01T06:30:00Z"), toronto),
            "2026-11-01T06:30:00.000Z")
      << "the second 01:30 of that night";
}

TEST(Hours, AreReadAndWrittenTheSame) {
  for (const char* text : {"09:00-17:30", "weekdays 22:00-06:00", "00:00-00:00"}) {
    EXPECT_EQ(format_hours(parse_hours(text).value()), text);
  }
  for (const char* bad : {"", "9-17", "09:00-17", "09:00 17:30", "weekday 09:00-17:30",
                          "09:00-25:00", "09:60-17:30"}) {
    EXPECT_FALSE(parse_hours(bad)) << bad;
  }
}

}  // namespace
}  // namespace shouwang::config
