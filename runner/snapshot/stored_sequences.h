// Where the sequences of schemas stand, as a snapshot keeps it.
#pragma once

#include <string>
#include <vector>

#include "fixtures/fault.h"
#include "fixtures/snapshot.h"
#include "runner/connection.h"

namespace resow {

// All of them but those of extensions.
std::vector<SnapshotSequence> stored_sequences(Transaction& transaction,
                                               const std::vector<std::string>& schemas);

// Those that the role may not read.
std::vector<Fault> unreadable_sequences(Transaction& transaction,
                                        const std::vector<std::string>& schemas);

// Where the sequences of these schemas are not those of the snapshot, or the role does not own one.
std::vector<Fault> sequence_misfits(Transaction& transaction, const SnapshotHeader& header,
                                    const std::vector<std::string>& schemas);

// Lets them stand where they stood. Undone with the transaction, which a plain setval is not.
void restore_sequences(Transaction& transaction, const std::vector<SnapshotSequence>& sequences);

}  // namespace resow
