// The files of the studio: their words, their length, their weight. No browser.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
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
/** Words that every page has, those of the shop's pages, of its batches and campaigns and of the press, and names of things that come with the studio. */
const PARTS = /** @type {const} */ (["", "shop-", "batch-", "campaign-", "press-", "names-"]);
/** @param {string} part @param {string} code @returns {Promise<Record<string, string>>} */
const locale = async (part, code) => JSON.parse(await text(join(STATIC, `locales/${part}${code}.json`)));
const en = { "": await locale("", "en"), "shop-": await locale("shop-", "en"), "batch-": await locale("batch-", "en"), "campaign-": await locale("campaign-", "en"), "press-": await locale("press-", "en"), "names-": await locale("names-", "en") };
/** "count.one" and "count.other" are both "count". @param {string} key */
const stem = (key) => key.replace(/\.(zero|one|two|few|many|other)$/, "");

test("every key that is asked for has its words in English, in a part that the page loads", async () => {
  const missing = [];
  for (const file of own.filter((name) => name.endsWith(".js"))) {
    const source = await text(file);
    const part = /** @type {"shop-" | "batch-" | "campaign-" | "press-" | undefined} */ (/\/pages\/(shop|batch|campaign|press)/.exec(file)?.[1].concat("-"));
    // Batches and campaigns are parts of the shop's area.
    const keys = Object.keys({ ...en[""], ...(part && en[part]), ...((part === "batch-" || part === "campaign-") && en["shop-"]) });
    const stems = new Set([...keys, ...keys.map(stem)]);
    for (const [, key] of source.matchAll(/\bt\("([^"]+)"/g)) if (!stems.has(key)) missing.push(`${relative(STATIC, file)}: ${key}`);
    for (const [, start] of source.matchAll(/\bt\(`([^`$]+)\$\{/g)) if (!keys.some((key) => key.startsWith(start))) missing.push(`${relative(STATIC, file)}: ${start}…`);
  }
  assert.deepEqual(missing, []);
});

test("every language has the same keys, and fills in the same things", async () => {
  const wrong = [];
  for (const [part, code] of PARTS.flatMap((part) => ["de", "es", "ar"].map((code) => /** @type {const} */ ([part, code])))) {
    const words = await locale(part, code);
    const stems = new Set(Object.keys(en[part]).map(stem));
    const theirs = new Set(Object.keys(words).map(stem));
    for (const key of stems) if (!theirs.has(key)) wrong.push(`${part}${code}: no ${key}`);
    for (const key of theirs) if (!stems.has(key)) wrong.push(`${part}${code}: ${key} is unknown`);
    for (const [key, value] of Object.entries(words)) {
      const holes = (/** @type {string} */ from) => new Set(from.match(/\{\w+\}/g) ?? []);
      const expected = holes(en[part][key] ?? en[part][`${stem(key)}.other`] ?? "");
      for (const hole of holes(value)) if (!expected.has(hole)) wrong.push(`${part}${code}: ${key} fills in ${hole}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("no part has another's words, and each lies sorted", async () => {
  const keys = PARTS.flatMap((part) => Object.keys(en[part]));
  assert.equal(new Set(keys).size, keys.length);
  for (const part of PARTS) for (const code of ["en", "de", "es", "ar"]) assert.deepEqual(Object.keys(await locale(part, code)), Object.keys(await locale(part, code)).toSorted(), part + code);
});

test("every graphic, ready design and look that comes with the studio is named in every language, and nothing else", async () => {
  const root = join(STATIC, "..");
  const art = (await filesIn(join(root, "examples/art"))).filter((file) => /\.(svg|png|jpg)$/.test(file)).map((file) => basename(file).replace(/\.\w+$/, "").replaceAll("-", " "));
  const ready = await Promise.all((await readdir(join(root, "examples"))).filter((file) => file.endsWith(".json")).map(async (file) => JSON.parse(await text(join(root, "examples", file))).name));
  const looks = [...(await text(join(root, "mockups/recipes.toml"))).matchAll(/^name = "(.+)"$/gm)].map(([, name]) => name);
  assert.ok(art.length > 60 && ready.length >= 24 && looks.length === 80);
  assert.deepEqual(Object.keys(en["names-"]), [...new Set([...art, ...ready, ...looks])].map((name) => `name.${name}`).toSorted());
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

test("budget: 60 KB of script for the first picture, 9 KB of styles, 5 KB of page, 50 KB of fonts, 17 KB for the pages beside it, 26 for the shop's, 20 more for its batches and 4 for their film and files, 10 for its campaigns, and 20 for the press, all compressed", async () => {
  const [script, styles, page] = [await weigh(await needs("main.js")), await weigh(kind("^(studio|parts)\\.css$")), await weigh(["index.html"])];
  assert.ok(script <= 60 * KB, `script: ${script}`);
  assert.ok(styles <= 9 * KB, `styles: ${styles}`);
  assert.ok(page <= 5 * KB, `page: ${page}`);
  const beside = await weigh(kind("^(pages/(?!shop|batch|campaign|press).*\\.(js|css)|docs\\.css)$"));
  assert.ok(beside <= 17 * KB, `pages beside the studio: ${beside}`);
  const shop = await weigh(kind("^pages/shop.*\\.(js|css)$"));
  assert.ok(shop <= 26 * KB, `the shop's page: ${shop}`);
  const batches = await weigh(kind("^pages/batch(?!-film|-made).*\\.(js|css)$"));
  assert.ok(batches <= 20 * KB, `the shop's batches: ${batches}`);
  const made = await weigh(kind("^pages/batch-(film|made).*\\.(js|css)$"));
  assert.ok(made <= 4 * KB, `their film and files: ${made}`);
  assert.ok((await needs("pages/batch.js")).every((file) => !/batch-(film|made)/.test(file)), "they come when they are needed");
  const campaigns = await weigh(kind("^pages/campaign.*\\.(js|css)$"));
  assert.ok(campaigns <= 10 * KB, `the shop's campaigns: ${campaigns}`);
  assert.ok((await needs("pages/shop.js")).every((file) => !/batch|campaign/.test(file)), "they come when they are looked at");
  const press = await weigh(kind("^pages/press.*\\.(js|css)$"));
  assert.ok(press <= 20 * KB, `the press: ${press}`);
  // Fonts are compressed as they are.
  let fonts = 0;
  for (const file of kind("\\.woff2?$")) fonts += (await readFile(join(STATIC, file))).length;
  assert.ok(fonts <= 50 * KB, `fonts: ${fonts}`);
});
