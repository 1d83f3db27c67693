#include "runner/history/control_tables.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "fixtures/fault.h"
#include "runner/control_schema.h"

namespace resow {
namespace {

constexpr std::string_view kHistoryLayout = "resow: history, layout 1";

// Texts are never NULL: "" stands for nothing.
constexpr const char* kHistoryTables = R"sql(
CREATE TABLE resow.run (
  id            pg_catalog.int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  token         pg_catalog.text NOT NULL DEFAULT pg_catalog.gen_random_uuid(),
  command       pg_catalog.text NOT NULL,
  subject       pg_catalog.text NOT NULL,
  subject_hash  pg_catalog.text NOT NULL,
  plan          pg_catalog.text NOT NULL,
  archive       pg_catalog.text NOT NULL,
  os_user       pg_catalog.text NOT NULL,
  host          pg_catalog.text NOT NULL,
  database_user pg_catalog.text NOT NULL DEFAULT SESSION_USER,
  application   pg_catalog.text NOT NULL,
  started       pg_catalog.timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  finished      pg_catalog.timestamptz,
  state         pg_catalog.text NOT NULL DEFAULT 'running',
  error         pg_catalog.text NOT NULL DEFAULT '',
  batches       pg_catalog.int8 NOT NULL DEFAULT 0
);
CREATE INDEX run_plan ON resow.run (plan) WHERE plan <> '';
CREATE TABLE resow.run_table (
  run      pg_catalog.int8 NOT NULL REFERENCES resow.run,
  schema   pg_catalog.text NOT NULL,
  "table"  pg_catalog.text NOT NULL,
  removed  pg_catalog.int8 NOT NULL,
  reset    pg_catalog.int8 NOT NULL,
  seeded   pg_catalog.int8 NOT NULL,
  oldest   pg_catalog.text,
  newest   pg_catalog.text,
  PRIMARY KEY (run, schema, "table")
);
-- What runs deleted, one stream of bytes for each, in parts.
CREATE TABLE resow.archive (
  run   pg_catalog.int8 NOT NULL REFERENCES resow.run,
  part  pg_catalog.int8 NOT NULL,
  bytes pg_catalog.bytea NOT NULL,
  PRIMARY KEY (run, part)
);
ALTER TABLE resow.archive ALTER COLUMN bytes SET STORAGE EXTERNAL;  -- it is compressed already
COMMENT ON TABLE resow.run IS 'resow: history, layout 1';
)sql";

struct ControlFacts {
  bool schema = false;
  bool may_make_schema = false, may_make_tables = false, may_use = false;
  bool tables = false;
  std::string layout;
  bool may_read = false, may_write = false;
  std::string database, user;  // quoted as SQL needs it
};

ControlFacts ask_control_facts(Transaction& transaction) {
  const Rows rows = transaction.query(
      "SELECT n.oid IS NOT NULL,"
      " pg_catalog.has_database_privilege(d.oid, 'CREATE'),"
      " COALESCE(pg_catalog.has_schema_privilege(n.oid, 'CREATE'), false),"
      " COALESCE(pg_catalog.has_schema_privilege(n.oid, 'USAGE'), false),"
      " r.oid IS NOT NULL, COALESCE(pg_catalog.obj_description(r.oid, 'pg_class'), ''),"
      " COALESCE(pg_catalog.has_table_privilege(r.oid, 'SELECT')"
      " AND pg_catalog.has_table_privilege(t.oid, 'SELECT'), false),"
      " COALESCE(pg_catalog.has_table_privilege(r.oid, 'INSERT')"
      " AND pg_catalog.has_table_privilege(r.oid, 'UPDATE')"
      " AND pg_catalog.has_table_privilege(t.oid, 'INSERT')"
      " AND pg_catalog.has_table_privilege(t.oid, 'UPDATE')"
      " AND pg_catalog.has_table_privilege(a.oid, 'INSERT'), false),"
      " pg_catalog.quote_ident(d.datname::pg_catalog.text),"
      " pg_catalog.quote_ident(CURRENT_USER::pg_catalog.text)"
      " FROM pg_catalog.pg_database AS d"
      " LEFT JOIN pg_catalog.pg_namespace AS n"
      " ON n.nspname OPERATOR(pg_catalog.=) 'resow'::pg_catalog.name"
      " LEFT JOIN pg_catalog.pg_class AS r ON r.relnamespace OPERATOR(pg_catalog.=) n.oid"
      " AND r.relname OPERATOR(pg_catalog.=) 'run'::pg_catalog.name"
      " LEFT JOIN pg_catalog.pg_class AS t ON t.relnamespace OPERATOR(pg_catalog.=) n.oid"
      " AND t.relname OPERATOR(pg_catalog.=) 'run_table'::pg_catalog.name"
      " LEFT JOIN pg_catalog.pg_class AS a ON a.relnamespace OPERATOR(pg_catalog.=) n.oid"
      " AND a.relname OPERATOR(pg_catalog.=) 'archive'::pg_catalog.name"
      " WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()",
      "look for the history");
  ControlFacts facts;
  facts.schema = rows.boolean(0, 0);
  facts.may_make_schema = rows.boolean(0, 1);
  facts.may_make_tables = rows.boolean(0, 2);
  facts.may_use = rows.boolean(0, 3);
  facts.tables = rows.boolean(0, 4);
  facts.layout = rows.text(0, 5);
  facts.may_read = rows.boolean(0, 6);
  facts.may_write = rows.boolean(0, 7);
  facts.database = rows.text(0, 8);
  facts.user = rows.text(0, 9);
  return facts;
}

[[noreturn]] void refuse_history(std::string what, std::string mend) {
  throw InputError({{"history", std::move(what), std::move(mend)}});
}

// "GRANT ..." for a person who may.
std::string let_grant(std::string_view what) { return fmt::format("let its owner say: {}", what); }

std::string grant_of_tables(const ControlFacts& facts) {
  return let_grant(
      fmt::format("GRANT USAGE ON SCHEMA resow TO {0}; GRANT SELECT, INSERT, UPDATE, DELETE ON"
                  " resow.run, resow.run_table, resow.archive TO {0}",
                  facts.user));
}

void require_known_layout(const ControlFacts& facts) {
  if (facts.tables && facts.layout != kHistoryLayout) {
    refuse_history("another version of resow made the tables of the history",
                   "use that version, or do without what it recorded: DROP TABLE resow.archive, "
                   "resow.run_table, resow.run");
  }
}

void require_writable(const ControlFacts& facts) {
  if (facts.may_use && facts.may_read && facts.may_write) return;
  refuse_history(fmt::format("role {} may not write to the tables in schema resow", facts.user),
                 grant_of_tables(facts));
}

}  // namespace

bool has_history(Transaction& transaction) {
  if (!has_control_schema(transaction)) return false;
  const ControlFacts facts = ask_control_facts(transaction);
  if (!facts.tables) return false;
  require_known_layout(facts);
  if (facts.may_use && facts.may_read) return true;
  refuse_history(fmt::format("role {} may not read the tables in schema resow", facts.user),
                 let_grant(fmt::format("GRANT USAGE ON SCHEMA resow TO {0}; GRANT SELECT ON"
                                       " resow.run, resow.run_table, resow.archive TO {0}",
                                       facts.user)));
}

bool may_record(Transaction& transaction) {
  try {
    if (!has_history(transaction)) return false;
    require_writable(ask_control_facts(transaction));
    return true;
  } catch (const InputError&) {
    return false;
  }
}

void make_control_tables(Transaction& transaction) {
  has_control_schema(transaction);  // else it is not there, or somebody else's
  ControlFacts facts = ask_control_facts(transaction);
  require_known_layout(facts);
  if (facts.tables) return require_writable(facts);
  if (!facts.schema && !facts.may_make_schema) {
    refuse_history(
        fmt::format("role {} may not make schema resow in {}", facts.user, facts.database),
        let_grant(fmt::format("GRANT CREATE ON DATABASE {} TO {}", facts.database, facts.user)));
  }
  if (facts.schema && !facts.may_make_tables) {
    refuse_history(fmt::format("role {} may not make tables in schema resow", facts.user),
                   let_grant(fmt::format("GRANT USAGE, CREATE ON SCHEMA resow TO {}", facts.user)));
  }
  require_control_schema(transaction);
  // Others may have made them meanwhile.
  facts = ask_control_facts(transaction);
  if (facts.tables) return require_writable(facts);
  transaction.execute(kHistoryTables, "make the tables of the history");
}

std::string run_is_alive_sql(std::string_view id) {
  return fmt::format(
      "EXISTS (SELECT FROM pg_catalog.pg_locks AS k JOIN pg_catalog.pg_database AS d"
      " ON d.oid OPERATOR(pg_catalog.=) k.database"
      " WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()"
      " AND k.locktype OPERATOR(pg_catalog.=) 'advisory'::pg_catalog.text"
      " AND k.classid OPERATOR(pg_catalog.=) '{}'::pg_catalog.oid"
      " AND k.objid OPERATOR(pg_catalog.=) ({} OPERATOR(pg_catalog.&) 2147483647)::pg_catalog.oid"
      " AND k.objsubid OPERATOR(pg_catalog.=) 2::pg_catalog.int2 AND k.granted)",
      kRunLockClass, id);
}

Forgotten forget_runs(Transaction& transaction, double history_seconds, double archive_seconds) {
  Forgotten forgotten;
  if (!has_history(transaction)) return forgotten;
  // One that died has no end: its start counts. One that is at it stays.
  const std::string old = fmt::format(
      "COALESCE(r.finished, r.started) OPERATOR(pg_catalog.<) (pg_catalog.clock_timestamp()"
      " OPERATOR(pg_catalog.-) pg_catalog.make_interval(secs => $1::pg_catalog.float8))"
      " AND NOT (r.finished IS NULL AND {})",
      run_is_alive_sql("r.id"));
  const Field archive_age[] = {fmt::format("{}", archive_seconds)};
  const Rows archives = transaction.query(
      fmt::format("WITH old AS MATERIALIZED (SELECT r.id, r.archive FROM resow.run AS r"
                  " WHERE r.archive OPERATOR(pg_catalog.<>) '' AND {}),"
                  " parts AS (DELETE FROM resow.archive AS a USING old"
                  " WHERE old.id OPERATOR(pg_catalog.=) a.run),"
                  " runs AS (UPDATE resow.run AS r SET archive = '' FROM old"
                  " WHERE old.id OPERATOR(pg_catalog.=) r.id)"
                  " SELECT old.archive FROM old ORDER BY old.id",
                  old),
      archive_age, "forget old archives");
  for (size_t row = 0; row < archives.size(); ++row) {
    ++forgotten.archives;
    if (archives.text(row, 0) != kArchiveInTable) {
      forgotten.files.emplace_back(archives.text(row, 0));
    }
  }
  const Field history_age[] = {fmt::format("{}", history_seconds)};
  const Rows runs =
      transaction.query(fmt::format("WITH old AS MATERIALIZED (SELECT r.id FROM resow.run AS r"
                                    " WHERE r.archive OPERATOR(pg_catalog.=) '' AND {}),"
                                    " tables AS (DELETE FROM resow.run_table AS t USING old"
                                    " WHERE old.id OPERATOR(pg_catalog.=) t.run),"
                                    " runs AS (DELETE FROM resow.run AS r USING old"
                                    " WHERE old.id OPERATOR(pg_catalog.=) r.id)"
                                    " SELECT pg_catalog.count(*) FROM old",
                                    old),
                        history_age, "forget old runs");
  forgotten.runs = runs.integer(0, 0);
  return forgotten;
}

}  // namespace resow
