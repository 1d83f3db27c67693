#include "runner/look.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

#include "runner/at_table.h"
#include "runner/relation_sizes.h"
#include "runner/sequence_states.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

std::string step_name(const Scope& scope) {
  std::string step = "look at the tables of ";
  for (const std::string& schema : scope.schemas) {
    if (&schema != &scope.schemas.front()) step += ", ";
    step += schema;
  }
  return step;
}

// What is asked, and of which tables: relations to count, foreign keys of tables around them.
struct Question {
  Transaction& transaction;
  const Catalog& catalog;
  const Scope& scope;
  const std::vector<size_t>& lifted;
  std::string step;

  const Relation& relation(size_t index) const { return catalog.relations[index]; }
  const ForeignKey& foreign_key(const ForeignKeyRef& ref) const {
    return relation(ref.relation).foreign_keys[ref.foreign_key];
  }
  bool may_count(size_t index) const {
    return !relation(index).row_security_active ||
           std::find(lifted.begin(), lifted.end(), index) != lifted.end();
  }
  std::string from(size_t index) const {
    return only_table(transaction.connection(), relation(index));
  }
};

std::set<size_t> cleared_or_seeded(const Scope& scope) {
  std::set<size_t> relations(scope.clear.begin(), scope.clear.end());
  relations.insert(scope.seed.begin(), scope.seed.end());
  return relations;
}

std::map<Oid, SequenceState> read_sequences(const Question& ask,
                                            const std::set<size_t>& relations) {
  std::set<Oid> oids;
  for (const size_t index : relations) {
    for (const Column& column : ask.relation(index).columns) {
      if (column.sequence) oids.insert(*column.sequence);
    }
  }
  std::vector<std::string> expressions;
  std::set<std::string> schemas;
  for (const Oid oid : oids) {
    const Sequence& sequence = ask.catalog.sequences.at(oid);
    schemas.insert(sequence.schema);
    expressions.push_back(
        sequence_state_sql(ask.transaction.connection(), sequence.schema, sequence.name));
  }
  const std::vector<Field> values = at_sequences(
      ask.catalog.user, schemas, [&] { return scalars(ask.transaction, expressions, ask.step); });
  std::map<Oid, SequenceState> states;
  size_t i = 0;
  for (const Oid oid : oids) states[oid] = sequence_state(*values[i++]);
  return states;
}

// Everything that needs a look at rows, in one query.
void count_rows(const Question& ask, const std::map<size_t, int64_t>& bytes,
                const std::set<size_t>& counted, State& state) {
  const Connection& connection = ask.transaction.connection();
  std::vector<std::string> expressions;
  std::vector<std::pair<int64_t*, size_t>> targets;  // where the value goes
  std::vector<std::tuple<size_t, ColumnNumber, size_t>> greatest;
  const auto ask_for = [&](int64_t* target, std::string expression) {
    targets.emplace_back(target, expressions.size());
    expressions.push_back(std::move(expression));
  };
  const auto has_blocks = [&](size_t index) {
    return bytes.count(index) != 0 && bytes.at(index) > 0;
  };

  for (const size_t index : counted) {
    const Relation& relation = ask.relation(index);
    int64_t& rows = state.rows[index];
    rows = 0;
    if (!has_blocks(index)) continue;
    if (ask.may_count(index)) {
      ask_for(&rows, "(SELECT pg_catalog.count(*) FROM " + ask.from(index) + ")");
    } else {
      rows = std::max<int64_t>(1, relation.estimated_rows);
    }
  }
  for (const ForeignKeyRef& ref : ask.scope.dangling) {
    int64_t& rows = state.dangling[{ref.relation, ref.foreign_key}];
    rows = 0;
    if (!has_blocks(ref.relation)) continue;
    std::string condition;
    for (const ColumnNumber number : ask.foreign_key(ref).columns) {
      if (!condition.empty()) condition += " AND ";
      condition +=
          connection.quote_name(ask.relation(ref.relation).column(number)->name) + " IS NOT NULL";
    }
    ask_for(&rows, "(SELECT pg_catalog.count(*) FROM " + ask.from(ref.relation) + " WHERE " +
                       condition + ")");
  }
  for (const auto& [index, number] : ask.scope.greatest) {
    if (!has_blocks(index) || !ask.may_count(index)) continue;
    const Column& column = *ask.relation(index).column(number);
    const bool descending =
        column.sequence && ask.catalog.sequences.at(*column.sequence).increment < 0;
    greatest.emplace_back(index, number, expressions.size());
    expressions.push_back("(SELECT pg_catalog." + std::string(descending ? "min" : "max") + "(" +
                          connection.quote_name(column.name) + ") FROM " +
                          table_name(connection, ask.relation(index)) + ")");
  }

  const std::vector<Field> values = at_unreadable_of(
      ask.catalog, counted, [&] { return scalars(ask.transaction, expressions, ask.step); });
  for (const auto& [target, place] : targets) *target = std::stoll(*values[place]);
  for (const auto& [index, number, place] : greatest) {
    if (values[place]) state.greatest[{index, number}] = std::stoll(*values[place]);
  }
}

ExistingKeys read_keys(const Question& ask, const Relation& parent,
                       const std::vector<ColumnNumber>& columns) {
  const Connection& connection = ask.transaction.connection();
  std::string list, condition, order;
  for (const ColumnNumber number : columns) {
    const Column& column = *parent.column(number);
    const std::string name = "t." + connection.quote_name(column.name);
    const auto type = ask.catalog.types.find(column.type);
    const bool string = type != ask.catalog.types.end() && type->second.category == 'S';
    if (!list.empty()) {
      list += ", ";
      condition += " AND ";
      order += ", ";
    }
    list += name + "::pg_catalog.text";
    condition += name + " IS NOT NULL";
    order += name + (string ? " COLLATE pg_catalog.\"C\"" : "");
  }
  const Rows rows = ask.transaction.query(
      "SELECT " + list + " FROM " + only_table(connection, parent) + " AS t WHERE " + condition +
          " ORDER BY " + order + " LIMIT " + std::to_string(kExistingKeysLimit),
      "read the keys of " + display_name(parent));
  ExistingKeys keys;
  keys.rows = rows.size();
  for (size_t i = 0; i < columns.size(); ++i) {
    std::vector<Constant> values;
    values.reserve(rows.size());
    for (size_t row = 0; row < rows.size(); ++row) values.emplace_back(rows.text(row, i));
    keys.values.push_back(std::make_shared<const std::vector<Constant>>(std::move(values)));
  }
  return keys;
}

// Keys of the tables that seeded ones refer to; equal sets of columns are read once. A parent that
// is cleared and not filled again has none.
void read_existing(const Question& ask, const std::map<size_t, int64_t>& bytes, State& state) {
  std::map<std::pair<size_t, std::vector<ColumnNumber>>, ExistingKeys> known;
  for (const ForeignKeyRef& ref : ask.scope.existing_parents) {
    const ForeignKey& key = ask.foreign_key(ref);
    const auto [place, added] = known.try_emplace({key.referenced, key.referenced_columns});
    if (added) {
      const auto& cleared = ask.scope.clear;
      const bool empty = bytes.count(key.referenced) == 0 || bytes.at(key.referenced) == 0 ||
                         std::find(cleared.begin(), cleared.end(), key.referenced) != cleared.end();
      if (empty) {
        place->second.values.resize(key.columns.size(),
                                    std::make_shared<const std::vector<Constant>>());
      } else {
        place->second = read_keys(ask, ask.relation(key.referenced), key.referenced_columns);
      }
    }
    state.existing[{ref.relation, ref.foreign_key}] = place->second;
  }
}

}  // namespace

State look(Transaction& transaction, const Catalog& catalog, const Scope& scope,
           const std::vector<size_t>& lifted, bool count) {
  const Question ask{transaction, catalog, scope, lifted, step_name(scope)};
  const std::set<size_t> counted = cleared_or_seeded(scope);
  std::set<size_t> sized = counted;
  for (const ForeignKeyRef& ref : scope.dangling) sized.insert(ref.relation);
  for (const ForeignKeyRef& ref : scope.existing_parents) {
    sized.insert(ask.foreign_key(ref).referenced);
  }
  for (const auto& [index, number] : scope.greatest) sized.insert(index);

  State state;
  const std::map<size_t, int64_t> bytes = relation_sizes(transaction, catalog, sized, ask.step);
  state.sequences = read_sequences(ask, counted);
  count_rows(ask, bytes, count ? counted : std::set<size_t>(), state);
  read_existing(ask, bytes, state);
  return state;
}

}  // namespace resow
