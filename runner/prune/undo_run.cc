#include "runner/prune/undo_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "fixtures/archive.h"
#include "fixtures/fault.h"
#include "fixtures/pattern.h"
#include "fixtures/text.h"
#include "runner/commit_surely.h"
#include "runner/guard_facts.h"
#include "runner/history/control_tables.h"
#include "runner/history/read_runs.h"
#include "runner/history/run_log.h"
#include "runner/history/undone_run.h"
#include "runner/lock.h"
#include "runner/lock_observer.h"
#include "runner/prune/stored_archive.h"
#include "runner/prune/undo_pieces.h"
#include "runner/read_catalog.h"

namespace resow {
namespace {

RunRecord run_to_undo(Transaction& transaction, int64_t id) {
  RunRecord run = existing_run(transaction, id);
  if (run.command != "prune") {
    throw InputError(
        {{name_of_run(id),
          fmt::format("was {} {}, and keeps nothing of what was there before",
                      run.command.find_first_of("aeiou") == 0 ? "an" : "a", run.command),
          "only a prune or a tenants sync can be undone; resow snapshot and resow baseline "
          "remember a state"}});
  }
  require_undoable(run);
  if (run.batches == 0) {
    throw InputError({{name_of_run(id), "deleted nothing: there is nothing to undo", ""}});
  }
  return run;
}

// One that died has ended: should its process be alive all the same, its batches are refused.
void bury(Connection& connection, int64_t run) {
  Transaction transaction(connection, Access::kReadWrite);
  const Field parameters[] = {std::to_string(run)};
  transaction.query(
      fmt::format("UPDATE resow.run SET state = 'failed', error = 'it died', finished ="
                  " pg_catalog.clock_timestamp() WHERE id OPERATOR(pg_catalog.=)"
                  " $1::pg_catalog.int8 AND state OPERATOR(pg_catalog.=) 'running' AND NOT {}",
                  run_is_alive_sql("id")),
      parameters, "note that the run has died");
  transaction.commit();
}

// What undos of the run that were interrupted have brought back.
std::set<std::string> schemas_that_are_back(Transaction& transaction, int64_t run) {
  const Field parameters[] = {name_of_run(run)};
  const Rows rows = transaction.query(
      "SELECT DISTINCT t.schema FROM resow.run AS r JOIN resow.run_table AS t"
      " ON t.run OPERATOR(pg_catalog.=) r.id WHERE r.command OPERATOR(pg_catalog.=) 'undo'"
      " AND r.subject OPERATOR(pg_catalog.=) $1",
      parameters, "ask what is back already");
  std::set<std::string> schemas;
  for (size_t row = 0; row < rows.size(); ++row) schemas.emplace(rows.text(row, 0));
  return schemas;
}

bool is_back(const UndoPiece& piece, const std::set<std::string>& back) {
  return std::any_of(piece.schemas.begin(), piece.schemas.end(),
                     [&](const std::string& schema) { return back.contains(schema); });
}

Catalog catalog_of_schemas(Transaction& transaction, const std::vector<std::string>& schemas) {
  Selection selection;
  for (const std::string& schema : schemas) selection.include.push_back(as_pattern(schema));
  return read_catalog(transaction, selection, CatalogDetail::kAll);
}

// With a count of each schema, by which one that goes on knows that it is back.
std::vector<RunCount> counts_of(const Undone& undone, const UndoPiece& piece,
                                const ArchiveHeader& header) {
  std::map<std::pair<std::string, std::string>, RunCount> counts;
  const auto count_of = [&](const std::string& schema, const std::string& table) -> RunCount& {
    RunCount& count = counts[{schema, table}];
    count.schema = schema;
    count.table = table;
    return count;
  };
  for (const UndoneTable& table : undone.tables) {
    RunCount& count = count_of(table.schema, table.table);
    (table.kind == ArchivedKind::kDeleted ? count.seeded : count.reset) += table.rows;
  }
  for (const std::string& schema : piece.schemas) {
    const bool known = std::any_of(counts.begin(), counts.end(),
                                   [&](const auto& count) { return count.first.first == schema; });
    if (known) continue;
    for (const size_t table : piece.tables) {
      if (header.tables[table].schema != schema) continue;
      count_of(schema, header.tables[table].table);
      break;
    }
  }
  std::vector<RunCount> all;
  for (auto& [table, count] : counts) all.push_back(std::move(count));
  return all;
}

class Undo {
 public:
  Undo(Connection& idle, const ConnectionOptions& options, const UndoRequest& request,
       const UndoHooks& hooks, UndoReport& report)
      : options_(options),
        request_(request),
        hooks_(hooks),
        report_(report),
        reading_(options),
        working_(idle) {}

  void run() {
    report_.undone_run = request_.run;
    if (!request_.execute) return work(nullptr);
    {
      // What is wrong with the line is said before there is a run.
      Transaction transaction(working_, Access::kReadOnly);
      require_unprotected(transaction);
      run_to_undo(transaction, request_.run);
    }
    RunLog log(options_, {"undo", name_of_run(request_.run), "", "", ""});
    report_.run = log.id();
    bury(working_, request_.run);
    log.keep_record_of([&] { work(&log); });
    log.try_to_finish(report_.executed ? RunState::kCompleted : RunState::kFailed,
                      report_.executed ? "" : "conflicts");
  }

 private:
  void work(RunLog* log) {
    // The archive as it is now, whatever is forgotten meanwhile.
    Transaction reader(reading_, Access::kReadOnly);
    const RunRecord run = run_to_undo(reader, request_.run);
    const StoredArchive archive(reader, run, request_.archive);
    const CheckedArchive checked = check_archive(archive, run);
    header_ = checked.header;
    catalog_ = catalog_of_schemas(reader, schemas_of(header_));
    report_.database = catalog_.database;
    std::vector<Fault> faults = undo_misfits(header_, catalog_);
    if (!faults.empty()) throw InputError(std::move(faults));
    pieces_ = undo_pieces(checked, catalog_);
    back_ = schemas_that_are_back(reader, run.id);
    if (!back_.empty()) {
      report_.undone.notes.push_back(
          fmt::format("{} of the run came back before",
                      count_of_things(static_cast<int64_t>(back_.size()), "schema")));
    }
    try {
      if (log == nullptr || pieces_.size() > 1) look_at_all(archive, run.batches);
      if (log == nullptr || report_.refused) return;
      bring_back_all(archive, run, *log);
    } catch (const SnapshotDamaged& damage) {
      throw InputError({{archive.name(), damage.what(), "nothing more was changed"}});
    }
  }

  void look_at_all(const StoredArchive& archive, int64_t batches) {
    if (hooks_.on_pass) hooks_.on_pass("looking", pieces_.size());
    each_piece(archive, batches, [&](size_t) { report_.undone.add(stage_->look()); });
    report_.refused = report_.undone.conflict_count() > 0 && !request_.skip_conflicts;
  }

  void bring_back_all(const StoredArchive& archive, const RunRecord& run, RunLog& log) {
    if (hooks_.on_pass) hooks_.on_pass("", pieces_.size());
    report_.undone.tables.clear();
    report_.undone.conflicts.clear();
    LockObserver observer(options_, hooks_.on_message);
    report_.pieces = pieces_.size();
    size_t& done = report_.back;
    try {
      each_piece(archive, run.batches, [&](size_t i) {
        if (report_.refused) return;
        const UndoPiece& piece = pieces_[i];
        const std::string name = fmt::format("{}", fmt::join(piece.schemas, ", "));
        observer.watched(*transaction_, name, request_.lock_wait, [&] {
          bring_back(piece, run.id, log);
          return 0;
        });
        if (report_.refused || back_meanwhile_) return;
        if (i + 1 == pieces_.size()) {
          note_undone(*transaction_, run.id);
          log.complete(*transaction_);
        }
        commit_surely(*transaction_, options_);
        ++done;
      });
    } catch (const Interrupted&) {  // which is told together with what is back
      throw;
    } catch (...) {
      tell_what_is_back();
      throw;
    }
    if (report_.refused) return tell_what_is_back();
    if (done < pieces_.size()) finish_what_was_back(run, done, log);
    report_.executed = true;
  }

  // Somebody else, or an undo before this one, brought back the last of them.
  void finish_what_was_back(const RunRecord& run, size_t done, RunLog& log) {
    Transaction transaction(working_, Access::kReadWrite);
    if (done > 0 && read_run(transaction, run.id)->state == "undone") return;
    note_undone(transaction, run.id);
    log.complete(transaction);
    transaction.commit();
  }

  void bring_back(const UndoPiece& piece, int64_t run, RunLog& log) {
    lock_schemas(*transaction_, piece.schemas, request_.lock_wait, hooks_.on_message);
    back_meanwhile_ = is_back(piece, schemas_that_are_back(*transaction_, run));
    if (back_meanwhile_) return;
    Undone undone = stage_->look();
    report_.refused = undone.conflict_count() > 0 && !request_.skip_conflicts;
    if (!report_.refused) {
      stage_->bring_back();
      log.add(*transaction_, counts_of(undone, piece, header_));
    }
    report_.undone.add(std::move(undone));
  }

  void tell_what_is_back() const {
    if (report_.back > 0 && hooks_.on_message) hooks_.on_message(what_is_back(report_));
  }

  // Each in a transaction of its own, which is rolled back unless `end` commits it.
  template <typename End>
  void each_piece(const StoredArchive& archive, int64_t batches, const End& end) {
    PieceReader reader;
    reader.begin = [&](size_t piece) {
      if (is_back(pieces_[piece], back_)) return;
      transaction_ = std::make_unique<Transaction>(working_, Access::kReadWrite);
      stage_ = std::make_unique<UndoStage>(*transaction_, catalog_, header_);
    };
    reader.block = [&](size_t table, int64_t rows, std::string_view copy_text) {
      if (stage_) stage_->add(table, rows, copy_text);
    };
    reader.end = [&](size_t piece) {
      if (stage_) end(piece);
      stage_.reset();
      transaction_.reset();
      if (hooks_.on_done) hooks_.on_done(1);
    };
    read_pieces(archive, batches, pieces_, reader);
  }

  const ConnectionOptions& options_;
  const UndoRequest& request_;
  const UndoHooks& hooks_;
  UndoReport& report_;
  Connection reading_;
  Connection& working_;
  ArchiveHeader header_;
  Catalog catalog_;
  std::vector<UndoPiece> pieces_;
  std::set<std::string> back_;
  bool back_meanwhile_ = false;
  std::unique_ptr<Transaction> transaction_;  // of the piece at hand, unless it is back already
  std::unique_ptr<UndoStage> stage_;
};

}  // namespace

std::string what_is_back(const UndoReport& report) {
  return fmt::format("{} of {} came back before that, and the same command goes on", report.back,
                     count_of_things(static_cast<int64_t>(report.pieces), "schema"));
}

void undo(Connection& idle, const ConnectionOptions& options, const UndoRequest& request,
          const UndoHooks& hooks, UndoReport& report) {
  Undo(idle, options, request, hooks, report).run();
}

}  // namespace resow
