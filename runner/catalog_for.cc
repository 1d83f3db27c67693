#include "runner/catalog_for.h"

#include <string>
#include <vector>

#include "fixtures/partitions.h"
#include "fixtures/table_names.h"
#include "runner/read_catalog.h"

namespace resow {

Catalog read_catalog_for(Transaction& transaction, const Dataset* dataset, const Request& request) {
  Catalog catalog = read_catalog(
      transaction, schemas_to_read(dataset, request),
      request.seed || dataset != nullptr ? CatalogDetail::kAll : CatalogDetail::kClearing);
  if (dataset != nullptr) {
    const std::vector<std::string> missing = names_without_table(catalog, *dataset, request);
    if (!missing.empty()) look_elsewhere(transaction, missing, catalog);
  }
  if (request.seed) adopt_keys_of_partitions(catalog);
  return catalog;
}

}  // namespace resow
