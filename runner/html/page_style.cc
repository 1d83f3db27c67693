#include "runner/html/page.h"

namespace resow {

const std::string_view kPageStyle = R"css(
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --faint: #646c76; --line: #c8ced6;
  --box: #f6f8fa; --link: #8a94a0; --rows: #3b76c4; --bytes: #8d5fb8; --good: #2c7a3f; --bad: #b3261e;
  --doubt: #9a6700; --near: #0b57d0; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181c; --ink: #e4e8ec; --faint: #9aa4ae;
  --line: #3c444d; --box: #20252b; --link: #6d7782; --rows: #74a7ea; --bytes: #b894de; --good: #6cc483;
  --bad: #f2887f; --doubt: #e0b04c; --near: #8ab4f8; } }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --faint: #444; --line: #aaa;
  --box: #fff; --link: #777; --rows: #3b76c4; --bytes: #8d5fb8; --good: #2c7a3f; --bad: #b3261e;
  --doubt: #9a6700; --near: #000; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", sans-serif; }
body > * { padding: 0 1.5rem; }
h1 { font-size: 1.5rem; margin: 1rem 0 .2rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 1.8rem 0 .4rem; overflow-wrap: anywhere; }
p { margin: .2rem 0; color: var(--faint); overflow-wrap: anywhere; }
.search { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem 1rem;
  align-items: center; padding: .5rem 1.5rem; background: var(--paper); border-bottom: 1px solid var(--line); }
.search input { font: inherit; width: min(24rem, 70vw); padding: .25rem .5rem; }
button { font: inherit; }
figure { margin: 0; overflow: auto; max-height: 80vh; border: 1px solid var(--line); border-radius: 6px; }
figure.whole { max-height: none; }
figure.whole svg { width: 100%; height: auto; }
svg { display: block; margin: 0 auto; }
svg text { fill: var(--ink); font-size: 13px; unicode-bidi: isolate; }
svg .name { font-weight: 600; }
svg .facts { fill: var(--faint); font-size: 11px; }
svg .mark { font-size: 11px; font-weight: 600; text-anchor: end; }
.frame { fill: var(--box); stroke: var(--line); stroke-width: 1.2; }
.outside .frame { fill: none; stroke-dasharray: 4 3; }
.bar.rows { fill: var(--rows); }
.bar.bytes { fill: var(--bytes); }
.link { fill: none; stroke: var(--link); stroke-width: 1.2; }
.link.back { stroke: var(--bad); stroke-dasharray: 5 3; }
.cycle .frame, .bad .frame { stroke: var(--bad); stroke-width: 2; }
.cycle .frame { stroke-dasharray: 5 3; }
.doubt .frame { stroke: var(--doubt); stroke-width: 2; }
svg .cycle .mark, svg .bad .mark, td.bad, td.cycle, .key.bad, .key.cycle { fill: var(--bad); color: var(--bad); }
svg .good .mark, td.good, .key.good { fill: var(--good); color: var(--good); }
svg .doubt .mark, td.doubt, .key.doubt { fill: var(--doubt); color: var(--doubt); }
.key { font-weight: 600; margin-right: .8rem; }
.key.rows { color: var(--rows); }
.key.bytes { color: var(--bytes); }
.dim { opacity: .18; }
.near .frame { stroke: var(--near); stroke-width: 2.5; }
.link.near { stroke: var(--near); stroke-width: 2.2; }
table { border-collapse: collapse; margin: .8rem 0; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; overflow-wrap: anywhere; }
th { border-bottom: 1px solid var(--line); font-weight: 600; }
tr + tr td { border-top: 1px solid var(--line); }
td:first-child { font-weight: 600; min-width: 11rem; }
td.good, td.bad, td.doubt, th { white-space: nowrap; }
td div { unicode-bidi: isolate; }
td div + div { margin-top: .2rem; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td a { color: inherit; }
tr:target td { background: var(--box); }
ul { margin: .4rem 0; padding-left: 1.2rem; }
li { margin: .2rem 0; overflow-wrap: anywhere; }
li code { display: block; color: var(--faint); }
code, pre { font: 13px/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: .3rem 0; padding: .5rem .7rem; background: var(--box); border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere; }
summary { color: var(--faint); cursor: pointer; }
.only { border: 1px solid currentColor; border-radius: 1rem; padding: 0 .7rem; background: none; cursor: pointer; }
.only.good { color: var(--good); } .only.doubt { color: var(--doubt); } .only.bad, .only.cycle { color: var(--bad); }
.only[aria-pressed="true"] { background: var(--box); box-shadow: inset 0 0 0 1px currentColor; font-weight: 600; }
[hidden] { display: none !important; }
footer { margin: 2rem 0; }
@media print { .search { display: none; } figure { max-height: none; overflow: visible; border: 0; }
  svg { max-width: 100%; height: auto; } tr { break-inside: avoid; } thead { display: table-header-group; }
  body > * { padding: 0; } .dim { opacity: 1; } }
)css";

// Everything it needs is in the document already, as text.
const std::string_view kPageScript = R"js(
"use strict";
(() => {
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const rows = [...document.querySelectorAll("tr[data-of]")].map((row) => ({
    row, box: document.getElementById(row.dataset.of),
    text: (row.textContent + " " + (row.dataset.also ?? "")).toLowerCase() }));
  const tables = rows.filter(({ box }) => box !== null).length;
  const lists = [...document.querySelectorAll("section.list")].map((section) => ({
    section,
    head: [...section.querySelectorAll(":scope > h2, :scope > details")].map((each) => each.textContent).join(" ").toLowerCase(),
    lines: [...section.querySelectorAll("li")].map((line) => ({ line, text: line.textContent.toLowerCase() })) }));
  const links = [...document.querySelectorAll("path.link")];
  const only = [...document.querySelectorAll("button.only")];
  const count = (n) => n.toLocaleString("en") + (n === 1 ? " table" : " tables");
  const narrow = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    const marks = only.filter((button) => button.getAttribute("aria-pressed") === "true").map((button) => button.dataset.mark);
    const narrowed = words.length > 0 || marks.length > 0;
    let shown = 0;
    for (const { row, box, text } of rows) {
      const match = words.every((word) => text.includes(word)) && (marks.length === 0 || marks.includes(row.dataset.mark));
      row.hidden = !match;
      box?.classList.toggle("dim", !match);
      shown += match && box !== null ? 1 : 0;
    }
    for (const link of links) link.classList.toggle("dim", narrowed);
    for (const group of document.querySelectorAll("section.group")) {
      group.hidden = narrowed && !group.querySelector("tr[data-of]:not([hidden])");
    }
    for (const { section, head, lines } of lists) {
      const rest = words.filter((word) => !head.includes(word));
      for (const { line, text } of lines) line.hidden = !rest.every((word) => text.includes(word));
      section.hidden = rest.length > 0 && lines.every(({ line }) => line.hidden);
    }
    found.textContent = shown === tables ? count(shown)
      : shown.toLocaleString("en") + " of " + count(tables);
  };
  for (const button of only) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      narrow();
    });
  }
  search.addEventListener("input", narrow);
  document.querySelector(".search").hidden = false;
  narrow();
  document.getElementById("whole").addEventListener("click", () => {
    for (const figure of document.querySelectorAll("figure")) figure.classList.toggle("whole");
  });
  for (const svg of document.querySelectorAll("svg")) {
    const boxes = new Map([...svg.querySelectorAll("[data-box]")].map((box) => [box.dataset.box, box]));
    const own = [...svg.querySelectorAll("path.link")];
    const mark = (box, on) => {
      box.classList.toggle("near", on);
      for (const link of own) {
        const { from, to } = link.dataset;
        if (from !== box.dataset.box && to !== box.dataset.box) continue;
        link.classList.toggle("near", on);
        boxes.get(from === box.dataset.box ? to : from).classList.toggle("near", on);
      }
    };
    for (const box of boxes.values()) {
      box.addEventListener("mouseenter", () => mark(box, true));
      box.addEventListener("mouseleave", () => mark(box, false));
    }
  }
})();
)js";

}  // namespace resow
