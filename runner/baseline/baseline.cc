#include "runner/baseline/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <string_view>
#include <utility>

#include "fixtures/pattern.h"
#include "fixtures/text.h"
#include "runner/baseline/control_sql.h"
#include "runner/baseline/schema_sql.h"
#include "runner/baseline/table_sql.h"
#include "runner/catalog/row_values.h"
#include "runner/control_schema.h"
#include "runner/key_operators.h"
#include "runner/lock_room.h"
#include "runner/read_catalog.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

void execute_all(Transaction& transaction, const std::vector<std::string>& statements,
                 std::string_view step) {
  std::string sql;
  for (const std::string& statement : statements) sql += statement + ";\n";
  if (!sql.empty()) transaction.execute(sql, step);
}

Oid schema_oid(Transaction& transaction, const std::string& schema) {
  const Field parameters[] = {schema};
  const Rows rows = transaction.query(
      "SELECT n.oid FROM pg_catalog.pg_namespace AS n"
      " WHERE n.nspname OPERATOR(pg_catalog.=) $1::pg_catalog.name",
      parameters, "look for schema " + schema);
  if (rows.empty()) throw InputError({{"-n", "there is no schema " + schema, ""}});
  return oid_at(rows, 0, 0);
}

ControlRights ask_rights(Transaction& transaction) {
  const bool has_parameters = transaction.connection().server_version() >= 150000;
  const Rows rows = transaction.query(
      fmt::format("SELECT r.rolsuper, {} FROM pg_catalog.pg_roles AS r"
                  " WHERE r.rolname OPERATOR(pg_catalog.=) CURRENT_USER",
                  has_parameters
                      ? "pg_catalog.has_parameter_privilege('session_replication_role', 'SET')"
                      : "false"),
      "ask what the role may do");
  const bool superuser = rows.boolean(0, 0);
  return {superuser || rows.boolean(0, 1), superuser};
}

// So that what the catalog says of the tables holds until the triggers are there.
void hold_tables(Transaction& transaction, const std::string& schema) {
  const Field parameters[] = {schema};
  const Rows rows = transaction.query(
      "SELECT c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n"
      " ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
      " WHERE n.nspname OPERATOR(pg_catalog.=) $1::pg_catalog.name AND c.relkind"
      " OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog.\"char\"[])"
      " AND pg_catalog.pg_has_role(c.relowner, 'USAGE') ORDER BY c.relname",
      parameters, "look for the tables of " + schema);
  std::string sql;
  for (size_t row = 0; row < rows.size(); ++row) {
    sql += (sql.empty() ? "LOCK TABLE " : ", ") +
           transaction.connection().quote_name(schema, rows.text(row, 0));
  }
  if (sql.empty()) return;
  transaction.execute(sql + " IN SHARE ROW EXCLUSIVE MODE", "lock the tables of " + schema);
}

TypeFacts read_type_facts(Transaction& transaction, const Catalog& catalog,
                          const BaselinePlan& plan) {
  std::vector<Oid> indexes, types;
  for (const TrackedTable& table : plan.tables) {
    const Relation& relation = catalog.relations[table.relation];
    if (table.key) indexes.push_back(relation.unique_keys[*table.key].index);
    for (const Column& column : relation.columns) types.push_back(column.type);
  }
  TypeFacts facts;
  facts.equal = index_operators(transaction, indexes);
  const Field of_types[] = {integer_array(std::span<const Oid>(types))};
  const Rows sends = transaction.query(
      "SELECT t.oid, t.typsend OPERATOR(pg_catalog.<>) '0'::pg_catalog.oid FROM pg_catalog.pg_type"
      " AS t WHERE t.oid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])",
      of_types, "read which types have a binary form");
  for (size_t row = 0; row < sends.size(); ++row) {
    facts.has_send[oid_at(sends, row, 0)] = sends.boolean(row, 1);
  }
  return facts;
}

bool is_tracked_as_it_is(Transaction& transaction, Oid schema) {
  const Field parameters[] = {std::to_string(schema)};
  return transaction
      .query(
          "SELECT EXISTS (SELECT FROM resow.baseline AS b WHERE b.schema_oid"
          " OPERATOR(pg_catalog.=) $1::pg_catalog.oid) AND NOT EXISTS ("
          "(SELECT * FROM resow.facts($1::pg_catalog.oid) EXCEPT SELECT f.object, f.what, f.fact"
          " FROM resow.fact AS f WHERE f.schema_oid OPERATOR(pg_catalog.=) $1::pg_catalog.oid)"
          " UNION ALL (SELECT f.object, f.what, f.fact FROM resow.fact AS f"
          " WHERE f.schema_oid OPERATOR(pg_catalog.=) $1::pg_catalog.oid"
          " EXCEPT SELECT * FROM resow.facts($1::pg_catalog.oid)))",
          parameters, "compare the schema with its baseline")
      .boolean(0, 0);
}

// What tracks a schema, found by its own names: tables may have been dropped or renamed meanwhile.
void drop_tracking(Transaction& transaction, Oid schema) {
  const Field parameters[] = {std::to_string(schema)};
  const Rows triggers = transaction.query(
      "SELECT n.nspname, c.relname, g.tgname FROM resow.tracked AS t"
      " JOIN pg_catalog.pg_proc AS p ON p.proname OPERATOR(pg_catalog.=)"
      " pg_catalog.concat('note_', t.relation)::pg_catalog.name"
      " AND p.pronamespace OPERATOR(pg_catalog.=) 'resow'::pg_catalog.regnamespace::pg_catalog.oid"
      " JOIN pg_catalog.pg_trigger AS g ON g.tgfoid OPERATOR(pg_catalog.=) p.oid"
      " AND NOT g.tgisinternal"
      " JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) g.tgrelid"
      " JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
      " WHERE t.schema_oid OPERATOR(pg_catalog.=) $1::pg_catalog.oid"
      " ORDER BY 1, 2, 3",
      parameters, "look for the triggers of a baseline");
  const Connection& connection = transaction.connection();
  std::vector<std::string> statements;
  for (size_t row = 0; row < triggers.size(); ++row) {
    statements.push_back("DROP TRIGGER IF EXISTS " + connection.quote_name(triggers.text(row, 2)) +
                         " ON " +
                         connection.quote_name(triggers.text(row, 0), triggers.text(row, 1)));
  }
  const Rows tables = transaction.query(
      "SELECT t.relation FROM resow.tracked AS t"
      " WHERE t.schema_oid OPERATOR(pg_catalog.=) $1::pg_catalog.oid",
      parameters, "look for what a baseline tracks");
  for (size_t row = 0; row < tables.size(); ++row) {
    statements.push_back(
        fmt::format("DROP FUNCTION IF EXISTS resow.note_{0}(), resow.undo_{0}(pg_catalog.text); "
                    "DROP TABLE IF EXISTS resow.journal_{0}",
                    tables.text(row, 0)));
  }
  for (std::string& statement : drop_schema_sql(schema)) statements.push_back(std::move(statement));
  for (const char* table : {"tracked", "fact", "sequence", "kept", "key_across", "baseline"}) {
    statements.push_back(fmt::format(
        "DELETE FROM resow.{} WHERE schema_oid OPERATOR(pg_catalog.=) {}", table, schema));
  }
  execute_all(transaction, statements, "remove what tracked the schema");
}

// A baseline is of a schema, which its oid tells. Its name may have become another's since: the
// schema was dropped and made again, or renamed.
void free_name(Transaction& transaction, const std::string& schema, Oid oid) {
  const Field parameters[] = {schema, std::to_string(oid)};
  const Rows rows = transaction.query(
      "SELECT b.schema_oid, n.oid IS NULL FROM resow.baseline AS b"
      " LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) b.schema_oid"
      " WHERE (b.schema OPERATOR(pg_catalog.=) $1::pg_catalog.text)"
      " OPERATOR(pg_catalog.<>) (b.schema_oid OPERATOR(pg_catalog.=) $2::pg_catalog.oid)",
      parameters, "look for baselines of the same name");
  bool renamed = false;
  for (size_t row = 0; row < rows.size(); ++row) {
    const bool gone = rows.boolean(row, 1);
    if (gone) drop_tracking(transaction, oid_at(rows, row, 0));
    renamed = renamed || !gone;
  }
  if (!renamed) return;
  // In two steps: two schemas may have exchanged their names.
  constexpr const char* kRename =
      "UPDATE resow.baseline AS b SET schema = {} FROM pg_catalog.pg_namespace AS n"
      " WHERE n.oid OPERATOR(pg_catalog.=) b.schema_oid"
      " AND b.schema OPERATOR(pg_catalog.<>) n.nspname::pg_catalog.text";
  execute_all(transaction,
              {fmt::format(kRename, "pg_catalog.concat(b.schema_oid, ' ', b.schema)"),
               fmt::format(kRename, "n.nspname")},
              "name the baselines after their schemas");
}

void insert_tracked(Transaction& transaction, const Catalog& catalog, const BaselinePlan& plan,
                    Oid schema) {
  const Connection& connection = transaction.connection();
  std::string sql;
  for (size_t place = 0; place < plan.tables.size(); ++place) {
    const TrackedTable& table = plan.tables[place];
    const Relation& relation = catalog.relations[table.relation];
    sql += (sql.empty() ? "INSERT INTO resow.tracked VALUES " : ", ") +
           fmt::format("({}, {}, {}, {}, {}, {})", relation.oid, schema,
                       connection.quote_literal(relation.name), place, table.referenced,
                       table.in_place);
  }
  if (!sql.empty()) transaction.execute(sql, "write down what is tracked");
}

// Whoever may change a table may rewind what was changed, and see who did it.
void grant_use(Transaction& transaction, Oid schema) {
  const Field parameters[] = {std::to_string(schema)};
  const Rows rows = transaction.query(
      "SELECT DISTINCT CASE WHEN a.grantee OPERATOR(pg_catalog.=) '0'::pg_catalog.oid THEN 'PUBLIC'"
      " ELSE pg_catalog.quote_ident(r.rolname::pg_catalog.text) END"
      " FROM resow.tracked AS t JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=)"
      " t.relation CROSS JOIN LATERAL pg_catalog.aclexplode(COALESCE(c.relacl,"
      " pg_catalog.acldefault('r', c.relowner))) AS a"
      " LEFT JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) a.grantee"
      " WHERE t.schema_oid OPERATOR(pg_catalog.=) $1::pg_catalog.oid"
      " AND a.privilege_type OPERATOR(pg_catalog.=) ANY"
      " ('{INSERT,UPDATE,DELETE,TRUNCATE}'::pg_catalog.text[])"
      " AND NOT (pg_catalog.has_schema_privilege(a.grantee, 'resow', 'USAGE')"
      " AND pg_catalog.has_function_privilege(a.grantee, 'resow.keep(pg_catalog.text)', "
      "'EXECUTE'))",
      parameters, "ask who may change the tables");
  std::string roles;
  for (size_t row = 0; row < rows.size(); ++row) {
    if (row != 0) roles += ", ";
    roles += rows.text(row, 0);
  }
  if (roles.empty()) return;
  // Two that grant at once would disturb each other.
  lock_control_schema(transaction);
  transaction.execute("GRANT USAGE ON SCHEMA resow TO " + roles +
                          "; GRANT EXECUTE ON FUNCTION resow.rewind(pg_catalog.text[]),"
                          " resow.dirty(pg_catalog.text[]), resow.leases(),"
                          " resow.lease(pg_catalog.text, pg_catalog.interval),"
                          " resow.release(pg_catalog.text), resow.keep(pg_catalog.text) TO " +
                          roles,
                      "let those rewind who may change the tables");
}

// Of each table itself, its journal, their indexes and TOAST tables: some eight where there are
// texts.
constexpr int64_t kLeastLocksOfTable = 6;

void require_baseline_locks(Transaction& transaction, const BaselinePlan& plan) {
  int64_t needed = 0;
  for (const TrackedTable& table : plan.tables) {
    needed += kLeastLocksOfTable + static_cast<int64_t>(table.members.size()) - 1;
  }
  std::vector<Fault> faults = check_lock_room(
      transaction, "the baseline of " + one_line(plan.schema) + " is taken in one transaction",
      needed, "");
  if (!faults.empty()) throw InputError(std::move(faults));
}

void track_all(Transaction& transaction, const Planned& planned, Oid schema) {
  const TypeFacts facts = read_type_facts(transaction, planned.catalog, planned.plan);
  execute_all(transaction, schema_sql(transaction.connection(), planned.plan.schema, schema),
              "make the journal of " + planned.plan.schema);
  insert_tracked(transaction, planned.catalog, planned.plan, schema);
  for (const TrackedTable& table : planned.plan.tables) {
    execute_all(transaction,
                tracking_sql(transaction.connection(), planned.catalog, table, schema, facts),
                "track " + display_name(planned.catalog.relations[table.relation]));
  }
  grant_use(transaction, schema);
}

}  // namespace

bool has_baselines(Transaction& transaction) {
  if (!has_control_schema(transaction)) return false;
  const Rows rows = transaction.query(
      "SELECT COALESCE(pg_catalog.obj_description(c.oid, 'pg_class'), '')"
      " FROM pg_catalog.pg_class AS c WHERE c.relname OPERATOR(pg_catalog.=) 'baseline'"
      "::pg_catalog.name AND c.relnamespace"
      " OPERATOR(pg_catalog.=) 'resow'::pg_catalog.regnamespace::pg_catalog.oid",
      "look for baselines");
  if (rows.empty()) return false;
  if (rows.text(0, 0) == kControlComment) return true;
  throw InputError({{"schema resow", "another version of resow made its baselines",
                     "remove them with that version: resow baseline --drop --execute"}});
}

std::vector<std::string> baseline_schemas(Transaction& transaction) {
  std::vector<std::string> schemas;
  if (!has_baselines(transaction)) return schemas;
  const Rows rows =
      transaction.query("SELECT b.schema FROM resow.baseline AS b", "look for baselines");
  for (size_t row = 0; row < rows.size(); ++row) schemas.emplace_back(rows.text(row, 0));
  std::sort(schemas.begin(), schemas.end(), natural_less);
  return schemas;
}

Planned plan_of(Transaction& transaction, const std::string& schema) {
  Planned planned;
  planned.catalog = read_catalog(transaction, {{as_pattern(schema)}, {}}, CatalogDetail::kAll);
  planned.plan = plan_baseline(planned.catalog, schema);
  if (!planned.plan.faults.empty()) throw InputError(planned.plan.faults);
  require_baseline_locks(transaction, planned.plan);
  return planned;
}

void pause_journals(Transaction& transaction, const std::vector<std::string>& schemas) {
  const Field parameters[] = {array_text(std::vector<Field>(schemas.begin(), schemas.end()))};
  transaction.query(
      "SELECT pg_catalog.set_config('resow.rewinding', pg_catalog.concat(' ',"
      " pg_catalog.string_agg(n.oid::pg_catalog.text, ' '), ' '), true)"
      " FROM pg_catalog.pg_namespace AS n"
      " WHERE n.nspname OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.name[])",
      parameters, "pause the journals");
}

Planned take_baseline(Transaction& transaction, const std::string& schema) {
  pause_journals(transaction, {schema});
  // Else the server compiles each function as soon as it is made, and keeps that as long as the
  // session lives: a megabyte for a schema of five tables.
  transaction.execute("SET LOCAL check_function_bodies = off", "make functions unread");
  transaction.execute("SET CONSTRAINTS ALL IMMEDIATE", "check what is deferred");
  hold_tables(transaction, schema);
  Planned planned = plan_of(transaction, schema);
  const Oid oid = schema_oid(transaction, schema);
  if (!has_baselines(transaction)) {
    // Others may be about to make it as well.
    require_control_schema(transaction);
    if (!has_baselines(transaction)) {
      execute_all(transaction, control_sql(ask_rights(transaction)), "make room for baselines");
    }
  }
  free_name(transaction, schema, oid);
  if (!is_tracked_as_it_is(transaction, oid)) {
    drop_tracking(transaction, oid);
    track_all(transaction, planned, oid);
  }
  const Field parameters[] = {std::to_string(oid)};
  transaction.query("SELECT resow.declare($1::pg_catalog.oid)", parameters,
                    "declare the baseline of " + schema);
  return planned;
}

void drop_baseline(Transaction& transaction, const std::string& schema) {
  pause_journals(transaction, {schema});
  const Field parameters[] = {schema};
  const Rows rows = transaction.query(
      "SELECT b.schema_oid FROM resow.baseline AS b"
      " WHERE b.schema OPERATOR(pg_catalog.=) $1::pg_catalog.text",
      parameters, "look for the baseline of " + schema);
  if (!rows.empty()) drop_tracking(transaction, oid_at(rows, 0, 0));
  const Rows left = transaction.query("SELECT pg_catalog.count(*) FROM resow.baseline",
                                      "count the baselines that are left");
  if (left.integer(0, 0) == 0) {
    execute_all(transaction, drop_control_sql(), "remove what baselines need");
    drop_empty_control_schema(transaction);
  }
}

}  // namespace resow
