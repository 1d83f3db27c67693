#include "runner/verify_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "fixtures/sequence_plan.h"
#include "fixtures/text.h"
#include "runner/at_table.h"
#include "runner/key_operators.h"
#include "runner/sequence_states.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

struct KeyQuestion {
  size_t expectation = 0;
  const Relation* relation = nullptr;
  const ForeignKey* key = nullptr;
};

// Rows that the key applies to and that have no parent: (how many, an example). MATCH SIMPLE leaves
// rows with a NULL in the key alone, MATCH FULL only those with nothing else in it.
std::string orphans_sql(const Connection& connection, const Catalog& catalog,
                        const KeyQuestion& question, const std::vector<std::string>& operators) {
  const Relation& child = *question.relation;
  const ForeignKey& key = *question.key;
  const Relation& parent = catalog.relations[key.referenced];
  std::string applies, joined, example;
  for (size_t i = 0; i < key.columns.size(); ++i) {
    const std::string mine = "c." + connection.quote_name(child.column(key.columns[i])->name);
    const std::string theirs =
        "p." + connection.quote_name(parent.column(key.referenced_columns[i])->name);
    if (i != 0) {
      applies += key.match_full ? " OR " : " AND ";
      joined += " AND ";
      example += ", ', ', ";
    }
    applies += mine + " IS NOT NULL";
    joined += fmt::format("{} {} {}", theirs, operators.at(i), mine);
    example +=
        fmt::format("{}, coalesce({}::pg_catalog.text, 'NULL')",
                    connection.quote_literal(child.column(key.columns[i])->name + " = "), mine);
  }
  return fmt::format(
      "SELECT pg_catalog.count(*), pg_catalog.min(pg_catalog.concat({})) FROM {} AS c"
      " WHERE ({}) AND NOT EXISTS (SELECT FROM {} AS p WHERE {})",
      example, only_table(connection, child), applies, only_table(connection, parent), joined);
}

// The greatest value of a column and what its sequence gives next.
struct SequenceCheck {
  size_t expectation = 0;
  const Sequence* sequence = nullptr;
  std::string column;
};

void compare_sequence(const Expectation& expectation, const SequenceCheck& check,
                      const Field& farthest, const std::string& state,
                      std::vector<Difference>& differences) {
  const Sequence& sequence = *check.sequence;
  const auto [last, called] = sequence_state(state);
  if (!farthest) return;
  const bool exhausted = called && !sequence.cycle &&
                         (sequence.increment > 0 ? last > sequence.maximum - sequence.increment
                                                 : last < sequence.minimum - sequence.increment);
  if (exhausted) {
    differences.push_back(difference(expectation,
                                     "sequence " + display_name(sequence.schema, sequence.name),
                                     "a next value", fmt::format("none after {}", last)));
    return;
  }
  const int64_t next = gives_next(sequence, {last, called});
  const int64_t edge = std::stoll(*farthest);
  const bool up = sequence.increment > 0;
  if (up ? next > edge : next < edge) return;
  differences.push_back(
      difference(expectation, "sequence " + display_name(sequence.schema, sequence.name),
                 fmt::format("next value {} {}, the {} {}", up ? "above" : "below", edge,
                             up ? "greatest" : "least", check.column),
                 fmt::format("next value {}", next)));
}

}  // namespace

void check_orphans(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                   Findings& findings) {
  std::vector<KeyQuestion> questions;
  for_each_expectation<expected::NoOrphans>(
      plan, [&](size_t i, const Expectation& expectation, const expected::NoOrphans&) {
        if (!expectation.relation) {
          findings[i].push_back(difference(expectation, "", "no orphans", "no such table"));
          return;
        }
        const Relation& relation = catalog.relations[*expectation.relation];
        for (const ForeignKey& key : relation.foreign_keys)
          questions.push_back({i, &relation, &key});
      });
  if (questions.empty()) return;
  std::vector<Oid> oids;
  for (const KeyQuestion& question : questions) oids.push_back(question.key->oid);
  const auto operators = foreign_key_operators(transaction, oids);
  for (const KeyQuestion& question : questions) {
    const auto found = operators.find(question.key->oid);
    if (found == operators.end()) continue;  // dropped since the catalog was read
    const Rows rows =
        transaction.query(orphans_sql(transaction.connection(), catalog, question, found->second),
                          fmt::format("look for orphans of {} in {}", question.key->name,
                                      display_name(*question.relation)));
    const int64_t orphans = rows.integer(0, 0);
    if (orphans == 0) continue;
    const Expectation& expectation = plan.expectations[question.expectation];
    findings[question.expectation].push_back(difference(
        expectation, "orphans of " + question.key->name, "0 rows",
        fmt::format("{}, such as {}", count_of_things(orphans, "row"), rows.text(0, 1))));
  }
}

void check_sequences(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                     Findings& findings) {
  const Connection& connection = transaction.connection();
  std::vector<SequenceCheck> checks;
  std::vector<std::string> expressions;
  std::vector<size_t> tables;
  std::set<std::string> schemas;
  for_each_expectation<expected::SequenceBeyond>(
      plan, [&](size_t i, const Expectation& expectation, const expected::SequenceBeyond& what) {
        const Relation& relation = catalog.relations[expectation.relation.value()];
        const Sequence& sequence = catalog.sequences.at(what.sequence);
        const std::string& column = relation.column(what.column)->name;
        checks.push_back({i, &sequence, column});
        expressions.push_back(fmt::format(
            "(SELECT pg_catalog.{}({}) FROM {})", sequence.increment > 0 ? "max" : "min",
            connection.quote_name(column), table_name(connection, relation)));
        expressions.push_back(sequence_state_sql(connection, sequence.schema, sequence.name));
        tables.push_back(*expectation.relation);
        schemas.insert(sequence.schema);
      });
  const std::vector<Field> values = at_sequences(catalog.user, schemas, [&] {
    return at_unreadable_of(
        catalog, tables, [&] { return scalars(transaction, expressions, "check the sequences"); });
  });
  for (size_t i = 0; i < checks.size(); ++i) {
    compare_sequence(plan.expectations[checks[i].expectation], checks[i], values[2 * i],
                     *values[2 * i + 1], findings[checks[i].expectation]);
  }
}

}  // namespace resow
