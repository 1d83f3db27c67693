// The rows of a dataset as files.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "fixtures/catalog.h"
#include "fixtures/dataset.h"
#include "fixtures/report.h"
#include "fixtures/scope.h"
#include "generators/row_stream.h"
#include "runner/connection.h"

namespace resow {

struct WriteOptions {
  std::string folder;  // --to
  bool overwrite = false;
  RowFormat format = RowFormat::kCsv;
  std::optional<Slice> slice;  // that of the request
  int jobs = 1;                // files at once
  // May be called from any worker, never two at once.
  std::function<void(uint64_t rows)> on_planned, on_rows;
};

// Writes a file for each table that the dataset fills, and load.sql, which loads them (and those of
// all other slices); the rows are those that a seed of empty tables makes, whatever the format and
// the number of jobs. All files
// come at once, at the end. `connection` is where rows of tables that stay are looked up; nullptr:
// there are none. Memory does not grow with the rows. Throws InputError, DatabaseError,
// OutputError, Interrupted: then no file is left.
// REQUIRES: request.to_files.
Report write_rows(const WriteOptions& options, const Catalog& catalog, const Dataset& dataset,
                  const Request& request, Connection* connection);

}  // namespace resow
