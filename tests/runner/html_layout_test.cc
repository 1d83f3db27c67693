#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "runner/html/layout.h"

namespace resow {
namespace {

struct Graph {
  std::vector<BoxSize> boxes;
  std::vector<BoxLink> links;
};

// With its boxes in the order that lay_out() asks for.
Graph in_order(const Graph& graph) {
  const std::vector<size_t> order = parents_first(graph.boxes.size(), graph.links);
  std::vector<size_t> place(order.size());
  Graph ordered;
  for (size_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    ordered.boxes.push_back(graph.boxes[order[i]]);
  }
  for (const BoxLink& link : graph.links) {
    ordered.links.push_back({place[link.from], place[link.to]});
  }
  return ordered;
}

// Boxes of every width; `upward`: links lead to smaller numbers only, so that there is no cycle.
Graph random_graph(uint32_t seed, size_t boxes, size_t links, bool upward) {
  std::mt19937 engine(seed);
  Graph graph;
  for (size_t i = 0; i < boxes; ++i) {
    graph.boxes.push_back(
        {static_cast<double>(40 + engine() % 250), static_cast<double>(30 + engine() % 60)});
  }
  for (size_t i = 0; i < links && boxes > 1; ++i) {
    size_t from = engine() % boxes, to = engine() % boxes;
    if (from == to) continue;
    if (upward && from < to) std::swap(from, to);
    graph.links.push_back({from, to});
  }
  return graph;
}

void expect_sound(const Graph& graph, const Layout& layout) {
  ASSERT_EQ(layout.boxes.size(), graph.boxes.size());
  ASSERT_EQ(layout.links.size(), graph.links.size());
  for (size_t i = 0; i < graph.boxes.size(); ++i) {
    const PlacedBox& a = layout.boxes[i];
    EXPECT_GE(a.x, 0);
    EXPECT_GE(a.y, 0);
    EXPECT_LE(a.x + graph.boxes[i].width, layout.width);
    EXPECT_LE(a.y + graph.boxes[i].height, layout.height);
    for (size_t j = i + 1; j < graph.boxes.size(); ++j) {
      const PlacedBox& b = layout.boxes[j];
      const bool apart = a.x + graph.boxes[i].width <= b.x || b.x + graph.boxes[j].width <= a.x ||
                         a.y + graph.boxes[i].height <= b.y || b.y + graph.boxes[j].height <= a.y;
      EXPECT_TRUE(apart) << "boxes " << i << " and " << j;
    }
  }
  for (size_t i = 0; i < graph.links.size(); ++i) {
    const auto [from, to] = graph.links[i];
    EXPECT_EQ(layout.links[i].backward, to > from);
    if (to > from) continue;
    EXPECT_LE(layout.boxes[to].y + graph.boxes[to].height, layout.boxes[from].y)
        << to << " is not above " << from;
    EXPECT_GT(layout.links[i].from_x, layout.boxes[from].x);
    EXPECT_LT(layout.links[i].from_x, layout.boxes[from].x + graph.boxes[from].width);
    EXPECT_GT(layout.links[i].to_x, layout.boxes[to].x);
    EXPECT_LT(layout.links[i].to_x, layout.boxes[to].x + graph.boxes[to].width);
  }
}

TEST(HtmlLayout, ParentsStandAboveTheirChildren) {
  // A grandchild that also refers to its grandparent; a table that stands alone.
  const Graph graph = {{{100, 50}, {100, 50}, {100, 50}, {100, 50}}, {{1, 0}, {2, 1}, {2, 0}}};
  const Layout layout = lay_out(graph.boxes, graph.links);
  expect_sound(graph, layout);
  EXPECT_EQ(layout.boxes[0].layer, 0U);
  EXPECT_EQ(layout.boxes[1].layer, 1U);
  EXPECT_EQ(layout.boxes[2].layer, 2U);
  EXPECT_GT(layout.boxes[3].y, layout.boxes[2].y);
}

TEST(HtmlLayout, NothingAndOne) {
  const Layout none = lay_out({}, {});
  EXPECT_TRUE(none.boxes.empty());
  const Graph one = {{{5000, 50}}, {}};
  expect_sound(one, lay_out(one.boxes, one.links));
}

TEST(HtmlLayout, OrderHasParentsFirstWhereThereIsNoCycle) {
  for (uint32_t seed = 0; seed < 50; ++seed) {
    const Graph graph = in_order(random_graph(seed, 40, 60, true));
    for (const BoxLink& link : graph.links) EXPECT_LT(link.to, link.from) << "seed " << seed;
  }
}

TEST(HtmlLayout, OrderHasEveryBoxOnce) {
  for (uint32_t seed = 0; seed < 50; ++seed) {
    const Graph graph = random_graph(seed, 30, 90, false);
    std::vector<size_t> order = parents_first(graph.boxes.size(), graph.links);
    std::sort(order.begin(), order.end());
    for (size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], i);
    EXPECT_EQ(order.size(), graph.boxes.size());
  }
}

TEST(HtmlLayout, CyclesEnd) {
  const Graph graph = in_order({{{90, 40}, {90, 40}, {90, 40}}, {{0, 1}, {1, 2}, {2, 0}}});
  const Layout layout = lay_out(graph.boxes, graph.links);
  expect_sound(graph, layout);
  EXPECT_EQ(std::count_if(layout.links.begin(), layout.links.end(),
                          [](const PlacedLink& link) { return link.backward; }),
            1);
}

TEST(HtmlLayout, HoldsForRandomGraphs) {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    const Graph graph = in_order(random_graph(seed, 1 + seed % 60, seed % 130, seed % 3 == 0));
    SCOPED_TRACE("seed " + std::to_string(seed));
    expect_sound(graph, lay_out(graph.boxes, graph.links));
  }
}

// A wide layer is no mile long: three hundred children of one parent.
TEST(HtmlLayout, AWideLayerGoesOnInFurtherLines) {
  Graph graph;
  for (size_t i = 0; i < 301; ++i) {
    graph.boxes.push_back({150, 60});
    if (i > 0) graph.links.push_back({i, 0});
  }
  const Layout layout = lay_out(graph.boxes, graph.links);
  expect_sound(graph, layout);
  EXPECT_LT(layout.width, 4000);
}

TEST(HtmlLayout, FiveHundredTablesInNoTime) {
  const Graph graph = in_order(random_graph(7, 500, 1500, false));
  const auto began = std::chrono::steady_clock::now();
  const Layout layout = lay_out(graph.boxes, graph.links);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  expect_sound(graph, layout);
  EXPECT_LT(took.count(), 0.5);
}

TEST(HtmlLayout, ALongChainNeedsNoDeepStack) {
  Graph graph;
  for (size_t i = 0; i < 100'000; ++i) {
    graph.boxes.push_back({100, 40});
    if (i > 0) graph.links.push_back({i - 1, i});
  }
  EXPECT_EQ(parents_first(graph.boxes.size(), graph.links).front(), 99'999U);
}

}  // namespace
}  // namespace resow
