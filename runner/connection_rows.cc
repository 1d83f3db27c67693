#include <charconv>
#include <utility>

#include "runner/connection_impl.h"

namespace resow {
namespace {

int64_t to_integer(std::string_view text) {
  int64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) {
    throw std::logic_error("not an integer: \"" + std::string(text) + "\"");
  }
  return value;
}

}  // namespace

Rows::Rows(std::shared_ptr<const Result> result) : result_(std::move(result)) {}

size_t Rows::size() const { return static_cast<size_t>(PQntuples(result_->rows.get())); }

size_t Rows::columns() const { return static_cast<size_t>(PQnfields(result_->rows.get())); }

bool Rows::is_null(size_t row, size_t column) const {
  return PQgetisnull(result_->rows.get(), static_cast<int>(row), static_cast<int>(column)) != 0;
}

std::string_view Rows::text(size_t row, size_t column) const {
  const PGresult* rows = result_->rows.get();
  const int length = PQgetlength(rows, static_cast<int>(row), static_cast<int>(column));
  return {PQgetvalue(rows, static_cast<int>(row), static_cast<int>(column)),
          static_cast<size_t>(length)};
}

int64_t Rows::integer(size_t row, size_t column) const { return to_integer(text(row, column)); }

bool Rows::boolean(size_t row, size_t column) const { return text(row, column) == "t"; }

int64_t Rows::affected() const {
  const std::string_view count = PQcmdTuples(result_->rows.get());
  return count.empty() ? 0 : to_integer(count);
}

}  // namespace resow
