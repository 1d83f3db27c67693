#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "runner/commands/command.h"
#include "runner/connection_text.h"
#include "runner/options.h"

namespace resow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

CommandLine parse(std::vector<std::string> arguments) {
  return parse_command_line(all_commands(), arguments);
}

const JobOptions& job_of(const CommandLine& line) {
  return *std::get<std::shared_ptr<const JobOptions>>(line.action);
}

std::vector<std::string> faults_of(const std::vector<std::string>& arguments) {
  std::vector<std::string> texts;
  try {
    parse(arguments);
  } catch (const InputError& error) {
    for (const Fault& fault : error.faults()) texts.push_back(to_string(fault));
  }
  return texts;
}

std::string command_names() {
  std::string names;
  std::string last;
  for (const Command& command : all_commands()) {
    const std::string word = command.name.substr(0, command.name.find(' '));
    if (word == std::exchange(last, word)) continue;  // of one family
    names += (names.empty() ? "" : ", ") + word;
  }
  return names;
}

TEST(CommandLine, ApplyTakesWhatPostgresToolsTake) {
  const CommandLine line = parse({"apply",
                                  "fresh.json",
                                  "-d",
                                  "shop_test",
                                  "-n",
                                  "user_*",
                                  "-n",
                                  "extra",
                                  "-N",
                                  "user_9",
                                  "-t",
                                  "a",
                                  "-T",
                                  "public.b",
                                  "-j",
                                  "4",
                                  "-q",
                                  "--format",
                                  "json",
                                  "--color=never",
                                  "--execute",
                                  "--scale",
                                  "1,000",
                                  "--keep-going",
                                  "--lock-timeout",
                                  "500ms",
                                  "--force-database",
                                  "shop"});
  EXPECT_EQ(line.command, "apply");
  EXPECT_EQ(line.common.dbname, "shop_test");
  EXPECT_EQ(line.common.format, Format::kJson);
  EXPECT_EQ(line.common.color, ColorChoice::kNever);
  EXPECT_TRUE(line.common.quiet);
  const JobOptions& job = job_of(line);
  EXPECT_TRUE(job.request.clear && job.request.seed && job.request.verify);
  EXPECT_EQ(job.dataset, "fresh.json");
  EXPECT_THAT(job.request.schemas.include, ElementsAre("user_*", "extra"));
  EXPECT_THAT(job.request.schemas.exclude, ElementsAre("user_9"));
  EXPECT_THAT(job.request.tables.include, ElementsAre("a"));
  EXPECT_THAT(job.request.tables.exclude, ElementsAre("public.b"));
  EXPECT_EQ(job.jobs, 4);
  EXPECT_TRUE(job.execute);
  EXPECT_TRUE(job.keep_going);
  EXPECT_EQ(job.request.scale, 1000U);
  EXPECT_DOUBLE_EQ(job.lock_timeout, 0.5);
  EXPECT_EQ(job.force_database, "shop");
}

TEST(CommandLine, NothingIsExecutedUnlessAsked) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"reset"}, {"seed", "d.json"}, {"apply", "d.json"}}) {
    const CommandLine line = parse(arguments);
    EXPECT_FALSE(job_of(line).execute) << arguments[0];
    EXPECT_FALSE(job_of(line).force_database.has_value()) << arguments[0];
  }
}

TEST(CommandLine, EachCommandAsksForItsPart) {
  const struct {
    std::vector<std::string> arguments;
    bool clear, seed, verify;
  } cases[] = {
      {{"reset"}, true, false, false},
      {{"seed", "d"}, false, true, false},
      {{"verify", "d"}, false, false, true},
      {{"apply", "d"}, true, true, true},
  };
  for (const auto& c : cases) {
    const CommandLine line = parse(c.arguments);
    const Request& request = job_of(line).request;
    EXPECT_EQ(request.clear, c.clear) << c.arguments[0];
    EXPECT_EQ(request.seed, c.seed) << c.arguments[0];
    EXPECT_EQ(request.verify, c.verify) << c.arguments[0];
  }
}

TEST(CommandLine, CommonOptionsStandBeforeOrAfterTheCommand) {
  EXPECT_EQ(parse({"-d", "x", "reset"}).common.dbname, "x");
  EXPECT_EQ(parse({"reset", "-d", "x"}).common.dbname, "x");
  EXPECT_EQ(parse({"reset", "--dbname=postgresql://u@h/x"}).common.dbname, "postgresql://u@h/x");
  EXPECT_EQ(parse({"--format", "tap", "reset"}).common.format, Format::kTap);
}

TEST(CommandLine, ADatasetMayComeFromStandardInput) {
  EXPECT_EQ(job_of(parse({"apply", "-"})).dataset, "-");
  EXPECT_EQ(job_of(parse({"apply", "-", "-n", "a"})).dataset, "-");
  EXPECT_EQ(job_of(parse({"verify", "--eventually", "10s", "d.json"})).dataset, "d.json");
}

TEST(CommandLine, WhatASandboxRunsKeepsItsOwnOptions) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"sandbox"},
        {"sandbox", "--", "psql", "-c", "select 1", "--format", "json", "--help", "-d", "x",
         "--bogus"},
        {"sandbox", "--keep", "--port", "5433", "--", "sh", "-c", "exit 3", "--", "x"}}) {
    const CommandLine line = parse(arguments);
    EXPECT_EQ(line.command, "sandbox");
    EXPECT_EQ(line.text, "");
    EXPECT_EQ(line.common.dbname, "");
    EXPECT_TRUE(std::holds_alternative<CommandFunction>(line.action));
    const size_t options = arguments.size() > 1 && arguments[1] == "--keep" ? 5 : 2;
    EXPECT_EQ(line.common.rest.size() + options, std::max(options, arguments.size()));
  }
}

TEST(CommandLine, FaultsSayWhereWhatAndHowToMend) {
  const struct {
    std::vector<std::string> arguments;
    std::vector<std::string> faults;
  } cases[] = {
      {{}, {"no command is given; say one of " + command_names() + "; see \"resow --help\""}},
      {{"aply", "d.json"}, {"aply: unknown command; did you mean \"apply\"?"}},
      {{"tenants"},
       {"resow tenants does several things; say one of list, create, drop, diff, sync; see \"resow "
        "tenants --help\""}},
      {{"tenants", "difff"}, {"difff: unknown command; did you mean \"diff\"?"}},
      {{"tenants", "diff"},
       {"--like: which schema is the template is not said; name it: --like template_tenant",
        "-n: no schemas are chosen; for example -n 'user_*'"}},
      {{"xyzzy"}, {"xyzzy: unknown command; say one of " + command_names()}},
      {{"seed", "--rows", "5"},
       {"--rows: is about --auto, which is not there; say --auto for every table, or name a "
        "dataset, which has its own numbers"}},
      {{"apply"}, {"DATASET: resow apply needs a dataset; name its file, or - for standard input"}},
      {{"apply", "a.json", "b.json"},
       {"b.json: one argument too many for resow apply; see \"resow apply --help\""}},
      {{"reset", "shop_test"},
       {"shop_test: one argument too many for resow reset; see \"resow reset --help\""}},
      {{"apply", "d.json", "--jbos", "4"},
       {"--jbos: unknown option of resow apply; did you mean \"--jobs\"?"}},
      {{"apply", "d.json", "--jbos=4"},
       {"--jbos: unknown option of resow apply; did you mean \"--jobs\"?"}},
      {{"verify", "d.json", "--execute"},
       {"--execute: unknown option of resow verify; see \"resow verify --help\""}},
      {{"reset", "-h", "localhost"},
       {"-h: unknown option of resow reset; for help say \"resow reset --help\", for a host -d "
        "host=NAME or PGHOST"}},
      {{"apply", "d.json", "-j", "0", "--format", "jsn", "--scale", "x", "--bogus"},
       {"--jobs: \"0\" is not a number that it takes; say a whole number from 1 to 256",
        "--format: \"jsn\" is not one of text, json, junit, tap, html; did you mean \"json\"?",
        "--scale: \"x\" is not a number that it takes; say a whole number from 1 to "
        "2,147,483,647",
        "--bogus: unknown option of resow apply; see \"resow apply --help\""}},
      {{"verify", "d.json", "--format", "html"},
       {"--format: verify has no page; use text, json, junit or tap; html is for inspect, audit, "
        "tenants diff"}},
      {{"--format=html", "history"},
       {"--format: history has no page; use text or json; html is for inspect, audit, tenants "
        "diff"}},
      {{"sandbox", "psql"},
       {"psql: one argument too many for resow sandbox; see \"resow sandbox --help\""}},
      {{"reset", "--", "-x"},
       {"--: resow reset takes nothing after it; see \"resow reset --help\""}},
      {{"sandbox", "--set", "work_mem"},
       {"--set: \"work_mem\" is no setting; say it like work_mem=64MB"}},
      {{"sandbox", "--port", "70000"},
       {"--port: \"70000\" is not a number that it takes; say a whole number from 0 to 65,535"}},
      {{"verify", "d.json", "--eventually", "soon"},
       {"--eventually: \"soon\" is not a time span that it takes; say it like 10s, 500ms, 2m or "
        "1h, up to seven days"}},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(faults_of(c.arguments), testing::UnorderedElementsAreArray(c.faults))
        << testing::PrintToString(c.arguments);
  }
}

TEST(CommandLine, AnOptionWithoutItsValueIsAFault) {
  const std::vector<std::string> faults = faults_of({"reset", "-d"});
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_THAT(faults[0], HasSubstr("--dbname"));
  EXPECT_THAT(faults[0], HasSubstr("see \"resow --help\""));
}

// "tenants list" is two words of the line.
std::vector<std::string> words_of(const Command& command) {
  const size_t blank = command.name.find(' ');
  if (blank == std::string::npos) return {command.name};
  return {command.name.substr(0, blank), command.name.substr(blank + 1)};
}

TEST(CommandLine, HelpOfEveryCommandHasItsUsageAndAnExample) {
  for (const Command& command : all_commands()) {
    std::vector<std::string> words = words_of(command);
    words.emplace_back("--help");
    const std::string text = parse(words).text;
    EXPECT_THAT(text, HasSubstr("Usage: resow " + command.name + " " + command.arguments));
    EXPECT_THAT(text, testing::ContainsRegex("Examples?:\n  resow " + command.name));
    words.back() = "-?";
    EXPECT_EQ(parse(words).text, text);
    EXPECT_THAT(text, testing::Not(HasSubstr("\n\n\n")));
    EXPECT_FALSE(text.ends_with("\n\n")) << text;
    EXPECT_EQ(text.find("junit") != std::string::npos, command.tests) << text;
  }
  const std::string text = parse({"--help"}).text;
  for (const Command& command : all_commands()) {
    const std::vector<std::string> words = words_of(command);
    EXPECT_THAT(text, HasSubstr(words.front())) << text;
    if (words.size() > 1 && command.family_summary.empty()) continue;  // resow tenants --help
    EXPECT_THAT(
        text, HasSubstr(command.family_summary.empty() ? command.summary : command.family_summary))
        << text;
  }
}

TEST(CommandLine, VersionNamesTheLibraries) {
  EXPECT_THAT(parse({"--version"}).text,
              testing::ContainsRegex("^resow [0-9.]+\nlibpqxx [0-9.]+, libpq [0-9.]+, fmt [0-9.]+, "
                                     "CLI11 [0-9.]+, nlohmann_json [0-9.]+\n$"));
}

TEST(FormatAskedFor, IsFoundInALineThatIsWrong) {
  const struct {
    std::vector<std::string> arguments;
    Format format;
  } cases[] = {
      {{}, Format::kText},
      {{"aply", "--format", "json"}, Format::kJson},
      {{"--format=tap", "--bogus"}, Format::kTap},
      {{"inspect", "--format=html"}, Format::kHtml},
      {{"audit", "--format", "html"}, Format::kHtml},
      {{"--format"}, Format::kText},
      {{"--format", "jsn"}, Format::kText},
      {{"--format", "json", "--format", "junit"}, Format::kJunit},
      {{"sandbox", "--", "x", "--format", "json"}, Format::kText},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(format_asked_for(c.arguments), c.format) << testing::PrintToString(c.arguments);
  }
}

TEST(UseColor, AsksTheTerminalUnlessTold) {
  const struct {
    ColorChoice asked;
    bool on_terminal;
    const char* no_color;
    const char* term;
    bool color;
  } cases[] = {
      {ColorChoice::kAuto, true, nullptr, "xterm", true},
      {ColorChoice::kAuto, true, "", "xterm", true},
      {ColorChoice::kAuto, true, "1", "xterm", false},
      {ColorChoice::kAuto, true, nullptr, "dumb", false},
      {ColorChoice::kAuto, true, nullptr, nullptr, false},
      {ColorChoice::kAuto, false, nullptr, "xterm", false},
      {ColorChoice::kAlways, false, "1", "dumb", true},
      {ColorChoice::kNever, true, nullptr, "xterm", false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(use_color(c.asked, c.on_terminal, c.no_color, c.term), c.color);
  }
}

TEST(ExecuteLine, CanBePastedAndHoldsNoPassword) {
  const struct {
    std::vector<std::string> arguments;
    const char* line;
  } cases[] = {
      {{"reset", "-n", "user_*"}, "resow reset -n 'user_*' --execute"},
      {{"apply", "my data.json", "-d", "shop_test"},
       "resow apply 'my data.json' -d shop_test --execute"},
      {{"reset", "-d", "postgresql://u:secret@h/db"},
       "resow reset -d 'user=u dbname=db host=h' --execute"},
      {{"reset", "--dbname=host=h password=secret"}, "resow reset --dbname=host=h --execute"},
      {{"reset", "-qd", "host=h password=secret"}, "resow reset -qd host=h --execute"},
      {{"reset", "-qdhost=h password=secret"}, "resow reset -qdhost=h --execute"},
      {{"apply", "a=b.json", "-nd=x"}, "resow apply a=b.json -nd=x --execute"},
      {{"reset", "-d", "host=h pasword=secret"}, ""},
      {{"reset", "-N", "password_*"}, "resow reset -N 'password_*' --execute"},
      {{"reset", "-N", "password=x y"}, ""},
      {{"reset", "-dpostgresql://u@h/db"}, "resow reset -dpostgresql://u@h/db --execute"},
      {{"-d", "postgresql://h/my%20db?password=secret", "reset"},
       "resow -d 'dbname='\\''my db'\\'' host=h' reset --execute"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(execute_line(c.arguments), c.line) << testing::PrintToString(c.arguments);
  }
}

TEST(WithoutPassword, ChangesNothingWhereThereIsNone) {
  for (const char* text : {"shop_test", "", "host=/tmp/x dbname=a", "postgresql://u@h:5432/db",
                           "service=shop", "größe"}) {
    EXPECT_EQ(without_password(text), text);
  }
}

TEST(WithoutPassword, LeavesNoTraceOfOne) {
  for (const char* text :
       {"postgresql://u:secret@h/db", "postgres://u:secret@/db?host=/tmp", "password=secret",
        "host=h password='sec\\'ret secret' dbname=x", "host=h sslpassword=secret",
        "postgresql://h/db?sslpassword=secret", "host=h password='secret"}) {
    EXPECT_THAT(without_password(text), testing::Not(HasSubstr("secret"))) << text;
  }
}

}  // namespace
}  // namespace resow
