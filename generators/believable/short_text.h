// The text of one believable value while it is written.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace resow::believable {

// Characters, as varchar(n) counts them. REQUIRES: UTF-8.
size_t length_in_characters(std::string_view text);
// The longest beginning of `text` that has no more characters than that.
std::string_view first_characters(std::string_view text, size_t characters);

class ShortText {
 public:
  void clear() { size_ = mark_ = 0, marked_ = false; }

  void append(std::string_view text);  // what does not fit is left out, which no list makes happen
  void append(char c) { append(std::string_view(&c, 1)); }
  void append_number(uint64_t number, size_t width = 1);  // padded with zeros
  void append_hex(uint64_t bits, size_t digits);          // the last `digits` of it
  // Small letters and digits of ASCII; umlauts and accents are written out, anything else becomes
  // one `joint` between two words: "Jörg O'Brien" gives "joerg.o.brien".
  void append_plain(std::string_view text, char joint);

  // A number that makes the value distinct goes here, behind a `joint`; at the end unless called.
  void mark_number(char joint);

  std::string_view text() const { return {buffer_.data(), size_}; }
  std::string_view head() const { return text().substr(0, marked_ ? mark_ : size_); }
  std::string_view tail() const { return text().substr(marked_ ? mark_ : size_); }
  char joint() const { return marked_ ? joint_ : ' '; }

 private:
  std::array<char, 2048> buffer_;
  size_t size_ = 0;
  size_t mark_ = 0;
  char joint_ = ' ';
  bool marked_ = false;
};

}  // namespace resow::believable
