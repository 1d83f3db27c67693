#include "runner/structure/structure_queries.h"

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <string_view>
#include <utility>

#include "runner/catalog/exact_sql.h"
#include "runner/structure/object_select.h"

namespace resow {
namespace {

std::string sequence_options() {
  return "@concat_ws(' ', 'START WITH', s.seqstart, 'INCREMENT BY', s.seqincrement, 'MINVALUE',"
         " s.seqmin, 'MAXVALUE', s.seqmax, 'CACHE', s.seqcache,"
         " CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END)";
}

StructureQuery schemas() {
  return ObjectSelect(ObjectKind::kSchema, "n.oid")
      .known_as("pg_namespace", "n.oid")
      .fact(Fact::kOwner, "@quote_ident(@pg_get_userbyid(n.nspowner))")
      .privileges("n.nspacl", "n", "n.nspowner")
      .comment("n.oid", "pg_namespace")
      .from("$wanted JOIN @pg_namespace n ON n.oid == wanted.oid");
}

StructureQuery default_privileges() {
  const std::string type =
      "(CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN"
      " 'FUNCTIONS' WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END)";
  // What they add to the usual ones: with the schema they cannot take anything away.
  return ObjectSelect(ObjectKind::kDefaultPrivileges, "d.defaclnamespace")
      .named(fmt::format("@concat({}, ' of ', @pg_get_userbyid(d.defaclrole))", type), type)
      .fact(Fact::kOwner, "@quote_ident(@pg_get_userbyid(d.defaclrole))")
      .privileges("d.defaclacl", "L", "d.defaclrole")
      .from("$wanted JOIN @pg_default_acl d ON d.defaclnamespace == wanted.oid");
}

// Types of a kind, each with its array type.
ObjectSelect type_select(ObjectKind kind) {
  return ObjectSelect(kind, "t.typnamespace")
      .named("t.typname")
      .known_as("pg_type", "t.oid")
      .known_as("pg_type", "t.typarray")
      .owner("t.typowner")
      .privileges("t.typacl", "T", "t.typowner")
      .comment("t.oid", "pg_type");
}
std::string types_of(char kind) {
  return fmt::format(
      "$own(pg_type t)"
      " WHERE t.typtype == '{}'::@\"char\" AND {}",
      kind, not_of_extension("pg_type", "t.oid"));
}

StructureQuery collations(int version) {
  const std::string locale = version >= 170000   ? "l.colllocale"
                             : version >= 150000 ? "l.colliculocale"
                                                 : "l.collcollate::@text";
  return ObjectSelect(ObjectKind::kCollation, "l.collnamespace")
      .named("l.collname")
      .known_as("pg_collation", "l.oid")
      .owner("l.collowner")
      .comment("l.oid", "pg_collation")
      .fact(Fact::kDefinition,
            fmt::format(
                "@concat_ws(', ', CASE l.collprovider WHEN 'c' THEN 'PROVIDER = libc' WHEN 'i' THEN"
                " 'PROVIDER = icu' WHEN 'b' THEN 'PROVIDER = builtin' END,"
                " CASE WHEN NOT l.collisdeterministic THEN 'DETERMINISTIC = false' END,"
                " CASE WHEN l.collprovider != 'c'::@\"char\" THEN"
                " @concat('LOCALE = ', @quote_literal({})) WHEN l.collcollate == l.collctype THEN"
                " @concat('LOCALE = ', @quote_literal(l.collcollate)) ELSE"
                " @concat('LC_COLLATE = ', @quote_literal(l.collcollate), ', LC_CTYPE = ',"
                " @quote_literal(l.collctype)) END{})",
                locale, version >= 160000 ? ", 'RULES = ' || @quote_literal(l.collicurules)" : ""))
      .from("$own(pg_collation l) WHERE" + not_of_extension("pg_collation", "l.oid"));
}

// Not those that are but named, as somebody's commutator.
StructureQuery operators() {
  const auto type = [](std::string_view oid) {
    return fmt::format("CASE WHEN {0} == '0'::@oid THEN 'NONE' ELSE @format_type({0}, NULL) END",
                       oid);
  };
  const auto part = [](std::string_view word, std::string_view procedure) {
    return fmt::format("CASE WHEN {1} != '0'::@regproc THEN @concat('{0} = ', {1}::@text) END",
                       word, procedure);
  };
  const auto other = [](std::string_view word, std::string_view oid) {
    return fmt::format(
        "(SELECT @concat('{0} = OPERATOR(', @quote_ident(n.nspname), '.', x.oprname, ')')"
        " FROM @pg_operator x JOIN @pg_namespace n ON n.oid == x.oprnamespace WHERE x.oid == {1})",
        word, oid);
  };
  const std::string name = fmt::format("@concat(o.oprname, '(', {}, ', ', {}, ')')",
                                       type("o.oprleft"), type("o.oprright"));
  return ObjectSelect(ObjectKind::kOperator, "o.oprnamespace")
      .named(name, name)
      .known_as("pg_operator", "o.oid")
      .owner("o.oprowner")
      .comment("o.oid", "pg_operator")
      .fact(
          Fact::kDefinition,
          fmt::format("@concat_ws(', ', {}, CASE WHEN o.oprleft != '0'::@oid THEN"
                      " @concat('LEFTARG = ', {}) END, @concat('RIGHTARG = ', {}), {}, {}, {}, {},"
                      " CASE WHEN o.oprcanhash THEN 'HASHES' END,"
                      " CASE WHEN o.oprcanmerge THEN 'MERGES' END)",
                      part("FUNCTION", "o.oprcode"), type("o.oprleft"), type("o.oprright"),
                      other("COMMUTATOR", "o.oprcom"), other("NEGATOR", "o.oprnegate"),
                      part("RESTRICT", "o.oprrest"), part("JOIN", "o.oprjoin")))
      .from("$own(pg_operator o) WHERE o.oprcode != '0'::@regproc AND" +
            not_of_extension("pg_operator", "o.oid"));
}

StructureQuery enums() {
  return type_select(ObjectKind::kEnum)
      .fact(Fact::kLabels,
            "(SELECT @string_agg(@quote_literal(e.enumlabel::@text), ', ' ORDER BY"
            " e.enumsortorder) FROM @pg_enum e WHERE e.enumtypid == t.oid)")
      .from(types_of('e'));
}

StructureQuery composites() {
  return type_select(ObjectKind::kComposite)
      .known_as("pg_class", "t.typrelid")
      .fact(Fact::kAttributes,
            fmt::format(
                "(SELECT @string_agg(@concat(@quote_ident(a.attname), ' ',"
                " @format_type(a.atttypid, a.atttypmod), CASE WHEN a.attcollation != y.typcollation"
                " THEN @concat(' COLLATE ', {}) END), ', ' ORDER BY a.attnum)"
                " FROM @pg_attribute a JOIN @pg_type y ON y.oid == a.atttypid"
                " WHERE a.attrelid == t.typrelid AND a.attnum OPERATOR(pg_catalog.>) '0'::@int2"
                " AND NOT a.attisdropped)",
                collation_name("a.attcollation")))
      // Without a line's end in them.
      .fact(Fact::kAttributeComments,
            "(SELECT @string_agg(@concat(@quote_ident(a.attname), ' E''', @replace(@replace("
            "@replace(d.description, @chr(92), @repeat(@chr(92), 2)), '''', ''''''), @chr(10),"
            " @concat(@chr(92), 'n')), ''''), @chr(10) ORDER BY a.attnum)"
            " FROM @pg_attribute a JOIN @pg_description d"
            " ON d.objoid == a.attrelid AND d.classoid == #pg_class"
            " AND d.objsubid == a.attnum::@int4"
            " WHERE a.attrelid == t.typrelid AND NOT a.attisdropped)")
      .from(types_of('c') +
            " AND (SELECT r.relkind FROM @pg_class r WHERE r.oid == t.typrelid) == 'c'::@\"char\"");
}

StructureQuery domains() {
  return type_select(ObjectKind::kDomain)
      .fact(Fact::kType, "@format_type(t.typbasetype, t.typtypmod)")
      .fact(Fact::kCollation,
            fmt::format("CASE WHEN t.typcollation != (SELECT b.typcollation FROM @pg_type b"
                        " WHERE b.oid == t.typbasetype) THEN {} END",
                        collation_name("t.typcollation")))
      .fact(Fact::kNotNull, "CASE WHEN t.typnotnull THEN 'not null' END")
      .fact(Fact::kDefault, "@pg_get_expr(t.typdefaultbin, '0'::@oid)")
      .from(types_of('d'));
}

StructureQuery ranges(int version) {
  const std::string procedure =
      "(SELECT @concat(@quote_ident(n.nspname), '.', @quote_ident(p.proname)) FROM @pg_proc p"
      " JOIN @pg_namespace n ON n.oid == p.pronamespace WHERE p.oid == {})";
  return type_select(ObjectKind::kRange)
      .known_as("pg_type", version >= 140000 ? "r.rngmultitypid" : "'0'::@oid")
      .fact(Fact::kDefinition,
            fmt::format(
                "@concat_ws(', ', @concat('SUBTYPE = ', @format_type(r.rngsubtype, NULL)),"
                " (SELECT @concat('SUBTYPE_OPCLASS = ', @quote_ident(n.nspname), '.',"
                " @quote_ident(o.opcname)) FROM @pg_opclass o JOIN @pg_namespace n"
                " ON n.oid == o.opcnamespace WHERE o.oid == r.rngsubopc AND NOT o.opcdefault),"
                " CASE WHEN r.rngcollation != (SELECT b.typcollation FROM @pg_type b WHERE b.oid"
                " == r.rngsubtype) THEN @concat('COLLATION = ', {}) END,"
                " 'CANONICAL = ' || {}, 'SUBTYPE_DIFF = ' || {}{})",
                collation_name("r.rngcollation"),
                fmt::format(fmt::runtime(procedure), "r.rngcanonical::@oid"),
                fmt::format(fmt::runtime(procedure), "r.rngsubdiff::@oid"),
                version >= 140000
                    ? ", (SELECT @concat('MULTIRANGE_TYPE_NAME = ', @quote_ident(n.nspname), '.',"
                      " @quote_ident(m.typname)) FROM @pg_type m JOIN @pg_namespace n"
                      " ON n.oid == m.typnamespace WHERE m.oid == r.rngmultitypid)"
                    : ""))
      .from(
          "$own(pg_type t)"
          " JOIN @pg_range r ON r.rngtypid == t.oid WHERE" +
          not_of_extension("pg_type", "t.oid"));
}

// With the types of its arguments, which tell it from others of its name.
ObjectSelect routine_select(ObjectKind kind) {
  const std::string arguments = "'(', @pg_get_function_identity_arguments(p.oid), ')'";
  return ObjectSelect(kind, "p.pronamespace")
      .named(fmt::format("@concat(p.proname, {})", arguments),
             fmt::format("@concat(@quote_ident(p.proname), {})", arguments))
      .known_as("pg_proc", "p.oid")
      .owner("p.proowner")
      .privileges("p.proacl", "f", "p.proowner")
      .comment("p.oid", "pg_proc");
}
std::string routines(std::string_view which) {
  return fmt::format(
      "$own(pg_proc p){} AND {}"
      // The constructors of a range type come and go with it.
      " AND NOT EXISTS (SELECT FROM @pg_depend i WHERE i.classid == #pg_proc AND i.objid == p.oid"
      " AND i.deptype == 'i'::@\"char\")",
      which, not_of_extension("pg_proc", "p.oid"));
}

StructureQuery functions() {
  return routine_select(ObjectKind::kFunction)
      .fact(Fact::kDefinition, "@pg_get_functiondef(p.oid)")
      .from(routines(" WHERE p.prokind != 'a'::@\"char\""));
}

StructureQuery aggregates() {
  const auto part = [](std::string_view word, std::string_view procedure) {
    return fmt::format(" CASE WHEN {1} != '0'::@regproc THEN @concat('{0} = ', {1}::@text) END,",
                       word, procedure);
  };
  const auto flag = [](std::string_view word, std::string_view column, std::string_view usual) {
    return fmt::format(
        " CASE WHEN {1} != {2} THEN @concat('{0} = ', CASE {1} WHEN 'r' THEN 'READ_ONLY' WHEN 's'"
        " THEN 'SHAREABLE' ELSE 'READ_WRITE' END) END",
        word, column, usual);
  };
  const std::string usual = "(CASE a.aggkind WHEN 'n' THEN 'r'::@\"char\" ELSE 'w'::@\"char\" END)";
  return routine_select(ObjectKind::kAggregate)
      .fact(Fact::kDefinition,
            "@concat_ws(', '," + part("SFUNC", "a.aggtransfn") +
                " @concat('STYPE = ', @format_type(a.aggtranstype, NULL)),"
                " CASE WHEN a.aggtransspace != 0 THEN @concat('SSPACE = ', a.aggtransspace) END," +
                part("FINALFUNC", "a.aggfinalfn") +
                " CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END," +
                flag("FINALFUNC_MODIFY", "a.aggfinalmodify", usual) + "," +
                part("COMBINEFUNC", "a.aggcombinefn") + part("SERIALFUNC", "a.aggserialfn") +
                part("DESERIALFUNC", "a.aggdeserialfn") +
                " 'INITCOND = ' || @quote_literal(a.agginitval)," +
                part("MSFUNC", "a.aggmtransfn") + part("MINVFUNC", "a.aggminvtransfn") +
                " CASE WHEN a.aggmtranstype != '0'::@oid THEN"
                " @concat('MSTYPE = ', @format_type(a.aggmtranstype, NULL)) END,"
                " CASE WHEN a.aggmtransspace != 0 THEN @concat('MSSPACE = ', a.aggmtransspace)"
                " END," +
                part("MFINALFUNC", "a.aggmfinalfn") +
                " CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,"
                " CASE WHEN a.aggmtransfn != '0'::@regproc THEN" +
                flag("MFINALFUNC_MODIFY", "a.aggmfinalmodify", usual) +
                " END, 'MINITCOND = ' || @quote_literal(a.aggminitval),"
                " (SELECT @concat('SORTOP = OPERATOR(', @quote_ident(n.nspname), '.', o.oprname,"
                " ')') FROM @pg_operator o JOIN @pg_namespace n ON n.oid == o.oprnamespace"
                " WHERE o.oid == a.aggsortop),"
                " CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN"
                " 'PARALLEL = RESTRICTED' END,"
                " CASE WHEN a.aggkind == 'h'::@\"char\" THEN 'HYPOTHETICAL' END)")
      .fact(Fact::kAttributes, "@pg_get_function_arguments(p.oid)")
      .from(routines(" JOIN @pg_aggregate a ON a.aggfnoid::@oid == p.oid"
                     " WHERE p.prokind == 'a'::@\"char\""));
}

// Not those of identity columns.
StructureQuery sequences() {
  return ObjectSelect(ObjectKind::kSequence, "c.relnamespace")
      .named("c.relname")
      .known_as("pg_class", "c.oid")
      .owner("c.relowner")
      .privileges("c.relacl", "s", "c.relowner")
      .comment("c.oid", "pg_class")
      .fact(Fact::kSequenceType, "@format_type(s.seqtypid, NULL)")
      .fact(Fact::kStart, "s.seqstart::@text")
      .fact(Fact::kIncrement, "s.seqincrement::@text")
      .fact(Fact::kMinimum, "s.seqmin::@text")
      .fact(Fact::kMaximum, "s.seqmax::@text")
      .fact(Fact::kCache, "s.seqcache::@text")
      .fact(Fact::kCycle, "CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END")
      .fact(Fact::kOwnedBy,
            fmt::format("(SELECT @concat({}, '.', @quote_ident(a.attname)) FROM @pg_depend d"
                        " JOIN @pg_attribute a ON a.attrelid == d.refobjid"
                        " AND a.attnum::@int4 == d.refobjsubid WHERE d.classid == #pg_class"
                        " AND d.objid == c.oid AND d.refclassid == #pg_class"
                        " AND d.deptype == 'a'::@\"char\")",
                        relation_name("d.refobjid")))
      .fact(Fact::kPersistence, "CASE WHEN c.relpersistence == 'u'::@\"char\" THEN 'UNLOGGED' END")
      .from(
          "$own(pg_class c)"
          " JOIN @pg_sequence s ON s.seqrelid == c.oid"
          " WHERE NOT EXISTS (SELECT FROM @pg_depend d WHERE d.classid == #pg_class"
          " AND d.objid == c.oid AND d.deptype == 'i'::@\"char\") AND" +
          not_of_extension("pg_class", "c.oid"));
}

std::string relations_of(std::string_view kinds) {
  return fmt::format(
      "$own(pg_class c)"
      " WHERE c.relkind == ANY ('{{{}}}'::@\"char\"[]) AND {}",
      kinds, not_of_extension("pg_class", "c.oid"));
}

ObjectSelect relation_select(ObjectKind kind) {
  return ObjectSelect(kind, "c.relnamespace")
      .named("c.relname")
      .known_as("pg_class", "c.oid")
      .known_as("pg_type", "c.reltype")
      .known_as("pg_type", "(SELECT t.typarray FROM @pg_type t WHERE t.oid == c.reltype)")
      .owner("c.relowner")
      .privileges("c.relacl", "r", "c.relowner")
      .comment("c.oid", "pg_class")
      .fact(Fact::kOptions, options("c.reloptions"));
}

StructureQuery tables() {
  return relation_select(ObjectKind::kTable)
      .fact(Fact::kToastOptions,
            fmt::format("(SELECT {} FROM @pg_class t WHERE t.oid == c.reltoastrelid)",
                        options("t.reloptions")))
      .fact(Fact::kPersistence, "CASE WHEN c.relpersistence == 'u'::@\"char\" THEN 'UNLOGGED' END")
      .fact(Fact::kPartitionBy,
            "CASE WHEN c.relkind == 'p'::@\"char\" THEN @pg_get_partkeydef(c.oid) END")
      .fact(Fact::kPartitionOf,
            fmt::format("CASE WHEN c.relispartition THEN (SELECT {} FROM @pg_inherits i"
                        " WHERE i.inhrelid == c.oid) END",
                        relation_name("i.inhparent")))
      .fact(Fact::kBound, "CASE WHEN c.relispartition THEN @pg_get_expr(c.relpartbound, c.oid) END")
      .fact(Fact::kInherits,
            fmt::format("CASE WHEN NOT c.relispartition THEN (SELECT @string_agg({}, ', ' ORDER BY"
                        " i.inhseqno) FROM @pg_inherits i WHERE i.inhrelid == c.oid) END",
                        relation_name("i.inhparent")))
      .fact(Fact::kOfType,
            "CASE WHEN c.reloftype != '0'::@oid THEN @format_type(c.reloftype, NULL) END")
      .fact(Fact::kServer,
            fmt::format("(SELECT @concat(@quote_ident(s.srvname), ' OPTIONS (' || {} || ')') FROM"
                        " @pg_foreign_table f JOIN @pg_foreign_server s ON s.oid == f.ftserver"
                        " WHERE f.ftrelid == c.oid)",
                        foreign_options("f.ftoptions")))
      .fact(Fact::kAccessMethod, access_method("c.relam"))
      .fact(Fact::kTablespace, tablespace("c.reltablespace"))
      .fact(Fact::kReplicaIdentity,
            fmt::format("CASE WHEN c.relkind != 'f'::@\"char\" THEN CASE c.relreplident WHEN 'n'"
                        " THEN 'NOTHING' WHEN 'f' THEN 'FULL' WHEN 'i' THEN 'USING INDEX ' || {}"
                        " END END",
                        marked_index("c.oid", "indisreplident")))
      .fact(Fact::kRowSecurity, "CASE WHEN c.relrowsecurity THEN 'ENABLED' END")
      .fact(Fact::kForceRowSecurity, "CASE WHEN c.relforcerowsecurity THEN 'FORCED' END")
      .fact(Fact::kClustered, marked_index("c.oid", "indisclustered"))
      .from(relations_of("r,p,f"));
}

ObjectSelect view_select(ObjectKind kind) {
  return relation_select(kind)
      .known_as("pg_rewrite",
                "(SELECT w.oid FROM @pg_rewrite w WHERE w.ev_class == c.oid"
                " AND w.rulename == '_RETURN'::@name)")
      .fact(Fact::kDefinition, "@rtrim(@pg_get_viewdef(c.oid), ';')");
}

StructureQuery views() { return view_select(ObjectKind::kView).from(relations_of("v")); }

StructureQuery materialized_views() {
  return view_select(ObjectKind::kMaterializedView)
      .fact(Fact::kAccessMethod, access_method("c.relam"))
      .fact(Fact::kTablespace, tablespace("c.reltablespace"))
      .fact(Fact::kNotPopulated, "CASE WHEN NOT c.relispopulated THEN 'not populated' END")
      .fact(Fact::kClustered, marked_index("c.oid", "indisclustered"))
      .from(relations_of("m"));
}

// Of views as well: what they are follows from the view, but not what is said of them.
StructureQuery columns(int version) {
  ObjectSelect column(ObjectKind::kColumn, "c.relnamespace");
  column.of_table("c.relname")
      .named("a.attname")
      .known_as("pg_class", "c.oid", "a.attnum")
      // What a generated one is made of is said of its expression.
      .known_as("pg_attrdef",
                "COALESCE((SELECT f.oid FROM @pg_attrdef f WHERE f.adrelid == c.oid AND f.adnum =="
                " a.attnum AND a.attgenerated != ''::@\"char\"), '0'::@oid)")
      .privileges("a.attacl", "c", "c.relowner")
      .comment("c.oid", "pg_class", "a.attnum::@int4")
      .fact(Fact::kType, "@format_type(a.atttypid, a.atttypmod)")
      .fact(Fact::kPosition, "a.attnum::@text")
      .fact(Fact::kCollation, fmt::format("CASE WHEN a.attcollation != t.typcollation THEN {} END",
                                          collation_name("a.attcollation")))
      .fact(Fact::kNotNull, "CASE WHEN a.attnotnull THEN 'not null' END")
      .fact(Fact::kIdentity,
            "CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END")
      .fact(Fact::kIdentityOptions,
            fmt::format(
                "CASE WHEN a.attidentity != ''::@\"char\" THEN (SELECT @concat('SEQUENCE NAME ',"
                " {}, ' ', {}) FROM @pg_depend d JOIN @pg_sequence s ON s.seqrelid == d.objid"
                " WHERE d.refclassid == #pg_class AND d.refobjid == c.oid"
                " AND d.refobjsubid == a.attnum::@int4 AND d.classid == #pg_class"
                " AND d.deptype == 'i'::@\"char\") END",
                relation_name("s.seqrelid"), sequence_options()))
      .fact(Fact::kGenerated,
            "CASE WHEN a.attgenerated != ''::@\"char\" THEN (SELECT @pg_get_expr(f.adbin,"
            " f.adrelid) FROM @pg_attrdef f WHERE f.adrelid == c.oid AND f.adnum == a.attnum) END")
      .fact(Fact::kGeneratedKind,
            "CASE a.attgenerated WHEN 's' THEN 'STORED' WHEN 'v' THEN 'VIRTUAL' END")
      .fact(Fact::kStorage,
            "CASE WHEN a.attstorage != t.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN'"
            " WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' WHEN 'm' THEN 'MAIN' END END")
      .fact(Fact::kStatisticsTarget,
            "CASE WHEN a.attstattarget OPERATOR(pg_catalog.>=) '0'::@int2 AND a.attstattarget"
            " IS NOT NULL THEN a.attstattarget::@text END")
      // The server keeps a mark of its own among them.
      .fact(Fact::kOptions,
            "(SELECT @string_agg(o.option, ', ' ORDER BY o.option COLLATE \"C\") FROM"
            " @unnest(a.attoptions) AS o(option) WHERE @starts_with(o.option, 'n_distinct'))")
      .fact(Fact::kServer, fmt::format("CASE WHEN a.attfdwoptions IS NOT NULL THEN {} END",
                                       foreign_options("a.attfdwoptions")))
      .fact(Fact::kInherited,
            "CASE WHEN a.attinhcount OPERATOR(pg_catalog.>) 0 AND NOT a.attislocal THEN "
            "'inherited' END");
  if (version >= 140000) {
    column.fact(Fact::kCompression,
                "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END");
  }
  if (version >= 180000) {
    column.fact(Fact::kNotNullName,
                "(SELECT @concat(@quote_ident(k.conname), CASE WHEN k.connoinherit THEN"
                " ' NO INHERIT' END, CASE WHEN NOT k.convalidated THEN ' NOT VALID' END) FROM"
                " @pg_constraint k WHERE k.conrelid == c.oid AND k.contype == 'n'::@\"char\""
                " AND k.conkey[1] == a.attnum AND (k.conislocal OR c.relispartition))");
  }
  return column.from(
      "$own(pg_class c)"
      " JOIN @pg_attribute a ON a.attrelid == c.oid"
      " JOIN @pg_type t ON t.oid == a.atttypid"
      " WHERE c.relkind == ANY ('{r,p,f,v,m}'::@\"char\"[])"
      " AND a.attnum OPERATOR(pg_catalog.>) '0'::@int2 AND NOT a.attisdropped AND" +
      not_of_extension("pg_class", "c.oid"));
}

// Expressions of generated columns are not among them.
StructureQuery defaults() {
  return ObjectSelect(ObjectKind::kDefault, "c.relnamespace")
      .of_table("c.relname")
      .named("a.attname")
      .known_as("pg_attrdef", "f.oid")
      .fact(Fact::kDefinition, "@pg_get_expr(f.adbin, f.adrelid)")
      .from(
          "$own(pg_class c)"
          " JOIN @pg_attrdef f ON f.adrelid == c.oid"
          " JOIN @pg_attribute a ON a.attrelid == c.oid AND a.attnum == f.adnum"
          " WHERE a.attgenerated == ''::@\"char\" AND" +
          not_of_extension("pg_class", "c.oid"));
}

// Of a table (c), or of a domain (t).
ObjectSelect constraint_select(ObjectKind kind, std::string_view schema = "c.relnamespace",
                               std::string_view owner = "c.relname") {
  return ObjectSelect(kind, schema)
      .of_table(owner)
      .named("k.conname")
      .known_as("pg_constraint", "k.oid")
      .comment("k.oid", "pg_constraint")
      .fact(Fact::kDefinition, "@pg_get_constraintdef(k.oid)");
}

std::string constraints_of(std::string_view types, std::string_view more = "",
                           std::string_view join = "") {
  return fmt::format(
      "$own(pg_class c)"
      " JOIN @pg_constraint k ON k.conrelid == c.oid{}"
      " WHERE k.contype == ANY ('{{{}}}'::@\"char\"[]){} AND {}",
      join, types, more, not_of_extension("pg_class", "c.oid"));
}

StructureQuery checks() {
  return constraint_select(ObjectKind::kCheck).from(constraints_of("c", " AND k.conislocal"));
}

StructureQuery domain_checks() {
  return constraint_select(ObjectKind::kCheck, "t.typnamespace", "t.typname")
      .from(
          "$own(pg_type t)"
          " JOIN @pg_constraint k ON k.contypid == t.oid AND k.contype == 'c'::@\"char\""
          " WHERE" +
          not_of_extension("pg_type", "t.oid"));
}

// What an index (x, of pg_class) and the index of a key have in common.
ObjectSelect& with_index_facts(ObjectSelect& select) {
  return select
      .fact(Fact::kAttachedTo,
            fmt::format("CASE WHEN x.relispartition THEN (SELECT {} FROM @pg_inherits h"
                        " WHERE h.inhrelid == x.oid) END",
                        relation_name("h.inhparent")))
      .fact(Fact::kTablespace, fmt::format("CASE WHEN x.reltablespace != '0'::@oid THEN {} END",
                                           tablespace("x.reltablespace")));
}

StructureQuery keys() {
  ObjectSelect select = constraint_select(ObjectKind::kKey);
  select.known_as("pg_class", "k.conindid")
      .fact(Fact::kIndexComment, "@obj_description(x.oid, 'pg_class')");
  return with_index_facts(select).from(
      constraints_of("p,u,x", "", " JOIN @pg_class x ON x.oid == k.conindid"));
}

// Those of partitions and to partitions follow from those of the partitioned tables.
StructureQuery foreign_keys() {
  return constraint_select(ObjectKind::kForeignKey)
      .from(constraints_of("f", " AND k.conparentid == '0'::@oid"));
}

StructureQuery indexes() {
  ObjectSelect select(ObjectKind::kIndex, "x.relnamespace");
  select.of_table("c.relname")
      .named("x.relname")
      .known_as("pg_class", "x.oid")
      .comment("x.oid", "pg_class")
      .fact(Fact::kDefinition,
            "@replace(@pg_get_indexdef(x.oid), @concat(' INDEX ', @quote_ident(x.relname),"
            " ' ON '), ' INDEX ON ')")
      .fact(Fact::kInvalid,
            "CASE WHEN NOT i.indisvalid AND x.relkind == 'i'::@\"char\" THEN 'invalid' END")
      // Columns of an index have targets of their own where they are expressions.
      .fact(Fact::kStatisticsTarget,
            "CASE WHEN i.indexprs IS NOT NULL THEN (SELECT @string_agg(@concat(a.attnum, ' ',"
            " a.attstattarget), ', ' ORDER BY a.attnum) FROM @pg_attribute a"
            " WHERE a.attrelid == x.oid AND a.attstattarget OPERATOR(pg_catalog.>=) '0'::@int2)"
            " END");
  return with_index_facts(select).from(
      "$own(pg_class c)"
      " JOIN @pg_index i ON i.indrelid == c.oid"
      " JOIN @pg_class x ON x.oid == i.indexrelid"
      " WHERE c.relkind == ANY ('{r,p,f,m}'::@\"char\"[])"
      " AND NOT EXISTS (SELECT FROM @pg_constraint k WHERE k.conindid == x.oid"
      " AND k.conrelid == c.oid AND k.contype == ANY ('{p,u,x}'::@\"char\"[])) AND" +
      not_of_extension("pg_class", "c.oid"));
}

StructureQuery statistics(int version) {
  return ObjectSelect(ObjectKind::kStatistics, "s.stxnamespace")
      .of_table("c.relname")
      .named("s.stxname")
      .known_as("pg_statistic_ext", "s.oid")
      .owner("s.stxowner")
      .comment("s.oid", "pg_statistic_ext")
      .fact(Fact::kDefinition, "@pg_get_statisticsobjdef(s.oid)")
      .fact(Fact::kStatisticsTarget,
            version >= 170000
                ? "s.stxstattarget::@text"
                : "CASE WHEN s.stxstattarget OPERATOR(pg_catalog.>=) 0 THEN s.stxstattarget::@text"
                  " END")
      .from(
          "$wanted JOIN @pg_statistic_ext s ON s.stxnamespace == wanted.oid"
          " JOIN @pg_class c ON c.oid == s.stxrelid");
}

constexpr std::string_view kEnabledWord =
    "WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' END";

StructureQuery rules() {
  return ObjectSelect(ObjectKind::kRule, "c.relnamespace")
      .of_table("c.relname")
      .named("r.rulename")
      .known_as("pg_rewrite", "r.oid")
      .comment("r.oid", "pg_rewrite")
      .fact(Fact::kDefinition, "@rtrim(@pg_get_ruledef(r.oid), ';')")
      .fact(Fact::kEnabled, fmt::format("CASE r.ev_enabled {}", kEnabledWord))
      .from(
          "$own(pg_class c)"
          " JOIN @pg_rewrite r ON r.ev_class == c.oid AND r.rulename != '_RETURN'::@name"
          " WHERE" +
          not_of_extension("pg_class", "c.oid"));
}

// Not those of a baseline, and not those that partitions have from their table.
StructureQuery triggers() {
  return ObjectSelect(ObjectKind::kTrigger, "c.relnamespace")
      .of_table("c.relname")
      .named("t.tgname")
      .known_as("pg_trigger", "t.oid")
      .comment("t.oid", "pg_trigger")
      .fact(Fact::kDefinition, "@pg_get_triggerdef(t.oid)")
      .fact(Fact::kEnabled, fmt::format("CASE t.tgenabled {}", kEnabledWord))
      .from(
          "$own(pg_class c)"
          " JOIN @pg_trigger t ON t.tgrelid == c.oid"
          " JOIN @pg_proc p ON p.oid == t.tgfoid"
          " JOIN @pg_namespace n ON n.oid == p.pronamespace"
          " WHERE NOT t.tgisinternal AND t.tgparentid == '0'::@oid"
          " AND n.nspname != 'resow'::@name AND" +
          not_of_extension("pg_class", "c.oid"));
}

StructureQuery policies() {
  return ObjectSelect(ObjectKind::kPolicy, "c.relnamespace")
      .of_table("c.relname")
      .named("p.polname")
      .known_as("pg_policy", "p.oid")
      .comment("p.oid", "pg_policy")
      .fact(Fact::kDefinition,
            "@concat(CASE WHEN p.polpermissive THEN 'AS PERMISSIVE' ELSE 'AS RESTRICTIVE' END,"
            " CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN"
            " ' FOR UPDATE' WHEN 'd' THEN ' FOR DELETE' ELSE ' FOR ALL' END, ' TO ',"
            " (SELECT @string_agg(CASE WHEN u.role == '0'::@oid THEN 'PUBLIC' ELSE"
            " @quote_ident(@pg_get_userbyid(u.role)) END, ', ' ORDER BY u.place)"
            " FROM @unnest(p.polroles) WITH ORDINALITY AS u(role, place)),"
            " ' USING (' || @pg_get_expr(p.polqual, p.polrelid) || ')',"
            " ' WITH CHECK (' || @pg_get_expr(p.polwithcheck, p.polrelid) || ')')")
      .from(
          "$own(pg_class c)"
          " JOIN @pg_policy p ON p.polrelid == c.oid");
}

// What is known by name alone.
StructureQuery others() {
  const auto branch = [](std::string_view catalog, std::string_view schema, std::string_view name,
                         std::string_view word, std::string_view more = "") {
    return fmt::format(
        "SELECT o.{1} AS schema, @concat('{3} ', {2}) AS name, #{0} AS catalog, o.oid AS oid"
        " FROM {6} WHERE {4}{5}",
        catalog, schema, name, word, more, not_of_extension(catalog, "o.oid"),
        catalog == "pg_type"
            ? "$own(pg_type o)"
            : fmt::format("$wanted JOIN @{} o ON o.{} == wanted.oid", catalog, schema));
  };
  return ObjectSelect(ObjectKind::kOther, "x.schema")
      .named("x.name")
      .from("(" +
            branch("pg_opclass", "opcnamespace",
                   "o.opcname, ' USING ',"
                   " (SELECT m.amname FROM @pg_am m WHERE m.oid == o.opcmethod)",
                   "operator class") +
            " UNION ALL " +
            branch("pg_opfamily", "opfnamespace",
                   "o.opfname, ' USING ',"
                   " (SELECT m.amname FROM @pg_am m WHERE m.oid == o.opfmethod)",
                   "operator family",
                   "NOT EXISTS (SELECT FROM @pg_opclass k WHERE k.opcfamily == o.oid"
                   " AND k.opcname == o.opfname) AND") +
            " UNION ALL " + branch("pg_conversion", "connamespace", "o.conname", "conversion") +
            " UNION ALL " +
            branch("pg_ts_config", "cfgnamespace", "o.cfgname", "text search configuration") +
            " UNION ALL " +
            branch("pg_ts_dict", "dictnamespace", "o.dictname", "text search dictionary") +
            " UNION ALL " +
            branch("pg_ts_parser", "prsnamespace", "o.prsname", "text search parser") +
            " UNION ALL " +
            branch("pg_ts_template", "tmplnamespace", "o.tmplname", "text search template") +
            " UNION ALL " +
            branch("pg_type", "typnamespace", "o.typname", "base type",
                   "o.typtype == 'b'::@\"char\" AND NOT EXISTS (SELECT FROM @pg_type e"
                   " WHERE e.typarray == o.oid) AND") +
            ") AS x");
}

StructureQuery asked_if(StructureQuery query, std::vector<CatalogKinds> found_in) {
  query.found_in = std::move(found_in);
  return query;
}

// Tables, views and what hangs on them are in most schemas: whether there are keys is not asked
// before they are.
std::vector<StructureQuery> queries_of(int version) {
  return {schemas(),
          asked_if(default_privileges(), {{"pg_default_acl", ""}}),
          asked_if(collations(version), {{"pg_collation", ""}}),
          asked_if(enums(), {{"pg_type", "e"}}),
          asked_if(composites(), {{"pg_type", "c"}}),
          asked_if(domains(), {{"pg_type", "d"}}),
          asked_if(domain_checks(), {{"pg_type", "d"}}),
          asked_if(ranges(version), {{"pg_type", "r"}}),
          asked_if(functions(), {{"pg_proc", "fpw"}}),
          asked_if(aggregates(), {{"pg_proc", "a"}}),
          asked_if(operators(), {{"pg_operator", ""}}),
          asked_if(sequences(), {{"pg_class", "S"}}),
          asked_if(tables(), {{"pg_class", "rpf"}}),
          asked_if(views(), {{"pg_class", "v"}}),
          asked_if(materialized_views(), {{"pg_class", "m"}}),
          asked_if(columns(version), {{"pg_class", "rpfvm"}}),
          asked_if(defaults(), {{"pg_class", "rpfv"}}),
          asked_if(checks(), {{"pg_class", "rpf"}}),
          asked_if(keys(), {{"pg_class", "rp"}}),
          asked_if(foreign_keys(), {{"pg_class", "rp"}}),
          asked_if(indexes(), {{"pg_class", "rpm"}}),
          asked_if(statistics(version), {{"pg_statistic_ext", ""}}),
          asked_if(rules(), {{"pg_rewrite", ""}}),
          asked_if(triggers(), {{"pg_trigger", ""}}),
          asked_if(policies(), {{"pg_policy", ""}}),
          asked_if(others(), {{"pg_opclass", ""},
                              {"pg_opfamily", ""},
                              {"pg_conversion", ""},
                              {"pg_ts_config", ""},
                              {"pg_ts_dict", ""},
                              {"pg_ts_parser", ""},
                              {"pg_ts_template", ""},
                              {"pg_type", "b"}})};
}

}  // namespace

const std::vector<StructureQuery>& structure_queries(int server_version) {
  static std::mutex mutex;
  static std::map<int, std::vector<StructureQuery>> known;
  const std::lock_guard lock(mutex);
  std::vector<StructureQuery>& queries = known[server_version];
  if (queries.empty()) queries = queries_of(server_version);
  return queries;
}

std::string catalogs_in_use_sql() {
  const auto anywhere = [](std::string_view catalog) {
    return fmt::format(" UNION ALL SELECT '{0}', NULL WHERE EXISTS (SELECT FROM @{0})", catalog);
  };
  return exact(
      "WITH mine AS (SELECT d.classid, c.relhasrules, c.relhastriggers,"
      " COALESCE(c.relkind, t.typtype, p.prokind) AS kind"
      " FROM $wanted"
      " JOIN @pg_depend d ON d.refclassid == #pg_namespace AND d.refobjid == wanted.oid"
      " LEFT JOIN @pg_class c ON c.oid == d.objid AND d.classid == #pg_class"
      " LEFT JOIN @pg_type t ON t.oid == d.objid AND d.classid == #pg_type"
      " LEFT JOIN @pg_proc p ON p.oid == d.objid AND d.classid == #pg_proc )"
      " SELECT m.classid::@regclass::@text, m.kind FROM mine m GROUP BY 1, 2"
      " UNION ALL SELECT 'pg_rewrite', NULL FROM mine m HAVING @bool_or(m.relhasrules)"
      " UNION ALL SELECT 'pg_trigger', NULL FROM mine m HAVING @bool_or(m.relhastriggers)" +
      anywhere("pg_default_acl") + anywhere("pg_policy"));
}

std::string dependencies_sql() {
  const auto known = [](std::string_view catalog, std::string_view oids) {
    return fmt::format("SELECT #{} , o.oid FROM {}", catalog, oids);
  };
  return exact(
      "WITH relations AS (SELECT c.oid FROM $own(pg_class c)"
      " UNION ALL SELECT t.typrelid FROM $own(pg_type t) WHERE t.typtype == 'c'::@\"char\"),"
      " types AS (SELECT t.oid FROM $own(pg_type t)), mine(catalog, oid) AS (" +
      known("pg_class", "relations o") + " UNION ALL SELECT #pg_class , i.indexrelid FROM" +
      " relations c JOIN @pg_index i ON i.indrelid == c.oid UNION ALL " +
      known("pg_type", "types o") + " UNION ALL " + known("pg_proc", "$own(pg_proc o)") +
      " UNION ALL " + known("pg_operator", "$own(pg_operator o)") + " UNION ALL " +
      known("pg_constraint", "relations c JOIN @pg_constraint o ON o.conrelid == c.oid") +
      " UNION ALL " +
      known("pg_constraint", "types t JOIN @pg_constraint o ON o.contypid == t.oid") +
      " UNION ALL " + known("pg_attrdef", "relations c JOIN @pg_attrdef o ON o.adrelid == c.oid") +
      " UNION ALL " + known("pg_rewrite", "relations c JOIN @pg_rewrite o ON o.ev_class == c.oid") +
      " UNION ALL " + known("pg_trigger", "relations c JOIN @pg_trigger o ON o.tgrelid == c.oid") +
      " UNION ALL " + known("pg_policy", "relations c JOIN @pg_policy o ON o.polrelid == c.oid") +
      " UNION ALL " +
      known("pg_statistic_ext",
            "$wanted JOIN @pg_statistic_ext o ON o.stxnamespace == wanted.oid") +
      ") SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid, d.deptype"
      " FROM mine JOIN @pg_depend d ON d.classid == mine.catalog AND d.objid == mine.oid"
      " WHERE d.deptype == ANY ('{n,a,i,P,S}'::@\"char\"[])"
      " AND d.refclassid != #pg_namespace");
}

}  // namespace resow
