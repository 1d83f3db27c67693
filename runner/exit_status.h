// How a command ended, as a number for scripts and as a report for people.
#pragma once

#include <exception>

#include "fixtures/report.h"

namespace resow {

inline constexpr int kDone = 0;
inline constexpr int kDifferent = 1;
inline constexpr int kBadInput = 2;
inline constexpr int kGuardRefused = 3;
inline constexpr int kDatabaseRefused = 4;
inline constexpr int kReportLost = 5;  // what was to be written is lost: a report, or --to's files
inline constexpr int kInterrupted = 130;

// Of a command that came to its end. `interrupted`: a signal came; where it came too late to make
// anything fail, it does not count.
int exit_status(const Report& report, bool interrupted);

// Puts an exception into the report (outcome, faults, database_errors) and gives its exit status.
// What nobody expected counts as the database's: it came before anything was changed (what comes
// after that is in the report of run_units()).
int exit_status(const std::exception_ptr& error, Report& report);

}  // namespace resow
