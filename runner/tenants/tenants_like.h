#pragma once

#include <string>
#include <vector>

#include "fixtures/fault.h"
#include "fixtures/pattern.h"

namespace resow {

// A fault where the schema `like` is not there.
std::vector<Fault> unknown_template(const std::vector<std::string>& known, const std::string& like);

// The schemas that -n and -N choose, without the template. Throws InputError where the template is
// not there, no -n is given, or one matches nothing.
std::vector<std::string> tenants_like(const std::vector<std::string>& known,
                                      const std::string& like, const Selection& asked);

}  // namespace resow
