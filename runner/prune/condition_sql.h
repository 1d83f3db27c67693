// A policy's rules as SQL over a row, which stands under its table's own name.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/catalog.h"
#include "fixtures/prune_plan.h"
#include "runner/connection.h"

namespace resow {

struct ConditionSql {
  std::string text = "true";
  // It holds words of the policy, or names that are found as the schema's users find them: to be
  // evaluated within as_the_policy_reads() alone.
  bool foreign = false;
};

// What one of `rules` says; "without" says nothing here: what refers to a row keeps it anyway.
ConditionSql condition_sql(const Connection& connection, const Catalog& catalog, size_t relation,
                           const std::vector<PruneCondition>& rules);
// As above, of one rule, without its "orphan_of".
ConditionSql conditions_sql(const Connection& connection, const Catalog& catalog, size_t relation,
                            const PruneCondition& rule);
// `other`: what is looked at in place of the referenced table, under the alias "resow_other".
std::string orphan_sql(const Connection& connection, const Catalog& catalog, size_t relation,
                       const PruneCondition::Orphan& orphan, const std::string& other);

// The rows that a rule of the table chooses (not what follows, not late).
ConditionSql chosen_sql(const Connection& connection, const Catalog& catalog,
                        const PruneTable& table);

// Whether the operators of pg_catalog are those of the column's type.
bool has_pinned_operators(const Catalog& catalog, const Column& column);

// "t"."column"
std::string column_sql(const Connection& connection, const Relation& relation, ColumnNumber number);
// FROM ... AS ... of the table under its own name.
std::string from_sql(const Connection& connection, const Relation& relation);

// The values that a reset gives, "NULL" or with a cast to the column's type.
std::string reset_value_sql(const Connection& connection, const Catalog& catalog, size_t relation,
                            const PruneReset::Column& column);
// Whether a column is to be changed.
std::string differs_sql(const Connection& connection, const Catalog& catalog, size_t relation,
                        const PruneReset::Column& column);

// Runs `body` where nothing can be changed and names of functions are found in these schemas and
// public. What it throws passes.
void as_the_policy_reads(Transaction& transaction, const std::vector<std::string>& schemas,
                         std::string_view step, const std::function<void()>& body);

}  // namespace resow
