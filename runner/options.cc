#include "runner/options.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <map>
#include <string_view>
#include <utility>

#include "fixtures/suggestion.h"
#include "fixtures/text.h"
#include "runner/commands/command.h"
#include "runner/connection_text.h"
#include "runner/option_values.h"

namespace resow {

namespace {

using Faults = std::vector<Fault>;

const std::vector<std::string> kFormats = {"text", "json", "junit", "tap", "html"};
const std::vector<std::string> kColors = {"auto", "always", "never"};
constexpr const char* kHelpOptions = "--help,-?";

std::string version_text() {
  return fmt::format("resow {}\n{}, fmt {}.{}.{}, CLI11 {}, {}\n", RESOW_VERSION, driver_versions(),
                     FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100, CLI11_VERSION,
                     json_version());
}

// "Usage: resow apply DATASET [OPTIONS]", the options, and the examples as they were written.
class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(std::string arguments) : arguments_(std::move(arguments)) {
    column_width(34);
    label("TEXT", "");
    label("Positionals", "Arguments");
  }
  std::string make_usage(const CLI::App* app, std::string name) const override {
    std::string own;
    for (; app->get_parent() != nullptr; app = app->get_parent()) own = " " + app->get_name() + own;
    (void)name;
    return fmt::format("\nUsage: resow{} {}\n", own, arguments_);
  }
  // Versions of CLI11 differ in the empty lines before a footer.
  std::string make_footer(const CLI::App* /*app*/) const override { return ""; }
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    std::string text = CLI::Formatter::make_help(app, std::move(name), mode);
    if (mode == CLI::AppFormatMode::Sub) return text;
    text.erase(text.find_last_not_of('\n') + 1);
    return text + "\n\n" + app->get_footer();
  }

 private:
  std::string arguments_;
};

const char* formats_text(bool tests, bool page) {
  if (tests) return "text, json, junit or tap";
  return page ? "text, json or html" : "text or json";
}

void add_common(CLI::App& app, const char* formats, CommonOptions& common, Faults& faults) {
  const auto add = [&](const char* names, const char* help, auto read) {
    return app.add_option_function<std::string>(names, read, help);
  };
  add("-d,--dbname", "database: a name, conninfo string or URI; else PGDATABASE etc.",
      [&common](const std::string& text) { common.dbname = text; })
      ->type_name("NAME");
  add("--format", formats, [&](const std::string& text) {
    common.format = static_cast<Format>(read_choice(text, kFormats, "--format", faults));
  })->type_name("FORMAT");
  add("--color", "auto, always or never", [&](const std::string& text) {
    common.color = static_cast<ColorChoice>(read_choice(text, kColors, "--color", faults));
  })->type_name("WHEN");
  app.add_flag("-q,--quiet", common.quiet, "no progress; of the text only what matters");
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// "tenants" of "tenants list", "" where a command stands by itself.
std::string family_of(const Command& command) {
  const size_t blank = command.name.find(' ');
  return blank == std::string::npos ? "" : command.name.substr(0, blank);
}

// The first words of commands, each once; of a family, the second words.
std::vector<std::string> command_names(std::span<const Command> commands,
                                       const std::string& family = "") {
  std::vector<std::string> names;
  for (const Command& command : commands) {
    const std::string own = family_of(command);
    if (!family.empty() && own != family) continue;
    const std::string name = !family.empty() ? command.name.substr(family.size() + 1)
                             : own.empty()   ? command.name
                                             : own;
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

std::string mend_for_option(const std::string& option, const CLI::App& app,
                            const std::string& help) {
  if (option.starts_with("-h")) {
    return fmt::format("for help say \"{}\", for a host -d host=NAME or PGHOST", help);
  }
  if (option == "--seed") return "the seed is the dataset's: \"seed\": 5";
  const std::string suggestion = suggest(option, option_names(app));
  return suggestion.empty() ? fmt::format("see \"{}\"", help) : suggestion;
}

// Options that nobody knows; where there are none, words that nobody asked for (the value of an
// unknown option looks like one).
void add_extras(const CLI::App& app, const std::string& who, Faults& faults) {
  const std::string help = who + " --help";
  std::vector<std::string> words;
  const size_t before = faults.size();
  for (const std::string& extra : app.remaining()) {
    if (extra.size() < 2 || extra.front() != '-') {
      words.push_back(extra);
      continue;
    }
    const std::string option = extra.substr(0, extra.find('='));
    faults.push_back(
        {option, fmt::format("unknown option of {}", who), mend_for_option(option, app, help)});
  }
  if (faults.size() > before) return;
  for (const std::string& word : words) {
    faults.push_back({without_password(word), fmt::format("one argument too many for {}", who),
                      fmt::format("see \"{}\"", help)});
  }
}

// `who`: "resow", or "resow tenants" where one of that family is missing.
void add_missing_command(const CLI::App& app, const std::string& who,
                         const std::vector<std::string>& names, Faults& faults) {
  const std::vector<std::string> extras = app.remaining();
  const auto word = std::find_if(extras.begin(), extras.end(),
                                 [](const std::string& extra) { return !extra.starts_with('-'); });
  if (word == extras.end()) {
    add_extras(app, who, faults);
    if (faults.empty()) {
      faults.push_back(
          {"", who == "resow" ? "no command is given" : who + " does several things",
           fmt::format("say one of {}; see \"{} --help\"", fmt::join(names, ", "), who)});
    }
    return;
  }
  std::string mend = suggest(*word, names);
  if (mend.empty()) mend = fmt::format("say one of {}", fmt::join(names, ", "));
  faults.push_back({without_password(*word), "unknown command", mend});
}

void check_page(const Command& command, std::span<const Command> commands, Format format,
                Faults& faults) {
  if (format != Format::kHtml || command.page) return;
  std::vector<std::string> with_page;
  for (const Command& each : commands) {
    if (each.page) with_page.push_back(each.name);
  }
  faults.push_back({"--format", fmt::format("{} has no page", command.name),
                    fmt::format("use {}; html is for {}", formats_text(command.tests, false),
                                fmt::join(with_page, ", "))});
}

void configure(CLI::App& app, const std::string& arguments, const std::string& examples) {
  app.formatter(std::make_shared<HelpFormatter>(arguments));
  app.set_help_flag(kHelpOptions, "show this and exit");
  app.allow_extras();
  app.footer((examples.find('\n') == std::string::npos ? "Example:\n  " : "Examples:\n  ") +
             examples + "\n");
}

}  // namespace

CommandLine parse_command_line(std::span<const Command> commands,
                               std::span<const std::string> arguments) {
  CommandLine line;
  Faults faults;
  CLI::App app("Brings a PostgreSQL database to a declared state, proves it, and returns to it.");
  configure(app, "COMMAND [OPTIONS]",
            "resow apply fresh.json -d shop_test\n"
            "  resow apply fresh.json -d shop_test --execute");
  app.set_version_flag("-V,--version", version_text(), "show the versions and exit");
  add_common(app, "text, json, junit, tap or html", line.common, faults);

  std::vector<CLI::App*> subcommands;
  std::vector<CommandAction> actions;
  std::map<std::string, CLI::App*> families;
  for (const Command& command : commands) {
    const std::string family = family_of(command);
    if (!family.empty() && !families.contains(family)) {
      CLI::App* added = app.add_subcommand(family, command.family_summary);
      added->group("Commands");
      configure(*added, "COMMAND [OPTIONS]", command.example);
      add_common(*added, formats_text(false, false), line.common, faults);
      families[family] = added;
    }
    CLI::App& parent = family.empty() ? app : *families[family];
    CLI::App* subcommand = parent.add_subcommand(
        family.empty() ? command.name : command.name.substr(family.size() + 1), command.summary);
    subcommand->group("Commands");
    configure(*subcommand, command.arguments, command.example);
    actions.push_back(command.define(*subcommand, faults));
    add_common(*subcommand, formats_text(command.tests, command.page), line.common, faults);
    subcommands.push_back(subcommand);
  }

  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  if (dashes != arguments.end()) line.common.rest.assign(dashes + 1, arguments.end());
  std::vector<std::string> reversed(std::make_reverse_iterator(dashes), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    line.text = app.help();
    return line;
  } catch (const CLI::CallForVersion&) {
    line.text = version_text();
    return line;
  } catch (const CLI::ParseError& error) {
    faults.push_back({"", error.what(), "see \"resow --help\""});
  }

  for (size_t i = 0; i < subcommands.size(); ++i) {
    if (!subcommands[i]->parsed()) continue;
    line.command = commands[i].name;
    line.action = std::move(actions[i]);
    const std::string who = "resow " + line.command;
    add_extras(*subcommands[i], who, faults);
    check_page(commands[i], commands, line.common.format, faults);
    if (!commands[i].takes_rest && !line.common.rest.empty()) {
      faults.push_back({"--", who + " takes nothing after it", "see \"" + who + " --help\""});
    }
  }
  const auto family = std::find_if(families.begin(), families.end(),
                                   [](const auto& each) { return each.second->parsed(); });
  if (family != families.end()) {
    const std::string who = "resow " + family->first;
    if (line.command.empty()) {
      add_missing_command(*family->second, who, command_names(commands, family->first), faults);
    } else {
      add_extras(*family->second, who, faults);
    }
  }
  if (line.command.empty() && family == families.end()) {
    add_missing_command(app, "resow", command_names(commands), faults);
  } else {
    add_extras(app, "resow", faults);
  }
  if (!faults.empty()) throw InputError(std::move(faults));
  line.common.execute_line = execute_line(arguments);
  return line;
}

Format format_asked_for(std::span<const std::string> arguments) {
  constexpr std::string_view kOption = "--format";
  Format format = Format::kText;
  for (size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    const std::string_view argument = arguments[i];
    std::string_view value;
    if (argument == kOption && i + 1 < arguments.size()) value = arguments[i + 1];
    if (argument.starts_with("--format=")) value = argument.substr(kOption.size() + 1);
    format = format_named(value).value_or(format);
  }
  return format;
}

bool use_color(ColorChoice asked, bool on_terminal, const char* no_color, const char* term) {
  if (asked != ColorChoice::kAuto) return asked == ColorChoice::kAlways;
  if (no_color != nullptr && *no_color != '\0') return false;
  return on_terminal && term != nullptr && std::string_view(term) != "dumb";
}

TextStyle style_for(int descriptor, const CommonOptions& common) {
  const bool terminal = isatty(descriptor) != 0;
  return {use_color(common.color, terminal, std::getenv("NO_COLOR"), std::getenv("TERM")),
          common.quiet};
}

namespace {

constexpr std::string_view kFlags = "qs";  // short options that -d can stand behind (-qd)

// What stands before the value of -d where both are one argument; "" where the argument is no such
// thing. The value is the next argument where nothing stands behind that.
std::string_view dbname_option(std::string_view argument) {
  constexpr std::string_view kLong = "--dbname";
  if (argument == kLong) return argument;
  if (argument.starts_with("--dbname=")) return argument.substr(0, kLong.size() + 1);
  if (!argument.starts_with('-')) return "";
  const size_t d = argument.find_first_not_of(kFlags, 1);
  const bool found = d != std::string_view::npos && argument[d] == 'd';
  return found ? argument.substr(0, d + 1) : "";
}

}  // namespace

std::string execute_line(std::span<const std::string> arguments) {
  std::string line = "resow";
  bool executes = false;
  bool dbname_follows = false;
  for (const std::string& argument : arguments) {
    const std::string prefix(dbname_follows ? "" : dbname_option(argument));
    const std::string value = argument.substr(prefix.size());
    const bool is_dbname = dbname_follows || !prefix.empty();
    const std::string shown =
        prefix + (is_dbname ? dbname_without_password(value) : without_password(value));
    if (shown == prefix && !value.empty()) return "";  // another line would do something else
    dbname_follows = !prefix.empty() && value.empty();
    executes = executes || argument == "--execute";
    line += " " + shell_word(shown);
  }
  return executes ? line : line + " --execute";
}

}  // namespace resow
