#include "runner/tenants/tenants_like.h"

#include <fmt/format.h>

#include <algorithm>

#include "fixtures/suggestion.h"
#include "runner/chosen_schemas.h"

namespace resow {

std::vector<Fault> unknown_template(const std::vector<std::string>& known,
                                    const std::string& like) {
  if (std::find(known.begin(), known.end(), like) != known.end()) return {};
  return {{"--like", fmt::format("there is no schema \"{}\"", like), suggest(like, known)}};
}

std::vector<std::string> tenants_like(const std::vector<std::string>& known,
                                      const std::string& like, const Selection& asked) {
  std::vector<Fault> faults = unknown_template(known, like);
  std::vector<std::string> chosen;
  try {
    chosen = choose_schemas(known, asked, "schema");
  } catch (const InputError& error) {
    append(faults, error.faults());
  }
  std::erase(chosen, like);
  if (!faults.empty()) throw InputError(std::move(faults));
  return chosen;
}

}  // namespace resow
