#include "runner/commands/generators.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "runner/exit_status.h"
#include "runner/option_values.h"
#include "runner/render_generators.h"
#include "runner/standard_output.h"

namespace resow {
namespace {

int run_generators(rule::Locale locale, const CommonOptions& common) {
  if (common.format != Format::kText && common.format != Format::kJson) {
    throw InputError({{"--format", "generators has nothing to test", "use text or json"}});
  }
  StandardOutput output;
  if (common.format == Format::kJson) {
    output.write(render_generators_json(locale));
  } else {
    const bool color = use_color(common.color, isatty(STDOUT_FILENO) != 0, std::getenv("NO_COLOR"),
                                 std::getenv("TERM"));
    output.write(render_generators_text(locale, color));
  }
  if (output.finish()) return kDone;
  std::fputs("resow: the catalogue could not be written\n", stderr);
  return kReportLost;
}

}  // namespace

Command generators_command() {
  return {"generators", "the believable values that there are, with an example of each",
          "[OPTIONS]", "resow generators --locale fr\n  resow generators --format json",
          [](CLI::App& app, std::vector<Fault>& faults) -> CommandAction {
            const auto locale = std::make_shared<rule::Locale>(rule::Locale::kEnglish);
            app.add_option_function<std::string>(
                   "--locale",
                   [locale, &faults](const std::string& text) {
                     *locale = static_cast<rule::Locale>(
                         read_choice(text, {"en", "fr", "de"}, "--locale", faults));
                   },
                   "en, fr or de: whose examples are shown (en)")
                ->type_name("LOCALE");
            return
                [locale](const CommonOptions& common) { return run_generators(*locale, common); };
          }};
}

}  // namespace resow
