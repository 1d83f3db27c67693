#include "runner/audit/write_removal.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "fixtures/audit/log_entry.h"
#include "fixtures/dependency_order.h"
#include "fixtures/partitions.h"
#include "fixtures/structure/creation.h"
#include "fixtures/structure/object_sql.h"
#include "fixtures/structure/own_schema.h"
#include "fixtures/structure/privileges_sql.h"
#include "fixtures/structure/structure.h"
#include "fixtures/text.h"
#include "runner/output_folder.h"
#include "runner/sql_text.h"
#include "runner/structure/read_structure.h"

namespace resow {
namespace {

bool has_control_character(std::string_view name) {
  return std::any_of(name.begin(), name.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// Rows come as they were: nothing changes them on their way, and what they refer to may come later.
bool comes_after_rows(ObjectKind kind) {
  return kind == ObjectKind::kForeignKey || kind == ObjectKind::kTrigger ||
         kind == ObjectKind::kRule || kind == ObjectKind::kPolicy;
}

// What makes some of a schema's tables again.
struct MadeAgain {
  std::vector<std::string> before_rows, after_rows;
};

class RemovalReader {
 public:
  RemovalReader(Connection& connection, const Catalog& catalog, const Audit& audit,
                const Decisions* decisions)
      : connection_(connection),
        catalog_(catalog),
        audit_(audit),
        decisions_(decisions),
        transaction_(connection, Access::kReadOnly) {}

  Removal read() {
    removal_.name = decisions_ == nullptr ? "audit" : decisions_->name;
    removal_.database = audit_.database;
    choose_tables();
    raise_faults();
    read_tables();
    read_sequences();
    read_structure();
    raise_faults();
    removal_.structure = text_of(structure_sql(removal_.tables), "reading the structure");
    const std::string needed =
        text_of(needed_by_sql(removal_.tables), "asking what needs the tables");
    if (!needed.empty()) {
      faults_.push_back({"--script", "the tables are needed by " + needed, "see to that first"});
    }
    const MigrationLog* log =
        decisions_ != nullptr && decisions_->log ? &*decisions_->log : nullptr;
    removal_.log = log_entry(catalog_, log, removal_, faults_);
    raise_faults();
    return std::move(removal_);
  }

 private:
  void raise_faults() {
    if (!faults_.empty()) throw InputError(std::exchange(faults_, {}));
  }
  std::string text_of(const std::string& sql, const char* step) {
    const Rows rows = transaction_.query(sql, step);
    return std::string(rows.text(0, 0));
  }
  const Relation& relation(size_t index) const { return catalog_.relations[index]; }

  void choose_tables() {
    const auto partitions = partitions_by_root(catalog_);
    for (const AuditedTable& table : audit_.tables) {
      if (table.verdict() != Verdict::kRemove || !table.decision) continue;
      for (const std::string& objection : table.objections) {
        faults_.push_back(
            {table.display(), "cannot be removed: " + objection, "see to that first"});
      }
      for (const size_t index : table.relations) {
        check(index);
        chosen_.emplace_back(index, table.decision->reason);
        const auto parts = partitions.find(index);
        if (parts == partitions.end()) continue;
        for (const size_t part : parts->second) {
          check(part);
          chosen_.emplace_back(part, "");
        }
      }
    }
    if (chosen_.empty()) {
      faults_.push_back(
          {"--script", "nobody has decided to remove a table",
           "give one the verdict \"remove\" in the file of decisions, or name it with "
           "--remove"});
    }
    for (const auto& [index, reason] : chosen_) is_chosen_.insert(index);
    for (const auto& [index, reason] : chosen_) {
      for (const ForeignKey& key : relation(index).foreign_keys) {
        const bool far = is_chosen_.contains(key.referenced) &&
                         relation(key.referenced).schema != relation(index).schema;
        if (!far) continue;
        faults_.push_back({display_name(relation(index)),
                           fmt::format("refers to {} in another schema, and both are to go",
                                       display_name(relation(key.referenced))),
                           "remove this one first, and that one with a script of its own"});
      }
    }
    for (const size_t index : every_table()) {
      if (is_chosen_.contains(index)) continue;
      removal_.others.emplace_back(relation(index).schema, relation(index).name);
    }
    removal_.schemas = catalog_.schemas;
  }

  std::vector<size_t> every_table() const {
    std::vector<size_t> tables;
    for (size_t i = 0; i < catalog_.relations.size(); ++i) {
      const bool table = relation(i).kind == RelationKind::kTable ||
                         relation(i).kind == RelationKind::kPartitionedTable;
      if (table && relation(i).selected && !relation(i).partition_of) tables.push_back(i);
    }
    return tables;
  }

  void check(size_t index) {
    const Relation& table = relation(index);
    const std::string name = display_name(table);
    if (!table.privileges.select || table.row_security_active) {
      faults_.push_back({name, "this role may not read all of its rows: they cannot be backed up",
                         "do it as a role that owns the table"});
    }
    if (table.kind == RelationKind::kForeignTable || table.has_inheritors) {
      faults_.push_back(
          {name, "tables inherit from it, or it is one of another server", "remove it by hand"});
    }
    bool strange = has_control_character(table.schema) || has_control_character(table.name);
    for (const Column& column : table.columns) {
      strange = strange || has_control_character(column.name);
    }
    if (strange) {
      faults_.push_back(
          {name, "a name has characters that psql's \\copy cannot take", "rename it first"});
    }
  }

  // What refers to others first; tables that refer to each other go in one statement.
  void read_tables() {
    std::vector<size_t> whole;
    for (const auto& [index, reason] : chosen_) {
      if (!relation(index).partition_of) whole.push_back(index);
    }
    const DependencyOrder order = order_by_dependency(catalog_, whole);
    std::map<size_t, size_t> component_of;
    for (size_t i = 0; i < order.components.size(); ++i) {
      for (const size_t index : order.components[i]) component_of[index] = i;
    }
    std::map<size_t, size_t> drop_of;  // by component
    for (auto index = order.parents_first.rbegin(); index != order.parents_first.rend(); ++index) {
      const size_t place = removal_.tables.size();
      read_table(*index);
      const auto component = component_of.find(*index);
      if (component != component_of.end()) {
        const auto [drop, added] = drop_of.try_emplace(component->second, removal_.drops.size());
        if (!added) {
          removal_.drops[drop->second].push_back(place);
          continue;
        }
      }
      removal_.drops.push_back({place});
    }
    for (const auto& [index, reason] : chosen_) {
      if (relation(index).partition_of) read_table(index);
    }
  }

  void read_table(size_t index) {
    const Relation& from = relation(index);
    RemovedTable table;
    table.schema = from.schema;
    table.name = from.name;
    table.partitioned = from.kind == RelationKind::kPartitionedTable;
    table.partition = from.partition_of.has_value();
    table.reason = reason_of(index);
    for (const Column& column : from.columns) {
      if (!column.generated) table.columns.push_back(column.name);
    }
    if (!table.partition) {
      table.content = text_of(content_sql(table), "reading the rows that would go");
      table.rows = std::stoll(table.content);
    }
    removal_.tables.push_back(std::move(table));
  }
  std::string reason_of(size_t index) const {
    const auto found = std::find_if(chosen_.begin(), chosen_.end(),
                                    [&](const auto& each) { return each.first == index; });
    return found == chosen_.end() ? "" : found->second;
  }

  void read_sequences() {
    for (const auto& [index, reason] : chosen_) {
      for (const Column& column : relation(index).columns) {
        if (!column.sequence) continue;
        const auto sequence = catalog_.sequences.find(*column.sequence);
        if (sequence == catalog_.sequences.end() || !sequence->second.owned) continue;
        if (!sequences_.insert(sequence->first).second) continue;
        const Rows rows = transaction_.query(
            "SELECT last_value, is_called FROM " +
                connection_.quote_name(sequence->second.schema, sequence->second.name),
            "asking where a sequence stands");
        removal_.sequences.push_back({sequence->second.schema, sequence->second.name,
                                      rows.integer(0, 0), rows.boolean(0, 1)});
      }
    }
  }

  void read_structure() {
    std::map<std::string, std::set<std::string>> tables;  // by schema
    for (const auto& [index, reason] : chosen_) {
      tables[relation(index).schema].insert(relation(index).name);
    }
    std::vector<std::string> schemas;
    for (const auto& [schema, names] : tables) schemas.push_back(schema);
    const std::vector<Structure> structures = read_structures(transaction_, schemas, true);
    for (const Structure& structure : structures) {
      MadeAgain remaking = remake(structure, tables.at(structure.schema));
      const auto add = [](std::vector<std::string>& to, std::vector<std::string>& from) {
        std::move(from.begin(), from.end(), std::back_inserter(to));
      };
      add(removal_.creation, remaking.before_rows);
      add(removal_.creation_after_rows, remaking.after_rows);
    }
  }

  bool is_wanted(const StructureObject& object, const std::set<std::string>& tables) const {
    if (object.kind == ObjectKind::kSequence) {
      return !object.ids.empty() && sequences_.contains(object.ids.front().oid);
    }
    return tables.contains(object.kind == ObjectKind::kTable ? object.name : object.table);
  }

  MadeAgain remake(const Structure& whole, const std::set<std::string>& tables) {
    Structure part{whole.schema, whole.sql_schema, whole.owner, whole.sql_owner, {}};
    std::map<size_t, size_t> place;  // in the part, by place in the whole
    for (size_t i = 0; i < whole.objects.size(); ++i) {
      if (!is_wanted(whole.objects[i], tables)) continue;
      place[i] = part.objects.size();
      part.objects.push_back(whole.objects[i]);
    }
    std::vector<Dependency> dependencies;
    for (const Dependency& each : read_dependencies(transaction_, whole)) {
      const auto dependent = place.find(each.dependent);
      const auto referenced = place.find(each.referenced);
      if (dependent == place.end() || referenced == place.end()) continue;
      dependencies.push_back({dependent->second, referenced->second, each.part});
    }
    MadeAgain remaking;
    const auto add = [&](std::vector<std::string>& to, const Statements& statements) {
      for (const std::string& statement : statements) {
        to.push_back(replace_marks(statement, {whole.schema, whole.sql_schema, whole.sql_owner}));
      }
    };
    for (const size_t index : creation_order(part, dependencies)) {
      const StructureObject& object = part.objects[index];
      add(comes_after_rows(object.kind) ? remaking.after_rows : remaking.before_rows,
          make_sql(part, object));
    }
    for (const StructureObject& object : part.objects) {
      add(remaking.after_rows, settings_sql(part, object));
    }
    for (const StructureObject& object : part.objects) {
      add(remaking.after_rows, rights_sql(part, object, ""));
    }
    return remaking;
  }

  Connection& connection_;
  const Catalog& catalog_;
  const Audit& audit_;
  const Decisions* decisions_;
  Transaction transaction_;
  Removal removal_;
  std::vector<Fault> faults_;
  std::vector<std::pair<size_t, std::string>> chosen_;  // relation, reason
  std::set<size_t> is_chosen_;
  std::set<Oid> sequences_;
};

}  // namespace

Removal read_removal(Connection& connection, const Catalog& catalog, const Audit& audit,
                     const Decisions* decisions) {
  return RemovalReader(connection, catalog, audit, decisions).read();
}

void write_removal(const Removal& removal, const std::string& path, bool overwrite) {
  const std::vector<RemovalFile> files = removal_files(removal);
  std::vector<std::string> names;
  for (const RemovalFile& file : files) names.push_back(file.name);
  OutputFolder folder(path, "--script");
  if (const auto there = folder.existing(names); !there.empty() && !overwrite) {
    throw InputError({{"--script", fmt::format("{}/{} is there already", path, there.front()),
                       "name another folder, or say --overwrite"}});
  }
  for (const RemovalFile& file : files) {
    OutputFile out(folder.place_for(file.name), path + "/" + file.name);
    out.write(file.text);
    out.close();
  }
  folder.publish(names);
}

}  // namespace resow
