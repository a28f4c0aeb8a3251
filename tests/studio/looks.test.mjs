// Looks: the person's own design in other styles, tried on and taken, and the switches behind them.
import assert from "node:assert/strict";
import { design, en, soon, studio, words } from "./studio.mjs";

const own = () => ({ design: design([words({ text: "HARBOUR", font: "Anton" }), words({ id: "small", text: "ROWING CLUB 1987", font: "Oswald", size: 14, y: 160 })]) });

/** Opens the ideas and waits for eight looks. @param {import("./studio.mjs").Studio} s */
async function open(s) {
  await s.page.click(`.rail button:has-text("${en["tool.ideas"]}")`);
  await s.count(looks(s), 8, "looks");
}

/** @param {import("./studio.mjs").Studio} s */
const looks = (s) => s.page.locator(".dress .wear");

studio("69 the own words in eight looks: the pointer tries one on, Escape and leaving give the old one back, a click keeps it as one step", own(), async (s) => {
  await open(s);
  const before = await s.design();
  await looks(s).nth(1).hover();
  await soon(async () => assert.notDeepEqual(await s.design(), before, "it is tried on"));
  const tried = await s.design();
  assert.equal(tried.placements[0].layers[0].text, "HARBOUR");
  await looks(s).nth(2).hover();
  await soon(async () => {
    const next = await s.design();
    assert.notDeepEqual(next, tried, "the next one takes its place");
    assert.notDeepEqual(next, before);
  });
  await s.page.keyboard.press("Escape");
  await soon(async () => assert.deepEqual(await s.design(), before, "Escape takes it off under the pointer"));
  await looks(s).nth(1).hover();
  await soon(async () => assert.deepEqual(await s.design(), tried));
  await s.page.mouse.move(700, 400);
  await soon(async () => assert.deepEqual(await s.design(), before, "and off again"));
  assert.equal(await s.steps(), 0);

  await looks(s).nth(1).focus();
  await s.page.keyboard.press("Tab");
  await s.page.keyboard.press("Shift+Tab");
  await soon(async () => assert.deepEqual((await s.design()).color, tried.color));
  await s.page.keyboard.press("Escape");
  await soon(async () => assert.deepEqual(await s.design(), before));

  await looks(s).nth(1).click();
  await soon(async () => assert.equal(await s.steps(), 1));
  assert.deepEqual((await s.design()).placements, tried.placements);
  await s.page.keyboard.press("Control+z");
  await soon(async () => assert.deepEqual((await s.design()).placements, before.placements));
});

studio("69 look after look is made of the person's own design: words do not shrink on the way", own(), async (s) => {
  await open(s);
  const sizes = async () => (await s.design()).placements[0].layers.map((/** @type {any} */ one) => one.size);
  await looks(s).nth(3).click();
  await soon(async () => assert.equal(await s.steps(), 1));
  const once = await sizes();
  for (const [step, place] of [0, 5, 1, 6, 2, 3].entries()) {
    await looks(s).nth(place).click();
    await soon(async () => assert.equal(await s.steps(), step + 2));
  }
  assert.deepEqual(await sizes(), once, "the same look is the same, whatever was tried before");
});

studio("69 what is locked stays in every look, others are shown on request, and each says why", own(), async (s) => {
  await open(s);
  const names = async () => looks(s).locator("span").allTextContents();
  const first = await names();
  assert.equal(new Set(first).size, 8, "no two alike");
  for (const reason of await s.page.locator(".dress small").allTextContents()) assert.ok(reason.trim().length > 5, reason);
  await s.page.click(`button:has-text("${en["look.more"]}")`);
  await soon(async () => {
    const second = await names();
    assert.equal(second.length, 8);
    assert.notDeepEqual(second, first);
  });
  await s.page.click(`.lock:has-text("${en["attribute.garment_color"]}")`);
  await soon(async () => {
    const locked = await names();
    assert.equal(locked.length, 8);
    for (const name of locked) assert.ok(name.startsWith("White"), name);
  });
});

studio("more like one: what shares something with it comes first and says so, and all kinds come back", own(), async (s) => {
  await open(s);
  const names = async () => looks(s).locator("span").allTextContents();
  const first = await names();
  await s.page.locator(".dress").nth(2).locator(`button[title="${en["look.alike"]}"]`).click();
  const others = s.page.locator(`.looks button:has-text("${en["look.any"]}")`);
  await soon(async () => assert.ok(await others.evaluate((button) => button === document.activeElement), "the keys are where the way back is"));
  const told = new RegExp(en["look.moreLike"].split("{")[0]);
  await soon(async () => assert.match((await s.page.locator(".dress small").allTextContents())[0], told));
  const alike = await names();
  assert.equal(alike.length, 8);
  assert.ok(!alike.includes(first[2]), "itself is not among them");
  const parts = first[2].split(" · ");
  assert.ok(alike[0].split(" · ").some((part) => parts.includes(part)), `${alike[0]} is like ${first[2]}`);
  await others.click();
  await soon(async () => assert.deepEqual(await names(), first));
});

studio("69 why, with the switches: off is said at once and kept, what was done is listed and forgotten", own(), async (s) => {
  await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.saver.now());
  await open(s);
  // Looks that were seen are told of, too.
  const told = s.page.waitForResponse((answer) => answer.url().endsWith("/api/v1/events") && answer.status() === 202 && /"apply"/.test(answer.request().postData() ?? ""));
  await looks(s).first().click();
  await soon(async () => assert.equal(await s.steps(), 1));
  await told;
  await s.page.click(`button:has-text("${en["look.why"]}")`);
  const dialog = s.page.locator("dialog.sheet-dialog");
  await dialog.locator(".deeds li").first().waitFor();
  assert.match(await dialog.locator(".deeds").innerText(), new RegExp(en["deed.apply"]));
  await dialog.locator(`button:has-text("${en["why.reset"]}")`).click();
  await soon(async () => assert.equal(await dialog.locator(".deeds li").count(), 0));
  const saved = s.page.waitForResponse((answer) => answer.url().endsWith("/me/preferences") && answer.request().method() === "PUT");
  await dialog.locator(`label:has-text("${en["why.personal"]}") input`).uncheck();
  assert.equal((await (await saved).json()).personalization, false);
  await s.page.keyboard.press("Escape");
  await soon(async () => assert.match(await s.page.locator(".looks").innerText(), new RegExp(en["look.off"].slice(0, 20))));
});

studio("settings are kept with the owner: another browser of theirs looks the same", own(), async (s) => {
  await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.saver.now());
  await s.until((state) => state.kept.id !== null);
  const saved = s.page.waitForResponse((answer) => answer.url().endsWith("/me/preferences") && answer.request().method() === "PUT");
  await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.settings.set({ theme: "dark", unit: "in" }));
  assert.equal((await (await saved).json()).editor.unit, "in");
  await s.drafted();
  // Another browser has the cookie, by whatever way, and nothing else.
  await s.page.evaluate(() => localStorage.clear());
  await s.page.reload();
  await s.ready();
  await soon(async () => assert.equal(await s.page.evaluate(() => document.documentElement.dataset.theme), "dark"));
});
