#include "generators/value_form.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "generators/permutation.h"
#include "tests/generators/programs.h"

namespace resow {
namespace {

using FormKind = ValueForm::What;

ValueForm form_of_kind(FormKind what, uint64_t count = ValueForm::kMany) {
  ValueForm form;
  form.what = what;
  form.count = count;
  form.texts = {"%n"};
  return form;
}

ValueForm with_parts(FormKind what, std::vector<ValueForm> parts) {
  ValueForm form;
  form.what = what;
  form.parts = std::move(parts);
  return form;
}

ValueForm counted_numbers(uint64_t count) {
  ValueForm form = form_of_kind(FormKind::kNumber, count);
  form.texts.clear();
  return form;
}

std::vector<ValueForm> many_forms() {
  std::vector<ValueForm> forms = {form_of_kind(FormKind::kPattern),
                                  form_of_kind(FormKind::kUuid),
                                  form_of_kind(FormKind::kInterval),
                                  form_of_kind(FormKind::kTimeTz),
                                  form_of_kind(FormKind::kNetwork, 0),
                                  form_of_kind(FormKind::kSubnet, uint64_t{1} << 48),
                                  counted_numbers(5000)};
  ValueForm bits = form_of_kind(FormKind::kBits, 8192);
  bits.length = 13;
  forms.push_back(bits);
  ValueForm book = form_of_kind(FormKind::kCheckDigit, 1'000'000'000);
  book.texts = {"978"};
  forms.push_back(book);
  forms.push_back(with_parts(FormKind::kArray, {counted_numbers(3)}));
  forms.push_back(with_parts(FormKind::kArray, {counted_numbers(100'000)}));
  forms.push_back(with_parts(FormKind::kRange, {counted_numbers(5000)}));
  forms.push_back(with_parts(FormKind::kComposite, {counted_numbers(7), counted_numbers(1000),
                                                    form_of_kind(FormKind::kNull)}));
  for (const char* pattern : {"%h", "%w", "(%x,%y)", "%p", "%m", "%M"}) {
    forms.push_back(form_of_kind(FormKind::kPattern));
    forms.back().texts = {pattern};
  }
  return forms;
}

TEST(ValueForm, UniqueNumbersGiveDistinctTexts) {
  size_t index = 0;
  for (const ValueForm& form : many_forms()) {
    const uint64_t size = std::min<uint64_t>(4000, distinct_values(form));
    const Permutation order(size, StreamKey{1, index});
    std::set<std::string> seen;
    for (uint64_t row = 0; row < size; ++row) {
      ValueNumbers given(StreamKey{2, 3}, row, order(row), size);
      std::string text;
      append_value(form, given, text);
      ASSERT_TRUE(seen.insert(text).second) << "form " << index << ": " << text << " twice";
    }
    ++index;
  }
}

TEST(ValueForm, ValuesDoNotDependOnOtherRows) {
  auto shared = std::make_shared<ValueForm>(with_parts(FormKind::kArray, {counted_numbers(50)}));
  for (const bool distinct : {false, true}) {
    const Program program =
        one_column(1000, ValueKind::kLiteral,
                   {rule::Formed{.form = shared, .distinct = distinct, .size = 1000}});
    ColumnBatch all, one;
    fill(program, 0, 0, row_range(0, 1000), all);
    for (const uint64_t row : {0u, 17u, 999u}) {
      fill(program, 0, 0, row_range(row, row + 1), one);
      EXPECT_EQ(one.text(0), all.text(row)) << row;
    }
  }
}

TEST(ValueForm, RangesOnAGridDoNotOverlap) {
  ValueForm bound = counted_numbers(500);
  bound.low = 100;
  bound.step = 10;
  const ValueForm form = with_parts(FormKind::kRange, {bound});
  std::set<std::pair<int, int>> ranges;
  for (uint64_t row = 0; row < 500; ++row) {
    ValueNumbers given(StreamKey{2, 3}, row, row, 500);
    std::string text;
    append_value(form, given, text);
    int low = 0, high = 0;
    ASSERT_EQ(std::sscanf(text.c_str(), "[\"%d\",\"%d\")", &low, &high), 2) << text;
    ASSERT_LT(low, high) << text;
    ranges.emplace(low, high);
  }
  int end = 0;
  for (const auto& [low, high] : ranges) {
    EXPECT_LE(end, low);
    end = high;
  }
}

struct Written {
  ValueForm form;
  uint64_t number;
  std::string text;
};

TEST(ValueForm, Texts) {
  ValueForm book = form_of_kind(FormKind::kCheckDigit, 1'000'000'000);
  book.texts = {"978"};
  ValueForm words = form_of_kind(FormKind::kListed, 4);
  words.texts = {"a \"b\"", "c\\"};
  ValueForm percent = form_of_kind(FormKind::kPattern);
  percent.texts = {"%n %%"};
  for (const Written& given : {
           Written{book, 30640615, "9780306406157"},
           Written{with_parts(FormKind::kArray, {words}), 0, R"({"a \"b\""})"},
           Written{with_parts(FormKind::kComposite, {words, form_of_kind(FormKind::kNull)}), 1,
                   R"(("c\\",))"},
           Written{words, 2, "2000000002"},
           Written{percent, 7, "7 %"},
           Written{form_of_kind(FormKind::kInterval), 1501, "1 days 01:01:00"},
           Written{form_of_kind(FormKind::kNetwork, 0), 65'537, "198.19.0.1"},
           Written{form_of_kind(FormKind::kNetwork, 0), uint64_t{1} << 48, "2001:db8::1:0:0:0"},
           Written{form_of_kind(FormKind::kTimeTz), 86'400 * 5 + 61, "00:01:01.000005+00"},
       }) {
    std::string text;
    ValueForm form = given.form;
    if (form.what == FormKind::kArray) form.length = 1;
    ValueNumbers numbers_given(StreamKey{}, 0, given.number, ValueForm::kMany);
    if (form.what == FormKind::kArray || form.what == FormKind::kComposite ||
        form.what == FormKind::kListed) {
      numbers_given = ValueNumbers(StreamKey{}, 0, given.number, 4);
      if (form.what == FormKind::kArray) form.parts[0].count = 4;
    }
    append_value(form, numbers_given, text);
    EXPECT_EQ(text, given.text);
  }
}

}  // namespace
}  // namespace resow
