// Pictures and pages in a headless Chromium: node check.mjs DIRECTORY
//
// DIRECTORY holds NAME-WIDTH.svg and *.html. Each is shown in the light and in the dark, and asked of its DOM: do two
// texts overlap, does one leave the picture, is a text's contrast below 4.5 to 1, is there a mark without a title, a
// script, a handler, an address?

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [directory, chromium = "chromium"] = process.argv.slice(2);
let passed = 0, failed = 0;
const complain = (what) => { failed++; console.log(what); };

// Runs in the browser, over every picture of the page.
function look() {
  const found = [];
  const colour = (s) => s.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  for (const svg of document.querySelectorAll("svg")) {
    const name = svg.dataset.name || svg.querySelector("title").textContent;
    const say = (what) => found.push(name + ": " + what);
    const { width, height } = svg.viewBox.baseVal;
    const all = [...svg.querySelectorAll("rect,circle,path,text")];
    const texts = all.filter((e) => e.tagName === "text").map((e) => ({ e, box: e.getBBox() }));
    const shapes = all.filter((e) => e.tagName !== "text");
    if (svg.getAttribute("role") !== "img" || !svg.querySelector(":scope > title") || !svg.querySelector(":scope > desc")) say("does not say what it is");
    for (const e of shapes)
      if (!e.querySelector("title") && e.getAttribute("aria-hidden") !== "true") say("a mark without a title: " + e.outerHTML);
    texts.forEach(({ e, box }, i) => {
      const words = e.lastChild.textContent;
      if (box.x < -1 || box.y < -1 || box.x + box.width > width + 1 || box.y + box.height > height + 1) say(`"${words}" leaves the picture`);
      for (const { e: f, box: b } of texts.slice(i + 1))
        if (Math.min(box.x + box.width, b.x + b.width) - Math.max(box.x, b.x) > 1 &&
            Math.min(box.y + box.height, b.y + b.height) - Math.max(box.y, b.y) > 2.5) say(`"${words}" and "${f.lastChild.textContent}" overlap`);
      // what lies below, unless the text has paper of its own around it
      let ground = [255, 255, 255];
      const point = svg.createSVGPoint();
      point.x = box.x + box.width / 2; point.y = box.y + box.height / 2;
      for (const s of shapes) {
        const style = getComputedStyle(s);
        if (style.fill === "none" || !(s.compareDocumentPosition(e) & 4)) continue;
        if (e.classList.contains("tp-halo") && !s.classList.contains("tp-bg")) continue;
        if (!s.isPointInFill(point)) continue;
        const over = colour(style.fill), share = Number(style.fillOpacity);
        ground = ground.map((v, k) => v * (1 - share) + over[k] * share);
      }
      const got = contrast(colour(getComputedStyle(e).fill), ground);
      if (got < 4.5) say(`"${words}" has a contrast of ${got.toFixed(2)}`);
    });
  }
  for (const e of document.querySelectorAll("*"))
    for (const a of e.attributes)
      if (/^on|^href$|^src$|^xlink/.test(a.name)) found.push("an attribute " + a.name);
  if (document.scripts.length > 1) found.push("a script");
  if (performance.getEntriesByType("resource").length > 0) found.push("a request");
  if (document.documentElement.scrollWidth > innerWidth + 1 && !document.querySelector("svg[data-name]")) found.push("wider than the window");
  const out = document.createElement("pre");
  out.id = "found";
  out.textContent = JSON.stringify({ found, dark: matchMedia("(prefers-color-scheme:dark)").matches });
  parent.document.body.append(out);
}

const scratch = mkdtempSync(join(tmpdir(), "browser-"));

// No window is narrower than 500; a narrower page stands in a frame.
function show(name, html, width, dark) {
  const file = join(scratch, "page.html");
  const page = html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "") + `<script>(${look})()</script>`;
  writeFileSync(file, width >= 500 ? page : `<!DOCTYPE html><style>:root{color-scheme:light dark}</style><body style="margin:0">
    <iframe width="${width}" height="1000" style="border:0" srcdoc="${page.replace(/&/g, "&amp;").replace(/"/g, "&quot;")}"></iframe>`);
  const dom = execFileSync(chromium, ["--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + join(scratch, "profile"),
    ...(dark ? ["--blink-settings=preferredColorScheme=0"] : ["--blink-settings=preferredColorScheme=1"]), `--window-size=${width},1000`,
    "--virtual-time-budget=10000", "--dump-dom", "file://" + file], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 28 });
  const text = dom.match(/<pre id="found">([^<]*)<\/pre>/)[1].replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
  const answer = JSON.parse(text);
  if (answer.dark !== dark) complain(`${name}: the browser would not be ${dark ? "dark" : "light"}`);
  return answer.found;
}

const files = readdirSync(directory).sort();
for (const width of [375, 960, 1600]) {
  const pictures = files.filter((f) => f.endsWith(`-${width}.svg`));
  const page = "<!DOCTYPE html><meta charset=UTF-8><body style='margin:0'>" + pictures.map((f) =>
    readFileSync(join(directory, f), "utf8").replace("<svg ", `<svg data-name="${f}" `)).join("\n");
  for (const dark of [false, true]) {
    const found = show(`pictures of ${width}`, page, width, dark);
    found.forEach((what) => complain(`${dark ? "dark" : "light"}: ${what}`));
    passed += pictures.filter((f) => !found.some((what) => what.startsWith(f))).length;
  }
}
for (const f of files.filter((f) => f.endsWith(".html")))
  for (const width of [375, 960, 1600])
    for (const dark of [false, true]) {
      const html = readFileSync(join(directory, f), "utf8");
      const found = show(f, html, width, dark);
      if (!html.includes("Content-Security-Policy")) found.push("no policy");
      found.forEach((what) => complain(`${f} at ${width}, ${dark ? "dark" : "light"}: ${what}`));
      passed += found.length === 0;
    }
console.log(`browser: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
