// What the generators compute is a promise: the same program gives the same values in every release
// of one kGeneratorVersion. When a change is meant, raise the version in generators/version.h and
// run this test with RESOW_UPDATE_GOLDEN=1, which writes the new file.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "generators/version.h"
#include "tests/generators/every_rule.h"
#include "tests/generators/programs.h"

namespace resow {
namespace {

std::string golden_path() {
  return fmt::format("{}/tests/golden/generators_v{}.txt", RESOW_SOURCE_DIR, kGeneratorVersion);
}

// The first rows of each column, a column a line.
std::string values_of(const Program& program) {
  constexpr uint64_t kGoldenRows = 8;
  std::string out;
  for (size_t table = 0; table < program.tables.size(); ++table) {
    const TableProgram& of = program.tables[table];
    const auto rows = row_range(0, std::min(kGoldenRows, of.shape.rows()));
    out += fmt::format("{}: {} rows\n", of.name, of.shape.rows());
    for (size_t column = 0; column < of.columns.size(); ++column) {
      out += fmt::format("  {}:", of.columns[column].name);
      for (const std::string& text : texts(program, table, column, rows)) out += " | " + text;
      out += "\n";
    }
  }
  return out;
}

TEST(Golden, ValuesAreThoseOfTheirVersion) {
  const std::string values = values_of(every_rule(20260119, 1000));
  if (std::getenv("RESOW_UPDATE_GOLDEN") != nullptr) std::ofstream(golden_path()) << values;
  std::ifstream file(golden_path());
  ASSERT_TRUE(file.is_open()) << golden_path();
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(values, golden.str()) << "generated values have changed: see " << __FILE__;
}

}  // namespace
}  // namespace resow
