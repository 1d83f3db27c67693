// resow in a C++ test suite, in process. What it does for GoogleTest is in tenant_test.h; other
// frameworks use this.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace resow {
class Connection;
}

namespace resow::testing {

struct Suite {
  std::string dataset;                    // a file
  std::string dbname = {};                // a name, conninfo or URI; "" for libpq's environment
  std::vector<std::string> schemas = {};  // patterns; without any, those of the dataset
  int jobs = 1;                           // so many schemas at once
};

// resow apply DATASET --baseline --execute. Throws std::runtime_error that says what it says.
void apply(const Suite& suite);

// resow verify DATASET: "" when it is as declared, else the report. Throws as apply().
std::string differences(const Suite& suite);

// A schema of this process's own, until the end of *this or of the process, however it ends.
class Lease {
 public:
  // Waits until one of the schemas that match `pattern` is free. Throws std::runtime_error.
  Lease(const std::string& dbname, const std::string& pattern);
  ~Lease();
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  const std::string& schema() const { return schema_; }
  // Every row and sequence of the schema is as the dataset says. Throws std::runtime_error.
  void rewind();
  // SQL by which a connection works in the schema, and resow.dirty() knows for which test.
  std::string session(const std::string& test) const;
  // Leaves all as it is, until somebody rewinds the schema by its name, and takes another one.
  // Returns a command line for people: psql, in the one that is kept.
  std::string keep();

 private:
  void take();

  std::unique_ptr<Connection> holder_;
  std::string pattern_, schema_;
};

}  // namespace resow::testing
