#include <CLI/CLI.hpp>
#include <memory>

#include "runner/commands/audit.h"
#include "runner/commands/shared_options.h"

namespace resow {
Command audit_command() {
  return {"audit", "empty, orphaned and unreferenced tables", "[OPTIONS]",
          "resow audit -d shop --code src --write-decisions audit.json\n"
          "  resow audit -d shop --code src --decisions audit.json",
          [](CLI::App& app, std::vector<Fault>&) -> CommandAction {
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
            return [options](const CommonOptions& common) { return run_audit(*options, common); };
          }};
}

}  // namespace resow
