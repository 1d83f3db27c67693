#include "runner/sandbox/server_settings.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

namespace resow {
namespace {

std::string quoted(std::string_view value) {
  std::string result = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') result += c;
    result += c;
  }
  return result + "'";
}

bool can_be_written(std::string_view name, std::string_view value) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
  return !name.empty() && name.find_first_not_of(kLetters) == std::string_view::npos &&
         value.find_first_of(std::string_view("\n\r\0", 3)) == std::string_view::npos;
}

}  // namespace

std::string server_settings(const ServerBinaries& server, const SandboxOptions& options,
                            const std::string& socket_folder, int port, const std::string& locale) {
  std::string text;
  const auto set = [&](std::string_view name, std::string_view value) {
    if (!can_be_written(name, value)) {
      throw SandboxError(
          fmt::format("setting {} = {} cannot be written to postgresql.conf: a name "
                      "is letters, digits, _ and dots, a value is one line",
                      name, value));
    }
    fmt::format_to(std::back_inserter(text), "{} = {}\n", name, quoted(value));
  };
  set("cluster_name", "resow sandbox");  // what the guard recognises
  set("resow.disposable", "on");
  set("unix_socket_directories", socket_folder);
  set("listen_addresses", options.port ? "127.0.0.1" : "");
  set("port", std::to_string(port));

  // Nothing here outlives a crash, so nothing is written for one.
  set("fsync", options.durable ? "on" : "off");
  set("synchronous_commit", options.durable ? "on" : "off");
  set("full_page_writes", options.durable ? "on" : "off");
  set("wal_level", "minimal");
  set("max_wal_senders", "0");
  set("max_logical_replication_workers", "0");
  set("wal_init_zero", "off");
  set("checkpoint_timeout", "1h");
  set("bgwriter_lru_maxpages", "0");
  // Files in the data directory: nothing stays in /dev/shm, whose size containers limit.
  set("dynamic_shared_memory_type", "mmap");
  if (server.major >= 18) set("io_method", "sync");  // three processes fewer to start

  // The same behaviour on every machine.
  set("timezone", "UTC");
  set("log_timezone", "UTC");
  set("datestyle", "iso, mdy");
  set("default_text_search_config", "pg_catalog.english");
  set("lc_messages", "C");
  for (const char* name : {"lc_monetary", "lc_numeric", "lc_time"}) set(name, locale);
  set("jit", "off");
  set("logging_collector", "off");
  set("log_checkpoints", "off");

  for (const auto& [name, value] : options.settings) set(name, value);
  return text;
}

}  // namespace resow
