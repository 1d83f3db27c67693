#include "runner/triggers.h"

#include "runner/sql_text.h"

namespace resow {
namespace {

// The states as they are now, not as they were when the catalog was read. What is copied to
// partitions has its own state there; before PostgreSQL 15 the copies count as internal.
constexpr std::string_view kStates =
    "WITH asked AS (SELECT t.oid, t.name, t.place FROM ROWS FROM ("
    "pg_catalog.unnest($1::pg_catalog.oid[]), pg_catalog.unnest($2::pg_catalog.text[]))"
    " WITH ORDINALITY AS t(oid, name, place)),"
    " members AS (SELECT a.place, 0 AS level, a.oid AS member, a.name FROM asked AS a"
    " UNION ALL SELECT a.place, p.level, p.relid::pg_catalog.oid, a.name FROM asked AS a,"
    " pg_catalog.pg_partition_tree(a.oid::pg_catalog.regclass) AS p"
    " WHERE p.level OPERATOR(pg_catalog.>) 0)"
    " SELECT n.nspname, c.relname, g.tgname, g.tgenabled, m.level, g.tgisinternal"
    " FROM members AS m"
    " JOIN pg_catalog.pg_trigger AS g ON g.tgrelid OPERATOR(pg_catalog.=) m.member"
    " AND g.tgname::pg_catalog.text OPERATOR(pg_catalog.=) m.name"
    " AND (NOT g.tgisinternal OR g.tgparentid OPERATOR(pg_catalog.<>) '0'::pg_catalog.oid)"
    " JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) m.member"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
    " ORDER BY m.place, m.level, m.member";

std::string_view action(char enabled) {
  switch (enabled) {
    case 'A':
      return "ENABLE ALWAYS";
    case 'R':
      return "ENABLE REPLICA";
    case 'D':
      return "DISABLE";
    default:
      return "ENABLE";
  }
}

void set_trigger(Transaction& transaction, const TriggerState& state, char enabled) {
  const Connection& connection = transaction.connection();
  std::string words(action(enabled));
  words += " TRIGGER ";
  transaction.execute("ALTER TABLE " + connection.quote_name(state.schema, state.table) + " " +
                          words + connection.quote_name(state.trigger),
                      words + state.trigger + " on " + display_name(state.schema, state.table));
}

}  // namespace

std::vector<TriggerState> disable_triggers(Transaction& transaction, const Catalog& catalog,
                                           const std::vector<ClearStep>& steps) {
  std::vector<Field> oids, names;
  for (const ClearStep& step : steps) {
    for (const std::string& trigger : step.disable_triggers) {
      oids.emplace_back(std::to_string(catalog.relations[step.relation].oid));
      names.emplace_back(trigger);
    }
  }
  std::vector<TriggerState> states;
  if (oids.empty()) return states;
  const std::vector<Field> parameters = {array_text(oids), array_text(names)};
  const Rows rows = transaction.query(kStates, parameters, "read the state of triggers");
  char root = 'O';
  for (size_t i = 0; i < rows.size(); ++i) {
    const char enabled = rows.text(i, 3).front();
    if (rows.integer(i, 4) == 0) root = enabled;
    // An internal one is the superuser's to switch by itself; all go with their root.
    const bool internal = rows.boolean(i, 5);
    if (internal && enabled == root) continue;
    states.push_back({std::string(rows.text(i, 0)), std::string(rows.text(i, 1)),
                      std::string(rows.text(i, 2)), enabled});
    if (enabled != 'D' && !(internal && root != 'D')) set_trigger(transaction, states.back(), 'D');
  }
  return states;
}

void restore_triggers(Transaction& transaction, const std::vector<TriggerState>& states) {
  for (const TriggerState& state : states) set_trigger(transaction, state, state.enabled);
}

}  // namespace resow
