// Settings of the transaction that change while tables are filled, or a catalog is read.
#pragma once

namespace resow {

// Unless told otherwise the server plans every check of a foreign key anew for the first five rows
// that it looks at: most of the time that it takes to empty or fill a small table.
inline constexpr const char* kPlanChecksOnce = "SET LOCAL plan_cache_mode = force_generic_plan";
inline constexpr const char* kPlanAsUsual = "SET LOCAL plan_cache_mode TO DEFAULT";
// Queries of the catalog name their relations in the order in which they are best joined, with
// indexes: most of the time that they take is the planner's, which looks for another one.
inline constexpr const char* kPlanAsWritten =
    "SET LOCAL join_collapse_limit = 1; SET LOCAL enable_mergejoin = off;"
    " SET LOCAL enable_material = off; SET LOCAL max_parallel_workers_per_gather = 0";
inline constexpr const char* kPlanFreely =
    "SET LOCAL join_collapse_limit TO DEFAULT; SET LOCAL enable_mergejoin TO DEFAULT;"
    " SET LOCAL enable_material TO DEFAULT; SET LOCAL max_parallel_workers_per_gather TO DEFAULT";
// As every transaction has it from the start.
inline constexpr const char* kPinnedPath = "SET LOCAL search_path = pg_catalog, pg_temp";
inline constexpr const char* kDefer = "SET CONSTRAINTS ALL DEFERRED";
inline constexpr const char* kCheckDeferred = "SET CONSTRAINTS ALL IMMEDIATE";

}  // namespace resow
