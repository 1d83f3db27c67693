// The catalogue of generators, for people and for programs.
#pragma once

#include <string>

#include "generators/program.h"

namespace resow {

// "en", "fr", "de".
const char* locale_name(rule::Locale locale);

// Each generator with an example, what it gives, and the names that it is chosen for.
std::string render_generators_text(rule::Locale locale, bool color);
// One document, see docs/json.md.
std::string render_generators_json(rule::Locale locale);

}  // namespace resow
