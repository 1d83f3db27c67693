#include <algorithm>
#include <cassert>
#include <cmath>

#include "generators/filling.h"
#include "generators/portable_math.h"
#include "generators/settle.h"
#include "generators/zipf.h"

namespace resow {
namespace {

// `bits` mapped onto (0, 1), both ends excluded.
double open_interval(uint64_t bits) { return (static_cast<double>(bits >> 12) + 0.5) * 0x1.0p-52; }

void draw_zipf(const Filling& filling, const rule::Distribution& rule, std::span<double> out) {
  const Zipf zipf(rule.high - rule.low + 1, rule.a);
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = rule.low + zipf(filling.column.key, filling.rows[i]) - 1;
  }
}

void draw(const Filling& filling, const rule::Distribution& rule, std::span<double> out) {
  if (rule.shape == rule::Shape::kZipf) return draw_zipf(filling, rule, out);
  std::vector<uint64_t> bits(out.size());
  random_bits(filling.column.key, filling.rows, 0, bits);
  for (size_t i = 0; i < out.size(); ++i) {
    switch (rule.shape) {
      case rule::Shape::kNormal:
        out[i] = rule.a + rule.b * normal_quantile(open_interval(bits[i]));
        break;
      case rule::Shape::kLogNormal:
        out[i] = portable_exp(rule.a + rule.b * normal_quantile(open_interval(bits[i])));
        break;
      case rule::Shape::kExponential:
        out[i] = -rule.a * portable_log(open_interval(bits[i]));
        break;
      case rule::Shape::kZipf:
        break;
    }
  }
}

}  // namespace

void fill_rule(const Filling& filling, const rule::Distribution& rule, ColumnBatch& out) {
  assert(rule.low <= rule.high);
  out.reals.resize(filling.rows.size());
  draw(filling, rule, out.reals);
  for (double& value : out.reals) value = std::clamp(value, rule.low, rule.high);
  settle_reals(out);
}

}  // namespace resow
