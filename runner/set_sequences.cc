#include "runner/set_sequences.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "runner/sequence_states.h"
#include "runner/sql_text.h"

namespace resow {

void set_sequences(Transaction& transaction, const Catalog& catalog,
                   std::span<const SequenceStep> steps) {
  if (steps.empty()) return;
  std::string sql;
  std::vector<std::string> expressions;
  for (const SequenceStep& step : steps) {
    const Sequence& sequence = catalog.sequences.at(step.sequence);
    const std::string name = transaction.connection().quote_name(sequence.schema, sequence.name);
    sql += fmt::format("ALTER SEQUENCE {} RESTART WITH {};", name, step.next_value);
    expressions.push_back(
        sequence_state_sql(transaction.connection(), sequence.schema, sequence.name));
  }
  const Sequence& first = catalog.sequences.at(steps.front().sequence);
  std::string step_name = "set the sequence " + display_name(first.schema, first.name);
  if (steps.size() > 1) {
    step_name = fmt::format("set {} sequences, {} the first", steps.size(),
                            display_name(first.schema, first.name));
  }
  transaction.execute(sql, step_name);

  const std::vector<Field> states = scalars(transaction, expressions, "check the sequences");
  for (size_t i = 0; i < steps.size(); ++i) {
    const Sequence& sequence = catalog.sequences.at(steps[i].sequence);
    if (*states[i] == std::to_string(steps[i].next_value) + "f") continue;
    DatabaseError error(fmt::format("sequence {} does not stand at {} after it was set",
                                    display_name(sequence.schema, sequence.name),
                                    steps[i].next_value));
    error.schema = sequence.schema;
    error.step = "check the sequences";
    error.hint = "another session draws from it; end that session first";
    throw error;
  }
}

}  // namespace resow
