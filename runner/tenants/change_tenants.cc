#include "runner/tenants/change_tenants.h"

#include <fmt/format.h>

#include <atomic>
#include <exception>
#include <string_view>

#include "fixtures/report.h"
#include "fixtures/text.h"
#include "runner/each_schema.h"
#include "runner/guard_facts.h"
#include "runner/history/command_run.h"
#include "runner/lock.h"
#include "runner/lock_observer.h"
#include "runner/tenants/tenant_facts.h"

namespace resow {
namespace {

// Does all of it; `run`: nullptr for none.
void change_each(Connection& idle, const ConnectionOptions& to, const TenantChange& how,
                 const TenantChanges& what, const CommandRun* run, Progress& progress) {
  const auto say = [&](std::string_view line) { progress.say(line); };
  const std::optional<int64_t> number = run == nullptr ? std::nullopt : run->id();
  if (what.begin) what.begin(number);
  LockObserver observer(to, say);
  std::atomic<size_t> done = 0;
  progress.begin("", what.schemas.size(), "schemas");
  const auto change_one = [&](Connection& connection, size_t i) {
    const std::string& schema = what.schemas[i];
    Transaction transaction(connection, Access::kReadWrite);
    observer.watched(transaction, schema, how.lock_timeout, [&] {
      require_disposable(transaction, how.force_database);
      if (run != nullptr) run->show_alive(transaction);
      lock_schemas(transaction, {&schema, 1}, how.lock_timeout, say);
      what.change(transaction, i, number);
      if (number) record_schema(transaction, *number, schema);
      transaction.commit();
    });
    ++done;
    progress.done(1);
  };
  try {
    for_each_schema(idle, to, how.jobs, what.schemas.size(), change_one);
  } catch (...) {
    if (done > 0) {
      say(fmt::format("{} {} of {} before that", what.done, done.load(),
                      count_of_things(static_cast<int64_t>(what.schemas.size()), "schema")));
    }
    throw;
  }
}

}  // namespace

std::optional<int64_t> change_tenants(Connection& idle, const ConnectionOptions& to,
                                      const TenantChange& how, const TenantChanges& what,
                                      Progress& progress) {
  if (!how.history) {
    change_each(idle, to, how, what, nullptr, progress);
    return std::nullopt;
  }
  CommandRun run(idle, what.head);
  if (!run.why_not().empty()) progress.say("no history: " + run.why_not());
  try {
    change_each(idle, to, how, what, &run, progress);
  } catch (const std::exception& error) {
    run.fail(idle, to, error.what());
    throw;
  }
  run.finish(idle, to, Report{});
  return run.id();
}

}  // namespace resow
