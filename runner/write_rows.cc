#include "runner/write_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "fixtures/empty_state.h"
#include "fixtures/plan.h"
#include "fixtures/row_files.h"
#include "fixtures/text.h"
#include "runner/judge.h"
#include "runner/look.h"
#include "runner/output_folder.h"
#include "runner/plan_report.h"

namespace resow {
namespace {

constexpr const char* kScript = "load.sql";
constexpr size_t kBytesInWrite = size_t{1} << 20U;

struct Unit {
  Plan plan;
  std::vector<RowFile> files;
};

// Where sequences stand here is not where they stand in the database that the script will be run
// in: it moves all of them. Those that go on after rows of others have to be as they are here.
void forget_sequences(const Scope& scope, State& state) {
  std::erase_if(state.sequences, [&](const auto& sequence) {
    return !scope.shared_sequences.contains(sequence.first);
  });
}

std::vector<Unit> plan_units(const Catalog& catalog, const Dataset& dataset, const Request& request,
                             RowFormat format, Connection* connection) {
  std::optional<Transaction> transaction;
  if (connection != nullptr) transaction.emplace(*connection, Access::kReadOnly);
  std::vector<Unit> units;
  std::vector<Fault> faults;
  for (const Scope& scope : choose_scopes(catalog, &dataset, request)) {
    State state = transaction ? look(*transaction, catalog, scope) : empty_state(catalog, scope);
    forget_sequences(scope, state);
    try {
      Unit unit;
      unit.plan = transaction
                      ? make_judged_plan(*transaction, catalog, &dataset, request, scope, state)
                      : make_plan(catalog, &dataset, request, scope, state);
      append(faults, unwritable_names(catalog, unit.plan));
      unit.files = row_files(catalog, unit.plan, format);
      units.push_back(std::move(unit));
    } catch (const InputError& error) {
      append(faults, error.faults());
    }
  }
  std::vector<Fault> different;  // schemas that are alike have the same
  for (Fault& fault : faults) {
    if (std::find(different.begin(), different.end(), fault) == different.end()) {
      different.push_back(std::move(fault));
    }
  }
  if (!different.empty()) throw InputError(std::move(different));
  return units;
}

void write_file(const Program& program, const RowFile& file, OutputFile& out,
                const std::function<void(uint64_t)>& on_rows, const std::atomic<bool>& stop) {
  RowStream rows(program, file.table, file.sent, file.format);
  std::string bytes(rows.header());
  for (uint64_t row = file.first; row < file.first + file.rows && !stop;) {
    if (interrupted()) throw Interrupted();
    const uint64_t count = std::min(rows.rows_in_run(), file.first + file.rows - row);
    try {
      rows.append(row, count, bytes);
    } catch (const ValueTooLarge& value) {
      throw InputError({{file.name, fmt::format("row {}: {}", value.row + 1, value.what()),
                         "give the column smaller values, or write another --file-format"}});
    }
    row += count;
    on_rows(count);
    if (bytes.size() < kBytesInWrite) continue;
    out.write(bytes);
    bytes.clear();
  }
  bytes += rows.trailer();
  out.write(bytes);
  out.close();
}

// A file at a time for each worker; the first error stops all of them.
void write_files(const std::vector<Unit>& units, const WriteOptions& options,
                 OutputFolder& folder) {
  std::vector<std::pair<const Unit*, const RowFile*>> work;
  for (const Unit& unit : units) {
    for (const RowFile& file : unit.files) work.emplace_back(&unit, &file);
  }
  std::atomic<size_t> next = 0;
  std::atomic<bool> stop = false;
  std::mutex mutex;
  std::exception_ptr error;
  const auto on_rows = [&](uint64_t rows) {
    if (!options.on_rows) return;
    const std::scoped_lock lock(mutex);
    options.on_rows(rows);
  };
  const auto run = [&] {
    for (size_t i = next++; i < work.size() && !stop; i = next++) {
      try {
        const RowFile& file = *work[i].second;
        OutputFile out(folder.place_for(path_of(file, options.slice)),
                       options.folder + "/" + path_of(file, options.slice));
        write_file(work[i].first->plan.program, file, out, on_rows, stop);
      } catch (...) {
        const std::scoped_lock lock(mutex);
        if (!error) error = std::current_exception();
        stop = true;
      }
    }
  };
  {
    std::vector<std::jthread> workers;
    const size_t wanted = std::min(work.size(), static_cast<size_t>(options.jobs));
    for (size_t i = 1; i < wanted; ++i) workers.emplace_back(run);
    run();
  }
  if (error) std::rethrow_exception(error);
}

uint64_t rows_of(const std::vector<Unit>& units) {
  uint64_t rows = 0;
  for (const Unit& unit : units) {
    for (const RowFile& file : unit.files) rows += file.rows;
  }
  return rows;
}

void refuse_existing(const std::vector<std::string>& files, const std::string& folder) {
  if (files.empty()) return;
  throw InputError(
      {{"--to",
        files.size() == 1
            ? fmt::format("{}/{} is there already", folder, files.front())
            : fmt::format("{}/{} and {} are there already", folder, files.front(),
                          count_of_things(static_cast<int64_t>(files.size() - 1), "other file")),
        "name another folder, or say --overwrite"}});
}

Report report_of(const Catalog& catalog, const std::vector<Unit>& units,
                 const std::string& folder) {
  Report report;
  report.database = catalog.database;
  for (const Unit& unit : units) {
    SchemaReport& schema = report.schemas.emplace_back(report_plan(catalog, unit.plan));
    schema.schemas = unit.plan.scope.schemas.size();
  }
  report.next_command =
      fmt::format("cd {} && psql -X -d DATABASE -f {}", shell_word(folder), kScript);
  return report;
}

}  // namespace

Report write_rows(const WriteOptions& options, const Catalog& catalog, const Dataset& dataset,
                  const Request& request, Connection* connection) {
  const std::vector<Unit> units = plan_units(catalog, dataset, request, options.format, connection);
  if (options.on_planned) options.on_planned(rows_of(units));
  std::vector<ScriptUnit> parts;
  std::vector<std::string> files;
  for (const Unit& unit : units) {
    parts.push_back({unit.plan, unit.files});
    for (const RowFile& file : unit.files) files.push_back(path_of(file, options.slice));
  }
  OutputFolder folder(options.folder, "--to");
  if (!options.slice) files.emplace_back(kScript);  // each slice has the same one
  if (!options.overwrite) refuse_existing(folder.existing(files), options.folder);
  if (options.slice) files.emplace_back(kScript);

  write_files(units, options, folder);
  OutputFile script(folder.place_for(kScript), options.folder + "/" + kScript);
  script.write(load_script(catalog, dataset.name.empty() ? dataset.file : dataset.name, parts,
                           options.slice ? options.slice->of : 1));
  script.close();
  folder.publish(files);
  return report_of(catalog, units, options.folder);
}

}  // namespace resow
