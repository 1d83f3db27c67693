#include "runner/prune/row_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "fixtures/partitions.h"
#include "runner/at_table.h"
#include "runner/catalog/row_values.h"
#include "runner/sql_text.h"

namespace resow {

// A partition, or a table, under the name of the table that the policy knows.
std::string from_as(const Connection& connection, const Relation& part, const Relation& table) {
  return only_table(connection, part) + " AS " + connection.quote_name(table.name);
}

size_t part_at(const std::map<Oid, size_t>& parts, Oid oid, const Relation& of) {
  const auto found = parts.find(oid);
  if (found != parts.end()) return found->second;
  DatabaseError error(fmt::format("rows of {} lie in a partition that came while the run was at it",
                                  display_name(of)));
  error.schema = of.schema;
  error.table = of.name;
  error.step = "look for rows of " + display_name(of);
  error.hint = "the same command goes on, and finds them";
  throw error;
}

std::vector<ColumnNumber> unique_columns(const Catalog& catalog, const Relation& relation,
                                         const std::vector<ColumnNumber>& without) {
  for (const UniqueKey& key : relation.unique_keys) {
    if (!key.valid || key.predicate || !key.expressions.empty()) continue;
    const bool fit = std::all_of(key.columns.begin(), key.columns.end(), [&](ColumnNumber number) {
      const Column* column = relation.column(number);
      return column != nullptr && column->not_null && has_pinned_operators(catalog, *column) &&
             std::find(without.begin(), without.end(), number) == without.end();
    });
    if (fit) return key.columns;
  }
  return {};
}

std::vector<ColumnNumber> lasting_columns(const Catalog& catalog, const PruneReset& reset) {
  std::vector<ColumnNumber> set;
  for (const PruneReset::Column& column : reset.columns) set.push_back(column.number);
  return unique_columns(catalog, catalog.relations[reset.relation], set);
}

std::vector<ColumnNumber> scan_key(const Catalog& catalog, const PruneTable& table) {
  const Relation& relation = catalog.relations[table.relation];
  const std::vector<ColumnNumber> unique = unique_columns(catalog, relation);
  if (unique.empty()) return {};
  std::vector<ColumnNumber> key;
  if (!table.everything && table.rules.size() == 1 && table.rules[0].age) {
    const ColumnNumber age = table.rules[0].age->column;
    const auto& prefixes = relation.index_prefixes;
    const bool indexed = std::any_of(prefixes.begin(), prefixes.end(), [&](const auto& columns) {
      return !columns.empty() && columns[0] == age;
    });
    if (indexed) key.push_back(age);
  }
  for (const ColumnNumber number : unique) {
    if (std::find(key.begin(), key.end(), number) == key.end()) key.push_back(number);
  }
  return key;
}

std::vector<size_t> leaves_of(const Catalog& catalog,
                              const std::map<size_t, std::vector<size_t>>& partitions,
                              size_t relation) {
  if (catalog.relations[relation].kind != RelationKind::kPartitionedTable) return {relation};
  std::vector<size_t> leaves;
  const auto found = partitions.find(relation);
  if (found == partitions.end()) return {};
  for (const size_t partition : found->second) {
    if (catalog.relations[partition].kind == RelationKind::kTable) leaves.push_back(partition);
  }
  return leaves;
}

RowScan::RowScan(const PruneContext& context, const Connection& connection, size_t relation,
                 ConditionSql condition, std::vector<ColumnNumber> key, bool at_once)
    : context_(context),
      relation_(relation),
      condition_(std::move(condition)),
      key_(std::move(key)),
      at_once_(at_once) {
  const Relation& table = context.catalog.relations[relation];
  std::map<size_t, std::vector<size_t>> partitions;
  if (table.kind == RelationKind::kPartitionedTable) {
    partitions = partitions_by_root(context.catalog);
  }
  const std::vector<size_t> leaves = leaves_of(context.catalog, partitions, relation);
  for (const size_t leaf : leaves) parts_by_oid_[context.catalog.relations[leaf].oid] = leaf;
  if (!key_.empty()) {
    parts_.push_back({relation, from_sql(connection, table)});
    return;
  }
  for (const size_t leaf : leaves) {
    parts_.push_back({leaf, from_as(connection, context.catalog.relations[leaf], table)});
  }
}

std::string RowScan::sql(const Connection& connection, std::optional<size_t> most) const {
  const Relation& relation = context_.catalog.relations[relation_];
  const std::string name = connection.quote_name(relation.name);
  std::string columns = column_list(connection, relation, key_, name), places, types;
  std::string sql = fmt::format("SELECT {0}.tableoid, {0}.ctid", name);
  std::string behind;
  if (key_.empty()) {
    if (!position_.empty()) behind = fmt::format(" AND {}.ctid > $1::pg_catalog.tid", name);
  } else {
    for (size_t i = 0; i < key_.size(); ++i) {
      places += fmt::format("{}${}::{}", i == 0 ? "" : ", ", i + 1,
                            type_name(connection, context_.catalog, *relation.column(key_[i])));
      sql += fmt::format(", {}::pg_catalog.text",
                         connection.quote_name(relation.name, relation.column(key_[i])->name));
    }
    if (!position_.empty()) behind = fmt::format(" AND ({}) > ({})", columns, places);
  }
  sql += fmt::format(" FROM {} WHERE {}{}", parts_[part_].from, condition_.text, behind);
  if (!key_.empty()) sql += " ORDER BY " + columns;
  return most ? sql + fmt::format(" LIMIT {}", *most) : sql;
}

std::vector<Candidate> RowScan::read(Transaction& transaction, std::optional<size_t> most) {
  const Relation& relation = context_.catalog.relations[relation_];
  const std::string step = "look for rows of " + display_name(relation);
  std::vector<Candidate> found;
  const auto ask = [&] {
    if (key_.empty()) {
      // As they lie: no index may give another order, no scan begin in the middle.
      transaction.execute(
          "SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off;"
          " SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL synchronize_seqscans = off",
          step);
    }
    if (!most) transaction.execute("SET LOCAL random_page_cost TO DEFAULT", step);  // not a batch
    const Rows rows = transaction.query(sql(transaction.connection(), most), position_, step);
    for (size_t row = 0; row < rows.size(); ++row) {
      Candidate candidate;
      candidate.place.relation = part_at(parts_by_oid_, oid_at(rows, row, 0), relation);
      candidate.place.ctid = rows.text(row, 1);
      for (size_t i = 0; i < key_.size(); ++i)
        candidate.position.emplace_back(rows.text(row, i + 2));
      if (key_.empty()) candidate.position.emplace_back(candidate.place.ctid);
      found.push_back(std::move(candidate));
    }
  };
  at_table(relation, [&] {
    if (condition_.foreign || key_.empty()) {
      as_the_policy_reads(transaction, context_.plan.schemas, step, ask);
    } else {
      ask();
    }
  });
  return found;
}

std::vector<Candidate> RowScan::next_part(Transaction& transaction, std::optional<size_t> most) {
  while (part_ < parts_.size()) {
    std::vector<Candidate> found = read(transaction, most);
    if (!found.empty()) return found;
    ++part_;
    position_.clear();
  }
  return {};
}

std::vector<Candidate> RowScan::next(Transaction& transaction, size_t most) {
  if (!at_once_) return next_part(transaction, most);
  if (!all_) {
    all_.emplace();
    for (; part_ < parts_.size(); ++part_) {
      for (Candidate& candidate : read(transaction, std::nullopt)) {
        candidate.index = all_->size();
        all_->push_back(std::move(candidate));
      }
    }
  }
  const size_t end = std::min(all_->size(), passed_ + most);
  return {all_->begin() + static_cast<std::ptrdiff_t>(passed_),
          all_->begin() + static_cast<std::ptrdiff_t>(end)};
}

void RowScan::pass(const Candidate& candidate) {
  position_ = candidate.position;
  passed_ = candidate.index + 1;
}

void RowScan::begin_anew() {
  part_ = 0;
  position_.clear();
}

}  // namespace resow
