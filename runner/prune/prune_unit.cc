#include "runner/prune/prune_unit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <thread>
#include <utility>

#include "fixtures/fault.h"
#include "fixtures/text.h"
#include "runner/prune/remove_rows.h"
#include "runner/prune/reset_rows.h"

namespace resow {
namespace {

constexpr const char* kMaxRowsReached = "--max-rows is reached";

constexpr int kSweeps = 3;              // over rows that others had locked
constexpr double kBetweenSweeps = 0.5;  // seconds
constexpr double kPatience = 10;        // seconds of waiting for locks of others, in a unit

// A batch looks at its rows several times, so they are in memory. Unless it is told the server
// would rather read all of a table of up to some hundred thousand rows, again and again.
constexpr const char* kRowsAreNear = "SET LOCAL random_page_cost = 0.1";

// Somebody else was in the way: what was begun may be tried again.
bool may_pass(const DatabaseError& error) {
  return !error.connection_lost &&
         (error.sqlstate == "55P03" || error.sqlstate == "40P01" || error.sqlstate == "40001");
}

std::string milliseconds(double seconds) { return std::to_string(std::llround(seconds * 1000)); }

void sleep(double seconds) {
  constexpr double kStep = 0.05;  // an interrupt is noticed
  while (seconds > 0) {
    if (interrupted()) throw Interrupted();
    std::this_thread::sleep_for(std::chrono::duration<double>(std::min(seconds, kStep)));
    seconds -= kStep;
  }
}

class Unit {
 public:
  Unit(Connection& connection, const PruneContext& context, const PruneSettings& settings,
       PruneProgress& progress, std::vector<RunCount>& counts)
      : connection_(connection),
        context_(context),
        settings_(settings),
        progress_(progress),
        counts_(counts),
        pending_(counts),
        empty_(counts) {}

  void run() {
    const PrunePlan& plan = context_.plan;
    await_replicas();
    const SubtreeLock locker(context_, connection_);
    // Parents first: a row goes with all that refers to it. What late rules wait for is done then.
    for (size_t i = 0; i < plan.tables.size() && !stopped(); ++i) {
      if (plan.tables[i].has_roots()) delete_from(locker, i, false);
    }
    for (size_t i = plan.tables.size(); i-- > 0 && !stopped();) {
      if (!plan.tables[i].late_rules.empty()) delete_from(locker, i, true);
    }
    for (size_t i = 0; i < plan.resets.size() && !stopped(); ++i) reset(i);
    if (transaction_) finish();
  }

 private:
  bool stopped() const { return !progress_.stopped.empty(); }

  Transaction& begin() {
    if (transaction_) return *transaction_;
    transaction_.emplace(connection_, Access::kReadWrite);
    std::string words =
        "SET LOCAL lock_timeout = " + milliseconds(settings_.limits.row_wait) + "; " + kRowsAreNear;
    if (settings_.limits.statement_timeout > 0) {
      words +=
          "; SET LOCAL statement_timeout = " + milliseconds(settings_.limits.statement_timeout);
    }
    transaction_->execute(words, "begin a batch");
    return *transaction_;
  }

  // Nothing of what was begun stays.
  void abandon() {
    transaction_.reset();
    pending_ = empty_;
    if (std::exchange(archived_, false)) settings_.archive->discard();
  }

  // In one piece with the archive and the history.
  void finish() {
    int64_t rows = 0, resets = 0;
    std::vector<RunCount> changed;
    for (const RunCount& count : pending_) {
      rows += count.removed;
      resets += count.reset;
      if (count.removed + count.reset > 0) changed.push_back(count);
    }
    if (changed.empty()) return abandon();
    if (settings_.archive != nullptr) {
      settings_.archive->store(*transaction_, progress_.batches + 1);
    }
    if (settings_.log != nullptr) settings_.log->add(*transaction_, changed);
    // With what it changed the batch holds the locks that keep others from altering the tables.
    if (settings_.structure != nullptr) {
      require_structure(*transaction_, *settings_.structure,
                        fmt::format("{}", fmt::join(context_.plan.schemas, ", ")));
    }
    transaction_->commit();
    transaction_.reset();
    archived_ = false;
    ++progress_.batches;
    progress_.rows += rows;
    progress_.resets += resets;
    for (size_t i = 0; i < counts_.size(); ++i) add_count(counts_[i], pending_[i]);
    pending_ = empty_;
    if (settings_.on_rows) settings_.on_rows(rows + resets);
  }

  void end_batch() {
    if (settings_.limits.atomic) return;
    finish();
    await_replicas();
    sleep(settings_.limits.pause);
  }

  void await_replicas() {
    if (settings_.replicas == nullptr) return;
    settings_.replicas->await(connection_, [&] { return out_of_time(); });
  }

  // Whether the run is to stop here.
  bool out_of_time() {
    if (interrupted()) throw Interrupted();
    if (settings_.limits.seconds && settings_.elapsed() >= *settings_.limits.seconds) {
      progress_.stopped = "--max-duration is over";
    }
    return stopped();
  }

  // How many rows may go yet, of this run.
  size_t rows_left() const {
    if (!settings_.limits.rows) return std::numeric_limits<size_t>::max();
    int64_t pending = progress_.rows;
    for (const RunCount& count : pending_) pending += count.removed;
    return static_cast<size_t>(std::max<int64_t>(0, *settings_.limits.rows - pending));
  }

  // Where the next row takes more with it than may go. Throws InputError where nothing has gone
  // yet: the same command would never get any further.
  void stop_before(size_t table, size_t rows) {
    const Relation& relation = context_.catalog.relations[context_.plan.tables[table].relation];
    const std::string next =
        fmt::format("the next row of {} is one of {} that go together",
                    display_name(relation.schema, relation.name), with_thousands(rows));
    if (rows_left() == static_cast<size_t>(*settings_.limits.rows)) {
      throw InputError({{"--max-rows", next, fmt::format("allow {} or more", rows)}});
    }
    progress_.stopped = fmt::format("{}: {}", kMaxRowsReached, next);
  }

  void delete_from(const SubtreeLock& locker, size_t table, bool late) {
    RowScan scan = locker.roots(connection_, table, late);
    const size_t first = std::min<size_t>(settings_.limits.batch_rows, kFirstRoots);
    const auto batch = [&](const std::vector<Candidate>& candidates, int64_t& busy) {
      return delete_batch(locker, table, late, candidates, scan, busy);
    };
    // What a late pass looks for was settled at its beginning.
    sweep(scan, {first, late ? 1 : kSweeps, true}, batch);
  }

  struct Sweeping {
    size_t first = 0;  // candidates of the first batch
    int most = kSweeps;
    bool within_max_rows = false;
  };

  // Goes through the rows again while others have some of them locked or changed them under way.
  // `batch` deals with candidates, counts the rows that it could not, and gives how many candidates
  // the next one should have.
  template <typename Batch>
  void sweep(RowScan& scan, const Sweeping& how, const Batch& batch) {
    for (int times = 1; !stopped(); ++times) {
      // At first others' rows are passed over: most are free again in a moment.
      others_ = times == how.most ? LockedByOthers::kWaitFor : LockedByOthers::kPassOver;
      const int64_t busy = sweep_once(scan, how, batch);
      if (busy == 0) return;
      if (times == how.most) {
        progress_.busy += busy;
        return;
      }
      scan.begin_anew();
      sleep(kBetweenSweeps);
    }
  }

  // Gives how many rows were left.
  template <typename Batch>
  int64_t sweep_once(RowScan& scan, const Sweeping& how, const Batch& batch) {
    size_t most = how.first;
    int64_t busy = 0;
    double waited = 0;  // for a table that others have locked as a whole
    while (!out_of_time()) {
      if (how.within_max_rows && rows_left() == 0) {
        progress_.stopped = kMaxRowsReached;
        break;
      }
      std::vector<Candidate> candidates;
      try {
        candidates = scan.next(begin(), most);
        waited = 0;
        if (candidates.empty()) {
          if (!settings_.limits.atomic) abandon();
          break;
        }
        most = batch(candidates, busy);
      } catch (const DatabaseError& error) {
        if (settings_.limits.atomic || !may_pass(error)) throw;
        abandon();
        patience_ -= settings_.limits.row_wait;
        if (candidates.empty()) wait_for_table(error, waited);
        if (most == 1 && !candidates.empty()) {
          ++busy;
          scan.pass(candidates.front());
        }
        most = std::max<size_t>(1, most / 4);
      }
    }
    return busy;
  }

  void wait_for_table(const DatabaseError& error, double& waited) const {
    if (waited >= settings_.table_wait) throw error;
    if (waited == 0 && settings_.on_wait) {
      settings_.on_wait(fmt::format("waiting: {}: {}", error.step, error.what()));
    }
    waited += settings_.limits.row_wait;
  }

  // Gives how many roots the next batch should begin with.
  size_t delete_batch(const SubtreeLock& locker, size_t table, bool late,
                      const std::vector<Candidate>& candidates, RowScan& scan, int64_t& busy) {
    const LockedByOthers others = late || patience_ > 0 ? others_ : LockedByOthers::kPassOver;
    const LockedRows locked = locker.lock(*transaction_, table, late, candidates, others);
    const size_t left = rows_left();
    const PruneDecision decision = decide(locked.rows, std::min(settings_.limits.batch_rows, left));
    if (decision.gone.size() > left) {
      stop_before(table, decision.gone.size());
      if (!settings_.limits.atomic) abandon();
      return 1;
    }
    if (!decision.gone.empty()) {
      archived_ = settings_.archive != nullptr;
      const RemovedRows removed = remove_rows(*transaction_, context_, locked, decision.gone,
                                              settings_.archive, settings_.first_archived);
      for (const auto& [of, count] : removed) add_count(pending_[of], count);
    }
    const bool all = decision.roots_decided == locked.rows.roots.size();
    // Of a late pass they may have gone with a row before them.
    if (!late) busy += locked.passed_over;
    const size_t passed =
        all ? candidates.size() : locked.candidates[decision.roots_decided];  // not this one
    if (passed > 0) scan.pass(candidates[passed - 1]);
    if (!settings_.limits.atomic) {
      if (decision.gone.empty()) {
        abandon();
      } else {
        end_batch();
      }
    }
    return roots_for(candidates.size(), locked.rows.rows.size(), decision.gone.size(), all);
  }

  // So many that about a batch of rows goes with them.
  size_t roots_for(size_t roots, size_t locked, size_t gone, bool all) const {
    const size_t rows = std::max<size_t>({locked, gone, 1});
    const size_t fit = std::max<size_t>(1, roots * settings_.limits.batch_rows / rows);
    return std::min({fit, all ? roots * 4 : roots, kMostRoots});
  }

  void reset(size_t place) {
    const size_t of = context_.plan.tables.size() + place;
    const size_t most = settings_.limits.batch_rows;
    RowScan scan = reset_scan(context_, connection_, place);
    sweep(scan, {most, kSweeps, false},
          [&](const std::vector<Candidate>& candidates, int64_t& busy) {
            archived_ = settings_.archive != nullptr;
            const int64_t changed = reset_rows(*transaction_, context_, place, candidates,
                                               settings_.archive, settings_.first_archived + of);
            pending_[of].reset += changed;
            // The others lie elsewhere now, or need nothing any more.
            busy += static_cast<int64_t>(candidates.size()) - changed;
            scan.pass(candidates.back());
            end_batch();
            return candidates.size();
          });
  }

  static constexpr size_t kFirstRoots = 64;   // until it is known what hangs on one
  static constexpr size_t kMostRoots = 5000;  // whatever the batch is

  Connection& connection_;
  const PruneContext& context_;
  const PruneSettings& settings_;
  PruneProgress& progress_;
  std::vector<RunCount>& counts_;
  std::vector<RunCount> pending_, empty_;  // of the batch at hand; of none
  std::optional<Transaction> transaction_;
  LockedByOthers others_ = LockedByOthers::kPassOver;
  double patience_ = kPatience;
  bool archived_ = false;  // the archive holds something of a batch that is not committed
};

}  // namespace

std::vector<ArchivedTable> archived_tables(const Catalog& catalog, const PrunePlan& plan) {
  std::vector<ArchivedTable> tables;
  for (const PruneTable& table : plan.tables) {
    tables.push_back(deleted_table(catalog, catalog.relations[table.relation]));
  }
  for (const PruneReset& reset : plan.resets) {
    const Relation& relation = catalog.relations[reset.relation];
    std::vector<ColumnNumber> columns;
    for (const PruneReset::Column& column : reset.columns) columns.push_back(column.number);
    tables.push_back(reset_table(catalog, relation, lasting_columns(catalog, reset), columns));
  }
  return tables;
}

void prune_unit(Connection& connection, const PruneContext& context, const PruneSettings& settings,
                PruneProgress& progress, std::vector<RunCount>& counts) {
  const auto count_of = [&](size_t relation) {
    const Relation& table = context.catalog.relations[relation];
    return RunCount{table.schema, table.name, 0, 0, 0, {}, {}};
  };
  counts.clear();
  for (const PruneTable& table : context.plan.tables) counts.push_back(count_of(table.relation));
  for (const PruneReset& reset : context.plan.resets) counts.push_back(count_of(reset.relation));
  Unit(connection, context, settings, progress, counts).run();
}

}  // namespace resow
