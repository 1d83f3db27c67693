#include "runner/content_differences.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "fixtures/text.h"
#include "generators/content_rows.h"
#include "runner/findings.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

constexpr size_t kShown = 200;       // bytes of a value
constexpr size_t kShownBefore = 20;  // of them before the first that differs
constexpr size_t kKeyShown = 200;    // characters of a row without a key

using RowValues = std::vector<Field>;  // of a row, by field
using StoredPlace = std::tuple<uint32_t, uint32_t, uint16_t>;

StoredPlace place_of(const StoredAt& at) { return {at.relation, at.block, at.offset}; }

// The values of a row as planned, as the server writes them.
RowValues planned_values(const ContentTable& of, ServerTexts& texts, uint64_t row) {
  const ContentRows planned(of.program, of.content.program_table, of.content.fields, {});
  RowValues values;
  ColumnBatch batch;
  for (size_t i = 0; i < of.content.fields.size(); ++i) {
    planned.fill_texts(i, std::span(&row, 1), batch);
    values.push_back(batch.nulls[0] != 0 ? Field()
                                         : Field(texts.of(i, std::string(batch.text(0)))));
  }
  return values;
}

// The values of rows that are there, by their places.
std::map<StoredPlace, RowValues> stored_values(const ContentTable& of,
                                               const std::vector<StoredAt>& places) {
  std::map<StoredPlace, RowValues> values;
  if (places.empty()) return values;
  const Connection& connection = of.transaction.connection();
  std::vector<Field> tids;
  for (const StoredAt& at : places) tids.emplace_back(fmt::format("({},{})", at.block, at.offset));
  std::string list;
  for (const ColumnNumber number : of.content.columns) {
    list += ", t." + connection.quote_name(of.relation.column(number)->name) + "::pg_catalog.text";
  }
  const std::vector<Field> parameters = {array_text(tids)};
  const Rows rows = of.transaction.query(
      "SELECT t.tableoid::pg_catalog.int8, t.ctid::pg_catalog.text" + list + " FROM " +
          only_table(connection, of.relation) +
          " AS t WHERE t.ctid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.tid[])",
      parameters, "read rows of " + display_name(of.relation));
  for (size_t row = 0; row < rows.size(); ++row) {
    const std::string tid(rows.text(row, 1));  // "(0,7)"
    const size_t comma = tid.find(',');
    const StoredPlace place = {static_cast<uint32_t>(rows.integer(row, 0)),
                               static_cast<uint32_t>(std::stoul(tid.substr(1))),
                               static_cast<uint16_t>(std::stoul(tid.substr(comma + 1)))};
    RowValues& found = values[place];
    for (size_t i = 0; i < of.content.columns.size(); ++i) {
      found.push_back(rows.is_null(row, i + 2) ? Field() : Field(rows.text(row, i + 2)));
    }
  }
  return values;
}

// Quotes only what could be taken for something else.
std::string value_text(std::string_view text) {
  const bool plain = !text.empty() && text != "NULL" && text.front() != ' ' && text.back() != ' ';
  return plain ? std::string(text) : fmt::format("\"{}\"", text);
}

std::string value_text(const Field& value) {
  return value ? value_text(std::string_view(*value)) : "NULL";
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

std::string window(std::string_view text, size_t begin) {
  begin = std::min(begin, text.size());
  while (begin > 0 && begin < text.size() && continues_character(text[begin])) --begin;
  size_t end = std::min(text.size(), begin + kShown);
  while (end < text.size() && continues_character(text[end])) ++end;
  return fmt::format("{}{}{}", begin > 0 ? "..." : "", text.substr(begin, end - begin),
                     end < text.size() ? "..." : "");
}

// Both values; of long ones what is about the first place where they differ.
std::pair<std::string, std::string> shown_pair(const Field& expected, const Field& actual) {
  const size_t longest = std::max(expected ? expected->size() : 0, actual ? actual->size() : 0);
  if (longest <= kShown) return {value_text(expected), value_text(actual)};
  size_t begin = 0;
  if (expected && actual) {
    const auto ends =
        std::mismatch(expected->begin(), expected->end(), actual->begin(), actual->end());
    begin = static_cast<size_t>(ends.first - expected->begin());
    begin -= std::min(begin, kShownBefore);
  }
  const auto part = [&](const Field& value) { return value ? window(*value, begin) : "NULL"; };
  return {part(expected), part(actual)};
}

class Describer {
 public:
  Describer(const ContentTable& of, ServerTexts& texts) : of_(of), texts_(texts) {}

  std::vector<Difference> describe(RowDifferences rows, bool complete) {
    choose(std::move(rows));
    read_stored();
    for (const Line& line : lines_) {
      if (differences_.size() >= kDifferencesShown) {
        ++more_;
      } else {
        add(line);
      }
    }
    if (more_ > 0 || !complete) {
      differences_.push_back(difference(
          of_.expectation, "", "as planned",
          fmt::format(
              "{}{} that differ", complete ? "" : "at least ",
              count_of_things(static_cast<int64_t>(std::max<uint64_t>(more_, 1)), "more row"))));
    }
    return std::move(differences_);
  }

 private:
  // A row that differs; what is there of it, what was planned of it.
  struct Line {
    std::optional<uint64_t> row;
    std::optional<StoredAt> at;
    uint64_t expected = 1, found = 1;
  };

  // Those that are shown, planned rows in their order, then the others.
  void choose(RowDifferences rows) {
    for (const ChangedRow& row : rows.changed) lines_.push_back({row.row, row.at, 1, 1});
    for (const MissingRow& row : rows.missing) {
      lines_.push_back({row.row, std::nullopt, row.expected, row.found});
    }
    std::sort(lines_.begin(), lines_.end(),
              [](const Line& a, const Line& b) { return *a.row < *b.row; });
    for (const UnexpectedRow& row : rows.unexpected) {
      lines_.push_back({std::nullopt, row.at, row.expected, row.found});
    }
    if (lines_.size() <= kDifferencesShown) return;
    more_ = lines_.size() - kDifferencesShown;
    lines_.resize(kDifferencesShown);
  }

  void read_stored() {
    std::vector<StoredAt> places;
    for (const Line& line : lines_) {
      if (line.at) places.push_back(*line.at);
    }
    stored_ = stored_values(of_, places);
  }

  const std::string& name(size_t field) const {
    return of_.relation.column(of_.content.columns[field])->name;
  }

  std::string key_text(const RowValues& values) const {
    const bool keyed = of_.content.key_columns > 0;
    std::string text;
    for (size_t i = 0; i < (keyed ? of_.content.key_columns : values.size()); ++i) {
      if (i > 0) text += ", ";
      text += name(i) + (values[i] ? " = " + value_text(values[i]) : " is NULL");
    }
    return keyed ? text : shortened(text, kKeyShown);
  }

  void add(const Line& line) {
    const RowValues* stored = line.at ? &stored_.at(place_of(*line.at)) : nullptr;
    const RowValues planned = line.row ? planned_values(of_, texts_, *line.row) : RowValues();
    const std::string key = key_text(line.row ? planned : *stored);
    if (!line.row || !line.at) {
      differences_.push_back(difference(of_.expectation, key,
                                        count_of_things(static_cast<int64_t>(line.expected), "row"),
                                        count_of_things(static_cast<int64_t>(line.found), "row")));
      return;
    }
    for (size_t i = 0; i < planned.size(); ++i) {
      if (planned[i] == (*stored)[i]) continue;
      if (differences_.size() >= kDifferencesShown) {
        ++more_;
        return;
      }
      auto [expected, actual] = shown_pair(planned[i], (*stored)[i]);
      Difference& added = differences_.emplace_back(
          difference(of_.expectation, key, std::move(expected), std::move(actual)));
      added.column = name(i);
    }
  }

  const ContentTable& of_;
  ServerTexts& texts_;
  std::vector<Line> lines_;
  uint64_t more_ = 0;  // rows that differ and are not shown
  std::map<StoredPlace, RowValues> stored_;
  std::vector<Difference> differences_;
};

}  // namespace

std::vector<Difference> describe(const ContentTable& of, ServerTexts& texts, RowDifferences rows,
                                 bool complete) {
  return Describer(of, texts).describe(std::move(rows), complete);
}

}  // namespace resow
