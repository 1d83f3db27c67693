#include "runner/html/layout.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace resow {
namespace {

constexpr double kMargin = 16;
constexpr double kBetweenBoxes = 20;
constexpr double kBetweenLines = 18;   // of one layer
constexpr double kBetweenLayers = 56;  // room for the links
constexpr double kLeastWidth = 960;
constexpr int kLayoutSweeps = 6;

using BoxLine = std::vector<size_t>;  // boxes from left to right
using Neighbours = std::vector<std::vector<size_t>>;

class BoxLayout {
 public:
  BoxLayout(std::span<const BoxSize> sizes, std::span<const BoxLink> links)
      : sizes_(sizes), links_(links), above_(sizes.size()), below_(sizes.size()) {
    layout_.boxes.resize(sizes.size());
  }

  Layout make() {
    find_layers();
    order_layers();
    place_boxes();
    place_links();
    return std::move(layout_);
  }

 private:
  static bool leads_up(const BoxLink& link) { return link.to < link.from; }

  void find_layers() {
    std::vector<bool> linked(sizes_.size(), false);
    for (const BoxLink& link : links_) {
      linked[link.from] = linked[link.to] = true;
      if (!leads_up(link)) continue;
      above_[link.from].push_back(link.to);
      below_[link.to].push_back(link.from);
    }
    for (size_t box = 0; box < sizes_.size(); ++box) {
      if (!linked[box]) {
        alone_.push_back(box);
        continue;
      }
      size_t layer = 0;
      for (const size_t parent : above_[box]) {
        layer = std::max(layer, layout_.boxes[parent].layer + 1);
      }
      layout_.boxes[box].layer = layer;
      if (layers_.size() <= layer) layers_.resize(layer + 1);
      layers_[layer].push_back(box);
    }
  }

  // By the mean of what each is linked with, on one side; what has nothing there stays where it is.
  void sort_layer(BoxLine& layer, const Neighbours& neighbours, std::vector<double>& share) const {
    std::vector<std::pair<double, size_t>> keyed;
    for (const size_t box : layer) {
      double sum = 0;
      for (const size_t other : neighbours[box]) sum += share[other];
      const double mean =
          neighbours[box].empty() ? share[box] : sum / static_cast<double>(neighbours[box].size());
      keyed.emplace_back(mean, box);
    }
    std::stable_sort(keyed.begin(), keyed.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (size_t i = 0; i < layer.size(); ++i) layer[i] = keyed[i].second;
    set_shares(layer, share);
  }
  // Where in its line a box stands, from 0 to 1.
  static void set_shares(const BoxLine& layer, std::vector<double>& share) {
    for (size_t i = 0; i < layer.size(); ++i) {
      share[layer[i]] = (static_cast<double>(i) + 0.5) / static_cast<double>(layer.size());
    }
  }

  void order_layers() {
    std::vector<double> share(sizes_.size(), 0.5);
    for (const BoxLine& layer : layers_) set_shares(layer, share);
    for (int sweep = 0; sweep < kLayoutSweeps; ++sweep) {
      for (BoxLine& layer : layers_) sort_layer(layer, above_, share);
      if (sweep + 1 == kLayoutSweeps) break;  // what is referred to has the last word
      for (size_t i = layers_.size(); i-- > 0;) sort_layer(layers_[i], below_, share);
    }
  }

  double width_of(const BoxLine& line) const {
    double width = 0;
    for (const size_t box : line) width += sizes_[box].width + (width > 0 ? kBetweenBoxes : 0);
    return width;
  }
  double height_of(const BoxLine& line) const {
    double height = 0;
    for (const size_t box : line) height = std::max(height, sizes_[box].height);
    return height;
  }

  // About twice as wide as high, were it full.
  double widest_line() const {
    double area = 0, widest = kLeastWidth;
    for (const BoxSize& size : sizes_) {
      area += (size.width + kBetweenBoxes) * (size.height + kBetweenLayers);
      widest = std::max(widest, size.width);
    }
    return std::max(widest, std::sqrt(2 * area));
  }

  // Dealt out in turn, so that a box stays about where its layer wants it.
  std::vector<BoxLine> lines_of(const BoxLine& layer, double widest) const {
    for (auto count = static_cast<size_t>(std::max(1.0, std::ceil(width_of(layer) / widest)));;
         ++count) {
      std::vector<BoxLine> lines(count);
      for (size_t i = 0; i < layer.size(); ++i) lines[i % count].push_back(layer[i]);
      const bool fits = std::all_of(lines.begin(), lines.end(), [&](const BoxLine& line) {
        return line.size() <= 1 || width_of(line) <= widest;
      });
      if (fits) return lines;
    }
  }

  // In their own order, for that is how somebody looks for them.
  std::vector<BoxLine> lines_of_alone(double widest) const {
    std::vector<BoxLine> lines(1);
    for (const size_t box : alone_) {
      lines.back().push_back(box);
      if (lines.back().size() == 1 || width_of(lines.back()) <= widest) continue;
      lines.back().pop_back();
      lines.push_back({box});
    }
    return lines;
  }

  void place_boxes() {
    const double widest = widest_line();
    std::vector<std::pair<BoxLine, double>> lines;  // with the room below
    for (const BoxLine& layer : layers_) {
      for (BoxLine& line : lines_of(layer, widest)) {
        lines.emplace_back(std::move(line), kBetweenLines);
      }
      lines.back().second = kBetweenLayers;
    }
    const size_t centred = lines.size();
    for (BoxLine& line : lines_of_alone(widest)) lines.emplace_back(std::move(line), kBetweenLines);
    double full = 0;
    for (const auto& line : lines) full = std::max(full, width_of(line.first));
    double y = kMargin, bottom = 0;
    for (size_t i = 0; i < lines.size(); ++i) {
      const BoxLine& line = lines[i].first;
      if (line.empty()) continue;
      double x = kMargin + (i < centred ? (full - width_of(line)) / 2 : 0);
      for (const size_t box : line) {
        layout_.boxes[box].x = x;
        layout_.boxes[box].y = y;
        x += sizes_[box].width + kBetweenBoxes;
      }
      bottom = y + height_of(line);
      y = bottom + lines[i].second;
    }
    layout_.width = full + 2 * kMargin;
    layout_.height = bottom + kMargin;
  }

  double middle(size_t box) const { return layout_.boxes[box].x + sizes_[box].width / 2; }

  // Where along their edge the links of each box begin (or end), in the order of their other ends.
  void spread(const std::vector<std::vector<size_t>>& by_box, bool begins) {
    for (size_t box = 0; box < by_box.size(); ++box) {
      std::vector<size_t> mine = by_box[box];
      std::stable_sort(mine.begin(), mine.end(), [&](size_t a, size_t b) {
        return begins ? middle(links_[a].to) < middle(links_[b].to)
                      : middle(links_[a].from) < middle(links_[b].from);
      });
      for (size_t i = 0; i < mine.size(); ++i) {
        const double x = layout_.boxes[box].x + sizes_[box].width * static_cast<double>(i + 1) /
                                                    static_cast<double>(mine.size() + 1);
        (begins ? layout_.links[mine[i]].from_x : layout_.links[mine[i]].to_x) = x;
      }
    }
  }

  void place_links() {
    layout_.links.resize(links_.size());
    std::vector<std::vector<size_t>> out(sizes_.size()), in(sizes_.size());
    for (size_t i = 0; i < links_.size(); ++i) {
      const auto [from, to] = links_[i];
      PlacedLink& placed = layout_.links[i];
      placed.backward = !leads_up(links_[i]);
      if (placed.backward) {
        placed.from_x = layout_.boxes[from].x + sizes_[from].width;
        placed.from_y = layout_.boxes[from].y + sizes_[from].height / 2;
        placed.to_x = layout_.boxes[to].x + sizes_[to].width;
        placed.to_y = layout_.boxes[to].y + sizes_[to].height / 2;
        continue;
      }
      placed.from_y = layout_.boxes[from].y;
      placed.to_y = layout_.boxes[to].y + sizes_[to].height;
      out[from].push_back(i);
      in[to].push_back(i);
    }
    spread(out, true);
    spread(in, false);
  }

  std::span<const BoxSize> sizes_;
  std::span<const BoxLink> links_;
  Neighbours above_, below_;
  std::vector<BoxLine> layers_;
  BoxLine alone_;
  Layout layout_;
};

}  // namespace

std::vector<size_t> parents_first(size_t boxes, std::span<const BoxLink> links) {
  Neighbours parents(boxes);
  for (const BoxLink& link : links) parents[link.from].push_back(link.to);
  std::vector<size_t> order;
  std::vector<bool> met(boxes, false);
  std::vector<std::pair<size_t, size_t>> path;  // a box, and how many of its parents are done
  for (size_t start = 0; start < boxes; ++start) {
    if (met[start]) continue;
    met[start] = true;
    path.emplace_back(start, 0);
    while (!path.empty()) {
      const size_t box = path.back().first;
      if (path.back().second == parents[box].size()) {
        order.push_back(box);
        path.pop_back();
        continue;
      }
      const size_t parent = parents[box][path.back().second++];
      if (met[parent]) continue;
      met[parent] = true;
      path.emplace_back(parent, 0);
    }
  }
  return order;
}

Layout lay_out(std::span<const BoxSize> boxes, std::span<const BoxLink> links) {
  return BoxLayout(boxes, links).make();
}

}  // namespace resow
