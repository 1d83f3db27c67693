#pragma once

#include <span>
#include <string>
#include <vector>

#include "fixtures/audit/code.h"

namespace resow {

// Looks for the names in the files of some trees, in one pass over them. Left out: what is no text,
// version control's own folders, what package managers and builds make (node_modules, build, dist,
// target, __pycache__ ...), links, files over 64 MB, what resow itself wrote, and `left_out`.
// Throws InputError for trees that are not there, all at once; Interrupted.
CodeFacts scan_code(std::span<const std::string> trees, const std::vector<std::string>& names,
                    std::span<const std::string> left_out);

}  // namespace resow
