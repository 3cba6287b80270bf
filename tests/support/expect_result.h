// Looking at Results in tests.

#pragma once

#include <gtest/gtest.h>

#include "base/result.h"

#define EXPECT_DONE(expression) EXPECT_TRUE((expression).has_value())
#define ASSERT_DONE(expression) ASSERT_TRUE((expression).has_value())
// The Result is an error of this code.
#define EXPECT_CODE(expression, wanted)                                                \
  do {                                                                                 \
    const auto outcome = (expression);                                                 \
    EXPECT_FALSE(outcome.has_value());                                                 \
    if (outcome.has_value()) break;                                                    \
    EXPECT_EQ(name_of(outcome.error().code), name_of(wanted)) << outcome.error().what; \
  } while (false)
