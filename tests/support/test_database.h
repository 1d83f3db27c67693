// A real PostgreSQL for tests.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

struct pg_conn;

namespace resow::test_support {

// The server of this test program: the one that RESOW_TEST_SERVER (a conninfo) names, else a
// sandbox, started at the first use, of the programs in RESOW_TEST_BINDIR if that is set.
class TestServer {
 public:
  static const TestServer& get();

  // How to connect to database `dbname` of it. A value for libpq's dbname, too.
  std::string conninfo(std::string_view dbname) const;
  // A database to be in while others are made and dropped.
  const std::string& maintenance_conninfo() const { return conninfo_; }

 private:
  explicit TestServer(std::string conninfo) : conninfo_(std::move(conninfo)) {}
  std::string conninfo_;
};

// Runs SQL, several statements too, over a connection of its own; the first value of the last
// result in text form, "" for NULL and where there is none. Throws std::runtime_error with the
// server's message.
std::string psql(const std::string& conninfo, const std::string& sql);

// A database of its own for a test, dropped at the end together with the connections to it. Its
// name holds "test", so that the guard allows changes.
class TestDatabase {
 public:
  TestDatabase();
  // A copy of `from`, to which nobody may be connected.
  static TestDatabase copy_of(const TestDatabase& from) {
    from.session_.reset();
    return TestDatabase(from.name_, 0);
  }
  // One with a name of your choice, for names that the guard judges.
  static TestDatabase named(std::string_view name) { return TestDatabase(name); }
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string& name() const { return name_; }
  const std::string& conninfo() const { return conninfo_; }
  // As the function above, in a session that is kept and made as new after each call: to connect
  // takes longer than most of what tests ask. While another thread is in it, over a new connection.
  std::string psql(const std::string& sql) const;

 private:
  explicit TestDatabase(std::string_view name);
  TestDatabase(const std::string& from, int);
  std::string name_;
  std::string conninfo_;
  mutable std::mutex in_session_;
  mutable std::unique_ptr<pg_conn, void (*)(pg_conn*)> session_;
};

}  // namespace resow::test_support
