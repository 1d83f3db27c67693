#include "runner/group_faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace resow {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> grouped(const std::vector<UnitFaults>& units) {
  std::vector<std::string> lines;
  for (const Fault& fault : group_faults(units)) lines.push_back(to_string(fault));
  return lines;
}

UnitFaults unit(const std::string& schema, const std::vector<std::string>& whats) {
  UnitFaults unit{{schema}, {}};
  for (const std::string& what : whats) unit.faults.push_back({"d.json#/tables", what, "look"});
  return unit;
}

TEST(GroupFaults, KeepsWhatIsNotRepeated) {
  EXPECT_THAT(grouped({unit("user_1", {"no table a", "no table b"}), unit("user_2", {})}),
              ElementsAre("d.json#/tables: no table a; look", "d.json#/tables: no table b; look"));
}

TEST(GroupFaults, SaysWhereElseTheSameFaultIs) {
  struct Case {
    size_t schemas;
    const char* text;
  };
  const Case cases[] = {
      {2, "d.json#/tables: no table user_1.a (likewise in user_2); look"},
      {3, "d.json#/tables: no table user_1.a (likewise in user_2 and user_3); look"},
      {5,
       "d.json#/tables: no table user_1.a (likewise in user_2, user_3, user_4 and user_5); look"},
      {6,
       "d.json#/tables: no table user_1.a (likewise in user_2, user_3, user_4 and 2 more schemas);"
       " look"},
      {1001,
       "d.json#/tables: no table user_1.a (likewise in user_2, user_3, user_4 and 997 more"
       " schemas); look"},
  };
  for (const Case& c : cases) {
    std::vector<UnitFaults> units;
    for (size_t i = 1; i <= c.schemas; ++i) {
      const std::string name = "user_" + std::to_string(i);
      units.push_back(unit(name, {"no table " + name + ".a"}));
    }
    EXPECT_THAT(grouped(units), ElementsAre(c.text)) << c.schemas << " schemas";
  }
}

TEST(GroupFaults, TellsSchemasFromPartsOfWords) {
  // Nothing but a mention of the schema itself may differ.
  EXPECT_EQ(grouped({unit("a", {"table a.cat has 3 rows"}), unit("b", {"table b.cbt has 3 rows"})})
                .size(),
            2U);
  EXPECT_EQ(grouped({unit("a", {"table a.cat has 3 rows"}), unit("b", {"table b.cat has 3 rows"})})
                .size(),
            1U);
  EXPECT_EQ(
      grouped({unit("user_1", {"user_1.t: 10 rows"}), unit("user_10", {"user_10.t: 10 rows"})})
          .size(),
      1U);
  EXPECT_EQ(grouped({unit("user_1", {"user_1.t: 10 rows"}), unit("user_2", {"user_2.t: 11 rows"})})
                .size(),
            2U);
}

TEST(GroupFaults, CountsAUnitOnce) {
  EXPECT_THAT(grouped({unit("user_1", {"no a", "no a"}), unit("user_2", {"no a", "no a"})}),
              ElementsAre("d.json#/tables: no a (likewise in user_2); look"));
}

TEST(GroupFaults, NamesUnitsOfSeveralSchemas) {
  std::vector<UnitFaults> units = {{{"s1", "h1"}, {{"x", "s1.t refers to h1.t", ""}}},
                                   {{"s2", "h2"}, {{"x", "s2.t refers to h2.t", ""}}}};
  EXPECT_THAT(grouped(units), ElementsAre("x: s1.t refers to h1.t (likewise in s2, h2)"));
}

}  // namespace
}  // namespace resow
