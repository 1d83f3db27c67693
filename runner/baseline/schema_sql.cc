#include "runner/baseline/schema_sql.h"

#include <fmt/format.h>

#include "runner/baseline/table_sql.h"

namespace resow {

// Functions of the schema's own, since what they say is planned once for a session, where an
// EXECUTE is read and planned each time. Called by resow.rewind() alone, under its search_path.
std::vector<std::string> schema_sql(const Connection& connection, const std::string& schema,
                                    Oid oid) {
  return {
      fmt::format("CREATE UNLOGGED TABLE resow.change_{0} (number pg_catalog.int8,"
                  " relation pg_catalog.oid, operation pg_catalog.text, mixed pg_catalog.bool,"
                  " rows pg_catalog.int8,"
                  " pid pg_catalog.int4, application_name pg_catalog.text, test pg_catalog.text,"
                  " at pg_catalog.timestamptz) WITH (autovacuum_enabled = false);"
                  "INSERT INTO resow.baseline VALUES ({0}, {1}, pg_catalog.clock_timestamp(),"
                  " pg_catalog.pg_current_snapshot())",
                  oid, connection.quote_literal(schema)),
      fmt::format(R"sql(
CREATE FUNCTION resow.changed_{0}(OUT relations pg_catalog.oid[], OUT kinds pg_catalog.int4[])
LANGUAGE plpgsql AS $resow$
BEGIN
  LOCK TABLE resow.change_{0} IN SHARE ROW EXCLUSIVE MODE;
  SELECT array_agg(c.relation), array_agg(c.kinds) INTO relations, kinds FROM (
    SELECT c.relation, bit_or(CASE WHEN c.mixed THEN 7 WHEN c.operation = 'INSERT' THEN 1
                                WHEN c.operation = 'UPDATE' THEN 2 ELSE 4 END) AS kinds
    FROM resow.change_{0} AS c WHERE c.number > 0 OR c.rows = c.tableoid::int8
    GROUP BY c.relation) AS c;
END
$resow$)sql",
                  oid),
      // The sequences last of all: what is done to one stays when the transaction is rolled back.
      fmt::format(R"sql(
CREATE FUNCTION resow.finish_{0}() RETURNS void
LANGUAGE plpgsql AS $resow$
DECLARE
{1}BEGIN
{2}  PERFORM setval(b.sequence::regclass, b.last_value, true) FROM resow.sequence AS b
    WHERE b.schema_oid = {0} AND b.is_called
      AND pg_sequence_last_value(b.sequence::regclass) IS DISTINCT FROM b.last_value;
  PERFORM resow.sequences_{0}();
END
$resow$)sql",
                  oid, kEmptyingVariables,
                  empty_sql(fmt::format("resow.change_{}", oid), " WHERE number > 0",
                            fmt::format("INSERT INTO resow.change_{0} (number, relation, rows)"
                                        " VALUES (0, 0, 'resow.change_{0}'::regclass::oid::int8);",
                                        oid))),
      fmt::format("REVOKE ALL ON FUNCTION resow.changed_{0}(), resow.finish_{0}() FROM PUBLIC",
                  oid)};
}

std::vector<std::string> drop_schema_sql(Oid oid) {
  return {
      fmt::format("DROP TABLE IF EXISTS resow.change_{0};"
                  " DROP FUNCTION IF EXISTS resow.sequences_{0}(), resow.changed_{0}(),"
                  " resow.finish_{0}()",
                  oid)};
}

}  // namespace resow
