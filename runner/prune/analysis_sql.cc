#include "runner/prune/analysis_sql.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "runner/prune/condition_sql.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

// Writes common table expressions, each when something needs it:
//   e0, e1, ...  values of foreign key 0, 1, ... in rows that keep what they refer to
//   d0, d1, ...  keys of rows that go, which rows of the referencing table follow
//   link0, ...   the links between the rows of circle 0, ...; pin0, kept0, gone0: its rows that
//   keep,
//                that are kept, that go
//   late0, ...   rows that a late rule of table 0, ... chooses, and what follows them
// Rows of circles are known by table (an index) and a text of tableoid and ctid.
class Query {
 public:
  Query(const Connection& connection, const PruneContext& context)
      : connection_(connection),
        catalog_(context.catalog),
        plan_(context.plan),
        operators_(context.operators) {
    for (size_t i = 0; i < plan_.circles.size(); ++i) {
      for (const size_t table : plan_.circles[i]) circle_of_[table] = i;
    }
    for (size_t i = 0; i < plan_.tables.size(); ++i) {
      chosen_.push_back(chosen_sql(connection, catalog_, plan_.tables[i]).text);
    }
    // Children first: what a late rule looks at has been decided.
    for (size_t i = plan_.tables.size(); i-- > 0;) {
      if (!plan_.tables[i].late_rules.empty()) add_late(i);
    }
  }

  std::string totals() {
    std::string sql;
    for (size_t i = 0; i < plan_.tables.size(); ++i) add_select(sql, total_of(i));
    for (size_t i = 0; i < plan_.resets.size(); ++i) add_select(sql, total_of_reset(i));
    return whole(sql);
  }

  std::string months() {
    std::string sql;
    for (size_t i = 0; i < plan_.tables.size(); ++i) {
      const PruneTable& table = plan_.tables[i];
      if (!table.time) continue;
      const std::string from = from_with_gone(i);
      add_select(sql, fmt::format("SELECT {}, pg_catalog.to_char({}, 'YYYY-MM'),"
                                  " pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE {})"
                                  " FROM {} GROUP BY 2",
                                  i, time(i), goes(i), from));
    }
    return sql.empty() ? "" : whole(sql) + " ORDER BY 1, 2 NULLS LAST";
  }

 private:
  const Relation& relation(size_t table) const {
    return catalog_.relations[plan_.tables[table].relation];
  }
  bool in_circle(size_t table) const { return circle_of_.contains(table); }
  // Both ends in one circle.
  bool within_circle(const PruneEdge& edge) const {
    if (!edge.child_table || !in_circle(*edge.child_table) || !in_circle(edge.parent_table)) {
      return false;
    }
    return circle_of_.at(*edge.child_table) == circle_of_.at(edge.parent_table);
  }
  std::string row(size_t table) const {
    const std::string name = connection_.quote_name(relation(table).name);
    return fmt::format("pg_catalog.concat({0}.tableoid, {0}.ctid)", name);
  }
  std::string time(size_t table) const {
    return column_sql(connection_, relation(table), *plan_.tables[table].time);
  }

  static void add_select(std::string& sql, const std::string& select) {
    sql += (sql.empty() ? "" : "\nUNION ALL ") + select;
  }
  std::string whole(const std::string& selects) const {
    return (parts_.empty() ? "" : "WITH RECURSIVE " + parts_ + "\n") + selects;
  }
  void add_part(const std::string& name, const std::string& query) {
    parts_ += (parts_.empty() ? "" : ",\n") + fmt::format("{} AS ({})", name, query);
  }
  bool once(const std::string& name) { return made_.insert(name).second; }

  const ForeignKey& key_of(const PruneEdge& edge) const {
    return catalog_.relations[edge.key_owner].foreign_keys[edge.foreign_key];
  }
  // The columns of the referencing table, with an alias.
  std::vector<std::string> child_columns(const PruneEdge& edge, const std::string& alias) const {
    std::vector<std::string> columns;
    const Relation& owner = catalog_.relations[edge.key_owner];
    for (const ColumnNumber number : key_of(edge).columns) {
      columns.push_back(connection_.quote_name(alias, owner.column(number)->name));
    }
    return columns;
  }
  std::vector<std::string> parent_columns(const PruneEdge& edge, const std::string& alias) const {
    std::vector<std::string> columns;
    const Relation& referenced = catalog_.relations[key_of(edge).referenced];
    for (const ColumnNumber number : key_of(edge).referenced_columns) {
      columns.push_back(connection_.quote_name(alias, referenced.column(number)->name));
    }
    return columns;
  }
  // parent OP child AND ...
  std::string join(const PruneEdge& edge, const std::vector<std::string>& parent,
                   const std::vector<std::string>& child) const {
    const auto& operators = operators_.at(key_of(edge).oid);
    std::string on;
    for (size_t i = 0; i < parent.size(); ++i) {
      on += fmt::format("{}{} {} {}", i == 0 ? "" : " AND ", parent[i], operators[i], child[i]);
    }
    return on;
  }
  static std::vector<std::string> part_columns(const std::string& part, size_t count) {
    std::vector<std::string> columns;
    for (size_t i = 0; i < count; ++i) columns.push_back(fmt::format("{}.f{}", part, i + 1));
    return columns;
  }
  static std::string named(const std::vector<std::string>& columns) {
    std::string list;
    for (size_t i = 0; i < columns.size(); ++i) {
      list += fmt::format("{}{} AS f{}", i == 0 ? "" : ", ", columns[i], i + 1);
    }
    return list;
  }
  static std::string all_there(const std::vector<std::string>& columns) {
    std::string condition;
    for (const std::string& column : columns) {
      condition += (condition.empty() ? "" : " AND ") + column + " IS NOT NULL";
    }
    return condition;
  }
  // A key of a partition alone holds for its rows alone.
  std::string of_owner(const PruneEdge& edge, const std::string& alias) const {
    if (edge.key_owner == edge.child) return "";
    return fmt::format(
        " AND {}.tableoid OPERATOR(pg_catalog.=) ANY (ARRAY(SELECT"
        " p.relid::pg_catalog.oid FROM pg_catalog.pg_partition_tree({}::pg_catalog.oid) AS p"
        " UNION ALL SELECT {}::pg_catalog.oid))",
        connection_.quote_name(alias), catalog_.relations[edge.key_owner].oid,
        catalog_.relations[edge.key_owner].oid);
  }

  // What keeps rows of the edge's referenced table.
  void need_pins(size_t i) {
    const PruneEdge& edge = plan_.edges[i];
    if (!once(fmt::format("e{}", i))) return;
    const Relation& child = catalog_.relations[edge.child];
    const auto columns = child_columns(edge, child.name);
    std::string from = from_sql(connection_, child), keeps = "true";
    if (edge.child_table) {
      from = from_with_pins(*edge.child_table);
      keeps = pins(*edge.child_table);
    }
    add_part(fmt::format("e{}", i),
             fmt::format("SELECT DISTINCT {} FROM {} WHERE {} AND {}{}", named(columns), from,
                         all_there(columns), keeps, of_owner(edge, child.name)));
  }

  // The table, with what is needed to know which of its rows are kept.
  std::string from_with_pins(size_t table) {
    const Relation& own = relation(table);
    std::string from = from_sql(connection_, own);
    for (size_t i = 0; i < plan_.edges.size(); ++i) {
      const PruneEdge& edge = plan_.edges[i];
      if (edge.parent_table != table || within_circle(edge)) continue;
      need_pins(i);
      const auto columns = parent_columns(edge, own.name);
      from += fmt::format(" LEFT JOIN e{0} ON {1}", i,
                          join(edge, columns, part_columns(fmt::format("e{}", i), columns.size())));
    }
    if (in_circle(table)) {
      const size_t circle = circle_of_.at(table);
      need_circle(circle);
      from += join_rows(fmt::format("kept{}", circle), table);
      from += join_rows(fmt::format("pin{}", circle), table);
    }
    return from;
  }
  std::string join_rows(const std::string& part, size_t table) const {
    return fmt::format(
        " LEFT JOIN {0} ON {0}.t OPERATOR(pg_catalog.=) {1} AND {0}.r"
        " OPERATOR(pg_catalog.=) {2}",
        part, table, row(table));
  }

  std::string kept_from_outside(size_t table) const {
    std::string kept;
    for (size_t i = 0; i < plan_.edges.size(); ++i) {
      if (plan_.edges[i].parent_table != table || within_circle(plan_.edges[i])) continue;
      kept += fmt::format("{}e{}.f1 IS NOT NULL", kept.empty() ? "" : " OR ", i);
    }
    return kept.empty() ? "false" : "(" + kept + ")";
  }
  // Whether something that stays refers to the row. REQUIRES: from_with_pins().
  std::string kept(size_t table) const {
    std::string kept = kept_from_outside(table);
    if (!in_circle(table)) return kept;
    return fmt::format("({} OR kept{}.r IS NOT NULL)", kept, circle_of_.at(table));
  }
  // Whether the row keeps what it refers to. REQUIRES: likewise.
  std::string pins(size_t table) const {
    if (in_circle(table)) return fmt::format("pin{}.r IS NOT NULL", circle_of_.at(table));
    return pins_by_itself(table, kept(table));
  }
  std::string pins_by_itself(size_t table, const std::string& kept) const {
    if (plan_.tables[table].follow) return kept;
    return fmt::format("(NOT {} OR {})", chosen_[table], kept);
  }

  void need_circle(size_t circle) {
    if (!once(fmt::format("link{}", circle))) return;
    const std::string links = fmt::format("link{}", circle), pin = fmt::format("pin{}", circle);
    // What comes from outside, first.
    std::string base;
    for (const size_t table : plan_.circles[circle]) {
      std::string from = from_sql(connection_, relation(table));
      for (size_t i = 0; i < plan_.edges.size(); ++i) {
        const PruneEdge& edge = plan_.edges[i];
        if (edge.parent_table != table || within_circle(edge)) continue;
        need_pins(i);
        const auto columns = parent_columns(edge, relation(table).name);
        from +=
            fmt::format(" LEFT JOIN e{0} ON {1}", i,
                        join(edge, columns, part_columns(fmt::format("e{}", i), columns.size())));
      }
      base += fmt::format("{}SELECT {} AS t, {} AS r FROM {} WHERE {}",
                          base.empty() ? "" : " UNION ALL ", table, row(table), from,
                          pins_by_itself(table, kept_from_outside(table)));
    }
    std::vector<size_t> edges;
    for (size_t i = 0; i < plan_.edges.size(); ++i) {
      if (within_circle(plan_.edges[i]) && circle_of_.at(plan_.edges[i].parent_table) == circle) {
        edges.push_back(i);
      }
    }
    add_part(links, links_sql(edges));
    add_part(pin, fmt::format("SELECT b.t, b.r FROM ({}) AS b UNION SELECT l.pt, l.pr FROM {} AS p"
                              " JOIN {} AS l ON l.ct OPERATOR(pg_catalog.=) p.t AND l.cr"
                              " OPERATOR(pg_catalog.=) p.r",
                              base, pin, links));
    add_part(fmt::format("kept{}", circle),
             fmt::format("SELECT DISTINCT l.pt AS t, l.pr AS r FROM {} AS l JOIN {} AS p ON p.t"
                         " OPERATOR(pg_catalog.=) l.ct AND p.r OPERATOR(pg_catalog.=) l.cr",
                         links, pin));
  }

  // Child row, parent row: of these edges.
  std::string links_sql(const std::vector<size_t>& edges) const {
    std::string sql;
    for (const size_t i : edges) {
      const PruneEdge& edge = plan_.edges[i];
      const size_t child = *edge.child_table, parent = edge.parent_table;
      add_select(
          sql,
          fmt::format("SELECT {} AS ct, pg_catalog.concat(c.tableoid, c.ctid) AS cr, {} AS pt,"
                      " pg_catalog.concat(p.tableoid, p.ctid) AS pr FROM {} AS c JOIN {} AS p ON"
                      " {}{}",
                      child, parent, only_table(connection_, relation(child)),
                      only_table(connection_, relation(parent)),
                      join(edge, parent_columns(edge, "p"), child_columns(edge, "c")),
                      of_owner(edge, "c")));
    }
    return sql;
  }

  // Keys of the referenced table's rows that go: those that refer to them follow.
  void need_gone(size_t i) {
    if (!once(fmt::format("d{}", i))) return;
    const PruneEdge& edge = plan_.edges[i];
    const auto columns = parent_columns(edge, relation(edge.parent_table).name);
    const std::string from = from_with_gone(edge.parent_table);
    add_part(fmt::format("d{}", i), fmt::format("SELECT DISTINCT {} FROM {} WHERE {}",
                                                named(columns), from, goes(edge.parent_table)));
  }

  std::string from_following(size_t table, std::string& follows) {
    std::string from = from_with_pins(table);
    if (!plan_.tables[table].follow) return from;
    for (size_t i = 0; i < plan_.edges.size(); ++i) {
      const PruneEdge& edge = plan_.edges[i];
      if (edge.child_table != table || within_circle(edge)) continue;
      need_gone(i);
      const std::string part = fmt::format("d{}", i);
      const auto columns = child_columns(edge, relation(table).name);
      from += fmt::format(" LEFT JOIN {} ON {}{}", part,
                          join(edge, part_columns(part, columns.size()), columns),
                          of_owner(edge, relation(table).name));
      follows += fmt::format(" OR {}.f1 IS NOT NULL", part);
    }
    return from;
  }

  // Rows that go without what late rules say.
  std::string goes_by_itself(size_t table, const std::string& follows) const {
    return fmt::format("(({} AND NOT {}){})", chosen_[table], kept(table), follows);
  }

  void need_gone_of_circle(size_t circle) {
    const std::string gone = fmt::format("gone{}", circle);
    if (!once(gone)) return;
    std::string base, following;
    for (const size_t table : plan_.circles[circle]) {
      std::string follows;
      const std::string from = from_following(table, follows);
      base += fmt::format("{}SELECT {} AS t, {} AS r FROM {} WHERE {}",
                          base.empty() ? "" : " UNION ALL ", table, row(table), from,
                          goes_by_itself(table, follows));
      if (plan_.tables[table].follow) {
        following += fmt::format("{}{}", following.empty() ? "" : ", ", table);
      }
    }
    if (following.empty()) return add_part(gone, base);
    add_part(gone, fmt::format("SELECT b.t, b.r FROM ({0}) AS b UNION SELECT l.ct, l.cr FROM {1} AS"
                               " g JOIN link{2} AS l ON l.pt OPERATOR(pg_catalog.=) g.t AND l.pr"
                               " OPERATOR(pg_catalog.=) g.r AND l.ct IN ({3})",
                               base, gone, circle, following));
  }

  // The table, with what is needed to know which of its rows go.
  std::string from_with_gone(size_t table) {
    std::string from;
    if (in_circle(table)) {
      const size_t circle = circle_of_.at(table);
      need_gone_of_circle(circle);
      from = from_with_pins(table) + join_rows(fmt::format("gone{}", circle), table);
    } else {
      from = from_following(table, follows_[table] = "");
    }
    if (const auto late = late_.find(table); late != late_.end()) {
      for (const size_t i : late->second) from += join_rows(fmt::format("late{}", i), table);
    }
    return from;
  }
  // REQUIRES: from_with_gone() was called for it.
  std::string goes(size_t table) const {
    std::string goes = in_circle(table) ? fmt::format("gone{}.r IS NOT NULL", circle_of_.at(table))
                                        : goes_by_itself(table, follows_.at(table));
    if (const auto late = late_.find(table); late != late_.end()) {
      for (const size_t i : late->second) goes += fmt::format(" OR late{}.r IS NOT NULL", i);
    }
    return "(" + goes + ")";
  }

  // What a late rule chooses: columns of `from` are added to what it needs.
  std::string late_condition(size_t table, size_t rule_number, std::string& from) {
    const PruneTable& own = plan_.tables[table];
    const PruneCondition& rule = own.late_rules[rule_number];
    std::string condition = conditions_sql(connection_, catalog_, own.relation, rule).text;
    if (rule.without) {
      for (size_t i = 0; i < plan_.edges.size(); ++i) {
        const PruneEdge& edge = plan_.edges[i];
        if (edge.parent_table != table || edge.child != *rule.without) continue;
        const std::string part = fmt::format("w{}_{}_{}", table, rule_number, i);
        if (once(part)) {
          const auto columns = child_columns(edge, relation(*edge.child_table).name);
          const std::string staying = from_with_gone(*edge.child_table);
          add_part(part,
                   fmt::format("SELECT DISTINCT {} FROM {} WHERE {} AND NOT {}{}", named(columns),
                               staying, all_there(columns), goes(*edge.child_table),
                               of_owner(edge, relation(*edge.child_table).name)));
        }
        const auto columns = parent_columns(edge, relation(table).name);
        from += fmt::format(" LEFT JOIN {} ON {}", part,
                            join(edge, columns, part_columns(part, columns.size())));
        condition += fmt::format(" AND {}.f1 IS NULL", part);
      }
    }
    if (rule.orphan) {
      const std::string part = fmt::format("o{}_{}", table, rule_number);
      const size_t other = table_of(rule.orphan->referenced);
      if (once(part)) {
        std::string columns;
        for (const auto& [mine, theirs] : rule.orphan->columns) {
          columns +=
              (columns.empty() ? "" : ", ") + column_sql(connection_, relation(other), theirs);
        }
        const std::string staying = from_with_gone(other);
        add_part(part, fmt::format("SELECT DISTINCT {} FROM {} WHERE NOT {}", columns, staying,
                                   goes(other)));
      }
      condition += " AND " + orphan_sql(connection_, catalog_, own.relation, *rule.orphan, part);
    }
    return "COALESCE(" + condition + ", false)";
  }

  size_t table_of(size_t wanted) const {
    const auto found =
        std::find_if(plan_.tables.begin(), plan_.tables.end(),
                     [&](const PruneTable& table) { return table.relation == wanted; });
    return static_cast<size_t>(found - plan_.tables.begin());
  }

  std::string late_conditions(size_t table, std::string& from) {
    std::string any;
    for (size_t i = 0; i < plan_.tables[table].late_rules.size(); ++i) {
      any += (any.empty() ? "" : " OR ") + late_condition(table, i, from);
    }
    return "(" + any + ")";
  }

  // The tables whose rows follow those of `table`, near and far.
  std::set<size_t> followers_of(size_t table) const {
    std::set<size_t> followers;
    std::vector<size_t> open = {table};
    while (!open.empty()) {
      const size_t parent = open.back();
      open.pop_back();
      for (const PruneEdge& edge : plan_.edges) {
        if (edge.parent_table != parent || !edge.child_table) continue;
        if (!plan_.tables[*edge.child_table].follow) continue;
        if (followers.insert(*edge.child_table).second) open.push_back(*edge.child_table);
      }
    }
    return followers;
  }

  void add_late(size_t table) {
    const std::set<size_t> followers = followers_of(table);
    std::string from = from_with_gone(table);
    const std::string going = goes(table);
    const std::string condition = late_conditions(table, from);
    const std::string part = fmt::format("late{}", table);
    const std::string base =
        fmt::format("SELECT {} AS t, {} AS r FROM {} WHERE {} AND NOT {} AND NOT {}", table,
                    row(table), from, condition, going, kept(table));
    if (followers.empty()) {
      add_part(part, base);
    } else {
      std::vector<size_t> edges;
      for (size_t i = 0; i < plan_.edges.size(); ++i) {
        const PruneEdge& edge = plan_.edges[i];
        const bool from_here = edge.parent_table == table || followers.contains(edge.parent_table);
        if (from_here && edge.child_table && followers.contains(*edge.child_table)) {
          edges.push_back(i);
        }
      }
      add_part(part + "_links", links_sql(edges));
      add_part(part, fmt::format("SELECT b.t, b.r FROM ({0}) AS b UNION SELECT l.ct, l.cr FROM {1}"
                                 " AS g JOIN {1}_links AS l ON l.pt OPERATOR(pg_catalog.=) g.t AND"
                                 " l.pr OPERATOR(pg_catalog.=) g.r",
                                 base, part));
    }
    late_[table].push_back(table);
    for (const size_t follower : followers) {
      if (follower != table) late_[follower].push_back(table);
    }
  }

  std::string total_of(size_t table) {
    std::string from = from_with_gone(table);
    const std::string going = goes(table);
    std::string chosen = chosen_[table];
    if (!plan_.tables[table].late_rules.empty()) {
      chosen = fmt::format("({} OR {})", chosen, late_conditions(table, from));
    }
    std::string keepers;
    for (size_t i = 0; i < plan_.edges.size(); ++i) {
      const PruneEdge& edge = plan_.edges[i];
      if (edge.parent_table != table) continue;
      const std::string kept = within_circle(edge)
                                   ? fmt::format("kept{}.r IS NOT NULL", circle_of_.at(table))
                                   : fmt::format("e{}.f1 IS NOT NULL", i);
      keepers += fmt::format("{}pg_catalog.count(*) FILTER (WHERE {} AND {} AND NOT {})",
                             keepers.empty() ? "" : ", ", chosen, kept, going);
    }
    std::string times = "NULL, NULL, NULL, NULL";
    if (plan_.tables[table].time) {
      const std::string value = time(table);
      times = fmt::format(
          "pg_catalog.min({0})::pg_catalog.text, pg_catalog.max({0})::pg_catalog.text,"
          " (pg_catalog.min({0}) FILTER (WHERE {1}))::pg_catalog.text,"
          " (pg_catalog.max({0}) FILTER (WHERE {1}))::pg_catalog.text",
          value, going);
    }
    return fmt::format(
        "SELECT {}, pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE {}),"
        " pg_catalog.count(*) FILTER (WHERE {} AND NOT {}),"
        " ARRAY[{}]::pg_catalog.int8[], {} FROM {}",
        table, going, chosen, going, keepers, times, from);
  }

  std::string total_of_reset(size_t i) {
    const PruneReset& reset = plan_.resets[i];
    std::string from = from_sql(connection_, catalog_.relations[reset.relation]);
    std::string stays = "true";
    if (const size_t table = table_of(reset.relation); table < plan_.tables.size()) {
      from = from_with_gone(table);
      stays = "NOT " + goes(table);
    }
    std::string differs;
    for (const PruneReset::Column& column : reset.columns) {
      differs += (differs.empty() ? "" : " OR ") +
                 differs_sql(connection_, catalog_, reset.relation, column);
    }
    const std::string chosen =
        reset.everything
            ? "true"
            : fmt::format("COALESCE({}, false)",
                          condition_sql(connection_, catalog_, reset.relation, reset.rules).text);
    return fmt::format(
        "SELECT {}, pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE {} AND {}"
        " AND ({})), 0, NULL::pg_catalog.int8[], NULL, NULL, NULL, NULL FROM {}",
        plan_.tables.size() + i, chosen, stays, differs, from);
  }

  const Connection& connection_;
  const Catalog& catalog_;
  const PrunePlan& plan_;
  const KeyOperators& operators_;
  std::map<size_t, size_t> circle_of_;
  std::vector<std::string> chosen_;
  std::map<size_t, std::string> follows_;
  std::map<size_t, std::vector<size_t>> late_;  // by table: which late parts hold rows of it
  std::set<std::string> made_;
  std::string parts_;
};

}  // namespace

std::string totals_sql(const Connection& connection, const PruneContext& context) {
  return Query(connection, context).totals();
}

std::string months_sql(const Connection& connection, const PruneContext& context) {
  return Query(connection, context).months();
}

}  // namespace resow
