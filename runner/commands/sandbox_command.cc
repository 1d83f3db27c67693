#include <CLI/CLI.hpp>
#include <memory>
#include <utility>

#include "runner/commands/sandbox.h"
#include "runner/option_values.h"

namespace resow {

Command sandbox_command() {
  return {"sandbox",
          "start a throwaway server; run COMMAND against it with PGHOST etc. set",
          "[OPTIONS] [-- COMMAND ...]",
          "resow sandbox -- pytest tests/integration\n"
          "  resow sandbox --keep --port 5433",
          [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
            const auto sandbox = std::make_shared<SandboxCommand>();
            app.add_flag("--keep", sandbox->options.keep,
                         "leave the server running; say how to connect and how to remove it");
            app.add_option_function<std::string>(
                   "--port",
                   [sandbox, &faults](const std::string& text) {
                     constexpr int64_t kGreatestPort = 65'535;
                     sandbox->options.port =
                         static_cast<int>(read_count(text, 0, kGreatestPort, "--port", faults));
                   },
                   "listen on 127.0.0.1 too; 0 for any free port")
                ->type_name("PORT");
            app.add_option("--bindir", sandbox->options.bindir,
                           "where initdb and postgres are, when not in the usual places")
                ->type_name("FOLDER");
            app.add_flag("--durable", sandbox->options.durable,
                         "with fsync, as a server that is not thrown away");
            return [sandbox](const CommonOptions& common) {
              SandboxCommand command = *sandbox;
              command.command = common.rest;
              if (!common.dbname.empty()) command.options.dbname = common.dbname;
              return run_sandbox(command);
            };
          },
          true};
}

}  // namespace resow
