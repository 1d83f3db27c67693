#include <fmt/format.h>

#include <string>
#include <utility>

#include "runner/connection_impl.h"

namespace resow {
namespace {

// What the meaning of our statements, and the form of values that come back, would depend on. All
// of it is local to the transaction.
//   row_security = off: rows that a policy hides become an error, not a silent absence.
//   jit = off: catalog queries look expensive to the planner and are not.
constexpr const char* kPinned =
    ";SET LOCAL search_path = pg_catalog, pg_temp"
    ";SET LOCAL row_security = off"
    ";SET LOCAL standard_conforming_strings = on"
    ";SET LOCAL DateStyle = ISO"
    ";SET LOCAL IntervalStyle = postgres"
    ";SET LOCAL TimeZone = 'UTC'"
    ";SET LOCAL bytea_output = hex"
    ";SET LOCAL lc_monetary = 'C'"
    ";SET LOCAL extra_float_digits = 3"
    ";SET LOCAL array_nulls = on"
    ";SET LOCAL jit = off"
    ";SET LOCAL client_min_messages = warning";

const char* begin(Access access) {
  return access == Access::kReadOnly ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
                                     : "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
}

bool idle(const Wire& wire) { return PQtransactionStatus(wire.raw) == PQTRANS_IDLE; }

Rows rows_of(ResultPtr result) {
  auto owned = std::make_shared<Rows::Result>();
  owned->rows = std::move(result);
  return Rows(std::move(owned));
}

// A COPY that was started where none can be served.
void require_no_copy(Wire& wire, const PGresult* result, std::string_view step) {
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_COPY_IN && status != PGRES_COPY_OUT) return;
  drain(wire, Cancel::kAtOnce);
  throw std::logic_error(
      fmt::format("{}: COPY from or to the client needs CopyIn or CopyOut", step));
}

}  // namespace

Transaction::Transaction(Connection& connection, Access access)
    : connection_(connection), impl_(new Impl{connection.impl_->wire}) {
  if (PQstatus(impl_->wire.raw) == CONNECTION_OK && !idle(impl_->wire)) {
    throw std::logic_error("the connection has a transaction already");
  }
  try {
    run_simple(impl_->wire, std::string(begin(access)) + kPinned + connection.impl_->lock_timeout,
               "BEGIN");
  } catch (...) {
    roll_back(impl_->wire);
    throw;
  }
}

Transaction::~Transaction() {
  if (!impl_->committed) roll_back(impl_->wire);
}

Rows Transaction::query(std::string_view sql, std::span<const Field> parameters,
                        std::string_view step) {
  ResultPtr result = run_extended(impl_->wire, std::string(sql), parameters, step);
  require_no_copy(impl_->wire, result.get(), step);
  return rows_of(std::move(result));
}

Rows Transaction::query(std::string_view sql, std::string_view step) {
  return query(sql, std::span<const Field>(), step);
}

void Transaction::execute(std::string_view sql, std::string_view step) {
  const ResultPtr result = run_simple(impl_->wire, std::string(sql), step);
  require_no_copy(impl_->wire, result.get(), step);
}

void Transaction::savepoint(const std::function<void()>& body) {
  const std::string name = fmt::format("resow_{}", impl_->savepoints + 1);
  execute("SAVEPOINT " + name, "SAVEPOINT");
  ++impl_->savepoints;
  try {
    body();
  } catch (const DatabaseError& error) {
    --impl_->savepoints;
    if (!error.connection_lost && PQstatus(impl_->wire.raw) == CONNECTION_OK) {
      execute(fmt::format("ROLLBACK TO SAVEPOINT {0}; RELEASE SAVEPOINT {0}", name), "ROLLBACK TO");
    }
    throw;
  } catch (...) {
    --impl_->savepoints;
    throw;
  }
  --impl_->savepoints;
  execute("RELEASE SAVEPOINT " + name, "RELEASE SAVEPOINT");
}

void Transaction::commit() {
  const ResultPtr result = run_commit(impl_->wire);
  if (std::string_view(PQcmdStatus(result.get())) != "COMMIT") {
    DatabaseError error("the transaction had failed before its COMMIT and was rolled back");
    error.sqlstate = "25P02";  // in_failed_sql_transaction
    error.step = "COMMIT";
    throw error;
  }
  impl_->committed = true;
}

}  // namespace resow
