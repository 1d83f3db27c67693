#include <CLI/CLI.hpp>
#include <memory>

#include "runner/commands/inspect.h"
#include "runner/commands/shared_options.h"

namespace resow {

Command inspect_command() {
  return {"inspect",
          "what is there: tables, rows, sizes, keys, dependency order",
          "[OPTIONS]",
          "resow inspect -d shop_test -n 'user_*'\n"
          "  resow inspect -d shop_test -n user_1 -t 'order*'\n"
          "  resow inspect -d shop_test --format json > catalog.json\n"
          "  resow inspect -d shop_test --format html > shop.html",
          [](CLI::App& app, std::vector<Fault>&) -> CommandAction {
            const auto options = std::make_shared<InspectOptions>();
            add_schemas(app, options->schemas, "else every schema");
            add_tables(app, options->tables, "but not these tables");
            app.add_flag("-s,--schema-only", options->schema_only,
                         "only the structure: tables are not counted and measured");
            return [options](const CommonOptions& common) { return run_inspect(*options, common); };
          },
          false,
          false,
          true};
}

}  // namespace resow
