#pragma once

#include <cstddef>
#include <functional>

#include "fixtures/pattern.h"
#include "runner/commands/command.h"
#include "runner/inspection.h"

namespace resow {

Command inspect_command();

struct InspectOptions {
  Selection schemas;           // -n, -N
  bool schema_only = false;    // the structure, without rows and sizes
  TableSelection tables = {};  // -t, -T
};

// Throws InputError where a pattern matches no schema, with a suggestion.
void require_matches(const Catalog& catalog, const Selection& schemas);

// Reads the catalog of the schemas and measures the tables that are chosen of theirs. Throws
// InputError (a pattern that matches nothing, with a suggestion), DatabaseError, Interrupted.
// `on_measured`: see measure_tables().
Inspection inspect(Connection& connection, const InspectOptions& options,
                   const std::function<void(size_t done, size_t all)>& on_measured = {});

// Prints what inspect() finds, as text or JSON. Returns the exit status; throws as inspect() does.
int run_inspect(const InspectOptions& options, const CommonOptions& common);

}  // namespace resow
