// Texts that match a pattern: a regular expression (PostgreSQL's ARE, the ordinary part of it) or
// a LIKE pattern. Every text has an index, so a permutation of the indexes gives texts that look
// random and do not repeat.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace resow {

// How long the open parts become: x* is x{least,most}, x+ is x{1+least,1+most}, and so is the % of
// LIKE.
struct PatternLengths {
  uint64_t least = 0, most = 5;
};

class PatternText {
 public:
  // Nothing for what is not understood: look-around, back references, malformed patterns. A pattern
  // that is not anchored is met by a text that holds nothing but the match.
  static std::optional<PatternText> of_regex(std::string_view pattern,
                                             const PatternLengths& lengths = {});
  static std::optional<PatternText> of_like(std::string_view pattern,
                                            const PatternLengths& lengths = {});

  // How many indexes there are, at most 2^62; at least 1. Two of them give the same text only where
  // the pattern itself is ambiguous, as (a|a) is.
  uint64_t size() const;

  // Characters of the shortest and of the longest text.
  uint64_t shortest() const;
  uint64_t longest() const;

  // REQUIRES: index < size().
  std::string at(uint64_t index) const;

  struct Node;

 private:
  explicit PatternText(std::vector<Node> nodes, size_t root);
  std::vector<Node> nodes_;  // children before parents
  size_t root_;
};

struct PatternText::Node {
  enum class Kind : uint8_t { kCharacter, kSequence, kChoice, kRepeat } kind = Kind::kSequence;
  std::u32string characters;     // kCharacter: the ones allowed
  std::vector<size_t> children;  // indexes of nodes
  uint64_t least = 0, most = 0;  // kRepeat
  uint64_t size = 1;             // how many texts, saturated
  uint64_t shortest = 0, longest = 0;
};

}  // namespace resow
