// Rows without an order, compared by sums: two lots of rows are alike when each group of them has
// as many rows and the same sum of their hashes. Memory does not grow with the rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace resow {

struct RowDigest {
  uint64_t key = 0;            // of the columns of the key; without one, of the whole row
  uint64_t low = 0, high = 0;  // of the whole row

  bool operator==(const RowDigest&) const = default;
};

// A row of a COPY in binary form.
struct CopyRow {
  std::string_view fields;  // those that were asked for, each with its length before it
  std::string_view key;     // the first of them
  std::string_view rest;    // what stands behind them: further fields, or further rows
};

// Takes the first row of `bytes` apart. REQUIRES: key_fields <= fields. Throws
// std::invalid_argument when there is no such row.
CopyRow split_row(std::string_view bytes, size_t key_fields, size_t fields);

// REQUIRES: a key of no fields stands for a row without one.
RowDigest digest(const CopyRow& row);

class ContentSums {
 public:
  // For about so many rows.
  explicit ContentSums(uint64_t rows);

  void add(const RowDigest& row) {
    Group& group = groups_[group_of(row.key)];
    ++group.rows;
    group.low += row.low;
    group.high += row.high;
    ++rows_;
  }
  uint64_t rows() const { return rows_; }
  size_t groups() const { return groups_.size(); }
  size_t group_of(uint64_t key) const { return static_cast<size_t>(key & (groups_.size() - 1)); }
  uint64_t rows_in(size_t group) const { return groups_[group].rows; }

  // The groups that are not alike. REQUIRES: both are for as many rows.
  static std::vector<size_t> differing(const ContentSums& a, const ContentSums& b);

 private:
  struct Group {
    uint64_t rows = 0, low = 0, high = 0;
    bool operator==(const Group&) const = default;
  };
  std::vector<Group> groups_;  // a power of two
  uint64_t rows_ = 0;
};

}  // namespace resow
