#include "generators/column_batch.h"

#include <array>

#include "generators/text_form.h"

namespace resow {

void append_text(const ColumnBatch& batch, size_t row, std::string& out) {
  std::array<char, kMaxTextForm> buffer;
  char* const begin = buffer.data();
  char* end = begin;
  switch (batch.kind) {
    case ValueKind::kBoolean:
      *end++ = batch.numbers[row] != 0 ? 't' : 'f';
      break;
    case ValueKind::kInteger:
      end = write_integer(begin, batch.numbers[row]);
      break;
    case ValueKind::kDecimal:
      append_decimal(batch.numbers[row], batch.scale, out);
      return;
    case ValueKind::kDate:
      end = write_date(begin, batch.numbers[row]);
      break;
    case ValueKind::kTime:
      end = write_time(begin, batch.numbers[row]);
      break;
    case ValueKind::kTimestamp:
      end = write_timestamp(begin, batch.numbers[row]);
      break;
    case ValueKind::kReal:
      end = write_real(begin, batch.reals[row]);
      break;
    case ValueKind::kSingle:
      end = write_single(begin, static_cast<float>(batch.reals[row]));
      break;
    case ValueKind::kText:
    case ValueKind::kLiteral:
      out.append(batch.text(row));
      return;
    case ValueKind::kBytes:
      out.append("\\x");
      append_hex(batch.text(row), out);
      return;
    case ValueKind::kUuid:
      end = write_uuid(begin, batch.text(row));
      break;
  }
  out.append(begin, static_cast<size_t>(end - begin));
}

}  // namespace resow
