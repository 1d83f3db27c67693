#include "runner/baseline/table_sql.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string_view>

#include "runner/sql_text.h"

namespace resow {
namespace {

// Does what the functions say and nothing of what a search_path might say. What a statement trigger
// runs costs every statement of the test: it has no SET clause, so that each name is qualified.
constexpr const char* kNextNumber = "pg_catalog.nextval('resow.number'::pg_catalog.regclass)";
// The setting lists the schemas that are being rewound, or brought to another state, with blanks
// around each.
constexpr const char* kNotRewinding =
    "(pg_catalog.strpos(pg_catalog.current_setting('resow.rewinding', true), ' {} ')"
    " OPERATOR(pg_catalog.>) 0) IS NOT TRUE";

struct JournalColumn {
  std::string name;     // quoted
  std::string journal;  // c1
  std::string base;     // its value in the journal's type: t."x", with a cast where it is a domain
  bool key = false, writable = true, updatable = true, has_send = true;
};

struct Parts {
  const Connection& connection;
  const Relation& relation;
  const TrackedTable& table;
  Oid schema;
  std::string name;  // the table, with ONLY where it has inheritance children
  std::string id;    // its oid
  std::vector<JournalColumn> columns;
  std::vector<std::string> equal;  // of the key's columns, in the order of the key
  std::vector<JournalColumn> key;
};

// The type beneath a domain: rows that were added leave the journal's other columns NULL, which a
// domain may forbid.
std::string base_cast(const Connection& connection, const Catalog& catalog, Oid oid) {
  const Type* type = &catalog.types.at(oid);
  if (type->kind != TypeKind::kDomain) return "";
  while (type->kind == TypeKind::kDomain) type = &catalog.types.at(type->base);
  return "::" + connection.quote_name(type->schema, type->name);
}

Parts parts_of(const Connection& connection, const Catalog& catalog, const TrackedTable& table,
               Oid schema, const TypeFacts& facts) {
  const Relation& relation = catalog.relations[table.relation];
  Parts parts{connection,
              relation,
              table,
              schema,
              only_table(connection, relation),
              std::to_string(relation.oid),
              {},
              {},
              {}};
  std::vector<ColumnNumber> key;
  if (table.key) {
    key = relation.unique_keys[*table.key].columns;
    parts.equal = facts.equal.at(relation.unique_keys[*table.key].index);
  }
  for (const ColumnNumber number : journal_columns(relation, table)) {
    const Column& column = *relation.column(number);
    JournalColumn own;
    own.name = connection.quote_name(column.name);
    own.journal = fmt::format("c{}", number);
    own.base = own.name + base_cast(connection, catalog, column.type);
    own.key = std::count(key.begin(), key.end(), number) > 0;
    own.writable = !column.generated;
    own.updatable = !column.generated && column.identity != Identity::kAlways;
    const auto send = facts.has_send.find(column.type);
    own.has_send = send == facts.has_send.end() || send->second;
    parts.columns.push_back(std::move(own));
  }
  for (const ColumnNumber number : key) {
    parts.key.push_back(*std::find_if(
        parts.columns.begin(), parts.columns.end(),
        [&](const JournalColumn& column) { return column.journal == fmt::format("c{}", number); }));
  }
  return parts;
}

template <typename Write>
std::string list(const std::vector<JournalColumn>& columns, Write write,
                 std::string_view between = ", ") {
  std::string text;
  for (const JournalColumn& column : columns) {
    const std::string item = write(column);
    if (item.empty()) continue;
    if (!text.empty()) text += between;
    text += item;
  }
  return text;
}

std::string journal_names(const std::vector<JournalColumn>& columns,
                          const std::string& alias = "") {
  return list(columns, [&](const JournalColumn& c) { return alias + c.journal; });
}

// t."a", t."b"::base
std::string values(const std::vector<JournalColumn>& columns, const std::string& alias) {
  return list(columns, [&](const JournalColumn& c) { return alias + c.base; });
}

// t."id" = f.c1 AND ...: the index's own idea of equality.
std::string same_key(const Parts& parts, const std::string& left,
                     const std::function<std::string(const JournalColumn&)>& right) {
  std::string text;
  for (size_t i = 0; i < parts.key.size(); ++i) {
    if (i != 0) text += " AND ";
    text += left + parts.key[i].name + " " + parts.equal[i] + " " + right(parts.key[i]);
  }
  return text;
}

std::string same_key_as_journal(const Parts& parts) {
  return same_key(parts, "t.", [](const JournalColumn& c) { return "f." + c.journal; });
}

std::string function_sql(const Connection& connection, const std::string& head,
                         const std::string& body) {
  // Columns of the user's, which always come with an alias, may be called as our variables are.
  return "CREATE FUNCTION " + head + " AS " +
         connection.quote_literal("\n#variable_conflict use_variable\n" + body);
}

std::string journal_sql(const Parts& parts) {
  return fmt::format(
      "CREATE UNLOGGED TABLE resow.journal_{} WITH (autovacuum_enabled = false) AS"
      " SELECT NULL::pg_catalog.int8 AS number, NULL::pg_catalog.bool AS added{}{}"
      " FROM {} AS t WITH NO DATA",
      parts.id, parts.columns.empty() ? "" : ", ",
      list(parts.columns,
           [](const JournalColumn& c) { return "t." + c.base + " AS " + c.journal; }),
      parts.name);
}

// One row for a statement that changed something: who did it, and that the table is not as it was.
// `mixed`: whether its entries tell both of what went and of what came, whatever its operation is.
std::string change_sql(const Parts& parts, const std::string& mixed, const std::string& count,
                       const std::string& from) {
  return fmt::format(
      "  INSERT INTO resow.change_{} AS c (number, relation, operation, mixed, rows, pid,"
      " application_name, test, at)\n"
      "  SELECT {}, {}, TG_OP, {}, {}, pg_catalog.pg_backend_pid(),\n"
      "         pg_catalog.current_setting('application_name'),\n"
      "         pg_catalog.current_setting('resow.test', true), pg_catalog.clock_timestamp()\n"
      "  {}RETURNING c.number INTO n;\n",
      parts.schema, kNextNumber, parts.id, mixed, count, from);
}

std::string count_sql(const Parts& parts, bool mixed, const std::string& rows) {
  return change_sql(parts, mixed ? "true" : "false", "pg_catalog.count(*)",
                    "FROM " + rows + " HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 0 ") +
         "  IF n IS NULL THEN RETURN NULL; END IF;\n";
}

std::string old_rows_sql(const Parts& parts) {
  return fmt::format(
      "  INSERT INTO resow.journal_{0} (number, added, {1})\n"
      "  SELECT n, false, {2} FROM resow_old AS o;\n",
      parts.id, journal_names(parts.columns), values(parts.columns, "o."));
}

// What is kept of a new row.
const std::vector<JournalColumn>& identity(const Parts& parts) {
  return parts.table.whole_rows ? parts.columns : parts.key;
}

std::string new_rows_sql(const Parts& parts, const std::string& where) {
  return fmt::format(
      "  INSERT INTO resow.journal_{0} (number, added, {1})\n"
      "  SELECT n, true, {2} FROM resow_new AS a{3};\n",
      parts.id, journal_names(identity(parts)), values(identity(parts), "a."), where);
}

std::string truncate_sql(const Parts& parts) {
  return "  IF TG_OP OPERATOR(pg_catalog.=) 'TRUNCATE' THEN\n" +
         fmt::format(
             "    IF pg_catalog.current_setting('transaction_isolation') OPERATOR(pg_catalog.=)"
             " ANY ('{{repeatable read,serializable}}'::pg_catalog.text[]) THEN\n"
             "      PERFORM resow.require_sight({}, {});\n"
             "    END IF;\n",
             parts.schema, parts.connection.quote_literal(display_name(parts.relation))) +
         "    EXECUTE pg_catalog.format('SELECT pg_catalog.count(*) FROM ONLY %I.%I',"
         " TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO many;\n"
         "    IF many OPERATOR(pg_catalog.=) 0 THEN RETURN NULL; END IF;\n" +
         change_sql(parts, parts.table.whole_rows ? "true" : "false", "many", "") +
         fmt::format(
             "    EXECUTE pg_catalog.format({}, n, TG_TABLE_SCHEMA, TG_TABLE_NAME);\n"
             "    RETURN NULL;\n"
             "  END IF;\n",
             parts.connection.quote_literal(fmt::format(
                 "INSERT INTO resow.journal_{} (number, added, {}) SELECT %s, false, {} FROM ONLY"
                 " %I.%I AS o",
                 parts.id, journal_names(parts.columns), [&] {
                   // Within a format of format().
                   std::string text;
                   for (const char c : values(parts.columns, "o.")) {
                     text += c == '%' ? std::string("%%") : std::string(1, c);
                   }
                   return text;
                 }())));
}

// Whether entry f tells of the statement that row t came with, and not of an earlier one: it was
// written by the same transaction, by a command that began later than the row's.
constexpr const char* kSameStatement =
    "f.xmin OPERATOR(pg_catalog.=) t.xmin AND f.cmin::pg_catalog.text::pg_catalog.int8"
    " OPERATOR(pg_catalog.>) t.cmin::pg_catalog.text::pg_catalog.int8";

// A row that went while one with its key came in the same statement: MERGE, and queries in WITH,
// tell of what came first. The row that went was there before: it takes the other's number, and
// stands before it.
std::string went_first_sql(const Parts& parts, const std::string& condition) {
  return fmt::format(
      "    IF EXISTS (SELECT FROM resow_old AS o CROSS JOIN LATERAL (SELECT FROM {0} AS t"
      " WHERE {1}{2} LIMIT 1) AS again) THEN\n"
      "      UPDATE resow.journal_{3} AS f SET number = came.number\n"
      "      FROM (SELECT pg_catalog.max(f.number) AS number, {4} FROM resow.journal_{3} AS f"
      " JOIN {0} AS t ON {5}\n"
      "        WHERE f.added AND f.number OPERATOR(pg_catalog.<) n AND {7} GROUP BY {4}) AS came\n"
      "      WHERE f.number OPERATOR(pg_catalog.=) n AND NOT f.added AND {6};\n"
      "    END IF;\n",
      parts.name, same_key(parts, "t.", [](const JournalColumn& c) { return "o." + c.name; }),
      condition, parts.id, journal_names(parts.key, "f."), same_key_as_journal(parts),
      [&] {
        std::string same;
        for (size_t i = 0; i < parts.key.size(); ++i) {
          if (i != 0) same += " AND ";
          same +=
              "came." + parts.key[i].journal + " " + parts.equal[i] + " f." + parts.key[i].journal;
        }
        return same;
      }(),
      kSameStatement);
}

std::string note_statements(const Parts& parts) {
  // A row whose key was there before has not come.
  const std::string unknown =
      !parts.table.whole_rows
          ? "\n  WHERE NOT EXISTS (SELECT FROM resow_old AS o WHERE " +
                same_key(parts, "o.", [](const JournalColumn& c) { return "a." + c.name; }) + ")"
          : "";
  std::string moved, deleted;
  if (!parts.table.whole_rows) {
    const std::string elsewhere =
        " AND NOT EXISTS (SELECT FROM resow_new AS a WHERE " +
        same_key(parts, "a.", [](const JournalColumn& c) { return "o." + c.name; }) + ")";
    moved =
        "    GET DIAGNOSTICS many = ROW_COUNT;\n"
        "    IF many OPERATOR(pg_catalog.>) 0 THEN\n" +
        fmt::format(
            "      UPDATE resow.change_{} AS c SET mixed = true"
            " WHERE c.number OPERATOR(pg_catalog.=) n;\n",
            parts.schema) +
        went_first_sql(parts, elsewhere) + "    END IF;\n";
    deleted = "  ELSE\n" + went_first_sql(parts, "");
  }
  return "DECLARE\n  n pg_catalog.int8; many pg_catalog.int8;\nBEGIN\n" + truncate_sql(parts) +
         "  IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN\n" +
         count_sql(parts, false, "resow_new") + new_rows_sql(parts, "") + "  ELSE\n" +
         count_sql(parts, parts.table.whole_rows, "resow_old") + old_rows_sql(parts) +
         "  IF TG_OP OPERATOR(pg_catalog.=) 'UPDATE' THEN\n" + new_rows_sql(parts, unknown) +
         moved + deleted + "  END IF;\n  END IF;\n  RETURN NULL;\nEND";
}

std::string note_rows(const Parts& parts) {
  const auto row = [&](const char* added, const std::vector<JournalColumn>& columns,
                       const std::string& alias) {
    return fmt::format("    INSERT INTO resow.journal_{} (number, added, {}) SELECT n, {}, {};\n",
                       parts.id, journal_names(columns), added, values(columns, alias));
  };
  return "DECLARE\n  n pg_catalog.int8; many pg_catalog.int8;\nBEGIN\n" + truncate_sql(parts) +
         change_sql(parts, "TG_OP OPERATOR(pg_catalog.<>) 'INSERT'", "1", "") +
         "  IF TG_OP OPERATOR(pg_catalog.<>) 'INSERT' THEN\n" +
         row("false", parts.columns, "OLD.") +
         "  END IF;\n  IF TG_OP OPERATOR(pg_catalog.<>) 'DELETE' THEN\n" +
         row("true", identity(parts), "NEW.") + "  END IF;\n  RETURN NULL;\nEND";
}

// All of a row's values as bytes: exact for every type, where "=" is not.
std::string image(const Parts& parts, const std::string& alias, bool journal) {
  return "pg_catalog.record_send(ROW(" +
         list(parts.columns,
              [&](const JournalColumn& c) {
                return alias + (journal ? c.journal : c.base) +
                       (c.has_send ? "" : "::pg_catalog.text");
              }) +
         "))";
}

std::string journal_images(const Parts& parts) {
  return fmt::format("(SELECT j.*, {} AS image FROM resow.journal_{} AS j)",
                     image(parts, "j.", true), parts.id);
}

// Where order is known: the first entry of each key says what was there before, or that nothing
// was.
std::string first_by_order(const Parts& parts) {
  const std::string key = journal_names(parts.key, "j.");
  return fmt::format(
      "(SELECT DISTINCT ON ({0}) j.* FROM resow.journal_{1} AS j ORDER BY {0}, j.number, j.added,"
      " j.ctid)",
      key, parts.id);
}

// Else by counting: what went more often than it came was there before.
std::string first_by_count(const Parts& parts) {
  return fmt::format(
      "(SELECT DISTINCT ON ({0}) n.many > 0 AS added, {1} FROM (\n"
      "      SELECT DISTINCT ON (j.image) j.*,\n"
      "        pg_catalog.sum(CASE WHEN j.added THEN 1 ELSE -1 END) OVER (PARTITION BY j.image)"
      " AS many\n"
      "      FROM {2} AS j ORDER BY j.image) AS n\n"
      "    WHERE n.many <> 0 ORDER BY {0}, n.many)",
      journal_names(parts.key, "n."), journal_names(parts.columns, "n."), journal_images(parts));
}

std::string first_entries(const Parts& parts) {
  return parts.table.whole_rows ? first_by_count(parts) : first_by_order(parts);
}

std::string writable(const std::vector<JournalColumn>& columns, const std::string& alias,
                     bool journal) {
  return list(columns, [&](const JournalColumn& c) {
    if (!c.writable) return std::string();
    return alias + (journal ? c.journal : c.name);
  });
}

// One statement for each part, so that the first entries are found once, and foreign keys among the
// rows of the table are checked when all are as they were. What was added goes first and what has
// changed is put back next, which makes room for what comes back: each waits for the other's count.
std::string first_cte(const Parts& parts) {
  return "    WITH f AS MATERIALIZED " + first_entries(parts);
}

std::string gone_cte(const Parts& parts) {
  return fmt::format(
      ",\n    gone AS (DELETE FROM {} AS t USING f WHERE f.added AND {} RETURNING 1)", parts.name,
      same_key_as_journal(parts));
}

// Sets rows back to those of `from`; "" where there is nothing that could be set.
std::string put_back_statement(const Parts& parts, const std::string& from,
                               const std::string& condition) {
  const auto each = [&](const std::function<std::string(const JournalColumn&)>& write) {
    return list(parts.columns,
                [&](const JournalColumn& c) { return c.updatable ? write(c) : std::string(); });
  };
  const std::string set = each([](const JournalColumn& c) { return c.name + " = f." + c.journal; });
  if (set.empty()) return "";
  return fmt::format(
      "UPDATE {} AS t SET {} FROM {} AS f\n"
      "      WHERE NOT f.added AND {}\n"
      "        AND pg_catalog.record_image_ne(ROW({}), ROW({})){}",
      parts.name, set, from, same_key_as_journal(parts),
      each([](const JournalColumn& c) { return "t." + c.base; }),
      each([](const JournalColumn& c) { return "f." + c.journal; }), condition);
}

std::string changed_cte(const Parts& parts, const std::string& wait) {
  const std::string update = put_back_statement(parts, "f", wait);
  if (update.empty()) return ",\n    put AS (SELECT 1 FROM f WHERE false)";
  return ",\n    put AS (" + update + " RETURNING 1)";
}

std::string insert_cte(const Parts& parts, const std::string& condition, const std::string& wait) {
  return fmt::format(
      ",\n    back AS (INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE\n"
      "      SELECT {} FROM f WHERE NOT f.added{}{} RETURNING 1)",
      table_name(parts.connection, parts.relation), writable(parts.columns, "", false),
      writable(parts.columns, "f.", true), condition, wait);
}

std::string after(const char* cte) {
  return fmt::format(" AND (SELECT pg_catalog.count(*) FROM {}) >= 0", cte);
}

std::string missing(const Parts& parts) {
  return fmt::format(" AND NOT EXISTS (SELECT FROM {} AS t WHERE {})", parts.name,
                     same_key_as_journal(parts));
}

std::string count_of(const char* cte) {
  return fmt::format("(SELECT pg_catalog.count(*) FROM {})", cte);
}

std::string undo_gone(const Parts& parts) {
  return first_cte(parts) + gone_cte(parts) + "\n    SELECT " + count_of("gone") + " INTO added;\n";
}

std::string undo_back(const Parts& parts) {
  return first_cte(parts) + changed_cte(parts, "") +
         insert_cte(parts, missing(parts), after("put")) + "\n    SELECT " + count_of("put") +
         ", " + count_of("back") + " INTO changed, deleted;\n";
}

std::string undo_all(const Parts& parts) {
  return first_cte(parts) + gone_cte(parts) + changed_cte(parts, after("gone")) +
         insert_cte(parts, missing(parts), after("put") + after("gone")) + "\n    SELECT " +
         count_of("gone") + ", " + count_of("put") + ", " + count_of("back") +
         " INTO added, changed, deleted;\n";
}

// Where nothing fires: all touched rows go, the first ones come back.
std::string undo_replace(const Parts& parts) {
  return first_cte(parts) +
         fmt::format(",\n    gone AS (DELETE FROM {} AS t USING f WHERE {} RETURNING f.added)",
                     parts.name, same_key_as_journal(parts)) +
         insert_cte(parts, "", after("gone")) +
         "\n    SELECT g.added, g.changed, b.many - g.changed INTO added, changed, deleted\n"
         "    FROM (SELECT pg_catalog.count(*) FILTER (WHERE gone.added),\n"
         "      pg_catalog.count(*) FILTER (WHERE NOT gone.added) FROM gone) AS g(added, "
         "changed),\n"
         "      " +
         count_of("back") + " AS b(many);\n";
}

// Without a key rows are counted: where more of the same came than went, so many go.
std::string delete_surplus(const Parts& parts) {
  return fmt::format(
      "    WITH surplus AS MATERIALIZED (\n"
      "      SELECT j.image, pg_catalog.count(*) FILTER (WHERE j.added)\n"
      "        - pg_catalog.count(*) FILTER (WHERE NOT j.added) AS many\n"
      "      FROM {0} AS j GROUP BY j.image),\n"
      "    chosen AS (SELECT q.place, q.part FROM (\n"
      "        SELECT t.ctid AS place, t.tableoid AS part, s.many,\n"
      "          pg_catalog.row_number() OVER (PARTITION BY s.image) AS nth\n"
      "        FROM {1} AS t JOIN surplus AS s ON s.many > 0 AND s.image = {2}) AS q\n"
      "      WHERE q.nth <= q.many)\n"
      "    DELETE FROM {1} AS t USING chosen AS q WHERE t.ctid = q.place AND t.tableoid = q.part;\n"
      "    GET DIAGNOSTICS added = ROW_COUNT;\n",
      journal_images(parts), parts.name, image(parts, "t.", false));
}

std::string insert_missing(const Parts& parts) {
  return fmt::format(
      "    INSERT INTO {0} ({1}) OVERRIDING SYSTEM VALUE\n"
      "    SELECT {2} FROM (\n"
      "      SELECT j.*, pg_catalog.row_number() OVER (PARTITION BY j.image, j.added) AS nth,\n"
      "        pg_catalog.count(*) FILTER (WHERE NOT j.added) OVER (PARTITION BY j.image)\n"
      "        - pg_catalog.count(*) FILTER (WHERE j.added) OVER (PARTITION BY j.image) AS many\n"
      "      FROM {3} AS j) AS f\n"
      "    WHERE NOT f.added AND f.nth <= f.many;\n"
      "    GET DIAGNOSTICS deleted = ROW_COUNT;\n",
      table_name(parts.connection, parts.relation), writable(parts.columns, "", false),
      writable(parts.columns, "f.", true), journal_images(parts));
}

std::string empty_journal(const Parts& parts) {
  return "  IF part <> 'back' THEN\n" + empty_sql("resow.journal_" + parts.id, "", "") +
         "  END IF;\n";
}

// Most tests do no more than one kind of thing to most of the tables that they touch. Then one
// plain statement is enough, and takes a fraction of what the others do.
std::string undo_came(const Parts& parts) {
  return fmt::format(
      "    DELETE FROM {} AS t USING resow.journal_{} AS f WHERE {};\n"
      "    GET DIAGNOSTICS added = ROW_COUNT;\n",
      parts.name, parts.id, same_key_as_journal(parts));
}

// Rows that were changed and kept their keys are all there.
std::string undo_changed(const Parts& parts) {
  const std::string update = put_back_statement(parts, first_entries(parts), "");
  if (update.empty()) return "    NULL;\n";
  return "    " + update + ";\n    GET DIAGNOSTICS changed = ROW_COUNT;\n";
}

// Rows that went, and of which none came again: each has one entry.
std::string undo_went(const Parts& parts) {
  return fmt::format(
      "    INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM resow.journal_{} AS f;\n"
      "    GET DIAGNOSTICS deleted = ROW_COUNT;\n",
      table_name(parts.connection, parts.relation), writable(parts.columns, "", false),
      writable(parts.columns, "f.", true), parts.id);
}

std::string undo_by_key(const Parts& parts) {
  std::string sql = "  IF part = 'came' THEN\n" + undo_came(parts);
  if (!parts.table.whole_rows) {
    sql += "  ELSIF part = 'changed' THEN\n" + undo_changed(parts) +
           "  ELSIF part = 'went' THEN\n" + undo_went(parts);
  }
  return sql + "  ELSIF part = 'all' THEN\n" + undo_all(parts) + "  ELSIF part = 'back' THEN\n" +
         undo_back(parts) + "  ELSIF part = 'gone' THEN\n" + undo_gone(parts) + "  ELSE\n" +
         undo_replace(parts) + "  END IF;\n";
}

std::string undo_by_values(const Parts& parts) {
  return delete_surplus(parts) + "  IF part <> 'came' THEN\n" + insert_missing(parts) +
         "  END IF;\n";
}

// What is undone, and how: 'came', 'changed', 'went' where the journal tells of nothing else;
// 'back': what went comes back and what changed is as it was, and 'gone' has to follow, by which
// goes what came; 'all': both in one; 'replace': both, for when nothing fires.
std::string undo_function(const Parts& parts) {
  return "DECLARE\n"
         "  added pg_catalog.int8 := 0; changed pg_catalog.int8 := 0;"
         " deleted pg_catalog.int8 := 0;\n" +
         std::string(kEmptyingVariables) + "BEGIN\n" +
         (parts.key.empty() ? undo_by_values(parts) : undo_by_key(parts)) + empty_journal(parts) +
         "  RETURN ARRAY[added, changed, deleted];\nEND";
}

void add_triggers(const Parts& parts, const Relation& member,
                  std::vector<std::string>& statements) {
  const std::string on = " ON " + table_name(parts.connection, member);
  std::vector<std::string> names;
  const auto add = [&](const std::string& name, const std::string& when,
                       const std::string& referencing, const std::string& level) {
    names.push_back(name);
    statements.push_back("CREATE TRIGGER " + parts.connection.quote_name(name) + " " + when + on +
                         referencing + " FOR EACH " + level + " WHEN (" +
                         fmt::format(kNotRewinding, parts.schema) +
                         ") EXECUTE FUNCTION resow.note_" + parts.id + "()");
  };
  if (parts.table.row_triggers) {
    add("resow_row", "AFTER INSERT OR UPDATE OR DELETE", "", "ROW");
  } else {
    add("resow_insert", "AFTER INSERT", " REFERENCING NEW TABLE AS resow_new", "STATEMENT");
    add("resow_update", "AFTER UPDATE",
        " REFERENCING OLD TABLE AS resow_old NEW TABLE AS resow_new", "STATEMENT");
    add("resow_delete", "AFTER DELETE", " REFERENCING OLD TABLE AS resow_old", "STATEMENT");
  }
  add("resow_truncate", "BEFORE TRUNCATE", "", "STATEMENT");
  std::string always = "ALTER TABLE " + table_name(parts.connection, member);
  for (const std::string& name : names) {
    always += (&name == &names.front() ? " " : ", ") + std::string("ENABLE ALWAYS TRIGGER ") +
              parts.connection.quote_name(name);
  }
  statements.push_back(std::move(always));
}

}  // namespace

std::string empty_sql(const std::string& table, const std::string& rows,
                      const std::string& after_truncate) {
  return fmt::format(
      "  size := pg_relation_size('{0}');\n"
      "  IF size <= {1} THEN\n"
      "    DELETE FROM {0}{3};\n"
      "    GET DIAGNOSTICS emptied = ROW_COUNT;\n"
      "  END IF;\n"
      "  IF size > least({1}, {2} + 1024 * emptied) THEN\n"
      "    TRUNCATE {0};\n"
      "    {4}\n"
      "  END IF;\n",
      table, kLargeJournal, kWornJournal, rows, after_truncate);
}

std::vector<std::string> tracking_sql(const Connection& connection, const Catalog& catalog,
                                      const TrackedTable& table, Oid schema,
                                      const TypeFacts& facts) {
  const Parts parts = parts_of(connection, catalog, table, schema, facts);
  std::vector<std::string> statements;
  statements.push_back(journal_sql(parts));
  statements.push_back(function_sql(
      connection, "resow.note_" + parts.id + "() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER",
      table.row_triggers ? note_rows(parts) : note_statements(parts)));
  statements.push_back(function_sql(
      connection,
      fmt::format("resow.undo_{}(part pg_catalog.text) RETURNS pg_catalog.int8[] LANGUAGE plpgsql"
                  "{}",
                  parts.id, parts.key.empty() ? " SET enable_hashjoin = on" : ""),
      undo_function(parts)));
  for (const size_t member : table.members) {
    add_triggers(parts, catalog.relations[member], statements);
  }
  statements.push_back("REVOKE ALL ON FUNCTION resow.note_" + parts.id + "() FROM PUBLIC");
  return statements;
}

}  // namespace resow
