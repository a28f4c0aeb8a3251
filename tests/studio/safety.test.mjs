// Undo, saving, sharing, and being offline.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Studio, becomes, block, design, person, startService, stopService, studio, words } from "./studio.mjs";

const two = design([words(), block()]);

studio("61 undo and redo, told by name; both survive a reload", { design: two }, async (s) => {
  await s.choose("block");
  await s.press("ArrowRight");
  await s.press("]");
  await s.press("Control+d");
  assert.equal(await s.steps(), 3);
  await s.press("Control+z");
  await s.said(/Undone: Duplicate/);
  await s.press("Control+Shift+z");
  await s.said(/Redone: Duplicate/);
  await s.press("Control+z");
  await s.press("Control+y");
  assert.equal((await s.order()).length, 3);
  await s.kept();
  await s.page.reload();
  await s.ready();
  await s.exact();
  assert.equal((await s.order()).length, 3);
  await s.page.locator("#overlay").focus();
  for (let n = 0; n < 3; n++) await s.press("Control+z");
  assert.deepEqual(await s.order(), ["words", "block"]);
  assert.deepEqual([(await s.layer("block")).x, (await s.layer("block")).rotation], [177.8, undefined]);
});

studio("61 undo shows the side where it changes something", { design: design([words({ id: "front" })], { placements: [{ area: "front", layers: [words({ id: "front" })] }, { area: "back", layers: [words({ id: "back" })] }] }) }, async (s) => {
  await s.page.evaluate(() => {
    const { platen } = /** @type {any} */ (globalThis);
    platen.commands.showView("back");
    platen.store.set({ selection: ["back"] });
    platen.commands.run("delete");
    platen.commands.showView("front");
    platen.commands.run("undo");
  });
  await becomes(async () => (await s.state()).view, "back");
  assert.ok(await s.layer("back"));
});

studio("61 what is chosen from a list follows undo and redo", { design: two }, async (s) => {
  await s.tool("Garment");
  const list = s.page.locator(".panel").getByLabel("Printed by");
  await list.selectOption({ label: "Screen print" });
  await list.selectOption({ label: "Direct to garment" });
  await s.until((state) => state.design.technique === "dtg");
  for (const [key, value] of [["undo", "screen-print"], ["undo", "dtf"], ["redo", "screen-print"], ["redo", "dtg"], ["undo", "screen-print"]]) {
    await s.page.evaluate((key) => /** @type {any} */ (globalThis).platen.commands.run(key), key);
    await becomes(() => list.inputValue(), value);
  }
});

studio("61 two hundred steps", { design: two }, async (s) => {
  await s.page.evaluate(() => {
    const { platen } = /** @type {any} */ (globalThis);
    platen.store.set({ selection: ["block"] });
    for (let n = 1; n <= 230; n++) platen.setLayer({ x: 100 + n / 10 }, "Move");
  });
  assert.equal(await s.steps(), 200);
  await s.page.evaluate(() => {
    for (let n = 0; n < 250; n++) /** @type {any} */ (globalThis).platen.store.undo();
  });
  assert.equal((await s.layer("block")).x, 103);
});

studio("62 kept within a second, here and at the service; a reload finds it, nothing chosen", { design: two }, async (s) => {
  await s.choose("block");
  await s.press("Shift+ArrowDown");
  await s.kept();
  await s.page.getByText("saved", { exact: true }).waitFor();
  await s.page.reload();
  await s.ready();
  assert.equal((await s.layer("block")).y, 260);
  const { selection, kept } = await s.state();
  assert.deepEqual(selection, []);
  assert.equal(kept.state, "saved");
  await s.exact();
});

studio("62 who only looks leaves no design at the service; the first change is kept", {}, async (s) => {
  await s.exact();
  /** @type {string[]} */
  const kept = [];
  s.page.on("request", (request) => void (request.url().endsWith("/api/v1/designs") && request.method() === "POST" && kept.push(request.url())));
  await s.page.waitForTimeout(1500);
  assert.deepEqual([(await s.state()).kept.id, kept], [null, []]);
  await s.choose("text");
  await s.press("Shift+ArrowDown");
  await s.kept();
  await s.until((state) => state.kept.id && state.kept.state === "saved");
  assert.equal(kept.length, 1);
});

studio("62 without the service everything goes on, and is sent when it is back", { design: two, expected: /ERR_FAILED|ERR_INTERNET_DISCONNECTED/ }, async (s) => {
  await s.until((state) => state.kept.state === "saved");
  const { kept } = await s.state();
  await s.page.context().setOffline(true);
  await s.choose("block");
  await s.press("Shift+ArrowRight");
  await s.until((state) => state.kept.state === "offline");
  await s.page.getByText("offline, kept here").waitFor();
  await s.press("Shift+ArrowRight");
  assert.equal((await s.layer("block")).x, 197.8);
  await s.page.context().setOffline(false);
  await s.until((state, revision) => state.kept.state === "saved" && state.kept.revision > revision, kept.revision);
  await s.exact();
  await s.count(s.page.locator(".problem"), 0);
});

test("62 after one visit the studio opens without the service, with its panels and dialogs", { timeout: 90_000 }, async () => {
  const own = await startService();
  const context = await person();
  let isThere = true;
  try {
    const s = await Studio.open(context, { path: `${own.address}/`, expected: /off-origin|ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE/ });
    await s.until(() => Promise.all(["/", "/main.js", "/rest.js", "/panels/order.js", "/api/v1/fonts", "/api/v1/templates"].map((path) => caches.match(path))).then((kept) => kept.every(Boolean)));
    await stopService(own);
    isThere = false;
    await s.page.reload();
    await s.ready();
    await s.page.locator(".problem").waitFor();
    await s.tool("Garment");
    await s.page.getByRole("radiogroup", { name: "Colour" }).waitFor();
    await s.page.locator("#overlay").focus();
    await s.press("t");
    assert.equal((await s.order()).length, 2, "the keys are there");
    await s.button("Sizes and price").click();
    await s.page.getByRole("dialog").waitFor();
    assert.deepEqual(s.problems, []);
  } finally {
    await context.close();
    if (isThere) await stopService(own);
  }
});

studio("62 two tabs: the newer keeps the design, the other becomes a copy with a notice", { design: two, expected: /412/ }, async (s) => {
  await s.kept();
  const other = await Studio.open(s.page.context(), { expected: /412/ });
  assert.equal((await other.state()).kept.id, (await s.state()).kept.id);
  await other.page.locator("#overlay").focus();
  await other.choose("block");
  await other.press("Shift+ArrowDown");
  await other.until((state) => state.kept.state === "saved" && state.kept.revision > 1);
  await s.page.bringToFront();
  await s.page.locator(".toast").getByText(/changed in another tab/).waitFor();
  const { id } = (await s.state()).kept;
  await s.choose("words");
  await s.press("ArrowUp");
  await s.until((state, old) => state.kept.state === "saved" && state.kept.id !== old, id);
  assert.deepEqual(other.problems, []);
});

studio("63 a shared link opens for looking only, with a button for a copy", { design: two, context: { permissions: ["clipboard-read", "clipboard-write"] } }, async (s) => {
  await s.button("Share").click();
  await s.button("Make and copy a link").click();
  const link = s.page.getByRole("dialog").getByRole("textbox");
  await link.waitFor();
  const address = await link.inputValue();
  assert.match(new URL(address).pathname, /^\/shared\/\w+$/);
  await becomes(() => s.page.evaluate(() => navigator.clipboard.readText()), address);
  const guest = await person();
  const there = await Studio.open(guest, { path: address });
  await there.exact();
  assert.deepEqual(await there.order(), ["words", "block"]);
  await becomes(() => there.page.title(), "Test: Platen");
  await there.page.getByRole("img", { name: /^Classic tee in White\. Front: “JUNIPER” in Black, Anton, \d+ × \d+ mm; a rectangle in Scarlet, 80 × 40 mm\.$/ }).waitFor();
  await there.choose("block");
  assert.deepEqual(await there.selection(), []);
  await there.page.locator("#overlay").focus();
  await there.press("t");
  assert.deepEqual(await there.order(), ["words", "block"], "a key changes nothing");
  await there.button("Make my own copy").click();
  await there.page.getByRole("navigation").waitFor();
  await there.until((state) => state.design.name === "Test, my copy");
  await there.choose("block");
  await there.press("ArrowRight");
  await there.until((state) => state.kept.state === "saved");
  assert.equal((await there.layer("block")).x, 178.8);
  assert.equal((await s.layer("block")).x, 177.8);
  assert.deepEqual(there.problems, []);
  await guest.close();
});

studio("63 a shared link shows pictures that were uploaded, and a copy keeps them; a draft of the guest's stays", { design: design([]) }, async (s) => {
  await s.upload("pictures/rgb.png");
  await s.until((state) => state.kept.state === "saved");
  const { kept } = await s.state();
  const { page } = await (await s.page.context().request.post(`/api/v1/designs/${kept.id}/shares`, { data: {} })).json();
  const guest = await person();
  const there = await Studio.open(guest, { design: design([words({ text: "MY DRAFT" })]) });
  await there.kept();
  await there.page.goto(page);
  await there.ready();
  await there.exact();
  assert.equal(await there.page.evaluate(() => document.documentElement.dataset.artwork), await s.page.evaluate(() => document.documentElement.dataset.artwork), "the same artwork is seen");
  await there.page.goto("/");
  await there.ready();
  assert.equal((await there.layer("words")).text, "MY DRAFT");
  await there.page.goto(page);
  await there.ready();
  await there.button("Make my own copy").click();
  await there.until((state) => state.kept.state === "saved" && state.kept.id);
  await there.exact();
  assert.equal((await there.state()).live.problem, null);
  assert.deepEqual(there.problems, []);
  await guest.close();
});

studio("my designs: a new one, and back to the old", { design: two }, async (s) => {
  await s.until((state) => state.kept.state === "saved");
  await s.button("My designs").click();
  await s.button("Start a new design").click();
  await s.until((state) => state.design.placements[0]?.layers[0]?.id === "text");
  await s.page.locator("#words").fill("SECOND");
  await s.until((state) => state.kept.state === "saved");
  await s.button("My designs").click();
  await s.page.getByRole("dialog").getByRole("button", { name: "Test" }).click();
  await s.until((state) => state.design.placements[0]?.layers.length === 2);
  await s.exact();
});
