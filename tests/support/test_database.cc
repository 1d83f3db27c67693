#include "tests/support/test_database.h"

#include <libpq-fe.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <utility>

#include "runner/sandbox/sandbox.h"

namespace resow::test_support {
namespace {

using Connection = std::unique_ptr<PGconn, void (*)(PGconn*)>;
using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

Connection connect(const std::string& conninfo) {
  Connection connection(PQconnectdb(conninfo.c_str()), &PQfinish);
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    throw std::runtime_error(PQerrorMessage(connection.get()));
  }
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  return connection;
}

std::string ask(PGconn& connection, const std::string& sql) {
  const Result result(PQexec(&connection, sql.c_str()), &PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) {
    throw std::runtime_error(PQerrorMessage(&connection) + sql);
  }
  if (PQntuples(result.get()) == 0 || PQnfields(result.get()) == 0) return "";
  return PQgetvalue(result.get(), 0, 0);
}

std::string quoted(std::string_view text, char quote, char escape) {
  std::string result(1, quote);
  for (const char c : text) {
    if (c == quote || c == escape) result += escape;
    result += c;
  }
  return result + quote;
}

std::string identifier(std::string_view name) { return quoted(name, '"', '"'); }

// Tests of several programs may run on one server at once.
std::string unique_name() {
  static std::atomic<int> count = 0;
  return "resow_test_" + std::to_string(getpid()) + "_" + std::to_string(++count);
}

}  // namespace

const TestServer& TestServer::get() {
  static const TestServer server = [] {
    if (const char* named = std::getenv("RESOW_TEST_SERVER"); named && *named) {
      return TestServer(named);
    }
    SandboxOptions options;
    if (const char* bindir = std::getenv("RESOW_TEST_BINDIR")) options.bindir = bindir;
    static const Sandbox sandbox{options};
    return TestServer(sandbox.conninfo());
  }();
  return server;
}

std::string TestServer::conninfo(std::string_view dbname) const {
  return conninfo_ + " dbname=" + quoted(dbname, '\'', '\\');
}

std::string psql(const std::string& conninfo, const std::string& sql) {
  return ask(*connect(conninfo), sql);
}

std::string TestDatabase::psql(const std::string& sql) const {
  const std::unique_lock lock(in_session_, std::try_to_lock);
  if (!lock.owns_lock()) return test_support::psql(conninfo_, sql);
  Connection session = std::move(session_);
  if (!session) session = connect(conninfo_);
  const std::string answer = ask(*session, sql);  // when it throws, the session is closed
  const Result renewed(PQexec(session.get(), "DISCARD ALL"), &PQclear);
  if (PQresultStatus(renewed.get()) == PGRES_COMMAND_OK) session_ = std::move(session);
  return answer;
}

TestDatabase::TestDatabase() : TestDatabase(std::string_view(unique_name())) {}

TestDatabase::TestDatabase(std::string_view name)
    : name_(name), conninfo_(TestServer::get().conninfo(name)), session_(nullptr, &PQfinish) {
  test_support::psql(TestServer::get().maintenance_conninfo(),
                     "CREATE DATABASE " + identifier(name_));
}

TestDatabase::TestDatabase(const std::string& from, int)
    : name_(unique_name()),
      conninfo_(TestServer::get().conninfo(name_)),
      session_(nullptr, &PQfinish) {
  test_support::psql(TestServer::get().maintenance_conninfo(),
                     "CREATE DATABASE " + identifier(name_) + " TEMPLATE " + identifier(from));
}

TestDatabase::~TestDatabase() {
  try {
    test_support::psql(TestServer::get().maintenance_conninfo(),
                       "DROP DATABASE IF EXISTS " + identifier(name_) + " WITH (FORCE)");
  } catch (const std::exception& error) {
    std::cerr << "test database " << name_ << " stays: " << error.what();
  }
}

}  // namespace resow::test_support
