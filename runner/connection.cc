#include "runner/connection.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <utility>

#include "fixtures/fault.h"
#include "fixtures/suggestion.h"
#include "fixtures/text.h"
#include "runner/connection_impl.h"
#include "runner/connection_text.h"

namespace resow {
namespace {

constexpr int kOldestServer = 130000;

struct ConnectionCloser {
  void operator()(PGconn* raw) const { PQfinish(raw); }
};
using RawConnection = std::unique_ptr<PGconn, ConnectionCloser>;

struct ConninfoDeleter {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Conninfo = std::unique_ptr<PQconninfoOption, ConninfoDeleter>;

// libpq repeats in double quotes what it stumbled over, which may be a piece of a password: only
// punctuation of its own is kept.
std::string without_quoted_parts(std::string_view message) {
  std::string kept;
  for (size_t end = 0; (end = message.find('"')) != std::string_view::npos;) {
    kept += message.substr(0, end);
    message.remove_prefix(end);
    if (!message.starts_with("\"=\"") && !message.starts_with("\"]\"")) return kept + "\"...\"";
    kept += message.substr(0, 3);
    message.remove_prefix(3);
  }
  return "";  // in another language, with other quotes
}

// A keyword that libpq does not know is not repeated, but may be near to one that it knows.
std::string keyword_meant(std::string_view message) {
  const size_t begin = message.find('"');
  const size_t end = message.find('"', begin + 1);
  if (begin == std::string_view::npos || end == std::string_view::npos) return "";
  return suggest(message.substr(begin + 1, end - begin - 1), conninfo_keywords());
}

// Refuses what libpq would refuse, or misread, in words that hold nothing of the string itself.
void require_readable(const std::string& dbname) {
  const bool uri = is_connection_uri(dbname);
  if (!uri && dbname.find('=') == std::string::npos) return;  // a plain name
  const char* mend = "write postgresql://user@host:port/name or 'host=... dbname=...'";
  if (uri) {
    const std::string authority =
        dbname.substr(0, dbname.find_first_of("/?", dbname.find("//") + 2));
    if (std::count(authority.begin(), authority.end(), '@') > 1) {
      throw InputError({{"--dbname", "the URI has more than one @ before its host",
                         "write an @ of a user's name or password as %40"}});
    }
  }
  char* problem = nullptr;
  const Conninfo parsed(PQconninfoParse(dbname.c_str(), &problem));
  const std::unique_ptr<char, decltype(&PQfreemem)> owned(problem, &PQfreemem);
  if (parsed) return;
  const std::string reason = problem == nullptr ? "" : without_quoted_parts(problem);
  const std::string meant = problem == nullptr ? "" : keyword_meant(problem);
  throw InputError({{"--dbname",
                     fmt::format("the connection {} cannot be read{}{}", uri ? "URI" : "string",
                                 reason.empty() ? "" : ": ", reason),
                     meant.empty() ? mend : meant}});
}

struct Parameters {
  std::array<const char*, 4> keywords;
  std::array<const char*, 4> values;
};

// An empty dbname leaves everything to the environment and service files.
Parameters parameters_of(const ConnectionOptions& options) {
  return {{"dbname", "fallback_application_name", "client_encoding", nullptr},
          {options.dbname.empty() ? nullptr : options.dbname.c_str(),
           options.application_name.c_str(), "UTF8", nullptr}};
}

bool has_time_limit(PGconn* raw) {
  const Conninfo conninfo(PQconninfo(raw));
  for (const PQconninfoOption* option = conninfo.get(); option && option->keyword; ++option) {
    if (std::string_view(option->keyword) == "connect_timeout") {
      return option->val != nullptr && std::atoi(option->val) > 0;
    }
  }
  return false;
}

void connect_interruptibly(PGconn* raw) {
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED) {
    if (PQstatus(raw) == CONNECTION_BAD) return;
    const short events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (wait_for(raw, events, {}) == Wait::kInterrupt) throw Interrupted();
    next = PQconnectPoll(raw);
  }
}

RawConnection connect(const ConnectionOptions& options) {
  if (interrupted()) throw Interrupted();
  require_readable(options.dbname);
  const Parameters parameters = parameters_of(options);
  RawConnection raw(PQconnectStartParams(parameters.keywords.data(), parameters.values.data(), 1));
  if (!raw) throw std::bad_alloc();
  if (PQstatus(raw.get()) != CONNECTION_BAD && has_time_limit(raw.get())) {
    // libpq keeps connect_timeout, host by host, in its blocking call alone; that one ends by
    // itself.
    raw.reset(PQconnectdbParams(parameters.keywords.data(), parameters.values.data(), 1));
    if (!raw) throw std::bad_alloc();
  } else {
    connect_interruptibly(raw.get());
  }
  return raw;
}

// A connection that failed has no SQLSTATE, so what the server said is looked at: 28P01.
bool lacks_password(const PGconn* raw, std::string_view message) {
  return PQconnectionNeedsPassword(raw) != 0 ||
         message.find("password authentication failed for user") != std::string_view::npos;
}

std::string severity_and_message(const PGresult* notice) {
  const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  const char* message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
  if (message == nullptr) return PQresultErrorMessage(notice);
  return fmt::format("{}: {}", severity == nullptr ? "NOTICE" : severity, message);
}

void receive_notice(void* receiver, const PGresult* notice) {
  auto* wire = static_cast<Wire*>(receiver);
  ++wire->notices;
  if (wire->on_notice) wire->on_notice(severity_and_message(notice));
}

}  // namespace

Connection::Connection(const ConnectionOptions& options) {
  if (options.on_step) options.on_step("connecting");
  RawConnection raw = connect(options);
  if (PQstatus(raw.get()) != CONNECTION_OK) {
    Wire failed;
    failed.raw = raw.get();
    DatabaseError error = error_of(failed, nullptr, "connecting");
    if (error.hint.empty() && lacks_password(raw.get(), error.what())) {
      error.hint = "resow asks for none: set PGPASSWORD, write ~/.pgpass or a service file";
    }
    if (options.dbname.empty() && error.hint.empty()) {
      error.hint =
          "say where with -d, or PGHOST, PGDATABASE and so on; \"resow sandbox\" starts a "
          "throwaway "
          "server";
    }
    const std::string_view message = error.what();
    if (message.find("FATAL:  database \"") != std::string_view::npos &&
        message.find("does not exist") != std::string_view::npos && error.hint.empty()) {
      error.hint = "\"createdb\" makes it; \"psql -l\" lists those that there are";
    }
    throw error;
  }
  PQsetnonblocking(raw.get(), 1);
  impl_ = std::make_unique<Impl>(raw.release());
  impl_->wire.on_step = options.on_step;
  impl_->wire.on_notice = options.on_notice;
  if (options.lock_wait) {
    const auto milliseconds = std::max<int64_t>(1, static_cast<int64_t>(*options.lock_wait * 1000));
    impl_->lock_timeout = fmt::format(";SET LOCAL lock_timeout = {}", milliseconds);
  }
  PQsetNoticeReceiver(impl_->wire.raw, &receive_notice, &impl_->wire);
  if (server_version() < kOldestServer) {
    const char* version = PQparameterStatus(impl_->wire.raw, "server_version");
    DatabaseError error(fmt::format("the server is PostgreSQL {}; resow needs 13 or later",
                                    version == nullptr ? "(unknown)" : version));
    error.step = "connecting";
    throw error;
  }
}

Connection::~Connection() = default;

int Connection::server_version() const { return PQserverVersion(impl_->wire.raw); }

int Connection::backend_pid() const { return PQbackendPID(impl_->wire.raw); }

std::string Connection::startup_options() const {
  const char* options = PQoptions(impl_->wire.raw);
  return options == nullptr ? "" : options;
}

std::string Connection::how_to_connect() const {
  PGconn* raw = impl_->wire.raw;
  std::map<std::string_view, std::string> known;
  const Conninfo conninfo(PQconninfo(raw));
  for (const PQconninfoOption* option = conninfo.get(); option && option->keyword; ++option) {
    if (option->val != nullptr) known[option->keyword] = option->val;
  }
  // Of several hosts, the one that answered.
  if (const char* host = PQhost(raw); host != nullptr) known["host"] = host;
  if (const char* port = PQport(raw); port != nullptr) known["port"] = port;
  if (known["port"] == "5432") known["port"].clear();
  if (known["sslmode"] == "prefer") known["sslmode"].clear();
  known["hostaddr"].clear();

  std::string words;
  for (const char* keyword :
       {"host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey"}) {
    const std::string& value = known[keyword];
    if (value.empty()) continue;
    words += fmt::format("{}{}={}", words.empty() ? "" : " ", keyword, conninfo_value(value));
  }
  return "psql " + shell_word(words);
}

std::string Connection::quote_name(std::string_view name) const {
  return impl_->owner.quote_name(name);
}

std::string Connection::quote_name(std::string_view schema, std::string_view name) const {
  return quote_name(schema) + "." + quote_name(name);
}

std::string Connection::quote_literal(std::string_view text) const {
  return impl_->owner.quote_literal(text);
}

}  // namespace resow
