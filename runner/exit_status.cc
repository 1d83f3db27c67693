#include "runner/exit_status.h"

#include "runner/connection.h"
#include "runner/database_failure.h"
#include "runner/guard_facts.h"
#include "runner/output_folder.h"
#include "runner/prune/archive.h"

namespace resow {

int exit_status(const Report& report, bool interrupted) {
  if (interrupted && report.outcome == Outcome::kFailed) return kInterrupted;
  switch (report.outcome) {
    case Outcome::kOk:
    case Outcome::kPreview:
      return kDone;
    case Outcome::kDifferences:
      return kDifferent;
    case Outcome::kRefused:
      return kGuardRefused;
    case Outcome::kFailed:
    case Outcome::kNotStarted:
      return kDatabaseRefused;
  }
  return kDatabaseRefused;
}

int exit_status(const std::exception_ptr& error, Report& report) {
  report.outcome = Outcome::kFailed;
  try {
    std::rethrow_exception(error);
  } catch (const InputError& input) {
    report.faults = input.faults();
    return kBadInput;
  } catch (const GuardRefused& refused) {
    report.outcome = Outcome::kRefused;
    report.database = refused.facts().name;
    report.faults = {refused.fault()};
    return kGuardRefused;
  } catch (const DatabaseError& database) {
    report.database_errors = {database_failure(database)};
    return kDatabaseRefused;
  } catch (const ArchiveUnwritable& archive) {
    report.faults = {{archive.path, archive.what(),
                      "nothing was deleted that is not in it; make room, and run it again"}};
    return kReportLost;
  } catch (const OutputError& output) {
    report.faults = {
        {output.path, output.what(), "no file is left of it; make room, or write elsewhere"}};
    return kReportLost;
  } catch (const Interrupted& interrupted) {
    report.faults = {{"", "interrupted; nothing was changed", ""}};
    return kInterrupted;
  } catch (const std::exception& other) {
    report.faults = {{"", other.what(), ""}};
    return kDatabaseRefused;
  }
}

}  // namespace resow
