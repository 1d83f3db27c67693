// An audit for people and for programs: pure functions of what was found.
#pragma once

#include <string>

#include "fixtures/audit/audit.h"
#include "runner/render.h"

namespace resow {

// What is left to decide first; tables that are kept in a line each, or with `style.quiet` not at
// all. `script`: the folder that was written, "" for none.
std::string render_audit_text(const Audit& audit, const std::string& script,
                              const TextStyle& style);

// docs/audit.schema.json
std::string render_audit_json(const Audit& audit, const std::string& script);

}  // namespace resow
