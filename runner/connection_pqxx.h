// The one file that knows libpqxx: 6.4 and 7.x take over a connection of libpq in different ways.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>

namespace resow {

std::string pqxx_version();  // "6.4.5"

// Owns a connection of libpq through libpqxx, which quotes names and literals.
class PqxxConnection {
 public:
  // REQUIRES: `raw` is open. It belongs to the object from here on, also when this throws.
  explicit PqxxConnection(PGconn* raw);
  ~PqxxConnection();

  std::string quote_name(std::string_view name) const;
  std::string quote_literal(std::string_view text) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace resow
