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
  std::string text() const;   // "1,000", "~1,000", "?"
  std::string range() const;  // "10 to 20"
};

// Schemas that are alike and many, each such group; the others one by one. Not those of which a
// choice of tables leaves nothing.
std::vector<std::vector<std::string>> told_together(const Inspection& inspection);

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
