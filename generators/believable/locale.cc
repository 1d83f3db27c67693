#include "generators/believable/locale.h"

#include "generators/believable/locales.h"

namespace resow::believable {

const LocaleData& locale_data(rule::Locale locale) {
  switch (locale) {
    case rule::Locale::kFrench:
      return french();
    case rule::Locale::kGerman:
      return german();
    case rule::Locale::kEnglish:
      break;
  }
  return english();
}

}  // namespace resow::believable
