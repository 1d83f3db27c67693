#include "runner/connection_pqxx.h"

#include <pqxx/connection>
#include <pqxx/except>
#include <pqxx/version>
#if PQXX_VERSION_MAJOR < 7
#include <pqxx/connection_base>
#include <pqxx/connectionpolicy>
#endif

#include "runner/connection.h"

namespace resow {
namespace {

#if PQXX_VERSION_MAJOR < 7

// In 6.4 a policy makes the connection; this one has it already, and never makes another. libpqxx
// drops a connection that it finds lost; the policy keeps it, for others still hold the pointer.
class GivenConnection : public pqxx::connectionpolicy {
 public:
  explicit GivenConnection(PGconn* raw) : pqxx::connectionpolicy(std::string()), raw_(raw) {}
  ~GivenConnection() noexcept override { PQfinish(raw_); }
  handle do_startconnect(handle) override { return raw_; }
  handle do_completeconnect(handle) override { return raw_; }
  handle do_disconnect(handle) noexcept override { return nullptr; }

 private:
  PGconn* raw_;
};

class Adopted : public pqxx::connection_base {
 public:
  explicit Adopted(PGconn* raw) : pqxx::connection_base(policy_), policy_(raw) { init(); }
  ~Adopted() { close(); }

 private:
  GivenConnection policy_;
};

#else

struct Adopted : pqxx::connection {
  explicit Adopted(PGconn* raw) : pqxx::connection(seize_raw_connection(raw)) {}
};

#endif

template <typename Quote>
std::string quoted(std::string_view text, Quote quote) {
  DatabaseError error("text that is not valid UTF-8 cannot be sent to the server");
  error.sqlstate = "22021";  // character_not_in_repertoire
  error.step = "quoting";
  // The driver would stop at this byte, which PostgreSQL has no way to write.
  if (text.find('\0') != std::string_view::npos) throw error;
  try {
    return quote(std::string(text));
  } catch (const pqxx::broken_connection&) {
    error = DatabaseError("the connection to the server was lost");
    error.connection_lost = true;
  } catch (const std::exception&) {
    // Not UTF-8.
  }
  throw error;
}

}  // namespace

std::string pqxx_version() { return PQXX_VERSION; }

struct PqxxConnection::Impl {
  explicit Impl(PGconn* raw) : connection(raw) {}
  Adopted connection;
};

PqxxConnection::PqxxConnection(PGconn* raw) : impl_(std::make_unique<Impl>(raw)) {}

PqxxConnection::~PqxxConnection() = default;

std::string PqxxConnection::quote_name(std::string_view name) const {
  return quoted(name, [&](const std::string& text) { return impl_->connection.quote_name(text); });
}

std::string PqxxConnection::quote_literal(std::string_view text) const {
  // As the driver's quote(), of whose way to write it g++ 12 warns.
  return quoted(text, [&](const std::string& plain) {
    std::string literal = "'";
    literal += impl_->connection.esc(plain);
    literal += '\'';
    return literal;
  });
}

}  // namespace resow
