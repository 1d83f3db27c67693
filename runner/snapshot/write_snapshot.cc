#include "runner/snapshot/write_snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/fault.h"
#include "fixtures/suggestion.h"
#include "runner/read_catalog.h"
#include "runner/snapshot/snapshot_file.h"
#include "runner/snapshot/stored_sequences.h"
#include "runner/snapshot/table_rows.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

constexpr size_t kBytesOfBlock = 1'000'000;
constexpr uint32_t kRowsOfBlock = 1'000'000;

std::vector<size_t> tables_to_keep(const Catalog& catalog) {
  std::vector<size_t> tables;
  for (size_t i = 0; i < catalog.relations.size(); ++i) {
    if (catalog.relations[i].selected && has_rows_to_keep(catalog.relations[i])) {
      tables.push_back(i);
    }
  }
  return tables;
}

// Tables that a role may not read, or not all of.
std::vector<Fault> unreadable(const Catalog& catalog, const std::vector<size_t>& tables) {
  std::vector<Fault> faults;
  for (const size_t index : tables) {
    const Relation& relation = catalog.relations[index];
    if (!relation.privileges.select) {
      faults.push_back({display_name(relation), "the connected role may not read it",
                        "GRANT SELECT, or leave its schema out with -N"});
    } else if (relation.row_security_active) {
      faults.push_back(
          {display_name(relation), "row security hides rows of it from this role",
           "connect as a role that it does not apply to: a superuser, or one with BYPASSRLS"});
    }
  }
  return faults;
}

std::vector<Fault> unknown_schemas(const Catalog& catalog, const Selection& asked) {
  std::vector<Fault> faults;
  for (const std::string& pattern : asked.include) {
    const bool found = std::any_of(catalog.schemas.begin(), catalog.schemas.end(),
                                   [&](const auto& schema) { return matches(pattern, schema); });
    if (found) continue;
    faults.push_back({"-n", fmt::format("no schema matches \"{}\"", pattern),
                      suggest(pattern, catalog.other_schemas)});
  }
  return faults;
}

// What the tables are, and that they may be read: asked beforehand, as they have to be locked
// before the transaction that reads them looks at anything. A TRUNCATE in between would show no
// rows.
std::string locking_sql(Connection& connection, const Selection& schemas) {
  Transaction transaction(connection, Access::kReadOnly);
  const Catalog catalog = read_catalog(transaction, schemas, CatalogDetail::kAll);
  const std::vector<size_t> tables = tables_to_keep(catalog);
  std::vector<Fault> faults = unknown_schemas(catalog, schemas);
  append(faults, unreadable(catalog, tables));
  append(faults, unreadable_sequences(transaction, catalog.schemas));
  if (!faults.empty()) throw InputError(std::move(faults));
  std::string sql;
  for (const size_t index : tables) {
    sql += (sql.empty() ? "LOCK TABLE " : ", ") + table_name(connection, catalog.relations[index]);
  }
  return sql.empty() ? sql : sql + " IN ACCESS SHARE MODE";
}

SnapshotHeader header_of(Transaction& transaction, const Catalog& catalog,
                         const std::vector<size_t>& tables) {
  SnapshotHeader header;
  header.resow = RESOW_VERSION;
  header.database = catalog.database;
  header.server_version = catalog.server_version;
  header.taken_at = transaction
                        .query(
                            "SELECT pg_catalog.to_char(pg_catalog.now(),"
                            " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
                            "ask for the time")
                        .text(0, 0);
  header.schemas = catalog.schemas;
  for (const size_t index : tables) {
    header.tables.push_back(snapshot_table(catalog, catalog.relations[index]));
  }
  header.sequences = stored_sequences(transaction, catalog.schemas);
  return header;
}

// Gathers rows into blocks.
class RowBlocks {
 public:
  RowBlocks(SnapshotWriter& writer, uint32_t table, const OnRows& on_rows)
      : writer_(writer), table_(table), on_rows_(on_rows) {}

  void add(std::string_view row) {
    if (rows_ > 0 && bytes_.size() + row.size() > kBytesOfBlock) flush();
    bytes_ += row;
    sum_.add(row);
    if (++rows_ == kRowsOfBlock) flush();
  }
  void flush() {
    if (rows_ == 0) return;
    writer_.write(BlockKind::kRows, table_, rows_, bytes_);
    if (on_rows_) on_rows_(rows_);
    bytes_.clear();
    if (bytes_.capacity() > 4 * kBytesOfBlock) bytes_.shrink_to_fit();  // after one large row
    rows_ = 0;
  }
  const RowSum& sum() const { return sum_; }

 private:
  SnapshotWriter& writer_;
  const uint32_t table_;
  const OnRows& on_rows_;
  std::string bytes_;
  uint32_t rows_ = 0;
  RowSum sum_;
};

}  // namespace

WrittenSnapshot write_snapshot(Connection& connection, const Selection& schemas,
                               const std::string& file, bool replace, const OnRows& on_rows) {
  const std::string locking = locking_sql(connection, schemas);
  SnapshotWriter writer(file, replace);
  Transaction transaction(connection, Access::kReadOnly);
  if (!locking.empty()) transaction.execute(locking, "lock the tables against being altered");
  const Catalog catalog = read_catalog(transaction, schemas, CatalogDetail::kAll);
  const std::vector<size_t> tables = tables_to_keep(catalog);
  WrittenSnapshot written;
  written.header = header_of(transaction, catalog, tables);
  writer.write(BlockKind::kHeader, 0, 0, to_json(written.header));
  for (size_t i = 0; i < tables.size(); ++i) {
    RowBlocks blocks(writer, static_cast<uint32_t>(i), on_rows);
    each_row(transaction, catalog.relations[tables[i]], written.header.tables[i],
             [&](std::string_view row) { blocks.add(row); });
    blocks.flush();
    written.end.tables.push_back(blocks.sum());
  }
  writer.write(BlockKind::kEnd, 0, 0, to_json(written.end));
  writer.publish();
  written.bytes = writer.size();
  return written;
}

}  // namespace resow
