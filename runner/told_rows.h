#pragma once

#include <cstdint>

#include "runner/load_table.h"

namespace resow {

// Passes on the rows of an attempt, and takes them back when it goes unless they are to stay: what
// was rolled back does not count.
class ToldRows {
 public:
  explicit ToldRows(const OnRows& on_rows) : on_rows_(on_rows) {}
  ~ToldRows() {
    if (on_rows_ && rows_ != 0) on_rows_(-rows_);
  }
  ToldRows(const ToldRows&) = delete;
  ToldRows& operator=(const ToldRows&) = delete;

  // What the attempt has to call. It must not outlive *this.
  OnRows receiver() {
    if (!on_rows_) return {};
    return [this](int64_t rows) {
      rows_ += rows;
      on_rows_(rows);
    };
  }
  void stay() { rows_ = 0; }

 private:
  const OnRows& on_rows_;
  int64_t rows_ = 0;
};

}  // namespace resow
