// Size, turn and numbers.
import assert from "node:assert/strict";
import { becomes, block, design, matches, near, studio, words } from "./studio.mjs";

const one = design([block()]);
const both = design([words(), block()]);

studio("12 a corner scales about the opposite one; Shift frees, Alt scales about the middle", { design: one }, async (s) => {
  await s.choose("block");
  await s.drag(await s.handle("se"), 40, 20, { held: ["Control"] });
  const large = await s.layer("block");
  assert.ok(large.width > 90);
  near(large.width / large.height, 2, 0.01, "proportion");
  near(large.x - large.width / 2, 137.8, 0.1, "left edge");
  near(large.y - large.height / 2, 230, 0.1, "upper edge");
  await s.press("Control+z");
  await s.drag(await s.handle("se"), 50, 2, { held: ["Shift"] });
  const free = await s.layer("block");
  assert.ok(free.width > 90 && free.height < 45, JSON.stringify(free));
  await s.press("Control+z");
  await s.drag(await s.handle("se"), 30, 15, { held: ["Alt"] });
  const centred = await s.layer("block");
  assert.ok(centred.width > 95);
  near(centred.x, 177.8, 0.01, "x");
  near(centred.y, 250, 0.01, "y");
});

studio("12 Shift on the corner of a group stretches what can be stretched and keeps the rest in proportion", { design: design([{ id: "crest", type: "group", x: 177.8, y: 250, layers: [block({ x: 0, y: 0 }), block({ id: "upright", x: 0, y: 60, rotation: 90 }), { id: "star", type: "shape", shape: "star", points: 5, radius: 15, fill: "ink:navy", x: 0, y: -60 }] }]) }, async (s) => {
  await s.choose("crest");
  const before = await s.box("crest");
  await s.drag(await s.handle("se"), before.width * 0.5, 0, { held: ["Shift"] });
  const after = await s.box("crest");
  near(after.height / before.height, 1, 0.06, "height");
  const [flat, upright, star] = [await s.layer("block"), await s.layer("upright"), await s.layer("star")];
  // On the cloth, not by the box on the screen: the sides of what is this tall lean with the cloth.
  near(flat.width / 90, 1.5, 0.06, "width");
  assert.ok(flat.width > 110 && flat.height < 43, JSON.stringify(flat));
  assert.ok(upright.height > 55 && upright.width < 86, "a layer that stands upright grows along the group, not along itself");
  near(star.radius, 15, 1, "a star keeps its proportions");
});

studio("18 width and height change together, or alone when the proportions are set free", { design: one }, async (s) => {
  await s.choose("block");
  const set = async (/** @type {RegExp} */ name, /** @type {string} */ value) => {
    await s.inspector.getByRole("textbox", { name }).fill(value);
    await s.inspector.getByRole("textbox", { name }).press("Enter");
    await s.frame();
    const { width, height } = await s.layer("block");
    return [width, height];
  };
  assert.deepEqual(await set(/^Width/, "100"), [100, 50]);
  await s.button("Keep proportions").click();
  await s.pressed(s.button("Keep proportions"), false);
  assert.deepEqual(await set(/^Width/, "60"), [60, 50]);
  assert.deepEqual(await set(/^Height/, "30"), [60, 30]);
  await s.drag(await s.handle("se"), 50, 0);
  const free = await s.layer("block");
  assert.ok(free.width > 80 && free.height < 33, "corners are free, too");
  await s.press("Control+z");
  await s.drag(await s.handle("se"), 30, 15, { held: ["Shift"] });
  const held = await s.layer("block");
  near(held.width / held.height, 2, 0.02, "and Shift keeps them");
  await s.button("Keep proportions").click();
});

studio("13 a side handle sets the width that text wraps in", { design: design([words({ text: "NORTHSIDE ROWING CLUB", size: 24 })]) }, async (s) => {
  await s.choose("words");
  const before = await s.box("words");
  await s.drag(await s.handle("e"), -50, 0);
  const { max_width, size } = await s.layer("words");
  assert.ok(max_width > 20 && max_width < 300, String(max_width));
  assert.equal(size, 24);
  assert.equal(await s.steps(), 1);
  await s.exact();
  await s.until((_, height) => /** @type {Element} */ (document.querySelector('[data-id="words"]')).getBoundingClientRect().height > height * 1.5, before.height);
});

studio("13 a side handle crops a picture, which stays where it lies", { design: design([]) }, async (s) => {
  await s.upload("pictures/rgb.png");
  await s.until((state) => state.design.placements.length === 1);
  await s.exact();
  const [id] = await s.selection();
  const [before, box, steps] = [await s.layer(id), await s.box(id), await s.steps()];
  await s.drag(await s.handle("e"), -box.width / 4, 0);
  const cut = await s.layer(id);
  near(cut.crop.width, 0.75, 0.04, "three quarters of it");
  near(cut.x - cut.width / 2, before.x - before.width / 2, 0.1, "its left edge stays");
  assert.equal(await s.steps(), steps + 1);
});

studio("14 the turning handle; Shift turns by 15 degrees, 45 degrees catch", { design: one }, async (s) => {
  await s.choose("block");
  const grip = await s.handle("turn");
  const to = async (/** @type {number} */ degrees) => {
    const turn = (degrees * Math.PI) / 180;
    const { x, y } = await s.at(177.8 - 60 * Math.sin(turn), 250 + 60 * Math.cos(turn));
    return { x: x - grip.x, y: y - grip.y };
  };
  const free = await to(24);
  await s.drag(grip, free.x, free.y);
  near((await s.layer("block")).rotation, 24, 2.5, "turn");
  await s.press("Control+z");
  const near45 = await to(43.5);
  await s.drag(grip, near45.x, near45.y);
  assert.equal((await s.layer("block")).rotation, 45);
  await s.press("Control+z");
  await s.drag(grip, free.x, free.y, { held: ["Shift"] });
  assert.ok([15, 30].includes((await s.layer("block")).rotation));
  assert.equal(await s.steps(), 1);
});

studio("15 a badge tells size and turn during gestures, in the person's unit", { design: one }, async (s) => {
  await s.choose("block");
  const badge = () => s.page.locator(".badge text").textContent();
  await matches(badge, /^80 × 40 mm$/);
  await s.drag(await s.handle("turn"), -60, -20, { before: () => matches(badge, /^80 × 40 mm · -?\d+(\.\d)?°$/) });
  await s.button("Settings").click();
  await s.page.getByRole("combobox", { name: "Lengths in" }).selectOption("in");
  await s.page.keyboard.press("Escape");
  await matches(badge, /^3\.15 × 1\.57 in/);
});

studio("16 comma and full stop turn by 1 degree, brackets by 15", { design: one }, async (s) => {
  await s.choose("block");
  for (const key of [".", ".", "]"]) await s.press(key);
  assert.equal((await s.layer("block")).rotation, 17);
  for (const key of [",", "["]) await s.press(key);
  assert.equal((await s.layer("block")).rotation, 1);
  await s.press(",");
  assert.equal((await s.layer("block")).rotation, undefined, "no turn leaves no field");
});

studio("17 number fields take units and sums, arrows step, Enter keeps, Escape gives back", { design: one }, async (s) => {
  await s.choose("block");
  const width = s.inspector.getByRole("textbox", { name: /^Width/ });
  const type = async (/** @type {string} */ text, key = "Enter") => {
    await width.fill(text);
    await width.press(key);
    await s.frame();
    return (await s.layer("block")).width;
  };
  near(await type("4in"), 101.6, 0.05, "4in");
  near(await type("10 cm"), 100, 0.05, "10 cm");
  near(await type("+5"), 105, 0.05, "+5");
  near(await type("60,5"), 60.5, 0.05, "60,5");
  near(await type("77", "Escape"), 60.5, 0.05, "after Escape");
  near(await type("NaN"), 60.5, 0.05, "after nonsense");
  await becomes(() => width.inputValue(), "60.5");
  await width.press("ArrowUp");
  await s.frame();
  near((await s.layer("block")).width, 61.5, 0.05, "after ArrowUp");
  await width.evaluate((field) => {
    for (let n = 0; n < 3; n++) field.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true, cancelable: true }));
  });
  await s.frame();
  near((await s.layer("block")).width, 64.5, 0.05, "a held key is quicker than frames");
  const { x } = await s.layer("block");
  await s.inspector.getByRole("textbox", { name: /^From left/ }).fill("0");
  await s.inspector.getByRole("textbox", { name: /^From left/ }).press("Enter");
  await s.frame();
  const moved = await s.layer("block");
  assert.ok(moved.x < x);
  near(moved.x - moved.width / 2, 0, 0.05, "left edge");
  assert.equal((await type("0")) > 0, true, "nothing becomes nothing");
});

studio("19 Shift+H and Shift+V flip", { design: both }, async (s) => {
  await s.choose("words");
  await s.press("Shift+h");
  assert.equal((await s.layer("words")).flip, "horizontal");
  await s.press("Shift+v");
  assert.equal((await s.layer("words")).flip, "both");
  await s.press("Shift+h");
  await s.press("Shift+v");
  assert.equal((await s.layer("words")).flip, undefined);
  await s.exact();
});

studio("20 one button makes a coarse picture as large as it is sharp", { design: design([]) }, async (s) => {
  await s.upload("pictures/rgb.png");
  await s.until((state) => state.design.placements.length === 1);
  const [id] = await s.selection();
  const { width_px } = await s.page.evaluate((asset) => /** @type {any} */ (globalThis).platen.uploads.get(asset), (await s.layer(id)).asset);
  await s.inspector.getByText(/dots per inch at this size/).waitFor();
  await s.button(/^Make it .* sharp$/).click();
  await s.frame();
  near((await s.layer(id)).width, (width_px / 300) * 25.4, 0.1, "width");
  await s.inspector.getByText(/30\d dots per inch: sharp|300 dots per inch: sharp/).waitFor();
});

studio("another garment is shown in a size that it is made in, and so is the first again", { design: one }, async (s) => {
  const size = () => s.page.evaluate(() => /** @type {any} */ (globalThis).platen.store.state.size);
  const first = await size();
  await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.setGarment("youth-tee"));
  assert.notEqual(first, "YM");
  assert.equal(await size(), "YM");
  await s.press("Control+z");
  assert.equal(await size(), first);
});
