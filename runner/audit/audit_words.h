// What an audit says, in words that its text and its page share.
#pragma once

#include <string>
#include <vector>

#include "fixtures/audit/audit.h"

namespace resow {

std::string rows_of_audited(const AuditedTable& table);  // "~1,000 rows", "? rows"

// The last moment that the statistics tell of, else what they counted; "" for nothing.
std::string use_of_audited(const AuditedTable& table);

// "in migrations: db/2.sql:3, db/3.sql:1 and 5 more"; "" for nowhere.
std::string mentions_text(const char* what, const Places& places);

std::vector<std::string> audit_head(const Audit& audit);

// "audit.json decides by Ines on 2026-01-19: replaced by workflow_runs".
std::string decision_text(const Audit& audit, const Decision& decision);

// "jobs.batch_id (in 12 schemas)".
std::string place_of_finding(const AuditFinding& finding);

// Also what could not be read.
std::vector<std::string> audit_notes(const Audit& audit);

// "To decide: 3 tables, 2 findings."; "Nothing is left to decide."
std::string audit_end(const Audit& audit);

}  // namespace resow
