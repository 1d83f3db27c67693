#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>
#include <vector>

#include "generators/encode.h"
#include "generators/network_order.h"
#include "generators/numeric_form.h"

namespace resow {
namespace {

// Rows are laid out a block at a time, a block small enough for its bytes to stay in the first
// cache: first the size of each row, then column after column at the places that follow from the
// sizes. So what to do is decided once for a column and block, not for each value.
constexpr size_t kBlock = 256;
constexpr size_t kLengthSize = 4;
constexpr char kJsonbVersion = 1;

struct Block {
  size_t first = 0;
  size_t rows = 0;
  std::array<size_t, kBlock> sizes = {};  // of each row's fields so far
  std::array<char*, kBlock> at = {};      // where each row's next field goes
};

// The numeric form of a column's values in a block, as their sizes are not known before.
struct NumericForms {
  std::array<std::array<char, kMaxNumericForm>, kBlock> bytes;
  std::array<uint8_t, kBlock> sizes;
};

struct Column {
  const ColumnBatch& batch;
  size_t index;
  WireType type;
  NumericForms* numerics;  // for kNumeric only

  bool has_nulls(const Block& block) const {
    return std::memchr(batch.nulls.data() + block.first, 1, block.rows) != nullptr;
  }
};

// The size of every value of a type, or 0 where it differs from row to row.
size_t fixed_size(WireType type) {
  switch (type) {
    case WireType::kBool:
      return 1;
    case WireType::kInt2:
      return 2;
    case WireType::kInt4:
    case WireType::kFloat4:
    case WireType::kDate:
      return 4;
    case WireType::kInt8:
    case WireType::kFloat8:
    case WireType::kTime:
    case WireType::kTimestamp:
      return 8;
    case WireType::kUuid:
      return 16;
    case WireType::kNumeric:
    case WireType::kText:
    case WireType::kJsonb:
    case WireType::kBytea:
      break;
  }
  return 0;
}

size_t prepare_numeric(const Column& column, size_t row, size_t i) {
  const int scale = column.batch.kind == ValueKind::kDecimal ? column.batch.scale : 0;
  char* const begin = column.numerics->bytes[i].data();
  const char* const end = write_numeric(begin, column.batch.numbers[row], scale);
  return column.numerics->sizes[i] = static_cast<uint8_t>(end - begin);
}

void add_sizes(const Column& column, Block& block) {
  const size_t fixed = fixed_size(column.type);
  if (fixed != 0 && !column.has_nulls(block)) {
    for (size_t i = 0; i < block.rows; ++i) block.sizes[i] += kLengthSize + fixed;
    return;
  }
  for (size_t i = 0; i < block.rows; ++i) {
    const size_t row = block.first + i;
    block.sizes[i] += kLengthSize;
    if (column.batch.nulls[row] != 0) continue;
    if (fixed != 0) {
      block.sizes[i] += fixed;
    } else if (column.type == WireType::kNumeric) {
      block.sizes[i] += prepare_numeric(column, row, i);
    } else {
      block.sizes[i] += column.batch.text(row).size() + (column.type == WireType::kJsonb ? 1 : 0);
    }
  }
}

// Writes a field of each row: its length, and what `write(row, i, at)` puts behind it; that returns
// the end. `size(row, i)` says how much that will be.
template <typename Size, typename Write>
void put_fields(const Column& column, Block& block, Size size, Write write) {
  const bool nulls = column.has_nulls(block);
  for (size_t i = 0; i < block.rows; ++i) {
    const size_t row = block.first + i;
    if (nulls && column.batch.nulls[row] != 0) {
      block.at[i] = put_network_order(int32_t{-1}, block.at[i]);
      continue;
    }
    char* const at = put_network_order(static_cast<int32_t>(size(row, i)), block.at[i]);
    block.at[i] = write(row, i, at);
  }
}

[[noreturn]] void refuse(const Column& column, size_t row, std::string_view type) {
  std::string value;
  append_text(column.batch, row, value);
  throw DoesNotFit(fmt::format("value \"{}\" is out of range for type {}", value, type),
                   column.index, row);
}

template <typename Number>
void put_numbers(const Column& column, Block& block, std::string_view type) {
  const auto size = [](size_t, size_t) { return sizeof(Number); };
  bool fits = true;
  put_fields(column, block, size, [&](size_t row, size_t, char* at) {
    const int64_t value = column.batch.numbers[row];
    fits &= static_cast<Number>(value) == value;
    return put_network_order(static_cast<Number>(value), at);
  });
  for (size_t row = block.first; !fits && row < block.first + block.rows; ++row) {
    const int64_t value = column.batch.numbers[row];
    if (column.batch.nulls[row] == 0 && static_cast<Number>(value) != value) {
      refuse(column, row, type);
    }
  }
}

void put_booleans(const Column& column, Block& block) {
  const auto size = [](size_t, size_t) { return size_t{1}; };
  put_fields(column, block, size, [&](size_t row, size_t, char* at) {
    *at = column.batch.numbers[row] != 0 ? 1 : 0;
    return at + 1;
  });
}

template <typename Float, typename Bits>
void put_floats(const Column& column, Block& block, std::string_view type) {
  const auto size = [](size_t, size_t) { return sizeof(Float); };
  put_fields(column, block, size, [&](size_t row, size_t, char* at) {
    const double value = column.batch.reals[row];
    const auto narrow = static_cast<Float>(value);
    if (std::isinf(narrow) && !std::isinf(value)) refuse(column, row, type);
    return put_network_order(std::bit_cast<Bits>(narrow), at);
  });
}

void put_numerics(const Column& column, Block& block) {
  const NumericForms& forms = *column.numerics;
  const auto size = [&](size_t, size_t i) { return size_t{forms.sizes[i]}; };
  put_fields(column, block, size, [&](size_t, size_t i, char* at) {
    return std::copy_n(forms.bytes[i].data(), forms.sizes[i], at);
  });
}

void put_bytes(const Column& column, Block& block) {
  const size_t version = column.type == WireType::kJsonb ? 1 : 0;
  const auto size = [&](size_t row, size_t) {
    const size_t bytes = column.batch.text(row).size() + version;
    if (bytes > INT32_MAX) {
      throw DoesNotFit("a value of more than 2 GB does not fit into COPY", column.index, row);
    }
    return bytes;
  };
  put_fields(column, block, size, [&](size_t row, size_t, char* at) {
    if (version != 0) *at++ = kJsonbVersion;
    const std::string_view bytes = column.batch.text(row);
    std::memcpy(at, bytes.data(), bytes.size());
    return at + bytes.size();
  });
}

void put_column(const Column& column, Block& block) {
  switch (column.type) {
    case WireType::kBool:
      return put_booleans(column, block);
    case WireType::kInt2:
      return put_numbers<int16_t>(column, block, "smallint");
    case WireType::kInt4:
      return put_numbers<int32_t>(column, block, "integer");
    case WireType::kDate:
      return put_numbers<int32_t>(column, block, "date");
    case WireType::kInt8:
    case WireType::kTime:
    case WireType::kTimestamp:
      return put_numbers<int64_t>(column, block, "bigint");
    case WireType::kFloat4:
      return put_floats<float, uint32_t>(column, block, "real");
    case WireType::kFloat8:
      return put_floats<double, uint64_t>(column, block, "double precision");
    case WireType::kNumeric:
      return put_numerics(column, block);
    case WireType::kText:
    case WireType::kJsonb:
    case WireType::kBytea:
    case WireType::kUuid:
      return put_bytes(column, block);
  }
}

void put_block(std::span<const Column> columns, Block& block, std::string& out) {
  constexpr size_t kCountSize = 2;  // a row begins with the number of its fields
  std::fill_n(block.sizes.begin(), block.rows, kCountSize);
  for (const Column& column : columns) add_sizes(column, block);
  size_t end = out.size();
  std::array<size_t, kBlock> begins;
  for (size_t i = 0; i < block.rows; ++i) {
    begins[i] = end;
    end += block.sizes[i];
  }
  out.resize(end);
  for (size_t i = 0; i < block.rows; ++i) {
    block.at[i] = put_network_order(static_cast<int16_t>(columns.size()), out.data() + begins[i]);
  }
  for (const Column& column : columns) put_column(column, block);
}

}  // namespace

std::string_view copy_binary_header() {
  // Signature, flags, length of the header's extension.
  static constexpr char kHeader[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0";
  return {kHeader, sizeof(kHeader) - 1};
}

std::string_view copy_binary_trailer() { return "\xff\xff"; }

void encode_copy_binary(std::span<const ColumnBatch> columns, std::span<const WireType> types,
                        std::string& out) {
  assert(!columns.empty() && columns.size() == types.size());
  std::vector<NumericForms> numerics(
      static_cast<size_t>(std::ranges::count(types, WireType::kNumeric)));
  std::vector<Column> all;
  all.reserve(columns.size());
  for (size_t i = 0, used = 0; i < columns.size(); ++i) {
    assert(has_binary_form(columns[i].kind, types[i]));
    assert(columns[i].rows() == columns[0].rows());
    all.push_back({.batch = columns[i],
                   .index = i,
                   .type = types[i],
                   .numerics = types[i] == WireType::kNumeric ? &numerics[used++] : nullptr});
  }
  Block block;
  for (; block.first < columns[0].rows(); block.first += kBlock) {
    block.rows = std::min(kBlock, columns[0].rows() - block.first);
    put_block(all, block, out);
  }
}

}  // namespace resow
