// Asks the server who it is, so that the guard can judge. Nothing of this client's environment
// counts: a marker is what ALTER DATABASE or ALTER ROLE stored, not what PGOPTIONS says.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "fixtures/fault.h"
#include "fixtures/guard.h"
#include "runner/connection.h"

namespace resow {

// The guard refused (exit status 3). Nothing was changed.
class GuardRefused : public std::runtime_error {
 public:
  GuardRefused(DatabaseFacts facts, GuardVerdict verdict);
  const DatabaseFacts& facts() const { return facts_; }
  Fault fault() const;

 private:
  DatabaseFacts facts_;
  GuardVerdict verdict_;
};

DatabaseFacts ask_database_facts(Transaction& transaction);

// To be called in each transaction that changes data, before its first change. Throws GuardRefused.
void require_disposable(Transaction& transaction, const std::optional<std::string>& force);

// As the guard judges prune and undo, which have safeguards of their own: a database that is
// protected is refused, one whose name looks like production is not.
GuardVerdict judge_protection(const DatabaseFacts& facts);
void require_unprotected(Transaction& transaction);

}  // namespace resow
