// The command line: what was asked for, as plain values.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "fixtures/fault.h"
#include "fixtures/scope.h"
#include "generators/row_stream.h"
#include "runner/render.h"

namespace resow {

enum class ColorChoice : uint8_t { kAuto, kAlways, kNever };

inline constexpr double kLockWait = 30;  // seconds; what --lock-timeout is when nobody says it

// What every command takes.
struct CommonOptions {
  std::string dbname;  // -d: a name, conninfo or URI; "" for libpq's environment
  Format format = Format::kText;
  ColorChoice color = ColorChoice::kAuto;
  bool quiet = false;
  std::vector<std::string> rest;  // what stands after the first "--"
  std::string execute_line;       // see execute_line(); for a preview to end with
};

// reset, seed, verify and apply: the main job, or parts of it.
struct JobOptions {
  Request request;
  std::string dataset;  // a file, "-" for stdin; "" for a reset, which has none, and with --auto
  std::optional<uint64_t> rows_of_each;  // --auto --rows: so many in every table, without a dataset
  int jobs = 1;
  bool execute = false;
  bool keep_going = false;
  bool baseline = false;            // what was applied becomes the baseline
  double lock_timeout = kLockWait;  // seconds
  double eventually = 0;            // seconds
  std::optional<std::string> force_database;
  bool history = true;  // a run of it is recorded
  // --to: rows become files in that folder, "" for none.
  std::string to;
  bool overwrite = false;
  RowFormat file_format = RowFormat::kCsv;
  std::string catalog;  // a file that inspect wrote, in place of a database
};

// A command that is not about a dataset's state: what it does, returning the exit status.
using CommandFunction = std::function<int(const CommonOptions&)>;

using CommandAction = std::variant<std::shared_ptr<const JobOptions>, CommandFunction>;

struct CommandLine {
  std::string command;
  CommonOptions common;
  CommandAction action;
  std::string text;  // of --help and --version: to be printed, nothing else to be done
};

struct Command;

// Throws InputError with all faults of the line. `arguments` are without the program's own name.
CommandLine parse_command_line(std::span<const Command> commands,
                               std::span<const std::string> arguments);

// What --format says, wherever it stands and whatever else is wrong with the line: also the faults
// of a line are reported in the format that it asks for.
Format format_asked_for(std::span<const std::string> arguments);

// `asked` is --color; `no_color` and `term` are the environment's, nullptr where not set.
bool use_color(ColorChoice asked, bool on_terminal, const char* no_color, const char* term);

// How text is written to a file descriptor.
TextStyle style_for(int descriptor, const CommonOptions& common);

// The line that does what `arguments` previewed; "" where a word cannot be shown. A password in -d
// is left out.
std::string execute_line(std::span<const std::string> arguments);

}  // namespace resow
