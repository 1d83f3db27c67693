#include <algorithm>
#include <cmath>

#include "generators/believable/generator.h"
#include "generators/believable/world.h"
#include "generators/portable_math.h"

namespace resow::believable {
namespace {

void first_name(const Subject& subject, ShortText& out) { out.append(subject.person().first_name); }
void last_name(const Subject& subject, ShortText& out) { out.append(subject.person().last_name); }

void full_name(const Subject& subject, ShortText& out) {
  const Person person = subject.person();
  out.append(person.first_name);
  out.append(' ');
  out.append(person.last_name);
}

void gender(const Subject& subject, ShortText& out) {
  out.append(subject.person().female ? "female" : "male");
}

void username(const Subject& subject, ShortText& out) {
  const Person person = subject.person();
  out.append_plain(person.first_name, '_');
  out.append('_');
  out.append_plain(person.last_name, '_');
  out.mark_number('_');
}

void email(const Subject& subject, ShortText& out) {
  const Person person = subject.person();
  out.append_plain(person.first_name, '.');
  out.append('.');
  out.append_plain(person.last_name, '.');
  out.mark_number('.');
  out.append('@');
  out.append(subject.choices().of(example_domains()));
}

void phone(const Subject& subject, ShortText& out) {
  const auto digits = static_cast<size_t>(subject.locale.phone_digits);
  uint64_t numbers = 1;
  for (size_t i = 0; i < digits; ++i) numbers *= 10;
  out.append(subject.locale.phone_prefix);
  out.append_number(subject.number(numbers), digits);
}

void job_title(const Subject& subject, ShortText& out) {
  out.append(subject.choices().of(subject.locale.job_titles));
}
void department(const Subject& subject, ShortText& out) {
  out.append(subject.choices().of(subject.locale.departments));
}

double age(const Subject& subject) {
  const double unit = (static_cast<double>(subject.choices().left() >> 12) + 0.5) * 0x1.0p-52;
  const double years = 42 + 16 * normal_quantile(unit);
  return std::floor(years < 18 ? 18 + (18 - years) / 2 : std::min(years, 95.0));
}

constexpr Generator kPersonGenerators[] = {
    text<first_name>("first_name", "a first name"),
    text<last_name>("last_name", "a last name"),
    text<full_name>("full_name", "first and last name"),
    text<gender>("gender", "female or male, as the first name says", 6),
    text<username>("username", "a login name made from the name"),
    text<email>("email", "an address at example.com, .org or .net made from the name", 20),
    code<phone>("phone", "a number that is kept for fiction, with the country's code", 18,
                CatalogueEntry::kUnlimited, 6),
    text<job_title>("job_title", "a profession"),
    text<department>("department", "a department of a company"),
    number<age>("age", "years, from 18 to 95", 18, 95),
};

}  // namespace

std::span<const Generator> person_generators() { return kPersonGenerators; }

}  // namespace resow::believable
