// What the gallery begins with: rows of ideas that say why, can be asked and refused, and are a stranger's when somebody
// wants that.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { PLATEN, Studio, becomes, dataFolder, design, en, person, soon, studio, words } from "./studio.mjs";

const DAY_MS = 86_400_000;
const style = (/** @type {string} */ garment_color, /** @type {string} */ text_color, /** @type {string} */ font) => ({ garment: "tee", garment_color, text_color, font });
const STEADY = style("navy", "white", "Anton");
const RISING = style("black", "lemon", "Bebas Neue");
const MINE = style("royal", "white", "Oswald");
const LIKED = style("white", "navy", "Pacifico");

/** Tells what customers of the shop ordered, as the shop's own program does, until suggestions know it. @param {Studio} s */
async function customers(s) {
  const { stdout } = await promisify(execFile)(PLATEN, ["keys", "create", "--data", dataFolder(), "--name", "past", "--scope", "events"]);
  const now = Date.now();
  const order = (/** @type {string} */ customer, /** @type {any} */ recipe, /** @type {number} */ days) => ({ id: `${customer}-${recipe.font}`, type: "order", at: Math.round(now - days * DAY_MS), customer, recipe });
  const events = Array.from({ length: 14 }, (_, n) => [
    { ...order(`steady-${n}`, STEADY, 1.05 + n * 5), segment: "team" }, order(`rising-${n}`, RISING, 1.05 + n / 5),
    // Who chose the one chose the other.
    order(`pair-${n}`, MINE, 20 + n * 3), order(`pair-${n}`, LIKED, 21 + n * 3),
  ]).flat();
  const answer = await s.page.context().request.post("/api/v1/events", { data: { events }, headers: { authorization: `Bearer ${stdout.trim()}` } });
  assert.equal(answer.status(), 202, await answer.text());
  const { rejected } = await answer.json();
  assert.deepEqual(rejected, []);
  await soon(async () => {
    const { suggestions } = await (await s.page.context().request.post("/api/v1/suggestions", { data: { mode: "complete", n: 24 } })).json();
    assert.ok(suggestions.some((/** @type {any} */ one) => one.reasons[0].type === "rising"));
  });
}

/** What a person reads on the rows. @param {Studio} s */
const read = (s) => s.page.locator(".feed").evaluateAll((rows) => rows.map((row) => ({
  title: row.querySelector("h2 > span")?.textContent ?? "",
  isPersonal: row.querySelector(".personal") !== null,
  cards: [...row.querySelectorAll(".idea")].map((card) => ({ name: card.querySelector("b")?.textContent ?? "", why: card.querySelector("small")?.textContent ?? "" })),
})));
const titles = async (/** @type {Studio} */ s) => (await read(s)).map(({ title }) => title);
const row = (/** @type {Studio} */ s, /** @type {string} */ title) => s.page.locator(".feed").filter({ has: s.page.getByRole("heading", { name: title }) });

/** Who has a design, and took a style that others took with another. @param {Studio} s */
async function known(s) {
  const { request } = s.page.context();
  const saved = await request.post("/api/v1/designs", { data: design([words()], { name: "Juniper Club" }) });
  assert.equal(saved.status(), 201);
  const told = await request.post("/api/v1/events", { data: { events: [{ id: crypto.randomUUID(), type: "apply", recipe: MINE }] } });
  assert.equal((await told.json()).accepted, 1);
  await s.page.reload();
  await s.ready();
}

studio("the gallery's rows: what is rising, what is popular, what designers thought out; each card has a name, a reason, and can be asked and refused", { path: "/designs" }, async (s) => {
  await customers(s);
  await s.page.reload();
  await s.ready();
  await becomes(() => titles(s), [en["feed.rising"], en["feed.popular"], en["feed.editorial"]]);
  const names = new Set((await (await s.page.context().request.get("/api/v1/templates")).json()).map((/** @type {any} */ one) => one.name));
  for (const { title, isPersonal, cards } of await read(s)) {
    assert.ok(!isPersonal, `${title}: nothing about a stranger`);
    for (const { name, why } of cards) {
      assert.ok(names.has(name), `${name} is what is seen`);
      assert.ok(why.length > 5, `${title}: ${why}`);
    }
  }
  const rows = await read(s);
  for (const name of names) assert.ok(rows.filter(({ cards }) => cards.some((card) => card.name === name)).length <= 1, `${name} is in one row`);
  assert.equal((await read(s)).find(({ title }) => title === en["feed.editorial"])?.cards.length, 6);
  const cards = s.page.locator(".idea");
  await s.count(cards.locator("[data-why]"), await cards.count());
  await s.count(s.page.getByRole("button", { name: en["look.notForMe"] }), await cards.count());
  assert.deepEqual(await s.page.context().cookies(), [], "looking leaves nothing");
  // The print is seen, and not a whole shirt.
  const part = cards.first().locator(".part");
  await part.locator("img[src]").waitFor();
  const [window, whole] = [await part.boundingBox(), await part.locator("img").boundingBox()];
  assert.ok(window && whole && whole.width > 1.5 * window.width, JSON.stringify([window, whole]));
});

studio("rows for one person carry a sign; with personal suggestions off the rows are a stranger's", { path: "/designs" }, async (s) => {
  await customers(s);
  await known(s);
  const because = en["feed.because"].replace("{title}", "Juniper Club");
  await soon(async () => {
    const all = await titles(s);
    assert.equal(all[0], because);
    assert.ok(all.includes(en["feed.forYou"]), all.join());
  });
  for (const { title, isPersonal } of await read(s)) assert.equal(isPersonal, [because, en["feed.forYou"]].includes(title), title);
  // At once, and by the switch that stands where the question is.
  await row(s, because).locator("[data-why]").first().focus();
  await s.page.keyboard.press("Enter");
  const card = s.page.getByRole("dialog", { name: en["why.this"] });
  const answered = s.page.waitForResponse((answer) => answer.url().endsWith("/me/preferences") && answer.request().method() === "PUT");
  await card.getByRole("checkbox", { name: en["why.personal"] }).uncheck();
  await answered;
  await s.page.keyboard.press("Escape");
  const other = await Studio.open(await person(), { path: "/designs" });
  await other.page.locator(".idea").first().waitFor();
  await soon(async () => assert.deepEqual(await read(s), await read(other)));
  await other.page.context().close();
  await s.page.reload();
  await s.ready();
  await s.page.locator(".idea").first().waitFor();
  await s.count(s.page.locator(".personal"), 0, "and it stays so");
});

studio("what is popular among a kind of customers says so to them", { path: "/designs" }, async (s) => {
  await customers(s);
  await s.page.context().request.put("/api/v1/me/preferences", { data: { kind: "team" } });
  await s.page.reload();
  await s.ready();
  const among = row(s, en["feed.among.team"]);
  await among.waitFor();
  await among.locator(".personal").waitFor();
  assert.ok((await among.locator(".idea small").first().textContent())?.startsWith(en["look.among.team"]));
});

studio("not for me: a stranger's is gone for the tab and leaves no cookie, a customer's is told and never comes back; both can be taken back", { path: "/designs" }, async (s) => {
  const cards = row(s, en["feed.editorial"]).locator(".idea");
  const reasons = () => cards.locator("small").allTextContents();
  await s.count(cards, 6);
  const [first, second] = await reasons();
  const refuse = (/** @type {number} */ place) => cards.nth(place).getByRole("button", { name: en["look.notForMe"] }).click();
  await refuse(0);
  await cards.nth(0).getByText(en["feed.gone"]).waitFor();
  const undo = cards.nth(0).getByRole("button", { name: en["undo"] });
  await s.focused(undo, "the keys are where the way back is");
  await s.page.keyboard.press("Enter");
  await soon(async () => assert.equal((await reasons())[0], first));
  await refuse(0);
  await s.page.reload();
  await soon(async () => assert.equal((await reasons())[0], second));
  assert.deepEqual(await s.page.context().cookies(), []);

  await known(s);
  // The row of one's own design comes above the others.
  await row(s, en["feed.because"].replace("{title}", "Juniper Club")).locator(".idea").first().waitFor();
  await s.count(cards, 6);
  const told = s.page.waitForResponse((answer) => answer.url().endsWith("/api/v1/events") && answer.status() === 202);
  await refuse(0);
  await cards.nth(0).getByText(en["said.lookGone"]).waitFor();
  await told;
  const deeds = async () => (await (await s.page.context().request.get("/api/v1/me/events")).json()).events.map((/** @type {any} */ one) => one.type);
  await soon(async () => assert.ok((await deeds()).includes("dismiss")));
  await cards.nth(0).getByRole("button", { name: en["undo"] }).click();
  await soon(async () => assert.ok(!(await deeds()).includes("dismiss"), "it is forgotten that it was refused"));
});

studio("why: by keys alone, with all its reasons; Escape and Close give the focus back; all that decides is one step away", { path: "/designs" }, async (s) => {
  const asks = s.page.locator(".idea [data-why]");
  await asks.first().waitFor();
  const card = s.page.getByRole("dialog", { name: en["why.this"] });
  await asks.nth(1).focus();
  await s.page.keyboard.press("Enter");
  await card.waitFor();
  for (const reason of await card.locator("li").allTextContents()) assert.ok(reason.length > 5);
  await s.page.keyboard.press("Escape");
  await s.count(card, 0);
  await s.focused(asks.nth(1));
  await s.page.keyboard.press("Enter");
  await card.getByRole("button", { name: "Close" }).click();
  await s.focused(asks.nth(1));
  await s.page.keyboard.press("Enter");
  await card.getByRole("button", { name: en["why.all"] }).click();
  await s.page.getByRole("dialog", { name: en["why.title"] }).getByText(en["why.nothing"]).waitFor();
  await s.page.keyboard.press("Escape");
  await s.count(s.page.getByRole("dialog"), 0);
  await s.focused(asks.nth(1));
});

studio("why is seen at once by whoever has no pointer to hover with, and fits the phone", { path: "/designs", viewport: { width: 390, height: 844 }, touch: true, context: { isMobile: true } }, async (s) => {
  const ask = s.page.locator(".idea [data-why]").first();
  await ask.waitFor();
  assert.ok(await ask.evaluate((one) => one.checkVisibility({ opacityProperty: true })));
  assert.ok(((await ask.boundingBox())?.height ?? 0) >= 24);
  await ask.tap();
  const box = await s.page.getByRole("dialog", { name: en["why.this"] }).boundingBox();
  assert.ok(box && box.x === 0 && box.width === 390 && box.y + box.height <= 844, JSON.stringify(box));
  assert.ok(await s.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing sticks out");
});

studio("a design is forgotten where it is asked why: no row is made of it any more, and what was done with it is gone", { path: "/designs" }, async (s) => {
  await known(s);
  const because = row(s, en["feed.because"].replace("{title}", "Juniper Club"));
  await because.locator("[data-why]").first().click();
  await s.page.getByRole("button", { name: en["feed.forget"] }).click();
  await s.page.getByText(en["feed.forgotten"]).first().waitFor();
  await s.count(because, 0);
  await s.page.reload();
  await s.ready();
  await row(s, en["feed.editorial"]).waitFor();
  await s.count(because, 0);
});

studio("of two of a row with the same name each says what differs, to the eye and to screen readers", { path: "/designs" }, async (s) => {
  await s.page.route("**/api/v1/suggestions", async (route) => {
    const answer = await route.fetch();
    const told = await answer.json();
    // All in one row: the same ready design twice in other colours, and twice in the same colours.
    told.suggestions = told.suggestions.filter((/** @type {any} */ one) => one.preview).map((/** @type {any} */ one) => ({ ...one, reasons: [{ type: "editorial", name: "Gold" }] }));
    const [first, second, third, fourth] = told.suggestions;
    second.template = first.template;
    [fourth.template, fourth.style] = [third.template, { ...third.style, font: "Pacifico" }];
    await route.fulfill({ response: answer, json: told });
  });
  await s.page.reload();
  await s.ready();
  const cards = row(s, en["feed.editorial"]).locator(".idea");
  await s.count(cards, 6);
  const [names, differs] = [await cards.locator("b").allTextContents(), await cards.locator(".piece + span").allTextContents()];
  assert.equal(names[0], names[1]);
  assert.match(differs[0], / with /);
  assert.match(differs[1], / with /);
  assert.notEqual(differs[0], differs[1]);
  assert.match(differs[3], / · Pacifico$/);
  assert.deepEqual(differs.slice(4), ["", ""], "nothing where the name says it");
  await cards.nth(1).getByRole("button", { name: `Not for me: ${names[1]}, ${differs[1]}`, exact: true }).waitFor();
});
