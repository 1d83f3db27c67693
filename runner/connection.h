// The door to PostgreSQL: a connection, a transaction, COPY. libpqxx and libpq are known in
// connection*.cc alone. A connection belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace resow {

// The database refused or went away (exit status 4). Translated once from the driver's exceptions.
struct DatabaseError : std::runtime_error {
  using std::runtime_error::runtime_error;  // what(): the server's primary message
  std::string sqlstate;                     // "" when the connection went away
  std::string detail, hint, context;
  std::string schema, table, column, constraint;  // where the server names them
  std::string step;                               // what was being done: "COPY user_1.batch_jobs"
  bool connection_lost = false;
  bool in_doubt = false;  // lost during COMMIT: whether it took effect is not known
};

// Ctrl-C or SIGTERM (exit status 130); the transaction was rolled back.
struct Interrupted : std::runtime_error {
  Interrupted() : std::runtime_error("interrupted") {}
};

using Field = std::optional<std::string>;  // text form; nothing for NULL

class Rows {
 public:
  size_t size() const;
  bool empty() const { return size() == 0; }
  size_t columns() const;
  bool is_null(size_t row, size_t column) const;
  std::string_view text(size_t row, size_t column) const;  // "" for NULL; lives as long as *this
  int64_t integer(size_t row, size_t column) const;        // REQUIRES: an integer, not NULL
  bool boolean(size_t row, size_t column) const;           // "t" or "f"
  int64_t affected() const;  // rows that INSERT, UPDATE, DELETE touched

  struct Result;
  explicit Rows(std::shared_ptr<const Result> result);

 private:
  std::shared_ptr<const Result> result_;
};

struct ConnectionOptions {
  std::string dbname;  // a name, conninfo or URI; "" for libpq's environment and service files
  std::string application_name = "resow";
  // Seconds that a statement waits for a lock of somebody else, in every transaction; nothing: as
  // the server, database or role says.
  std::optional<double> lock_wait = std::nullopt;
  // Called from within the calls that cause them; they throw nothing.
  std::function<void(std::string_view)> on_step = {};  // before a statement is sent: what it is for
  std::function<void(std::string_view)> on_notice = {};  // "WARNING: there is no ...", or worse
};

class Transaction;

class Connection {
 public:
  // Throws DatabaseError (connection_lost is set), Interrupted, and InputError when dbname cannot
  // be read as a connection string; none of them repeats what might be a password.
  explicit Connection(const ConnectionOptions& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int server_version() const;
  // As libpq knows it; behind a pooler, ask pg_backend_pid() within the transaction instead.
  int backend_pid() const;
  // What the server was told to begin with: PGOPTIONS, or "options" of a conninfo or service file.
  std::string startup_options() const;
  // psql's words for how to get here again, without a password: "psql 'host=/tmp/x dbname=y'".
  std::string how_to_connect() const;
  std::string quote_name(std::string_view name) const;  // "na""me"
  std::string quote_name(std::string_view schema, std::string_view name) const;
  std::string quote_literal(std::string_view text) const;

 private:
  friend class Transaction;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

enum class Access : uint8_t { kReadOnly, kReadWrite };

// One transaction of a connection, which has at most one; rolled back unless committed. It begins
// with SET LOCAL of a pinned search_path (pg_catalog, pg_temp), row_security = off, DateStyle =
// ISO, IntervalStyle, TimeZone = UTC, extra_float_digits, client_min_messages: nothing outlives the
// transaction, so it works behind pgbouncer in transaction mode.
class Transaction {
 public:
  // Read-only ones are REPEATABLE READ. Throws DatabaseError, Interrupted.
  Transaction(Connection& connection, Access access);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Connection& connection() { return connection_; }

  // One statement with parameters $1.. in text form. `step` says in words what it is for and goes
  // into errors. Throws DatabaseError, Interrupted.
  Rows query(std::string_view sql, std::span<const Field> parameters, std::string_view step);
  Rows query(std::string_view sql, std::string_view step);  // without parameters, extended protocol
  // Several statements in one round trip, no results. REQUIRES: no COPY from or to the client.
  void execute(std::string_view sql, std::string_view step);

  // Runs `body` in a savepoint; when it throws DatabaseError with a living connection, rolls back
  // to it and rethrows.
  void savepoint(const std::function<void()>& body);

  // Throws DatabaseError, with in_doubt when the connection is lost meanwhile, and Interrupted.
  // An interrupt that comes too late to stop it leaves it committed, and commit() returns.
  void commit();

 private:
  friend class CopyIn;
  friend class CopyOut;
  struct Impl;
  Connection& connection_;
  std::unique_ptr<Impl> impl_;
};

// COPY ... FROM STDIN. Unless finish() is reached, the destructor makes the COPY fail (never
// complete) and the transaction is lost.
class CopyIn {
 public:
  CopyIn(Transaction& transaction, std::string_view sql, std::string_view step);
  ~CopyIn();
  CopyIn(const CopyIn&) = delete;
  CopyIn& operator=(const CopyIn&) = delete;

  void write(std::string_view bytes);  // throws DatabaseError, Interrupted
  int64_t finish();                    // rows copied

 private:
  enum class Listen : uint8_t { kYes, kNo };  // for a refusal while there is more to send
  void flush(Listen listen);
  void send(std::string_view bytes, Listen listen);
  void abandon() noexcept;

  Transaction& transaction_;
  std::string step_;
  std::string buffer_;
  bool open_ = false;
};

// COPY ... TO STDOUT.
class CopyOut {
 public:
  CopyOut(Transaction& transaction, std::string_view sql, std::string_view step);
  ~CopyOut();  // cancels what was not read
  CopyOut(const CopyOut&) = delete;
  CopyOut& operator=(const CopyOut&) = delete;

  // The next row (text: with its newline; binary: a message), or false at the end.
  bool read(std::string& row);

 private:
  Transaction& transaction_;
  std::string step_;
  bool open_ = false;
};

// From a signal handler: every call in progress, on any connection, ends with Interrupted, and so
// does every later one. Async-signal-safe.
void interrupt_all() noexcept;
bool interrupted() noexcept;

}  // namespace resow
