#include "runner/history/command_run.h"

#include <fmt/format.h>

#include <exception>
#include <utility>
#include <vector>

#include "fixtures/fault.h"
#include "generators/xxh3.h"
#include "runner/database_failure.h"
#include "runner/history/control_tables.h"
#include "runner/history/run_record.h"
#include "runner/interrupt.h"

namespace resow {
namespace {

// Of the schemas that were changed for good.
std::vector<RunCount> counts_in(const Report& report) {
  std::vector<RunCount> counts;
  for (const SchemaReport& schema : report.schemas) {
    if (schema.outcome != Outcome::kOk) continue;
    for (const TableReport& table : schema.tables) {
      RunCount count;
      count.schema = table.schema;
      count.table = table.table;
      count.removed = table.removed.value_or(0);
      count.seeded = table.seeded.value_or(0);
      if (count.removed + count.seeded > 0) counts.push_back(std::move(count));
    }
  }
  return counts;
}

RunState state_of(const Report& report) {
  if (report.outcome == Outcome::kOk) return RunState::kCompleted;
  return interrupted() ? RunState::kWasInterrupted : RunState::kFailed;
}

std::string error_in(const Report& report) {
  if (!report.database_errors.empty()) return to_string(report.database_errors.front());
  if (!report.faults.empty()) return to_string(report.faults.front());
  if (report.outcome == Outcome::kDifferences) return "differences";
  return "";
}

}  // namespace

CommandRun::CommandRun(Connection& idle, const RunHead& head) {
  try {
    Transaction transaction(idle, Access::kReadWrite);
    make_control_tables(transaction);
    id_ = insert_run(transaction, head, RunState::kRunning).id;
    transaction.commit();
  } catch (const InputError& error) {
    id_.reset();
    why_not_ = to_string(error.faults().front());
  }
}

void CommandRun::show_alive(Transaction& transaction) const {
  if (id_) show_run_alive(transaction, *id_);
}

void CommandRun::finish(Connection& idle, const ConnectionOptions& to,
                        const Report& report) noexcept {
  end(idle, to, state_of(report), counts_in(report), error_in(report));
}

void CommandRun::fail(Connection& idle, const ConnectionOptions& to,
                      const std::string& error) noexcept {
  end(idle, to, interrupted() ? RunState::kWasInterrupted : RunState::kFailed, {}, error);
}

void CommandRun::end(Connection& idle, const ConnectionOptions& to, RunState state,
                     std::span<const RunCount> counts, const std::string& error) noexcept {
  if (!id_) return;
  const Undisturbed last_words;
  const auto write = [&](Connection& connection) {
    Transaction transaction(connection, Access::kReadWrite);
    add_run_counts(transaction, *id_, counts);
    end_run(transaction, *id_, state, error);
    transaction.commit();
  };
  try {
    try {
      write(idle);
    } catch (const DatabaseError& lost) {
      if (!lost.connection_lost) throw;
      Connection another(to);
      write(another);
    }
  } catch (const std::exception&) {  // what was done is done, recorded or not
  }
}

std::string subject_hash(std::string_view text) {
  return fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
}

}  // namespace resow
