#pragma once

#include <cstddef>
#include <functional>

#include "fixtures/audit/facts.h"
#include "fixtures/catalog.h"
#include "runner/connection.h"

namespace resow {

// Asks what an audit wants to know of the tables of the selected schemas: a fixed number of
// queries, and two for every 200 tables or sequences (sizes and rows, columns that are NULL, last
// values). Reads only; what the role may not read is left out. Throws DatabaseError, Interrupted.
// `on_measured`: see measure_tables().
AuditFacts read_audit_facts(Connection& connection, const Catalog& catalog,
                            const std::function<void(size_t done, size_t all)>& on_measured = {});

}  // namespace resow
