#include "runner/snapshot/table_rows.h"

#include <stdexcept>
#include <string>

#include "generators/encode.h"
#include "runner/at_table.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

std::string copy_of(const Connection& connection, const Relation& relation,
                    const SnapshotTable& table) {
  std::string columns;
  for (const SnapshotColumn& column : table.columns) {
    columns += (columns.empty() ? "" : ", ") + connection.quote_name(column.name);
  }
  const std::string name = table_name(connection, relation);
  // COPY takes a table's own rows by itself, but none of a partitioned one.
  const std::string from = relation.kind == RelationKind::kPartitionedTable
                               ? "(SELECT " + columns + " FROM " + name + ")"
                               : name + " (" + columns + ")";
  return "COPY " + from + " TO STDOUT (FORMAT " + (table.binary ? "binary" : "text") + ")";
}

}  // namespace

void each_row(Transaction& transaction, const Relation& relation, const SnapshotTable& table,
              const std::function<void(std::string_view)>& use) {
  at_table(relation, [&] {
    CopyOut copy(transaction, copy_of(transaction.connection(), relation, table),
                 "COPY " + display_name(relation));
    std::string buffer;
    bool begun = !table.binary;
    while (copy.read(buffer)) {
      std::string_view row = buffer;
      if (!begun) {  // the header comes along with the first row
        const size_t header = copy_binary_header().size();
        if (row.size() < header) throw std::runtime_error("a COPY begins with no header");
        row.remove_prefix(header);
        begun = true;
      }
      if (table.binary && (row.empty() || row == copy_binary_trailer())) continue;
      use(row);
    }
  });
}

}  // namespace resow
