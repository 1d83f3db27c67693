#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fixtures/audit/audit.h"
#include "fixtures/pattern.h"
#include "runner/commands/command.h"
#include "runner/connection.h"

namespace resow {

Command audit_command();

struct AuditOptions {
  Selection schemas;                // -n, -N
  std::vector<std::string> code;    // --code: folders and files
  std::string decisions;            // a file, "-" for stdin; "" for none
  std::string write_decisions;      // a file that is not there yet; "" for none
  std::string script;               // a folder; "" for none
  std::vector<std::string> remove;  // --remove: tables, as in a decision
  bool overwrite = false;
};

struct AuditResult {
  Catalog catalog;
  Audit audit;
};

// Looks at the tables of the schemas and at the code. Reads only. Throws InputError,
// DatabaseError, Interrupted.
AuditResult audit(Connection& connection, const AuditOptions& options, const Decisions* decisions,
                  const std::function<void(size_t done, size_t all)>& on_measured = {});

// Prints what audit() finds, and writes what is asked for. Returns the exit status: 1 where
// something is left to decide; throws as audit() does, and OutputError.
int run_audit(const AuditOptions& options, const CommonOptions& common);

}  // namespace resow
