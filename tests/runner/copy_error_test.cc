#include "runner/copy_error.h"

#include <gtest/gtest.h>

#include <string>

namespace resow {
namespace {

TEST(CopyPlace, IsReadFromTheContext) {
  struct Case {
    const char* context;
    uint64_t line;  // 0: nothing to be found
    const char* column;
  };
  const Case cases[] = {
      {"COPY jobs, line 17", 17, ""},
      {"COPY jobs, line 17: \"1\tx\"", 17, ""},
      {"COPY jobs, line 17, column status: \"pnding\"", 17, "status"},
      {"COPY jobs, line 17, column status: \"a, b: c\"", 17, "status"},
      {"COPY jobs, line 17, column status: null input", 17, "status"},
      {"COPY jobs, line 17, column status", 17, "status"},  // binary
      {"COPY jobs, line 3000000000, column n: \"x\"", 3'000'000'000, "n"},
      {"COPY jobs, ligne 17, colonne status : \u00ab x \u00bb", 17, "status "},
      {"COPY jobs, Zeile 17, Spalte status: \u00bbx\u00ab", 17, "status"},
      {"PL/pgSQL function f() line 3 at RAISE\nCOPY jobs, line 2: \"5\"", 2, ""},
      {"COPY other, line 2\nCOPY jobs, line 5", 5, ""},
      {"SQL statement \"COPY jobs, line 9\"", 0, ""},
      {"", 0, ""},
      {"COPY jobs", 0, ""},
      {"COPY jobs_2, line 4", 0, ""},
  };
  for (const Case& c : cases) {
    const auto place = copy_place(c.context, "jobs");
    ASSERT_EQ(place.has_value(), c.line != 0) << c.context;
    if (!place) continue;
    EXPECT_EQ(place->line, c.line) << c.context;
    EXPECT_EQ(place->column, c.column) << c.context;
  }
}

TEST(CopyPlace, TakesNamesWithCommasAndNumbers) {
  const auto place = copy_place("COPY a, line 3, line 12, column b: \"\"", "a, line 3");
  ASSERT_TRUE(place);
  EXPECT_EQ(place->line, 12U);
  EXPECT_EQ(place->column, "b");
}

}  // namespace
}  // namespace resow
