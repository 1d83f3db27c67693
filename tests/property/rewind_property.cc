// The law of baselines: whatever statements a test runs, after a rewind every row and every
// sequence is as it was. Random schemas, random statements, as a superuser and as a mere owner:
//
//   rewind_property [--sequences N] [--seed N] [--verbose]
//
// A failure prints the seed, the schema and the statements. The server is that of the other tests.
#include <libpq-fe.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "runner/baseline/baseline.h"
#include "runner/connection.h"
#include "tests/support/test_database.h"

namespace resow::test_support {
namespace {

using Log = std::vector<std::string>;

// Numbers that are the same on every machine.
class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}
  uint64_t below(uint64_t limit) { return engine_() % limit; }
  int between(int low, int high) {
    return low + static_cast<int>(below(static_cast<uint64_t>(high - low + 1)));
  }
  bool chance(int percent) { return below(100) < static_cast<uint64_t>(percent); }
  template <typename T>
  const T& pick(const std::vector<T>& items) {
    return items[below(items.size())];
  }
  std::string word() { return "w" + std::to_string(below(12)); }
  std::string number(int high) { return std::to_string(between(1, high)); }

 private:
  std::mt19937_64 engine_;
};

// A session of a test. What the server refuses is not the property's concern.
class Client {
 public:
  explicit Client(const std::string& conninfo)
      : connection_(PQconnectdb(conninfo.c_str()), &PQfinish) {
    PQsetNoticeProcessor(
        connection_.get(), [](void*, const char*) {}, nullptr);
    must("SET lock_timeout = '40ms'");
  }
  // "" or the server's message.
  std::string run(const std::string& sql) {
    const Result result(PQexec(connection_.get(), sql.c_str()), &PQclear);
    value_ = PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return "";
    return PQresultErrorMessage(result.get());
  }
  std::string must(const std::string& sql) {
    const std::string error = run(sql);
    if (!error.empty()) throw std::runtime_error(error + sql);
    return value_;
  }
  bool in_transaction() const { return PQtransactionStatus(connection_.get()) != PQTRANS_IDLE; }

 private:
  using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
  std::string value_;
};

struct Table {
  std::string name;
  std::string key;                   // an integer column that statements move; "" without a key
  std::vector<std::string> parents;  // columns that refer to something
  bool unique = false;               // has a column u
  bool always = false;               // the key is GENERATED ALWAYS
};

const std::vector<std::string> kActions = {"",
                                           "",
                                           " ON DELETE CASCADE",
                                           " ON DELETE SET NULL",
                                           " ON UPDATE CASCADE",
                                           " ON DELETE CASCADE ON UPDATE CASCADE",
                                           " ON DELETE SET NULL ON UPDATE SET NULL",
                                           " ON DELETE RESTRICT",
                                           " ON DELETE SET DEFAULT",
                                           " DEFERRABLE INITIALLY DEFERRED",
                                           " ON DELETE CASCADE DEFERRABLE"};

class World {
 public:
  World(Dice& dice, Log& log) : dice_(dice), log_(log) {}

  void make(Client& client) {
    has_merge_ = std::stoi(client.must("SHOW server_version_num")) >= 150000;
    const int count = dice_.between(2, 5);
    for (int i = 0; i < count; ++i) add_table(client, i);
    for (Table& table : tables_) add_foreign_keys(client, table);
    for (const Table& table : tables_) add_triggers(client, table);
    if (dice_.chance(30)) attempt(client, "CREATE SEQUENCE s.loose");
    for (int i = dice_.between(10, 40); i > 0; --i) attempt(client, insert());
    for (int i = 0; i < 5; ++i) attempt(client, change());
  }

  std::string statement() {
    switch (dice_.below(12)) {
      case 0:
        return sequence();
      case 1:
        return truncate();
      case 2:
        return with_queries();
      case 3:
        if (has_merge_) return merge();
        [[fallthrough]];
      case 4:
      case 5:
        return insert();
      default:
        return change();
    }
  }

 private:
  void attempt(Client& client, const std::string& sql) {
    if (client.run(sql).empty()) log_.push_back(sql);
    if (client.in_transaction()) client.run("ROLLBACK");
  }

  void add_table(Client& client, int i) {
    Table table;
    table.name = "s.t" + std::to_string(i);
    std::string columns = "note text, n int";
    std::string tail;
    switch (dice_.below(7)) {
      case 0:
        table.key = "";
        columns += ", id int";
        break;
      case 1:
        table.key = "id";
        columns += ", id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
        table.always = true;
        break;
      case 2:
        table.key = "id";
        columns += ", id int, k int DEFAULT 1, PRIMARY KEY (id, k)";
        break;
      case 3:
        table.key = "id";
        columns += ", id int NOT NULL, v numeric DEFAULT 1.0, UNIQUE (id)";
        break;
      case 4:
        table.key = "id";
        columns += ", id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED";
        break;
      default:
        table.key = "id";
        columns += ", id serial PRIMARY KEY";
    }
    if (dice_.chance(40)) {
      columns += ", u text UNIQUE";
      table.unique = true;
    }
    if (dice_.chance(30)) columns += ", g int GENERATED ALWAYS AS (n + 1) STORED";
    if (dice_.chance(20)) columns += ", j jsonb DEFAULT '{\"a\": [1, 2]}', f float8 DEFAULT '-0'";
    if (dice_.chance(20)) columns += ", a int[] DEFAULT '{1,NULL}', x xml DEFAULT '<a/>'";
    const bool partitioned = dice_.chance(20) && !table.unique && !table.always;
    if (partitioned) tail = " PARTITION BY RANGE (id)";
    const std::string sql = "CREATE TABLE " + table.name + " (" + columns + ")" + tail;
    if (!client.run(sql).empty()) return;
    log_.push_back(sql);
    if (partitioned) {
      attempt(client, "CREATE TABLE " + table.name + "_a PARTITION OF " + table.name +
                          " FOR VALUES FROM (MINVALUE) TO (10)");
      attempt(client, "CREATE TABLE " + table.name + "_b PARTITION OF " + table.name + " DEFAULT");
    } else if (dice_.chance(12)) {
      attempt(client, "CREATE TABLE " + table.name + "_c (own text, PRIMARY KEY (id)) INHERITS (" +
                          table.name + ")");
    }
    tables_.push_back(std::move(table));
  }

  void add_foreign_keys(Client& client, Table& table) {
    for (int i = dice_.between(0, 2); i > 0; --i) {
      const Table& parent = dice_.pick(tables_);
      const std::string column = "p" + std::to_string(i);
      const std::string sql = "ALTER TABLE " + table.name + " ADD COLUMN " + column +
                              " int DEFAULT NULL REFERENCES " + parent.name + " (id)" +
                              dice_.pick(kActions);
      if (!client.run(sql).empty()) continue;
      log_.push_back(sql);
      table.parents.push_back(column);
    }
  }

  void add_triggers(Client& client, const Table& table) {
    const std::string name = table.name.substr(2);
    const auto trigger = [&](const std::string& kind, const std::string& when,
                             const std::string& body) {
      attempt(client, "CREATE FUNCTION s." + kind + "_" + name +
                          "() RETURNS trigger LANGUAGE plpgsql AS $f$BEGIN " + body + " END$f$");
      attempt(client, "CREATE TRIGGER " + kind + "_" + name + " " + when + " ON " + table.name +
                          " FOR EACH ROW WHEN (pg_trigger_depth() < 2) EXECUTE FUNCTION s." + kind +
                          "_" + name + "()");
    };
    if (dice_.chance(15)) {
      trigger("touch", "BEFORE UPDATE", "NEW.n := coalesce(NEW.n, 0) + 1; RETURN NEW;");
    }
    if (dice_.chance(15)) {
      const Table& other = dice_.pick(tables_);
      trigger("more", "AFTER INSERT OR UPDATE OR DELETE",
              "UPDATE " + other.name + " SET n = n + 10 WHERE n < 5; DELETE FROM " +
                  dice_.pick(tables_).name + " WHERE n = " + dice_.number(20) + "; INSERT INTO " +
                  dice_.pick(tables_).name + " (n, note) VALUES (3, TG_OP);" + " RETURN NULL;");
    }
    if (dice_.chance(8)) {
      trigger("room", "BEFORE INSERT",
              "DELETE FROM " + table.name + " WHERE id = NEW.id; RETURN NEW;");
    }
    if (dice_.chance(6)) {
      trigger("no", "BEFORE DELETE", "IF OLD.n = 7 THEN RAISE 'no'; END IF; RETURN OLD;");
    }
  }

  std::string where() {
    switch (dice_.below(5)) {
      case 0:
        return " WHERE n = " + dice_.number(20);
      case 1:
        return " WHERE id < " + dice_.number(12);
      case 2:
        return "";
      default:
        return " WHERE id IN (" + dice_.number(20) + ", " + dice_.number(20) + ")";
    }
  }

  std::string insert() {
    const Table& table = dice_.pick(tables_);
    std::string columns = "note, n", values = "'" + dice_.word() + "', " + dice_.number(20);
    std::string tail;
    if (table.key.empty() || dice_.chance(50)) {
      columns += ", id";
      values += ", " + dice_.number(20);
    }
    if (table.unique && dice_.chance(70)) {
      columns += ", u";
      values += ", '" + dice_.word() + "'";
    }
    for (const std::string& parent : table.parents) {
      if (dice_.chance(30)) continue;
      columns += ", " + parent;
      values += ", (SELECT id FROM " + dice_.pick(tables_).name + " ORDER BY random() LIMIT 1)";
    }
    if (dice_.chance(25)) {
      tail = table.unique && dice_.chance(50)
                 ? " ON CONFLICT (u) DO UPDATE SET n = excluded.n, u = excluded.u || '+'"
             : dice_.chance(50) ? " ON CONFLICT DO NOTHING"
                                : " ON CONFLICT (id) DO UPDATE SET note = 'conflict', n = 0";
    }
    return "INSERT INTO " + table.name + " (" + columns + ")" +
           (table.always ? " OVERRIDING SYSTEM VALUE" : "") + " VALUES (" + values + ")" + tail;
  }

  std::string change() {
    const Table& table = dice_.pick(tables_);
    switch (dice_.below(8)) {
      case 0:
      case 1:
        return "DELETE FROM " + table.name + where();
      case 2:
        return "UPDATE " + table.name + " SET id = id + " + dice_.number(30) + where();
      case 3:
        return "UPDATE " + table.name + " SET id = " + dice_.number(20) +
               " WHERE id = " + dice_.number(20);
      case 4:
        if (table.unique) {
          return "UPDATE " + table.name + " SET u = '" + dice_.word() +
                 "' WHERE id = " + dice_.number(20);
        }
        [[fallthrough]];
      case 5:
        if (!table.parents.empty()) {
          return "UPDATE " + table.name + " SET " + dice_.pick(table.parents) +
                 " = (SELECT id FROM " + dice_.pick(tables_).name + " ORDER BY random() LIMIT 1)" +
                 where();
        }
        [[fallthrough]];
      default:
        return "UPDATE " + table.name + " SET n = n + 1, note = note || '" + dice_.word() + "'" +
               where();
    }
  }

  std::string with_queries() {
    const Table& a = dice_.pick(tables_);
    const Table& b = dice_.pick(tables_);
    if (dice_.chance(50)) {
      return "WITH u AS (UPDATE " + a.name + " SET n = n + 1" + where() + " RETURNING n) " +
             "DELETE FROM " + b.name + where();
    }
    if (dice_.chance(30)) {  // what went ends after what came
      return "WITH gone AS (DELETE FROM " + a.name + where() + " RETURNING id, n) INSERT INTO " +
             a.name +
             " (id, n, note) OVERRIDING SYSTEM VALUE SELECT id, n, 'again' FROM gone LIMIT " +
             dice_.number(3);
    }
    return "WITH gone AS (DELETE FROM " + a.name + where() + " RETURNING id, n) INSERT INTO " +
           b.name + " (n, note) SELECT n, 'moved' FROM gone";
  }

  std::string merge() {
    const Table& table = dice_.pick(tables_);
    const std::string by = dice_.number(3);
    return "MERGE INTO " + table.name + " AS t USING (SELECT i, (i * 7) % 20 AS j FROM" +
           " generate_series(1, 2 + " + dice_.number(20) + ") AS i) AS v ON t.id = v.j" +
           " WHEN MATCHED AND v.i % 4 = " + by + " THEN DELETE" +
           " WHEN MATCHED AND v.i % 4 = " + dice_.number(3) + " THEN UPDATE SET " +
           (dice_.chance(40) && !table.always ? "id = t.id + " + dice_.number(4) : "n = v.i") +
           " WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED AND v.i % 2 = 0 THEN" +
           " INSERT (id, n, note) OVERRIDING SYSTEM VALUE VALUES (v.j - " + dice_.number(5) +
           ", v.i, 'merged')";
  }

  std::string truncate() {
    const Table& table = dice_.pick(tables_);
    return "TRUNCATE " + table.name + (dice_.chance(30) ? " RESTART IDENTITY" : "") +
           (dice_.chance(50) ? " CASCADE" : "");
  }

  std::string sequence() {
    const Table& table = dice_.pick(tables_);
    switch (dice_.below(4)) {
      case 0:
        return "SELECT setval(pg_get_serial_sequence('" + table.name + "', 'id'), " +
               dice_.number(50) + ", " + (dice_.chance(50) ? "true" : "false") + ")";
      case 1:
        return "SELECT nextval('s.loose')";
      case 2:
        return "ALTER SEQUENCE s.loose RESTART WITH " + dice_.number(9);
      default:
        return "SELECT nextval(pg_get_serial_sequence('" + table.name + "', 'id'))";
    }
  }

  Dice& dice_;
  Log& log_;
  bool has_merge_ = false;
  std::vector<Table> tables_;
};

// A query that gives every row, byte for byte, and every sequence of schema s.
std::string state_query(Client& client) {
  return client.must(
      "SELECT 'SELECT coalesce(string_agg(v, chr(10) ORDER BY v COLLATE \"C\"), '''') FROM (' || "
      "string_agg(q,"
      " ' UNION ALL ') || ') AS q(v)' FROM (SELECT CASE relkind WHEN 'r' THEN format("
      "'SELECT %L || coalesce(encode(record_send(ROW(t.*)), ''hex''), '''') FROM ONLY %s AS t',"
      " relname || ' ', oid::regclass) ELSE format('SELECT %L || last_value || is_called FROM %s',"
      " relname || ' ', oid::regclass) END AS q FROM pg_class"
      " WHERE relnamespace = 's'::regnamespace AND relkind IN ('r', 'S')) AS q");
}

class Check {
 public:
  Check(const TestDatabase& database, uint64_t seed, bool as_owner, const std::string& owner,
        bool verbose)
      : database_(database),
        seed_(seed),
        dice_(seed),
        user_(as_owner ? database.conninfo() + " user=" + owner : database.conninfo()),
        as_owner_(as_owner),
        verbose_(verbose) {}

  // Runs that many sequences on one schema; gives how many of them changed something. Throws what
  // went wrong.
  int run(int sequences) {
    Client first(user_), second(user_);
    Client admin(database_.conninfo());
    admin.must("DROP SCHEMA IF EXISTS s CASCADE");
    first.must("CREATE SCHEMA s");
    World world(dice_, log_);
    world.make(first);
    schema_size_ = log_.size();
    {
      Connection connection({.dbname = user_});
      Transaction transaction(connection, Access::kReadWrite);
      take_baseline(transaction, "s");
      transaction.commit();
    }
    const std::string query = state_query(admin);
    const std::string before = admin.must(query);
    for (int i = 0; i < sequences; ++i) {
      log_.resize(schema_size_);
      change_randomly(world, first, second);
      if (admin.must(query) != before) ++changed_;
      const std::string error = dice_.pick(std::vector<Client*>{&first, &second})
                                    ->run("SELECT count(*) FROM resow.rewind()");
      if (!error.empty()) fail("rewind: " + error);
      const std::string after = admin.must(query);
      if (after != before) fail("before:\n" + before + "\nafter:\n" + after);
    }
    Connection connection({.dbname = user_});
    Transaction transaction(connection, Access::kReadWrite);
    drop_baseline(transaction, "s");
    transaction.commit();
    return changed_;
  }

 private:
  void change_randomly(World& world, Client& first, Client& second) {
    for (int i = dice_.between(1, 14); i > 0; --i) {
      Client& client = dice_.chance(70) ? first : second;
      std::string sql = world.statement();
      if (!client.in_transaction()) {
        if (dice_.chance(25)) client.run(note("BEGIN", client, first));
      } else if (dice_.chance(30)) {
        sql = dice_.pick(std::vector<std::string>{"COMMIT", "COMMIT", "ROLLBACK", "SAVEPOINT a",
                                                  "ROLLBACK TO a", "RELEASE a",
                                                  "SET CONSTRAINTS ALL DEFERRED"});
      }
      if (as_owner_ == false && dice_.chance(3))
        sql = "SET session_replication_role = replica; " + sql +
              "; SET session_replication_role = origin";
      const bool changes = sql.starts_with("INSERT") || sql.starts_with("UPDATE") ||
                           sql.starts_with("DELETE") || sql.starts_with("WITH");
      const bool savepoint = changes && client.in_transaction() && dice_.chance(80);
      if (savepoint) client.run(note("SAVEPOINT b", client, first));
      const std::string error = client.run(note(sql, client, first));
      if (!error.empty()) log_.back() += "  -- " + error.substr(0, error.find('\n'));
      if (savepoint && !error.empty()) client.run(note("ROLLBACK TO b", client, first));
    }
    for (Client* client : {&first, &second}) {
      if (client->in_transaction()) {
        client->run(note(dice_.chance(80) ? "COMMIT" : "ROLLBACK", *client, first));
      }
    }
  }

  std::string note(const std::string& sql, const Client& client, const Client& first) {
    log_.push_back((&client == &first ? "/* 1 */ " : "/* 2 */ ") + sql);
    if (verbose_) std::cerr << log_.back() << "\n";
    return sql;
  }

  [[noreturn]] void fail(const std::string& what) {
    std::string text = "seed " + std::to_string(seed_) + (as_owner_ ? " as the owner" : "") + "\n";
    for (const std::string& sql : log_) text += sql + ";\n";
    throw std::runtime_error(text + what);
  }

  const TestDatabase& database_;
  const uint64_t seed_;
  Dice dice_;
  const std::string user_;
  const bool as_owner_;
  const bool verbose_;
  Log log_;
  size_t schema_size_ = 0;
  int changed_ = 0;
};

constexpr int kSequencesOfSchema = 20;

int run(int argc, char** argv) {
  int sequences = 300;
  uint64_t seed = std::random_device{}();
  bool verbose = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--verbose") {
      verbose = true;
    } else if (argument == "--sequences" && i + 1 < argc) {
      sequences = std::atoi(argv[++i]);
    } else if (argument == "--seed" && i + 1 < argc) {
      seed = std::strtoull(argv[++i], nullptr, 10);
    } else {
      std::cerr << "rewind_property [--sequences N] [--seed N] [--verbose]\n";
      return 2;
    }
  }
  std::cout << "seed " << seed << "\n";
  const TestDatabase database;
  const std::string owner = database.name() + "_owner";
  database.psql("CREATE ROLE " + owner + " LOGIN; GRANT CREATE ON DATABASE " + database.name() +
                " TO " + owner);
  int failures = 0, done = 0, changed = 0;
  for (uint64_t schema = 0; done < sequences; ++schema, done += kSequencesOfSchema) {
    const bool as_owner = (seed + schema) % 3 == 0;
    try {
      changed += Check(database, seed + schema, as_owner, owner, verbose)
                     .run(std::min(kSequencesOfSchema, sequences - done));
    } catch (const std::exception& error) {
      std::cout << "FAILED: " << error.what() << "\n";
      ++failures;
      database.psql(
          "DROP SCHEMA IF EXISTS resow CASCADE; DROP EVENT TRIGGER IF EXISTS"
          " resow_altered; DROP EVENT TRIGGER IF EXISTS resow_dropped;"
          " DROP EVENT TRIGGER IF EXISTS resow_rewritten");
      if (failures == 5) break;
    }
  }
  database.psql("DROP OWNED BY " + owner + " CASCADE; DROP ROLE " + owner);
  std::cout << std::min(done, sequences) << " sequences, of which " << changed
            << " changed something; " << failures << " schemas failed\n";
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace resow::test_support

int main(int argc, char** argv) { return resow::test_support::run(argc, argv); }
