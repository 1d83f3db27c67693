// What inspect says of tables, in words that its text and its page share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/catalog.h"
#include "runner/inspection.h"

namespace resow {

// Rows of tables, together.
struct RowCount {
  int64_t rows = 0;
  bool exact = true;
  bool known = true;
  int64_t least = INT64_MAX, most = 0;  // of one table

  void add(const TableFacts& facts);
  void add(const RowCount& other);  // but for what one table has
  std::string text() const;         // "1,000", "~1,000", "?"
  std::string with_noun() const;    // "1,000 rows", "1 row"
  std::string range() const;        // "10 to 20"
};

// A table of the first of some schemas, with the same one of the others.
struct InspectedTable {
  size_t relation = 0;
  std::vector<size_t> same;  // it among them
  size_t partitions = 0;     // of one of them
  RowCount rows;             // of all of them
  int64_t bytes = 0;
};

// Schemas that are alike and many, or one; with their tables in dependency order.
struct InspectedGroup {
  std::vector<std::string> schemas;
  std::vector<InspectedTable> tables;
  RowCount rows;
  int64_t bytes = 0;
};

// Not those of which a choice of tables leaves nothing.
std::vector<InspectedGroup> told_together(const Inspection& inspection);

// The cycles of foreign keys, but for those of a schema that another one stands for: there they are
// the same.
std::vector<std::string> told_cycles(const Inspection& inspection,
                                     const std::vector<InspectedGroup>& groups);

// "user_1, user_2 ... user_9 (9 schemas with the same tables)"
std::string names_of_alike(const std::vector<std::string>& schemas);

std::string server_version_text(int version);  // "PostgreSQL 15.18"

// "id", "unique (tenant_id, lower(code))"
std::string key_text(const Relation& relation, const UniqueKey& key);

// "batch_id -> batches", "code -> public.codes.code, on delete cascade"
std::string foreign_key_text(const Catalog& catalog, const Relation& relation,
                             const ForeignKey& key);

std::string notes_text(const Catalog& catalog, const Relation& relation, size_t partitions);

// Views and the like of a schema: "totals (view)".
std::vector<std::string> other_relations(const Inspection& inspection, std::string_view schema);

}  // namespace resow
