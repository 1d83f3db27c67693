#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fixtures/dataset.h"
#include "fixtures/report.h"
#include "runner/connection.h"
#include "runner/progress.h"

namespace resow {

// A dataset that new tenants are filled with, whatever schemas it names itself.
class SeedTenants {
 public:
  // Throws InputError for what is wrong with the file. `like`: the template.
  SeedTenants(const std::string& file, std::string like, std::vector<std::string> names);

  // Plans it for the template, as if that were empty: throws InputError where it is impossible. To
  // be called before anything is made; the connection is in no transaction.
  void check(Connection& connection, const ConnectionOptions& to);

  // Fills and verifies the tenants, each in a transaction of its own.
  Report run(Connection& connection, const ConnectionOptions& to, int jobs,
             const std::optional<std::string>& force, Progress& progress);

  std::string preview() const;  // "each with 1,000 rows of fresh-test-batches"
  std::string text(const Report& report) const;

 private:
  Dataset dataset_;
  const std::string like_;
  const std::vector<std::string> names_;
  int64_t rows_ = 0;  // in each
};

}  // namespace resow
