#pragma once

#include "fixtures/catalog.h"
#include "fixtures/dataset.h"
#include "fixtures/scope.h"
#include "runner/connection.h"

namespace resow {

// What has to be known of the database for the main job, or a part of it: the schemas that are
// asked for, with those where tables that the dataset names are found as well. `dataset`: nullptr
// for a plain reset.
Catalog read_catalog_for(Transaction& transaction, const Dataset* dataset, const Request& request);

}  // namespace resow
