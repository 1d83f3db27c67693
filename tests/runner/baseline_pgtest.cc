// Baselines and rewinds on a real PostgreSQL: whatever a test does to a schema, afterwards every
// row and every sequence is as it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include "runner/baseline/baseline.h"
#include "tests/support/database_error.h"
#include "tests/support/pg_test.h"

namespace resow::test_support {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

// Every row of every table of these schemas, byte for byte, and where every sequence stands.
std::string state_of(const std::string& conninfo, const std::string& schemas) {
  const std::string tables =
      psql(conninfo,
           "SELECT string_agg(format('SELECT %L || coalesce(string_agg(v, chr(10) ORDER BY v "
           "COLLATE \"C\"), '''')"
           " FROM (SELECT encode(record_send(ROW(t.*)), ''hex'') AS v FROM ONLY %I.%I AS t) AS q',"
           " oid::regclass::text || ': ', relnamespace::regnamespace::text, relname), ' UNION ALL '"
           " ORDER BY oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = ANY ('{" +
               schemas + "}'::regnamespace[])");
  const std::string sequences =
      psql(conninfo,
           "SELECT string_agg(format('SELECT %L || last_value || is_called FROM %s',"
           " oid::regclass::text || ': ', oid::regclass::text), ' UNION ALL ' ORDER BY oid)"
           " FROM pg_class WHERE relkind = 'S' AND relnamespace = ANY ('{" +
               schemas + "}'::regnamespace[])");
  std::string state;
  for (const std::string& query : {tables, sequences}) {
    if (query.empty()) continue;
    state += psql(conninfo, "SELECT string_agg(v, chr(10) ORDER BY v COLLATE \"C\") FROM (" +
                                query + ") AS q(v)") +
             "\n";
  }
  return state;
}

class Baseline : public PgTest {
 protected:
  // As the role, or as a superuser.
  void take(const std::string& schema = "s", const std::string& as = "") {
    Connection connection(as.empty() ? options() : options(as));
    Transaction transaction(connection, Access::kReadWrite);
    take_baseline(transaction, schema);
    transaction.commit();
  }
  void drop(const std::string& schema = "s") {
    Transaction transaction(connection(), Access::kReadWrite);
    drop_baseline(transaction, schema);
    transaction.commit();
  }
  std::string state(const std::string& schemas = "s") const {
    return state_of(database().conninfo(), schemas);
  }
  std::string rewind(const std::string& arguments = "") const {
    return values("SELECT \"table\", added, changed, deleted FROM resow.rewind(" + arguments +
                  ") ORDER BY 1");
  }
  // The server's message.
  std::string refusal(const std::string& sql) const {
    try {
      psql(sql);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }
  // Gives all of schema s, and what its tables are made of, to a role that may do nothing else.
  std::string hand_over() {
    const std::string owner = role("owner");
    psql("GRANT CREATE ON DATABASE " + database().name() + " TO " + owner +
         "; ALTER SCHEMA s OWNER TO " + owner);
    const std::string give = psql(
        "SELECT string_agg(format('ALTER TABLE %s OWNER TO " + owner +
        "', oid::regclass), '; ') FROM pg_class WHERE relnamespace = 's'::regnamespace"
        " AND (relkind IN ('r', 'p') OR relkind = 'S' AND NOT EXISTS ("
        "SELECT FROM pg_depend AS d WHERE d.objid = pg_class.oid AND d.deptype IN ('a', 'i')))");
    if (!give.empty()) psql(give);
    const std::string functions =
        psql("SELECT string_agg(format('ALTER FUNCTION %s OWNER TO " + owner +
             "', oid::regprocedure), '; ') FROM pg_proc WHERE pronamespace = 's'::regnamespace");
    if (!functions.empty()) psql(functions);
    return owner;
  }
};

struct Case {
  const char* name;
  const char* tables;   // with their rows, in schema s
  const char* changes;  // statements by one client, each in a transaction of its own at ";;"
};

void PrintTo(const Case& a_case, std::ostream* stream) { *stream << a_case.name; }

constexpr const char* kBaselineShop =
    "CREATE TABLE s.users (id serial PRIMARY KEY, email text UNIQUE, boss int REFERENCES s.users);"
    "CREATE TABLE s.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    "  user_id int NOT NULL REFERENCES s.users ON DELETE CASCADE ON UPDATE CASCADE, note text);"
    "CREATE TABLE s.lines (order_id bigint REFERENCES s.orders ON DELETE CASCADE, nr int,"
    "  what text, PRIMARY KEY (order_id, nr));"
    "CREATE TABLE s.likes (id serial PRIMARY KEY, user_id int REFERENCES s.users ON DELETE SET NULL"
    "  ON UPDATE CASCADE);"
    "INSERT INTO s.users (email, boss) SELECT 'u' || i, CASE WHEN i > 3 THEN 1 END"
    "  FROM generate_series(1, 9) AS i;"
    "INSERT INTO s.orders (user_id, note) SELECT i % 9 + 1, 'n' || i FROM generate_series(1, 20) i;"
    "INSERT INTO s.lines SELECT o, n, 'l' FROM generate_series(1, 20) o, generate_series(1, 3) n;"
    "INSERT INTO s.likes (user_id) SELECT i % 9 + 1 FROM generate_series(1, 9) AS i;";

const Case kCases[] = {
    {"InsertUpdateDelete", kBaselineShop,
     "INSERT INTO s.users (email) VALUES ('new'), ('newer');;"
     "UPDATE s.orders SET note = note || '!' WHERE id < 5;; DELETE FROM s.lines WHERE nr = 2"},
    {"CascadedDeletes", kBaselineShop, "DELETE FROM s.users WHERE id IN (2, 5)"},
    {"CascadedUpdates", kBaselineShop, "UPDATE s.users SET id = id + 100 WHERE id > 3"},
    {"SetNull", kBaselineShop,
     "DELETE FROM s.users WHERE id = 9;; DELETE FROM s.users WHERE id = 8"},
    {"Truncate", kBaselineShop, "TRUNCATE s.users CASCADE"},
    {"TruncateRestart", kBaselineShop,
     "TRUNCATE s.users, s.likes, s.orders, s.lines RESTART IDENTITY;;"
     "INSERT INTO s.users (email) VALUES ('a'), ('b')"},
    {"TruncateTwice", kBaselineShop,
     "UPDATE s.lines SET what = 'x';; TRUNCATE s.lines;;"
     "INSERT INTO s.lines VALUES (1, 1, 'y');; TRUNCATE s.lines"},
    {"KeyMovedAndMovedOn", kBaselineShop,
     "UPDATE s.likes SET id = id + 1000;; UPDATE s.likes SET id = id + 500;;"
     "INSERT INTO s.likes VALUES (1, 1), (1002, 2);; DELETE FROM s.likes WHERE id > 1005"},
    {"KeysShifted", kBaselineShop,
     "UPDATE s.likes SET id = id + 1 WHERE id > 0 AND id + 1 > 9;;"
     "UPDATE s.likes SET id = 9 WHERE id = 8"},
    {"DeletedAndMadeAgain", kBaselineShop,
     "DELETE FROM s.likes WHERE id = 3;; INSERT INTO s.likes VALUES (3, 1);;"
     "DELETE FROM s.likes WHERE id = 3"},
    {"AddedAndGone", kBaselineShop,
     "INSERT INTO s.likes VALUES (77, 1);; UPDATE s.likes SET user_id = 2 WHERE id = 77;;"
     "DELETE FROM s.likes WHERE id = 77;; SELECT nextval('s.users_id_seq')"},
    {"UniqueValueTakenOver", kBaselineShop,
     "DELETE FROM s.users WHERE email = 'u7';; INSERT INTO s.users (email) VALUES ('u7')"},
    {"UniqueValuesExchanged", kBaselineShop,
     "UPDATE s.users SET email = 'x' WHERE id = 1;; UPDATE s.users SET email = 'u1' WHERE id = 2;;"
     "UPDATE s.users SET email = 'u2' WHERE id = 1"},
    {"ChildMovedToNewParent", kBaselineShop,
     "INSERT INTO s.users (id, email) VALUES (500, 'n');;"
     "UPDATE s.orders SET user_id = 500 WHERE id = 1;;"
     "UPDATE s.users SET boss = 500 WHERE id = 4"},
    {"OnConflict", kBaselineShop,
     "INSERT INTO s.users (email) VALUES ('u1'), ('n') ON CONFLICT (email) DO UPDATE"
     " SET email = excluded.email || '+';;"
     "INSERT INTO s.users (email) VALUES ('u2') ON CONFLICT DO NOTHING"},
    {"WithQueries", kBaselineShop,
     "WITH gone AS (DELETE FROM s.likes WHERE id < 4 RETURNING *),"
     " moved AS (UPDATE s.likes SET user_id = NULL WHERE id = 7 RETURNING id)"
     " INSERT INTO s.likes SELECT id + 50, user_id FROM gone;;"
     "WITH gone AS (DELETE FROM s.likes WHERE id IN (5, 6) RETURNING *)"
     " INSERT INTO s.likes SELECT * FROM gone"},
    {"WithQueriesOverKeysThatCameBefore", kBaselineShop,
     "INSERT INTO s.likes (id, user_id) VALUES (77, 1), (78, 1), (79, 1);;"
     "WITH gone AS (DELETE FROM s.likes WHERE id = 77 RETURNING *)"
     " INSERT INTO s.likes SELECT id, 2 FROM gone LIMIT 3;;"
     "WITH gone AS (DELETE FROM s.likes WHERE id = 78 RETURNING *)"
     " INSERT INTO s.likes SELECT id, 2 FROM gone;;"
     "BEGIN; UPDATE s.likes SET id = 80 WHERE id = 79; WITH gone AS (DELETE FROM s.likes WHERE id"
     " IN (80, 3) RETURNING *) INSERT INTO s.likes SELECT id, 2 FROM gone LIMIT 2; COMMIT"},
    {"WithQueriesThatEndLate", kBaselineShop,
     "WITH gone AS (DELETE FROM s.likes WHERE id IN (5, 6) RETURNING *)"
     " INSERT INTO s.likes SELECT id, 1 FROM gone ORDER BY id LIMIT 1;;"
     "WITH gone AS (DELETE FROM s.likes WHERE id IN (1, 2) RETURNING *)"
     " INSERT INTO s.likes SELECT id, 2 FROM gone LIMIT 1;;"
     "WITH moved AS (UPDATE s.likes SET id = id + 100 WHERE id IN (7, 8) RETURNING id)"
     " INSERT INTO s.likes SELECT id - 100, 1 FROM moved LIMIT 1"},
    {"Copy", kBaselineShop,
     "COPY s.users (email) FROM PROGRAM 'printf \"c1\\nc2\\n\"';;"
     "BEGIN; TRUNCATE s.lines; COPY s.lines FROM PROGRAM 'printf \"1\\t1\\tnew\\n\"'; COMMIT"},
    {"RolledBack", kBaselineShop,
     "BEGIN; INSERT INTO s.users (email) VALUES ('x'); DELETE FROM s.lines; ROLLBACK;;"
     "SELECT nextval('s.users_id_seq')"},
    {"Savepoints", kBaselineShop,
     "BEGIN; UPDATE s.users SET email = 'a' WHERE id = 1; SAVEPOINT a;"
     " UPDATE s.users SET email = 'b' WHERE id = 1; DELETE FROM s.lines; ROLLBACK TO a;"
     " UPDATE s.users SET email = 'c' WHERE id = 2; RELEASE a; COMMIT"},
    {"Sequences", kBaselineShop,
     "SELECT setval('s.users_id_seq', 3);; SELECT nextval('s.orders_id_seq');;"
     "ALTER SEQUENCE s.likes_id_seq RESTART WITH 500"},
    {"UnusedSequence",
     "CREATE SEQUENCE s.a; CREATE SEQUENCE s.b; CREATE SEQUENCE s.c START 7;"
     "SELECT setval('s.b', 5, false)",
     "SELECT nextval('s.a');; SELECT setval('s.b', 9, false);; ALTER SEQUENCE s.c RESTART 3"},
    {"NoKey",
     "CREATE TABLE s.log (a int, b text, c float8, d numeric, e json);"
     "INSERT INTO s.log VALUES (1, 'a', 0.0, 1.0, '{}'), (1, 'a', 0.0, 1.0, '{}'),"
     " (1, 'a', '-0', 1.0, '{}'), (1, 'a', 0.0, 1.00, '{}'), (NULL, NULL, NULL, NULL, NULL),"
     " (NULL, NULL, NULL, NULL, NULL), (2, 'b', 'NaN', 'NaN', '[1]')",
     "DELETE FROM s.log WHERE a = 1 AND c = 0.0 AND d::text = '1.0';;"
     "INSERT INTO s.log SELECT * FROM s.log WHERE a IS NULL;; UPDATE s.log SET b = 'x' WHERE a = "
     "2;;"
     "INSERT INTO s.log VALUES (2, 'b', 'NaN', 'NaN', '[ 1]'), (1, 'a', 0.0, 1.0, '{}')"},
    {"NoKeyTruncated", "CREATE TABLE s.log (a int); INSERT INTO s.log VALUES (1), (1), (2)",
     "TRUNCATE s.log;; INSERT INTO s.log VALUES (1), (3)"},
    {"UniqueKeyOnly",
     "CREATE TABLE s.t (a int NOT NULL UNIQUE, b text, n int UNIQUE);"
     "INSERT INTO s.t VALUES (1, 'a', NULL), (2, 'b', NULL), (3, 'c', 1)",
     "UPDATE s.t SET a = 4, n = 2 WHERE a = 3;; DELETE FROM s.t WHERE a = 1;;"
     "INSERT INTO s.t VALUES (3, 'new', 1)"},
    {"DeferrableKey",
     "CREATE TABLE s.t (a int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, b text);"
     "INSERT INTO s.t VALUES (1, 'a'), (2, 'b')",
     "BEGIN; UPDATE s.t SET a = 2 WHERE b = 'a'; UPDATE s.t SET a = 1 WHERE b = 'b'; COMMIT"},
    {"Generated",
     "CREATE TABLE s.t (a int PRIMARY KEY, b int GENERATED ALWAYS AS (a * 2) STORED,"
     " i int GENERATED ALWAYS AS IDENTITY, c int);"
     "INSERT INTO s.t (a, c) VALUES (1, 1), (2, 2), (3, 3)",
     "UPDATE s.t SET a = 9, c = 0 WHERE a = 2;; DELETE FROM s.t WHERE a = 1;;"
     "INSERT INTO s.t (a, c) VALUES (1, 5), (4, 4);; UPDATE s.t SET c = 7 WHERE a = 3"},
    {"IdentityDrawnAnew",
     "CREATE TABLE s.t (a int PRIMARY KEY, i int GENERATED ALWAYS AS IDENTITY, c text);"
     "CREATE TABLE s.child (a int REFERENCES s.t ON DELETE CASCADE);"
     "INSERT INTO s.t (a, c) SELECT i, 'x' FROM generate_series(1, 4) AS i;"
     "INSERT INTO s.child VALUES (1), (2)",
     "UPDATE s.t SET i = DEFAULT WHERE a < 3;; UPDATE s.t SET i = DEFAULT, c = 'y' WHERE a = 4"},
    {"OneKindOfChangeEach", kBaselineShop,
     "UPDATE s.users SET email = email || '!';; UPDATE s.users SET boss = 2 WHERE id = 5;;"
     "DELETE FROM s.lines WHERE nr = 1;; DELETE FROM s.lines WHERE order_id = 2;;"
     "INSERT INTO s.orders (user_id) VALUES (1);; TRUNCATE s.likes"},
    {"ChangedAndWent", kBaselineShop,
     "UPDATE s.users SET email = email || '!';; DELETE FROM s.users WHERE id = 9;;"
     "UPDATE s.lines SET what = 'x' WHERE nr = 2;; DELETE FROM s.lines WHERE nr > 1;;"
     "UPDATE s.orders SET note = 'z'"},
    {"KeyWithGeneratedColumn",
     "CREATE TABLE s.t (a text, k text GENERATED ALWAYS AS (lower(a)) STORED PRIMARY KEY, c int);"
     "INSERT INTO s.t (a, c) VALUES ('A', 1), ('B', 2)",
     "UPDATE s.t SET a = 'a', c = 3 WHERE a = 'A';; UPDATE s.t SET a = 'C' WHERE a = 'B'"},
    {"Partitions",
     "CREATE TABLE s.m (id int, d int, note text, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);"
     "CREATE TABLE s.m1 PARTITION OF s.m FOR VALUES FROM (0) TO (10);"
     "CREATE TABLE s.m2 (note text, extra int, d int NOT NULL, id int NOT NULL);"
     "ALTER TABLE s.m2 DROP COLUMN extra; ALTER TABLE s.m ATTACH PARTITION s.m2"
     "  FOR VALUES FROM (10) TO (20);"
     "CREATE TABLE s.m3 PARTITION OF s.m FOR VALUES FROM (20) TO (40) PARTITION BY LIST (d);"
     "CREATE TABLE s.m31 PARTITION OF s.m3 DEFAULT;"
     "INSERT INTO s.m SELECT i, i, 'n' FROM generate_series(0, 29) AS i",
     "UPDATE s.m SET d = d + 10 WHERE d < 5;; UPDATE s.m2 SET note = 'x' WHERE d = 12;;"
     "INSERT INTO s.m1 VALUES (100, 1, 'new');; DELETE FROM s.m31 WHERE id = 25;;"
     "INSERT INTO s.m3 VALUES (101, 30, 'new');; TRUNCATE s.m1;; UPDATE s.m SET id = id + 1000"},
    {"PartitionsTruncated",
     "CREATE TABLE s.m (id int PRIMARY KEY) PARTITION BY LIST (id);"
     "CREATE TABLE s.m1 PARTITION OF s.m DEFAULT; INSERT INTO s.m VALUES (1), (2)",
     "TRUNCATE s.m;; INSERT INTO s.m VALUES (2), (3)"},
    {"Inheritance",
     "CREATE TABLE s.p (id int PRIMARY KEY, a text);"
     "CREATE TABLE s.c (b text, PRIMARY KEY (id)) INHERITS (s.p);"
     "INSERT INTO s.p VALUES (1, 'a'), (2, 'b'); INSERT INTO s.c VALUES (1, 'c', 'd'), (3, 'e', "
     "'f')",
     "UPDATE s.p SET a = 'x';; DELETE FROM s.p WHERE id = 1;; INSERT INTO s.c VALUES (9, 'n', "
     "'n');;"
     "UPDATE s.c SET id = 12 WHERE id = 3;; INSERT INTO s.p VALUES (7, 'y');; TRUNCATE s.p"},
    {"Deferred",
     "CREATE TABLE s.a (id int PRIMARY KEY, b int);"
     "CREATE TABLE s.b (id int PRIMARY KEY, a int REFERENCES s.a DEFERRABLE INITIALLY DEFERRED);"
     "ALTER TABLE s.a ADD FOREIGN KEY (b) REFERENCES s.b DEFERRABLE INITIALLY DEFERRED;"
     "BEGIN; INSERT INTO s.a VALUES (1, 1), (2, 2); INSERT INTO s.b VALUES (1, 1), (2, 2); COMMIT",
     "BEGIN; DELETE FROM s.a WHERE id = 1; DELETE FROM s.b WHERE id = 1;"
     " INSERT INTO s.a VALUES (5, 5); INSERT INTO s.b VALUES (5, 5); COMMIT"},
    {"Cycle",
     "CREATE TABLE s.a (id int PRIMARY KEY, b int NOT NULL);"
     "CREATE TABLE s.b (id int PRIMARY KEY, a int REFERENCES s.a);"
     "INSERT INTO s.a VALUES (1, 1), (2, 2); INSERT INTO s.b VALUES (1, 1), (2, 2);"
     "ALTER TABLE s.a ADD FOREIGN KEY (b) REFERENCES s.b",
     "UPDATE s.a SET b = 2 WHERE id = 1;; UPDATE s.b SET a = 2 WHERE id = 1;;"
     "DELETE FROM s.b WHERE id = 1;; DELETE FROM s.a WHERE id = 1"},
    {"RestrictedParents",
     "CREATE TABLE s.a (id int PRIMARY KEY, n int);"
     "CREATE TABLE s.b (id int PRIMARY KEY, a int REFERENCES s.a ON DELETE RESTRICT ON UPDATE "
     "RESTRICT);"
     "INSERT INTO s.a VALUES (1), (2); INSERT INTO s.b VALUES (1, 1), (2, 2)",
     "INSERT INTO s.a VALUES (3);; UPDATE s.b SET a = 3 WHERE id = 1;; DELETE FROM s.a WHERE id = "
     "1;;"
     "UPDATE s.a SET n = 4 WHERE id = 2"},
    {"Types",
     "CREATE TYPE s.mood AS ENUM ('sad', 'happy'); CREATE TYPE s.pair AS (x int, y text);"
     "CREATE DOMAIN s.word AS text NOT NULL CHECK (VALUE <> ''); CREATE DOMAIN s.short AS s.word;"
     "CREATE TABLE s.t (id uuid PRIMARY KEY, m s.mood, p s.pair, w s.word, v s.short, a int[][],"
     " j jsonb, b bytea, t text, r int4range, c char(5), i interval, mo money, x xml);"
     "INSERT INTO s.t SELECT ('00000000-0000-0000-0000-00000000000' || i)::uuid, 'sad',"
     " ROW(i, 'y')::s.pair, 'w', 'v', ARRAY[[1, NULL], [i, 2]], jsonb_build_object('a', i), "
     "'\\x00ff',"
     " repeat(md5(i::text), 20000), int4range(i, i + 5), 'ab', '1 mon 2 days', 12.34, '<a/>'"
     " FROM generate_series(1, 5) AS i",
     "UPDATE s.t SET m = 'happy', p = NULL, a = '{}', j = NULL, b = NULL, t = 'x', r = 'empty',"
     " c = '', mo = -1 WHERE id::text LIKE '%1';; DELETE FROM s.t WHERE id::text LIKE '%2';;"
     "INSERT INTO s.t (id, w, v) VALUES ('00000000-0000-0000-0000-000000000009', 'n', 'n');;"
     "SET DateStyle = 'SQL, DMY'; SET lc_monetary = 'C'; UPDATE s.t SET t = t || 'y'"},
    {"OutOfLine",
     "CREATE TABLE s.t (id int PRIMARY KEY, n int, a text, b bytea);"
     "ALTER TABLE s.t ALTER a SET STORAGE EXTERNAL, ALTER b SET STORAGE EXTERNAL;"
     "CREATE TABLE s.log (a text); ALTER TABLE s.log ALTER a SET STORAGE EXTERNAL;"
     "INSERT INTO s.t SELECT i, i, (SELECT string_agg(md5(i || ' ' || j), '') FROM"
     "   generate_series(1, 30000) AS j), decode(repeat('00ff', 500000), 'hex')"
     "   FROM generate_series(1, 4) AS i; INSERT INTO s.log SELECT a FROM s.t",
     "UPDATE s.t SET n = 7;; UPDATE s.t SET a = a || 'x' WHERE id = 2;; DELETE FROM s.t WHERE id = "
     "3;;"
     "UPDATE s.t SET b = NULL, id = 9 WHERE id = 4;; UPDATE s.log SET a = a || 'y'"},
    {"DomainKey",
     "CREATE DOMAIN s.id AS int CHECK (VALUE > 0); CREATE TABLE s.t (i s.id PRIMARY KEY, n s.id);"
     "INSERT INTO s.t VALUES (1, 1), (2, 2)",
     "UPDATE s.t SET i = 7 WHERE i = 1;; DELETE FROM s.t WHERE i = 2;; INSERT INTO s.t VALUES (1, "
     "9)"},
    {"EqualButNotTheSame",
     "CREATE TABLE s.t (k numeric PRIMARY KEY, v numeric); INSERT INTO s.t VALUES (1.0, 2.0), "
     "(2.0, 0)",
     "UPDATE s.t SET k = 1.00 WHERE k = 1;; UPDATE s.t SET v = 2.000 WHERE k = 1"},
    {"Exclusion",
     "CREATE TABLE s.t (id int PRIMARY KEY, r int4range, EXCLUDE USING gist (r WITH &&));"
     "INSERT INTO s.t VALUES (1, '[1,5)'), (2, '[5,9)')",
     "UPDATE s.t SET r = '[20,25)' WHERE id = 1;; UPDATE s.t SET r = '[1,5)' WHERE id = 2;;"
     "UPDATE s.t SET r = '[5,9)' WHERE id = 1"},
    {"AppendOnly",
     "CREATE TABLE s.t (id int PRIMARY KEY, n text); INSERT INTO s.t VALUES (1, 'a'), (2, 'b');"
     "CREATE FUNCTION s.no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''append only''; "
     "END';"
     "CREATE TRIGGER no BEFORE DELETE OR UPDATE ON s.t FOR EACH ROW EXECUTE FUNCTION s.no()",
     "INSERT INTO s.t VALUES (3, 'c')"},
    {"AppendOnlyWithWhatWent",
     "CREATE TABLE s.t (id int PRIMARY KEY, n text); INSERT INTO s.t VALUES (1, 'a'), (2, 'b');"
     "CREATE FUNCTION s.no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''append only''; "
     "END';"
     "CREATE TRIGGER no BEFORE DELETE OR UPDATE ON s.t FOR EACH ROW EXECUTE FUNCTION s.no();"
     "CREATE TRIGGER never BEFORE TRUNCATE OR DELETE ON s.t EXECUTE FUNCTION s.no()",
     "INSERT INTO s.t VALUES (3, 'c');; ALTER TABLE s.t DISABLE TRIGGER USER;"
     " ALTER TABLE s.t ENABLE ALWAYS TRIGGER resow_insert, ENABLE ALWAYS TRIGGER resow_update,"
     " ENABLE ALWAYS TRIGGER resow_delete, ENABLE ALWAYS TRIGGER resow_truncate;"
     " DELETE FROM s.t WHERE id = 1; UPDATE s.t SET n = 'x';"
     " ALTER TABLE s.t ENABLE TRIGGER no, ENABLE TRIGGER never;; INSERT INTO s.t VALUES (4, 'd')"},
    {"TouchTrigger",
     "CREATE TABLE s.t (id int PRIMARY KEY, n text, touched int DEFAULT 0);"
     "CREATE TABLE s.audit (what text); INSERT INTO s.t VALUES (1, 'a'), (2, 'b');"
     "CREATE FUNCTION s.touch() RETURNS trigger LANGUAGE plpgsql AS"
     " 'BEGIN NEW.touched := OLD.touched + 1; RETURN NEW; END';"
     "CREATE FUNCTION s.log() RETURNS trigger LANGUAGE plpgsql AS"
     " 'BEGIN INSERT INTO s.audit VALUES (TG_OP); RETURN NULL; END';"
     "CREATE TRIGGER touch BEFORE UPDATE ON s.t FOR EACH ROW EXECUTE FUNCTION s.touch();"
     "CREATE TRIGGER log AFTER INSERT OR UPDATE OR DELETE ON s.t FOR EACH ROW EXECUTE FUNCTION "
     "s.log()",
     "UPDATE s.t SET n = 'x';; DELETE FROM s.t WHERE id = 2;; INSERT INTO s.t VALUES (3, 'c')"},
    {"TriggerChangesItsOwnTable",
     "CREATE TABLE s.t (id int PRIMARY KEY, n int); INSERT INTO s.t VALUES (1, 1), (2, 2), (3, 3);"
     "CREATE FUNCTION s.more() RETURNS trigger LANGUAGE plpgsql AS"
     " 'BEGIN UPDATE s.t SET n = n + 100 WHERE n < 100; DELETE FROM s.t WHERE id = NEW.id + 1;"
     "  RETURN NULL; END';"
     "CREATE TRIGGER a AFTER INSERT OR UPDATE ON s.t FOR EACH ROW WHEN (pg_trigger_depth() = 0)"
     " EXECUTE FUNCTION s.more()",
     "UPDATE s.t SET n = 10 WHERE id IN (1, 2);; INSERT INTO s.t VALUES (7, 7), (8, 8)"},
    {"ReplaceTrigger",
     "CREATE TABLE s.t (id int PRIMARY KEY, n int); INSERT INTO s.t VALUES (1, 1), (2, 2);"
     "CREATE FUNCTION s.make_room() RETURNS trigger LANGUAGE plpgsql AS"
     " 'BEGIN DELETE FROM s.t WHERE id = NEW.id; RETURN NEW; END';"
     "CREATE TRIGGER a BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION s.make_room();"
     "CREATE FUNCTION s.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
     "CREATE TRIGGER z AFTER INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION s.nothing()",
     "INSERT INTO s.t VALUES (1, 9), (2, 2), (3, 3)"},
    {"SelfReferenceCascades",
     "CREATE TABLE s.t (id int PRIMARY KEY, up int REFERENCES s.t ON UPDATE CASCADE ON DELETE "
     "CASCADE);"
     "INSERT INTO s.t VALUES (1, 1), (2, 1), (3, 2), (4, NULL)",
     "UPDATE s.t SET id = 11 WHERE id = 1;; DELETE FROM s.t WHERE id = 2;;"
     "INSERT INTO s.t VALUES (1, 1)"},
    {"ActionsOfTwoKeys",
     "CREATE TABLE s.p (id int PRIMARY KEY); CREATE TABLE s.t (id int PRIMARY KEY,"
     "  a int REFERENCES s.p ON DELETE CASCADE, b int DEFAULT 1 REFERENCES s.p ON DELETE SET NULL);"
     "INSERT INTO s.p SELECT generate_series(1, 9); INSERT INTO s.t VALUES (1, 2, 1), (2, 4, 3),"
     " (3, 9, 4), (4, 1, 2)",
     "DELETE FROM s.p WHERE id < 5"},
    {"SetDefault",
     "CREATE TABLE s.p (id int PRIMARY KEY); CREATE TABLE s.t (id int PRIMARY KEY,"
     "  a int DEFAULT 3 REFERENCES s.p ON DELETE SET DEFAULT);"
     "INSERT INTO s.p SELECT generate_series(1, 9); INSERT INTO s.t VALUES (1, 1), (2, 2), (3, 3)",
     "DELETE FROM s.p WHERE id = 1;; UPDATE s.t SET a = 4; DELETE FROM s.p WHERE id = 3"},
    {"ChangedByQueryAndAction",
     "CREATE TABLE s.p (id int PRIMARY KEY); CREATE TABLE s.t (id int PRIMARY KEY,"
     "  a int REFERENCES s.p ON DELETE SET NULL, n text);"
     "INSERT INTO s.p VALUES (1), (2); INSERT INTO s.t VALUES (1, 1, 'a'), (2, 2, 'b')",
     "WITH u AS (UPDATE s.t SET n = 'x' RETURNING a) DELETE FROM s.p WHERE id = 1"},
    {"ChangedByQueryAndTriggerOfAnother",
     "CREATE TABLE s.a (id int PRIMARY KEY, n int); CREATE TABLE s.b (id int PRIMARY KEY);"
     "INSERT INTO s.a VALUES (1, 1), (2, 2); INSERT INTO s.b VALUES (1), (2);"
     "CREATE FUNCTION s.f() RETURNS trigger LANGUAGE plpgsql AS"
     " 'BEGIN UPDATE s.a SET n = n + 10; RETURN NULL; END';"
     "CREATE TRIGGER f AFTER DELETE ON s.b FOR EACH ROW EXECUTE FUNCTION s.f()",
     "WITH u AS (UPDATE s.a SET n = n + 1) DELETE FROM s.b WHERE id = 1"},
    {"Rules",
     "CREATE TABLE s.t (id int PRIMARY KEY); INSERT INTO s.t VALUES (1), (2);"
     "CREATE TABLE s.log (id int);"
     "CREATE RULE r AS ON DELETE TO s.t DO INSTEAD NOTHING;"
     "CREATE RULE q AS ON INSERT TO s.t DO ALSO INSERT INTO s.log VALUES (NEW.id)",
     "INSERT INTO s.t VALUES (3);; UPDATE s.t SET id = 9 WHERE id = 1"},
    {"Views",
     "CREATE TABLE s.t (id int PRIMARY KEY, a int); INSERT INTO s.t VALUES (1, 1), (2, 2);"
     "CREATE VIEW s.v AS SELECT * FROM s.t WHERE a > 0",
     "INSERT INTO s.v VALUES (3, 3);; UPDATE s.v SET a = 5 WHERE id = 1;; DELETE FROM s.v WHERE id "
     "= 2"},
    {"Unlogged",
     "CREATE UNLOGGED TABLE s.t (id int PRIMARY KEY, a int); INSERT INTO s.t VALUES (1, 1), (2, 2)",
     "DELETE FROM s.t WHERE id = 1;; INSERT INTO s.t VALUES (3, 3)"},
    {"RowSecurity",
     "CREATE TABLE s.t (id int PRIMARY KEY, a int); INSERT INTO s.t VALUES (1, 1), (2, 2);"
     "ALTER TABLE s.t ENABLE ROW LEVEL SECURITY;"
     "CREATE POLICY p ON s.t USING (id = 1) WITH CHECK (a < 5)",
     "UPDATE s.t SET a = a + 10;; DELETE FROM s.t WHERE id = 2;; INSERT INTO s.t VALUES (9, 9)"},
    {"ReplicationRoleOfTheTest", kBaselineShop,
     "SET session_replication_role = replica; DELETE FROM s.users WHERE id = 1;"
     " INSERT INTO s.orders (user_id) VALUES (999)"},
    {"NamesThatQuote",
     "CREATE TABLE s.\"T'a%b\"\"le $resow$\" (\"n\" int, \"added\" text, \"a'b%s\" int, \"many\" "
     "int,"
     " PRIMARY KEY (\"n\", \"a'b%s\"));"
     "INSERT INTO s.\"T'a%b\"\"le $resow$\" VALUES (1, 'x', 1, 0), (2, 'y', 2, 0)",
     "UPDATE s.\"T'a%b\"\"le $resow$\" SET \"n\" = 5, \"added\" = 'q' WHERE \"n\" = 1;;"
     "DELETE FROM s.\"T'a%b\"\"le $resow$\" WHERE \"n\" = 2;;"
     "TRUNCATE s.\"T'a%b\"\"le $resow$\";; INSERT INTO s.\"T'a%b\"\"le $resow$\" VALUES (1, 'z', "
     "1, 1)"},
    {"LargeChange",
     "CREATE TABLE s.t (id int PRIMARY KEY, a text);"
     "INSERT INTO s.t SELECT i, 'row ' || i FROM generate_series(1, 20000) AS i",
     "UPDATE s.t SET a = a || 'x' WHERE id % 2 = 0;; DELETE FROM s.t WHERE id % 3 = 0;;"
     "INSERT INTO s.t SELECT i, 'new' FROM generate_series(15000, 40000) AS i ON CONFLICT DO "
     "NOTHING"},
};

std::vector<std::string> split(std::string_view changes) {
  std::vector<std::string> parts;
  while (!changes.empty()) {
    const size_t end = changes.find(";;");
    parts.emplace_back(changes.substr(0, end));
    changes.remove_prefix(end == std::string_view::npos ? changes.size() : end + 2);
  }
  return parts;
}

class RewindCase : public Baseline, public ::testing::WithParamInterface<Case> {
 protected:
  void everything_is_as_it_was(const Case& a_case);
};

void RewindCase::everything_is_as_it_was(const Case& a_case) {
  psql("CREATE SCHEMA s");
  psql(a_case.tables);
  const std::string before = state();
  for (const bool as_owner : {false, true}) {
    SCOPED_TRACE(as_owner ? "as the owner" : "as a superuser");
    const std::string owner = as_owner ? hand_over() : "";
    take("s", owner);
    for (int round = 0; round < 3; ++round) {
      SCOPED_TRACE(round);
      for (const std::string& change : split(a_case.changes)) psql(change);
      EXPECT_NE(state(), before) << "the case changes nothing";
      rewind();
      ASSERT_EQ(state(), before);
    }
    EXPECT_EQ(rewind(), "") << "something is left to be undone";
    drop();
  }
}

TEST_P(RewindCase, EverythingIsAsItWas) { everything_is_as_it_was(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Baseline, RewindCase, ::testing::ValuesIn(kCases),
                         [](const auto& of) { return of.param.name; });

// The same, where the server has MERGE.
class MergeCase : public RewindCase {};

const Case kMerges[] = {
    {"Merge", kBaselineShop,
     "MERGE INTO s.likes AS l USING (VALUES (1, 2), (2, 3), (50, 4)) AS v(id, u) ON l.id = v.id"
     " WHEN MATCHED AND v.id = 1 THEN DELETE WHEN MATCHED THEN UPDATE SET user_id = v.u"
     " WHEN NOT MATCHED THEN INSERT VALUES (v.id, v.u);;"
     "MERGE INTO s.users AS u USING s.orders AS o ON u.id = o.user_id AND o.id = 3"
     " WHEN MATCHED THEN DELETE"},
    {"MergePutsANewRowInTheOldOnesPlace", kBaselineShop,
     "MERGE INTO s.likes AS l USING (VALUES (1, 1), (2, 99)) AS v(nr, id) ON l.id = v.id"
     " OR (v.nr = 1 AND l.id = 4)"
     " WHEN MATCHED AND l.id = 4 THEN DELETE WHEN MATCHED THEN UPDATE SET user_id = 3"
     " WHEN NOT MATCHED THEN INSERT VALUES (4, 2);;"
     "MERGE INTO s.likes AS l USING (VALUES (1, 7), (2, 8)) AS v(nr, id) ON l.id = v.id"
     " WHEN MATCHED AND l.id = 7 THEN DELETE WHEN MATCHED THEN UPDATE SET id = 7"},
    {"MergeMovesBetweenPartitions",
     "CREATE TABLE s.m (id int, d int, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);"
     "CREATE TABLE s.m1 PARTITION OF s.m FOR VALUES FROM (0) TO (10);"
     "CREATE TABLE s.m2 PARTITION OF s.m FOR VALUES FROM (10) TO (20);"
     "INSERT INTO s.m SELECT i, i FROM generate_series(0, 19) AS i",
     "MERGE INTO s.m USING generate_series(3, 22) AS i ON m.id = i"
     " WHEN MATCHED AND i < 6 THEN UPDATE SET d = d + 10 WHEN MATCHED AND i > 15 THEN DELETE"
     " WHEN NOT MATCHED THEN INSERT VALUES (i, 1)"},
};

TEST_P(MergeCase, EverythingIsAsItWas) {
  if (connection().server_version() < 150000) GTEST_SKIP() << "MERGE came with PostgreSQL 15";
  everything_is_as_it_was(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Baseline, MergeCase, ::testing::ValuesIn(kMerges),
                         [](const auto& of) { return of.param.name; });

// --- What is not a matter of rows alone.

TEST_F(Baseline, AlteredStructuresAreNamed) {
  psql(
      "CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY, a text) CREATE TABLE u (id int);"
      "CREATE SCHEMA other CREATE TABLE o (id int PRIMARY KEY)");
  take();
  take("other");
  psql("INSERT INTO s.t VALUES (1, 'a'); INSERT INTO other.o VALUES (1)");
  const struct {
    const char* change;
    const char* back;
    const char* message;
  } cases[] = {
      {"CREATE TABLE s.n (id int)", "DROP TABLE s.n", "s.n was created"},
      {"ALTER TABLE s.t ADD b int", "ALTER TABLE s.t DROP b", "s.t was altered (column b)"},
      {"ALTER TABLE s.t ALTER a SET NOT NULL", "ALTER TABLE s.t ALTER a DROP NOT NULL",
       "s.t was altered (column a"},
      {"ALTER TABLE s.t ADD CHECK (id > 0)", "ALTER TABLE s.t DROP CONSTRAINT t_id_check",
       "s.t was altered (constraint t_id_check)"},
      {"ALTER TABLE s.t DISABLE TRIGGER ALL; ALTER TABLE s.t ENABLE TRIGGER ALL",
       "ALTER TABLE s.t ENABLE ALWAYS TRIGGER resow_insert, ENABLE ALWAYS TRIGGER resow_update,"
       " ENABLE ALWAYS TRIGGER resow_delete, ENABLE ALWAYS TRIGGER resow_truncate",
       "s.t was altered (trigger that writes the journal)"},
  };
  for (const auto& a_case : cases) {
    SCOPED_TRACE(a_case.change);
    psql(a_case.change);
    EXPECT_THAT(refusal("SELECT resow.rewind()"), HasSubstr(a_case.message));
    EXPECT_EQ(psql("SELECT count(*) FROM s.t"), "1") << "something was undone";
    psql(a_case.back);
  }
  psql("ALTER TABLE s.t ADD b int; INSERT INTO other.o VALUES (2)");
  EXPECT_EQ(rewind("'other'"), "o|2|0|0") << "another schema's structure does not matter";
  take();
  psql("UPDATE s.t SET b = 2");
  EXPECT_EQ(rewind("'s'"), "t|0|1|0");
  psql("DROP TABLE s.u");
  EXPECT_THAT(refusal("SELECT resow.rewind()"), HasSubstr("s.u was dropped"));
}

// The structure is as it was, and the rows are not.
TEST_F(Baseline, RewrittenValuesAreAnAlteration) {
  psql(
      "CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY, a text);"
      "INSERT INTO s.t VALUES (1, 'a')");
  const std::string owner = hand_over();
  for (const std::string& as : {std::string(), owner}) {
    SCOPED_TRACE(as);
    take("s", as);
    psql("ALTER TABLE s.t ALTER a TYPE text USING a || '!'");
    EXPECT_THAT(refusal("SELECT resow.rewind()"), HasSubstr("s.t was altered ("));
    take("s", as);
    psql("UPDATE s.t SET a = 'b'");
    EXPECT_EQ(rewind(), "t|0|1|0");
    drop();
  }
}

// A change of another schema's may be one of ours.
TEST_F(Baseline, TablesThatLieElsewhereAreLookedAt) {
  psql(
      "CREATE SCHEMA s; CREATE SCHEMA p; CREATE TABLE s.m (k int PRIMARY KEY) PARTITION BY LIST "
      "(k);"
      "CREATE TABLE p.one PARTITION OF s.m FOR VALUES IN (1); CREATE TABLE s.t (id int);"
      "INSERT INTO s.m VALUES (1)");
  const struct {
    const char* change;
    const char* message;
  } cases[] = {
      {"CREATE TABLE p.two PARTITION OF s.m FOR VALUES IN (2); INSERT INTO p.two VALUES (2)",
       "p.two was created"},
      {"ALTER TABLE p.one DISABLE TRIGGER ALL; DELETE FROM p.one", "p.one was altered"},
      {"DROP TABLE p.one", "p.one was dropped"},
      {"CREATE TABLE p.child () INHERITS (s.t); INSERT INTO p.child VALUES (1)",
       "s.t was altered (table)"},
      {"DROP TABLE p.child; ALTER TABLE s.t SET SCHEMA p", "s.t was dropped"},
  };
  for (const auto& a_case : cases) {
    SCOPED_TRACE(a_case.change);
    take();
    EXPECT_EQ(rewind("'s'"), "");
    psql(a_case.change);
    EXPECT_THAT(refusal("SELECT resow.rewind('s')"), HasSubstr(a_case.message));
  }
}

TEST_F(Baseline, ASchemaThatIsMadeAgainGetsABaselineAgain) {
  const char* make = "CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY)";
  psql(make);
  take();
  psql("INSERT INTO s.t VALUES (1); DROP SCHEMA s CASCADE");
  EXPECT_THAT(refusal("SELECT resow.rewind()"), HasSubstr("schema s was dropped"));
  psql(make);
  take();
  psql("INSERT INTO s.t VALUES (2)");
  EXPECT_EQ(rewind(), "t|1|0|0");
  drop();
  EXPECT_EQ(psql("SELECT count(*) FROM pg_namespace WHERE nspname = 'resow'"), "0");
}

TEST_F(Baseline, SchemasThatExchangeTheirNamesKeepTheirBaselines) {
  psql(
      "CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY);"
      "CREATE SCHEMA p CREATE TABLE u (id int PRIMARY KEY)");
  take();
  take("p");
  psql("ALTER SCHEMA s RENAME TO x; ALTER SCHEMA p RENAME TO s; ALTER SCHEMA x RENAME TO p");
  EXPECT_THAT(refusal("SELECT resow.rewind()"), HasSubstr("p.t was created"));
  take("p");
  psql("INSERT INTO p.t VALUES (1)");
  EXPECT_EQ(rewind("'p'"), "t|1|0|0");
  take();
  psql("INSERT INTO s.u VALUES (1); INSERT INTO p.t VALUES (1)");
  EXPECT_EQ(rewind(), "t|1|0|0, u|1|0|0");
}

TEST_F(Baseline, MaintenanceIsNoAlteration) {
  psql(
      "CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO s.t VALUES (1, "
      "'a')");
  take();
  psql("DELETE FROM s.t");
  psql("VACUUM FULL s.t");
  psql("ANALYZE s.t");
  psql("TRUNCATE s.t");
  psql("CREATE TEMP TABLE t (id int)");
  psql("GRANT SELECT ON s.t TO PUBLIC");
  EXPECT_EQ(rewind(), "t|0|0|1");
}

// Nobody who reads waits for a baseline, whether it is the first or one that is taken again.
TEST_F(Baseline, ReadersDoNotWaitForIt) {
  psql("CREATE SCHEMA s");
  psql(kBaselineShop);
  for (const char* round : {"first", "again"}) {
    SCOPED_TRACE(round);
    Connection connection(options());
    Transaction transaction(connection, Access::kReadWrite);
    take_baseline(transaction, "s");
    EXPECT_EQ(psql("SET lock_timeout = '1s'; SELECT count(*) FROM s.users JOIN s.orders AS o"
                   " ON o.user_id = users.id"),
              "20");
    EXPECT_EQ(psql("SELECT string_agg(DISTINCT l.mode, ' ') FROM pg_locks AS l"
                   " JOIN pg_class AS c ON c.oid = l.relation AND c.relkind IN ('r', 'p')"
                   " WHERE l.database = (SELECT oid FROM pg_database WHERE datname ="
                   " current_database()) AND c.relnamespace = 's'::regnamespace"
                   " AND l.mode IN ('ExclusiveLock', 'AccessExclusiveLock')"),
              "");
    transaction.commit();
  }
}

TEST_F(Baseline, WorkThatIsStillRunningIsNamed) {
  psql("CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY)");
  take();
  ConnectionOptions held = options();
  held.application_name = "pytest";
  Connection other(held);
  Transaction work(other, Access::kReadWrite);
  work.execute("INSERT INTO s.t VALUES (1)", "work");
  const std::string message = refusal("SET resow.lock_timeout = '100ms'; SELECT resow.rewind()");
  EXPECT_THAT(message, HasSubstr("work in schema s is still running: pid " +
                                 std::to_string(other.backend_pid()) + " (pytest, user "));
  EXPECT_THAT(message, HasSubstr("INSERT INTO s.t VALUES (1)"));
  work.commit();
  EXPECT_EQ(rewind(), "t|1|0|0");
}

// It has added a row, and its trigger is yet to fire.
TEST_F(Baseline, AStatementThatIsNotAtItsEndIsNamed) {
  psql(
      "CREATE SCHEMA s; CREATE TABLE s.t (id int, PRIMARY KEY (id)) PARTITION BY LIST (id);"
      "CREATE TABLE s.p PARTITION OF s.t DEFAULT");
  take();
  Transaction gate(connection(), Access::kReadWrite);
  gate.query("SELECT pg_catalog.pg_advisory_xact_lock(1)", "hold it up");
  std::future<std::string> work = std::async(std::launch::async, [&] {
    return psql(
        "INSERT INTO s.p SELECT i FROM generate_series(1, 2) AS i"
        " WHERE i = 1 OR pg_advisory_xact_lock(1)::text = ''");
  });
  while (psql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == "0") {
  }
  EXPECT_THAT(refusal("SET resow.lock_timeout = '100ms'; SELECT resow.rewind()"),
              ContainsRegex("work in schema s is still running: pid [0-9]+ .*INSERT INTO s.p"));
  gate.commit();
  work.get();
  EXPECT_EQ(rewind(), "t|2|0|0");
}

// A TRUNCATE takes what its transaction does not see as well.
TEST_F(Baseline, ATruncateThatDoesNotSeeAllRowsIsRefused) {
  psql("CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY); INSERT INTO s.t VALUES (1), (2)");
  const std::string before = state();
  const auto truncate = [&](const std::string& meanwhile) {
    Connection other(options());
    Transaction work(other, Access::kReadWrite);
    work.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1", "begin");
    if (meanwhile == "take") take();
    if (meanwhile == "rewind") rewind();
    work.execute("TRUNCATE s.t", "truncate");
    work.commit();
  };
  EXPECT_EQ(database_error_of([&] { truncate("take"); }).sqlstate, "40001");
  psql("DELETE FROM s.t WHERE id = 1");
  EXPECT_EQ(database_error_of([&] { truncate("rewind"); }).sqlstate, "40001");
  EXPECT_EQ(state(), before);
  for (const char* change : {"SELECT 1", "DELETE FROM s.t WHERE id = 1"}) {
    psql(change);
    truncate("");
    rewind();
    EXPECT_EQ(state(), before);
  }
}

TEST_F(Baseline, ARewindThatIsRolledBackIsDoneByTheNext) {
  psql("CREATE SCHEMA s CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO s.t DEFAULT VALUES");
  const std::string before = state();
  take();
  psql("INSERT INTO s.t DEFAULT VALUES; DELETE FROM s.t WHERE id = 1");
  psql("BEGIN; SELECT resow.rewind(); ROLLBACK");
  EXPECT_EQ(psql("SELECT string_agg(id::text, ',') FROM s.t"), "2");
  psql("BEGIN; INSERT INTO s.t VALUES (9); SELECT resow.rewind(); COMMIT");
  EXPECT_EQ(state(), before);
}

TEST_F(Baseline, ALostJournalIsNotTakenForNoChange) {
  psql("CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY)");
  take();
  psql("INSERT INTO s.t VALUES (1)");
  // What a crash of the server does to a table that is not logged.
  psql("DO $$ BEGIN EXECUTE 'TRUNCATE resow.change_' || 's'::regnamespace::oid; END $$");
  EXPECT_THAT(refusal("SELECT resow.rewind()"),
              HasSubstr("the journal of schema s was lost in a crash of the server"));
  take();
  EXPECT_EQ(rewind(), "");
}

TEST_F(Baseline, WhatCameOutOfADumpIsNotTakenForABaseline) {
  psql("CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY)");
  take();
  psql(
      "DO $$ DECLARE change text := 'change_' || 's'::regnamespace::oid; BEGIN"
      " EXECUTE format('ALTER TABLE resow.%I RENAME TO dumped', change);"
      " EXECUTE format('CREATE UNLOGGED TABLE resow.%I AS TABLE resow.dumped', change);"
      " DROP TABLE resow.dumped; END $$; INSERT INTO s.t VALUES (1)");
  EXPECT_THAT(refusal("SELECT resow.rewind()"),
              HasSubstr("the baseline of schema s came out of a dump"));
  take();
  psql("INSERT INTO s.t VALUES (2)");
  EXPECT_EQ(rewind(), "t|1|0|0");
}

// A client's variable that was never set does not look like a rewind that had nothing to do.
TEST_F(Baseline, NullIsNoSchema) {
  psql("CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY)");
  take();
  psql("INSERT INTO s.t VALUES (1)");
  for (const char* arguments : {"NULL", "'s', NULL", "VARIADIC NULL"}) {
    EXPECT_THAT(refusal(std::string("SELECT resow.rewind(") + arguments + ")"),
                HasSubstr("NULL is not the name of a schema"));
  }
  EXPECT_EQ(rewind(), "t|1|0|0");
}

// What rewinds leave behind in the journals does not slow down those that follow.
TEST_F(Baseline, JournalsStaySmall) {
  psql(
      "CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY, n int);"
      "INSERT INTO s.t SELECT i, 0 FROM generate_series(1, 20) AS i");
  const std::string before = state();
  take();
  psql(
      "DO $$ BEGIN FOR i IN 1 .. 1000 LOOP UPDATE s.t SET n = i WHERE id < 6;"
      " PERFORM resow.rewind(); COMMIT; END LOOP; END $$");
  EXPECT_EQ(state(), before);
  for (const char* table :
       {"resow.journal_' || 's.t'::regclass::oid", "resow.change_' || 's'::regnamespace::oid"}) {
    EXPECT_LE(std::stol(values("SELECT pg_relation_size(('" + std::string(table) + ")::regclass)")),
              48 * 1024)
        << table;
  }
  // Nor does anything get lost where there is more at once than is worth a DELETE.
  for (const int rows : {300, 3000, 6}) {
    psql("INSERT INTO s.t SELECT i, 1 FROM generate_series(100, 99 + " + std::to_string(rows) +
         ") AS i");
    EXPECT_EQ(rewind(), "t|" + std::to_string(rows) + "|0|0");
    EXPECT_EQ(state(), before);
  }
}

TEST_F(Baseline, OnlyWhereCommittedChangesAreSeen) {
  psql("CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY)");
  take();
  EXPECT_THAT(refusal("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT resow.rewind()"),
              HasSubstr("this transaction is REPEATABLE READ"));
  EXPECT_THAT(refusal("SELECT resow.rewind('s', 'nowhere')"),
              HasSubstr("there is no baseline of nowhere"));
}

TEST_F(Baseline, WhoMayChangeRowsMayRewindThem) {
  psql("CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY)");
  const std::string app = role("app"), other = role("other");
  psql("GRANT USAGE ON SCHEMA s TO " + app + "; GRANT INSERT, SELECT ON s.t TO " + app);
  take();
  test_support::psql(options(app).dbname, "INSERT INTO s.t VALUES (1)");
  EXPECT_THROW(test_support::psql(options(other).dbname, "SELECT resow.rewind()"),
               std::runtime_error);
  EXPECT_EQ(test_support::psql(options(app).dbname, "SELECT test FROM resow.dirty()"), "");
  EXPECT_EQ(test_support::psql(options(app).dbname, "SELECT added FROM resow.rewind()"), "1");
}

TEST_F(Baseline, NothingOfAWritersSchemasIsCalled) {
  psql(
      "CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO s.t VALUES (1, "
      "'a')");
  take();
  // Operators and functions of the writer's own, first on its search_path.
  psql(
      "CREATE SCHEMA evil; CREATE FUNCTION evil.no(text, text) RETURNS bool LANGUAGE plpgsql AS"
      " 'BEGIN RAISE ''called''; END'; CREATE OPERATOR evil.= (FUNCTION = evil.no, LEFTARG = text,"
      " RIGHTARG = text); CREATE FUNCTION evil.count(bigint) RETURNS bigint LANGUAGE sql AS"
      " 'SELECT 1/0::bigint'");
  psql(
      "SET search_path = evil, pg_catalog; UPDATE s.t SET a = 'b' WHERE id OPERATOR(pg_catalog.=) "
      "1;"
      " INSERT INTO s.t VALUES (2, 'c'); TRUNCATE s.t");
  EXPECT_EQ(rewind(), "t|0|0|1");
}

TEST_F(Baseline, SchemasAreOfEachOtherIndependent) {
  psql(
      "CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY);"
      "CREATE SCHEMA p CREATE TABLE users (id int PRIMARY KEY); INSERT INTO p.users VALUES (1), "
      "(2);"
      "CREATE TABLE s.o (id int PRIMARY KEY, u int REFERENCES p.users ON DELETE CASCADE);"
      "INSERT INTO s.o VALUES (1, 1), (2, 2)");
  const std::string before = state("s,p");
  take();
  take("p");
  psql(
      "DELETE FROM p.users WHERE id = 1; INSERT INTO p.users VALUES (3); INSERT INTO s.o VALUES "
      "(3, 3)");
  rewind();
  EXPECT_EQ(state("s,p"), before);
  psql("INSERT INTO s.t VALUES (1); INSERT INTO p.users VALUES (7)");
  EXPECT_EQ(rewind("'s'"), "t|1|0|0");
  EXPECT_EQ(psql("SELECT count(*) FROM p.users"), "3");
}

// What goes back must go with what stays: where it does not, it is said, and nothing is undone.
// Triggers write into another schema, whose journal tells of it: while one is brought to a new
// state, and while it is rewound.
TEST_F(Baseline, WhatHappensElsewhereMeanwhileIsNoted) {
  psql(
      "CREATE SCHEMA other CREATE TABLE log (id serial PRIMARY KEY);"
      "CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY);"
      "CREATE FUNCTION s.f() RETURNS trigger LANGUAGE plpgsql AS"
      " 'BEGIN INSERT INTO other.log DEFAULT VALUES; RETURN NULL; END';"
      "CREATE TRIGGER f AFTER INSERT OR DELETE ON s.t FOR EACH ROW EXECUTE FUNCTION s.f();"
      "ALTER TABLE s.t ENABLE ALWAYS TRIGGER f");
  take("other");
  take();
  const std::string before = state("other");
  {
    Transaction transaction(connection(), Access::kReadWrite);
    pause_journals(transaction, {"s"});
    transaction.execute("INSERT INTO s.t VALUES (1)", "apply");
    take_baseline(transaction, "s");
    transaction.commit();
  }
  EXPECT_EQ(rewind("'other'"), "log|1|0|0");
  EXPECT_EQ(state("other"), before);
  psql("INSERT INTO s.t VALUES (2)");
  EXPECT_EQ(rewind("'s'"), "t|1|0|0");
  EXPECT_EQ(rewind("'other'"), "log|2|0|0");
  EXPECT_EQ(state("other"), before);
}

TEST_F(Baseline, OneOfTwoSchemasLeavesNoOrphans) {
  psql(
      "CREATE SCHEMA p CREATE TABLE users (id int PRIMARY KEY); CREATE SCHEMA s;"
      "CREATE TABLE s.plain (id int PRIMARY KEY, u int REFERENCES p.users);"
      "CREATE TABLE s.cascading (id int PRIMARY KEY,"
      " u int REFERENCES p.users ON DELETE CASCADE ON UPDATE CASCADE);"
      "CREATE TABLE s.parts (id int, u int REFERENCES p.users ON DELETE SET NULL)"
      " PARTITION BY LIST (id); CREATE TABLE s.parts_1 PARTITION OF s.parts DEFAULT;"
      "INSERT INTO p.users VALUES (1), (2); INSERT INTO s.plain VALUES (1, 1), (2, 2);"
      "INSERT INTO s.cascading VALUES (1, 1), (2, 2); INSERT INTO s.parts VALUES (1, 1)");
  const std::string before = state("s,p");
  const std::string owner = hand_over();
  psql("ALTER SCHEMA p OWNER TO " + owner + "; ALTER TABLE p.users OWNER TO " + owner);
  const struct {
    const char* change;
    const char* schema;
    const char* message;  // "": it goes
  } cases[] = {
      {"INSERT INTO p.users VALUES (3); INSERT INTO s.plain VALUES (3, 3)", "p",
       "s.plain (plain_u_fkey) refers to what is not in p.users: 1"},
      {"INSERT INTO p.users VALUES (3); UPDATE s.cascading SET u = 3", "p",
       "s.cascading (cascading_u_fkey) refers to what is not in p.users: 2"},
      {"INSERT INTO p.users VALUES (3); UPDATE s.parts SET u = 3", "p", "s.parts"},
      {"DELETE FROM s.plain; DELETE FROM p.users", "s",
       "plain (plain_u_fkey) refers to what is not in p.users: 2"},
      {"UPDATE s.plain SET u = NULL; DELETE FROM p.users WHERE id = 1", "s",
       "take baselines of all of them, and rewind them together"},
      {"INSERT INTO p.users VALUES (3); INSERT INTO s.plain VALUES (3, 3)", "s", ""},
      {"DELETE FROM s.plain WHERE id = 2; DELETE FROM p.users WHERE id = 2", "p", ""},
  };
  for (const bool as_owner : {false, true}) {
    SCOPED_TRACE(as_owner ? "as the owner" : "as a superuser");
    take("s", as_owner ? owner : "");
    take("p", as_owner ? owner : "");
    for (const auto& a_case : cases) {
      SCOPED_TRACE(a_case.change);
      psql(a_case.change);
      const std::string changed = state("s,p");
      const std::string said = refusal("SELECT resow.rewind('" + std::string(a_case.schema) + "')");
      EXPECT_THAT(said, HasSubstr(a_case.message));
      if (*a_case.message != '\0') {
        EXPECT_THAT(said, HasSubstr("does not go with rows of schemas that are not rewound"));
        EXPECT_EQ(state("s,p"), changed) << "something was undone";
      } else {
        EXPECT_EQ(said, "");
      }
      rewind();
      ASSERT_EQ(state("s,p"), before);
    }
    drop("s");
    drop("p");
  }
}

// Which keys lead to other schemas is written down with the baseline: those that come later too.
TEST_F(Baseline, AForeignKeyThatCameLaterIsNoticed) {
  psql(
      "CREATE SCHEMA s CREATE TABLE users (id int PRIMARY KEY); CREATE SCHEMA late;"
      "INSERT INTO s.users VALUES (1)");
  const std::string before = state();
  const std::string owner = hand_over();
  psql("ALTER SCHEMA late OWNER TO " + owner);
  const char* const keys[] = {
      "CREATE TABLE late.o (u int REFERENCES s.users ON DELETE CASCADE)",
      "CREATE TABLE late.o (u int); ALTER TABLE late.o ADD FOREIGN KEY (u) REFERENCES s.users",
      "CREATE TABLE late.o (u int); ALTER TABLE late.o ADD FOREIGN KEY (u) REFERENCES s.users"
      " NOT VALID; ALTER TABLE late.o VALIDATE CONSTRAINT o_u_fkey",
      "CREATE TABLE late.o (u int REFERENCES s.users ON DELETE SET NULL) PARTITION BY LIST (u);"
      "CREATE TABLE late.part (u int); ALTER TABLE late.o ATTACH PARTITION late.part DEFAULT"};
  for (const bool as_owner : {false, true}) {
    SCOPED_TRACE(as_owner ? "as the owner" : "as a superuser");
    take("s", as_owner ? owner : "");
    for (const char* key : keys) {
      SCOPED_TRACE(key);
      psql("INSERT INTO s.users VALUES (2)");
      rewind();
      psql("SET ROLE " + owner + "; " + key);
      psql("INSERT INTO s.users VALUES (3); INSERT INTO late.o VALUES (3)");
      EXPECT_THAT(refusal("SELECT resow.rewind()"),
                  HasSubstr("late.o (o_u_fkey) refers to what is not in s.users: 1"));
      EXPECT_EQ(values("SELECT u FROM late.o"), "3");
      psql("DROP TABLE late.o");
      rewind();
      ASSERT_EQ(state(), before);
    }
    drop();
  }
}

// Transactions do not commit in the order in which they begin.
TEST_F(Baseline, WhatIsAlteredMeanwhileIsNoticedWhenItIsThere) {
  psql("CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY)");
  take();
  Transaction slow(connection(), Access::kReadWrite);
  slow.execute("CREATE TABLE s.slow (id int)", "create a table");
  psql("CREATE TABLE s.fast (id int); DROP TABLE s.fast");
  EXPECT_EQ(rewind(), "");
  slow.commit();
  EXPECT_THAT(refusal("SELECT resow.rewind()"), HasSubstr("slow was created"));
}

// Other commands keep things in the schema as well.
TEST_F(Baseline, WhatElseIsInTheControlSchemaStays) {
  psql("CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY)");
  take();
  const std::string ours = "SELECT count(*) FROM pg_depend WHERE refobjid = 'resow'::regnamespace";
  psql("CREATE TABLE resow.kept_by_others (id int); INSERT INTO resow.kept_by_others VALUES (7)");
  drop();
  EXPECT_EQ(values("SELECT id FROM resow.kept_by_others"), "7");
  EXPECT_EQ(values(ours), "1");
  EXPECT_EQ(values("SELECT count(*) FROM pg_event_trigger"), "0");
  take();
  psql("INSERT INTO s.t VALUES (1)");
  EXPECT_EQ(rewind(), "t|1|0|0");
  psql("DROP TABLE resow.kept_by_others");
  drop();
  EXPECT_EQ(values("SELECT to_regnamespace('resow')"), "");
}

TEST_F(Baseline, WhatIsNotOnesOwnIsAFault) {
  psql("CREATE SCHEMA s CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE s.mine (id int)");
  const std::string app = role("app");
  psql("GRANT ALL ON SCHEMA s TO " + app + "; ALTER TABLE s.mine OWNER TO " + app);
  try {
    take("s", app);
    FAIL() << "no fault";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("s.t: the connected role does not own it"));
  }
  psql("CREATE SCHEMA resow");
  EXPECT_THROW(take(), InputError);
}

}  // namespace
}  // namespace resow::test_support
