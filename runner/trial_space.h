#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/connection.h"
#include "runner/dimensions.h"
#include "runner/judged_table.h"

namespace resow {

// Settings of the application's own ("app.tenant"), by name.
using Settings = std::vector<std::pair<std::string, std::string>>;

// What can be changed of the rows of a table whose triggers refuse them as they are planned: values
// of columns, and settings that the triggers read. What is proposed comes from the triggers' own
// functions.
class TrialSpace {
 public:
  static constexpr size_t kAsPlanned = static_cast<size_t>(-1);
  using Choices = std::vector<size_t>;  // by dimension: those of columns, then settings
  using Hints = std::vector<std::pair<size_t, size_t>>;  // dimensions, and choices of theirs

  // REQUIRES: `refusal` is what the server said of the rows as they are planned.
  TrialSpace(Transaction& transaction, const JudgedTable& table, const DatabaseError& refusal);

  Choices as_planned() const { return Choices(columns_.size() + settings_.size(), kAsPlanned); }
  // The dimensions, those with the fewest choices first.
  const std::vector<size_t>& order() const { return order_; }
  size_t choices_of(size_t dimension) const;
  const std::vector<Dimension>& columns() const { return columns_; }

  // A row of the table is there now: columns that refer to a row of their own table may take it.
  // Until then they refer to nothing. `row`: by the columns of the load step.
  void refer_to(const ProposedRow& row);

  // Values for columns out of the constraint at fault, of whatever table: constants of a check,
  // rows that a foreign key may refer to.
  Hints hints_of(const DatabaseError& error);
  // More values for a column under a unique key, that look like the one that is taken.
  void extend(size_t dimension, size_t taken);
  bool is_unique(size_t dimension) const;
  // What the first planned row has; none where that is not among the choices.
  std::optional<size_t> choice_as_planned(size_t dimension) const;

  // Rows from all over the table, as they are planned, and what the choices make of them: by the
  // columns of the load step.
  const std::vector<ProposedRow>& planned() const { return planned_; }
  ProposedRow row_of(const Choices& choices, ProposedRow planned) const;
  // The same, where more rows are alike to each of those that refer_to() was told of, in its order:
  // row `number` refers to one of them.
  ProposedRow row_of(const Choices& choices, ProposedRow planned,
                     const std::vector<std::vector<ProposedRow>>& kept, size_t number) const;
  Settings settings_of(const Choices& choices) const;

 private:
  struct Setting {
    std::string name;
    std::vector<std::string> values;  // that are proposed
  };
  void choose_columns(const DatabaseError& refusal, const std::string& sources);
  // Of one column, to the table itself; nullptr: it is none.
  const ForeignKey* own_key_of(const Dimension& dimension) const;
  void add_hints_of_key(const DatabaseError& error, Hints& hints);
  void add_hints_of_message(const DatabaseError& error, Hints& hints) const;
  void free_key(Dimension& dimension);
  size_t nothing_of(const Dimension& dimension) const;
  void propose_settings();
  size_t place_in_row(ColumnNumber number) const;

  Transaction& transaction_;
  const JudgedTable& table_;
  std::vector<Dimension> columns_;
  std::vector<Setting> settings_;
  std::vector<size_t> order_;
  std::vector<ProposedRow> planned_;
};

}  // namespace resow
