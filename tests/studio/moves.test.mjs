// Choosing and moving.
import assert from "node:assert/strict";
import { becomes, block, design, near, studio, words } from "./studio.mjs";

const two = design([words(), block()]);

studio("01 click chooses; inspector, layer list and live region follow", { design: two }, async (s) => {
  await s.choose("words");
  assert.deepEqual(await s.selection(), ["words"]);
  await s.page.getByRole("complementary", { name: "Inspector" }).getByRole("heading", { name: "JUNIPER" }).waitFor();
  await s.page.getByRole("option", { name: "JUNIPER, text", selected: true }).waitFor();
  await s.said(/^JUNIPER is chosen, [\d.]+ × [\d.]+ mm$/);
});

studio("02 Shift+click adds and removes", { design: two }, async (s) => {
  await s.choose("words");
  await s.choose("block", { modifiers: ["Shift"] });
  assert.deepEqual((await s.selection()).sort(), ["block", "words"]);
  await s.choose("words", { modifiers: ["Shift"] });
  assert.deepEqual(await s.selection(), ["block"]);
});

studio("03 a drag on the empty stage chooses what it touches", { design: two }, async (s) => {
  const [a, b] = [await s.box("words"), await s.box("block")];
  const from = { x: Math.min(a.x, b.x) - 15, y: a.y - 15 };
  await s.drag(from, Math.max(a.x + a.width, b.x + b.width) + 15 - from.x, b.y + b.height + 15 - from.y, {
    before: () => s.count(s.page.locator(".marquee"), 1),
  });
  assert.deepEqual((await s.selection()).sort(), ["block", "words"]);
  await s.count(s.page.locator(".marquee"), 0);
  await s.drag(from, a.x + a.width + 15 - from.x, a.y + a.height + 5 - from.y);
  assert.deepEqual(await s.selection(), ["words"]);
  assert.equal(await s.steps(), 0, "choosing is no step");
});

studio("04 Ctrl+A chooses all in view; Escape clears, a second one leaves the stage", { design: two }, async (s) => {
  await s.choose("words");
  await s.press("Control+a");
  assert.deepEqual(await s.selection(), ["words", "block"]);
  await s.press("Escape");
  assert.deepEqual(await s.selection(), []);
  await s.press("Escape");
  await becomes(() => s.page.evaluate(() => document.activeElement?.closest("#overlay") ?? null), null);
});

studio("05 drag moves; one undo step", { hasCard: true, design: two }, async (s) => {
  await s.drag(await s.middle("block"), 40, 33);
  const moved = await s.layer("block");
  assert.ok(moved.x > 180 && moved.y > 255, JSON.stringify(moved));
  assert.equal(await s.steps(), 1);
  await s.press("Control+z");
  const { x, y } = await s.layer("block");
  assert.deepEqual([x, y], [177.8, 250]);
});

studio("06 Shift while dragging keeps to an axis", { design: two }, async (s) => {
  await s.choose("block");
  const from = await s.middle("block");
  await s.page.mouse.move(from.x, from.y);
  await s.page.mouse.down();
  await s.page.keyboard.down("Shift");
  await s.page.mouse.move(from.x + 30, from.y + 9);
  await s.page.mouse.move(from.x + 60, from.y + 13);
  await s.page.mouse.up();
  await s.page.keyboard.up("Shift");
  const { x, y } = await s.layer("block");
  assert.equal(y, 250);
  assert.ok(x > 190);
});

studio("07 Alt+drag duplicates", { design: two }, async (s) => {
  await s.drag(await s.middle("block"), 45, 45, { held: ["Alt"] });
  assert.deepEqual(await s.order(), ["words", "block", "block-2"]);
  const [old, copy] = [await s.layer("block"), await s.layer("block-2")];
  assert.deepEqual([old.x, old.y], [177.8, 250]);
  assert.ok(copy.x > old.x && copy.y > old.y);
  assert.deepEqual(await s.selection(), ["block-2"]);
  assert.equal(await s.steps(), 1);
});

studio("08 Escape during a drag restores the start", { design: two }, async (s) => {
  await s.drag(await s.middle("block"), 40, 40, { isKept: true });
  assert.notEqual((await s.layer("block")).y, 250);
  await s.press("Escape");
  await s.page.mouse.up();
  const { x, y } = await s.layer("block");
  assert.deepEqual([x, y], [177.8, 250]);
  assert.equal(await s.steps(), 0);
});

studio("09 double-click edits the words, whichever tool is open", { design: two }, async (s) => {
  await s.tool("Garment");
  const { x, y } = await s.middle("words");
  await s.page.mouse.dblclick(x, y);
  await s.page.waitForSelector("#words:focus");
  await s.page.keyboard.type("NORTH");
  await s.until((state) => state.design.placements[0].layers[0].text === "NORTH");
});

const crest = { id: "crest", type: "group", name: "Crest", x: 177.8, y: 250, rotation: 90, layers: [block({ x: -60, y: 0 }), block({ id: "other", x: 60, y: 0, fill: "ink:navy" })] };

studio("09 double-click enters a group: its layers move on their own, Escape leaves", { design: design([words({ y: 60 }), crest]) }, async (s) => {
  await s.choose("crest");
  // The group is turned: its second layer lies below the first one.
  const { x, y } = await s.at(177.8, 310);
  await s.page.mouse.dblclick(x, y);
  assert.deepEqual(await s.selection(), ["other"]);
  await s.said(/^Inside Crest; Escape leaves\. Rectangle in Crest is chosen, 40 × 80 mm$/);
  await s.page.getByRole("option", { name: "Crest, group, open" }).waitFor();
  await s.page.getByRole("option", { name: "Rectangle, shape, in Crest" }).first().waitFor();
  const to = await s.at(217.8, 330);
  await s.drag({ x, y }, to.x - x, to.y - y, { held: ["Control"] });
  const { x: along, y: up } = await s.layer("other");
  near(along, 80, 1.5, "20 mm down the shirt is along the turned group");
  near(up, -40, 1.5, "40 mm to the right is up in it");
  assert.deepEqual([(await s.layer("block")).x, (await s.layer("crest")).x], [-60, 177.8], "the rest stays");
  await s.press("ArrowRight");
  near((await s.layer("other")).y, up - 1, 0.02, "arrows go as the shirt does");
  await s.choose("block");
  assert.deepEqual(await s.selection(), ["block"], "one click takes another layer of the group");
  await s.press("Escape");
  assert.deepEqual(await s.selection(), ["crest"]);
  await s.said(/^Crest is left\. Crest is chosen/);
  await s.press("Enter");
  assert.deepEqual(await s.selection(), ["block"], "keys enter, too");
  await s.choose("words");
  await s.count(s.page.locator('#overlay [data-id="other"]'), 0, "whoever chooses something else has left");
});

studio("10 the menu lists the layers that lie over each other, locked ones, too", { design: design([words({ y: 240 }), block({ width: 200, height: 90, y: 240, locked: true })]) }, async (s) => {
  const { x, y } = await s.middle("words");
  await s.page.mouse.click(x, y, { button: "right" });
  const stack = s.page.getByRole("menu").getByRole("group", { name: "Layers here" }).getByRole("menuitemradio");
  await becomes(async () => (await stack.allTextContents()).map((text) => text.replace(/\s+/g, " ").trim()), ["Rectangleshape, locked", "JUNIPERtext"]);
  await becomes(() => stack.nth(1).getAttribute("aria-checked"), "true");
  await stack.first().click();
  assert.deepEqual(await s.selection(), ["block"]);
  await s.count(s.page.getByRole("menu"), 0);
});

studio("10 Alt+click goes down through layers that lie over each other", { design: design([words({ y: 240 }), block({ width: 200, height: 90, y: 240 })]) }, async (s) => {
  const { x, y } = await s.middle("words");
  await s.page.mouse.click(x, y);
  assert.deepEqual(await s.selection(), ["block"]);
  await s.page.keyboard.down("Alt");
  await s.page.mouse.click(x, y);
  assert.deepEqual(await s.selection(), ["words"]);
  await s.page.mouse.click(x, y);
  assert.deepEqual(await s.selection(), ["block"]);
  await s.page.keyboard.up("Alt");
});

studio("11 arrows move by 1 mm, Shift 10, Alt 0.1; a run is one step", { design: two }, async (s) => {
  await s.choose("block");
  for (const keys of ["ArrowRight", "ArrowRight", "Shift+ArrowDown", "Alt+ArrowLeft"]) await s.page.keyboard.press(keys);
  await s.frame();
  const { x, y } = await s.layer("block");
  near(x, 179.7, 1e-6, "x");
  near(y, 260, 1e-6, "y");
  assert.equal(await s.steps(), 1);
  await s.said(/is chosen/);
});
