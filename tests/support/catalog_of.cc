#include <stdexcept>

#include "runner/read_catalog.h"
#include "tests/support/pg_test.h"

namespace resow::test_support {

Catalog PgTest::catalog(const std::vector<std::string>& schemas) {
  return catalog_of(connection(), schemas);
}

Catalog catalog_of(Connection& connection, const std::vector<std::string>& schemas) {
  Transaction transaction(connection, Access::kReadOnly);
  return read_catalog(transaction, {schemas, {}}, CatalogDetail::kAll);
}

size_t relation(const Catalog& catalog, std::string_view schema, std::string_view name) {
  const auto found = catalog.find(schema, name);
  if (!found) throw std::runtime_error("no table " + display_name(schema, name));
  return *found;
}

ColumnNumber column(const Catalog& catalog, size_t relation, std::string_view name) {
  const Column* found = catalog.relations[relation].column(name);
  if (found == nullptr) throw std::runtime_error("no column " + std::string(name));
  return found->number;
}

}  // namespace resow::test_support
