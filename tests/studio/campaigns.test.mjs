// Campaigns in the shop's area: looked at before anybody makes their mails, against the real service.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { promisify } from "node:util";
import { kept, partOf, placeOf, quoted } from "../../static/pages/campaign-words.js";
import { complaints } from "./axe.mjs";
import { PLATEN, ROOT, dataFolder, matches, soon, studio } from "./studio.mjs";

/** @typedef {import("./studio.mjs").Studio} Studio */

const START = { path: "/shop.html?part=campaigns" };
/** The moment that the example is for. */
const NOW = "2027-05-12T09:00:00Z";
const NAMES = /** @type {const} */ ({ template: "reunion.toml", recipients: "recipients.csv", consent: "consent.csv" });

/** @param {string} path below the examples @param {(text: string) => string} [change] */
const example = async (path, change = (text) => text) => ({ name: path.split("/").at(-1) ?? "", mimeType: "text/plain", buffer: Buffer.from(change(await readFile(`${ROOT}examples/${path}`, "utf8"))) });
/** Small pictures are drawn soon. @param {string} text */
const small = (text) => text.replace('designs = ".."', 'designs = ".."\nwidth_px = 200');

/** Signs in. @param {Studio} s */
async function enter(s) {
  const { stdout } = await promisify(execFile)(PLATEN, ["keys", "create", "--data", dataFolder(), "--name", "desk", "--scope", "shop:read"]);
  await s.page.locator("#key").fill(stdout.trim());
  await s.page.locator(".door .primary").click();
  await s.page.locator(".campaign-form").waitFor();
}

/** Chooses the example's files. @param {Studio} s @param {Partial<Record<keyof typeof NAMES, (text: string) => string>>} [changes] */
async function choose(s, changes = {}) {
  for (const [part, name] of Object.entries(NAMES)) {
    const change = changes[/** @type {keyof typeof NAMES} */ (part)] ?? ((text) => text);
    await s.page.locator(`#campaign-${part}`).setInputFiles(await example(`campaign/${name}`, (text) => change(part === "template" ? small(text) : text)));
  }
  await s.page.locator("#campaign-design").setInputFiles(await Promise.all(["reunion.json", "birthday.json", "jersey.json", "fishing.json"].map((name) => example(name))));
  await s.page.locator("#campaign-now").fill(await s.page.evaluate((now) => {
    const moment = new Date(now);
    return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  }, NOW));
}

/** @param {Studio} s */
const compile = (s) => s.page.locator(".campaign-form .primary").click();
/** Debug builds take their time. @param {Studio} s @param {string | RegExp} words */
const comes = (s, words) => s.page.locator("#campaign-result").getByText(words).waitFor({ timeout: 60_000 });
/** @param {Studio} s */
const asked = (s) => s.requests.filter((request) => request.url().endsWith("/campaigns/preview")).length;

test("campaigns: a place is a line of the file that was sent, and names are written as a shell takes them", () => {
  const sources = { template: "may.toml", recipients: "people.csv", consent: "yes.csv", text: "", now: "" };
  const told = (/** @type {string} */ pointer) => Object.values(placeOf(pointer, sources)).filter(Boolean);
  assert.deepEqual(told("/template/4/17"), ["template", "may.toml", 4, 17]);
  assert.deepEqual(told("/recipients/1/last_mial"), ["recipients", "people.csv", 1, "last_mial"]);
  assert.deepEqual(told("/consent/3/a~1b"), ["consent", "yes.csv", 3, "a/b"]);
  assert.deepEqual(told("/recipients"), ["recipients", "people.csv"]);
  assert.deepEqual(told("/design/crew.json/placements/0"), ["design", "crew.json", "/placements/0"]);
  assert.deepEqual(["reunion.toml", "my list.csv", "it's.csv"].map(quoted), ["reunion.toml", "'my list.csv'", "'it'\\''s.csv'"]);
  assert.equal(kept("<html><head><title>"), '<html><head><base target="_blank"><title>');
});

test("campaigns: files that are dropped together find their places", () => {
  const of = (/** @type {string} */ name, /** @type {any} */ on) => partOf(/** @type {any} */ ({ name }), on);
  assert.deepEqual([of("May.TOML", "design"), of("consent.csv", "recipients"), of("suppressed.tsv", "template"), of("people.csv", "consent")], ["template", "consent", "consent", "recipients"]);
  assert.deepEqual([of("list.csv", "consent"), of("list.csv", "template"), of("crew.json", "template"), of("logo.svg", "consent")], ["consent", "recipients", "design", "design"]);
});

studio("campaigns: the moment is written by the clock that the field names, and sent as UTC", { ...START, context: { timezoneId: "Asia/Tokyo" } }, async (s) => {
  await enter(s);
  await choose(s);
  const now = s.page.getByLabel(/Asia\/Tokyo/);
  assert.equal(await now.inputValue(), "2027-05-12T18:00");
  await compile(s);
  // The command is told as the service was asked.
  await s.page.locator("pre").getByText(/--now '?2027-05-12T09:00:00Z/).waitFor();
});

studio("campaigns: the example is looked at: who gets what and why not, and the mails as they arrive", START, async (s) => {
  await enter(s);
  await s.page.getByText(/Nothing is sent to anybody/).waitFor();
  await compile(s);
  await s.page.locator("#campaign-template-wrong").getByText("Choose the template.").waitFor();
  await s.focused(s.page.locator("#campaign-template"));
  await choose(s);
  assert.equal(asked(s), 0, "nothing leaves the page before it is asked for");
  await s.page.locator("#campaign-n").fill("3");
  await compile(s);
  await comes(s, "reunion-2027: 9 of 13 get a mail");
  await s.focused(s.page.locator("#campaign-result"), "whoever pressed the button is at what came of it");
  assert.equal(asked(s), 1);
  await s.page.getByText(/no key for links to unsubscribe/).waitFor();

  const rows = s.page.locator(".plan tbody tr");
  await s.count(rows, 13);
  await s.button(/^Said no/).click();
  await s.count(rows, 1);
  assert.match((await rows.textContent()) ?? "", /11\s*stopped@example\.com\s*Said no.*unsubscribed 2027-02-11/s);
  await s.button(/^Too soon/).click();
  await matches(() => rows.first().textContent(), /had\.one@example\.com.*one in 30 days.*Not before/s);
  await s.button(/^Everybody/).click();
  await s.count(rows, 13);
  assert.match((await rows.nth(6).textContent()) ?? "", /coach\.reed@example\.com\s*Gets a mail\s*navy-week\s*NAVY-WEEK/);

  const mails = s.page.locator(".mail");
  await s.count(mails, 3);
  const frame = mails.first().locator("iframe");
  assert.equal(await frame.getAttribute("sandbox"), "", "nothing may run in it");
  await frame.scrollIntoViewIfNeeded();
  const inside = mails.first().frameLocator("iframe");
  const heading = inside.locator("h1");
  await heading.getByText("It is nearly that time again, Ada").waitFor();
  assert.equal(await heading.evaluate((one) => getComputedStyle(one).fontWeight), "700", "it has its looks");
  await soon(async () => assert.equal(await inside.locator("img").evaluate((one) => /** @type {HTMLImageElement} */ (one).naturalWidth), 200, "and its picture"));
  assert.equal(await inside.locator(".inner").first().evaluate((one) => getComputedStyle(one).paddingLeft), "36px");
  // By its key: a click waits for what is scrolled beneath it, and frames of mails do not say that they are.
  await s.button("Phone").press("Enter");
  // Browsers lay out what is in a frame when it is seen, and what is above it may have come meanwhile.
  await soon(async () => {
    await frame.scrollIntoViewIfNeeded();
    assert.equal(await inside.locator(".inner").first().evaluate((one) => getComputedStyle(one).paddingLeft), "22px", "as on a telephone");
  });
  await s.button("Text").press("Enter");
  await mails.first().locator(".mail-text").getByText(/REORDER-10/).waitFor();
  await s.count(s.page.locator("iframe"), 0);
  await mails.first().getByText("Head of the message").click();
  await mails.first().getByText(/List-Unsubscribe-Post: List-Unsubscribe=One-Click/).waitFor();
  const command = await s.page.locator("#campaign-command ~ pre").textContent();
  assert.match(command ?? "", /platen campaign reunion\.toml .*--recipients recipients\.csv --consent consent\.csv .*--now 2027-05-12T09:00:00Z -o out/s);
});

studio("campaigns: what is wrong is shown in its line, and mended files are looked at again", { ...START, expected: /422/ }, async (s) => {
  await enter(s);
  await choose(s, { template: (text) => text.replace("{first_name|friend}", "{frist_name|friend}"), recipients: (text) => text.replace("last_mail", "last_mial") });
  await compile(s);
  await comes(s, "The campaign cannot be compiled");
  const found = s.page.locator(".found > li");
  await s.count(found, 2);
  assert.match((await found.first().textContent()) ?? "", /reunion\.toml\s*line 62, character 34.*no column `frist_name`.*did you mean `first_name`/s);
  assert.match((await found.first().locator("pre").textContent()) ?? "", /^heading = "You were nearly done, \{frist_name\|friend\}"\n {33}\^$/);
  assert.match((await found.last().textContent()) ?? "", /recipients\.csv\s*line 1\s*last_mial.*did you mean `last_mail`/s);
  await choose(s);
  await s.page.locator("#campaign-n").fill("1");
  await compile(s);
  await comes(s, "9 of 13 get a mail");
  await s.count(s.page.locator(".found > li"), 0);

  await s.page.locator("#campaign-n").fill("25");
  await compile(s);
  await s.page.locator("#campaign-n-wrong").getByText("from 1 to 24").waitFor();
  await s.focused(s.page.locator("#campaign-n"));
});

studio("campaigns: by keys alone", START, async (s) => {
  await enter(s);
  await choose(s);
  await s.page.locator("#campaign-n").fill("1");
  const to = async (/** @type {import("playwright-core").Locator} */ element) => {
    for (let n = 0; n < 80; n += 1) {
      if (await element.evaluate((one) => one === document.activeElement).catch(() => false)) return;
      await s.press("Tab");
    }
    assert.fail("the keys do not get there");
  };
  await s.page.locator("#campaign-template").focus();
  for (const part of ["recipients", "consent", "design", "now", "n"]) await to(s.page.locator(`#campaign-${part}`));
  await to(s.button("See what comes of it"));
  await s.press("Enter");
  await comes(s, "9 of 13 get a mail");
  await to(s.button("Text"));
  await s.press("Enter");
  await to(s.page.locator(".mail-text").first());
  await to(s.button(/^No consent/));
  await s.press("Enter");
  await s.count(s.page.locator(".plan tbody tr"), 1);
  await to(s.page.getByRole("group", { name: "Who gets what" }).last());
});

for (const width of [1440, 390]) {
  for (const theme of /** @type {const} */ (["light", "dark"])) {
    const touch = width < 500;
    studio(`axe: campaigns, ${theme}, ${width} px wide, and nothing sticks out in any language`, { ...START, expected: /422/, viewport: { width, height: touch ? 844 : 900 }, touch, context: { colorScheme: theme } }, async (s) => {
      await enter(s);
      const found = await complaints(s, "no files yet");
      await choose(s, { template: (text) => text.replace("navy-week", "navy week") });
      await compile(s);
      await comes(s, "The campaign cannot be compiled");
      found.push(...(await complaints(s, "refused")));
      await choose(s);
      await s.page.locator("#campaign-n").fill("2");
      await compile(s);
      await comes(s, "9 of 13 get a mail");
      found.push(...(await complaints(s, "mails")));
      await s.button("Text").press("Enter");
      found.push(...(await complaints(s, "texts")));
      assert.deepEqual(found, []);
      for (const language of ["en", "de", "es", "ar"]) {
        await s.page.goto(`/shop.html?part=campaigns&lang=${language}`);
        await s.ready();
        await s.page.locator(".campaign-form").waitFor();
        await choose(s);
        await s.page.locator("#campaign-n").fill("1");
        await compile(s);
        await s.page.locator(".mail").waitFor({ timeout: 60_000 });
        for (const index of [0, 1, 2]) {
          await s.page.locator(".head-row .segments button").nth(index).click();
          await soon(async () => assert.ok(await s.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${language} ${index} sticks out`));
        }
        assert.ok(await s.page.evaluate(() => !/(campaign|shop)\.\w/.test(document.body.innerText.replaceAll(/\/shop\.html|campaign\.(key|toml)/g, ""))), `every word is there: ${language}`);
        await matches(() => s.page.evaluate(() => document.documentElement.dir), language === "ar" ? /^rtl$/ : /^ltr$/);
      }
    });
  }
}
