// Schema resow, where the database keeps what commands remember of it. Each of them makes and drops
// its own objects; the schema is there as long as there is anything in it.
#pragma once

#include "runner/connection.h"

namespace resow {

// Whether it is there. Throws InputError where a schema of that name is somebody else's.
bool has_control_schema(Transaction& transaction);

// Makes it where it is not there, one after the other: waits for whoever is about to make or drop
// it, and keeps others from doing so until the transaction ends.
void require_control_schema(Transaction& transaction);

// Drops it where nothing is in it. REQUIRES: it is ours, and locked (lock_control_schema()).
void drop_empty_control_schema(Transaction& transaction);

// What is made or dropped in it is made or dropped by one after the other. Until the transaction
// ends.
void lock_control_schema(Transaction& transaction);

}  // namespace resow
