#include "runner/commands/jobs.h"

#include <CLI/CLI.hpp>
#include <limits>
#include <memory>

#include "runner/commands/shared_options.h"
#include "runner/option_values.h"

namespace resow {

namespace {

using Faults = std::vector<Fault>;
using Job = std::shared_ptr<JobOptions>;

constexpr const char* kSchemasOfReset = "else every schema";
constexpr const char* kSchemasOfDataset = "else those of the dataset, else public";
constexpr const char* kSchemasOfSeed =
    "else those of the dataset, else public; with --auto every schema";

CLI::Option* add_value(CLI::App& app, const char* names, const char* type, const char* help,
                       const std::function<void(const std::string&)>& read) {
  return app.add_option_function<std::string>(names, read, help)->type_name(type);
}

void add_choice_of_tables(CLI::App& app, const Job& job, const char* schemas) {
  add_schemas(app, job->request.schemas, schemas);
  add_tables(app, job->request.tables, "leave these tables alone");
}

void check_dataset(const JobOptions& job, const std::string& command, Faults& faults) {
  if (!job.dataset.empty() || job.rows_of_each) return;
  faults.push_back({"DATASET", "resow " + command + " needs a dataset",
                    command == "seed" ? "name its file, - for standard input, or say --auto"
                                      : "name its file, or - for standard input"});
}

void add_dataset(CLI::App& app, const Job& job, Faults& faults) {
  app.add_option("DATASET", job->dataset, "file that declares the state; - for standard input")
      ->type_name("");
  app.callback([job, &faults, command = app.get_name()] { check_dataset(*job, command, faults); });
  add_value(app, "--scale", "N", "multiply the rows that are generated",
            [job, &faults](const std::string& text) {
              job->request.scale = static_cast<uint64_t>(
                  read_count(text, 1, std::numeric_limits<int32_t>::max(), "--scale", faults));
            });
}

void add_loading(CLI::App& app, const Job& job, Faults& faults) {
  add_value(app, "--remake-keys", "WHEN",
            "drop indexes and keys while rows come and make them again: auto, never or always",
            [job, &faults](const std::string& text) {
              job->request.remake_keys = static_cast<RemakeKeys>(
                  read_choice(text, {"auto", "never", "always"}, "--remake-keys", faults));
            });
}

// Rows for every table, without a dataset.
void add_auto(CLI::App& app, const Job& job, Faults& faults) {
  static constexpr uint64_t kUsualRows = 100;
  const auto automatic = std::make_shared<bool>(false);
  const auto rows = std::make_shared<std::optional<uint64_t>>();
  app.add_flag("--auto", *automatic, "no dataset: rows for every table, all values filled in");
  add_value(app, "--rows", "N", "with --auto: so many for each table (100)",
            [rows, &faults](const std::string& text) {
              *rows = static_cast<uint64_t>(
                  read_count(text, 0, std::numeric_limits<int32_t>::max(), "--rows", faults));
            });
  app.parse_complete_callback([job, automatic, rows, &faults] {
    if (*automatic) job->rows_of_each = rows->value_or(kUsualRows);
    if (!*automatic && *rows && job->dataset.empty()) {
      faults.push_back(
          {"--rows", "is about --auto, which is not there",
           "say --auto for every table, or name a dataset, which has its own numbers"});
      job->rows_of_each = **rows;  // no word about the dataset that is missing
    } else if (!*automatic && *rows) {
      faults.push_back({"--rows", "a dataset says how many rows there are",
                        "use --scale, or --auto without a dataset"});
    }
    if (*automatic && !job->dataset.empty()) {
      faults.push_back({"--auto", "there is a dataset as well", "name one of them"});
    }
    job->request.leave_out = *automatic && job->keep_going;
  });
}

void check_files(JobOptions& job, bool has_format, Faults& faults) {
  job.request.to_files = !job.to.empty();
  if (job.request.to_files && job.execute) {
    faults.push_back(
        {"--execute", "with --to nothing is changed: files are written", "leave out one of them"});
  }
  const auto only_with_to = [&](const char* option, bool given) {
    if (!given || job.request.to_files) return;
    faults.push_back({option, "is about files", "say with --to where they go"});
  };
  only_with_to("--file-format", has_format);
  only_with_to("--overwrite", job.overwrite);
  only_with_to("--catalog", !job.catalog.empty());
  if (job.request.slice && !job.request.to_files && job.request.leave_out) {
    faults.push_back({"--slice",
                      "what a table that cannot be filled leaves undone is not known to the other "
                      "slices",
                      "leave out --keep-going, or write files with --to"});
  }
}

// Files in place of a database.
void add_files(CLI::App& app, const Job& job, Faults& faults) {
  app.add_option("--to", job->to, "write the rows as files, with load.sql, into this folder")
      ->type_name("FOLDER");
  const auto format = std::make_shared<bool>(false);
  add_value(app, "--file-format", "FORMAT", "with --to: csv, text or binary (csv)",
            [job, format, &faults](const std::string& text) {
              static constexpr RowFormat kFormats[] = {RowFormat::kCsv, RowFormat::kCopyText,
                                                       RowFormat::kCopyBinary};
              job->file_format =
                  kFormats[read_choice(text, {"csv", "text", "binary"}, "--file-format", faults)];
              *format = true;
            });
  app.add_flag("--overwrite", job->overwrite, "with --to: replace files that are there");
  app.add_option("--catalog", job->catalog,
                 "with --to: what inspect --format json wrote, in place of a database")
      ->type_name("FILE");
  add_value(app, "--slice", "I/N", "part I of N of the rows: N machines share the work",
            [job, &faults](const std::string& text) {
              job->request.slice = read_slice(text, "--slice", faults);
            });
  app.callback([job, format, &faults, command = app.get_name()] {
    check_dataset(*job, command, faults);
    check_files(*job, *format, faults);
  });
}

void add_running(CLI::App& app, const Job& job, Faults& faults) {
  add_jobs(app, job->jobs, faults);
  app.add_flag("--keep-going", job->keep_going,
               "a schema that failed or differs does not keep the others from running");
}

void add_changing(CLI::App& app, const Job& job, Faults& faults) {
  app.add_flag("--execute", job->execute, "do it; without this nothing is changed");
  add_running(app, job, faults);
  add_lock_timeout(app, job->lock_timeout, "30s", faults);
  add_force_database(app, job->force_database);
  add_no_history(app, job->history);
}

}  // namespace

Command reset_command() {
  return {"reset",
          "empty the tables, children first, sequences back to their START",
          "[OPTIONS]",
          "resow reset -d shop_test -n 'user_*' -T products\n"
          "  resow reset -d shop_test -n 'user_*' -T products --execute",
          [](CLI::App& app, Faults& faults) -> CommandAction {
            const auto job = std::make_shared<JobOptions>();
            job->request.clear = true;
            add_choice_of_tables(app, job, kSchemasOfReset);
            add_changing(app, job, faults);
            return job;
          },
          false,
          true};
}

Command seed_command() {
  return {"seed",
          "fill the tables, parents first",
          "DATASET|--auto [OPTIONS]",
          "resow seed fresh.json -d shop_test --scale 100 --execute\n"
          "  resow seed --auto --rows 1000 -d shop_test -n 'user_*' --execute\n"
          "  resow seed fresh.json --catalog catalog.json --to rows --slice 2/8",
          [](CLI::App& app, Faults& faults) -> CommandAction {
            const auto job = std::make_shared<JobOptions>();
            job->request.seed = true;
            add_dataset(app, job, faults);
            add_auto(app, job, faults);
            add_files(app, job, faults);
            add_choice_of_tables(app, job, kSchemasOfSeed);
            add_changing(app, job, faults);
            add_loading(app, job, faults);
            return job;
          },
          false,
          true};
}

Command verify_command() {
  return {"verify",
          "compare what is there with what the dataset says",
          "DATASET [OPTIONS]",
          "resow verify fresh.json -d shop_test\n"
          "  resow verify fresh.json -d shop_test --content\n"
          "  resow verify fresh.json -d shop_test --eventually 10s --format junit > report.xml",
          [](CLI::App& app, Faults& faults) -> CommandAction {
            const auto job = std::make_shared<JobOptions>();
            job->request.verify = true;
            add_dataset(app, job, faults);
            add_choice_of_tables(app, job, kSchemasOfDataset);
            add_running(app, job, faults);
            app.add_flag("--content", job->request.content,
                         "also compute every value anew, and compare it");
            add_value(app, "--eventually", "TIME", "wait up to TIME (10s, 2m) until it holds",
                      [job, &faults](const std::string& text) {
                        job->eventually = read_duration(text, "--eventually", faults);
                      });
            return job;
          },
          false,
          true};
}

Command apply_command() {
  return {"apply",
          "reset, seed and verify, each schema all or nothing",
          "DATASET [OPTIONS]",
          "resow apply fresh.json -d shop_test\n"
          "  resow apply fresh.json -d shop_test -j 4 --execute",
          [](CLI::App& app, Faults& faults) -> CommandAction {
            const auto job = std::make_shared<JobOptions>();
            job->request.clear = job->request.seed = job->request.verify = true;
            add_dataset(app, job, faults);
            add_choice_of_tables(app, job, kSchemasOfDataset);
            add_changing(app, job, faults);
            add_loading(app, job, faults);
            app.add_flag("--baseline", job->baseline,
                         "what was applied becomes the baseline that rewind returns to");
            return job;
          },
          false,
          true};
}

}  // namespace resow
