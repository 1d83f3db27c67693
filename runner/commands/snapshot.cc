#include "runner/commands/snapshot.h"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <string>

#include "fixtures/text.h"
#include "runner/chosen_schemas.h"
#include "runner/commands/snapshot_options.h"
#include "runner/exit_status.h"
#include "runner/json_parts.h"
#include "runner/progress.h"
#include "runner/snapshot/write_snapshot.h"
#include "runner/text_table.h"

namespace resow {
namespace {

using SnapshotJson = nlohmann::ordered_json;

std::string in_megabytes(uint64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

std::string snapshot_text(const SnapshotOptions& options, const WrittenSnapshot& written) {
  std::vector<std::vector<std::string>> lines;
  uint64_t rows = 0;
  for (size_t i = 0; i < written.header.tables.size(); ++i) {
    const SnapshotTable& table = written.header.tables[i];
    const uint64_t of_table = written.end.tables[i].rows;
    rows += of_table;
    lines.push_back({one_line(table.schema), one_line(table.name), with_thousands(of_table)});
  }
  std::string text;
  if (!lines.empty()) {
    text = text_table({{"schema"}, {"table"}, {"rows", true}}, lines, 0, false);
  }
  return text + fmt::format("snapshot: {} of {} in {}, {}\n",
                            count_of_things(static_cast<int64_t>(rows), "row"),
                            count_of_things(static_cast<int64_t>(lines.size()), "table"),
                            one_line(options.file), in_megabytes(written.bytes));
}

std::string snapshot_json(const SnapshotOptions& options, const WrittenSnapshot& written) {
  const SnapshotHeader& header = written.header;
  SnapshotJson schemas = SnapshotJson::array();
  for (const std::string& schema : header.schemas) {
    SnapshotJson tables = SnapshotJson::array();
    for (size_t i = 0; i < header.tables.size(); ++i) {
      if (header.tables[i].schema != schema) continue;
      tables.push_back({{"table", header.tables[i].name}, {"rows", written.end.tables[i].rows}});
    }
    size_t sequences = 0;
    for (const SnapshotSequence& sequence : header.sequences) {
      if (sequence.schema == schema) ++sequences;
    }
    schemas.push_back({{"schema", schema}, {"tables", tables}, {"sequences", sequences}});
  }
  const SnapshotJson document = {{"command", "snapshot"},       {"outcome", "ok"},
                                 {"database", header.database}, {"file", options.file},
                                 {"bytes", written.bytes},      {"schemas", schemas}};
  return document_text(document);
}

}  // namespace

int run_snapshot(const SnapshotOptions& options, const CommonOptions& common) {
  require_text_or_json(common, "snapshot");
  WrittenSnapshot written;
  {
    Progress progress("snapshot", !common.quiet && is_capable_terminal(STDERR_FILENO));
    ConnectionOptions to{.dbname = common.dbname};
    to.on_step = [&](std::string_view step) { progress.step(step); };
    Connection connection(to);
    written = write_snapshot(connection, options.schemas, options.file, options.force,
                             [&](int64_t rows) { progress.add(rows); });
  }
  if (common.format == Format::kJson) return print_text(snapshot_json(options, written));
  return common.quiet ? kDone : print_text(snapshot_text(options, written));
}

}  // namespace resow
