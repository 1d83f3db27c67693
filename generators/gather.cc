#include "generators/gather.h"

#include <fmt/format.h>

#include <cassert>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "generators/constant.h"

namespace resow {
namespace {

TypedValue parse_or_throw(ValueKind kind, int scale, std::string_view text) {
  std::optional<TypedValue> value = parse_constant(kind, scale, text);
  if (!value)
    throw std::invalid_argument(fmt::format("\"{}\" is not {}", text, expected_form(kind)));
  return *std::move(value);
}

void gather_bytes(const ColumnBatch& from, std::span<const uint32_t> index, ColumnBatch& out) {
  out.ends.resize(index.size());
  size_t end = 0;
  for (size_t i = 0; i < index.size(); ++i) {
    end += from.text(index[i]).size();
    out.ends[i] = end;
  }
  out.bytes.resize(end);
  char* at = out.bytes.data();
  for (const uint32_t row : index) {
    const std::string_view text = from.text(row);
    std::memcpy(at, text.data(), text.size());
    at += text.size();
  }
}

}  // namespace

void begin_batch(ValueKind kind, int scale, size_t rows, ColumnBatch& out) {
  out.kind = kind;
  out.scale = scale;
  out.nulls.assign(rows, 0);
  out.numbers.clear();
  out.reals.clear();
  out.bytes.clear();
  out.ends.clear();
}

void append_value(const TypedValue& value, ColumnBatch& out) {
  switch (payload(out.kind)) {
    case Payload::kNumbers:
      out.numbers.push_back(value.number);
      break;
    case Payload::kReals:
      out.reals.push_back(value.real);
      break;
    case Payload::kBytes:
      out.bytes.append(value.bytes);
      out.ends.push_back(out.bytes.size());
      break;
  }
}

ColumnBatch constants_batch(ValueKind kind, int scale,
                            std::span<const std::optional<std::string>> constants) {
  ColumnBatch batch;
  begin_batch(kind, scale, constants.size(), batch);
  for (size_t i = 0; i < constants.size(); ++i) {
    batch.nulls[i] = constants[i] ? 0 : 1;
    append_value(constants[i] ? parse_or_throw(kind, scale, *constants[i]) : TypedValue(), batch);
  }
  return batch;
}

void gather(const ColumnBatch& from, std::span<const uint32_t> index, ColumnBatch& out) {
  begin_batch(from.kind, from.scale, index.size(), out);
  for (size_t i = 0; i < index.size(); ++i) out.nulls[i] = from.nulls[index[i]];
  switch (payload(from.kind)) {
    case Payload::kNumbers:
      out.numbers.resize(index.size());
      for (size_t i = 0; i < index.size(); ++i) out.numbers[i] = from.numbers[index[i]];
      break;
    case Payload::kReals:
      out.reals.resize(index.size());
      for (size_t i = 0; i < index.size(); ++i) out.reals[i] = from.reals[index[i]];
      break;
    case Payload::kBytes:
      gather_bytes(from, index, out);
      break;
  }
}

void append(const ColumnBatch& from, ColumnBatch& to) {
  to.nulls.insert(to.nulls.end(), from.nulls.begin(), from.nulls.end());
  to.numbers.insert(to.numbers.end(), from.numbers.begin(), from.numbers.end());
  to.reals.insert(to.reals.end(), from.reals.begin(), from.reals.end());
  const size_t offset = to.bytes.size();
  to.bytes.append(from.bytes);
  for (const size_t end : from.ends) to.ends.push_back(offset + end);
}

void convert(ColumnBatch&& from, ValueKind kind, int scale, ColumnBatch& out) {
  if (from.kind == kind && (kind != ValueKind::kDecimal || from.scale == scale)) {
    std::swap(from, out);
    return;
  }
  begin_batch(kind, scale, from.rows(), out);
  std::string text;
  for (size_t row = 0; row < from.rows(); ++row) {
    out.nulls[row] = from.nulls[row];
    text.clear();
    if (from.nulls[row] == 0) append_text(from, row, text);
    append_value(from.nulls[row] == 0 ? parse_or_throw(kind, scale, text) : TypedValue(), out);
  }
}

Runs compress(std::span<const uint64_t> rows) {
  Runs runs;
  runs.index.resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i == 0 || rows[i] != rows[i - 1]) runs.distinct.push_back(rows[i]);
    runs.index[i] = static_cast<uint32_t>(runs.distinct.size() - 1);
  }
  return runs;
}

}  // namespace resow
