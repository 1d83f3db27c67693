// How fast values are computed and encoded on one core, for the tasks table of the marketplace: a
// table of 8 columns, 3 rows for each row of its parent on average.
//
//   cmake --preset release -DRESOW_BENCHMARKS=ON && cmake --build --preset release --target
//   generate_bench build/release/generate_bench
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "generators/encode.h"
#include "generators/permutation.h"
#include "generators/program.h"

namespace resow {
namespace {

constexpr uint64_t kSeed = 20260119;
constexpr uint64_t kRun = 8192;

void add(TableProgram& table, std::string name, ValueKind kind, ColumnRule rule, int scale = 0) {
  ColumnProgram column;
  column.key = stream_key(kSeed, table.schema, table.name, name);
  column.name = std::move(name);
  column.kind = kind;
  column.scale = scale;
  column.rule = std::move(rule);
  table.columns.push_back(std::move(column));
}

// Tables 0, jobs, and 1, tasks.
Program marketplace(uint64_t jobs) {
  Program program;
  program.tables.resize(2);
  TableProgram& job = program.tables[0];
  job.schema = "user_1";
  job.name = "marketplace_jobs";
  job.shape = RowShape(1, 1, FixedCount{jobs});
  add(job, "id", ValueKind::kInteger, {rule::Sequence{1, 1}});
  TableProgram& task = program.tables[1];
  task.schema = "user_1";
  task.name = "marketplace_tasks";
  task.parent = 0;
  task.shape = RowShape(jobs, 1, UniformCount{1, 5, stream_key(kSeed, "user_1", "tasks", "")});
  constexpr int64_t kJanuary = 820'540'800'000'000;
  constexpr int64_t kMonth = 2'592'000'000'000;
  add(task, "id", ValueKind::kInteger, {rule::Sequence{1, 1}});
  add(task, "marketplace_job_id", ValueKind::kInteger, {rule::ParentColumn{0}});
  add(task, "status", ValueKind::kText,
      {rule::OneOf{{"pending", "running", "failed"}, {0.7, 0.9, 1}}});
  add(task, "attempts", ValueKind::kInteger, {rule::Uniform{0, 5}});
  add(task, "created_at", ValueKind::kTimestamp, {rule::Uniform{kJanuary, kJanuary + kMonth}});
  add(task, "updated_at", ValueKind::kTimestamp,
      {rule::Uniform{kJanuary + kMonth, kJanuary + 2 * kMonth}});
  add(task, "label", ValueKind::kText,
      {rule::Template{{{.literal = "task_"}, {.what = rule::TemplatePart::What::kRow}}}});
  add(task, "enabled", ValueKind::kBoolean, {rule::Uniform{0, 1}});
  return program;
}

constexpr WireType kTaskTypes[] = {WireType::kInt8, WireType::kInt8,      WireType::kText,
                                   WireType::kInt4, WireType::kTimestamp, WireType::kTimestamp,
                                   WireType::kText, WireType::kBool};

std::vector<uint64_t> run_of(uint64_t first, uint64_t rows) {
  std::vector<uint64_t> run(std::min(kRun, rows - first));
  for (size_t i = 0; i < run.size(); ++i) run[i] = first + i;
  return run;
}

// Fills the table's columns run by run, and hands each run to `use`.
template <typename Use>
void generate(benchmark::State& state, Use use) {
  const Program program = marketplace(static_cast<uint64_t>(state.range(0)));
  const TableProgram& tasks = program.tables[1];
  std::vector<ColumnBatch> columns(tasks.columns.size());
  std::string out;
  uint64_t first = 0;
  int64_t rows = 0;
  int64_t bytes = 0;
  for ([[maybe_unused]] const auto& iteration : state) {
    const std::vector<uint64_t> run = run_of(first, tasks.shape.rows());
    for (size_t i = 0; i < columns.size(); ++i) fill(program, 1, i, run, columns[i]);
    out.clear();
    use(columns, out);
    benchmark::DoNotOptimize(out.data());
    rows += static_cast<int64_t>(run.size());
    bytes += static_cast<int64_t>(out.size());
    first = first + kRun < tasks.shape.rows() ? first + kRun : 0;
  }
  state.SetItemsProcessed(rows);
  state.SetBytesProcessed(bytes);
}

void values_alone(benchmark::State& state) {
  generate(state, [](const auto&, std::string&) {});
}
void copy_binary(benchmark::State& state) {
  generate(state, [](const auto& columns, std::string& out) {
    encode_copy_binary(columns, kTaskTypes, out);
  });
}
void copy_text(benchmark::State& state) {
  generate(state, [](const auto& columns, std::string& out) { encode_copy_text(columns, out); });
}
void csv(benchmark::State& state) {
  generate(state, [](const auto& columns, std::string& out) { encode_csv(columns, out); });
}
// By number of jobs: the cost of a row does not depend on how many there are.
BENCHMARK(values_alone)->Arg(3'000)->Arg(1'000'000);
BENCHMARK(copy_binary)->Arg(3'000)->Arg(1'000'000)->Arg(30'000'000);
BENCHMARK(copy_text)->Arg(1'000'000);
BENCHMARK(csv)->Arg(1'000'000);

// One column of a table by itself.
void one_column(benchmark::State& state, ValueKind kind, ColumnRule rule, int scale) {
  Program program = marketplace(1'000'000);
  TableProgram& table = program.tables[1];
  add(table, "c", kind, std::move(rule), scale);
  ColumnBatch batch;
  const std::vector<uint64_t> run = run_of(1'000'000, table.shape.rows());
  for ([[maybe_unused]] const auto& iteration : state) {
    fill(program, 1, table.columns.size() - 1, run, batch);
    benchmark::DoNotOptimize(batch.nulls.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(run.size()));
}

void register_columns() {
  using rule::Distribution;
  using rule::Shape;
  const StreamKey pick{.high = 1, .low = 2};
  const struct {
    const char* name;
    ValueKind kind;
    ColumnRule rule;
    int scale = 0;
  } cases[] = {
      {"always", ValueKind::kText, {rule::Always{"pending"}}},
      {"sequence", ValueKind::kInteger, {rule::Sequence{}}},
      {"ordinal", ValueKind::kInteger, {rule::Ordinal{}}},
      {"one_of", ValueKind::kText, {rule::OneOf{{"pending", "running", "failed"}, {0.7, 0.9, 1}}}},
      {"uniform", ValueKind::kInteger, {rule::Uniform{0, 1000}}},
      {"uniform_decimal", ValueKind::kDecimal, {rule::Uniform{0, 100'000}}, 2},
      {"uniform_real", ValueKind::kReal, {rule::UniformReal{0, 1}}},
      {"normal", ValueKind::kReal, {Distribution{Shape::kNormal, 0, 1, -10, 10}}},
      {"lognormal", ValueKind::kReal, {Distribution{Shape::kLogNormal, 0, 1, 0, 100}}},
      {"exponential", ValueKind::kReal, {Distribution{Shape::kExponential, 1, 0, 0, 100}}},
      {"zipf", ValueKind::kInteger, {Distribution{Shape::kZipf, 1.1, 0, 1, 1000}}},
      {"distinct", ValueKind::kInteger, {rule::Distinct{0, 1, 10'000'000}}},
      {"words", ValueKind::kText, {rule::Words{40}}},
      {"description", ValueKind::kText, {rule::Words{200}}},
      {"email", ValueKind::kText, {rule::Named{.name = "email"}}},
      {"email_distinct",
       ValueKind::kText,
       {rule::Named{.name = "email", .distinct = true, .size = 10'000'000}}},
      {"product_title", ValueKind::kText, {rule::Named{.name = "product_title"}}},
      {"price", ValueKind::kDecimal, {rule::Named{.name = "price"}}, 2},
      {"uuid", ValueKind::kUuid, {rule::RandomUuid{}}},
      {"bytes", ValueKind::kBytes, {rule::RandomBytes{32}}},
      {"row_of", ValueKind::kInteger, {rule::RowOf{.table = 0, .column = 0, .pick = pick}}},
  };
  for (const auto& c : cases) {
    benchmark::RegisterBenchmark((std::string("column/") + c.name).c_str(), one_column, c.kind,
                                 c.rule, c.scale);
  }
}

}  // namespace
}  // namespace resow

int main(int argc, char** argv) {
  resow::register_columns();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
