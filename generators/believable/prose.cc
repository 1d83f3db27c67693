#include "generators/believable/generator.h"
#include "generators/believable/world.h"

namespace resow::believable {
namespace {

void word(const Subject& subject, ShortText& out) {
  out.append(subject.choices().of(product_words()));
}

void title(const Subject& subject, ShortText& out) {
  const Product product = subject.product();
  write_pattern(subject.choices().of(subject.locale.title_patterns), out,
                [&](std::string_view, ShortText& text) { text.append(product.thing); });
}

void sentence(const Subject& subject, ShortText& out) {
  out.append(subject.choices().of(subject.locale.sentences));
}

// Different sentences: they are taken in steps that have no divisor in common with their number.
void write_sentences(const Subject& subject, uint64_t least, uint64_t most, ShortText& out) {
  const Words sentences = subject.locale.sentences;
  static constexpr uint64_t kSteps[] = {3, 7, 9, 11, 13, 17};
  Choices choices = subject.choices();
  const uint64_t count = least + choices.below(most - least + 1);
  const uint64_t first = choices.below(sentences.size());
  const uint64_t step = choices.of(std::span<const uint64_t>(kSteps));
  for (uint64_t i = 0; i < count; ++i) {
    const std::string_view next = sentences[(first + i * step) % sentences.size()];
    const size_t length = length_in_characters(out.text()) + 1 + length_in_characters(next);
    if (i > 0 && subject.max_length != 0 && length > subject.max_length) return;
    if (i > 0) out.append(' ');
    out.append(next);
  }
}

void description(const Subject& subject, ShortText& out) { write_sentences(subject, 2, 4, out); }
void paragraph(const Subject& subject, ShortText& out) { write_sentences(subject, 5, 8, out); }

void remark(const Subject& subject, ShortText& out) {
  out.append(subject.choices().of(subject.locale.remarks));
}

constexpr Generator kProseGenerators[] = {
    text<word>("word", "one word"),
    text<title>("title", "the title of an article", 10),
    text<sentence>("sentence", "one sentence of a seller"),
    text<description>("description", "two to four sentences of a seller"),
    text<paragraph>("paragraph", "five to eight sentences"),
    text<remark>("remark", "what a buyer says: a comment, a review"),
};

}  // namespace

std::span<const Generator> prose_generators() { return kProseGenerators; }

}  // namespace resow::believable
