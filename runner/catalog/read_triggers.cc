#include "runner/catalog/read_triggers.h"

#include <algorithm>

#include "runner/catalog/queries.h"
#include "runner/catalog/row_values.h"

namespace resow {
namespace {

using namespace catalog_queries;

// Bits of pg_trigger.tgtype.
constexpr int64_t kRow = 1, kBefore = 2, kInsert = 4, kDelete = 8, kUpdate = 16, kTruncate = 32,
                  kInstead = 64;

}  // namespace

void read_triggers(Transaction& transaction, const std::string& relations,
                   const RelationIndexes& indexes, Catalog& catalog) {
  const Field parameters[] = {relations};
  const Rows rows = transaction.query(triggers(), parameters, "reading the catalog: triggers");
  for (size_t row = 0; row < rows.size(); ++row) {
    const auto at = indexes.find(oid_at(rows, row, kTriggerRelation));
    if (at == indexes.end()) continue;
    const int64_t type = rows.integer(row, kTriggerType);
    Trigger& trigger = catalog.relations[at->second].triggers.emplace_back();
    trigger.name = rows.text(row, kTriggerName);
    trigger.function =
        text_at(rows, row, kTriggerFunctionSchema) + "." + text_at(rows, row, kTriggerFunction);
    trigger.for_each_row = (type & kRow) != 0;
    trigger.before = (type & kBefore) != 0;
    trigger.instead_of = (type & kInstead) != 0;
    trigger.on_insert = (type & kInsert) != 0;
    trigger.on_update = (type & kUpdate) != 0;
    trigger.on_delete = (type & kDelete) != 0;
    trigger.on_truncate = (type & kTruncate) != 0;
    trigger.constraint = rows.boolean(row, kTriggerConstraint);
    trigger.enabled = char_at(rows, row, kTriggerEnabled);
  }
  for (Relation& relation : catalog.relations) {
    std::sort(relation.triggers.begin(), relation.triggers.end(),
              [](const Trigger& a, const Trigger& b) { return a.name < b.name; });
  }
}

void read_rules(Transaction& transaction, const std::string& relations,
                const RelationIndexes& indexes, Catalog& catalog) {
  const Field parameters[] = {relations};
  const Rows rows = transaction.query(rules(), parameters, "reading the catalog: rules");
  for (size_t row = 0; row < rows.size(); ++row) {
    const auto at = indexes.find(oid_at(rows, row, 0));
    if (at == indexes.end()) continue;
    Rule& rule = catalog.relations[at->second].rules.emplace_back();
    rule.name = rows.text(row, 1);
    rule.event = char_at(rows, row, 2);
    rule.instead = rows.boolean(row, 3);
    rule.enabled = char_at(rows, row, 4);
  }
  for (Relation& relation : catalog.relations) {
    std::sort(relation.rules.begin(), relation.rules.end(),
              [](const Rule& a, const Rule& b) { return a.name < b.name; });
  }
}

int64_t trigger_type(const Trigger& trigger) {
  return (trigger.for_each_row ? kRow : 0) | (trigger.before ? kBefore : 0) |
         (trigger.on_insert ? kInsert : 0) | (trigger.on_delete ? kDelete : 0) |
         (trigger.on_update ? kUpdate : 0) | (trigger.on_truncate ? kTruncate : 0) |
         (trigger.instead_of ? kInstead : 0);
}

}  // namespace resow
