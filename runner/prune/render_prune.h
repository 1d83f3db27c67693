// What prune found and did, as text and as JSON.
#pragma once

#include <string>

#include "fixtures/report.h"
#include "runner/prune/prune.h"
#include "runner/render.h"

namespace resow {

// `failure`: command, outcome, faults, database errors, timings; next_command of a preview.
std::string render_prune_text(const PruneRequest& request, const PruneResult& result,
                              const Report& failure, const TextStyle& style);
// docs/prune.schema.json describes it.
std::string render_prune_json(const PruneRequest& request, const PruneResult& result,
                              const Report& failure);

}  // namespace resow
