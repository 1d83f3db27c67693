#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/plan.h"
#include "runner/connection.h"
#include "runner/judged_checks.h"
#include "runner/judged_table.h"

namespace resow {

// Asks the server about rows that are not there, in a savepoint: what a function raises does no
// harm, and nothing can be written. REQUIRES: close() before the transaction goes on.
class Court {
 public:
  Court(Transaction& transaction, const Plan& plan);
  void close();

  const Connection& connection() const { return transaction_.connection(); }
  // Another table: it may be asked about anew.
  void begin_table() { questions_ = 0; }
  // So much was asked about one table that no answer will come any more.
  bool is_tired() const;

  // Which of the rows satisfy all checks, in order; what raises an error does not. `columns`: of
  // the rows' values, and generated ones that are made of them.
  std::vector<size_t> passing(const JudgedTable& table, const std::vector<JudgedCheck>& checks,
                              const std::vector<ColumnNumber>& columns,
                              const std::vector<ProposedRow>& rows);

  // Adds the constants in the functions that a constraint calls to its words. True where one of
  // them may look at tables, so that the answer of today need not be tomorrow's.
  bool learn_of_functions(const Relation& relation, JudgedCheck& check);

 private:
  // Nothing where the server raises an error.
  std::optional<Rows> ask(const std::string& sql, const std::string& step);
  void collect(const JudgedTable& table, const std::vector<JudgedCheck>& checks,
               const std::vector<ColumnNumber>& columns, const std::vector<ProposedRow>& rows,
               size_t first, size_t count, std::vector<size_t>& result);

  Transaction& transaction_;
  size_t questions_ = 0;
};

}  // namespace resow
