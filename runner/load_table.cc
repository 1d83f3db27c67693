#include "runner/load_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "fixtures/text.h"
#include "generators/column_batch.h"
#include "generators/encode.h"
#include "runner/at_table.h"
#include "runner/copy_error.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

constexpr uint64_t kRowsInBatch = 8192;

bool is_patched(const LoadStep& step, ColumnNumber number) {
  return std::find(step.patched.begin(), step.patched.end(), number) != step.patched.end();
}

// Computes and sends the rows of a table, a batch at a time.
class RowStream {
 public:
  RowStream(const Program& program, const LoadStep& step)
      : program_(program), step_(step), batches_(step.columns.size()) {}

  // The COPY text of the rows [first, first + count); valid until the next call.
  std::string_view encode(uint64_t first, uint64_t count) {
    rows_.resize(count);
    std::iota(rows_.begin(), rows_.end(), first);
    for (size_t i = 0; i < batches_.size(); ++i) {
      if (is_patched(step_, step_.columns[i])) {
        batches_[i].nulls.assign(count, 1);
        batches_[i].ends.assign(count, 0);
      } else {
        fill(program_, step_.table, step_.programs[i], rows_, batches_[i]);
      }
    }
    text_.clear();
    encode_copy_text(batches_, text_);
    return text_;
  }

 private:
  const Program& program_;
  const LoadStep& step_;
  std::vector<uint64_t> rows_;
  std::vector<ColumnBatch> batches_;
  std::string text_;
};

uint64_t copy_rows(Transaction& transaction, const Relation& relation, const Program& program,
                   const LoadStep& step, uint64_t begin, uint64_t end, const OnRows& on_rows) {
  const Connection& connection = transaction.connection();
  CopyIn copy(transaction,
              "COPY " + table_name(connection, relation) + " (" +
                  column_list(connection, relation, step.columns) + ") FROM STDIN",
              "COPY " + display_name(relation));
  RowStream stream(program, step);
  for (uint64_t first = begin; first < end; first += kRowsInBatch) {
    const uint64_t count = std::min(kRowsInBatch, end - first);
    copy.write(stream.encode(first, count));
    if (on_rows) on_rows(count);
  }
  return static_cast<uint64_t>(copy.finish());
}

// A table all of whose columns the server fills: COPY needs at least one.
uint64_t insert_defaults(Transaction& transaction, const Relation& relation, const LoadStep& step,
                         const OnRows& on_rows) {
  const Rows rows =
      transaction.query(fmt::format("INSERT INTO {} SELECT FROM pg_catalog.generate_series(1, {})",
                                    table_name(transaction.connection(), relation), step.rows),
                        "INSERT INTO " + display_name(relation));
  if (on_rows) on_rows(step.rows);
  return static_cast<uint64_t>(rows.affected());
}

[[noreturn]] void report_missing(const Relation& relation, const LoadStep& step, uint64_t loaded) {
  std::vector<std::string> suspects;
  for (const Trigger& trigger : relation.triggers) {
    if (trigger.on_insert && trigger.before && trigger.for_each_row && trigger.enabled != 'D') {
      suspects.push_back(fmt::format("\"{}\" ({})", trigger.name, trigger.function));
    }
  }
  DatabaseError error(fmt::format("{} of {} came in{}", with_thousands(loaded),
                                  count_of_things(static_cast<int64_t>(step.rows), "row"),
                                  suspects.empty() ? std::string()
                                                   : fmt::format(": a trigger keeps rows out, {}",
                                                                 fmt::join(suspects, " or "))));
  error.schema = relation.schema;
  error.table = relation.name;
  error.step = "COPY " + display_name(relation);
  error.hint = "change the dataset so that the trigger accepts its rows";
  throw error;
}

}  // namespace

void load_table(Transaction& transaction, const Catalog& catalog, const Program& program,
                const LoadStep& step, const OnRows& on_rows) {
  if (step.rows == 0) return;
  const Relation& relation = catalog.relations[step.relation];
  uint64_t loaded = 0;
  try {
    at_table(relation, [&] {
      loaded = step.columns.empty()
                   ? insert_defaults(transaction, relation, step, on_rows)
                   : copy_rows(transaction, relation, program, step, 0, step.rows, on_rows);
    });
  } catch (DatabaseError& error) {
    name_refused_row(error, relation, program, step);
    throw;
  }
  if (loaded != step.rows) report_missing(relation, step, loaded);
}

uint64_t load_part(Transaction& transaction, const Catalog& catalog, const Program& program,
                   const LoadStep& step, uint64_t first, uint64_t count) {
  const Relation& relation = catalog.relations[step.relation];
  if (!step.columns.empty()) {
    return copy_rows(transaction, relation, program, step, first, first + count, {});
  }
  LoadStep part = step;
  part.rows = count;
  return insert_defaults(transaction, relation, part, {});
}

}  // namespace resow
