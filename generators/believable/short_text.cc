#include "generators/believable/short_text.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace resow::believable {
namespace {

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

struct Transcription {
  std::string_view letter, plain;
};

// The letters of the locales' lists.
constexpr Transcription kTranscriptions[] = {
    {"ä", "ae"}, {"ö", "oe"}, {"ü", "ue"}, {"ß", "ss"}, {"Ä", "ae"}, {"Ö", "oe"},
    {"Ü", "ue"}, {"à", "a"},  {"â", "a"},  {"ç", "c"},  {"é", "e"},  {"è", "e"},
    {"ê", "e"},  {"ë", "e"},  {"î", "i"},  {"ï", "i"},  {"ô", "o"},  {"û", "u"},
    {"ù", "u"},  {"œ", "oe"}, {"É", "e"},  {"È", "e"},  {"Î", "i"},  {"Ô", "o"},
};

// What stands for the character at the front of `text` in plain ASCII; "" where nothing does.
std::string_view transcribed(std::string_view character) {
  for (const Transcription& transcription : kTranscriptions) {
    if (transcription.letter == character) return transcription.plain;
  }
  return "";
}

}  // namespace

size_t length_in_characters(std::string_view text) {
  return text.size() - static_cast<size_t>(std::ranges::count_if(text, continues_character));
}

std::string_view first_characters(std::string_view text, size_t characters) {
  if (text.size() <= characters) return text;
  size_t end = 0;
  for (; end < text.size(); ++end) {
    if (continues_character(text[end])) continue;
    if (characters == 0) break;
    --characters;
  }
  return text.substr(0, end);
}

void ShortText::append(std::string_view text) {
  const size_t size = std::min(text.size(), buffer_.size() - size_);
  std::memcpy(buffer_.data() + size_, text.data(), size);
  size_ += size;
}

void ShortText::append_number(uint64_t number, size_t width) {
  std::array<char, 20> digits;
  const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  const auto size = static_cast<size_t>(end - digits.data());
  for (size_t i = size; i < width; ++i) append('0');
  append({digits.data(), size});
}

void ShortText::append_hex(uint64_t bits, size_t digits) {
  for (size_t i = digits; i-- > 0;) append("0123456789abcdef"[bits >> (4 * i) & 15]);
}

void ShortText::append_plain(std::string_view text, char joint) {
  bool gap = false;  // something was left out since the last letter
  const size_t begin = size_;
  while (!text.empty()) {
    size_t size = 1;
    while (size < text.size() && continues_character(text[size])) ++size;
    const std::string_view character = text.substr(0, size);
    text.remove_prefix(size);
    const char c = character.front();
    char lower = c;
    if (c >= 'A' && c <= 'Z') lower = static_cast<char>(c - 'A' + 'a');
    const bool plain = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
    const std::string_view written = plain ? std::string_view(&lower, 1) : transcribed(character);
    if (written.empty()) {
      gap = true;
      continue;
    }
    if (gap && size_ > begin) append(joint);
    gap = false;
    append(written);
  }
}

void ShortText::mark_number(char joint) {
  mark_ = size_;
  joint_ = joint;
  marked_ = true;
}

}  // namespace resow::believable
