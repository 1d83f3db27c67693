#include "runner/prune/replication_lag.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <thread>

#include "fixtures/fault.h"
#include "fixtures/text.h"

namespace resow {

void await_replicas(Connection& connection, double seconds,
                    const std::function<void(std::string_view)>& on_wait) {
  bool told = false;
  while (true) {
    std::string who;
    double behind = 0;
    {
      Transaction transaction(connection, Access::kReadOnly);
      const Rows rows = transaction.query(
          "SELECT r.application_name, r.state IS NULL,"
          " COALESCE(EXTRACT(epoch FROM r.replay_lag), 0)::pg_catalog.float8"
          " FROM pg_catalog.pg_stat_replication AS r ORDER BY 3 DESC",
          "ask how far replicas are behind");
      for (size_t row = 0; row < rows.size(); ++row) {
        if (rows.boolean(row, 1)) {
          throw InputError({{"--max-lag", "this role may not see how far replicas are behind",
                             "GRANT pg_monitor to it, or leave out --max-lag"}});
        }
      }
      if (!rows.empty()) {
        who = rows.text(0, 0);
        behind = std::stod(std::string(rows.text(0, 2)));
      }
    }
    if (behind <= seconds) return;
    if (!told && on_wait) {
      on_wait(
          fmt::format("waiting for replica {}, which is {:.1f} s behind", one_line(who), behind));
    }
    told = true;
    if (interrupted()) throw Interrupted();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

}  // namespace resow
