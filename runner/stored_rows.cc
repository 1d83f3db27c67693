#include "runner/stored_rows.h"

#include <stdexcept>

#include "generators/encode.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

uint32_t network_order(std::string_view bytes) {
  uint32_t number = 0;
  for (const char byte : bytes) number = number << 8U | static_cast<unsigned char>(byte);
  return number;
}

std::string copy_sql(const Connection& connection, const Relation& relation,
                     const expected::Content& content, bool places) {
  return "COPY (SELECT " + content_list(connection, relation, content) +
         (places ? ", t.tableoid, t.ctid" : "") + " FROM " + only_table(connection, relation) +
         " AS t) TO STDOUT (FORMAT binary)";
}

}  // namespace

std::string content_list(const Connection& connection, const Relation& relation,
                         const expected::Content& content) {
  std::string list;
  for (size_t i = 0; i < content.columns.size(); ++i) {
    if (i > 0) list += ", ";
    list += "t." + connection.quote_name(relation.column(content.columns[i])->name);
    if (content.fields[i].form != FieldForm::kBinary) list += "::pg_catalog.text";
  }
  return list;
}

StoredRows::StoredRows(Transaction& transaction, const Relation& relation,
                       const expected::Content& content, bool places)
    : copy_(transaction, copy_sql(transaction.connection(), relation, content, places),
            "COPY " + display_name(relation)) {}

bool StoredRows::read() {
  while (copy_.read(buffer_)) {
    row_ = buffer_;
    if (!begun_) {  // the header comes along with the first row
      const size_t header = copy_binary_header().size();
      if (row_.size() < header) throw std::invalid_argument("a COPY begins with no header");
      row_.remove_prefix(header);
      begun_ = true;
    }
    if (!row_.empty() && row_ != copy_binary_trailer()) return true;
  }
  return false;
}

StoredAt stored_at(std::string_view fields) {
  constexpr size_t kLength = 4;
  constexpr size_t kSize = kLength + 4 + kLength + 6;
  if (fields.size() != kSize) throw std::invalid_argument("a row of a COPY is incomplete");
  return {network_order(fields.substr(kLength, 4)), network_order(fields.substr(12, 4)),
          static_cast<uint16_t>(network_order(fields.substr(16, 2)))};
}

}  // namespace resow
