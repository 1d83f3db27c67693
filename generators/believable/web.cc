#include <algorithm>

#include "generators/believable/generator.h"
#include "generators/believable/world.h"

namespace resow::believable {
namespace {

// Two or three words: "quiet-river", "quiet_river_lamp".
void write_words(const Subject& subject, char joint, ShortText& out) {
  Choices choices = subject.choices();
  const uint64_t count = 2 + choices.below(2);
  for (uint64_t i = 0; i < count; ++i) {
    if (i > 0) out.append(joint);
    out.append(choices.of(product_words()));
  }
}

void slug(const Subject& subject, ShortText& out) {
  const Product product = subject.product();
  out.append_plain(product.brand, '-');
  out.append('-');
  out.append_plain(product.thing, '-');
  out.append('-');
  out.append_plain(product.colour, '-');
  out.mark_number('-');
}

void domain(const Subject& subject, ShortText& out) {
  write_words(subject, '-', out);
  out.mark_number('-');
  out.append('.');
  out.append(subject.choices(1).of(example_domains()));
}

void url(const Subject& subject, ShortText& out) {
  out.append("https://www.");
  out.append(subject.choices(1).of(example_domains()));
  out.append('/');
  slug(subject, out);
}

void image_url(const Subject& subject, ShortText& out) {
  out.append("https://images.example.com/");
  write_words(subject, '-', out);
  out.mark_number('-');
  out.append(".jpg");
}

void file_name(const Subject& subject, ShortText& out) {
  write_words(subject, '_', out);
  out.mark_number('_');
  out.append('.');
  out.append(subject.choices(1).of(file_extensions()));
}

void file_path(const Subject& subject, ShortText& out) {
  out.append("/srv/files/");
  out.append(subject.choices(2).of(product_words()));
  out.append('/');
  file_name(subject, out);
}

// 10.0.0.0/8, which is private; more addresses than that follow upon it.
void ipv4(const Subject& subject, ShortText& out) {
  constexpr uint64_t kFirst = uint64_t{10} << 24;
  constexpr uint64_t kPrivate = uint64_t{1} << 24;
  const uint64_t address = kFirst + subject.number(kPrivate);
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.append_number(address >> shift & 255);
    if (shift > 0) out.append('.');
  }
}

// 2001:db8::/32, which is for documentation (RFC 3849).
void ipv6(const Subject& subject, ShortText& out) {
  const uint64_t low = subject.number(0);
  out.append("2001:db8:");
  for (int shift = 48; shift >= 0; shift -= 16) {
    const uint64_t group = low >> shift & 0xffff;
    out.append(':');
    out.append_hex(group, group < 0x10 ? 1 : group < 0x100 ? 2 : group < 0x1000 ? 3 : 4);
  }
}

// Locally administered.
void mac_address(const Subject& subject, ShortText& out) {
  const uint64_t rest = subject.number(uint64_t{1} << 40);
  out.append("02");
  for (int shift = 32; shift >= 0; shift -= 8) {
    out.append(':');
    out.append_hex(rest >> shift, 2);
  }
}

void user_agent(const Subject& subject, ShortText& out) {
  static constexpr std::string_view kSystems[] = {
      "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64",
      "Linux; Android 14; Pixel 8"};
  Choices choices = subject.choices();
  const std::string_view system = choices.of(Words(kSystems));
  const bool firefox = choices.below(4) == 0;
  const uint64_t version = 110 + choices.below(30);
  out.append("Mozilla/5.0 (");
  out.append(system);
  if (firefox) {
    out.append("; rv:");
    out.append_number(version);
    out.append(".0) Gecko/20100101 Firefox/");
    out.append_number(version);
    out.append(".0");
  } else {
    out.append(") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/");
    out.append_number(version);
    out.append(".0.0.0 Safari/537.36");
  }
}

void http_method(const Subject& subject, ShortText& out) {
  out.append(http_methods()[subject.member(http_methods().size())]);
}
void media_type(const Subject& subject, ShortText& out) {
  out.append(media_types()[subject.member(media_types().size())]);
}

void version(const Subject& subject, ShortText& out) {
  Choices choices = subject.choices();
  out.append_number(choices.below(10));
  out.append('.');
  out.append_number(choices.below(20));
  out.append('.');
  out.append_number(subject.unique ? *subject.unique : choices.below(50));
}

// Where values must not repeat, the number goes into the first digits.
template <size_t kDigits>
void hex_digits(const Subject& subject, ShortText& out) {
  constexpr size_t kDigitsOfAWord = 16;
  size_t written = 0;
  if (subject.unique) {
    const size_t room = subject.max_length == 0 ? kDigits : std::min(kDigits, subject.max_length);
    written = std::min(kDigitsOfAWord, room);
    const uint64_t bound = written == kDigitsOfAWord ? 0 : uint64_t{1} << (4 * written);
    out.append_hex(subject.number(bound), written);
  }
  for (uint64_t draw = 0; written < kDigits; ++draw) {
    const size_t some = std::min(kDigitsOfAWord, kDigits - written);
    out.append_hex(subject.choices(draw).left(), some);
    written += some;
  }
}

void hex_color(const Subject& subject, ShortText& out) {
  out.append('#');
  out.append_hex(subject.number(1 << 24), 6);
}

constexpr Generator kWebGenerators[] = {
    text<url>("url", "a page of example.com, .org or .net", 28),
    text<image_url>("image_url", "a picture at images.example.com", 34),
    text<domain>("domain", "a domain below example.com, .org or .net", 14),
    text<slug>("slug", "what a page's address ends with"),
    code<ipv4>("ipv4", "an address of a private network", 15, 0xf6000000),
    code<ipv6>("ipv6", "an address of the documentation's network", 32),
    code<mac_address>("mac_address", "a network card's address, locally administered", 17,
                      uint64_t{1} << 40),
    text<user_agent>("user_agent", "what a browser says of itself", 120),
    code<http_method>("http_method", "GET, POST and so on", 6, 6),
    code<media_type>("media_type", "a MIME type", 16, 14),
    text<file_name>("file_name", "a file's name with its extension", 8),
    text<file_path>("file_path", "a file below /srv/files", 24),
    code<version>("version", "three numbers with points", 7, CatalogueEntry::kUnlimited, 2),
    code<hex_digits<32>>("md5", "32 hexadecimal digits", 32),
    code<hex_digits<40>>("sha1", "40 hexadecimal digits", 40),
    code<hex_digits<64>>("sha256", "64 hexadecimal digits", 64),
    code<hex_digits<24>>("token", "24 hexadecimal digits, shorter where need be", 8),
    code<hex_color>("hex_color", "a colour as #rrggbb", 7, 1 << 24),
};

}  // namespace

std::span<const Generator> web_generators() { return kWebGenerators; }

}  // namespace resow::believable
