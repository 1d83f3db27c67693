#include "runner/history/undone_run.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "fixtures/fault.h"

namespace resow {
namespace {

[[noreturn]] void refuse_undone(int64_t id) {
  throw InputError({{name_of_run(id), "is undone already", ""}});
}

}  // namespace

std::string name_of_run(int64_t id) { return fmt::format("run {}", id); }

RunRecord existing_run(Transaction& transaction, int64_t id) {
  std::optional<RunRecord> run = read_run(transaction, id);
  if (run) return std::move(*run);
  throw InputError({{"RUN", fmt::format("there is no run {} in this database", id),
                     "resow history shows the runs"}});
}

void require_undoable(const RunRecord& run) {
  if (run.state == "undone") refuse_undone(run.id);
  if (run.state == "running") {
    throw InputError({{name_of_run(run.id), "is still running", "wait for its end, or stop it"}});
  }
}

void note_undone(Transaction& transaction, int64_t id) {
  const Field parameters[] = {std::to_string(id)};
  const Rows rows = transaction.query(
      "UPDATE resow.run SET state = 'undone' WHERE id OPERATOR(pg_catalog.=) $1::pg_catalog.int8"
      " AND state OPERATOR(pg_catalog.<>) 'undone'",
      parameters, "note that the run is undone");
  if (rows.affected() == 0) refuse_undone(id);
}

}  // namespace resow
