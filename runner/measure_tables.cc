#include <algorithm>
#include <charconv>
#include <span>
#include <string>
#include <vector>

#include "fixtures/partitions.h"
#include "runner/inspection.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

// Up to here counting takes some milliseconds.
constexpr int64_t kCountedBytes = 4 << 20;
constexpr size_t kTablesInTransaction = 200;

struct Size {
  int64_t main = 0;   // the rows' own fork
  int64_t total = 0;  // with indexes and TOAST
};

bool has_rows_of_its_own(const Relation& relation) {
  return relation.kind == RelationKind::kTable || relation.kind == RelationKind::kMaterializedView;
}

// Sizes are NULL for a table that has gone meanwhile.
std::vector<Size> read_sizes(Transaction& transaction, const Catalog& catalog,
                             std::span<const size_t> tables) {
  std::vector<Field> oids;
  for (const size_t table : tables) {
    oids.emplace_back(std::to_string(catalog.relations[table].oid));
  }
  const Field parameters[] = {array_text(oids)};
  const Rows rows = transaction.query(
      "SELECT pg_catalog.pg_relation_size(t.oid), pg_catalog.pg_total_relation_size(t.oid)"
      " FROM pg_catalog.unnest($1::pg_catalog.oid[]) WITH ORDINALITY AS t(oid, place)"
      " ORDER BY t.place",
      parameters, "measuring tables");
  std::vector<Size> sizes(tables.size());
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (!rows.is_null(i, 0)) sizes[i].main = rows.integer(i, 0);
    if (!rows.is_null(i, 1)) sizes[i].total = rows.integer(i, 1);
  }
  return sizes;
}

// "Seq Scan on jobs  (cost=0.00..35.50 rows=2550 width=0)"
std::optional<int64_t> rows_in_plan(std::string_view line) {
  const std::string_view label = " rows=";
  const size_t at = line.find(label);
  if (at == std::string_view::npos) return std::nullopt;
  int64_t rows = 0;
  std::from_chars(line.data() + at + label.size(), line.data() + line.size(), rows);
  return rows;
}

std::optional<int64_t> estimate(Transaction& transaction, const Relation& relation) {
  if (!relation.privileges.select) return std::nullopt;
  const Rows plan = transaction.query(
      "EXPLAIN SELECT FROM " + only_table(transaction.connection(), relation), "estimating rows");
  return rows_in_plan(plan.text(0, 0));
}

void measure(Transaction& transaction, const Catalog& catalog, std::span<const size_t> tables,
             std::map<size_t, TableFacts>& facts) {
  const std::vector<Size> sizes = read_sizes(transaction, catalog, tables);
  std::vector<std::string> counts;
  std::vector<TableFacts*> counted;
  for (size_t i = 0; i < tables.size(); ++i) {
    const Relation& relation = catalog.relations[tables[i]];
    TableFacts& table = facts[tables[i]];
    table.bytes = sizes[i].total;
    const bool hidden = !relation.privileges.select || relation.row_security_active ||
                        relation.kind != RelationKind::kTable;
    if (sizes[i].main == 0) {
      table.rows = 0;
      table.exact = true;
    } else if (!hidden && sizes[i].main <= kCountedBytes) {
      counts.push_back("(SELECT pg_catalog.count(*) FROM " +
                       only_table(transaction.connection(), relation) + ")");
      counted.push_back(&table);
    } else if (relation.row_security_active) {
      // The planner would have to look at the policies, which forbid it here.
      if (relation.estimated_rows >= 0) table.rows = relation.estimated_rows;
    } else {
      table.rows = estimate(transaction, relation);
    }
  }
  const std::vector<Field> values = scalars(transaction, counts, "counting rows");
  for (size_t i = 0; i < values.size(); ++i) {
    counted[i]->rows = std::stoll(*values[i]);
    counted[i]->exact = true;
  }
}

// What the partitions have, together; a partition that cannot be asked makes it unknown.
TableFacts sum(const std::vector<size_t>& partitions, const Catalog& catalog,
               const std::map<size_t, TableFacts>& facts) {
  TableFacts whole;
  whole.rows = 0;
  whole.exact = true;
  for (const size_t partition : partitions) {
    if (catalog.relations[partition].kind == RelationKind::kPartitionedTable) continue;
    const auto part = facts.find(partition);
    const bool known = part != facts.end() && part->second.rows;
    whole.rows =
        whole.rows && known ? std::optional(*whole.rows + *part->second.rows) : std::nullopt;
    whole.exact = whole.exact && known && part->second.exact;
    if (part != facts.end()) whole.bytes += part->second.bytes;
  }
  return whole;
}

// The tables of the selected schemas that hold rows, and partitions elsewhere of theirs.
std::vector<size_t> tables_to_measure(const Catalog& catalog) {
  std::vector<size_t> tables;
  for (size_t i = 0; i < catalog.relations.size(); ++i) {
    const Relation& relation = catalog.relations[i];
    const bool wanted = relation.selected || catalog.relations[partition_root(catalog, i)].selected;
    if (wanted && has_rows_of_its_own(relation)) tables.push_back(i);
  }
  return tables;
}

std::vector<size_t> beneath(const Catalog& catalog, size_t parent,
                            const std::map<size_t, std::vector<size_t>>& by_root) {
  std::vector<size_t> found;
  const auto root = by_root.find(partition_root(catalog, parent));
  if (root == by_root.end()) return found;
  for (const size_t partition : root->second) {
    for (auto up = catalog.relations[partition].partition_of; up;
         up = catalog.relations[*up].partition_of) {
      if (*up != parent) continue;
      found.push_back(partition);
      break;
    }
  }
  return found;
}

}  // namespace

std::map<size_t, TableFacts> measure_tables(
    Connection& connection, const Catalog& catalog,
    const std::function<void(size_t done, size_t all)>& on_measured) {
  std::map<size_t, TableFacts> facts;
  const std::vector<size_t> tables = tables_to_measure(catalog);
  for (std::span<const size_t> rest(tables); !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), kTablesInTransaction));
    if (on_measured) on_measured(tables.size() - rest.size(), tables.size());
    rest = rest.subspan(some.size());
    Transaction transaction(connection, Access::kReadOnly);
    measure(transaction, catalog, some, facts);
  }
  const auto by_root = partitions_by_root(catalog);
  for (size_t i = 0; i < catalog.relations.size(); ++i) {
    if (catalog.relations[i].kind != RelationKind::kPartitionedTable) continue;
    if (!catalog.relations[partition_root(catalog, i)].selected) continue;
    facts[i] = sum(beneath(catalog, i, by_root), catalog, facts);
  }
  std::erase_if(facts, [&](const auto& fact) { return !catalog.relations[fact.first].selected; });
  return facts;
}

}  // namespace resow
