// Opens a page in headless Chromium and tells what it sees, a fact a line.
//   node look_at_page.js BROWSER FILE [SEARCH ...]
// Speaks the DevTools protocol over the browser's pipe: nothing needs to be installed, no port opened.
"use strict";
const { spawn } = require("node:child_process");
const { mkdtempSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join, resolve } = require("node:path");
const { pathToFileURL } = require("node:url");

const [browser, file, ...searches] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), "resow-page-"));
const child = spawn(browser, ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
  "--remote-debugging-pipe", "--no-first-run", "--disable-background-networking",
  `--user-data-dir=${home}`, "about:blank"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });

const waiting = new Map();
const listeners = [];
let next = 1;
let session;
let rest = Buffer.alloc(0);
child.stdio[4].on("data", (data) => {
  rest = Buffer.concat([rest, data]);
  for (let end; (end = rest.indexOf(0)) >= 0; rest = rest.subarray(end + 1)) {
    const message = JSON.parse(rest.subarray(0, end).toString());
    if (message.id === undefined) listeners.forEach((listener) => listener(message));
    else waiting.get(message.id)(message);
  }
});
const send = (method, params = {}) => new Promise((done, fail) => {
  const id = next++;
  waiting.set(id, (message) => (message.error ? fail(new Error(`${method}: ${message.error.message}`)) : done(message.result)));
  child.stdio[3].write(JSON.stringify({ id, method, params, sessionId: session }) + "\0");
});
const evaluate = async (expression) => {
  const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, returnByValue: true });
  if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text}`);
  return result.value;
};
const say = (what, value) => console.log(`${what}: ${value}`);

async function look() {
  const { targetInfos } = await send("Target.getTargets");
  const { targetId } = targetInfos.find((target) => target.type === "page") ?? await send("Target.createTarget", { url: "about:blank" });
  ({ sessionId: session } = await send("Target.attachToTarget", { targetId, flatten: true }));
  const problems = [];
  const requests = [];
  const address = pathToFileURL(resolve(file)).href;
  listeners.push(({ method, params }) => {
    if (method === "Runtime.exceptionThrown") problems.push(params.exceptionDetails.text);
    if (method === "Runtime.consoleAPICalled") problems.push(JSON.stringify(params.args));
    if (method === "Log.entryAdded") problems.push(params.entry.text);
    if (method === "Network.requestWillBeSent" && params.request.url !== address && !params.request.url.startsWith("data:")) requests.push(params.request.url);
  });
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await send(`${domain}.enable`);
  await send("Page.navigate", { url: address });
  // The blank page may have a load event of its own still to come.
  while (!(await evaluate(`location.href === ${JSON.stringify(address)} && document.readyState === "complete"`))) {
    await new Promise((done) => setTimeout(done, 50));
  }
  const boxes = await evaluate("document.querySelectorAll('svg g.box').length");
  const overlaps = await evaluate(`(() => {
    const frames = [...document.querySelectorAll('svg g.box > .frame, svg g.outside > .frame')].map((f) => [f.closest('svg'), f.getBoundingClientRect()]);
    let count = 0;
    for (let i = 0; i < frames.length; ++i) for (let j = i + 1; j < frames.length; ++j) {
      const [[s, a], [t, b]] = [frames[i], frames[j]];
      if (s === t && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) ++count;
    }
    return count; })()`);
  const wrongWay = await evaluate(`[...document.querySelectorAll('path.link')].filter((link) => {
    const box = (index) => link.closest('svg').querySelector('[data-box="' + index + '"] > .frame').getBoundingClientRect();
    return box(link.dataset.to).bottom > box(link.dataset.from).top; }).length`);
  const cycles = await evaluate("document.querySelectorAll('svg g.cycle').length");
  const found = await evaluate("document.getElementById('found').textContent");
  const told = [];
  const seen = async () => {
    const text = await evaluate("document.getElementById('found').textContent");
    const rows = await evaluate("[...document.querySelectorAll('tr[data-of]')].filter((row) => row.offsetParent !== null).length");
    const bright = await evaluate("document.querySelectorAll('svg g.box:not(.dim)').length");
    return `${text}, ${rows} rows, ${bright} boxes`;
  };
  for (const search of searches) {
    await evaluate(`(() => { const field = document.getElementById('search'); field.value = ${JSON.stringify(search)};
      field.dispatchEvent(new Event('input', { bubbles: true })); })()`);
    told.push([`search ${JSON.stringify(search)}`, await seen()]);
  }
  // What is marked, and what the buttons leave of it.
  const marks = await evaluate(`(() => { const counts = new Map();
    for (const row of document.querySelectorAll('tr[data-of]')) {
      const box = document.getElementById(row.dataset.of);
      if (box !== null && row.dataset.mark !== "plain") counts.set(row.dataset.mark, (counts.get(row.dataset.mark) ?? 0) + 1);
      if (box !== null && !box.classList.contains(row.dataset.mark)) counts.set("otherwise in the list", 1);
    }
    return [...counts].sort().map(([mark, count]) => mark + " " + count).join(", "); })()`);
  for (const mark of await evaluate("[...document.querySelectorAll('button.only')].map((button) => button.dataset.mark)")) {
    const press = `document.querySelector('button.only[data-mark="${mark}"]').click()`;
    await evaluate(press);
    told.push([`only ${JSON.stringify(mark)}`, await seen()]);
    await evaluate(press);
  }
  // Elements and attributes that the page itself never has.
  const injected = await evaluate(`document.querySelectorAll('b, img, iframe, svg svg, main script, main style').length
    + [...document.querySelectorAll('*')].filter((e) => e.getAttributeNames().some((name) => name.startsWith('on'))).length`);
  const colour = async (scheme) => {
    await send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
    return evaluate("getComputedStyle(document.body).backgroundColor");
  };
  const [light, dark] = [await colour("light"), await colour("dark")];
  say("problems", problems.join("; ") || "none");
  say("requests", requests.join(" ") || "none");
  say("boxes", boxes);
  say("overlaps", overlaps);
  say("wrong way", wrongWay);
  say("cycles", cycles);
  say("marked", marks || "none");
  say("found", found);
  told.forEach(([what, value]) => say(what, value));
  say("injected", injected);
  say("light", light);
  say("dark", dark);
}

const deadline = setTimeout(() => { console.error("the browser does not answer"); child.kill("SIGKILL"); }, 120000);
child.on("error", (error) => { console.error(String(error)); process.exitCode = 1; });
const ended = new Promise((done) => child.on("exit", done));
child.on("exit", () => { if (waiting.size > 0 && process.exitCode === undefined) process.exitCode = 1; });
look()
  .then(() => { process.exitCode = 0; })
  .catch((error) => { console.error(error.message); process.exitCode = 1; })
  .finally(async () => {
    clearTimeout(deadline);
    child.kill();
    await ended;
    rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });
