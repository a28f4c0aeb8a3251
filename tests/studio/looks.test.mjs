// Looks: the person's own design in other styles, tried on and taken, and the switches behind them.
import assert from "node:assert/strict";
import { design, en, near, soon, studio, words } from "./studio.mjs";

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

studio("the notice of a look that was taken outlives a look that is tried on, and leaves with the step that it takes back", own(), async (s) => {
  await open(s);
  const before = await s.design();
  const undo = s.page.locator(".toast").getByRole("button", { name: en["undo"] });
  const take = async () => {
    await looks(s).nth(1).click();
    await undo.waitFor();
    await soon(async () => assert.equal(await s.steps(), 1));
    // It does not leave by itself.
    await s.page.evaluate(() => (/** @type {any} */ (globalThis).platen.toast.until = Infinity));
  };
  await take();
  const taken = await s.design();
  await looks(s).nth(2).hover();
  await soon(async () => assert.notDeepEqual(await s.design(), taken));
  await s.page.mouse.move(700, 400);
  await soon(async () => assert.deepEqual(await s.design(), taken));
  await undo.click();
  await soon(async () => assert.deepEqual(await s.design(), before));
  await s.count(undo, 0);
  await take();
  await s.page.keyboard.press("Control+z");
  await s.count(undo, 0, "what was undone cannot be undone from there");
  assert.deepEqual(await s.design(), before);
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
  await s.page.locator(".dress").nth(2).getByRole("button", { name: /^More like / }).click();
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
  await s.count(dialog.locator(".deeds li"), 1);
  // It says what goes and what stays, and asks.
  const all = s.button(en["why.reset"]);
  const question = s.page.getByRole("alertdialog", { name: en["why.resetTitle"] });
  await all.click();
  await question.getByText(en["why.resetGoes"]).waitFor();
  await question.getByText(en["why.resetStays"]).waitFor();
  await s.page.keyboard.press("Escape");
  await s.count(question, 0);
  await s.count(dialog.locator(".deeds li"), 1, "no is no");
  await s.focused(all);
  await all.click();
  await question.getByRole("button", { name: en["why.reset"] }).click();
  await s.count(dialog.locator(".deeds li"), 0);
  await dialog.getByText(en["said.forgotten"]).waitFor();
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

studio("looks show the print large, with what it lies on around it", { design: design([words({ id: "small", text: "ROWING", size: 36, x: 100, y: 60 })]) }, async (s) => {
  await open(s);
  const part = s.page.locator(".dress .part").first();
  await part.locator("img[src]").waitFor();
  const [window, whole] = [await part.boundingBox(), await part.locator("img").boundingBox()];
  assert.ok(window && whole);
  near(window.width, window.height, 1, "a square");
  // Where the words are on the stage, as shares of the picture there, is where they are in the card.
  const [cloth, box] = [await s.page.locator("#cloth").boundingBox(), await s.box("small")];
  assert.ok(cloth);
  const scale = whole.width / cloth.width;
  const print = { left: whole.x + (box.x - cloth.x) * scale - window.x, top: whole.y + (box.y - cloth.y) * scale - window.y, width: box.width * scale, height: box.height * scale };
  assert.ok(print.left >= 0 && print.left + print.width <= window.width && print.top >= 0 && print.top + print.height <= window.height, `it is all there: ${JSON.stringify(print)}`);
  assert.ok(print.width > window.width * 0.4, `it is ${print.width} of ${window.width} px wide`);
});

studio("when all is locked the looks say what would bring others, and a button does it", own(), async (s) => {
  await open(s);
  const lock = (/** @type {string} */ what) => s.page.locator(`.lock:has-text("${en[`attribute.${what}`]}")`);
  for (const what of ["garment_color", "text_color", "font"]) await lock(what).click();
  await s.page.getByText(en["look.none"]).waitFor();
  const ways = s.page.locator(".no-look button");
  await s.count(ways, 3);
  await s.button(en["look.unlock"].replace("{what}", en["attribute.font"])).click();
  await s.count(looks(s), 8, "looks in other letters");
  await s.pressed(lock("font"), false);
  await s.pressed(lock("garment_color"), true);
});

studio("words that are locked are unlocked where it says that nothing else can change", { design: design([words({ locked: true })]) }, async (s) => {
  await s.page.click(`.rail button:has-text("${en["tool.ideas"]}")`);
  for (const what of ["garment_color"]) await s.page.locator(`.lock:has-text("${en[`attribute.${what}`]}")`).click();
  await s.button(en["look.unlockWords"]).click();
  await s.until((state) => !state.design.placements[0].layers[0].locked);
  assert.equal(await s.steps(), 1);
  await s.count(looks(s), 8, "looks");
});

studio("why stands on every look: by pointer and by keys, with the switches; Escape gives the focus back", own(), async (s) => {
  await open(s);
  const asks = s.page.locator(".dress [data-why]");
  await s.count(asks, 8);
  for (const ask of await asks.all()) assert.ok(await ask.evaluate((one) => one.checkVisibility({ opacityProperty: true })));
  await looks(s).nth(2).focus();
  await s.page.keyboard.press("Tab");
  await s.focused(asks.nth(2));
  const before = await s.design();
  await s.page.keyboard.press("Enter");
  const card = s.page.getByRole("dialog", { name: en["why.this"] });
  await card.getByRole("checkbox", { name: en["why.use.views"] }).waitFor();
  assert.deepEqual(await s.design(), before, "what was tried on is off");
  await s.page.keyboard.press("Escape");
  await s.count(card, 0);
  await s.focused(asks.nth(2));
  await s.page.keyboard.press("Enter");
  await card.getByRole("button", { name: en["why.all"] }).click();
  await s.page.getByRole("dialog", { name: en["why.title"] }).waitFor();
});

/** Makes the words faint by hand. @param {import("./studio.mjs").Studio} s */
const faint = (s) => s.page.evaluate(() => {
  const { platen } = /** @type {any} */ (globalThis);
  platen.store.set({ selection: ["words"] });
  platen.setLayer({ fill: "ink:black" }, "Change ink");
});
const black = () => ({ design: design([words({ fill: "ink:white" })], { color: "black" }) });
const asked = (/** @type {import("./studio.mjs").Studio} */ s) => s.requests.filter((one) => one.url().endsWith("/suggestions")).length;

studio("faint words that are left as they are: a look that reads better is told of, once, and shown", black(), async (s) => {
  await faint(s);
  const told = s.page.locator(".toast");
  await told.getByText(/reads better/).waitFor();
  assert.equal(asked(s), 1);
  await told.getByRole("button", { name: en["notice.show"] }).click();
  await s.count(looks(s), 8, "looks");
  await s.page.locator(".looks .note.warn").getByText(/reads better/).waitFor();
  assert.equal(asked(s), 1, "what was asked for is shown");
});

studio("faint words of the last time are spoken of when somebody comes back to them", { design: design([words({ fill: "ink:black" })], { color: "black" }) }, async (s) => {
  await s.drafted();
  await s.page.reload();
  await s.ready();
  await s.page.locator(".toast").getByText(/reads better/).waitFor();
});

studio("a look that reads better is told of without personal suggestions, too, and the line beside the looks stays while one is tried on; not to whom does not want it", black(), async (s) => {
  const prefer = async (/** @type {any} */ preferences) => {
    await s.drafted();
    await s.page.context().request.put("/api/v1/me/preferences", { data: preferences });
    await s.page.reload();
    await s.ready();
    await faint(s);
  };
  await prefer({ notices: { suggestion: false } });
  // As long as it would take, and some more.
  await s.page.waitForTimeout(7000);
  assert.equal(asked(s), 0);
  await prefer({ personalization: false });
  await s.page.locator(".toast").getByText(/reads better/).waitFor();
  // Nobody took it up.
  await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.dismiss());
  await open(s);
  const line = s.page.locator(".looks .note.warn").getByText(/reads better/);
  await line.waitFor();
  const before = await s.design();
  await looks(s).nth(1).hover();
  await soon(async () => assert.notDeepEqual(await s.design(), before));
  await s.said(/Tried on: /);
  await s.frame();
  assert.ok(await line.isVisible(), "the cards keep their place under the pointer");
  await s.page.locator(".looks").getByRole("button", { name: en["look.take"] }).click();
  await s.count(line, 0);
  const { fill, font } = await s.layer("words");
  assert.deepEqual([(await s.design()).color, fill, font], ["black", "ink:white", before.placements[0].layers[0].font], "cloth and letters stay");
});

studio("what designers picked for the cloth's colour stands before the rest and is not called popular; a click puts the layer there", { design: design([words({ fill: "ink:white" })], { color: "navy" }) }, async (s) => {
  await s.choose("words");
  const of = (/** @type {"ink.picks" | "ink.popular"} */ key, /** @type {"group" | "radiogroup"} */ role = "group") => s.page.getByRole(role, { name: en[key].replace("{color}", "Navy") });
  const picks = of("ink.picks");
  await picks.waitFor();
  // Nobody has chosen anything in this shop.
  await of("ink.picks", "radiogroup").waitFor();
  await s.count(of("ink.popular"), 0);
  await s.count(of("ink.popular", "radiogroup"), 0);
  await s.page.getByRole("combobox", { name: en["text.font"] }).click();
  await s.page.locator("#font-list small", { hasText: en["text.pick"].replace("{color}", "Navy") }).first().waitFor();
  await s.count(s.page.locator("#font-list small", { hasText: en["text.popular"].replace("{color}", "Navy") }), 0);
  await s.page.keyboard.press("Escape");
  await picks.getByRole("button", { name: "Left chest", exact: true }).click();
  await s.until((state) => state.design.placements.some((/** @type {any} */ one) => one.area === "left-chest" && one.layers.some((/** @type {any} */ layer) => layer.id === "words")));
  assert.equal(await s.steps(), 1);
});

studio("what customers chose on a colour is called popular, and what designers picked besides is not", { design: design([words({ fill: "ink:white" })], { color: "navy" }) }, async (s) => {
  const told = [{ value: "lemon", customers: 50 }, { value: "white" }, { value: "carolina", customers: 10 }];
  await s.page.route(/\/trends\?attribute=text_color/, (route) => route.fulfill({ json: { values: told } }));
  await s.choose("words");
  const inks = async (/** @type {"ink.picks" | "ink.popular"} */ key) => {
    const row = s.page.getByRole("radiogroup", { name: en[key].replace("{color}", "Navy") }).first();
    await row.waitFor();
    return row.locator("[role=radio] span").allTextContents();
  };
  assert.deepEqual(await inks("ink.popular"), ["Lemon", "Carolina"]);
  assert.deepEqual(await inks("ink.picks"), ["White"]);
});

studio("what was refused is called in the history as its card was", own(), async (s) => {
  await open(s);
  await s.page.keyboard.press("Control+s");
  const card = s.page.locator(".dress").nth(2);
  const name = await card.locator(".wear span").innerText();
  await card.getByRole("button", { name: en["look.notForMe"] }).click();
  await soon(async () => assert.ok((await (await s.page.context().request.get("/api/v1/me/events")).json()).events.some((/** @type {any} */ one) => one.type === "dismiss")));
  await s.page.click(`button:has-text("${en["look.why"]}")`);
  await s.page.locator(".deeds li", { hasText: `${en["deed.dismiss"]}: ${name}` }).waitFor();
});

studio("69 a look that is not for somebody can be had back in its place, and then was never refused", own(), async (s) => {
  await open(s);
  await s.page.keyboard.press("Control+s");
  const names = () => looks(s).locator("span").allTextContents();
  const before = await names();
  const refuse = () => s.page.locator(".dress").nth(2).getByRole("button", { name: en["look.notForMe"] }).click();
  const undo = () => s.page.locator(".toast").getByRole("button", { name: en["undo"] }).click();
  const deeds = async () => (await (await s.page.context().request.get("/api/v1/me/events")).json()).events.map((/** @type {any} */ one) => one.type);
  // Before the service has heard of it, and after.
  for (const isTold of [false, true]) {
    await refuse();
    await soon(async () => assert.deepEqual(await names(), before.toSpliced(2, 1)));
    if (isTold) await soon(async () => assert.ok((await deeds()).includes("dismiss")));
    await undo();
    await soon(async () => assert.deepEqual(await names(), before));
    await soon(async () => assert.ok(!(await deeds()).includes("dismiss")));
  }
});

studio("a look that is not for a stranger is gone for the tab, as it says, and leaves no cookie; taken back it comes again", { expected: /Failed to load resource/ }, async (s) => {
  // The service keeps nothing of the person's: so it cannot be told.
  await s.page.route("**/api/v1/designs", (route) => route.abort());
  await s.page.evaluate((next) => /** @type {any} */ (globalThis).platen.open(next, "Open"), own().design);
  await open(s);
  const names = () => looks(s).locator("span").allTextContents();
  const before = await names();
  const again = async () => {
    await s.drafted();
    await s.page.reload();
    await s.ready();
    await open(s);
  };
  const refuse = () => s.page.locator(".dress").nth(2).getByRole("button", { name: en["look.notForMe"] }).click();
  await refuse();
  const told = s.page.locator(".toast", { hasText: en["feed.gone"] });
  await told.getByRole("button", { name: en["undo"] }).click();
  await soon(async () => assert.deepEqual(await names(), before));
  await again();
  assert.ok((await names()).includes(before[2]), "what was taken back was never refused");
  await refuse();
  await told.waitFor();
  await again();
  assert.ok(!(await names()).includes(before[2]), "it is gone after a reload, too");
  assert.deepEqual(await s.page.context().cookies(), []);
});

studio("what looks were made from is said of those that are shown: popular, one's kind, one's deeds, or our designers alone", own(), async (s) => {
  await open(s);
  const said = await s.page.locator(".looks > .note.small").textContent();
  assert.equal(said, "Made from what our designers thought out; nothing about you was used.", "nobody has chosen anything here");
  const made = (/** @type {string[]} */ types, /** @type {any} */ person) => s.page.evaluate(async ([types, person]) => {
    const { madeFrom } = await import(/** @type {any} */ ("/core/reasons.js"));
    return madeFrom([{ reasons: types.map((/** @type {string} */ type) => ({ type })) }], person);
  }, /** @type {const} */ ([types, person]));
  assert.equal(await made(["rising"], { isKnown: false }), "Made from what is popular; nothing about you was used.");
  assert.equal(await made(["popular", "editorial"], { isKnown: false, kind: "team" }), "Made from what is popular, what you say you are (a team or club), and what our designers thought out.");
  assert.equal(await made(["because_you", "popular"], { isKnown: true }), "Made from what is popular and what you did here.");
  assert.equal(await made(["editorial"], { isKnown: true }), "Made from what our designers thought out.", "what was done changed nothing that is seen");
});

studio("on a phone the hint says what a tap does, what is touched is large enough, and the notice lies over no card", { ...own(), viewport: { width: 390, height: 844 }, touch: true, context: { isMobile: true } }, async (s) => {
  await s.page.tap(`.rail button:has-text("${en["tool.ideas"]}")`);
  await s.count(looks(s), 8, "looks");
  await s.page.getByText(en["look.hintTouch"]).waitFor();
  await s.page.getByText(en["look.locks"], { exact: true }).waitFor();
  const card = s.page.locator(".dress").nth(1);
  const boxes = await card.locator(".tools-row button").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
  assert.equal(boxes.length, 3);
  for (const { width, height } of boxes) assert.ok(width >= 44 && height >= 44, `${width} × ${height}`);
  const told = s.page.locator(".toast");
  await looks(s).nth(1).tap();
  const [notice, sheet] = [await told.boundingBox(), await s.page.locator(".panel").boundingBox()];
  assert.ok(notice && sheet && notice.y > 0 && notice.y + notice.height < sheet.y, JSON.stringify([notice, sheet]));
  await told.getByRole("button", { name: en["undo"] }).tap();
  await s.until((state) => state.past.length === 0);
});

studio("the ring of the look that has the focus is seen on all its sides", own(), async (s) => {
  await open(s);
  const look = looks(s).nth(1);
  await looks(s).nth(0).focus();
  for (let n = 0; n < 4; n++) await s.page.keyboard.press("Tab");
  await s.focused(look);
  const { ring, cut } = await look.evaluate((one) => {
    const { outlineWidth, outlineOffset } = getComputedStyle(one);
    const ring = parseFloat(outlineWidth) + parseFloat(outlineOffset);
    const { left, right, top, bottom } = one.getBoundingClientRect();
    const cut = [];
    for (let box = one.parentElement; box; box = box.parentElement) {
      const edge = box.getBoundingClientRect();
      if (getComputedStyle(box).overflow !== "visible" && (edge.left > left - ring || edge.right < right + ring || edge.top > top - ring || edge.bottom < bottom + ring)) cut.push(box.className || box.tagName);
    }
    return { ring, cut };
  });
  assert.ok(ring > 0);
  assert.deepEqual(cut, [], "nothing cuts it off");
});
