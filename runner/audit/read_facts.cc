#include "runner/audit/read_facts.h"

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "fixtures/partitions.h"
#include "runner/audit/audit_queries.h"
#include "runner/catalog/row_values.h"
#include "runner/inspection.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

using namespace audit_queries;

// Each is locked until its transaction ends.
constexpr size_t kRelationsInTransaction = 200;

class FactReader {
 public:
  FactReader(Connection& connection, const Catalog& catalog)
      : connection_(connection), catalog_(catalog) {
    for (size_t i = 0; i < catalog.relations.size(); ++i) {
      const Relation& relation = catalog.relations[i];
      const bool table =
          relation.kind == RelationKind::kTable || relation.kind == RelationKind::kPartitionedTable;
      if (!table || !relation.selected) continue;
      tables_.push_back(i);
      oids_.push_back(relation.oid);
    }
  }

  AuditFacts read(const std::function<void(size_t done, size_t all)>& on_measured) {
    {
      Transaction transaction(connection_, Access::kReadOnly);
      read_statistics(transaction);
      read_dependents(transaction);
      read_indexes(transaction);
      read_loose_constraints(transaction);
      read_functions(transaction);
      facts_.relations = read_names(transaction, relation_names());
      facts_.other_names = read_names(transaction, other_names());
    }
    for (const auto& [relation, measured] : measure_tables(connection_, catalog_, on_measured)) {
      facts_.sizes[relation] = {measured.rows, measured.exact, measured.bytes};
    }
    read_null_columns();
    read_last_values();
    return std::move(facts_);
  }

 private:
  std::string parameter() const { return integer_array(std::span<const Oid>(oids_)); }

  void read_statistics(Transaction& transaction) {
    const Rows since = transaction.query(counted_since(), "ask since when statistics count");
    if (!since.empty() && !since.is_null(0, 0)) {
      facts_.counted_since = text_at(since, 0, 0);
    }
    constexpr int kLastScans = 160000;
    const Field parameters[] = {parameter()};
    const Rows rows = transaction.query(use(connection_.server_version() >= kLastScans), parameters,
                                        "reading the statistics of tables");
    std::unordered_map<Oid, Oid> root_of;  // of partitions
    for (const size_t table : tables_) {
      root_of[catalog_.relations[table].oid] =
          catalog_.relations[partition_root(catalog_, table)].oid;
    }
    for (size_t row = 0; row < rows.size(); ++row) {
      TableUse use_of;
      use_of.table_scans = rows.integer(row, kUseTableScans);
      use_of.index_scans = rows.integer(row, kUseIndexScans);
      use_of.inserted = rows.integer(row, kUseInserted);
      use_of.updated = rows.integer(row, kUseUpdated);
      use_of.deleted = rows.integer(row, kUseDeleted);
      use_of.last_table_scan = text_at(rows, row, kUseLastTableScan);
      use_of.last_index_scan = text_at(rows, row, kUseLastIndexScan);
      facts_.use[root_of.at(oid_at(rows, row, kUseRelation))].add(use_of);
    }
  }

  void read_dependents(Transaction& transaction) {
    const Field parameters[] = {parameter()};
    const Rows rows =
        transaction.query(dependents(), parameters, "reading what depends on the tables");
    for (size_t row = 0; row < rows.size(); ++row) {
      facts_.dependents[oid_at(rows, row, 0)].push_back(
          {text_at(rows, row, 1), text_at(rows, row, 2), text_at(rows, row, 3), false});
    }
    for (auto& [table, all] : facts_.dependents) {
      std::sort(all.begin(), all.end(), [](const TableDependent& a, const TableDependent& b) {
        return std::tie(a.kind, a.schema, a.name) < std::tie(b.kind, b.schema, b.name);
      });
    }
  }

  // "2 3" of an int2vector or oidvector.
  static std::vector<std::string> numbers_of(std::string_view vector) {
    std::vector<std::string> numbers;
    for (size_t at = 0; at < vector.size();) {
      const size_t blank = std::min(vector.find(' ', at), vector.size());
      if (blank > at) numbers.emplace_back(vector.substr(at, blank - at));
      at = blank + 1;
    }
    return numbers;
  }

  void read_indexes(Transaction& transaction) {
    constexpr int kNullsNotDistinct = 150000;
    const Field parameters[] = {parameter()};
    const Rows rows = transaction.query(indexes(connection_.server_version() >= kNullsNotDistinct),
                                        parameters, "reading the indexes");
    for (size_t row = 0; row < rows.size(); ++row) {
      IndexFacts& index = facts_.indexes.emplace_back();
      index.oid = oid_at(rows, row, kAuditIndexOid);
      index.table = oid_at(rows, row, kAuditIndexRelation);
      index.name = text_at(rows, row, kAuditIndexName);
      index.method = text_at(rows, row, kAuditIndexMethod);
      const std::vector<ColumnNumber> columns = column_numbers(rows.text(row, kAuditIndexColumns));
      const auto classes = numbers_of(rows.text(row, kAuditIndexClasses));
      const auto collations = numbers_of(rows.text(row, kAuditIndexCollations));
      const auto options = numbers_of(rows.text(row, kAuditIndexOptions));
      const auto keys = static_cast<size_t>(rows.integer(row, kAuditIndexKeyColumns));
      const auto part = [](const std::vector<std::string>& all, size_t i) {
        return i < all.size() ? all[i] : std::string("0");
      };
      for (size_t i = 0; i < columns.size(); ++i) {
        if (i >= keys) {
          index.included.push_back(columns[i]);
          continue;
        }
        index.columns.push_back(columns[i]);
        index.keys.push_back(std::to_string(columns[i]) + " " + part(classes, i) + " " +
                             part(collations, i) + " " + part(options, i));
      }
      index.expressions = text_at(rows, row, kAuditIndexExpressions);
      index.predicate = text_at(rows, row, kAuditIndexPredicate);
      index.unique = rows.boolean(row, kAuditIndexUnique);
      index.primary = rows.boolean(row, kAuditIndexPrimary);
      index.exclusion = rows.boolean(row, kAuditIndexExclusion);
      index.constraint = rows.boolean(row, kAuditIndexConstraint);
      index.nulls_not_distinct = rows.boolean(row, kAuditIndexNullsNotDistinct);
      index.valid = rows.boolean(row, kAuditIndexValid);
    }
  }

  void read_loose_constraints(Transaction& transaction) {
    constexpr int kEnforced = 180000;
    const Field parameters[] = {parameter()};
    const Rows rows =
        transaction.query(loose_constraints(connection_.server_version() >= kEnforced), parameters,
                          "reading constraints that are not validated");
    for (size_t row = 0; row < rows.size(); ++row) {
      facts_.loose_constraints.push_back({oid_at(rows, row, 0), text_at(rows, row, 1),
                                          text_at(rows, row, 2), rows.boolean(row, 3)});
    }
  }

  void read_functions(Transaction& transaction) {
    const Rows rows = transaction.query(functions(), "reading the functions");
    for (size_t row = 0; row < rows.size(); ++row) {
      facts_.functions.push_back({text_at(rows, row, 0), text_at(rows, row, 1),
                                  text_at(rows, row, 2), text_at(rows, row, 3)});
    }
  }

  static std::vector<std::string> read_names(Transaction& transaction, const std::string& sql) {
    const Rows rows = transaction.query(sql, "reading the names that there are");
    std::vector<std::string> names;
    names.reserve(rows.size());
    for (size_t row = 0; row < rows.size(); ++row) names.push_back(text_at(rows, row, 0));
    return names;
  }

  // Of small tables, every row; of others, what ANALYZE saw.
  void read_null_columns() {
    std::vector<size_t> small;
    std::set<Oid> counted;
    for (const size_t table : tables_) {
      const auto size = facts_.sizes.find(table);
      if (size == facts_.sizes.end() || !size->second.exact) continue;
      counted.insert(catalog_.relations[table].oid);
      const bool asked = size->second.rows.value_or(0) > 0 &&
                         catalog_.relations[table].privileges.select &&
                         !catalog_.relations[table].partition_of;
      if (asked) small.push_back(table);
    }
    for (std::span<const size_t> rest(small); !rest.empty();) {
      const auto some = rest.first(std::min(rest.size(), kRelationsInTransaction));
      rest = rest.subspan(some.size());
      look_at_columns(some);
    }
    Transaction transaction(connection_, Access::kReadOnly);
    const Field parameters[] = {parameter()};
    const Rows rows = transaction.query(null_columns(), parameters, "asking for columns of NULL");
    for (size_t row = 0; row < rows.size(); ++row) {
      const Oid table = oid_at(rows, row, 0);
      if (counted.contains(table)) continue;
      facts_.null_columns.push_back(
          {table, static_cast<ColumnNumber>(rows.integer(row, 1)), false});
    }
  }

  void look_at_columns(std::span<const size_t> tables) {
    Transaction transaction(connection_, Access::kReadOnly);
    std::vector<std::string> expressions;
    std::vector<std::pair<Oid, std::vector<ColumnNumber>>> asked;
    for (const size_t table : tables) {
      const Relation& relation = catalog_.relations[table];
      std::string columns;
      std::vector<ColumnNumber> numbers;
      for (const Column& column : relation.columns) {
        if (column.not_null || column.generated) continue;
        numbers.push_back(column.number);
        columns += (columns.empty() ? "" : ", ") + std::string("pg_catalog.bool_and(") +
                   connection_.quote_name(column.name) + " IS NULL)";
      }
      if (numbers.empty()) continue;
      asked.emplace_back(relation.oid, std::move(numbers));
      expressions.push_back("(SELECT ARRAY[" + columns + "]::pg_catalog.text FROM " +
                            only_table(connection_, relation) + ")");
    }
    const std::vector<Field> values = scalars(transaction, expressions, "looking for NULL");
    for (size_t i = 0; i < values.size(); ++i) {
      if (!values[i]) continue;
      const std::vector<Field> flags = array_elements(*values[i]);
      for (size_t k = 0; k < flags.size() && k < asked[i].second.size(); ++k) {
        if (flags[k] == "t") {
          facts_.null_columns.push_back({asked[i].first, asked[i].second[k], true});
        }
      }
    }
  }

  void read_last_values() {
    std::set<Oid> wanted;
    for (const size_t table : tables_) {
      for (const Column& column : catalog_.relations[table].columns) {
        if (column.sequence) wanted.insert(*column.sequence);
      }
    }
    const std::vector<Oid> all(wanted.begin(), wanted.end());
    for (std::span<const Oid> rest(all); !rest.empty();) {
      const auto some = rest.first(std::min(rest.size(), kRelationsInTransaction));
      rest = rest.subspan(some.size());
      Transaction transaction(connection_, Access::kReadOnly);
      const Field parameters[] = {integer_array(some)};
      const Rows rows = transaction.query(last_values(), parameters, "asking the sequences");
      for (size_t row = 0; row < rows.size(); ++row) {
        if (rows.is_null(row, 1)) continue;
        facts_.last_values[oid_at(rows, row, 0)] = rows.integer(row, 1);
      }
    }
  }

  Connection& connection_;
  const Catalog& catalog_;
  std::vector<size_t> tables_;
  std::vector<Oid> oids_;
  AuditFacts facts_;
};

}  // namespace

AuditFacts read_audit_facts(Connection& connection, const Catalog& catalog,
                            const std::function<void(size_t done, size_t all)>& on_measured) {
  return FactReader(connection, catalog).read(on_measured);
}

}  // namespace resow
