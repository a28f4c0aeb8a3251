// The files of the studio: their words, their length, their weight. No browser.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const STATIC = new URL("../../static/", import.meta.url).pathname;

/** @param {string} folder @returns {Promise<string[]>} */
async function filesIn(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  return (await Promise.all(entries.map((entry) => (entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)])))).flat();
}

const all = await filesIn(STATIC);
const own = all.filter((file) => !file.includes("/vendor/"));
/** @param {string} file */
const text = (file) => readFile(file, "utf8");
/** @param {string} code @returns {Promise<Record<string, string>>} */
const locale = async (code) => JSON.parse(await text(join(STATIC, `locales/${code}.json`)));
const en = await locale("en");
/** "count.one" and "count.other" are both "count". @param {string} key */
const stem = (key) => key.replace(/\.(zero|one|two|few|many|other)$/, "");
const stems = new Set(Object.keys(en).map(stem));

test("every key that is asked for has its words in English", async () => {
  const missing = [];
  for (const file of own.filter((name) => name.endsWith(".js"))) {
    const source = await text(file);
    for (const [, key] of source.matchAll(/\bt\("([^"]+)"/g)) if (!(key in en) && !stems.has(key)) missing.push(`${relative(STATIC, file)}: ${key}`);
    for (const [, start] of source.matchAll(/\bt\(`([^`$]+)\$\{/g)) if (!Object.keys(en).some((key) => key.startsWith(start))) missing.push(`${relative(STATIC, file)}: ${start}…`);
  }
  assert.deepEqual(missing, []);
});

test("every language has the same keys, and fills in the same things", async () => {
  const wrong = [];
  for (const code of ["de", "es", "ar"]) {
    const words = await locale(code);
    if (Object.keys(words).length === 0) continue;
    const theirs = new Set(Object.keys(words).map(stem));
    for (const key of stems) if (!theirs.has(key)) wrong.push(`${code}: no ${key}`);
    for (const key of theirs) if (!stems.has(key)) wrong.push(`${code}: ${key} is unknown`);
    for (const [key, value] of Object.entries(words)) {
      const holes = (/** @type {string} */ from) => new Set(from.match(/\{\w+\}/g) ?? []);
      const expected = holes(en[key] ?? en[`${stem(key)}.other`] ?? "");
      for (const hole of holes(value)) if (!expected.has(hole)) wrong.push(`${code}: ${key} fills in ${hole}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("files stay short enough to read", async () => {
  const long = [];
  for (const file of own.filter((name) => /\.(js|css|html)$/.test(name))) {
    const lines = (await text(file)).split("\n").length - 1;
    if (lines > 300) long.push(`${relative(STATIC, file)}: ${lines}`);
  }
  assert.deepEqual(long, []);
});

test("scripts ask for types to be checked", async () => {
  const without = [];
  for (const file of own.filter((name) => name.endsWith(".js"))) if (!/^\/\/ @ts-check$/m.test(await text(file))) without.push(relative(STATIC, file));
  assert.deepEqual(without, []);
});

/**
 * The modules that a script needs, itself first; with `isAll` also those that it brings later.
 * @param {string} start @param {boolean} [isAll] @returns {Promise<string[]>}
 */
async function needs(start, isAll = false) {
  /** @type {Set<string>} */
  const found = new Set();
  for (const waiting = [join(STATIC, start)]; waiting.length > 0; ) {
    const file = /** @type {string} */ (waiting.pop());
    if (found.has(file)) continue;
    found.add(file);
    const source = (await text(file)).replace(/^\s*(\/\/|\/?\*).*$|\/\*\*.*?\*\//gm, "");
    // `import x from "y"`, `import "y"`, `export x from "y"`; minified ones, too.
    const known = [...source.matchAll(/(?:^|;)\s*(?:import|export)\b(?:[^"'();]*?\bfrom\s*|\s*)["']([^"']+)["']/gm)];
    const later = isAll ? [...source.matchAll(/\bimport\("([^"]+)"\)/g)] : [];
    for (const [, path] of [...known, ...later]) waiting.push(join(dirname(file), path));
  }
  return [...found].map((file) => relative(STATIC, file));
}

/** @param {string[]} files @returns {Promise<number>} bytes that are sent of them */
async function weigh(files) {
  let sum = 0;
  for (const file of files) sum += gzipSync(await readFile(join(STATIC, file))).length;
  return sum;
}

const KB = 1024;
const kind = (/** @type {string} */ pattern) => all.map((file) => relative(STATIC, file)).filter((file) => new RegExp(pattern).test(file));

test("the page names every script of its first picture at once, and no other", async () => {
  const page = await text(join(STATIC, "index.html"));
  const named = [...page.matchAll(/<(?:link rel="modulepreload" href|script type="module" src)="\/([^"]+)"/g)].map(([, file]) => file);
  assert.deepEqual(named.toSorted(), (await needs("main.js")).toSorted());
});

test("no script is left that nothing needs", async () => {
  const pages = (await Promise.all(kind("\\.html$").map((file) => text(join(STATIC, file))))).join();
  const started = [...pages.matchAll(/<script type="module" src="\/([^"]+)"/g)].map(([, file]) => file);
  const used = new Set((await Promise.all([...started, "sw.js"].map((file) => needs(file, true)))).flat());
  assert.deepEqual(kind("\\.js$").filter((file) => !used.has(file) && !file.startsWith("vendor/") && !pages.includes(file)), []);
});

test("budget: 60 KB of script for the first picture, 9 KB of styles, 5 KB of page, 50 KB of fonts, 17 KB for the pages beside it and 26 for the shop's, all compressed", async () => {
  const [script, styles, page] = [await weigh(await needs("main.js")), await weigh(kind("^(studio|parts)\\.css$")), await weigh(["index.html"])];
  assert.ok(script <= 60 * KB, `script: ${script}`);
  assert.ok(styles <= 9 * KB, `styles: ${styles}`);
  assert.ok(page <= 5 * KB, `page: ${page}`);
  const beside = await weigh(kind("^(pages/(?!shop).*\\.(js|css)|docs\\.css)$"));
  assert.ok(beside <= 17 * KB, `pages beside the studio: ${beside}`);
  const shop = await weigh(kind("^pages/shop.*\\.(js|css)$"));
  assert.ok(shop <= 26 * KB, `the shop's page: ${shop}`);
  // Fonts are compressed as they are.
  let fonts = 0;
  for (const file of kind("\\.woff2?$")) fonts += (await readFile(join(STATIC, file))).length;
  assert.ok(fonts <= 50 * KB, `fonts: ${fonts}`);
});
