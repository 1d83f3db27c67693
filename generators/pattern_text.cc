#include "generators/pattern_text.h"

#include <algorithm>
#include <utility>

namespace resow {
namespace {

using Node = PatternText::Node;
using Kind = Node::Kind;

constexpr uint64_t kMost = uint64_t{1} << 62;
constexpr uint64_t kLongestRepeat = 4096;
constexpr int kDepthLimit = 100;

uint64_t times(uint64_t a, uint64_t b) {
  const __uint128_t product = static_cast<__uint128_t>(a) * b;
  return product > kMost ? kMost : static_cast<uint64_t>(product);
}
uint64_t plus(uint64_t a, uint64_t b) { return std::min(a + b, kMost); }

std::u32string range(char32_t first, char32_t last) {
  std::u32string characters;
  for (char32_t c = first; c <= last; ++c) characters += c;
  return characters;
}
const std::u32string& digits() {
  static const std::u32string kDigits = range(U'0', U'9');
  return kDigits;
}
const std::u32string& lower() {
  static const std::u32string kLower = range(U'a', U'z');
  return kLower;
}
const std::u32string& upper() {
  static const std::u32string kUpper = range(U'A', U'Z');
  return kUpper;
}

void append_utf8(char32_t c, std::string& out) {
  const auto byte = [&](char32_t value) { out += static_cast<char>(value); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | (c >> 6));
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | (c >> 12));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | (c >> 18));
    byte(0x80 | ((c >> 12) & 0x3F));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

// The code points of UTF-8 text; a malformed byte stands for itself.
std::u32string code_points(std::string_view text) {
  std::u32string result;
  for (size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    const size_t length = first < 0x80    ? 1
                          : first >= 0xF0 ? 4
                          : first >= 0xE0 ? 3
                          : first >= 0xC0 ? 2
                                          : 1;
    char32_t c = length == 1 ? first : first & (0xFFU >> (length + 1));
    for (size_t i = 1; i < length && at + i < text.size(); ++i) {
      c = (c << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    }
    result += c;
    at += length;
  }
  return result;
}

struct NotUnderstood {};

class PatternBuilder {
 public:
  explicit PatternBuilder(const PatternLengths& lengths) : lengths_(lengths) {}

  const PatternLengths& lengths() const { return lengths_; }

  size_t character(std::u32string characters) {
    std::sort(characters.begin(), characters.end());
    characters.erase(std::unique(characters.begin(), characters.end()), characters.end());
    if (characters.empty()) throw NotUnderstood{};
    Node node;
    node.kind = Kind::kCharacter;
    node.size = characters.size();
    node.shortest = node.longest = 1;
    node.characters = std::move(characters);
    return add(std::move(node));
  }

  size_t sequence(std::vector<size_t> children) {
    if (children.size() == 1) return children.front();
    Node node;
    for (const size_t child : children) {
      node.size = times(node.size, nodes_[child].size);
      node.shortest = plus(node.shortest, nodes_[child].shortest);
      node.longest = plus(node.longest, nodes_[child].longest);
    }
    node.children = std::move(children);
    return add(std::move(node));
  }

  size_t choice(std::vector<size_t> children) {
    if (children.size() == 1) return children.front();
    Node node;
    node.kind = Kind::kChoice;
    node.size = 0;
    node.shortest = kMost;
    for (const size_t child : children) {
      node.size = plus(node.size, nodes_[child].size);
      node.shortest = std::min(node.shortest, nodes_[child].shortest);
      node.longest = std::max(node.longest, nodes_[child].longest);
    }
    node.children = std::move(children);
    return add(std::move(node));
  }

  size_t repeat(size_t child, uint64_t least, uint64_t most) {
    if (least > most || most > kLongestRepeat) throw NotUnderstood{};
    Node node;
    node.kind = Kind::kRepeat;
    node.children = {child};
    node.least = least;
    node.most = most;
    node.shortest = times(least, nodes_[child].shortest);
    node.longest = times(most, nodes_[child].longest);
    node.size = 0;
    uint64_t texts = 1;
    for (uint64_t count = 0; count <= most; ++count) {
      if (count >= least) node.size = plus(node.size, texts);
      texts = times(texts, nodes_[child].size);
    }
    return add(std::move(node));
  }

  std::vector<Node> take() { return std::move(nodes_); }

 private:
  size_t add(Node node) {
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
  }

  PatternLengths lengths_;
  std::vector<Node> nodes_;
};

// What \d, \w, \s or an escaped letter stands for.
std::u32string escaped(char32_t c) {
  switch (c) {
    case U'd':
      return digits();
    case U'w':
      return lower() + upper() + digits() + U"_";
    case U's':
      return U" ";
    case U'D':
      return lower() + upper();
    case U'W':
      return U"-";
    case U'S':
      return lower() + upper() + digits();
    case U'n':
      return U"\n";
    case U't':
      return U"\t";
    case U'r':
      return U"\r";
    default:
      break;
  }
  const bool letter_or_digit =
      (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9');
  if (letter_or_digit) throw NotUnderstood{};  // \1, \b, \x..: not the ordinary part
  return std::u32string(1, c);
}

std::u32string character_class(const std::u32string& name) {
  if (name == U"alpha") return lower() + upper();
  if (name == U"lower") return lower();
  if (name == U"upper") return upper();
  if (name == U"digit") return digits();
  if (name == U"alnum") return lower() + upper() + digits();
  if (name == U"xdigit") return digits() + range(U'a', U'f') + range(U'A', U'F');
  if (name == U"space" || name == U"blank") return U" ";
  if (name == U"punct") return U"!-._";
  if (name == U"print" || name == U"graph") return lower() + upper() + digits() + U"-._";
  throw NotUnderstood{};
}

class RegexParser {
 public:
  RegexParser(std::u32string pattern, PatternBuilder& builder)
      : pattern_(std::move(pattern)), builder_(builder) {
    if (starts_with(U"(?i)")) at_ = 4;
    if (starts_with(U"***")) throw NotUnderstood{};
  }

  size_t whole() {
    const size_t node = parse_choice();
    if (at_ != pattern_.size()) throw NotUnderstood{};
    return node;
  }

 private:
  bool end() const { return at_ >= pattern_.size(); }
  char32_t peek() const { return end() ? U'\0' : pattern_[at_]; }
  bool take(char32_t c) {
    if (end() || pattern_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool starts_with(std::u32string_view text) const {
    return std::u32string_view(pattern_).substr(at_, text.size()) == text;
  }

  size_t parse_choice() {
    if (++depth_ > kDepthLimit) throw NotUnderstood{};
    std::vector<size_t> choices = {parse_sequence()};
    while (take(U'|')) choices.push_back(parse_sequence());
    --depth_;
    return builder_.choice(std::move(choices));
  }

  size_t parse_sequence() {
    std::vector<size_t> parts;
    while (!end() && peek() != U'|' && peek() != U')') {
      if (peek() == U'^' || peek() == U'$') {  // an anchor: the text holds the match alone
        ++at_;
        continue;
      }
      if (peek() == U'\\' && at_ + 1 < pattern_.size() &&
          std::u32string_view(U"AZmMyY").find(pattern_[at_ + 1]) != std::u32string_view::npos) {
        at_ += 2;
        continue;
      }
      parts.push_back(parse_quantified());
    }
    return builder_.sequence(std::move(parts));
  }

  uint64_t parse_number() {
    uint64_t value = 0;
    if (peek() < U'0' || peek() > U'9') throw NotUnderstood{};
    while (peek() >= U'0' && peek() <= U'9') {
      value = std::min<uint64_t>(value * 10 + (pattern_[at_++] - U'0'), kLongestRepeat + 1);
    }
    return value;
  }

  size_t parse_quantified() {
    size_t node = parse_atom();
    for (;;) {
      uint64_t least = 0, most = 0;
      if (take(U'*')) {
        least = builder_.lengths().least;
        most = builder_.lengths().most;
      } else if (take(U'+')) {
        least = 1 + builder_.lengths().least;
        most = 1 + builder_.lengths().most;
      } else if (take(U'?')) {
        most = 1;
      } else if (peek() == U'{') {
        ++at_;
        least = most = parse_number();
        if (take(U',')) {
          const bool open = peek() == U'}';
          most = open ? least + builder_.lengths().most : parse_number();
          if (open) least += builder_.lengths().least;
        }
        if (!take(U'}')) throw NotUnderstood{};
      } else {
        return node;
      }
      take(U'?');  // a non-greedy mark changes nothing here
      node = builder_.repeat(node, least, most);
    }
  }

  size_t parse_atom() {
    const char32_t c = pattern_[at_++];
    switch (c) {
      case U'(': {
        if (take(U'?') && !take(U':')) throw NotUnderstood{};
        const size_t node = parse_choice();
        if (!take(U')')) throw NotUnderstood{};
        return node;
      }
      case U'[':
        return parse_bracket();
      case U'.':
        return builder_.character(lower());
      case U'\\':
        if (end()) throw NotUnderstood{};
        return builder_.character(escaped(pattern_[at_++]));
      case U'*':
      case U'+':
      case U'?':
        throw NotUnderstood{};
      default:
        return builder_.character(std::u32string(1, c));
    }
  }

  size_t parse_bracket() {
    const bool negated = take(U'^');
    std::u32string characters;
    bool first = true;
    for (;; first = false) {
      if (end()) throw NotUnderstood{};
      if (peek() == U']' && !first) break;
      if (starts_with(U"[:")) {
        const size_t close = pattern_.find(U":]", at_);
        if (close == std::u32string::npos) throw NotUnderstood{};
        characters += character_class(pattern_.substr(at_ + 2, close - at_ - 2));
        at_ = close + 2;
        continue;
      }
      char32_t from = pattern_[at_++];
      if (from == U'\\' && !end()) {
        const std::u32string set = escaped(pattern_[at_++]);
        if (set.size() != 1) {
          characters += set;
          continue;
        }
        from = set.front();
      }
      if (peek() == U'-' && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != U']') {
        ++at_;
        char32_t to = pattern_[at_++];
        if (to == U'\\' && !end()) to = pattern_[at_++];
        if (to < from) throw NotUnderstood{};
        characters += range(from, std::min<char32_t>(to, from + 255));
      } else {
        characters += from;
      }
    }
    ++at_;
    if (!negated) return builder_.character(std::move(characters));
    std::u32string allowed;
    for (const char32_t c : lower() + upper() + digits() + U"-_. ") {
      if (characters.find(c) == std::u32string::npos) allowed += c;
    }
    return builder_.character(std::move(allowed));
  }

  std::u32string pattern_;
  PatternBuilder& builder_;
  size_t at_ = 0;
  int depth_ = 0;
};

size_t like_node(std::string_view pattern, PatternBuilder& builder) {
  std::vector<size_t> parts;
  const std::u32string characters = code_points(pattern);
  for (size_t at = 0; at < characters.size(); ++at) {
    const char32_t c = characters[at];
    if (c == U'%') {
      parts.push_back(builder.repeat(builder.character(lower()), 1 + builder.lengths().least,
                                     1 + builder.lengths().most));
    } else if (c == U'_') {
      parts.push_back(builder.character(lower()));
    } else if (c == U'\\' && at + 1 == characters.size()) {
      throw NotUnderstood{};
    } else {
      parts.push_back(builder.character(std::u32string(1, c == U'\\' ? characters[++at] : c)));
    }
  }
  return builder.sequence(std::move(parts));
}

void append(const std::vector<Node>& nodes, size_t which, uint64_t index, std::string& out) {
  const Node& node = nodes[which];
  switch (node.kind) {
    case Kind::kCharacter:
      append_utf8(node.characters[index % node.characters.size()], out);
      return;
    case Kind::kSequence:
      for (const size_t child : node.children) {
        append(nodes, child, index % nodes[child].size, out);
        index /= nodes[child].size;
      }
      return;
    case Kind::kChoice:
      for (const size_t child : node.children) {
        if (index < nodes[child].size) return append(nodes, child, index, out);
        index -= nodes[child].size;
      }
      return;
    case Kind::kRepeat: {
      const size_t child = node.children.front();
      uint64_t texts = 1;
      for (uint64_t i = 0; i < node.least; ++i) texts = times(texts, nodes[child].size);
      uint64_t count = node.least;
      while (count < node.most && index >= texts) {
        index -= texts;
        texts = times(texts, nodes[child].size);
        ++count;
      }
      for (uint64_t i = 0; i < count; ++i) {
        append(nodes, child, index % nodes[child].size, out);
        index /= nodes[child].size;
      }
      return;
    }
  }
}

}  // namespace

PatternText::PatternText(std::vector<Node> nodes, size_t root)
    : nodes_(std::move(nodes)), root_(root) {}

std::optional<PatternText> PatternText::of_regex(std::string_view pattern,
                                                 const PatternLengths& lengths) {
  PatternBuilder builder(lengths);
  try {
    const size_t root = RegexParser(code_points(pattern), builder).whole();
    return PatternText(builder.take(), root);
  } catch (const NotUnderstood&) {
    return std::nullopt;
  }
}

std::optional<PatternText> PatternText::of_like(std::string_view pattern,
                                                const PatternLengths& lengths) {
  PatternBuilder builder(lengths);
  try {
    const size_t root = like_node(pattern, builder);
    return PatternText(builder.take(), root);
  } catch (const NotUnderstood&) {
    return std::nullopt;
  }
}

uint64_t PatternText::size() const { return nodes_[root_].size; }
uint64_t PatternText::shortest() const { return nodes_[root_].shortest; }
uint64_t PatternText::longest() const { return nodes_[root_].longest; }

std::string PatternText::at(uint64_t index) const {
  std::string out;
  append(nodes_, root_, index, out);
  return out;
}

}  // namespace resow
