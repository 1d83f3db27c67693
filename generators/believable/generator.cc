#include "generators/believable/generator.h"

#include <algorithm>

namespace resow::believable {
namespace {

// `text` within the limit, 0 being none: up to the end of a word where that leaves at least half of
// it, and without what only joined it to the rest.
std::string_view within(std::string_view text, size_t characters) {
  if (characters == 0 || length_in_characters(text) <= characters) return text;
  std::string_view cut = first_characters(text, characters);
  const size_t blank = text[cut.size()] == ' ' ? std::string_view::npos : cut.rfind(' ');
  if (blank != std::string_view::npos && blank >= cut.size() / 2) cut = cut.substr(0, blank);
  const size_t last = cut.find_last_not_of(" .,:-_&");
  return last == std::string_view::npos ? cut : cut.substr(0, last + 1);
}

}  // namespace

void finish(const Subject& subject, Number number, const ShortText& text, TextRows& out) {
  if (!subject.unique || number == Number::kWithin) {
    // An address keeps its domain: the front gives way.
    const std::string_view tail = text.tail();
    const size_t kept = length_in_characters(tail);
    if (subject.max_length == 0) {
      out.append(text.text());
    } else if (kept < subject.max_length) {
      out.append(within(text.head(), subject.max_length - kept));
      out.append(tail);
    } else {
      out.append(within(text.text(), subject.max_length));
    }
    out.end_row();
    return;
  }
  ShortText suffix;
  suffix.append_number(*subject.unique);
  const size_t kept = suffix.text().size() + 1 + length_in_characters(text.tail());
  std::string_view head = text.head();
  if (subject.max_length != 0 && length_in_characters(head) + kept > subject.max_length) {
    head = kept < subject.max_length ? within(head, subject.max_length - kept) : "";
  }
  out.append(head);
  if (!head.empty()) out.append(text.joint());
  out.append(suffix.text());
  out.append(text.tail());
  out.end_row();
}

}  // namespace resow::believable
