#include "runner/prune/subtree.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "fixtures/partitions.h"
#include "runner/at_table.h"
#include "runner/catalog/row_values.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

const ForeignKey& key_of(const Catalog& catalog, const PruneEdge& edge) {
  return catalog.relations[edge.key_owner].foreign_keys[edge.foreign_key];
}

std::string quoted(const Connection& connection, const Relation& relation) {
  return connection.quote_name(relation.name);
}

// No staying row refers to it, no row that it refers to is left: what late rules wait for.
std::string late_sql(const PruneContext& context, const Connection& connection,
                     const PruneTable& table) {
  const Catalog& catalog = context.catalog;
  const Relation& own = catalog.relations[table.relation];
  std::string any;
  for (const PruneCondition& rule : table.late_rules) {
    std::string all = conditions_sql(connection, catalog, table.relation, rule).text;
    for (const PruneEdge& edge : context.plan.edges) {
      if (!rule.without || edge.parent != table.relation || edge.child != *rule.without) continue;
      const ForeignKey& key = key_of(catalog, edge);
      const auto& operators = context.operators.at(key.oid);
      std::string join;
      for (size_t i = 0; i < key.columns.size(); ++i) {
        const Relation& owner = catalog.relations[edge.key_owner];
        const Relation& referenced = catalog.relations[key.referenced];
        join += fmt::format(
            "{}{} {} resow_other.{}", i == 0 ? "" : " AND ",
            connection.quote_name(own.name, referenced.column(key.referenced_columns[i])->name),
            operators[i], connection.quote_name(owner.column(key.columns[i])->name));
      }
      all += fmt::format(" AND NOT EXISTS (SELECT FROM {} AS resow_other WHERE {})",
                         table_name(connection, catalog.relations[edge.key_owner]), join);
    }
    if (rule.orphan) {
      all +=
          " AND " + orphan_sql(connection, catalog, table.relation, *rule.orphan,
                               table_name(connection, catalog.relations[rule.orphan->referenced]));
    }
    any += (any.empty() ? "(" : " OR (") + all + ")";
  }
  return "COALESCE(" + (any.empty() ? "false" : any) + ", false)";
}

}  // namespace

// A row with what the foreign keys ask for.
struct SubtreeLock::Found {
  size_t of = 0;  // index of the place, or of the referenced row, that led to it
  StoredRow place;
  std::vector<Field> keys;  // as Table::keys
};

SubtreeLock::SubtreeLock(const PruneContext& context, const Connection& connection)
    : context_(context) {
  const Catalog& catalog = context.catalog;
  const auto partitions = partitions_by_root(catalog);
  for (const PruneTable& table : context.plan.tables) {
    Table& own = tables_.emplace_back();
    own.chosen = chosen_sql(connection, catalog, table);
    own.late = {late_sql(context, connection, table), true};
    for (const size_t leaf : leaves_of(catalog, partitions, table.relation)) {
      relation_of_[catalog.relations[leaf].oid] = leaf;
    }
    for (const PruneEdge& edge : context.plan.edges) {
      if (edge.parent != table.relation) continue;
      const ForeignKey& key = key_of(catalog, edge);
      for (const ColumnNumber number : key.referenced_columns) {
        // By name: a partition numbers its columns as it likes.
        const std::string& name = catalog.relations[key.referenced].column(number)->name;
        const ColumnNumber here =
            catalog.relations[table.relation].column(std::string_view(name))->number;
        if (std::find(own.keys.begin(), own.keys.end(), here) == own.keys.end()) {
          own.keys.push_back(here);
        }
      }
    }
  }
}

RowScan SubtreeLock::roots(const Connection& connection, size_t table, bool late) const {
  const PruneTable& what = context_.plan.tables[table];
  const Catalog& catalog = context_.catalog;
  if (!late) {
    return {context_, connection, what.relation, tables_[table].chosen, scan_key(catalog, what)};
  }
  // What becomes childless because of this pass was not in the preview: it is the next run's.
  return {context_,
          connection,
          what.relation,
          tables_[table].late,
          unique_columns(catalog, catalog.relations[what.relation]),
          true};
}

// Where rows lie, by the relation that has them.
static std::map<size_t, std::vector<size_t>> by_relation(const std::vector<StoredRow>& places) {
  std::map<size_t, std::vector<size_t>> grouped;
  for (size_t i = 0; i < places.size(); ++i) grouped[places[i].relation].push_back(i);
  return grouped;
}

static std::string ctids(const std::vector<StoredRow>& places, const std::vector<size_t>& which) {
  std::vector<Field> fields;
  for (const size_t i : which) fields.emplace_back(places[i].ctid);
  return array_text(fields);
}

std::vector<SubtreeLock::Found> SubtreeLock::read_rows(Transaction& transaction, size_t table,
                                                       std::optional<LockedByOthers> lock,
                                                       const std::vector<StoredRow>& places) const {
  const Connection& connection = transaction.connection();
  const Relation& relation = context_.catalog.relations[context_.plan.tables[table].relation];
  const std::string name = quoted(connection, relation);
  std::string columns;
  for (const ColumnNumber number : tables_[table].keys) {
    columns += fmt::format(", {}::pg_catalog.text", column_sql(connection, relation, number));
  }
  std::vector<Found> found;
  for (const auto& [part, which] : by_relation(places)) {
    const Field parameters[] = {ctids(places, which)};
    const Rows rows = transaction.query(
        fmt::format("SELECT k.place, {0}.ctid{1} FROM pg_catalog.unnest($1::pg_catalog.tid[]) WITH"
                    " ORDINALITY AS k(row, place) JOIN {2} ON {0}.ctid OPERATOR(pg_catalog.=)"
                    " k.row{3}",
                    name, columns, from_as(connection, context_.catalog.relations[part], relation),
                    lock ? fmt::format(" FOR UPDATE OF {}{}", name,
                                       *lock == LockedByOthers::kPassOver ? " SKIP LOCKED" : "")
                         : ""),
        parameters, (lock ? "lock rows of " : "read rows of ") + display_name(relation));
    for (size_t row = 0; row < rows.size(); ++row) {
      Found one;
      one.of = which[static_cast<size_t>(rows.integer(row, 0) - 1)];
      one.place = {table, part, text_at(rows, row, 1)};
      for (size_t i = 0; i < tables_[table].keys.size(); ++i) {
        one.keys.push_back(optional_text_at(rows, row, i + 2));
      }
      found.push_back(std::move(one));
    }
  }
  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.of < b.of; });
  return found;
}

// Whether each row is chosen, as it is now.
std::vector<char> SubtreeLock::chosen_now(Transaction& transaction, size_t table, bool late,
                                          const std::vector<Found>& found) const {
  const PruneTable& what = context_.plan.tables[table];
  std::vector<char> chosen(found.size(), what.everything && !late);
  if ((what.everything && !late) || found.empty()) return chosen;
  const Connection& connection = transaction.connection();
  const Relation& relation = context_.catalog.relations[what.relation];
  const ConditionSql& condition = late ? tables_[table].late : tables_[table].chosen;
  const std::string step = "judge rows of " + display_name(relation);
  std::vector<StoredRow> places;
  for (const Found& one : found) places.push_back(one.place);
  const auto ask = [&] {
    for (const auto& [part, which] : by_relation(places)) {
      const Field parameters[] = {ctids(places, which)};
      const Rows rows = transaction.query(
          fmt::format("SELECT k.place FROM pg_catalog.unnest($1::pg_catalog.tid[]) WITH ORDINALITY"
                      " AS k(row, place) JOIN {} ON {}.ctid OPERATOR(pg_catalog.=) k.row WHERE {}",
                      from_as(connection, context_.catalog.relations[part], relation),
                      quoted(connection, relation), condition.text),
          parameters, step);
      for (size_t row = 0; row < rows.size(); ++row) {
        chosen[which[static_cast<size_t>(rows.integer(row, 0) - 1)]] = 1;
      }
    }
  };
  at_table(relation, [&] {
    if (condition.foreign) {
      as_the_policy_reads(transaction, context_.plan.schemas, step, ask);
    } else {
      ask();
    }
  });
  return chosen;
}

// ROWS FROM (pg_catalog.unnest($1::type[]), ...) WITH ORDINALITY AS k(k1, ..., place) JOIN child ON
// ...
std::string SubtreeLock::keys_sql(const Connection& connection, const PruneEdge& edge) const {
  const Catalog& catalog = context_.catalog;
  const ForeignKey& key = key_of(catalog, edge);
  const Relation& referenced = catalog.relations[key.referenced];
  const Relation& owner = catalog.relations[edge.key_owner];
  const Relation& child = catalog.relations[edge.child];
  const auto& operators = context_.operators.at(key.oid);
  std::string arrays, names, join;
  for (size_t i = 0; i < key.columns.size(); ++i) {
    const Column& column = *referenced.column(key.referenced_columns[i]);
    arrays += fmt::format("{}pg_catalog.unnest(${}::{}[])", i == 0 ? "" : ", ", i + 1,
                          type_name(connection, catalog, column));
    names += fmt::format("k{}, ", i + 1);
    join += fmt::format("{}k.k{} {} {}", i == 0 ? "" : " AND ", i + 1, operators[i],
                        connection.quote_name(child.name, owner.column(key.columns[i])->name));
  }
  return fmt::format("ROWS FROM ({}) WITH ORDINALITY AS k({}place) JOIN {} ON {}", arrays, names,
                     from_as(connection, owner, child), join);
}

std::vector<Field> SubtreeLock::keys_of(const PruneEdge& edge, const std::vector<Found>& found,
                                        const std::vector<size_t>& which) const {
  const Catalog& catalog = context_.catalog;
  const ForeignKey& key = key_of(catalog, edge);
  const Table& table = tables_[edge.parent_table];
  std::vector<Field> parameters;
  for (const ColumnNumber number : key.referenced_columns) {
    const std::string& name = catalog.relations[key.referenced].column(number)->name;
    const ColumnNumber here = catalog.relations[edge.parent].column(std::string_view(name))->number;
    const auto at = static_cast<size_t>(std::find(table.keys.begin(), table.keys.end(), here) -
                                        table.keys.begin());
    std::vector<Field> values;
    for (const size_t i : which) values.push_back(found[i].keys[at]);
    parameters.emplace_back(array_text(values));
  }
  return parameters;
}

// Which rows of the referencing table keep what they refer to, as far as that can be told without a
// lock; nothing where it cannot.
std::optional<ConditionSql> SubtreeLock::keeps_at_sight(const PruneEdge& edge) const {
  ConditionSql keeps;
  if (!edge.child_table) return keeps;
  const PruneTable& child = context_.plan.tables[*edge.child_table];
  const ConditionSql& chosen = tables_[*edge.child_table].chosen;
  // Policy's own words are asked once the rows are locked.
  if (child.follow || child.everything || chosen.foreign || !child.late_rules.empty()) return {};
  keeps.text = "NOT " + chosen.text;
  return keeps;
}

bool SubtreeLock::may_be_kept_at_sight(size_t table) const {
  const auto& edges = context_.plan.edges;
  return std::any_of(edges.begin(), edges.end(), [&](const PruneEdge& edge) {
    return edge.parent_table == table && keeps_at_sight(edge).has_value();
  });
}

// Which rows are kept by rows that are not of the plan, or that no rule chooses: without a lock.
std::vector<char> SubtreeLock::kept_at_sight(Transaction& transaction, size_t table,
                                             const std::vector<Found>& found) const {
  const Connection& connection = transaction.connection();
  std::vector<char> kept(found.size());
  for (const PruneEdge& edge : context_.plan.edges) {
    if (edge.parent_table != table) continue;
    const std::optional<ConditionSql> keeps = keeps_at_sight(edge);
    if (!keeps) continue;
    std::vector<size_t> which;
    for (size_t i = 0; i < found.size(); ++i) {
      if (kept[i] == 0) which.push_back(i);
    }
    if (which.empty()) break;
    const Relation& child = context_.catalog.relations[edge.child];
    const Rows rows = at_table(child, [&] {
      return transaction.query(
          "SELECT DISTINCT k.place FROM " + keys_sql(connection, edge) + " WHERE " + keeps->text,
          keys_of(edge, found, which), "look for rows of " + display_name(child) + " that stay");
    });
    for (size_t row = 0; row < rows.size(); ++row) {
      kept[which[static_cast<size_t>(rows.integer(row, 0) - 1)]] = 1;
    }
  }
  return kept;
}

// Locks the rows that refer to these by one foreign key; each with the index of what it refers to.
std::vector<SubtreeLock::Found> SubtreeLock::children(Transaction& transaction,
                                                      const PruneEdge& edge,
                                                      const std::vector<Found>& parents,
                                                      const std::vector<size_t>& which) const {
  const Connection& connection = transaction.connection();
  const Relation& child = context_.catalog.relations[edge.child];
  const std::string name = quoted(connection, child);
  std::string columns;
  for (const ColumnNumber number : tables_[*edge.child_table].keys) {
    columns += fmt::format(", {}::pg_catalog.text", column_sql(connection, child, number));
  }
  const Rows rows = at_table(child, [&] {
    return transaction.query(
        fmt::format("SELECT k.place, {0}.tableoid, {0}.ctid{1} FROM {2} FOR UPDATE OF {0}", name,
                    columns, keys_sql(connection, edge)),
        keys_of(edge, parents, which), "lock rows of " + display_name(child));
  });
  std::vector<Found> found;
  for (size_t row = 0; row < rows.size(); ++row) {
    Found one;
    one.of = which[static_cast<size_t>(rows.integer(row, 0) - 1)];
    one.place = {*edge.child_table, part_at(relation_of_, oid_at(rows, row, 1), child),
                 text_at(rows, row, 2)};
    for (size_t i = 0; i < tables_[*edge.child_table].keys.size(); ++i) {
      one.keys.push_back(optional_text_at(rows, row, i + 3));
    }
    found.push_back(std::move(one));
  }
  return found;
}

LockedRows SubtreeLock::lock(Transaction& transaction, size_t table, bool late,
                             const std::vector<Candidate>& candidates,
                             LockedByOthers others) const {
  LockedRows locked;
  std::map<std::pair<size_t, std::string>, uint32_t> known;  // relation, ctid
  std::vector<std::vector<std::pair<uint32_t, Found>>> open(context_.plan.tables.size());
  const auto add = [&](Found found, bool chosen, bool follows) {
    const auto [at, inserted] = known.emplace(std::pair(found.place.relation, found.place.ctid),
                                              static_cast<uint32_t>(locked.places.size()));
    if (!inserted) return at->second;
    locked.places.push_back(found.place);
    locked.rows.rows.push_back({chosen, follows, false});
    open[found.place.table].emplace_back(at->second, std::move(found));
    return at->second;
  };

  std::vector<StoredRow> places;
  for (const Candidate& candidate : candidates) {
    StoredRow place = candidate.place;
    place.table = table;
    places.push_back(std::move(place));
  }
  std::vector<size_t> candidate_of(places.size());
  std::iota(candidate_of.begin(), candidate_of.end(), size_t{0});
  // At first without a lock: what is kept is not to be in anybody's way.
  if (may_be_kept_at_sight(table)) {
    const std::vector<Found> seen = read_rows(transaction, table, std::nullopt, places);
    locked.passed_over = static_cast<int64_t>(places.size() - seen.size());
    const std::vector<char> kept = kept_at_sight(transaction, table, seen);
    candidate_of.clear();
    places.clear();
    for (size_t i = 0; i < seen.size(); ++i) {
      if (kept[i] != 0) continue;
      places.push_back(seen[i].place);
      candidate_of.push_back(seen[i].of);
    }
    if (places.empty()) return locked;
  }
  std::vector<Found> roots = read_rows(transaction, table, others, places);
  locked.passed_over += static_cast<int64_t>(places.size() - roots.size());
  const std::vector<char> chosen = chosen_now(transaction, table, late, roots);
  for (size_t i = 0; i < roots.size(); ++i) {
    if (chosen[i] == 0) continue;
    locked.candidates.push_back(candidate_of[roots[i].of]);
    locked.rows.roots.push_back(add(std::move(roots[i]), true, context_.plan.tables[table].follow));
  }

  for (bool more = true; more;) {
    more = false;
    for (size_t parent = 0; parent < open.size(); ++parent) {
      if (open[parent].empty()) continue;
      more = true;
      std::vector<uint32_t> rows;
      std::vector<Found> parents;
      for (auto& [row, found] : std::exchange(open[parent], {})) {
        rows.push_back(row);
        parents.push_back(std::move(found));
      }
      // With the rows locked no new reference to them can come.
      const std::vector<char> pinned = kept_at_sight(transaction, parent, parents);
      std::vector<size_t> which;
      for (size_t i = 0; i < parents.size(); ++i) {
        locked.rows.rows[rows[i]].kept = pinned[i] != 0;
        if (pinned[i] == 0) which.push_back(i);
      }
      if (which.empty()) continue;
      for (const PruneEdge& edge : context_.plan.edges) {
        if (edge.parent_table != parent || !edge.child_table) continue;
        std::vector<Found> found = children(transaction, edge, parents, which);
        const std::vector<char> judged = chosen_now(transaction, *edge.child_table, false, found);
        for (size_t i = 0; i < found.size(); ++i) {
          const size_t of = found[i].of;
          const uint32_t child = add(std::move(found[i]), judged[i] != 0,
                                     context_.plan.tables[*edge.child_table].follow);
          locked.rows.links.emplace_back(child, rows[of]);
        }
      }
    }
  }
  return locked;
}

}  // namespace resow
