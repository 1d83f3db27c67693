#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/dataset.h"
#include "fixtures/plan.h"
#include "generators/program.h"

namespace resow {

// A table whose rows are shown to the server before they are loaded, and how they are made.
struct JudgedTable {
  const Catalog& catalog;
  const Dataset& dataset;
  const Plan& plan;
  const LoadStep& step;

  const Relation& relation() const { return catalog.relations[step.relation]; }
  // The program of a column; nothing where the server fills it in.
  const ColumnProgram* program(ColumnNumber number) const;
};

// Values of some columns of a row, in their order.
using ProposedRow = std::vector<Constant>;

// Rows from all over the table.
std::vector<uint64_t> sample_rows(const JudgedTable& table);

// What a column gets in these rows; NULL where the server fills it in.
std::vector<Constant> values_in(const JudgedTable& table, ColumnNumber column,
                                const std::vector<uint64_t>& rows);

// The sample's rows, of these columns.
std::vector<ProposedRow> sample_of(const JudgedTable& table,
                                   const std::vector<ColumnNumber>& columns);

// The same of the first thousand rows.
std::vector<ProposedRow> first_rows_of(const JudgedTable& table,
                                       const std::vector<ColumnNumber>& columns);

bool contains(const std::vector<ColumnNumber>& columns, ColumnNumber number);

}  // namespace resow
