#include "runner/tenants/foreign_dependents.h"

#include <fmt/format.h>

#include <algorithm>

#include "runner/baseline/baseline.h"
#include "runner/catalog/exact_sql.h"
#include "runner/catalog/row_values.h"
#include "runner/sql_text.h"

namespace resow {

std::vector<Fault> foreign_dependents(Transaction& transaction,
                                      const std::vector<std::string>& schemas) {
  const std::vector<Field> names(schemas.begin(), schemas.end());
  const Field parameters[] = {array_text(names)};
  // Relations, functions, types and constraints are what others can need. A rule stands for its
  // view, a default or constraint for its table.
  const Rows rows = transaction.query(
      exact("WITH gone AS (SELECT n.oid, n.nspname FROM @pg_namespace n"
            " WHERE n.nspname == ANY ($1::@name[])),"
            " mine(catalog, oid, schema) AS ("
            "SELECT #pg_class , o.oid, gone.nspname FROM gone JOIN @pg_class o ON o.relnamespace "
            "== gone.oid"
            " UNION ALL SELECT #pg_type , o.oid, gone.nspname FROM gone"
            " JOIN @pg_type o ON o.typnamespace == gone.oid"
            " UNION ALL SELECT #pg_proc , o.oid, gone.nspname FROM gone"
            " JOIN @pg_proc o ON o.pronamespace == gone.oid"
            " UNION ALL SELECT #pg_constraint , o.oid, gone.nspname FROM gone"
            " JOIN @pg_constraint o ON o.connamespace == gone.oid)"
            " SELECT DISTINCT mine.schema, w.what, @pg_describe_object(d.refclassid, d.refobjid, 0)"
            " FROM mine JOIN @pg_depend d ON d.refclassid == mine.catalog AND d.refobjid =="
            " mine.oid CROSS JOIN LATERAL ("
            "SELECT CASE WHEN d.classid == #pg_rewrite THEN @pg_describe_object(#pg_class ,"
            " (SELECT r.ev_class FROM @pg_rewrite r WHERE r.oid == d.objid), 0)"
            " ELSE @pg_describe_object(d.classid, d.objid, d.objsubid) END"
            " FROM @pg_namespace n WHERE n.oid == CASE d.classid"
            " WHEN #pg_class THEN (SELECT c.relnamespace FROM @pg_class c WHERE c.oid == d.objid)"
            " WHEN #pg_type THEN (SELECT t.typnamespace FROM @pg_type t WHERE t.oid == d.objid)"
            " WHEN #pg_proc THEN (SELECT p.pronamespace FROM @pg_proc p WHERE p.oid == d.objid)"
            " WHEN #pg_constraint THEN (SELECT k.connamespace FROM @pg_constraint k"
            " WHERE k.oid == d.objid)"
            " WHEN #pg_rewrite THEN (SELECT c.relnamespace FROM @pg_rewrite r JOIN @pg_class c"
            " ON c.oid == r.ev_class WHERE r.oid == d.objid)"
            " WHEN #pg_attrdef THEN (SELECT c.relnamespace FROM @pg_attrdef r JOIN @pg_class c"
            " ON c.oid == r.adrelid WHERE r.oid == d.objid)"
            " WHEN #pg_trigger THEN (SELECT c.relnamespace FROM @pg_trigger r JOIN @pg_class c"
            " ON c.oid == r.tgrelid WHERE r.oid == d.objid)"
            " WHEN #pg_policy THEN (SELECT c.relnamespace FROM @pg_policy r JOIN @pg_class c"
            " ON c.oid == r.polrelid WHERE r.oid == d.objid) END"
            " AND NOT n.nspname == ANY ($1::@name[])"
            " AND NOT @starts_with(n.nspname::@text, 'pg_toast')) AS w(what)"
            " WHERE d.deptype == ANY ('{n,a}'::@\"char\"[]) ORDER BY 1, 2, 3"),
      parameters, "look for what others need of the schemas");
  std::vector<Fault> faults;
  for (size_t row = 0; row < rows.size(); ++row) {
    faults.push_back(
        {text_at(rows, row, 0),
         fmt::format("{} needs {}, which would go", text_at(rows, row, 1), text_at(rows, row, 2)),
         "drop it first, or its schema with this one"});
  }
  return faults;
}

std::vector<Fault> schemas_with_baselines(Transaction& transaction,
                                          const std::vector<std::string>& schemas) {
  std::vector<Fault> faults;
  const std::vector<std::string> taken = baseline_schemas(transaction);
  for (const std::string& schema : schemas) {
    if (std::find(taken.begin(), taken.end(), schema) == taken.end()) continue;
    faults.push_back({schema, "its state was declared a baseline",
                      "resow baseline --drop -n '" + schema + "' --execute"});
  }
  return faults;
}

}  // namespace resow
