#include "runner/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "fixtures/candidate_values.h"
#include "fixtures/column_type.h"
#include "fixtures/program_values.h"
#include "fixtures/seeding_needs.h"
#include "runner/database_failure.h"
#include "runner/fill_tables.h"
#include "runner/judged_checks.h"
#include "runner/local_settings.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

using Tuple = std::vector<Constant>;  // a value for each of some columns

constexpr size_t kSampleRows = 16;
constexpr size_t kMostChoices = 200;    // of a column, or of the rows that a foreign key picks
constexpr size_t kMostProposed = 4000;  // tuples in one question
constexpr size_t kMostKept = 5000;
constexpr size_t kMostStatements = 3000;  // for one table

// Within a savepoint, so that what a function raises is no harm and nothing is written.
class Court {
 public:
  Court(Transaction& transaction, const Plan& plan) : transaction_(transaction) {
    transaction.execute(
        "SAVEPOINT resow_judge; SET LOCAL transaction_read_only = on;"
        " SET LOCAL statement_timeout = '10s'",
        "SAVEPOINT");
    use_search_path(transaction, plan);
    transaction.execute("SAVEPOINT resow_question", "SAVEPOINT");
  }
  void close() {
    transaction_.execute("ROLLBACK TO SAVEPOINT resow_judge; RELEASE SAVEPOINT resow_judge",
                         "ROLLBACK TO SAVEPOINT");
  }
  // Nothing where the server raises an error.
  std::optional<Rows> ask(const std::string& sql, const std::string& step) {
    ++statements_;
    try {
      return transaction_.query(sql, step);
    } catch (const DatabaseError& error) {
      if (is_about_the_session(error) && error.sqlstate != "57014") throw;
      transaction_.execute("ROLLBACK TO SAVEPOINT resow_question", "ROLLBACK TO SAVEPOINT");
      return std::nullopt;
    }
  }
  size_t statements() const { return statements_; }
  void start_counting() { statements_ = 0; }
  const Connection& connection() const { return transaction_.connection(); }

 private:
  Transaction& transaction_;
  size_t statements_ = 0;
};

// Columns whose values are chosen together: one that is free, or those of a foreign key.
struct Dimension {
  std::vector<ColumnNumber> columns;
  std::vector<Tuple> choices;
  // A foreign key to a seeded table: which rows the choices are, and what is referred to.
  std::optional<size_t> parent;  // relation
  std::vector<ColumnNumber> referenced;
  std::vector<uint64_t> rows;
  bool fixed = false;  // not ours to choose: the choices are values that it has
};

class TableJudge {
 public:
  TableJudge(Court& court, const Catalog& catalog, const Dataset& dataset, const Plan& plan,
             const LoadStep& step, Judgements& judgements)
      : court_(court),
        catalog_(catalog),
        dataset_(dataset),
        plan_(plan),
        step_(step),
        relation_(catalog.relations[step.relation]),
        judgements_(judgements) {}

  // True when something was found that changes the plan.
  bool run() {
    std::vector<JudgedCheck> checks = judged_checks(court_.connection(), catalog_, step_.relation);
    // All that can be found was found.
    if (judgements_.satisfied.contains({step_.relation, ""})) return false;
    const auto is_done = [&](const JudgedCheck& check) {
      return judgements_.satisfied.contains({step_.relation, check.name});
    };
    if (std::all_of(checks.begin(), checks.end(), is_done)) return false;
    court_.start_counting();
    const std::vector<ColumnNumber> columns = columns_in(checks);
    const std::vector<Tuple> sample = sample_of(columns);
    if (passing(checks, columns, sample).size() == sample.size()) {
      for (const JudgedCheck& check : checks) approve(check);
      return false;
    }
    std::vector<JudgedCheck> failing;
    for (const JudgedCheck& check : checks) {
      if (is_done(check)) continue;
      if (passing({check}, columns, sample).size() == sample.size()) {
        approve(check);
      } else {
        failing.push_back(check);
      }
    }
    bool changed = false;
    for (const std::vector<JudgedCheck>& group : groups(checks, failing)) {
      changed = solve(group, failing) || changed;
    }
    if (!changed) judgements_.satisfied.emplace(step_.relation, "");
    return changed;
  }

 private:
  void approve(const JudgedCheck& check) {
    judgements_.satisfied.emplace(step_.relation, check.name);
  }

  static bool has(const std::vector<ColumnNumber>& columns, ColumnNumber number) {
    return std::find(columns.begin(), columns.end(), number) != columns.end();
  }

  static std::vector<ColumnNumber> columns_in(const std::vector<JudgedCheck>& checks) {
    std::vector<ColumnNumber> columns;
    for (const JudgedCheck& check : checks) {
      for (const ColumnNumber number : check.columns) {
        if (!has(columns, number)) columns.push_back(number);
      }
    }
    return columns;
  }

  std::optional<size_t> program_of(ColumnNumber number) const {
    for (size_t i = 0; i < step_.columns.size(); ++i) {
      if (step_.columns[i] == number) return step_.programs[i];
    }
    return std::nullopt;
  }

  const ColumnProgram& program(size_t column) const {
    return plan_.program.tables[step_.table].columns[column];
  }

  std::vector<uint64_t> sample_rows() const {
    std::vector<uint64_t> rows;
    const uint64_t count = std::min<uint64_t>(step_.rows, kSampleRows);
    for (uint64_t i = 0; i < count; ++i) rows.push_back(i * step_.rows / count);
    return rows;
  }

  std::vector<Constant> values_in(size_t column, const std::vector<uint64_t>& rows) const {
    ColumnBatch batch;
    fill(plan_.program, step_.table, column, rows, batch);
    std::vector<Constant> values;
    for (size_t row = 0; row < rows.size(); ++row) {
      std::string text;
      if (batch.nulls[row] == 0) append_text(batch, row, text);
      values.push_back(batch.nulls[row] == 0 ? Constant(std::move(text)) : Constant());
    }
    return values;
  }

  // NULL stands for what the server fills in: see value_text().
  std::vector<Tuple> sample_of(const std::vector<ColumnNumber>& columns) const {
    const std::vector<uint64_t> rows = sample_rows();
    std::vector<Tuple> tuples(rows.size());
    for (const ColumnNumber number : columns) {
      const auto column = program_of(number);
      const std::vector<Constant> values =
          column ? values_in(*column, rows) : std::vector<Constant>(rows.size());
      for (size_t i = 0; i < rows.size(); ++i) tuples[i].push_back(values[i]);
    }
    return tuples;
  }

  std::string type_of(const Column& column) const {
    const Type* type = column_type(catalog_, column).type;
    return type == nullptr ? type_name(court_.connection(), catalog_, column)
                           : court_.connection().quote_name(type->schema, type->name);
  }

  // Of a column that we do not fill, its DEFAULT.
  std::string value_text(ColumnNumber number, const Constant& value) const {
    const Column& column = *relation_.column(number);
    std::string text = "NULL";
    if (value) {
      text = court_.connection().quote_literal(*value);
    } else if (!program_of(number) && column.default_expression && !column.sequence &&
               column.default_expression->find("nextval") == std::string::npos) {
      text = "(" + *column.default_expression + ")";
    } else if (!program_of(number) && (column.sequence || column.identity != Identity::kNone)) {
      text = "1";
    }
    return text + "::" + type_of(column);
  }

  std::string question(const std::vector<JudgedCheck>& checks,
                       const std::vector<ColumnNumber>& columns, const std::vector<Tuple>& tuples,
                       size_t first, size_t count) const {
    const Connection& connection = court_.connection();
    std::vector<size_t> sent;  // into columns
    std::string names = "\"resow row\"", made;
    for (size_t i = 0; i < columns.size(); ++i) {
      const Column& column = *relation_.column(columns[i]);
      if (column.generated && column.default_expression) {
        made += ", (" + *column.default_expression + ") AS " + connection.quote_name(column.name);
      } else {
        sent.push_back(i);
        names += ", " + connection.quote_name(column.name);
      }
    }
    std::string sql = "SELECT \"resow row\" FROM (SELECT t.*" + made + " FROM (VALUES ";
    for (size_t row = first; row < first + count; ++row) {
      sql += fmt::format("{}({}", row == first ? "" : ", ", row);
      for (const size_t i : sent) sql += ", " + value_text(columns[i], tuples[row][i]);
      sql += ")";
    }
    sql += ") AS t(" + names + ") OFFSET 0) AS t WHERE ";
    for (size_t i = 0; i < checks.size(); ++i) {
      sql += std::string(i == 0 ? "" : " AND ") + "((" + checks[i].sql + ") IS NOT FALSE)";
    }
    return sql;
  }

  void collect(const std::vector<JudgedCheck>& checks, const std::vector<ColumnNumber>& columns,
               const std::vector<Tuple>& tuples, size_t first, size_t count,
               std::vector<size_t>& result) {
    if (court_.statements() >= kMostStatements) return;
    const auto rows = court_.ask(question(checks, columns, tuples, first, count),
                                 "ask for checks of " + display_name(relation_));
    if (rows) {
      for (size_t i = 0; i < rows->size(); ++i) {
        result.push_back(static_cast<size_t>(rows->integer(i, 0)));
      }
    } else if (count > 1) {
      collect(checks, columns, tuples, first, count / 2, result);
      collect(checks, columns, tuples, first + count / 2, count - count / 2, result);
    }
  }

  // Which of the tuples satisfy all checks, in order. What raises an error does not.
  std::vector<size_t> passing(const std::vector<JudgedCheck>& checks,
                              const std::vector<ColumnNumber>& columns,
                              const std::vector<Tuple>& tuples) {
    std::vector<size_t> result;
    constexpr size_t kAtOnce = 500;
    for (size_t first = 0; first < tuples.size(); first += kAtOnce) {
      collect(checks, columns, tuples, first, std::min(kAtOnce, tuples.size() - first), result);
    }
    std::sort(result.begin(), result.end());
    return result;
  }

  // The checks that share columns with a failing one, together.
  static std::vector<std::vector<JudgedCheck>> groups(const std::vector<JudgedCheck>& checks,
                                                      const std::vector<JudgedCheck>& failing) {
    std::vector<std::vector<JudgedCheck>> result;
    std::set<std::string> taken;
    for (const JudgedCheck& start : failing) {
      if (taken.contains(start.name)) continue;
      std::vector<JudgedCheck> group = {start};
      std::vector<ColumnNumber> columns = start.columns;
      taken.insert(start.name);
      for (bool grown = true; grown;) {
        grown = false;
        for (const JudgedCheck& check : checks) {
          const bool shares =
              std::any_of(check.columns.begin(), check.columns.end(),
                          [&](ColumnNumber number) { return has(columns, number); });
          if (!shares || !taken.insert(check.name).second) continue;
          for (const ColumnNumber number : check.columns) {
            if (!has(columns, number)) columns.push_back(number);
          }
          group.push_back(check);
          grown = true;
        }
      }
      result.push_back(std::move(group));
    }
    return result;
  }

  // What the functions that the checks call have in them; whether one of them may look at tables.
  void learn_of_functions(std::vector<JudgedCheck>& group, bool& looks_around) {
    for (JudgedCheck& check : group) {
      const auto rows = court_.ask(
          "SELECT p.prosrc, p.provolatile FROM pg_catalog.pg_depend AS d"
          " JOIN pg_catalog.pg_proc AS p ON p.oid OPERATOR(pg_catalog.=) d.refobjid"
          " JOIN pg_catalog.pg_constraint AS k ON k.oid OPERATOR(pg_catalog.=) d.objid"
          " WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_constraint'::pg_catalog.regclass"
          " AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass"
          " AND k.conname OPERATOR(pg_catalog.=) " +
              court_.connection().quote_literal(check.name) +
              " AND (k.conrelid OPERATOR(pg_catalog.=) " + std::to_string(relation_.oid) +
              "::pg_catalog.oid OR k.contypid OPERATOR(pg_catalog.<>) 0::pg_catalog.oid)",
          "look at the functions of checks");
      for (size_t i = 0; rows && i < rows->size(); ++i) {
        for (std::string& word : words_of(rows->text(i, 0))) check.words.push_back(std::move(word));
        looks_around = looks_around || rows->text(i, 1) != "i";
      }
    }
  }

  bool is_named(const Column& column) const {
    const TableSpec& spec = dataset_.tables[plan_.scope.specs.at(step_.relation)];
    const auto names = [&](const auto& columns) {
      return std::any_of(columns.begin(), columns.end(),
                         [&](const auto& entry) { return entry.first == column.name; });
    };
    return is_always_named(spec, column) || names(spec.columns) ||
           std::any_of(spec.literal_rows.begin(), spec.literal_rows.end(),
                       [&](const LiteralRow& row) { return names(row.columns); });
  }

  // The columns of the table that pick the same row.
  template <typename Rule>
  std::vector<ColumnNumber> picked_with(const Rule& rule) const {
    std::vector<ColumnNumber> columns;
    for (size_t i = 0; i < step_.columns.size(); ++i) {
      const auto* other = std::get_if<Rule>(&program(step_.programs[i]).rule.how);
      if (other != nullptr && other->pick.high == rule.pick.high &&
          other->pick.low == rule.pick.low) {
        columns.push_back(step_.columns[i]);
      }
    }
    return columns;
  }

  bool all_nullable(const std::vector<ColumnNumber>& columns) const {
    return std::all_of(columns.begin(), columns.end(), [&](ColumnNumber number) {
      return !column_type(catalog_, *relation_.column(number)).not_null;
    });
  }

  std::optional<size_t> relation_of(size_t table) const {
    for (const LoadStep& step : plan_.filled) {
      if (step.table == table) return step.relation;
    }
    return std::nullopt;
  }

  Dimension to_seeded(const rule::RowOf& rule) const {
    Dimension dimension;
    dimension.columns = picked_with(rule);
    dimension.parent = relation_of(rule.table);
    const uint64_t count =
        std::min<uint64_t>(kMostChoices, plan_.program.tables[rule.table].shape.rows());
    for (const ColumnNumber number : dimension.columns) {
      const auto& of = std::get<rule::RowOf>(program(*program_of(number)).rule.how);
      const ColumnProgram& source = plan_.program.tables[of.table].columns[of.column];
      const Column* referenced =
          dimension.parent
              ? catalog_.relations[*dimension.parent].column(std::string_view(source.name))
              : nullptr;
      dimension.referenced.push_back(referenced == nullptr ? ColumnNumber{0} : referenced->number);
    }
    for (uint64_t row = 0; row < count; ++row) {
      Tuple tuple;
      for (const ColumnNumber number : dimension.columns) {
        const auto& of = std::get<rule::RowOf>(program(*program_of(number)).rule.how);
        tuple.push_back(value_at(plan_.program, of.table, of.column, row));
      }
      dimension.choices.push_back(std::move(tuple));
      dimension.rows.push_back(row);
    }
    return dimension;
  }

  Dimension to_existing(const rule::Existing& rule) const {
    Dimension dimension;
    dimension.columns = picked_with(rule);
    const size_t count = std::min(kMostChoices, rule.values->size());
    for (size_t row = 0; row < count; ++row) {
      Tuple tuple;
      for (const ColumnNumber number : dimension.columns) {
        const auto& of = std::get<rule::Existing>(program(*program_of(number)).rule.how);
        tuple.push_back(of.values->at(row));
      }
      dimension.choices.push_back(std::move(tuple));
    }
    return dimension;
  }

  Dimension free_column(ColumnNumber number, const std::vector<std::string>& words) const {
    Dimension dimension;
    dimension.columns = {number};
    Clues clues;
    clues.words = words;
    clues.now = dataset_.now;
    clues.role = catalog_.user;
    clues.present = values_in(*program_of(number), sample_rows());
    const ColumnType type = column_type(catalog_, *relation_.column(number));
    if (type.type != nullptr && type.type->kind == TypeKind::kArray) {
      const auto element = catalog_.types.find(type.type->element);
      if (element != catalog_.types.end()) {
        clues.words.insert(clues.words.begin(), element->second.labels.begin(),
                           element->second.labels.end());
      }
    }
    for (Constant& value : candidate_values(type, clues, kMostChoices)) {
      dimension.choices.push_back({std::move(value)});
    }
    return dimension;
  }

  Dimension fixed_column(ColumnNumber number) const {
    Dimension dimension;
    dimension.columns = {number};
    dimension.fixed = true;
    const auto column = program_of(number);
    const std::vector<Constant> values =
        column ? values_in(*column, sample_rows()) : std::vector<Constant>{Constant()};
    for (const Constant& value : values) {
      const Tuple tuple = {value};
      if (std::find(dimension.choices.begin(), dimension.choices.end(), tuple) ==
          dimension.choices.end()) {
        dimension.choices.push_back(tuple);
      }
    }
    return dimension;
  }

  Dimension dimension_of(ColumnNumber number, const std::vector<std::string>& words) const {
    const Column& column = *relation_.column(number);
    const auto at = program_of(number);
    if (!at || is_named(column)) return fixed_column(number);
    const auto& how = program(*at).rule.how;
    Dimension dimension;
    if (const auto* row = std::get_if<rule::RowOf>(&how)) {
      if (row->table != step_.table && !row->earlier) {
        dimension = to_seeded(*row);
      } else if (all_nullable(picked_with(*row))) {
        dimension.columns = picked_with(*row);  // to nothing
      } else {
        return fixed_column(number);
      }
    } else if (const auto* existing = std::get_if<rule::Existing>(&how)) {
      dimension = to_existing(*existing);
    } else if (std::holds_alternative<rule::ParentColumn>(how) ||
               std::holds_alternative<rule::ChildCount>(how) ||
               std::holds_alternative<rule::ByItem>(how) ||
               std::holds_alternative<rule::Literal>(how) ||
               (std::holds_alternative<rule::Sequence>(how) && column.sequence)) {
      return fixed_column(number);
    } else {
      const bool in_foreign_key =
          std::any_of(relation_.foreign_keys.begin(), relation_.foreign_keys.end(),
                      [&](const ForeignKey& key) { return has(key.columns, number); });
      if (in_foreign_key) return fixed_column(number);
      return free_column(number, words);
    }
    if (all_nullable(dimension.columns)) {
      dimension.choices.emplace_back(dimension.columns.size());
    }
    return dimension;
  }

  std::vector<Dimension> dimensions_of(const std::vector<JudgedCheck>& group) const {
    std::vector<Dimension> dimensions;
    std::set<ColumnNumber> placed;
    for (const ColumnNumber number : columns_in(group)) {
      if (placed.contains(number) || relation_.column(number)->generated) continue;
      std::vector<std::string> words;
      for (const JudgedCheck& check : group) {
        if (!has(check.columns, number)) continue;
        words.insert(words.end(), check.words.begin(), check.words.end());
      }
      dimensions.push_back(dimension_of(number, words));
      placed.insert(dimensions.back().columns.begin(), dimensions.back().columns.end());
    }
    return dimensions;
  }

  // --- the search: partial rows over more and more dimensions

  struct Partial {
    std::vector<size_t> dimensions;            // in the order in which they were joined
    std::vector<std::vector<size_t>> choices;  // for each partial row, of each of these
  };

  std::vector<ColumnNumber> columns_of(const std::vector<Dimension>& all,
                                       const std::vector<size_t>& chosen) const {
    std::vector<ColumnNumber> columns;
    for (const size_t dimension : chosen) {
      columns.insert(columns.end(), all[dimension].columns.begin(), all[dimension].columns.end());
    }
    // What is made of them.
    for (const Column& column : relation_.columns) {
      if (column.generated) columns.push_back(column.number);
    }
    return columns;
  }

  Tuple tuple_of(const std::vector<Dimension>& all, const std::vector<size_t>& dimensions,
                 const std::vector<size_t>& choices) const {
    Tuple tuple;
    for (size_t i = 0; i < dimensions.size(); ++i) {
      const Tuple& part = all[dimensions[i]].choices[choices[i]];
      tuple.insert(tuple.end(), part.begin(), part.end());
    }
    for (const Column& column : relation_.columns) {
      if (column.generated) tuple.emplace_back();
    }
    return tuple;
  }

  // The rows of `partial`, each with every choice of another dimension; a spread of them where they
  // are too many.
  static std::vector<std::vector<size_t>> joined(const Partial& partial, size_t choices) {
    const size_t rows = std::max<size_t>(partial.choices.size(), 1);
    const size_t all = rows * choices;
    const size_t count = std::min(all, kMostProposed);
    std::vector<std::vector<size_t>> result;
    for (size_t i = 0; i < count; ++i) {
      const size_t at = all <= kMostProposed
                            ? i
                            : static_cast<size_t>(static_cast<unsigned __int128>(i) * all / count);
      std::vector<size_t> row =
          partial.choices.empty() ? std::vector<size_t>() : partial.choices[at % rows];
      row.push_back(at / rows);
      result.push_back(std::move(row));
    }
    return result;
  }

  // What generated columns named by a check are made of belongs to it: see JudgedCheck::columns.
  bool covers(const std::vector<ColumnNumber>& columns, const JudgedCheck& check) const {
    return std::all_of(check.columns.begin(), check.columns.end(),
                       [&](ColumnNumber number) { return has(columns, number); });
  }

  void keep_passing(const std::vector<JudgedCheck>& checks, const std::vector<Dimension>& all,
                    Partial& partial) {
    std::vector<Tuple> tuples;
    tuples.reserve(partial.choices.size());
    for (const auto& row : partial.choices) {
      tuples.push_back(tuple_of(all, partial.dimensions, row));
    }
    std::vector<std::vector<size_t>> kept;
    for (const size_t i : passing(checks, columns_of(all, partial.dimensions), tuples)) {
      kept.push_back(std::move(partial.choices[i]));
    }
    partial.choices = std::move(kept);
  }

  // Each dimension by itself, then joined along the checks that need most of what is there.
  // `blamed`: the check at which nothing was left.
  std::optional<Partial> search(const std::vector<JudgedCheck>& group, std::vector<Dimension>& all,
                                std::string& blamed) {
    for (size_t i = 0; i < all.size(); ++i) {
      std::vector<JudgedCheck> own;
      const std::vector<ColumnNumber> columns = columns_of(all, {i});
      for (const JudgedCheck& check : group) {
        if (covers(columns, check)) own.push_back(check);
      }
      if (own.empty()) continue;
      Partial single{{i}, {}};
      for (size_t choice = 0; choice < all[i].choices.size(); ++choice) {
        single.choices.push_back({choice});
      }
      keep_passing(own, all, single);
      if (all[i].fixed && single.choices.size() < all[i].choices.size()) single.choices.clear();
      if (single.choices.empty()) {
        blamed = own.front().what;
        return std::nullopt;
      }
      keep_choices(single, all[i]);
      extend_unique(own, all[i]);
    }
    Partial partial;
    std::set<std::string> checked;
    while (partial.dimensions.size() < all.size()) {
      const size_t next = best_next(group, all, partial.dimensions);
      partial.choices = joined(partial, all[next].choices.size());
      partial.dimensions.push_back(next);
      const std::vector<ColumnNumber> columns = columns_of(all, partial.dimensions);
      std::vector<JudgedCheck> now;
      for (const JudgedCheck& check : group) {
        if (covers(columns, check) && checked.insert(check.name).second) now.push_back(check);
      }
      if (!now.empty()) keep_passing(now, all, partial);
      if (partial.choices.empty()) {
        blamed = now.front().what;
        return std::nullopt;
      }
    }
    return partial;
  }

  static void keep_choices(const Partial& single, Dimension& dimension) {
    std::vector<Tuple> choices;
    std::vector<uint64_t> rows;
    for (const auto& row : single.choices) {
      choices.push_back(dimension.choices[row[0]]);
      if (row[0] < dimension.rows.size()) rows.push_back(dimension.rows[row[0]]);
    }
    dimension.choices = std::move(choices);
    dimension.rows = std::move(rows);
  }

  // Under a unique key of its own a column needs more values: others that look like those.
  void extend_unique(const std::vector<JudgedCheck>& own, Dimension& dimension) {
    if (dimension.fixed || dimension.parent || dimension.columns.size() != 1) return;
    const bool unique = std::any_of(
        relation_.unique_keys.begin(), relation_.unique_keys.end(),
        [&](const UniqueKey& key) { return key.valid && has(key.columns, dimension.columns[0]); });
    const size_t wanted = std::min<size_t>(step_.asked, kMostKept);
    if (!unique || dimension.choices.size() > wanted) return;
    const ColumnType type = column_type(catalog_, *relation_.column(dimension.columns[0]));
    std::set<Tuple> known(dimension.choices.begin(), dimension.choices.end());
    const std::vector<Tuple> examples = dimension.choices;
    for (size_t i = 0; i < examples.size() && i < 12 && dimension.choices.size() <= wanted; ++i) {
      if (!examples[i][0]) continue;
      Dimension more;
      more.columns = dimension.columns;
      for (std::string& text : texts_like(type, *examples[i][0], wanted)) {
        if (known.insert({text}).second) more.choices.push_back({std::move(text)});
      }
      Partial single{{0}, {}};
      for (size_t choice = 0; choice < more.choices.size(); ++choice) {
        single.choices.push_back({choice});
      }
      keep_passing(own, {more}, single);
      for (const auto& row : single.choices) dimension.choices.push_back(more.choices[row[0]]);
    }
    // NULL stays the last one.
    std::stable_partition(dimension.choices.begin(), dimension.choices.end(),
                          [](const Tuple& tuple) { return tuple[0].has_value(); });
  }

  static std::vector<std::string> texts_like(const ColumnType& type, const std::string& value,
                                             size_t count) {
    std::vector<std::string> texts;
    for (Constant& constant : values_like(type, value, count))
      texts.push_back(std::move(*constant));
    return texts;
  }

  // The dimension that completes most checks, the one with the fewest choices first.
  size_t best_next(const std::vector<JudgedCheck>& group, const std::vector<Dimension>& all,
                   const std::vector<size_t>& joined_already) const {
    size_t best = 0;
    std::optional<std::pair<int64_t, size_t>> best_rank;
    for (size_t i = 0; i < all.size(); ++i) {
      if (std::find(joined_already.begin(), joined_already.end(), i) != joined_already.end())
        continue;
      std::vector<size_t> with = joined_already;
      with.push_back(i);
      const std::vector<ColumnNumber> before = columns_of(all, joined_already);
      const std::vector<ColumnNumber> after = columns_of(all, with);
      int64_t completed = 0;
      for (const JudgedCheck& check : group) {
        if (covers(after, check) && !covers(before, check)) ++completed;
      }
      const std::pair rank(-completed, all[i].choices.size());
      if (!best_rank || rank < *best_rank) {
        best_rank = rank;
        best = i;
      }
    }
    return best;
  }

  // Rows that satisfy the checks of the group, or why there are none.
  bool solve(std::vector<JudgedCheck> group, const std::vector<JudgedCheck>& failing) {
    bool looks_around = false;
    learn_of_functions(group, looks_around);
    std::vector<Dimension> all = dimensions_of(group);
    std::string blamed;
    size_t proposed = 0;
    for (const Dimension& dimension : all) proposed += dimension.choices.size();
    const std::optional<Partial> found = search(group, all, blamed);
    if (!found) {
      const bool certain =
          !looks_around && court_.statements() < kMostStatements && is_hopeless(failing);
      if (!certain) return false;
      std::vector<std::string>& why = judgements_.unsatisfiable[step_.relation];
      why.push_back(fmt::format("{}: no row is known that satisfies {} ({} values were tried)",
                                display_name(relation_), blamed, proposed));
      return true;
    }
    if (!record(all, *found)) return false;
    for (const JudgedCheck& check : group) approve(check);
    return true;
  }

  // Not one row of the sample satisfies the checks.
  bool is_hopeless(const std::vector<JudgedCheck>& failing) {
    const std::vector<ColumnNumber> columns = columns_in(failing);
    return passing(failing, columns, sample_of(columns)).empty();
  }

  // Whether two rows would collide under a unique key that the columns have in them.
  bool adds_to_keys(const std::vector<ColumnNumber>& columns, const Tuple& tuple,
                    std::map<size_t, std::set<Tuple>>& seen) const {
    for (size_t i = 0; i < relation_.unique_keys.size(); ++i) {
      const UniqueKey& key = relation_.unique_keys[i];
      if (!key.valid || key.predicate) continue;
      Tuple part;
      for (const ColumnNumber number : key.columns) {
        const auto at = std::find(columns.begin(), columns.end(), number);
        if (at == columns.end()) break;
        const Constant& value = tuple[static_cast<size_t>(at - columns.begin())];
        if (!value) break;
        part.push_back(value);
      }
      if (part.size() == key.columns.size() && !seen[i].insert(part).second) return false;
    }
    return true;
  }

  // False when nothing is ours to choose, or a fixed value does not go with every choice.
  bool record(const std::vector<Dimension>& all, const Partial& found) {
    std::vector<std::vector<size_t>> rows = found.choices;
    for (size_t i = 0; i < found.dimensions.size(); ++i) {
      if (!all[found.dimensions[i]].fixed) continue;
      rows = keep_with_all(rows, i, all[found.dimensions[i]].choices.size());
    }
    if (rows.empty()) return false;
    std::vector<ColumnNumber> columns;
    for (const size_t dimension : found.dimensions) {
      columns.insert(columns.end(), all[dimension].columns.begin(), all[dimension].columns.end());
    }
    const auto nulls = [&](const std::vector<size_t>& row) {
      const Tuple tuple = tuple_of(all, found.dimensions, row);
      return std::count_if(tuple.begin(),
                           tuple.begin() + static_cast<std::ptrdiff_t>(columns.size()),
                           [](const Constant& value) { return !value; });
    };
    std::stable_sort(rows.begin(), rows.end(),
                     [&](const auto& a, const auto& b) { return nulls(a) < nulls(b); });
    const auto fewest = nulls(rows.front());
    std::map<size_t, std::set<Tuple>> seen;
    JudgedRows judged;
    for (const size_t dimension : found.dimensions) {
      if (all[dimension].fixed) continue;
      for (size_t i = 0; i < all[dimension].columns.size(); ++i) {
        JudgedColumn& column = judged.columns.emplace_back();
        column.column = all[dimension].columns[i];
        if (all[dimension].parent && nulls_fit(all[dimension])) {
          column.parents = ParentRows{*all[dimension].parent, all[dimension].referenced[i], {}};
        }
      }
    }
    if (judged.columns.empty()) return false;
    for (const auto& row : rows) {
      if (nulls(row) > fewest || judged.columns.front().values.size() >= kMostKept) break;
      const Tuple tuple = tuple_of(all, found.dimensions, row);
      if (!adds_to_keys(columns, tuple, seen)) continue;
      size_t at = 0;
      for (size_t i = 0; i < found.dimensions.size(); ++i) {
        const Dimension& dimension = all[found.dimensions[i]];
        if (dimension.fixed) continue;
        for (const Constant& value : dimension.choices[row[i]]) {
          JudgedColumn& column = judged.columns[at++];
          column.values.push_back(value);
          if (column.parents && row[i] < dimension.rows.size()) {
            column.parents->rows.push_back(dimension.rows[row[i]]);
          }
        }
      }
    }
    for (JudgedColumn& column : judged.columns) {
      if (column.parents && column.parents->rows.size() < column.values.size())
        column.parents.reset();
    }
    judgements_.rows[step_.relation].push_back(std::move(judged));
    return true;
  }

  static bool nulls_fit(const Dimension& dimension) {
    return std::none_of(dimension.referenced.begin(), dimension.referenced.end(),
                        [](ColumnNumber number) { return number == 0; });
  }

  // Of rows that are alike but for a fixed dimension: one, where all its values are there.
  static std::vector<std::vector<size_t>> keep_with_all(
      const std::vector<std::vector<size_t>>& rows, size_t fixed, size_t values) {
    std::map<std::vector<size_t>, size_t> counts;
    std::vector<std::vector<size_t>> result;
    for (std::vector<size_t> row : rows) {
      row[fixed] = 0;
      if (++counts[row] == values) result.push_back(row);
    }
    return result;
  }

  Court& court_;
  const Catalog& catalog_;
  const Dataset& dataset_;
  const Plan& plan_;
  const LoadStep& step_;
  const Relation& relation_;
  Judgements& judgements_;
};

}  // namespace

bool judge(Transaction& transaction, const Catalog& catalog, const Dataset& dataset,
           const Plan& plan, Judgements& judgements) {
  std::optional<Court> court;
  bool changed = false;
  for (const LoadStep& step : plan.filled) {
    if (step.rows == 0 || judgements.unsatisfiable.contains(step.relation)) continue;
    const Relation& relation = catalog.relations[step.relation];
    if (judged_checks(transaction.connection(), catalog, step.relation).empty()) continue;
    if (!relation.selected) continue;
    if (!court) court.emplace(transaction, plan);
    changed = TableJudge(*court, catalog, dataset, plan, step, judgements).run() || changed;
  }
  if (court) court->close();
  return changed;
}

}  // namespace resow
