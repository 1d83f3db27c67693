#include "runner/prune/structure_mark.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "fixtures/partitions.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

constexpr const char* kStructureStep = "look at the tables' structure";

// Partitions have the columns of the table at the top.
constexpr const char* kMarks =
    "SELECT r.unit, pg_catalog.sum(pg_catalog.hashtextextended(w.what COLLATE \"C\", 0))"
    " FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.int8[]),"
    " pg_catalog.unnest($2::pg_catalog.oid[])) AS r(unit, oid), LATERAL ("
    "SELECT pg_catalog.concat('table ', c.oid, ' ', c.relnamespace, ' ', c.relkind,"
    " c.relrowsecurity, c.relforcerowsecurity, c.relispartition, c.relname)"
    " FROM pg_catalog.pg_class AS c WHERE c.oid OPERATOR(pg_catalog.=) r.oid"
    " UNION ALL SELECT pg_catalog.concat('column ', a.attrelid, ' ', a.attnum, ' ', a.atttypid,"
    " ' ', a.atttypmod, a.attnotnull, a.attidentity, a.attgenerated, a.attname)"
    " FROM pg_catalog.pg_attribute AS a WHERE a.attrelid OPERATOR(pg_catalog.=) r.oid"
    " AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT (SELECT c.relispartition FROM"
    " pg_catalog.pg_class AS c WHERE c.oid OPERATOR(pg_catalog.=) r.oid)"
    " UNION ALL SELECT pg_catalog.concat('trigger ', t.oid, ' ', t.tgenabled)"
    " FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid OPERATOR(pg_catalog.=) r.oid"
    " UNION ALL SELECT pg_catalog.concat('rule ', q.oid, ' ', q.ev_enabled)"
    " FROM pg_catalog.pg_rewrite AS q WHERE q.ev_class OPERATOR(pg_catalog.=) r.oid"
    ") AS w(what) GROUP BY r.unit";

std::vector<Oid> relations_of(const Catalog& catalog,
                              const std::map<size_t, std::vector<size_t>>& partitions,
                              const PrunePlan& plan) {
  std::set<Oid> oids;
  const auto add = [&](size_t relation) {
    oids.insert(catalog.relations[relation].oid);
    const auto found = partitions.find(relation);
    if (found == partitions.end()) return;
    for (const size_t partition : found->second) oids.insert(catalog.relations[partition].oid);
  };
  for (const PruneTable& table : plan.tables) add(table.relation);
  for (const PruneReset& reset : plan.resets) add(reset.relation);
  return {oids.begin(), oids.end()};
}

// Of units and their relations, in arrays of one length.
std::map<size_t, std::string> ask_marks(Transaction& transaction, const std::vector<Field>& units,
                                        const std::vector<Field>& oids) {
  const Field parameters[] = {array_text(units), array_text(oids)};
  const Rows rows = transaction.query(kMarks, parameters, kStructureStep);
  std::map<size_t, std::string> marks;
  for (size_t row = 0; row < rows.size(); ++row) {
    marks[static_cast<size_t>(rows.integer(row, 0))] = rows.text(row, 1);
  }
  return marks;
}

}  // namespace

std::vector<StructureMark> structure_marks(Transaction& transaction, const Catalog& catalog,
                                           const std::vector<PrunePlan>& plans) {
  const std::map<size_t, std::vector<size_t>> partitions = partitions_by_root(catalog);
  std::vector<StructureMark> marks(plans.size());
  std::vector<Field> units, oids;
  for (size_t i = 0; i < plans.size(); ++i) {
    marks[i].relations = relations_of(catalog, partitions, plans[i]);
    for (const Oid oid : marks[i].relations) {
      units.emplace_back(std::to_string(i));
      oids.emplace_back(std::to_string(oid));
    }
  }
  for (auto& [unit, mark] : ask_marks(transaction, units, oids)) marks[unit].mark = std::move(mark);
  return marks;
}

void require_structure(Transaction& transaction, const StructureMark& mark, std::string_view what) {
  const std::vector<Field> units(mark.relations.size(), "0");
  std::vector<Field> oids;
  for (const Oid oid : mark.relations) oids.emplace_back(std::to_string(oid));
  if (ask_marks(transaction, units, oids)[0] == mark.mark) return;
  DatabaseError error(fmt::format("a table of {} was altered while the run was at it", what));
  error.step = kStructureStep;
  error.hint = "the batch was rolled back; look at the preview once more";
  throw error;
}

}  // namespace resow
