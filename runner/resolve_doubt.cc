#include "runner/resolve_doubt.h"

#include <chrono>
#include <thread>
#include <vector>

namespace resow {
namespace {

constexpr int kAttempts = 40;
constexpr std::chrono::milliseconds kDoubtPause(
    250);  // a server that crashed needs time to come back

}  // namespace

std::optional<bool> took_effect(const ConnectionOptions& options, const std::string& xid) {
  const std::vector<Field> parameters = {xid};
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    try {
      Connection connection(options);
      Transaction transaction(connection, Access::kReadOnly);
      const Rows rows = transaction.query("SELECT pg_catalog.pg_xact_status($1::pg_catalog.xid8)",
                                          parameters, "ask whether the transaction took effect");
      if (rows.is_null(0, 0)) return std::nullopt;  // too old to be known
      const std::string_view status = rows.text(0, 0);
      if (status != "in progress") return status == "committed";
    } catch (const DatabaseError& error) {
      if (!error.connection_lost && !error.sqlstate.empty() &&
          error.sqlstate.compare(0, 3, "57P") != 0) {
        return std::nullopt;
      }
    } catch (const Interrupted&) {
      return std::nullopt;
    }
    std::this_thread::sleep_for(kDoubtPause);
  }
  return std::nullopt;
}

}  // namespace resow
