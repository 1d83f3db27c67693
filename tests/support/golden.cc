#include "tests/support/golden.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace resow {

void expect_golden(std::string_view name, const std::string& text) {
  const std::string path = std::string(RESOW_SOURCE_DIR) + "/tests/golden/" + std::string(name);
  if (std::getenv("RESOW_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
  std::ifstream file(path);
  ASSERT_TRUE(file.is_open()) << path;
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(text, golden.str()) << path << " (RESOW_UPDATE_GOLDEN=1 writes it anew)";
}

}  // namespace resow
