#include "runner/group_faults.h"

#include <fmt/format.h>

#include <map>
#include <string_view>
#include <tuple>

#include "fixtures/text.h"

namespace resow {
namespace {

constexpr size_t kSchemasNamed = 3;

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

// `text` with a mark in place of every mention of the schema.
std::string without_schema(std::string_view text, std::string_view schema) {
  std::string masked;
  for (size_t at = 0; at < text.size();) {
    const size_t end = at + schema.size();
    const bool found = !schema.empty() && text.substr(at, schema.size()) == schema &&
                       (at == 0 || !in_word(text[at - 1])) &&
                       (end >= text.size() || !in_word(text[end]));
    if (found) {
      masked += '\x01';
      at = end;
    } else {
      masked += text[at++];
    }
  }
  return masked;
}

std::string likewise(const std::vector<std::string>& others) {
  std::string text = " (likewise in ";
  const size_t named = others.size() <= kSchemasNamed + 1 ? others.size() : kSchemasNamed;
  const size_t more = others.size() - named;
  for (size_t i = 0; i < named; ++i) {
    const bool last = more == 0 && i + 1 == named;
    text += (i == 0 ? "" : last ? " and " : ", ") + others[i];
  }
  if (more > 0) {
    text += fmt::format(" and {}", count_of_things(static_cast<int64_t>(more), "more schema"));
  }
  return text + ")";
}

}  // namespace

std::vector<Fault> group_faults(const std::vector<UnitFaults>& units) {
  std::map<std::tuple<std::string, std::string, std::string>, size_t> places;
  std::vector<Fault> faults;
  std::vector<std::string> first;                // for each fault: the unit where it was met
  std::vector<std::vector<std::string>> others;  // and the units where it was met again
  for (const UnitFaults& unit : units) {
    const auto mask = [&](std::string text) {
      for (const std::string& schema : unit.schemas) text = without_schema(text, schema);
      return text;
    };
    const std::string name = fmt::format("{}", fmt::join(unit.schemas, ", "));
    for (const Fault& fault : unit.faults) {
      const auto [place, added] = places.try_emplace(
          {mask(fault.where), mask(fault.what), mask(fault.mend)}, faults.size());
      if (added) {
        faults.push_back(fault);
        others.emplace_back();
        first.push_back(name);
        continue;
      }
      auto& also = others[place->second];
      if (name != first[place->second] && (also.empty() || also.back() != name)) {
        also.push_back(name);
      }
    }
  }
  for (size_t i = 0; i < faults.size(); ++i) {
    if (!others[i].empty()) faults[i].what += likewise(others[i]);
  }
  return faults;
}

}  // namespace resow
