// The locales that there are, one file each.
#pragma once

#include "generators/believable/locale.h"

namespace resow::believable {

const LocaleData& english();
const LocaleData& french();
const LocaleData& german();

}  // namespace resow::believable
