// What differs in a table's content, by key and column.
#pragma once

#include <cstdint>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/expectation.h"
#include "generators/program.h"
#include "generators/row_match.h"
#include "runner/connection.h"
#include "runner/server_texts.h"

namespace resow {

// One table whose content is compared.
struct ContentTable {
  Transaction& transaction;
  const Relation& relation;
  const Expectation& expectation;
  const expected::Content& content;
  const Program& program;

  uint64_t planned_rows() const { return program.tables[content.program_table].shape.rows(); }
};

// The first of these rows with the values that were planned and those that are there, and how many
// more there are: at least, unless `complete`. REQUIRES: the transaction has the snapshot that the
// rows were found in.
std::vector<Difference> describe(const ContentTable& of, ServerTexts& texts, RowDifferences rows,
                                 bool complete);

}  // namespace resow
