#include <CLI/CLI.hpp>
#include <memory>

#include "runner/commands/shared_options.h"
#include "runner/commands/tenants.h"
#include "runner/commands/tenants_options.h"

namespace resow {
namespace {

constexpr const char* kFamily =
    "many schemas of one structure: list, create, compare, repair, drop";

CLI::Option* add_like(CLI::App& app, std::string& like) {
  return app.add_option("--like", like, "the template: a schema")->type_name("NAME");
}

void check_like(const CLI::Option* option, std::vector<Fault>& faults) {
  if (option->count() > 0) return;
  faults.push_back(
      {"--like", "which schema is the template is not said", "name it: --like template_tenant"});
}

// "Every schema" is hardly what anybody means.
void check_tenants(const Selection& schemas, std::vector<Fault>& faults) {
  if (!schemas.include.empty()) return;
  faults.push_back({"-n", "no schemas are chosen", "for example -n 'user_*'"});
}

// `jobs`: what it does to N schemas at once.
void add_change(CLI::App& app, TenantChange& change, const char* jobs, std::vector<Fault>& faults) {
  app.add_flag("--execute", change.execute, "do it; without this nothing is changed");
  app.add_flag("--sql", change.sql, "the preview is the statements, as a script for psql");
  add_jobs(app, change.jobs, faults, jobs);
  add_lock_timeout(app, change.lock_timeout, "30s", faults);
  add_force_database(app, change.force_database);
  add_no_history(app, change.history);
}

}  // namespace

Command tenants_list_command() {
  return {"tenants list",
          "what tenants there are: tables, rows, size, structure, revision, last run",
          "[OPTIONS]",
          "resow tenants list -d shop_test -n 'user_*'",
          [](CLI::App& app, std::vector<Fault>&) -> CommandAction {
            const auto options = std::make_shared<TenantsListOptions>();
            add_schemas(app, options->schemas, "else every schema");
            return [options](const CommonOptions& common) {
              return run_tenants_list(*options, common);
            };
          },
          false,
          false,
          false,
          kFamily};
}

Command tenants_create_command() {
  return {"tenants create", "make schemas like a template", "NAME ... --like TEMPLATE [OPTIONS]",
          "resow tenants create -d shop_test 'user_{1..50}' --like template_tenant\n"
          "  resow tenants create -d shop_test 'user_{1..50}' --like template_tenant"
          " --seed fresh.json --execute",
          [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
            const auto options = std::make_shared<TenantsCreateOptions>();
            CLI::Option* names =
                app.add_option("NAME", options->names, "user_3; 'user_{1..50}' for fifty")
                    ->type_name("");
            app.add_option("--seed", options->dataset, "a dataset that each of them is filled with")
                ->type_name("DATASET");
            CLI::Option* like = add_like(app, options->like);
            app.callback([names, like, &faults] {
              check_like(like, faults);
              if (names->count() == 0) faults.push_back({"NAME", "no schema is named", "name it"});
            });
            add_change(app, options->change, "create N schemas at once (1)", faults);
            return [options](const CommonOptions& common) {
              return run_tenants_create(*options, common);
            };
          }};
}

Command tenants_drop_command() {
  return {"tenants drop", "drop schemas with all that is in them, never with CASCADE",
          "NAME ...|-n PATTERN [OPTIONS]",
          "resow tenants drop -d shop_test 'user_{41..50}'\n"
          "  resow tenants drop -d shop_test -n 'tmp_*' --execute",
          [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
            const auto options = std::make_shared<TenantsDropOptions>();
            CLI::Option* names =
                app.add_option("NAME", options->names, "user_3; 'user_{1..50}' for fifty")
                    ->type_name("");
            add_schemas(app, options->schemas, "");
            app.callback([names, options, &faults] {
              if (names->count() > 0 || !options->schemas.include.empty()) return;
              faults.push_back({"NAME", "no schema is named", "name it, or choose with -n"});
            });
            add_change(app, options->change, "drop N schemas at once (1)", faults);
            return [options](const CommonOptions& common) {
              return run_tenants_drop(*options, common);
            };
          }};
}

Command tenants_diff_command() {
  return {"tenants diff",
          "where tenants differ from their template",
          "--like TEMPLATE [OPTIONS]",
          "resow tenants diff -d shop_test --like template_tenant -n 'user_*'\n"
          "  resow tenants diff -d shop_test --like template_tenant -n 'user_*' --format html >"
          " drift.html",
          [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
            const auto options = std::make_shared<TenantsDiffOptions>();
            CLI::Option* like = add_like(app, options->like);
            add_schemas(app, options->schemas, "");
            app.callback([like, options, &faults] {
              check_like(like, faults);
              check_tenants(options->schemas, faults);
            });
            app.add_flag("--cosmetic", options->cosmetic,
                         "also names of constraints, order of columns, comments");
            return [options](const CommonOptions& common) {
              return run_tenants_diff(*options, common);
            };
          },
          false,
          false,
          true};
}

Command tenants_sync_command() {
  return {
      "tenants sync", "bring tenants to the structure of their template",
      "--like TEMPLATE [OPTIONS]",
      "resow tenants sync -d shop_test --like template_tenant -n 'user_*'\n"
      "  resow tenants sync -d shop_test --like template_tenant -n 'user_*' --allow-loss --execute",
      [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
        const auto options = std::make_shared<TenantsSyncOptions>();
        CLI::Option* like = add_like(app, options->like);
        add_schemas(app, options->schemas, "");
        app.callback([like, options, &faults] {
          check_like(like, faults);
          check_tenants(options->schemas, faults);
        });
        app.add_option("--rename", options->renames,
                       "TABLE.OLD=NEW: a column that has a new name; repeatable")
            ->type_name("RENAME")
            ->allow_extra_args(false);
        app.add_option("--separate", options->separate,
                       "TABLE.COLUMN: a column that goes, and is not renamed; repeatable")
            ->type_name("COLUMN")
            ->allow_extra_args(false);
        app.add_flag("--allow-loss", options->allow_loss,
                     "though rows or values go (they are kept for resow undo)");
        app.add_flag("--cosmetic", options->cosmetic,
                     "also names of constraints and indexes, comments");
        add_change(app, options->change, "change N schemas at once (1)", faults);
        return
            [options](const CommonOptions& common) { return run_tenants_sync(*options, common); };
      }};
}

}  // namespace resow
