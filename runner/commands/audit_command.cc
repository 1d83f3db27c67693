#include <CLI/CLI.hpp>
#include <memory>

#include "runner/commands/audit.h"
#include "runner/commands/shared_options.h"

namespace resow {
namespace {

void check_audit_line(const AuditOptions& options, std::vector<Fault>& faults) {
  if (options.script.empty() && !options.remove.empty()) {
    faults.push_back({"--remove", "says which tables a script removes", "add --script FOLDER"});
  }
  if (options.script.empty() && options.overwrite) {
    faults.push_back({"--overwrite", "is about the files of --script", "add --script FOLDER"});
  }
  if (!options.script.empty() && options.decisions.empty() && options.remove.empty()) {
    faults.push_back({"--script", "nobody has decided what is removed",
                      "add --decisions FILE, or --remove TABLE"});
  }
}

}  // namespace

Command audit_command() {
  return {"audit",
          "empty, orphaned and unreferenced tables, with a reviewed removal script",
          "[OPTIONS]",
          "resow audit -d shop --code src --write-decisions audit.json\n"
          "  resow audit -d shop --code src --decisions audit.json --script removal\n"
          "  resow audit -d shop --code src --format html > audit.html",
          [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
            const auto options = std::make_shared<AuditOptions>();
            add_schemas(app, options->schemas, "else every schema");
            app.add_option("--code", options->code,
                           "source that may name tables: a folder or a file; repeatable")
                ->type_name("PATH")
                ->allow_extra_args(false);
            app.add_option("--decisions", options->decisions,
                           "the team's verdicts, with reasons; - for standard input")
                ->type_name("FILE");
            app.add_option("--write-decisions", options->write_decisions,
                           "begin such a file: what is open, and what is decided already")
                ->type_name("FILE");
            app.add_option("--script", options->script,
                           "write the SQL that removes what is to be removed, and the way back")
                ->type_name("FOLDER");
            app.add_option(
                   "--remove", options->remove,
                   "with --script: remove this table too, as the audit suggests; repeatable")
                ->type_name("TABLE")
                ->allow_extra_args(false);
            app.add_flag("--overwrite", options->overwrite, "replace the files of a script");
            app.callback([options, &faults] { check_audit_line(*options, faults); });
            return [options](const CommonOptions& common) { return run_audit(*options, common); };
          },
          false,
          false,
          true};
}

}  // namespace resow
