#include "runner/commit_surely.h"

#include <optional>
#include <string>

#include "runner/resolve_doubt.h"

namespace resow {

void commit_surely(Transaction& transaction, const ConnectionOptions& options) {
  const Rows row = transaction.query(
      "SELECT pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.text", "COMMIT");
  const std::string xid(row.text(0, 0));
  if (xid.empty()) return;  // nothing was written
  try {
    transaction.commit();
  } catch (DatabaseError& error) {
    if (!error.in_doubt) throw;
    const std::optional<bool> effect = took_effect(options, xid);
    if (effect == true) return;
    if (effect == false) error.in_doubt = false;
    throw;
  }
}

}  // namespace resow
