// What connection.h hides; shared by the files that implement it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runner/connection.h"
#include "runner/connection_pqxx.h"
#include "runner/connection_wire.h"

namespace resow {

struct Connection::Impl {
  explicit Impl(PGconn* raw) : owner(raw) { wire.raw = raw; }
  PqxxConnection owner;
  Wire wire;
  std::string lock_timeout;  // what else a transaction begins with
};

struct Transaction::Impl {
  Wire& wire;
  int savepoints = 0;  // open ones
  bool committed = false;
};

struct Rows::Result {
  ResultPtr rows;
};

}  // namespace resow
