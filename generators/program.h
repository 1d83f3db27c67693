// A program says, as plain data, how every value of a set of tables is computed from
// (seed, schema, table, column, row). `fill` runs it: a pure function, any rows in any order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "generators/column_batch.h"
#include "generators/random.h"
#include "generators/row_shape.h"
#include "generators/value_form.h"

namespace resow {

// A value that is the same for many rows: text in the server's input syntax, or NULL. For the
// numeric, date and time kinds the text is canonical (digits; ISO 8601), checked when planning.
using Constant = std::optional<std::string>;

struct ColumnRule;
class PatternText;

// Rules work for a column of any kind: numbers become the kind's own (see settle.h), text is read
// as parse_constant() does.
namespace rule {

struct Always {
  Constant value = {};
};
struct Sequence {  // first + step * row, in numbers of the column's kind
  int64_t first = 1;
  int64_t step = 1;
};
struct Ordinal {  // first + the row's number within its parent and item: a count, scaled for
                  // decimals
  int64_t first = 1;
};
struct ByItem {  // the for_each variable of this item
  std::vector<Constant> values = {};
};
struct OneOf {  // weighted choice; cumulative is ascending and ends at 1
  std::vector<Constant> values = {};
  std::vector<double> cumulative = {};
};
struct Cycle {  // values[(row / stride) % size]: distinct combinations under a unique key
  std::vector<Constant> values = {};
  uint64_t stride = 1;
};
struct Uniform {  // numbers of the column's kind, both ends inclusive
  int64_t low = 0;
  int64_t high = 0;
};
struct UniformReal {  // values as a person reads them: rounded for kinds that are whole numbers
  double low = 0;
  double high = 1;
};
enum class Shape : uint8_t { kNormal, kLogNormal, kExponential, kZipf };
struct Distribution {  // clamped to [low, high], rounded; values as a person reads them, as above
                       // kZipf: low + rank - 1, over all ranks up to high
  Shape shape = Shape::kNormal;
  double a = 0;  // mean (of the logarithm for kLogNormal); 1/rate; exponent
  double b = 1;  // standard deviation
  double low = 0;
  double high = 0;
};
struct Distinct {  // first + step * permutation(row): random-looking, no two rows alike
  int64_t first = 0;
  int64_t step = 1;
  uint64_t size = 1;  // >= rows of the table
};
struct Words {  // readable text of at least 1 and at most max_length characters
  size_t max_length = 40;
};
struct Pattern {  // a text that matches a pattern
  std::shared_ptr<const PatternText> texts = {};
  bool distinct = false;  // no two rows alike: texts->size() >= rows of the table
};
enum class Locale : uint8_t { kEnglish, kFrench, kGerman };
struct Named {  // a believable value: an entry of the catalogue (catalogue.h)
  std::string name = {};
  Locale locale = Locale::kEnglish;
  StreamKey subject = {};  // columns with equal subjects agree: an email is made of the row's names
  size_t max_length = 0;   // characters; 0: no limit
  bool distinct = false;   // no two rows alike, by way of a number that is part of the value;
  uint64_t size = 1;       // then: >= rows of the table
};
struct Formed {  // a value of a type that has no kind of its own, in the server's input syntax
  std::shared_ptr<const ValueForm> form = {};
  bool distinct = false;  // no two rows alike, as far as `size` goes
  uint64_t size = 1;      // then: >= rows of the table, <= distinct_values(form)
};
struct RandomUuid {};  // version 4
struct RandomBytes {   // as text: twice as many hexadecimal digits
  size_t length = 8;
};
struct TemplatePart {
  enum class What : uint8_t {
    kLiteral,
    kRow,      // from 1
    kOrdinal,  // from 1
    kItem,
    kColumn,
    kParent,
    kSchema
  } what = What::kLiteral;
  std::string literal = {};  // kLiteral
  size_t index = 0;          // kItem: which for_each variable; kColumn, kParent: column index
  int width = 0;             // kRow, kOrdinal: padded with zeros to this width
  std::vector<Constant> by_item = {};  // kItem: its text for each item
};
struct Template {  // a NULL of another column adds nothing
  std::vector<TemplatePart> parts = {};
};
struct ParentColumn {  // the value of `column` in the parent row; the parent is
                       // TableProgram::parent
  size_t column = 0;
};
struct ChildCount {  // how many rows of tables[table] have this row as their parent
  size_t table = 0;
};
struct RowOf {  // the value of tables[table].columns[column] in a row picked at random; rules with
  size_t table = 0;  // equal picks choose the same row, which is how composite foreign keys work
  size_t column = 0;
  StreamKey pick = {};
  bool distinct = false;  // no parent picked twice: one to one
  uint64_t divisor = 1;   // distinct, composite unique keys: index / divisor % rows is used
  bool earlier = false;   // self-reference: only rows before this one; row 0 gives NULL. Together
                          // with `distinct`: the row before
  double skew = 0;  // exponent of a Zipf distribution: few rows are picked often; 0: all alike
};
struct Existing {  // a value of a row that is in the database already; picks as in RowOf
  std::shared_ptr<const std::vector<Constant>> values = {};
  StreamKey pick = {};
  bool distinct = false;
  uint64_t divisor = 1;
  double skew = 0;
};
struct After {  // what `column` of the row has, and as much more as lies between; NULL where that
                // is
  size_t column = 0;          // of the same kind and scale
  int64_t low = 0, high = 0;  // numbers of the kind, both inclusive
  double low_real = 0, high_real = 0;
  int64_t most = std::numeric_limits<int64_t>::max();  // what lies beyond is that
};
// By what other columns of the row have, as texts: one of the values that go with it, the (row %
// size)-th, so that several such columns are chosen together. What is not known gets what goes with
// the first.
struct ByColumns {
  std::vector<size_t> columns = {};
  std::map<std::vector<Constant>, std::vector<Constant>> values = {};  // none is empty
};
struct Cell {  // one literal row's value: a constant, another row's value, or what `otherwise`
               // gives
  enum class What : uint8_t { kConstant, kReference, kOtherwise } what = What::kOtherwise;
  Constant constant = {};
  size_t table = 0;  // kReference
  size_t column = 0;
  uint64_t row = 0;
};
struct Literal {  // one cell for each row of the table
  std::vector<Cell> cells = {};
  std::shared_ptr<const ColumnRule> otherwise = {};
};

}  // namespace rule

struct ColumnRule {
  std::variant<rule::Always, rule::Sequence, rule::Ordinal, rule::ByItem, rule::OneOf, rule::Cycle,
               rule::Uniform, rule::UniformReal, rule::Distribution, rule::Distinct, rule::Words,
               rule::Pattern, rule::Named, rule::Formed, rule::RandomUuid, rule::RandomBytes,
               rule::Template, rule::ParentColumn, rule::ChildCount, rule::RowOf, rule::Existing,
               rule::After, rule::ByColumns, rule::Literal>
      how;
};

struct ColumnProgram {
  std::string name = {};
  ValueKind kind = ValueKind::kText;
  int scale = 0;          // kDecimal
  size_t max_length = 0;  // kText: longer values are an error of the plan, not cut; 0: no limit
  ColumnRule rule = {};
  StreamKey key = {};
  double null_share = 0;  // in [0, 1]; of Literal, only for the cells that `otherwise` gives
};

inline bool is_always_null(const ColumnProgram& column) {
  const auto* always = std::get_if<rule::Always>(&column.rule.how);
  return always != nullptr && !always->value;
}

struct TableProgram {
  std::string schema = {};
  std::string name = {};
  std::optional<size_t> parent = {};  // index into Program::tables of the `per` table
  RowShape shape = {};
  std::vector<ColumnProgram> columns = {};
};

struct Program {
  std::vector<TableProgram> tables = {};
};

// Fills `out` with the values of a column for `rows`, in that order.
// REQUIRES: every row is below the table's row count; no rule depends on itself (the planner has
// refused such cycles). Throws std::invalid_argument for a constant or a template's text that is
// not canonical for the column's kind.
void fill(const Program& program, size_t table, size_t column, std::span<const uint64_t> rows,
          ColumnBatch& out);

}  // namespace resow
