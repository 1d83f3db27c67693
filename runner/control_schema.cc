#include "runner/control_schema.h"

#include <string>
#include <string_view>

#include "fixtures/fault.h"
#include "runner/lock.h"

namespace resow {
namespace {

constexpr double kControlWait = 60;  // seconds
// What the schema's comment begins with.
constexpr std::string_view kOurs = "resow: ";

}  // namespace

bool has_control_schema(Transaction& transaction) {
  const Rows rows = transaction.query(
      "SELECT COALESCE(pg_catalog.obj_description(n.oid, 'pg_namespace'), '')"
      " FROM pg_catalog.pg_namespace AS n"
      " WHERE n.nspname OPERATOR(pg_catalog.=) 'resow'::pg_catalog.name",
      "look for schema resow");
  if (rows.empty()) return false;
  if (rows.text(0, 0).starts_with(kOurs)) return true;
  throw InputError({{"schema resow", "it is in the way: resow needs a schema of that name",
                     "rename it: ALTER SCHEMA resow RENAME TO ..."}});
}

void lock_control_schema(Transaction& transaction) {
  const std::string name[] = {"resow"};
  lock_schemas(transaction, name, kControlWait, {});
}

void require_control_schema(Transaction& transaction) {
  lock_control_schema(transaction);
  if (has_control_schema(transaction)) return;
  transaction.execute(
      "CREATE SCHEMA resow; COMMENT ON SCHEMA resow IS 'resow: what it remembers of this database'",
      "make schema resow");
}

void drop_empty_control_schema(Transaction& transaction) {
  const Rows rows = transaction.query(
      "SELECT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.refclassid"
      " OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass::pg_catalog.oid"
      " AND d.refobjid OPERATOR(pg_catalog.=) 'resow'::pg_catalog.regnamespace::pg_catalog.oid)",
      "look what is left in schema resow");
  if (!rows.boolean(0, 0)) transaction.execute("DROP SCHEMA resow", "drop schema resow");
}

}  // namespace resow
