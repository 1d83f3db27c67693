// What fill() hands to the rule of a column, one overload for each rule. Each leaves the values and
// the NULLs of all rows in `out`, which begin_batch() has prepared; the column's null share comes
// afterwards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "generators/column_batch.h"
#include "generators/program.h"
#include "generators/row_shape.h"

namespace resow {

struct Filling {
  const Program& program;
  size_t table;
  const ColumnProgram& column;
  std::span<const uint64_t> rows;

  const TableProgram& table_program() const { return program.tables[table]; }
};

// Runs any rule for some rows of the column; the null share with it.
void fill_rule(const Filling& filling, const ColumnRule& rule, ColumnBatch& out);

std::vector<RowPlace> locate(const Filling& filling);

// fill_choice.cc: one of several constants
void fill_rule(const Filling& filling, const rule::Always& rule, ColumnBatch& out);
void fill_rule(const Filling& filling, const rule::ByItem& rule, ColumnBatch& out);
void fill_rule(const Filling& filling, const rule::OneOf& rule, ColumnBatch& out);
void fill_rule(const Filling& filling, const rule::Cycle& rule, ColumnBatch& out);

// fill_number.cc
void fill_rule(const Filling& filling, const rule::Sequence& rule, ColumnBatch& out);
void fill_rule(const Filling& filling, const rule::Ordinal& rule, ColumnBatch& out);
void fill_rule(const Filling& filling, const rule::Uniform& rule, ColumnBatch& out);
void fill_rule(const Filling& filling, const rule::UniformReal& rule, ColumnBatch& out);
void fill_rule(const Filling& filling, const rule::Distinct& rule, ColumnBatch& out);
void fill_rule(const Filling& filling, const rule::ChildCount& rule, ColumnBatch& out);

// fill_distribution.cc
void fill_rule(const Filling& filling, const rule::Distribution& rule, ColumnBatch& out);

// fill_text.cc
void fill_rule(const Filling& filling, const rule::Words& rule, ColumnBatch& out);
void fill_rule(const Filling& filling, const rule::RandomUuid& rule, ColumnBatch& out);
void fill_rule(const Filling& filling, const rule::RandomBytes& rule, ColumnBatch& out);

// fill_named.cc
void fill_rule(const Filling& filling, const rule::Named& rule, ColumnBatch& out);

// fill_pattern.cc
void fill_rule(const Filling& filling, const rule::Pattern& rule, ColumnBatch& out);

// fill_formed.cc
void fill_rule(const Filling& filling, const rule::Formed& rule, ColumnBatch& out);

// fill_template.cc
void fill_rule(const Filling& filling, const rule::Template& rule, ColumnBatch& out);

// fill_link.cc: values of other rows
void fill_rule(const Filling& filling, const rule::ParentColumn& rule, ColumnBatch& out);
void fill_rule(const Filling& filling, const rule::RowOf& rule, ColumnBatch& out);
void fill_rule(const Filling& filling, const rule::Existing& rule, ColumnBatch& out);
void fill_rule(const Filling& filling, const rule::After& rule, ColumnBatch& out);
void fill_rule(const Filling& filling, const rule::ByColumns& rule, ColumnBatch& out);

// A column of the parent rows, or of any rows of which some repeat; in the kind of that column.
void fill_parent_column(const Filling& filling, size_t column, ColumnBatch& out);
void fill_runs(const Program& program, size_t table, size_t column, std::span<const uint64_t> rows,
               ColumnBatch& out);

// fill_literal.cc
void fill_rule(const Filling& filling, const rule::Literal& rule, ColumnBatch& out);

}  // namespace resow
