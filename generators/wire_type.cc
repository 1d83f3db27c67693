#include <algorithm>
#include <iterator>

#include "generators/encode.h"

namespace resow {
namespace {

struct BuiltIn {
  uint32_t oid;
  WireType type;
};

// From PostgreSQL's src/include/catalog/pg_type.dat.
constexpr BuiltIn kBuiltIns[] = {
    {16, WireType::kBool},         // bool
    {17, WireType::kBytea},        // bytea
    {19, WireType::kText},         // name
    {20, WireType::kInt8},         // int8
    {21, WireType::kInt2},         // int2
    {23, WireType::kInt4},         // int4
    {25, WireType::kText},         // text
    {114, WireType::kText},        // json
    {142, WireType::kText},        // xml
    {700, WireType::kFloat4},      // float4
    {701, WireType::kFloat8},      // float8
    {1042, WireType::kText},       // bpchar
    {1043, WireType::kText},       // varchar
    {1082, WireType::kDate},       // date
    {1083, WireType::kTime},       // time
    {1114, WireType::kTimestamp},  // timestamp
    {1184, WireType::kTimestamp},  // timestamptz
    {1700, WireType::kNumeric},    // numeric
    {2950, WireType::kUuid},       // uuid
    {3802, WireType::kJsonb},      // jsonb
};

}  // namespace

bool has_binary_form(ValueKind kind, WireType type) {
  switch (kind) {
    case ValueKind::kBoolean:
      return type == WireType::kBool;
    case ValueKind::kInteger:
      return type == WireType::kInt2 || type == WireType::kInt4 || type == WireType::kInt8 ||
             type == WireType::kNumeric;
    case ValueKind::kDecimal:
      return type == WireType::kNumeric;
    case ValueKind::kDate:
      return type == WireType::kDate;
    case ValueKind::kTime:
      return type == WireType::kTime;
    case ValueKind::kTimestamp:
      return type == WireType::kTimestamp;
    case ValueKind::kReal:
    case ValueKind::kSingle:
      return type == WireType::kFloat4 || type == WireType::kFloat8;
    case ValueKind::kText:
    case ValueKind::kLiteral:
      return type == WireType::kText || type == WireType::kJsonb;
    case ValueKind::kBytes:
      return type == WireType::kBytea;
    case ValueKind::kUuid:
      return type == WireType::kUuid;
  }
  return false;
}

std::optional<WireType> wire_type_of(uint32_t type_oid, ValueKind kind) {
  const auto* const found = std::ranges::find(kBuiltIns, type_oid, &BuiltIn::oid);
  if (found == std::end(kBuiltIns) || !has_binary_form(kind, found->type)) return std::nullopt;
  return found->type;
}

}  // namespace resow
