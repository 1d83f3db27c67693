#include "runner/structure/object_select.h"

#include <fmt/format.h>

#include <algorithm>

#include "runner/catalog/exact_sql.h"

namespace resow {
namespace {

// "SELECT, INSERT TO alice" for each who has some, a line each; "NONE" where nobody has any.
std::string grants(std::string_view list, std::string_view owner) {
  return fmt::format(
      "COALESCE((SELECT @string_agg(g.line, E'\\n' ORDER BY g.place) FROM"
      " (SELECT @min(x.place) AS place, @concat(@string_agg(x.privilege_type, ', '"
      " ORDER BY x.privilege_type COLLATE \"C\"), ' TO ', CASE WHEN x.grantee == {1} THEN"
      " @chr(4) WHEN x.grantee == '0'::@oid THEN 'PUBLIC' ELSE"
      " @quote_ident(@pg_get_userbyid(x.grantee)) END, CASE WHEN x.is_grantable THEN"
      " ' WITH GRANT OPTION' END) AS line FROM @aclexplode({0}) WITH ORDINALITY"
      " AS x(grantor, grantee, privilege_type, is_grantable, place)"
      " GROUP BY x.grantee, x.is_grantable) AS g), 'NONE')",
      list, owner);
}

}  // namespace

ObjectSelect& ObjectSelect::named(std::string_view name, std::string_view sql_name) {
  name_ = name;
  sql_name_ = sql_name;
  return *this;
}

ObjectSelect& ObjectSelect::named(std::string_view name) {
  return named(name, fmt::format("@quote_ident({})", name));
}

ObjectSelect& ObjectSelect::of_table(std::string_view name) {
  table_ = name;
  sql_table_ = fmt::format("@quote_ident({})", name);
  return *this;
}

ObjectSelect& ObjectSelect::known_as(std::string_view catalog, std::string_view oid,
                                     std::string_view column) {
  ids_ += fmt::format("{}@concat_ws(' ', #{} , {}, {})", ids_.empty() ? "" : ", ", catalog, oid,
                      column);
  return *this;
}

ObjectSelect& ObjectSelect::fact(Fact fact, std::string_view expression) {
  facts_.push_back(fact);
  columns_ += fmt::format(",\n {}", expression);
  return *this;
}

ObjectSelect& ObjectSelect::owner(std::string_view role) {
  joins_ += fmt::format(" JOIN @pg_namespace home ON home.oid == {}", schema_);
  return fact(Fact::kOwner, fmt::format("CASE WHEN {0} != home.nspowner THEN"
                                        " @quote_ident(@pg_get_userbyid({0})) END",
                                        role));
}

ObjectSelect& ObjectSelect::comment(std::string_view oid, std::string_view catalog,
                                    std::string_view column) {
  joins_ += fmt::format(
      " LEFT JOIN @pg_description said ON said.objoid == {} AND said.classoid == #{}"
      " AND said.objsubid == {}",
      oid, catalog, column);
  return fact(Fact::kComment, "said.description");
}

ObjectSelect& ObjectSelect::privileges(std::string_view list, std::string_view type,
                                       std::string_view owner) {
  return fact(
      Fact::kPrivileges,
      fmt::format("CASE WHEN {0} IS NOT NULL THEN COALESCE(NULLIF({1}, {2}), '') END", list,
                  grants(list, owner),
                  grants(fmt::format("@acldefault('{}'::@\"char\", {})", type, owner), owner)));
}

StructureQuery ObjectSelect::from(std::string_view tables) const {
  const size_t where = std::min(tables.find(" WHERE"), tables.size());
  return {kind_, facts_, exact(fmt::format("SELECT {}, {}, {}, ", schema_, table_, name_)),
          exact(fmt::format("{}, {}, @concat_ws(' ', {})", sql_table_, sql_name_,
                            ids_.empty() ? "''" : ids_)),
          exact(fmt::format("{}\n FROM {}{}{}", columns_, tables.substr(0, where), joins_,
                            tables.substr(where)))};
}

std::string not_of_extension(std::string_view catalog, std::string_view oid) {
  return fmt::format(
      " NOT {} == ANY (SELECT e.objid FROM @pg_depend e WHERE e.refclassid == #pg_extension"
      " AND e.classid == #{} AND e.deptype == 'e'::@\"char\")",
      oid, catalog);
}

std::string full_name(std::string_view schema, std::string_view name) {
  return fmt::format("@concat(@quote_ident({}), '.', @quote_ident({}))", schema, name);
}

std::string relation_name(std::string_view oid) {
  return fmt::format(
      "(SELECT {} FROM @pg_class c JOIN @pg_namespace n ON n.oid == c.relnamespace"
      " WHERE c.oid == {})",
      full_name("n.nspname", "c.relname"), oid);
}

std::string collation_name(std::string_view oid) {
  return fmt::format(
      "(SELECT {} FROM @pg_collation l JOIN @pg_namespace n ON n.oid == l.collnamespace"
      " WHERE l.oid == {})",
      full_name("n.nspname", "l.collname"), oid);
}

std::string tablespace(std::string_view oid) {
  return fmt::format("(SELECT @quote_ident(s.spcname) FROM @pg_tablespace s WHERE s.oid == {})",
                     oid);
}

std::string options(std::string_view list) {
  return fmt::format("@array_to_string({}, ', ')", list);
}

std::string foreign_options(std::string_view list) {
  return fmt::format(
      "(SELECT @string_agg(@concat(@quote_ident(o.option_name), ' ',"
      " @quote_literal(o.option_value)), ', ') FROM @pg_options_to_table({}) AS o)",
      list);
}

std::string access_method(std::string_view oid) {
  return fmt::format(
      "(SELECT @quote_ident(m.amname) FROM @pg_am m WHERE m.oid == {}"
      " AND m.amname != 'heap'::@name)",
      oid);
}

std::string marked_index(std::string_view relation, std::string_view flag) {
  return fmt::format(
      "(SELECT @quote_ident(x.relname) FROM @pg_index i JOIN @pg_class x ON x.oid == i.indexrelid"
      " WHERE i.indrelid == {} AND i.{})",
      relation, flag);
}

}  // namespace resow
