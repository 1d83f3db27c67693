// Settings of the transaction that change while tables are filled.
#pragma once

namespace resow {

// Unless told otherwise the server plans every check of a foreign key anew for the first five rows
// that it looks at: most of the time that it takes to empty or fill a small table.
inline constexpr const char* kPlanChecksOnce = "SET LOCAL plan_cache_mode = force_generic_plan";
inline constexpr const char* kPlanAsUsual = "SET LOCAL plan_cache_mode TO DEFAULT";
// As every transaction has it from the start.
inline constexpr const char* kPinnedPath = "SET LOCAL search_path = pg_catalog, pg_temp";
inline constexpr const char* kDefer = "SET CONSTRAINTS ALL DEFERRED";
inline constexpr const char* kCheckDeferred = "SET CONSTRAINTS ALL IMMEDIATE";

}  // namespace resow
