#include "runner/option_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "fixtures/suggestion.h"
#include "fixtures/text.h"

namespace resow {

namespace {

void add_fault(std::vector<Fault>& faults, std::string_view option, std::string what,
               std::string mend) {
  faults.push_back({std::string(option), std::move(what), std::move(mend)});
}

// Plain decimal digits with at most one point; from_chars for floating point is not in every
// library that we support, and strtod would obey the locale.
bool read_decimal(std::string_view text, double& value) {
  double fraction = 0;  // 0 before the point, then the weight of the next digit
  bool digits = false;
  value = 0;
  for (const char c : text) {
    if (c == '.' && fraction == 0) {
      fraction = 0.1;
    } else if (c >= '0' && c <= '9') {
      digits = true;
      if (fraction == 0) {
        value = value * 10 + (c - '0');
      } else {
        value += fraction * (c - '0');
        fraction /= 10;
      }
    } else {
      return false;
    }
  }
  return digits;
}

}  // namespace

int64_t read_count(std::string_view text, int64_t low, int64_t high, std::string_view option,
                   std::vector<Fault>& faults) {
  std::string digits;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool separator = (text[i] == ',' || text[i] == '_') && i > 0 && i + 1 < text.size();
    if (!separator) digits += text[i];
  }
  int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool whole = !digits.empty() && end == digits.data() + digits.size();
  if (error == std::errc() && whole && value >= low && value <= high) return value;
  add_fault(
      faults, option, fmt::format("\"{}\" is not a number that it takes", text),
      fmt::format("say a whole number from {} to {}", with_thousands(low), with_thousands(high)));
  return low;
}

double read_duration(std::string_view text, std::string_view option, std::vector<Fault>& faults) {
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"ms", 0.001}, {"s", 1}, {"min", 60}, {"m", 60}, {"h", 3600}};
  double factor = 1;
  std::string_view number = text;
  for (const auto& [unit, seconds] : kUnits) {
    if (!text.ends_with(unit)) continue;
    factor = seconds;
    number.remove_suffix(unit.size());
    break;
  }
  double value = 0;
  constexpr double kLongest = 7.0 * 24 * 3600;
  if (read_decimal(number, value) && value * factor <= kLongest) return value * factor;
  add_fault(faults, option, fmt::format("\"{}\" is not a time span that it takes", text),
            "say it like 10s, 500ms, 2m or 1h, up to seven days");
  return 0;
}

Slice read_slice(std::string_view text, std::string_view option, std::vector<Fault>& faults) {
  constexpr uint64_t kMostSlices = 1'000'000;
  const auto number = [](std::string_view digits) {
    uint64_t value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value);
    return error == std::errc() && stop == end && value <= kMostSlices ? value : 0;
  };
  const size_t slash = text.find('/');
  const uint64_t index = number(text.substr(0, slash));
  const uint64_t of = slash == std::string_view::npos ? 0 : number(text.substr(slash + 1));
  if (index >= 1 && index <= of) return {index, of};
  faults.push_back({std::string(option), fmt::format("\"{}\" is no slice", one_line(text)),
                    "write 2/8 for the second of eight"});
  return {};
}

size_t read_choice(std::string_view text, const std::vector<std::string>& choices,
                   std::string_view option, std::vector<Fault>& faults) {
  const auto found = std::find(choices.begin(), choices.end(), text);
  if (found != choices.end()) return static_cast<size_t>(found - choices.begin());
  const std::string suggestion = suggest(text, choices);
  add_fault(faults, option, fmt::format("\"{}\" is not one of {}", text, fmt::join(choices, ", ")),
            suggestion);
  return 0;
}

}  // namespace resow
