#include "runner/audit/audit_queries.h"

#include "runner/catalog/exact_sql.h"

namespace resow::audit_queries {

std::string counted_since() {
  return exact(
      "SELECT d.stats_reset::@text"
      " FROM @pg_stat_database d WHERE d.datname == @current_database()");
}

std::string use(bool last_scans) {
  return exact(std::string("SELECT s.relid, COALESCE(s.seq_scan, 0), COALESCE(s.idx_scan, 0),"
                           " s.n_tup_ins, s.n_tup_upd, s.n_tup_del, ") +
               (last_scans ? "s.last_seq_scan::@text, s.last_idx_scan::@text" : "NULL, NULL") +
               " FROM @pg_stat_all_tables s"
               " WHERE s.relid == ANY (SELECT @unnest($1::@oid[]))");
}

// A view by the rule that makes it; what uses the table's row type by that type.
std::string dependents() {
  return exact(
      "SELECT d.refobjid, CASE v.relkind WHEN 'v'::@\"char\" THEN 'view'"
      " WHEN 'm'::@\"char\" THEN 'materialized view' ELSE 'rule of' END, n.nspname, "
      "v.relname::@text"
      " FROM $wanted"
      " JOIN @pg_depend d ON d.refclassid == #pg_class AND d.refobjid == wanted.oid"
      " JOIN @pg_rewrite r ON r.oid == d.objid"
      " JOIN @pg_class v ON v.oid == r.ev_class"
      " JOIN @pg_namespace n ON n.oid == v.relnamespace"
      " WHERE d.classid == #pg_rewrite AND r.ev_class != d.refobjid"
      " UNION SELECT d.refobjid, 'function', n.nspname, @concat(p.proname, '(', "
      "@pg_get_function_identity_arguments(p.oid), ')')"
      " FROM $wanted"
      " JOIN @pg_depend d ON d.refclassid == #pg_class AND d.refobjid == wanted.oid"
      " JOIN @pg_proc p ON p.oid == d.objid"
      " JOIN @pg_namespace n ON n.oid == p.pronamespace"
      " WHERE d.classid == #pg_proc"
      " UNION SELECT d.refobjid, 'policy of', n.nspname, c.relname::@text"
      " FROM $wanted"
      " JOIN @pg_depend d ON d.refclassid == #pg_class AND d.refobjid == wanted.oid"
      " JOIN @pg_policy p ON p.oid == d.objid"
      " JOIN @pg_class c ON c.oid == p.polrelid"
      " JOIN @pg_namespace n ON n.oid == c.relnamespace"
      " WHERE d.classid == #pg_policy AND p.polrelid != d.refobjid"
      " UNION SELECT wanted.oid, 'function', n.nspname, @concat(p.proname, '(', "
      "@pg_get_function_identity_arguments(p.oid), ')')"
      " FROM $wanted"
      " JOIN @pg_class r ON r.oid == wanted.oid"
      " JOIN @pg_type t ON t.oid == r.reltype"
      " CROSS JOIN LATERAL @unnest(ARRAY[t.oid, t.typarray]) AS type(oid)"
      " JOIN @pg_depend d ON d.refclassid == #pg_type AND d.refobjid == type.oid"
      " JOIN @pg_proc p ON p.oid == d.objid"
      " JOIN @pg_namespace n ON n.oid == p.pronamespace"
      " WHERE d.classid == #pg_proc"
      " UNION SELECT wanted.oid, 'column', n.nspname, @concat(c.relname, '.', a.attname)"
      " FROM $wanted"
      " JOIN @pg_class r ON r.oid == wanted.oid"
      " JOIN @pg_type t ON t.oid == r.reltype"
      " CROSS JOIN LATERAL @unnest(ARRAY[t.oid, t.typarray]) AS type(oid)"
      " JOIN @pg_depend d ON d.refclassid == #pg_type AND d.refobjid == type.oid"
      " JOIN @pg_class c ON c.oid == d.objid"
      " JOIN @pg_attribute a ON a.attrelid == c.oid AND a.attnum == d.objsubid::@int2"
      " JOIN @pg_namespace n ON n.oid == c.relnamespace"
      " WHERE d.classid == #pg_class AND c.oid != wanted.oid"
      " UNION SELECT wanted.oid, 'publication', ''::@name, p.pubname::@text"
      " FROM $wanted"
      " JOIN @pg_publication_rel r ON r.prrelid == wanted.oid"
      " JOIN @pg_publication p ON p.oid == r.prpubid");
}

std::string indexes(bool nulls_not_distinct) {
  return exact(
      std::string(
          "SELECT i.indexrelid, i.indrelid, c.relname, m.amname, i.indkey::@text,"
          " i.indclass::@text, i.indcollation::@text, i.indoption::@text, i.indnkeyatts,"
          " COALESCE(@pg_get_expr(i.indexprs, i.indrelid), ''),"
          " COALESCE(@pg_get_expr(i.indpred, i.indrelid), ''),"
          " i.indisunique, i.indisprimary, i.indisexclusion,"
          " EXISTS (SELECT FROM @pg_constraint k WHERE k.conrelid == i.indrelid"
          " AND k.conindid == i.indexrelid AND k.contype == ANY ('{p,u,x}'::@\"char\"[])), ") +
      (nulls_not_distinct ? "i.indnullsnotdistinct" : "false") +
      ", i.indisvalid"
      " FROM $wanted"
      " JOIN @pg_index i ON i.indrelid == wanted.oid"
      " JOIN @pg_class c ON c.oid == i.indexrelid"
      " JOIN @pg_am m ON m.oid == c.relam"
      " ORDER BY i.indrelid, c.relname");
}

std::string loose_constraints(bool enforced) {
  const std::string is_enforced = enforced ? "k.conenforced" : "true";
  return exact(
      "SELECT k.conrelid, k.conname, CASE k.contype WHEN 'f'::@\"char\" THEN 'foreign key'"
      " WHEN 'c'::@\"char\" THEN 'check' WHEN 'n'::@\"char\" THEN 'NOT NULL' ELSE 'constraint' "
      "END, " +
      is_enforced +
      " FROM $wanted"
      " JOIN @pg_constraint k ON k.conrelid == wanted.oid"
      " WHERE NOT k.convalidated AND k.conparentid == '0'::@oid"
      " ORDER BY k.conrelid, k.conname");
}

std::string null_columns() {
  return exact(
      "SELECT c.oid, a.attnum"
      " FROM $wanted"
      " JOIN @pg_class c ON c.oid == wanted.oid"
      " JOIN @pg_namespace n ON n.oid == c.relnamespace"
      " JOIN @pg_stats s ON s.schemaname == n.nspname AND s.tablename == c.relname"
      " JOIN @pg_attribute a ON a.attrelid == c.oid AND a.attname == s.attname"
      " WHERE s.null_frac == '1'::@float4 AND NOT s.inherited"
      " OR s.null_frac == '1'::@float4 AND c.relkind == 'p'::@\"char\"");
}

std::string last_values() {
  return exact(
      "SELECT wanted.oid, CASE WHEN @has_sequence_privilege(wanted.oid, 'SELECT, USAGE')"
      " THEN @pg_sequence_last_value(wanted.oid::@regclass) END"
      " FROM $wanted"
      " JOIN @pg_sequence s ON s.seqrelid == wanted.oid");
}

std::string functions() {
  return exact(
      "SELECT n.nspname, @concat(p.proname, '(', @pg_get_function_identity_arguments(p.oid), ')'), "
      "l.lanname, p.prosrc"
      " FROM @pg_proc p"
      " JOIN @pg_namespace n ON n.oid == p.pronamespace"
      " JOIN @pg_language l ON l.oid == p.prolang"
      " WHERE NOT @starts_with(n.nspname::@text, 'pg_')"
      " AND n.nspname != ALL (ARRAY['information_schema', 'resow']::@name[])"
      " AND l.lanname != ALL (ARRAY['c', 'internal']::@name[])"
      " AND NOT EXISTS (SELECT FROM @pg_depend d WHERE d.classid == #pg_proc"
      " AND d.objid == p.oid AND d.deptype == 'e'::@\"char\")"
      " ORDER BY n.nspname, p.oid");
}

std::string relation_names() {
  return exact(
      "SELECT DISTINCT c.relname FROM @pg_class c"
      " WHERE c.relkind == ANY ('{r,p,f,v,m,S}'::@\"char\"[])");
}

std::string other_names() {
  return exact(
      "SELECT a.attname::@text FROM @pg_attribute a"
      " JOIN @pg_class c ON c.oid == a.attrelid"
      " WHERE a.attnum OPERATOR(pg_catalog.>) '0'::@int2 AND NOT a.attisdropped"
      " AND c.relkind == ANY ('{r,p,f,v,m,c}'::@\"char\"[])"
      " UNION SELECT p.proname::@text FROM @pg_proc p"
      " UNION SELECT t.typname::@text FROM @pg_type t"
      " UNION SELECT e.enumlabel::@text FROM @pg_enum e"
      " UNION SELECT n.nspname::@text FROM @pg_namespace n"
      " UNION SELECT r.rolname::@text FROM @pg_roles r"
      " UNION SELECT s.name FROM @pg_settings s"
      " UNION SELECT c.relname::@text FROM @pg_class c"
      " UNION SELECT k.conname::@text FROM @pg_constraint k"
      " UNION SELECT x.extname::@text FROM @pg_extension x"
      " UNION SELECT t.tgname::@text FROM @pg_trigger t WHERE NOT t.tgisinternal"
      " UNION SELECT t.tgnewtable::@text FROM @pg_trigger t WHERE t.tgnewtable IS NOT NULL"
      " UNION SELECT t.tgoldtable::@text FROM @pg_trigger t WHERE t.tgoldtable IS NOT NULL");
}

}  // namespace resow::audit_queries
