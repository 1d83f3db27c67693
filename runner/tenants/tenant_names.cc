#include "runner/tenants/tenant_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "fixtures/brace_names.h"
#include "fixtures/text.h"

namespace resow {
namespace {

constexpr size_t kLongestIdentifier = 63;  // bytes

}  // namespace

std::vector<std::string> names_of(const std::vector<std::string>& words) {
  std::vector<std::string> names;
  std::set<std::string> known;
  for (const std::string& word : words) {
    for (std::string& name : expand_braces(word, "NAME")) {
      if (known.insert(name).second) names.push_back(std::move(name));
    }
  }
  return names;
}

std::vector<Fault> unusable_names(const std::vector<std::string>& names,
                                  const std::vector<std::string>& known) {
  const std::set<std::string> taken(known.begin(), known.end());
  std::vector<Fault> faults;
  for (const std::string& name : names) {
    if (name.empty()) {
      faults.push_back({"NAME", "a name is empty", ""});
    } else if (name.size() > kLongestIdentifier) {
      faults.push_back({name,
                        fmt::format("the name has {} bytes, and PostgreSQL keeps {}", name.size(),
                                    kLongestIdentifier),
                        ""});
    } else if (name.starts_with("pg_") || name == "information_schema" || name == "resow") {
      faults.push_back({name, "this name is not for tenants", ""});
    } else if (taken.contains(name)) {
      faults.push_back({name, "there is such a schema already",
                        "leave it out; resow tenants sync brings it to its template"});
    }
  }
  return faults;
}

std::string names_text(const std::vector<std::string>& names) {
  constexpr size_t kNamed = 4;
  std::vector<std::string> shown;
  for (const std::string& name : names) {
    if (shown.size() == kNamed) break;
    shown.push_back(one_line(name));
  }
  if (names.size() <= kNamed) return fmt::format("{}", fmt::join(shown, ", "));
  return fmt::format("{}, {}, ... {} ({} schemas)", shown[0], shown[1], one_line(names.back()),
                     with_thousands(static_cast<uint64_t>(names.size())));
}

}  // namespace resow
