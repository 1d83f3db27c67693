#include "runner/structure/read_structure.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "fixtures/catalog.h"
#include "fixtures/fault.h"
#include "fixtures/structure/own_schema.h"
#include "runner/catalog/exact_sql.h"
#include "runner/catalog/row_values.h"
#include "runner/local_settings.h"
#include "runner/sql_text.h"
#include "runner/structure/structure_queries.h"

namespace resow {
namespace {

// Where a schema's structure is among those that are read, by its oid.
using Places = std::unordered_map<Oid, size_t>;

Places read_schemas(Transaction& transaction, std::span<const std::string> schemas,
                    std::vector<Structure>& structures) {
  const std::vector<Field> names(schemas.begin(), schemas.end());
  const Field parameters[] = {array_text(names)};
  const Rows rows = transaction.query(
      exact("SELECT w.place, n.oid, @quote_ident(n.nspname), @pg_get_userbyid(n.nspowner),"
            " @quote_ident(@pg_get_userbyid(n.nspowner))"
            " FROM @unnest($1::@text[]) WITH ORDINALITY AS w(name, place)"
            " JOIN @pg_namespace n ON n.nspname == w.name::@name"),
      parameters, "look for the schemas");
  Places places;
  std::vector<bool> found(schemas.size());
  for (size_t row = 0; row < rows.size(); ++row) {
    const size_t place = static_cast<size_t>(rows.integer(row, 0)) - 1;
    places[oid_at(rows, row, 1)] = place;
    found[place] = true;
    structures[place].sql_schema = text_at(rows, row, 2);
    structures[place].owner = text_at(rows, row, 3);
    structures[place].sql_owner = text_at(rows, row, 4);
  }
  std::vector<Fault> faults;
  for (size_t i = 0; i < schemas.size(); ++i) {
    structures[i].schema = schemas[i];
    if (!found[i]) faults.push_back({schemas[i], "there is no such schema", ""});
  }
  if (!faults.empty()) throw InputError(std::move(faults));
  return places;
}

// Which of the queries find something. A catalog's name, a blank, a kind.
class CatalogsInUse {
 public:
  CatalogsInUse(Transaction& transaction, std::span<const Field> schemas) {
    const Rows rows =
        transaction.query(catalogs_in_use_sql(), schemas, "look for what the schemas have");
    for (size_t row = 0; row < rows.size(); ++row) {
      const std::string catalog = text_at(rows, row, 0);
      in_use_.insert(catalog);
      in_use_.insert(catalog + " " + text_at(rows, row, 1));
    }
  }
  bool has(const std::vector<CatalogKinds>& any) const {
    return any.empty() || std::any_of(any.begin(), any.end(), [this](const CatalogKinds& one) {
             const std::string catalog(one.catalog);
             if (one.kinds.empty()) return in_use_.contains(catalog);
             return std::any_of(one.kinds.begin(), one.kinds.end(),
                                [&](char kind) { return in_use_.contains(catalog + " " + kind); });
           });
  }

 private:
  std::set<std::string> in_use_;
};

std::string marked(std::string_view text, const std::string& schema) {
  return mark_own_schema(text, schema);
}

std::vector<ObjectId> ids_from(std::string_view text) {
  std::vector<int64_t> numbers;
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  while (at < end) {
    int64_t number = 0;
    at = std::from_chars(at, end, number).ptr;
    numbers.push_back(number);
    if (at < end) ++at;
  }
  std::vector<ObjectId> ids;
  for (size_t i = 0; i + 2 < numbers.size(); i += 3) {
    if (numbers[i + 1] == 0) continue;
    ids.push_back({static_cast<uint32_t>(numbers[i]), static_cast<uint32_t>(numbers[i + 1]),
                   static_cast<int32_t>(numbers[i + 2])});
  }
  return ids;
}

// Facts that are no SQL with names of the schema in it; privileges come with their marks.
bool is_plain(Fact fact) {
  return fact == Fact::kComment || fact == Fact::kIndexComment ||
         fact == Fact::kAttributeComments || fact == Fact::kLabels || fact == Fact::kPrivileges ||
         fact == Fact::kOwner;
}

StructureObject object_from(const Rows& rows, size_t row, const StructureQuery& query,
                            const std::string& schema, bool ids) {
  StructureObject object;
  object.kind = query.kind;
  object.table = text_at(rows, row, kObjectTable);
  object.sql_table = text_at(rows, row, kObjectSqlTable);
  if (query.kind != ObjectKind::kSchema) {
    object.name = marked(rows.text(row, kObjectName), schema);
    object.sql_name = marked(rows.text(row, kObjectSqlName), schema);
  }
  for (size_t i = 0; i < query.facts.size(); ++i) {
    const std::string_view text = rows.text(row, kFirstFact + i);
    if (text.empty()) continue;
    object.facts.emplace_back(query.facts[i],
                              is_plain(query.facts[i]) ? std::string(text) : marked(text, schema));
  }
  std::sort(object.facts.begin(), object.facts.end());
  if (ids) object.ids = ids_from(rows.text(row, kObjectIds));
  return object;
}

}  // namespace

std::vector<Structure> read_structures(Transaction& transaction,
                                       std::span<const std::string> schemas, bool ids) {
  std::vector<Structure> structures(schemas.size());
  const Places places = read_schemas(transaction, schemas, structures);
  std::vector<Oid> oids;
  for (const auto& [oid, place] : places) oids.push_back(oid);
  const Field parameters[] = {integer_array(std::span<const Oid>(oids))};
  transaction.execute(kPlanAsWritten, "read the structure");
  const CatalogsInUse in_use(transaction, parameters);
  for (const StructureQuery& query : structure_queries(transaction.connection().server_version())) {
    if (!in_use.has(query.found_in)) continue;
    const Rows rows = transaction.query(
        query.sql(ids), parameters, fmt::format("read the structure ({})", to_string(query.kind)));
    for (size_t row = 0; row < rows.size(); ++row) {
      const auto place = places.find(oid_at(rows, row, kObjectSchema));
      if (place == places.end()) continue;
      Structure& structure = structures[place->second];
      structure.objects.push_back(object_from(rows, row, query, structure.schema, ids));
    }
  }
  transaction.execute(kPlanFreely, "read the structure");
  for (Structure& structure : structures) {
    std::sort(structure.objects.begin(), structure.objects.end(),
              [](const StructureObject& a, const StructureObject& b) {
                return std::tie(a.kind, a.table, a.name) < std::tie(b.kind, b.table, b.name);
              });
  }
  return structures;
}

Structure read_structure(Transaction& transaction, const std::string& schema, bool ids) {
  return std::move(read_structures(transaction, {&schema, 1}, ids).front());
}

std::vector<Dependency> read_dependencies(Transaction& transaction, const Structure& structure) {
  std::map<ObjectId, size_t> known;
  std::map<std::string, size_t> relations;
  for (size_t i = 0; i < structure.objects.size(); ++i) {
    const StructureObject& object = structure.objects[i];
    for (const ObjectId& id : object.ids) known.emplace(id, i);
    if (has_parts(object.kind)) relations.emplace(object.name, i);
  }
  const auto find = [&](ObjectId id) {
    auto found = known.find(id);
    if (found == known.end() && id.column != 0) {
      id.column = 0;
      found = known.find(id);
    }
    return found == known.end() ? structure.objects.size() : found->second;
  };
  std::vector<Dependency> dependencies;
  for (size_t i = 0; i < structure.objects.size(); ++i) {
    const StructureObject& object = structure.objects[i];
    const auto relation = relations.find(object.table);
    if (object.kind == ObjectKind::kColumn && relation != relations.end()) {
      dependencies.push_back({i, relation->second, true});
    }
  }
  const Field parameters[] = {fmt::format("{{{}}}", structure.objects.front().ids.front().oid)};
  const Rows rows = transaction.query(dependencies_sql(), parameters, "read what needs what");
  for (size_t row = 0; row < rows.size(); ++row) {
    const auto id = [&](size_t field) {
      return ObjectId{oid_at(rows, row, field), oid_at(rows, row, field + 1),
                      static_cast<int32_t>(rows.integer(row, field + 2))};
    };
    const size_t dependent = find(id(0));
    const size_t referenced = find(id(3));
    const size_t none = structure.objects.size();
    if (dependent == none || referenced == none || dependent == referenced) continue;
    dependencies.push_back({dependent, referenced, char_at(rows, row, 6) != 'n'});
  }
  return dependencies;
}

StructureGraph read_graph(Transaction& transaction, const std::string& schema) {
  StructureGraph graph;
  graph.structure = read_structure(transaction, schema, true);
  graph.dependencies = read_dependencies(transaction, graph.structure);
  return graph;
}

}  // namespace resow
