#include "generators/value_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "generators/constant.h"
#include "generators/text_form.h"
#include "generators/vocabulary.h"

namespace resow {
namespace {

constexpr uint64_t kNoName = 2'000'000'000;  // numbers from here on stand for nothing listed
constexpr uint64_t kMostElements = 64;       // of an array whose element has few values

uint64_t capped_product(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return ValueForm::kMany;
  return std::min(product, ValueForm::kMany);
}

// Elements that are needed to tell `values` arrays apart.
uint64_t elements_for(uint64_t values, uint64_t of_element) {
  uint64_t elements = 1;
  for (uint64_t reached = of_element; reached < values && elements < kMostElements; ++elements) {
    reached = capped_product(reached, of_element);
  }
  return elements;
}

// In double quotes, as arrays, ranges and composite values take it.
void append_quoted_part(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void append_part(const ValueForm& form, ValueNumbers& numbers, std::string& out) {
  if (form.what == ValueForm::What::kNull) return;
  std::string text;
  append_value(form, numbers, text);
  append_quoted_part(text, out);
}

int64_t number_of(const ValueForm& form, uint64_t n) {
  return static_cast<int64_t>(static_cast<uint64_t>(form.low) +
                              static_cast<uint64_t>(form.step) * n);
}

void append_word(uint64_t n, std::string& out) {
  out += kNouns[n % kNouns.size()];
  if (n >= kNouns.size()) out += std::to_string(n / kNouns.size());
}

void append_hundredths(uint64_t n, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{}.{:02}", n / 100, n % 100);
}

void append_address(uint64_t n, int bytes, std::string& out) {
  out += "02";
  for (int shift = 8 * (bytes - 2); shift >= 0; shift -= 8) {
    fmt::format_to(std::back_inserter(out), ":{:02x}", (n >> shift) & 0xff);
  }
}

constexpr uint64_t kLongitudes = 18'000, kLatitudes = 9'000;

void append_field(char field, uint64_t n, std::string& out) {
  const uint64_t x = n % kLongitudes, y = n / kLongitudes % kLatitudes;
  switch (field) {
    case 'n':
      return static_cast<void>(out += std::to_string(n));
    case 'h':
      return static_cast<void>(fmt::format_to(std::back_inserter(out), "{:X}", n));
    case 'p':
      return static_cast<void>(fmt::format_to(std::back_inserter(out), "{:018}", n));
    case 'w':
      return append_word(n, out);
    case 'x':
      return append_hundredths(x, out);
    case 'y':
      return append_hundredths(y, out);
    case 'X':
      return append_hundredths(x + 100, out);
    case 'Y':
      return append_hundredths(y + 100, out);
    case 'm':
      return append_address(n, 6, out);
    case 'M':
      return append_address(n, 8, out);
    default:
      out += field;
  }
}

void append_pattern(std::string_view pattern, uint64_t n, std::string& out) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '%' && i + 1 < pattern.size()) {
      append_field(pattern[++i], n, out);
    } else {
      out += pattern[i];
    }
  }
}

// The number is kept in the 62 bits after the variant.
void append_numbered_uuid(uint64_t n, ValueNumbers& numbers, std::string& out) {
  const uint64_t high = (numbers.any(ValueForm::kMany) << 2 & ~uint64_t{0xf000}) | 0x4000;
  const uint64_t low = (n & (ValueForm::kMany - 1)) | uint64_t{1} << 63;
  fmt::format_to(std::back_inserter(out), "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32,
                 high >> 16 & 0xffff, high & 0xffff, low >> 48, low & 0xffff'ffff'ffff);
}

void append_time_tz(uint64_t n, std::string& out) {
  constexpr uint64_t kSeconds = 86'400;
  const uint64_t second = n % kSeconds;
  fmt::format_to(std::back_inserter(out), "{:02}:{:02}:{:02}", second / 3600, second / 60 % 60,
                 second % 60);
  if (n >= kSeconds) fmt::format_to(std::back_inserter(out), ".{:06}", n / kSeconds);
  out += "+00";
}

void append_interval(uint64_t n, std::string& out) {
  constexpr uint64_t kMinutes = 24 * 60;
  fmt::format_to(std::back_inserter(out), "{} days {:02}:{:02}:00", n / kMinutes, n % kMinutes / 60,
                 n % 60);
}

void append_network(uint64_t n, std::string& out) {
  constexpr uint64_t kHosts = uint64_t{1} << 17;  // 198.18.0.0/15
  if (n < kHosts) {
    fmt::format_to(std::back_inserter(out), "198.{}.{}.{}", 18 + (n >> 16), n >> 8 & 0xff,
                   n & 0xff);
  } else {
    fmt::format_to(std::back_inserter(out), "2001:db8::{:x}:{:x}:{:x}:{:x}", n >> 48,
                   n >> 32 & 0xffff, n >> 16 & 0xffff, n & 0xffff);
  }
}

void append_subnet(uint64_t n, std::string& out) {
  constexpr uint64_t kSubnets = uint64_t{1} << 9;
  if (n < kSubnets) {
    fmt::format_to(std::back_inserter(out), "198.{}.{}.0/24", 18 + (n >> 8), n & 0xff);
  } else {
    fmt::format_to(std::back_inserter(out), "2001:db8:{:x}:{:x}:{:x}::/80", n >> 32 & 0xffff,
                   n >> 16 & 0xffff, n & 0xffff);
  }
}

void append_check_digit(std::string_view prefix, uint64_t n, std::string& out) {
  const std::string digits = fmt::format("{}{:0{}}", prefix, n, 12 - prefix.size());
  uint64_t sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    sum += static_cast<uint64_t>(digits[i] - '0') * (i % 2 == 0 ? 1 : 3);
  }
  out += digits;
  out += static_cast<char>('0' + (10 - sum % 10) % 10);
}

void append_range(const ValueForm& form, ValueNumbers& numbers, std::string& out) {
  const ValueForm& bound = form.parts[0];
  out += '[';
  if (bound.what == ValueForm::What::kNumber) {
    const int64_t low = number_of(bound, numbers.next(bound.count, bound.usual));
    const auto most = static_cast<uint64_t>(bound.step);
    std::string text;
    append_number(bound.kind, bound.scale, low, text);
    append_quoted_part(text, out);
    out += ',';
    text.clear();
    // At least half as wide as it may be, and no finer than a sixteenth of that.
    const uint64_t grain = std::max<uint64_t>(1, most / 16);
    const uint64_t grains = std::max<uint64_t>(1, most / grain / 2);
    const uint64_t less = numbers.any(grains) * grain;
    append_number(bound.kind, bound.scale, low + static_cast<int64_t>(most - less), text);
    append_quoted_part(text, out);
  } else {
    append_part(bound, numbers, out);  // which value is above it, only the server knows
    out += ',';
  }
  out += ')';
}

void append_array(const ValueForm& form, ValueNumbers& numbers, std::string& out) {
  constexpr uint64_t kUsualElements = 3;
  const ValueForm& element = form.parts[0];
  const uint64_t needed = elements_for(numbers.left(), distinct_values(element));
  const uint64_t some = form.length != 0 ? form.length : 1 + numbers.any(kUsualElements);
  out += '{';
  for (uint64_t i = 0; i < std::max(needed, some); ++i) {
    if (i > 0) out += form.texts.empty() ? "," : form.texts[0];
    append_part(element, numbers, out);
  }
  out += '}';
}

void append_composite(const ValueForm& form, ValueNumbers& numbers, std::string& out) {
  out += '(';
  for (size_t i = 0; i < form.parts.size(); ++i) {
    if (i > 0) out += ',';
    append_part(form.parts[i], numbers, out);
  }
  out += ')';
}

}  // namespace

uint64_t distinct_values(const ValueForm& form) {
  const auto of_part = [&] { return distinct_values(form.parts[0]); };
  switch (form.what) {
    case ValueForm::What::kNull:
      return 1;
    case ValueForm::What::kArray:
      return of_part() < 2 ? 1 : ValueForm::kMany;
    case ValueForm::What::kRange:
    case ValueForm::What::kMultirange:
      return of_part();
    case ValueForm::What::kComposite: {
      uint64_t product = 1;
      for (const ValueForm& part : form.parts) {
        product = capped_product(product, distinct_values(part));
      }
      return product;
    }
    default:
      return form.count == 0 ? ValueForm::kMany : std::min(form.count, ValueForm::kMany);
  }
}

uint64_t ValueNumbers::next(uint64_t count, uint64_t usual) {
  if (left_ <= 1) return any(count == 0 ? usual : std::min(count, std::max<uint64_t>(usual, 1)));
  if (count == 0 || count >= left_) {
    left_ = 1;
    return unique_;
  }
  const uint64_t number = unique_ % count;
  unique_ /= count;
  left_ = (left_ + count - 1) / count;
  return number;
}

void append_value(const ValueForm& form, ValueNumbers& numbers, std::string& out) {
  using What = ValueForm::What;
  switch (form.what) {
    case What::kNull:
      return;
    case What::kArray:
      return append_array(form, numbers, out);
    case What::kRange:
      return append_range(form, numbers, out);
    case What::kMultirange:
      out += '{';
      append_range(form.parts[0], numbers, out);
      out += '}';
      return;
    case What::kComposite:
      return append_composite(form, numbers, out);
    default:
      break;
  }
  const uint64_t n = numbers.next(form.count, form.usual);
  switch (form.what) {
    case What::kNumber:
      return append_number(form.kind, form.scale, number_of(form, n), out);
    case What::kListed:
      return static_cast<void>(out +=
                               n < form.texts.size() ? form.texts[n] : std::to_string(kNoName + n));
    case What::kUuid:
      return append_numbered_uuid(n, numbers, out);
    case What::kBits:
      for (size_t i = form.length; i-- > 0;) out += i < 64 && (n >> i & 1) != 0 ? '1' : '0';
      return;
    case What::kInterval:
      return append_interval(n, out);
    case What::kTimeTz:
      return append_time_tz(n, out);
    case What::kNetwork:
      return append_network(n, out);
    case What::kSubnet:
      return append_subnet(n, out);
    case What::kCheckDigit:
      return append_check_digit(form.texts[0], n, out);
    default:
      return append_pattern(form.texts[0], n, out);
  }
}

}  // namespace resow
