// How the server writes values of a table's columns, asked for in batches and remembered.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "fixtures/catalog.h"
#include "generators/column_batch.h"
#include "runner/connection.h"

namespace resow {

class ServerTexts {
 public:
  // REQUIRES: all of them outlive *this.
  ServerTexts(Transaction& transaction, const Relation& relation,
              std::span<const ColumnNumber> columns);

  // Asks for those texts of a column (by its place among `columns`) that are not known. Throws
  // DatabaseError, with the column, when one is no value of its type.
  void learn(size_t column, std::span<const std::string> texts);

  // Puts in the place of each text what the server makes of it. REQUIRES: all are known. May be
  // called from another thread while nothing is learned.
  void replace(size_t column, ColumnBatch& texts) const;

  // Both.
  void learn_and_replace(size_t column, ColumnBatch& texts);

  const std::string& of(size_t column, const std::string& text);

 private:
  Transaction& transaction_;
  const Relation& relation_;
  std::span<const ColumnNumber> columns_;
  std::vector<std::unordered_map<std::string, std::string>> known_;
};

}  // namespace resow
