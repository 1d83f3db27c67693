#include "runner/catalog/queries.h"

#include <string_view>

#include "runner/catalog/exact_sql.h"

namespace resow::catalog_queries {
namespace {

std::string only_if(bool wanted, std::string_view sql, std::string_view otherwise = "") {
  return std::string(wanted ? sql : otherwise);
}

}  // namespace

std::string schemas() {
  return exact(
      "SELECT @current_database(), CURRENT_USER, n.oid, n.nspname,"
      " @has_schema_privilege(n.oid, 'USAGE'),"
      " CASE WHEN n.nspname == 'resow'::@name THEN @starts_with("
      "COALESCE(@obj_description(n.oid, 'pg_namespace'), ''), 'resow:') ELSE false END"
      " FROM @pg_namespace n");
}

std::string extension_members() {
  return exact(
      "SELECT d.classid, d.objid, e.extname"
      " FROM @pg_extension e"
      " JOIN @pg_depend d ON d.refclassid == #pg_extension AND d.refobjid == e.oid"
      " WHERE d.deptype == 'e'::@\"char\""
      " AND d.classid == ANY (ARRAY[#pg_class , #pg_namespace , #pg_type ])");
}

// Rights are asked for where there are any to ask about: an owner's table that nobody granted or
// revoked anything on has them all.
std::string relations(ChosenBy chosen, CatalogDetail detail) {
  const bool all = detail == CatalogDetail::kAll;
  return exact(
      "SELECT c.oid, c.relnamespace, c.relname, c.relkind, c.relpersistence, c.relispartition,"
      " c.relrowsecurity, c.relforcerowsecurity,"
      " CASE WHEN c.relrowsecurity THEN @row_security_active(c.oid) ELSE false END,"
      " c.reltuples::@int8, c.relpages, @pg_has_role(c.relowner, 'USAGE'),"
      " CASE WHEN c.relacl IS NULL AND @pg_has_role(c.relowner, 'USAGE') THEN NULL ELSE"
      " ARRAY[@has_table_privilege(c.oid, 'SELECT'), @has_table_privilege(c.oid, 'INSERT'),"
      " @has_table_privilege(c.oid, 'UPDATE'), @has_table_privilege(c.oid, 'DELETE'),"
      " @has_table_privilege(c.oid, 'TRUNCATE')] END,"
      " c.relhastriggers, c.relhasrules" +
      only_if(all,
              ", CASE WHEN c.relispartition THEN @pg_get_expr(c.relpartbound, c.oid) END,"
              " CASE WHEN c.relkind == 'p'::@\"char\" THEN @pg_get_partkeydef(c.oid) END,"
              " t.description",
              ", NULL, NULL, NULL") +
      " FROM $wanted"
      " JOIN @pg_class c ON " +
      only_if(chosen == ChosenBy::kSchema, "c.relnamespace == wanted.oid", "c.oid == wanted.oid") +
      only_if(all,
              " LEFT JOIN @pg_description t"
              " ON t.objoid == c.oid AND t.classoid == #pg_class AND t.objsubid == 0") +
      " WHERE c.relkind == ANY ('{r,p,f,v,m}'::@\"char\"[])");
}

std::string inheritance() {
  return exact("SELECT i.inhrelid, i.inhparent FROM @pg_inherits i ORDER BY i.inhseqno");
}

// Those to a relation have no index of their own; the server's dependencies have one, which is
// worth its detour where the relations are few among many. A foreign key to a partitioned table has
// a copy for each of its partitions; these say nothing new. One of a partitioned table has a copy
// for each of its partitions as well, and these are kept.
std::string foreign_keys(Amount amount) {
  return exact(
      "SELECT k.oid, k.conname, k.conrelid, k.conkey, k.confrelid, k.confkey, k.confmatchtype,"
      " k.confdeltype, k.confupdtype, k.condeferrable, k.condeferred, k.convalidated,"
      " k.conparentid != '0'::@oid"
      " FROM " +
      only_if(amount == Amount::kFew,
              "(SELECT f.oid FROM $wanted"
              " JOIN @pg_constraint f ON f.conrelid == wanted.oid"
              " UNION SELECT d.objid FROM $wanted"
              " JOIN @pg_depend d ON d.refclassid == #pg_class AND d.refobjid == wanted.oid"
              " WHERE d.classid == #pg_constraint ) AS candidate"
              " JOIN @pg_constraint k ON k.oid == candidate.oid"
              " WHERE k.contype == 'f'::@\"char\"",
              "@pg_constraint k WHERE k.contype == 'f'::@\"char\""
              " AND (k.conrelid == ANY (SELECT @unnest($1::@oid[]))"
              " OR k.confrelid == ANY (SELECT @unnest($1::@oid[])))") +
      " AND CASE WHEN k.conparentid == '0'::@oid THEN true ELSE k.conrelid !="
      " (SELECT p.conrelid FROM @pg_constraint p WHERE p.oid == k.conparentid) END");
}

// A default refers to no column, unless it is what a generated column is made of; without a
// relation it is read faster.
std::string columns(CatalogDetail detail) {
  const bool all = detail == CatalogDetail::kAll;
  return exact(
      "SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull,"
      " a.attidentity, a.attgenerated, a.attcollation" +
      only_if(all,
              ", @pg_get_expr(f.adbin, CASE WHEN a.attgenerated == ''::@\"char\" THEN '0'::@oid"
              " ELSE f.adrelid END), t.description",
              ", NULL, NULL") +
      " FROM $wanted"
      " JOIN @pg_attribute a ON a.attrelid == wanted.oid" +
      only_if(all,
              " LEFT JOIN @pg_attrdef f ON f.adrelid == a.attrelid AND f.adnum == a.attnum"
              " LEFT JOIN @pg_description t ON t.objoid == a.attrelid"
              " AND t.classoid == #pg_class AND t.objsubid == a.attnum::@int4") +
      " WHERE a.attnum OPERATOR(pg_catalog.>) '0'::@int2 AND NOT a.attisdropped");
}

std::string sequences() {
  return exact(
      "SELECT u.relation, u.number, u.owned, s.seqrelid, n.nspname, c.relname, s.seqstart,"
      " s.seqincrement, s.seqmin, s.seqmax, s.seqcycle, @pg_has_role(c.relowner, 'USAGE')"
      " FROM (SELECT d.refobjid, d.refobjsubid, true, d.objid"
      "  FROM $wanted"
      "  JOIN @pg_depend d ON d.refclassid == #pg_class AND d.refobjid == wanted.oid"
      "  WHERE d.classid == #pg_class AND d.refobjsubid OPERATOR(pg_catalog.>) 0"
      "  AND d.deptype == ANY ('{a,i}'::@\"char\"[])"
      "  UNION ALL"
      "  SELECT f.adrelid, f.adnum, false, d.refobjid"
      "  FROM $wanted"
      "  JOIN @pg_attrdef f ON f.adrelid == wanted.oid"
      "  JOIN @pg_depend d ON d.classid == #pg_attrdef AND d.objid == f.oid"
      "  WHERE d.refclassid == #pg_class) AS u(relation, number, owned, sequence)"
      " JOIN @pg_sequence s ON s.seqrelid == u.sequence"
      " JOIN @pg_class c ON c.oid == s.seqrelid"
      " JOIN @pg_namespace n ON n.oid == c.relnamespace"
      " ORDER BY u.relation, u.number, s.seqrelid");
}

std::string indexes(CatalogDetail detail, Version version) {
  return exact(
      "SELECT i.indrelid, i.indexrelid, c.relname, i.indkey, i.indnkeyatts, i.indisunique,"
      " i.indisprimary, i.indisexclusion, i.indimmediate, i.indisvalid, i.indpred IS NOT NULL, " +
      only_if(version.has_nulls_not_distinct(), "i.indnullsnotdistinct", "false") +
      ", k.oid, k.conname, k.conkey, k.condeferred" +
      only_if(detail == CatalogDetail::kAll,
              ", @pg_get_expr(i.indpred, i.indrelid),"
              " CASE WHEN i.indexprs IS NULL OR NOT i.indisunique THEN NULL ELSE"
              " ARRAY(SELECT @pg_get_indexdef(i.indexrelid, n, false)"
              " FROM @generate_series(1, i.indnkeyatts::@int4) AS n"
              " WHERE i.indkey[n OPERATOR(pg_catalog.-) 1] == '0'::@int2 ORDER BY n) END,"
              " CASE WHEN i.indisunique AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)"
              " THEN @pg_get_indexdef(i.indexrelid) END,"
              " CASE WHEN i.indisexclusion THEN @pg_get_constraintdef(k.oid) END",
              ", NULL, NULL, NULL, NULL") +
      " FROM $wanted"
      " JOIN @pg_index i ON i.indrelid == wanted.oid"
      " JOIN @pg_class c ON c.oid == i.indexrelid"
      " LEFT JOIN @pg_constraint k ON k.conrelid == i.indrelid AND k.conindid == i.indexrelid"
      " AND k.contype == ANY ('{p,u,x}'::@\"char\"[])");
}

std::string checks() {
  return exact(
      "SELECT k.conrelid, k.conname, k.oid, k.conkey, k.convalidated, k.connoinherit,"
      " @md5(k.conbin::@text)"
      " FROM $wanted"
      " JOIN @pg_constraint k ON k.conrelid == wanted.oid"
      " WHERE k.contype == 'c'::@\"char\"");
}

std::string check_expressions() {
  return exact(
      "SELECT k.oid, @pg_get_expr(k.conbin, k.conrelid)"
      " FROM $wanted"
      " JOIN @pg_constraint k ON k.oid == wanted.oid");
}

std::string triggers() {
  return exact(
      "SELECT t.tgrelid, t.tgname, n.nspname, p.proname, t.tgtype, t.tgconstraint != '0'::@oid,"
      " t.tgenabled"
      " FROM $wanted"
      " JOIN @pg_trigger t ON t.tgrelid == wanted.oid"
      " JOIN @pg_proc p ON p.oid == t.tgfoid"
      " JOIN @pg_namespace n ON n.oid == p.pronamespace"
      " WHERE NOT t.tgisinternal AND n.nspname != 'resow'::@name");  // not those of a baseline
}

std::string rules() {
  return exact(
      "SELECT r.ev_class, r.rulename, r.ev_type, r.is_instead, r.ev_enabled"
      " FROM $wanted"
      " JOIN @pg_rewrite r ON r.ev_class == wanted.oid"
      " WHERE r.ev_type != '1'::@\"char\"");
}

namespace {

// Of a composite type.
std::string attribute_array(std::string_view field) {
  return " CASE WHEN t.typtype == 'c'::@\"char\" THEN ARRAY(SELECT " + std::string(field) +
         " FROM @pg_attribute a WHERE a.attrelid == t.typrelid"
         " AND a.attnum OPERATOR(pg_catalog.>) '0'::@int2 AND NOT a.attisdropped"
         " ORDER BY a.attnum) END,";
}

}  // namespace

// The planner cannot know how few types a recursion finds; OFFSET keeps it from reading them all.
std::string types(Version version) {
  const std::string is_array =
      "t.typelem != '0'::@oid AND t.typlen == '-1'::@int2 AND t.typcategory == 'A'::@\"char\"";
  return exact(
      "WITH RECURSIVE used(oid) AS (SELECT @unnest($1::@oid[]) UNION SELECT part.oid FROM used"
      " CROSS JOIN LATERAL (SELECT CASE WHEN " +
      is_array +
      " THEN t.typelem ELSE t.typbasetype END FROM @pg_type t WHERE t.oid == used.oid"
      " UNION ALL SELECT a.atttypid FROM @pg_type t JOIN @pg_attribute a"
      " ON a.attrelid == t.typrelid WHERE t.oid == used.oid AND t.typtype == 'c'::@\"char\""
      " AND a.attnum OPERATOR(pg_catalog.>) '0'::@int2 AND NOT a.attisdropped"
      " UNION ALL SELECT r.rngsubtype FROM @pg_range r WHERE r.rngtypid == used.oid" +
      only_if(version.has_multiranges(),
              " UNION ALL SELECT r.rngtypid FROM @pg_range r WHERE r.rngmultitypid == used.oid") +
      ") AS part(oid) WHERE part.oid != '0'::@oid)"
      " SELECT t.oid, n.nspname, t.typname, t.typtype, t.typcategory, " +
      is_array +
      ", t.typelem, t.typbasetype, t.typtypmod, t.typnotnull, t.typcollation,"
      " @pg_get_expr(t.typdefaultbin, '0'::@oid),"
      " CASE WHEN t.typtype == 'e'::@\"char\" THEN ARRAY(SELECT e.enumlabel::@text"
      " FROM @pg_enum e WHERE e.enumtypid == t.oid ORDER BY e.enumsortorder) END," +
      attribute_array("a.attname::@text") + attribute_array("a.atttypid") +
      attribute_array("a.atttypmod") +
      " (SELECT r.rngsubtype FROM @pg_range r WHERE r.rngtypid == t.oid)," +
      only_if(version.has_multiranges(),
              " (SELECT r.rngtypid FROM @pg_range r WHERE r.rngmultitypid == t.oid)", " NULL") +
      " FROM used CROSS JOIN LATERAL"
      " (SELECT p.* FROM @pg_type p WHERE p.oid == used.oid OFFSET 0) AS t"
      " CROSS JOIN LATERAL"
      " (SELECT s.nspname FROM @pg_namespace s WHERE s.oid == t.typnamespace OFFSET 0) AS n");
}

std::string domain_checks() {
  return exact(
      "SELECT k.contypid, k.conname, @pg_get_expr(k.conbin, '0'::@oid), k.convalidated"
      " FROM $wanted"
      " JOIN @pg_constraint k ON k.contypid == wanted.oid"
      " WHERE k.contype == 'c'::@\"char\" ORDER BY k.contypid, k.conname");
}

std::string type_names() {
  return exact(
      "SELECT @format_type(wanted.type, wanted.typmod)"
      " FROM ROWS FROM (@unnest($1::@oid[]), @unnest($2::@int4[]))"
      " WITH ORDINALITY AS wanted(type, typmod, place) ORDER BY wanted.place");
}

std::string collations() {
  return exact(
      "SELECT c.oid, n.nspname, c.collname"
      " FROM $wanted"
      " JOIN @pg_collation c ON c.oid == wanted.oid"
      " JOIN @pg_namespace n ON n.oid == c.collnamespace");
}

// What pg_class says there is none of is not looked for.
std::string table_facts(bool with_partitions) {
  return exact(
      "SELECT k.confrelid, 'the foreign keys to it', @concat_ws(' ', k.oid, k.conrelid,"
      " @concat(k.confdeltype, k.confupdtype), k.condeferrable, k.condeferred, k.conkey)"
      " FROM $wanted"
      " JOIN @pg_depend d ON d.refclassid == #pg_class AND d.refobjid == wanted.oid"
      " JOIN @pg_constraint k ON k.oid == d.objid"
      " WHERE d.deptype == 'n'::@\"char\" AND d.classid == #pg_constraint"
      " AND k.contype == 'f'::@\"char\" AND k.confrelid == wanted.oid"
      " AND CASE WHEN k.conparentid == '0'::@oid THEN true ELSE k.conrelid !="
      " (SELECT p.conrelid FROM @pg_constraint p WHERE p.oid == k.conparentid) END"
      " UNION ALL SELECT c.oid, fact.what, fact.form"
      " FROM $wanted"
      " JOIN @pg_class c ON c.oid == wanted.oid"
      " JOIN @pg_namespace n ON n.oid == c.relnamespace"
      " CROSS JOIN LATERAL (SELECT 'its name', @concat(n.nspname, '.', c.relname)"
      " UNION ALL SELECT 'its row security', @concat_ws(' ', c.relrowsecurity,"
      " c.relforcerowsecurity,"
      " CASE WHEN c.relrowsecurity THEN @row_security_active(c.oid) ELSE false END)"
      " UNION ALL SELECT 'its triggers', @concat_ws(' ', t.tgname,"
      " @concat(s.nspname, '.', p.proname), t.tgtype, t.tgenabled)"
      " FROM @pg_trigger t"
      " JOIN @pg_proc p ON p.oid == t.tgfoid"
      " JOIN @pg_namespace s ON s.oid == p.pronamespace"
      " WHERE c.relhastriggers AND t.tgrelid == c.oid AND NOT t.tgisinternal"
      " AND s.nspname != 'resow'::@name"
      " UNION ALL SELECT 'its rules',"
      " @concat_ws(' ', r.rulename, r.ev_type, r.is_instead, r.ev_enabled)"
      " FROM @pg_rewrite r"
      " WHERE c.relhasrules AND r.ev_class == c.oid AND r.ev_type != '1'::@\"char\")"
      " AS fact(what, form)" +
      only_if(with_partitions,
              " UNION ALL SELECT i.inhparent, 'its partitions', i.inhrelid::@text"
              " FROM $wanted"
              " JOIN @pg_inherits i ON i.inhparent == wanted.oid"
              " JOIN @pg_class c ON c.oid == i.inhrelid"
              " WHERE c.relispartition"));
}

}  // namespace resow::catalog_queries
