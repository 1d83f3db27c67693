#include "runner/each_schema.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace resow {

void for_each_schema(Connection& first, const ConnectionOptions& options, int jobs, size_t count,
                     const std::function<void(Connection& connection, size_t index)>& work) {
  std::atomic<size_t> next = 0;
  std::mutex mutex;  // guards error
  std::exception_ptr error;
  const auto go_through = [&](Connection& connection) {
    for (size_t index = next++; index < count; index = next++) work(connection, index);
  };
  const auto guarded = [&](Connection* connection) {
    try {
      if (connection != nullptr) return go_through(*connection);
      Connection own(options);
      go_through(own);
    } catch (...) {
      next = count;
      const std::lock_guard lock(mutex);
      if (!error) error = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (size_t worker = 1; worker < std::min(count, static_cast<size_t>(std::max(1, jobs)));
         ++worker) {
      threads.emplace_back(guarded, nullptr);
    }
    guarded(&first);
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace resow
