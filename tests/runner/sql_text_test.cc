#include "runner/sql_text.h"

#include <gtest/gtest.h>

#include "runner/lock.h"

namespace resow {
namespace {

TEST(ArrayText, QuotesEveryElement) {
  const std::vector<Field> none;
  EXPECT_EQ(array_text(none), "{}");
  const std::vector<Field> some = {"a", std::nullopt, "", "NULL", "b\"c\\d,{e}"};
  EXPECT_EQ(array_text(some), R"({"a",NULL,"","NULL","b\"c\\d,{e}"})");
}

// Runs of different versions exclude each other by these.
TEST(SchemaLockKey, StaysTheSame) {
  EXPECT_NE(schema_lock_key("user_1"), schema_lock_key("user_2"));
  EXPECT_EQ(schema_lock_key("public"), 1298574257078862973);
  EXPECT_EQ(schema_lock_key("b\u00e9"), 8921512407097000214);
}

}  // namespace
}  // namespace resow
