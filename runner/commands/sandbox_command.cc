#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runner/commands/sandbox.h"
#include "runner/option_values.h"

namespace resow {

namespace {

void add_setting(const std::string& text, SandboxOptions& options, std::vector<Fault>& faults) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    faults.push_back({"--set", "\"" + text + "\" is no setting", "say it like work_mem=64MB"});
    return;
  }
  options.settings.emplace_back(text.substr(0, equals), text.substr(equals + 1));
}

}  // namespace

Command sandbox_command() {
  return {
      "sandbox",
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
        app.add_option_function<std::vector<std::string>>(
               "-c,--set",
               [sandbox, &faults](const std::vector<std::string>& settings) {
                 for (const std::string& setting : settings) {
                   add_setting(setting, sandbox->options, faults);
                 }
               },
               "a setting of the server; repeatable")
            ->type_name("NAME=VALUE")
            ->allow_extra_args(false);
        app.add_flag("--durable", sandbox->options.durable,
                     "with fsync, as a server that is not thrown away");
        app.add_option("--server-user", sandbox->options.server_user,
                       "whom the server runs as when we are root; default postgres or nobody")
            ->type_name("USER");
        return [sandbox](const CommonOptions& common) {
          if (common.format != Format::kText) {
            throw InputError({{"--format", "sandbox prints no report",
                               "leave it out; with -q the sandbox's URI is all that is printed"}});
          }
          SandboxCommand command = *sandbox;
          command.quiet = common.quiet;
          command.command = common.rest;
          if (!common.dbname.empty()) command.options.dbname = common.dbname;
          return run_sandbox(command);
        };
      },
      true};
}

}  // namespace resow
