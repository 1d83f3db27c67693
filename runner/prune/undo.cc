#include "runner/prune/undo.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <set>
#include <span>
#include <utility>

#include "fixtures/disjoint_sets.h"
#include "fixtures/partitions.h"
#include "fixtures/text.h"
#include "fixtures/truncate_closure.h"
#include "runner/at_table.h"
#include "runner/catalog/row_values.h"
#include "runner/key_operators.h"
#include "runner/local_settings.h"
#include "runner/prune/undo_names.h"
#include "runner/sql_text.h"
#include "runner/triggers.h"

namespace resow {
namespace {

constexpr const char* kMisfitMend =
    "bring the table to the state that it had (a migration?); nothing was changed";

constexpr int kKeysMayBeLoose = 180000;  // the server's version

// Those of the foreign keys whose rows may refer to nothing.
std::vector<Oid> keys_not_enforced(Transaction& transaction, std::span<const Oid> keys) {
  if (transaction.connection().server_version() < kKeysMayBeLoose) return {};
  const Field parameters[] = {integer_array(keys)};
  const Rows rows = transaction.query(
      "SELECT oid FROM pg_catalog.pg_constraint WHERE NOT conenforced"
      " AND oid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])",
      parameters, "ask which foreign keys are enforced");
  std::vector<Oid> loose;
  for (size_t row = 0; row < rows.size(); ++row) loose.push_back(oid_at(rows, row, 0));
  return loose;
}

// The user's triggers that rows would fire, by relation.
std::vector<std::string> firing_names(const Relation& relation) {
  std::vector<std::string> names;
  for (const Trigger& trigger : relation.triggers) {
    if ((trigger.on_insert || trigger.on_update) && fires(trigger.enabled)) {
      names.push_back(trigger.name);
    }
  }
  return names;
}

bool has_rule(const Relation& relation, char event) {
  return std::any_of(relation.rules.begin(), relation.rules.end(),
                     [&](const Rule& rule) { return rule.event == event && fires(rule.enabled); });
}

// Switched off where the role owns the table.
std::vector<ClearStep> triggers_to_pause(const Catalog& catalog, const std::set<size_t>& tables) {
  std::vector<ClearStep> steps;
  for (const size_t index : tables) {
    const Relation& relation = catalog.relations[index];
    ClearStep step;
    step.relation = index;
    step.disable_triggers = firing_names(relation);
    if (relation.privileges.owner && !step.disable_triggers.empty()) {
      steps.push_back(std::move(step));
    }
  }
  return steps;
}

DatabaseError not_all_came(const Relation& relation, int64_t came, int64_t wanted) {
  DatabaseError error(fmt::format("{} came back, and {} should have", count_of_things(came, "row"),
                                  with_thousands(wanted)));
  error.schema = relation.schema;
  error.table = relation.name;
  error.step = "bring back the rows of " + display_name(relation);
  error.hint = "a trigger or a rule of the table may keep rows out";
  return error;
}

}  // namespace

int64_t Undone::conflict_count() const {
  return std::accumulate(
      tables.begin(), tables.end(), int64_t{0},
      [](int64_t sum, const UndoneTable& table) { return sum + table.conflicts; });
}

void Undone::add(Undone more) {
  const auto append = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  append(tables, more.tables);
  append(conflicts, more.conflicts);
  append(notes, more.notes);
}

std::vector<std::string> schemas_of(const ArchiveHeader& header) {
  std::set<std::string> schemas;
  for (const ArchivedTable& table : header.tables) schemas.insert(table.schema);
  return {schemas.begin(), schemas.end()};
}

std::vector<Fault> undo_misfits(const ArchiveHeader& header, const Catalog& catalog) {
  std::vector<Fault> faults;
  for (const ArchivedTable& table : header.tables) {
    const std::string name = display_name(table.schema, table.table);
    const auto index = catalog.find(table.schema, table.table);
    if (!index) {
      faults.push_back({name, "the run changed this table, and it is not there any more", ""});
      continue;
    }
    const Relation& relation = catalog.relations[*index];
    const std::vector<SnapshotColumn> here = snapshot_table(catalog, relation).columns;
    for (const SnapshotColumn& column : table.columns) {
      const auto found = std::find_if(here.begin(), here.end(), [&](const SnapshotColumn& own) {
        return own.name == column.name;
      });
      if (found == here.end()) {
        faults.push_back({name + "." + column.name,
                          "is in the archive, and the table has no such column to be filled",
                          kMisfitMend});
      } else if (found->type != column.type) {
        faults.push_back({name + "." + column.name,
                          fmt::format("is of type {} in the archive, and of type {} here",
                                      column.type, found->type),
                          kMisfitMend});
      }
    }
    const char event = table.kind == ArchivedKind::kDeleted ? '3' : '2';
    if (has_rule(relation, event)) {
      faults.push_back({name, "a rule of the table makes something else of rows that come back",
                        "drop the rule for the time being"});
    }
  }
  return faults;
}

UndoStage::UndoStage(Transaction& transaction, const Catalog& catalog, const ArchiveHeader& header)
    : transaction_(transaction), catalog_(catalog), header_(header) {}

Rows UndoStage::query(const std::string& sql, const std::string& step) {
  return transaction_.query(sql, step);
}

// Made when its first rows come. As the columns of the table are: type, length and collation, and
// no constraint.
UndoStage::Table& UndoStage::staged(size_t number) {
  const auto known = std::find_if(tables_.begin(), tables_.end(),
                                  [&](const Table& table) { return table.number == number; });
  if (known != tables_.end()) return *known;
  const Connection& connection = transaction_.connection();
  Table table;
  table.number = number;
  table.archived = &header_.tables[number];
  table.relation = *catalog_.find(table.archived->schema, table.archived->table);
  table.name = fmt::format("pg_temp.resow_undo_{}", number);
  std::string columns;
  for (size_t i = 0; i < table.archived->columns.size(); ++i) {
    columns += fmt::format("{}t.{} AS {}", i == 0 ? "" : ", ",
                           connection.quote_name(table.archived->columns[i].name),
                           staged_name(connection, *table.archived, i));
  }
  const Relation& relation = catalog_.relations[table.relation];
  transaction_.execute(
      fmt::format("CREATE TEMP TABLE {0} ON COMMIT DROP AS SELECT {1} FROM {2} AS t WITH NO DATA;"
                  "ALTER TABLE {0} ADD COLUMN {3} pg_catalog.int8 GENERATED ALWAYS AS IDENTITY,"
                  " ADD COLUMN {4} pg_catalog.text",
                  table.name, columns, table_name(connection, relation), kStagedNumber, kStagedWhy),
      "make room for the rows of " + display_name(relation));
  return tables_.emplace_back(std::move(table));
}

void UndoStage::add(size_t number, int64_t rows, std::string_view copy_text) {
  const Connection& connection = transaction_.connection();
  const Table& table = staged(number);
  std::string columns;
  for (size_t i = 0; i < table.archived->columns.size(); ++i) {
    columns += (i == 0 ? "" : ", ") + staged_name(connection, *table.archived, i);
  }
  const Relation& relation = catalog_.relations[table.relation];
  const int64_t came = at_table(relation, [&] {
    CopyIn copy(transaction_, fmt::format("COPY {} ({}) FROM STDIN", table.name, columns),
                "read the archived rows of " + display_name(relation));
    copy.write(copy_text);
    return copy.finish();
  });
  if (came != rows) {
    throw SnapshotDamaged("a block that holds another number of rows than it says");
  }
}

// In the order of the archive, with what is needed to compare their keys.
void UndoStage::settle() {
  std::sort(tables_.begin(), tables_.end(),
            [](const Table& a, const Table& b) { return a.number < b.number; });
  std::vector<Oid> indexes, keys;
  for (const Table& table : tables_) {
    transaction_.execute("ANALYZE " + table.name, "look at the archived rows");
    for (const UniqueKey& key : catalog_.relations[table.relation].unique_keys) {
      indexes.push_back(key.index);
    }
    for (const ForeignKey& key : catalog_.relations[table.relation].foreign_keys) {
      keys.push_back(key.oid);
    }
  }
  equal_of_index_ = index_operators(transaction_, indexes);
  equal_of_key_ = foreign_key_operators(transaction_, keys);
  for (const Oid key : keys_not_enforced(transaction_, keys)) equal_of_key_.erase(key);
}

std::string UndoStage::key_condition(const Table& table, std::string_view staged,
                                     std::string_view stored) const {
  const Connection& connection = transaction_.connection();
  const Relation& relation = catalog_.relations[table.relation];
  const std::vector<SnapshotColumn>& columns = table.archived->columns;
  std::string condition;
  for (size_t i = 0; i < table.archived->keys; ++i) {
    const Column* column = relation.column(columns[i].name);
    std::string equal = "OPERATOR(pg_catalog.=)";
    for (const UniqueKey& key : relation.unique_keys) {
      const auto place = std::find(key.columns.begin(), key.columns.end(), column->number);
      const auto operators = equal_of_index_.find(key.index);
      if (place == key.columns.end() || operators == equal_of_index_.end()) continue;
      const auto at = static_cast<size_t>(place - key.columns.begin());
      if (at < operators->second.size()) equal = operators->second[at];
      break;
    }
    condition += fmt::format("{}{}.{} {} {}.{}", i == 0 ? "" : " AND ", stored,
                             connection.quote_name(columns[i].name), equal, staged,
                             staged_column(static_cast<std::ptrdiff_t>(i)));
  }
  return condition;
}

Undone UndoStage::look() {
  settle();
  for (const Table& table : tables_) {
    find_repeated_keys(table);
    find_same_rows(table);
    find_taken_keys(table);
  }
  for (const Table& table : tables_) find_missing_parents(table, false);
  // Who hangs on those.
  for (bool found = true; found;) {
    found = false;
    for (const Table& table : tables_) found = find_missing_parents(table, true) || found;
  }
  for (const Table& table : tables_) find_changed_rows(table);
  Undone undone;
  std::set<size_t> relations;
  for (Table& table : tables_) {
    const Relation& relation = catalog_.relations[table.relation];
    const Rows counts =
        query(fmt::format(
                  "SELECT pg_catalog.count(*) FILTER (WHERE s.{0} IS NULL), pg_catalog.count(s.{0})"
                  " FROM {1} AS s",
                  kStagedWhy, table.name),
              "count what can come back");
    table.rows = counts.integer(0, 0);
    const int64_t conflicts = counts.integer(0, 1);
    if (table.rows + conflicts == 0) continue;
    undone.tables.push_back(
        {relation.schema, relation.name, table.archived->kind, table.rows, conflicts});
    if (conflicts > 0) {
      for (UndoConflict& conflict : conflicts_of(table)) {
        undone.conflicts.push_back(std::move(conflict));
      }
    }
    if (table.rows > 0) relations.insert(table.relation);
  }
  for (const size_t index : relations) {
    const Relation& relation = catalog_.relations[index];
    const std::vector<std::string> names = firing_names(relation);
    if (names.empty()) continue;
    undone.notes.push_back(fmt::format(
        "{} {} of {} {}", names.size() == 1 ? "trigger" : "triggers", fmt::join(names, ", "),
        display_name(relation),
        relation.privileges.owner
            ? (names.size() == 1 ? "is switched off meanwhile" : "are switched off meanwhile")
            : (names.size() == 1 ? "fires: the role does not own the table"
                                 : "fire: the role does not own the table")));
  }
  return undone;
}

// Those that foreign keys connect: in one statement no row has to come before another.
std::vector<std::vector<size_t>> UndoStage::tables_that_belong_together() const {
  DisjointSets sets(tables_.size());
  for (size_t a = 0; a < tables_.size(); ++a) {
    for (const ForeignKey& key : catalog_.relations[tables_[a].relation].foreign_keys) {
      for (size_t b = 0; b < tables_.size(); ++b) {
        if (tables_[b].relation == key.referenced ||
            partition_root(catalog_, tables_[b].relation) == key.referenced) {
          sets.join(a, b);
        }
      }
    }
  }
  std::map<size_t, std::vector<size_t>> groups;
  for (size_t i = 0; i < tables_.size(); ++i) {
    if (tables_[i].archived->kind == ArchivedKind::kDeleted && tables_[i].rows > 0) {
      groups[sets.find(i)].push_back(i);
    }
  }
  std::vector<std::vector<size_t>> together;
  for (auto& [first, members] : groups) together.push_back(std::move(members));
  return together;
}

void UndoStage::insert_rows(const std::vector<size_t>& together) {
  const Connection& connection = transaction_.connection();
  std::string parts, counts;
  for (const size_t place : together) {
    const Table& table = tables_[place];
    std::string columns;
    for (const SnapshotColumn& column : table.archived->columns) {
      columns += (columns.empty() ? "" : ", ") + connection.quote_name(column.name);
    }
    parts += fmt::format(
        "{}i{} AS (INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {} AS s WHERE s.{} IS"
        " NULL ORDER BY s.{} RETURNING 1)",
        parts.empty() ? "WITH " : ", ", place,
        table_name(connection, catalog_.relations[table.relation]), columns, columns, table.name,
        kStagedWhy, kStagedNumber);
    counts +=
        fmt::format("{}(SELECT pg_catalog.count(*) FROM i{})", counts.empty() ? "" : ", ", place);
  }
  const Relation& first = catalog_.relations[tables_[together.front()].relation];
  const Rows came = query(
      parts + " SELECT " + counts,
      together.size() == 1
          ? "bring back the rows of " + display_name(first)
          : fmt::format("bring back the rows of {} tables of {}", together.size(), first.schema));
  for (size_t i = 0; i < together.size(); ++i) {
    const Table& table = tables_[together[i]];
    if (came.integer(0, i) != table.rows) {
      throw not_all_came(catalog_.relations[table.relation], came.integer(0, i), table.rows);
    }
  }
}

void UndoStage::reset_rows(const Table& table) {
  const Connection& connection = transaction_.connection();
  const Relation& relation = catalog_.relations[table.relation];
  const std::vector<SnapshotColumn>& columns = table.archived->columns;
  const size_t values = (columns.size() - table.archived->keys) / 2;
  std::string list;
  for (size_t i = table.archived->keys; i < table.archived->keys + values; ++i) {
    list +=
        fmt::format("{}{} = s.{}", list.empty() ? "" : ", ", connection.quote_name(columns[i].name),
                    staged_column(static_cast<std::ptrdiff_t>(i)));
  }
  const int64_t changed = at_table(relation, [&] {
    return query(fmt::format("UPDATE {} AS t SET {} FROM {} AS s WHERE s.{} IS NULL AND {}",
                             only_table(connection, relation), list, table.name, kStagedWhy,
                             key_condition(table, "s", "t")),
                 "bring back the values of " + display_name(relation))
        .affected();
  });
  if (changed != table.rows) throw not_all_came(relation, changed, table.rows);
}

// Never back: numbers may have been given out meanwhile.
void UndoStage::move_sequences(const Table& table) {
  const Connection& connection = transaction_.connection();
  const Relation& relation = catalog_.relations[table.relation];
  for (const SnapshotColumn& kept : table.archived->columns) {
    const Column* column = relation.column(kept.name);
    const auto sequence =
        column->sequence ? catalog_.sequences.find(*column->sequence) : catalog_.sequences.end();
    if (sequence == catalog_.sequences.end() || sequence->second.increment < 0) continue;
    const std::string name = connection.quote_name(sequence->second.schema, sequence->second.name);
    query(fmt::format("SELECT pg_catalog.setval({}::pg_catalog.regclass, m.most) FROM (SELECT"
                      " pg_catalog.max(s.{})::pg_catalog.int8 AS most FROM {} AS s WHERE s.{} IS"
                      " NULL) AS m, {} AS q WHERE m.most OPERATOR(pg_catalog.>) q.last_value OR"
                      " (m.most OPERATOR(pg_catalog.=) q.last_value AND NOT q.is_called)",
                      connection.quote_literal(name), connection.quote_name(kept.name), table.name,
                      kStagedWhy, name),
          "move sequence " + display_name(sequence->second.schema, sequence->second.name));
  }
}

void UndoStage::bring_back() {
  std::set<size_t> relations;
  for (const Table& table : tables_) {
    if (table.rows > 0) relations.insert(table.relation);
  }
  const std::vector<TriggerState> states =
      disable_triggers(transaction_, catalog_, triggers_to_pause(catalog_, relations));
  transaction_.execute(kPlanChecksOnce, "plan checks of foreign keys once");
  for (const std::vector<size_t>& together : tables_that_belong_together()) {
    insert_rows(together);
  }
  for (const Table& table : tables_) {
    if (table.archived->kind == ArchivedKind::kReset && table.rows > 0) reset_rows(table);
  }
  transaction_.execute(kCheckDeferred, "check deferred constraints");
  restore_triggers(transaction_, states);
  for (const Table& table : tables_) {
    if (table.archived->kind == ArchivedKind::kDeleted && table.rows > 0) move_sequences(table);
  }
}

}  // namespace resow
