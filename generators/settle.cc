#include "generators/settle.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "generators/gather.h"
#include "generators/text_form.h"
#include "generators/text_rows.h"

namespace resow {
namespace {

void append_network_order(uint64_t number, size_t width, std::string& out) {
  out.append(width - 8, '\0');
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
}

// 10^scale as a double: a product of exactly representable factors, so the same everywhere.
double power_of_ten(int scale) {
  double power = 1;
  for (int i = 0; i < std::abs(scale); ++i) power *= 10;
  return power;
}

int64_t nearest(double value) {
  const double rounded = std::floor(value + 0.5);
  if (rounded >= 0x1p63) return std::numeric_limits<int64_t>::max();
  if (rounded < -0x1p63) return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(rounded);
}

}  // namespace

void settle_numbers(ColumnBatch& batch) {
  switch (batch.kind) {
    case ValueKind::kBoolean:
      for (int64_t& number : batch.numbers) number &= 1;
      return;
    case ValueKind::kReal:
    case ValueKind::kSingle:
      batch.reals.assign(batch.numbers.begin(), batch.numbers.end());
      if (batch.kind == ValueKind::kSingle) {
        for (double& real : batch.reals) real = static_cast<double>(static_cast<float>(real));
      }
      return;
    case ValueKind::kText:
    case ValueKind::kLiteral: {
      TextRows rows(batch);
      for (const int64_t number : batch.numbers) {
        rows.advance(write_integer(rows.room(kMaxTextForm), number));
        rows.end_row();
      }
      return;
    }
    case ValueKind::kBytes:
    case ValueKind::kUuid:
      for (const int64_t number : batch.numbers) {
        append_network_order(static_cast<uint64_t>(number), batch.kind == ValueKind::kUuid ? 16 : 8,
                             batch.bytes);
        batch.ends.push_back(batch.bytes.size());
      }
      return;
    case ValueKind::kInteger:
    case ValueKind::kDecimal:
    case ValueKind::kDate:
    case ValueKind::kTime:
    case ValueKind::kTimestamp:
      return;
  }
}

void settle_counts(ColumnBatch& batch) {
  if (batch.kind != ValueKind::kDecimal) return settle_numbers(batch);
  for (int64_t& number : batch.numbers) {
    for (int i = 0; i < batch.scale && number != 0; ++i) {
      if (__builtin_mul_overflow(number, int64_t{10}, &number)) {
        throw std::overflow_error(
            fmt::format("a count with {} decimal places does not fit in 64 bits", batch.scale));
      }
    }
    for (int i = 0; i > batch.scale; --i) number /= 10;
  }
}

void settle_reals(ColumnBatch& batch) {
  switch (batch.kind) {
    case ValueKind::kReal:
      return;
    case ValueKind::kSingle:
      for (double& real : batch.reals) real = static_cast<double>(static_cast<float>(real));
      return;
    case ValueKind::kText:
    case ValueKind::kLiteral: {
      TextRows rows(batch);
      for (const double real : batch.reals) {
        rows.advance(write_real(rows.room(kMaxTextForm), real));
        rows.end_row();
      }
      return;
    }
    default:
      break;
  }
  const double power = batch.kind == ValueKind::kDecimal ? power_of_ten(batch.scale) : 1;
  const bool divide = batch.kind == ValueKind::kDecimal && batch.scale < 0;
  batch.numbers.resize(batch.reals.size());
  for (size_t i = 0; i < batch.reals.size(); ++i) {
    batch.numbers[i] = nearest(divide ? batch.reals[i] / power : batch.reals[i] * power);
  }
  settle_numbers(batch);
}

void settle_text(ColumnBatch& batch) {
  if (batch.kind == ValueKind::kText || batch.kind == ValueKind::kLiteral) return;
  const ValueKind kind = std::exchange(batch.kind, ValueKind::kText);
  const int scale = batch.scale;
  ColumnBatch text = std::move(batch);
  convert(std::move(text), kind, scale, batch);
}

}  // namespace resow
