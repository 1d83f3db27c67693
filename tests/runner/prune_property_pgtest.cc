// Schemas, rows and policies drawn from a seed: what the preview counts, what an execution deletes
// and what a plain model of the rules says are the same, whatever the size of the batches.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/fault.h"
#include "fixtures/policy_json.h"
#include "runner/prune/prune.h"
#include "tests/support/pg_test.h"

namespace resow {
namespace {

using Key = std::pair<size_t, int>;  // table, id

struct DrawnTable {
  std::string name;
  std::vector<size_t> parents;  // tables that columns p0, p1, ... refer to
  bool in_policy = false, follow = false, chosen = false, everything = false;
  std::optional<size_t> without;    // a table that refers to it
  std::optional<size_t> orphan_of;  // a table whose ids column `loose` names, held by no key
};

// A schema of some tables, who may refer to each other and themselves.
class Draw {
 public:
  explicit Draw(uint64_t seed) : engine_(seed) {
    const size_t count = 2 + pick(4);
    for (size_t i = 0; i < count; ++i) {
      DrawnTable table;
      table.name = fmt::format("t{}", i);
      const size_t parents = pick(3);
      for (size_t p = 0; p < parents; ++p) {
        // Mostly upwards; now and then to itself or down, which makes a circle.
        const size_t to = pick(5) == 0 ? pick(count) : (i == 0 ? 0 : pick(i));
        if (i > 0 || pick(3) == 0) table.parents.push_back(to);
      }
      table.in_policy = pick(5) > 0;
      table.follow = pick(3) == 0;
      table.everything = pick(6) == 0;
      table.chosen = !table.follow || table.everything || pick(2) == 0;
      tables.push_back(std::move(table));
    }
    tables[pick(count)].in_policy = true;
    for (DrawnTable& table : tables) {
      if (table.in_policy && !table.follow) table.chosen = true;
    }
    if (pick(2) == 0) {
      draw_without(pick(count));
    } else if (pick(2) == 0) {
      draw_orphans(tables[pick(count)], pick(count));
    }
  }

  size_t pick(size_t below) { return std::uniform_int_distribution<size_t>(0, below - 1)(engine_); }

  // Whether what the rule looks at is decided by other tables.
  bool is_late(const DrawnTable& table) const {
    if (table.orphan_of) return tables[*table.orphan_of].in_policy;
    return table.without && tables[*table.without].in_policy && tables[*table.without].follow;
  }
  bool has_late() const {
    return std::any_of(tables.begin(), tables.end(),
                       [&](const DrawnTable& table) { return is_late(table); });
  }

  std::string ddl() {
    std::string sql = "CREATE SCHEMA s;\n";
    for (const DrawnTable& table : tables) {
      std::string columns = "id int PRIMARY KEY, old boolean, at timestamptz, loose int";
      for (size_t p = 0; p < table.parents.size(); ++p) columns += fmt::format(", p{} int", p);
      sql += fmt::format("CREATE TABLE s.{} ({});\n", table.name, columns);
    }
    for (const DrawnTable& table : tables) {
      for (size_t p = 0; p < table.parents.size(); ++p) {
        static constexpr const char* kActions[] = {"", " ON DELETE CASCADE", " ON DELETE SET NULL",
                                                   " ON DELETE RESTRICT", " DEFERRABLE"};
        sql += fmt::format("ALTER TABLE s.{} ADD FOREIGN KEY (p{}) REFERENCES s.{}{};\n",
                           table.name, p, tables[table.parents[p]].name, kActions[pick(5)]);
      }
    }
    for (const DrawnTable& table : tables) {
      const size_t rows = pick(25);
      for (size_t id = 1; id <= rows; ++id) {
        const std::string loose = pick(4) == 0 ? "NULL" : std::to_string(1 + pick(30));
        sql += fmt::format(
            "INSERT INTO s.{} (id, old, at, loose) VALUES ({}, {}, '2026-01-{:02}', {});\n",
            table.name, id, pick(3) > 0, 1 + pick(28), loose);
      }
    }
    for (const DrawnTable& table : tables) {
      for (size_t p = 0; p < table.parents.size(); ++p) {
        sql += fmt::format(
            "UPDATE s.{0} AS t SET p{1} = (SELECT id FROM s.{2} AS q WHERE t.id IS NOT NULL AND"
            " pg_catalog.hashint4(t.id * 31 + q.id * 17 + {3}) % 3 <> 0 ORDER BY"
            " pg_catalog.hashint4(t.id + q.id * {4}) LIMIT 1) WHERE pg_catalog.hashint4(t.id) % 4 "
            "<> 0;\n",
            table.name, p, tables[table.parents[p]].name, pick(1000), 1 + pick(1000));
      }
    }
    return sql;
  }

  std::string policy() {
    std::string deletes;
    for (const DrawnTable& table : tables) {
      if (!table.in_policy) continue;
      std::vector<std::string> rules;
      if (table.follow) rules.emplace_back("\"follow\"");
      if (table.chosen && table.everything) {
        rules.emplace_back("\"all\"");
      } else if (table.chosen) {
        rules.push_back(pick(2) == 0 ? fmt::format("{{\"where\": \"{}.old -- so\"}}", table.name)
                                     : std::string("{\"state\": {\"old\": true}}"));
      }
      if (table.without) {
        rules.push_back(fmt::format("{{\"without\": \"{}\"}}", tables[*table.without].name));
      }
      if (table.orphan_of) {
        rules.push_back(
            fmt::format(R"({{"orphan_of": {{"table": "{}", "by": {{"loose": "id"}}}}}})",
                        tables[*table.orphan_of].name));
      }
      deletes += fmt::format("{}\"{}\": [{}]", deletes.empty() ? "" : ", ", table.name,
                             fmt::join(rules, ", "));
    }
    return "{\"schemas\": [\"s\"], \"delete\": {" + deletes + "}}";
  }

  std::vector<DrawnTable> tables;

 private:
  // In place of the table's other rules.
  void draw_without(size_t of) {
    DrawnTable& table = tables[of];
    std::vector<size_t> children;
    for (size_t i = 0; i < tables.size(); ++i) {
      const auto& parents = tables[i].parents;
      const bool refers = std::find(parents.begin(), parents.end(), of) != parents.end();
      if (refers && i != of) children.push_back(i);
    }
    if (children.empty()) return;
    table.in_policy = true;
    table.chosen = table.everything = false;
    table.without = children[pick(children.size())];
  }

  // Likewise.
  static void draw_orphans(DrawnTable& table, size_t of) {
    table.in_policy = true;
    table.chosen = table.everything = false;
    table.orphan_of = of;
  }

  std::mt19937_64 engine_;
};

// The rules, word for word.
class Model {
 public:
  Model(const Draw& draw, const test_support::TestDatabase& database) : draw_(draw) {
    for (size_t i = 0; i < draw.tables.size(); ++i) {
      const DrawnTable& table = draw.tables[i];
      std::string columns = "id || ',' || old::int || ',' || coalesce(loose, 0)";
      for (size_t p = 0; p < table.parents.size(); ++p) {
        columns += fmt::format(" || ',' || coalesce(p{}, 0)", p);
      }
      std::istringstream lines(database.psql(
          fmt::format("SELECT string_agg({}, E'\\n' ORDER BY id) FROM s.{}", columns, table.name)));
      for (std::string line; std::getline(lines, line);) add_row(i, line);
    }
    decide();
  }

  std::map<std::string, int64_t> gone() const {
    std::map<std::string, int64_t> counts;
    for (const DrawnTable& table : draw_.tables) {
      if (table.in_policy) counts[table.name] = 0;
    }
    for (const Key& key : gone_) ++counts[draw_.tables[key.first].name];
    return counts;
  }

 private:
  void add_row(size_t of, const std::string& line) {
    const DrawnTable& table = draw_.tables[of];
    std::istringstream fields(line);
    std::vector<int> values;
    for (std::string field; std::getline(fields, field, ',');) values.push_back(std::stoi(field));
    const Key key{of, values.at(0)};
    chosen_[key] = table.in_policy && table.chosen && (table.everything || values.at(1) == 1);
    if (table.without && !draw_.is_late(table)) chosen_[key] = true;
    if (values.at(2) != 0) loose_[key] = values.at(2);
    for (size_t p = 0; p < table.parents.size(); ++p) {
      if (values.at(3 + p) != 0) refers_[key].insert({table.parents[p], values.at(3 + p)});
    }
  }
  // Whether its loose reference leads to no row that stays.
  bool is_orphan(const Key& key) const {
    const auto to = loose_.find(key);
    if (to == loose_.end()) return false;
    const Key other{*draw_.tables[key.first].orphan_of, to->second};
    return !chosen_.contains(other) || gone_.contains(other);
  }
  bool follows(const Key& key) const {
    return draw_.tables[key.first].in_policy && draw_.tables[key.first].follow;
  }
  void decide() {
    for (auto& [key, chosen] : chosen_) {
      const DrawnTable& table = draw_.tables[key.first];
      if (table.orphan_of && !draw_.is_late(table)) chosen = is_orphan(key);
    }
    std::set<Key> keepers;
    for (const auto& [key, chosen] : chosen_) {
      if (!chosen && !follows(key)) keepers.insert(key);
    }
    for (bool more = true; more;) {
      more = false;
      for (const auto& [key, to] : refers_) {
        if (!keepers.contains(key)) continue;
        for (const Key& parent : to) more = keepers.insert(parent).second || more;
      }
    }
    for (const auto& [key, chosen] : chosen_) {
      if (chosen && !keepers.contains(key)) gone_.insert(key);
    }
    follow();
    add_late(keepers);
    follow();
  }
  void follow() {
    for (bool more = true; more;) {
      more = false;
      for (const auto& [key, to] : refers_) {
        if (gone_.contains(key)) continue;
        for (const Key& parent : to) {
          if (gone_.contains(parent)) more = gone_.insert(key).second || more;
        }
      }
    }
  }
  void add_late(const std::set<Key>& keepers) {
    std::set<Key> late;
    for (const auto& [key, chosen] : chosen_) {
      const DrawnTable& table = draw_.tables[key.first];
      if (!draw_.is_late(table) || gone_.contains(key)) continue;
      if (!table.orphan_of || is_orphan(key)) late.insert(key);
    }
    for (const auto& [key, to] : refers_) {
      for (const Key& parent : to) {
        const DrawnTable& table = draw_.tables[parent.first];
        const bool looked_for = table.without && key.first == *table.without;
        if (keepers.contains(key) || (looked_for && !gone_.contains(key))) late.erase(parent);
      }
    }
    gone_.insert(late.begin(), late.end());
  }

  const Draw& draw_;
  std::map<Key, bool> chosen_;
  std::map<Key, std::set<Key>> refers_;
  std::map<Key, int> loose_;
  std::set<Key> gone_;
};

class PruneProperty : public test_support::PgTest, public ::testing::WithParamInterface<int> {};

std::map<std::string, int64_t> counts_of(const PruneResult& result, bool executed) {
  std::map<std::string, int64_t> counts;
  for (size_t unit = 0; unit < result.plans.size(); ++unit) {
    for (size_t i = 0; i < result.plans[unit].tables.size(); ++i) {
      const std::string& name =
          result.catalog.relations[result.plans[unit].tables[i].relation].name;
      if (!executed) {
        counts[name] = result.found[unit].tables[i].gone;
      } else {
        counts[name] = result.counts[unit].empty() ? 0 : result.counts[unit][i].removed;
      }
    }
  }
  return counts;
}

TEST_P(PruneProperty, PreviewModelAndExecutionAgree) {
  constexpr int kSchemasOfTest = 6;
  for (int i = 0; i < kSchemasOfTest; ++i) {
    const auto seed = static_cast<uint64_t>(GetParam() * kSchemasOfTest + i);
    Draw draw(seed);
    const std::string ddl = draw.ddl(), policy = draw.policy();
    SCOPED_TRACE(fmt::format("seed {}\n{}\n{}", seed, ddl, policy));
    psql("DROP SCHEMA IF EXISTS s CASCADE; " + ddl);
    const std::map<std::string, int64_t> wanted = Model(draw, database()).gone();

    PruneRequest request;
    request.policy = parse_policy(policy, "policy.json");
    request.policy_hash = policy;
    request.allow_everything = true;
    request.limits.batch_rows = 1 + draw.pick(40);
    request.limits.atomic = draw.pick(4) == 0;
    PruneResult preview;
    try {
      prune(connection(), options(), request, {}, preview);
    } catch (const InputError& error) {
      ASSERT_TRUE(draw.has_late()) << error.what();
      ASSERT_NE(std::string(error.what()).find("back to it"), std::string::npos) << error.what();
      continue;
    }
    ASSERT_EQ(counts_of(preview, false), wanted);

    request.plan = preview.plan_id;
    PruneResult done;
    prune(connection(), options(), request, {}, done);
    ASSERT_EQ(counts_of(done, true), wanted);
    ASSERT_EQ(done.progress.busy, 0);

    request.plan = "";
    PruneResult again;
    prune(connection(), options(), request, {}, again);
    if (draw.has_late()) continue;  // what only a late rule's rows kept goes with the next run
    for (const auto& [table, rows] : counts_of(again, false)) ASSERT_EQ(rows, 0) << table;
  }
}

// RESOW_PRUNE_SEEDS=500 for a long run.
int prune_seeds() {
  const char* seeds = std::getenv("RESOW_PRUNE_SEEDS");
  return seeds == nullptr ? 14 : std::atoi(seeds);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PruneProperty, ::testing::Range(0, prune_seeds()));

}  // namespace
}  // namespace resow
