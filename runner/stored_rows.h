// A table's rows in COPY's binary form, as they are there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fixtures/catalog.h"
#include "fixtures/expectation.h"
#include "generators/row_match.h"
#include "runner/connection.h"

namespace resow {

// The columns of `content`, in its forms, as a SELECT lists them: of the table under the name "t".
std::string content_list(const Connection& connection, const Relation& relation,
                         const expected::Content& content);

class StoredRows {
 public:
  // With `places`, two more fields say where each row lies.
  StoredRows(Transaction& transaction, const Relation& relation, const expected::Content& content,
             bool places);

  // The next row, valid until the next call; nothing at the end.
  bool read();
  std::string_view row() const { return row_; }

 private:
  CopyOut copy_;
  std::string buffer_;
  std::string_view row_;
  bool begun_ = false;
};

// What stands behind the fields of a row that was read with its place.
StoredAt stored_at(std::string_view fields);

}  // namespace resow
