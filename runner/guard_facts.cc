#include "runner/guard_facts.h"

#include <string>
#include <utility>

#include "fixtures/text.h"

namespace resow {

namespace {

// Settings stored for this database, this role, both or all, the database's own first. What the
// server's configuration says of resow.protected counts as well; what says it can only be seen as
// long as the client does not say something else (the server does not show custom parameters in
// pg_settings).
// The cluster's name is set when a server starts; no client can pretend it.
constexpr const char* kFacts = R"sql(
SELECT pg_catalog.current_database(),
       pg_catalog.current_setting('cluster_name') OPERATOR(pg_catalog.=) 'resow sandbox',
       pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1),
       pg_catalog.host(pg_catalog.inet_server_addr()),
       pg_catalog.current_setting('port'),
       pg_catalog.current_setting('resow.protected', true)
)sql";

constexpr const char* kMarkers = R"sql(
SELECT pg_catalog.lower(pg_catalog.split_part(entry.setting, '=', 1)),
       pg_catalog.substr(entry.setting, pg_catalog.strpos(entry.setting, '=')
                                        OPERATOR(pg_catalog.+) 1),
       stored.setrole OPERATOR(pg_catalog.=) 0::pg_catalog.oid
         AND stored.setdatabase OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
FROM pg_catalog.pg_db_role_setting AS stored,
     pg_catalog.unnest(stored.setconfig) AS entry(setting)
WHERE pg_catalog.lower(pg_catalog.split_part(entry.setting, '=', 1))
        OPERATOR(pg_catalog.=) ANY (ARRAY['resow.disposable', 'resow.protected'])
  AND (stored.setdatabase OPERATOR(pg_catalog.=) 0::pg_catalog.oid
       OR stored.setdatabase OPERATOR(pg_catalog.=)
          (SELECT d.oid FROM pg_catalog.pg_database AS d
           WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()))
  AND (stored.setrole OPERATOR(pg_catalog.=) 0::pg_catalog.oid
       OR stored.setrole OPERATOR(pg_catalog.=)
          (SELECT r.oid FROM pg_catalog.pg_roles AS r
           WHERE r.rolname OPERATOR(pg_catalog.=) CURRENT_USER))
)sql";

// Whether "-c resow.protected=off" or the like is among these. The server takes a backslash away,
// and names in any case.
bool names_protection(std::string options) {
  std::erase(options, '\\');
  return to_lower(options).find("resow.protected") != std::string::npos;
}

}  // namespace

GuardRefused::GuardRefused(DatabaseFacts facts, GuardVerdict verdict)
    : std::runtime_error(to_string(verdict, facts)),
      facts_(std::move(facts)),
      verdict_(std::move(verdict)) {}

Fault GuardRefused::fault() const {
  GuardVerdict without_mend = verdict_;
  without_mend.mend.clear();
  return {"", to_string(without_mend, facts_), verdict_.mend};
}

DatabaseFacts ask_database_facts(Transaction& transaction) {
  const Rows row = transaction.query(kFacts, "ask the database who it is");
  DatabaseFacts facts;
  facts.name = row.text(0, 0);
  facts.sandbox = row.boolean(0, 1);
  facts.server = "PostgreSQL " + std::string(row.text(0, 2)) +
                 (row.is_null(0, 3) ? " on a local socket" : " at " + std::string(row.text(0, 3))) +
                 ", port " + std::string(row.text(0, 4));
  if (!row.is_null(0, 5)) facts.protected_ = row.text(0, 5);
  facts.protection_hidden = names_protection(transaction.connection().startup_options());

  const Rows markers = transaction.query(kMarkers, "read the database's markers");
  for (size_t i = 0; i < markers.size(); ++i) {
    std::string value(markers.text(i, 1));
    if (markers.text(i, 0) == "resow.protected") {
      // Any of them protects.
      if (!protects(facts.protected_)) facts.protected_ = std::move(value);
    } else if (markers.boolean(i, 2)) {
      facts.disposable = std::move(value);
    }
  }
  return facts;
}

void require_disposable(Transaction& transaction, const std::optional<std::string>& force) {
  DatabaseFacts facts = ask_database_facts(transaction);
  GuardVerdict verdict = judge(facts, force);
  if (!verdict.allowed) throw GuardRefused(std::move(facts), std::move(verdict));
}

GuardVerdict judge_protection(const DatabaseFacts& facts) { return judge(facts, facts.name); }

void require_unprotected(Transaction& transaction) {
  const DatabaseFacts facts = ask_database_facts(transaction);
  const GuardVerdict verdict = judge_protection(facts);
  if (!verdict.allowed) throw GuardRefused(facts, verdict);
}

}  // namespace resow
