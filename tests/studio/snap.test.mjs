// What things catch on, and how they are put in line.
import assert from "node:assert/strict";
import { becomes, block, design, en, near, soon, studio, words } from "./studio.mjs";

studio("21 layers catch on the middle, edges, safe margin and each other; Ctrl lets them pass", { design: design([block({ x: 150, y: 300, width: 60 }), block({ id: "other", x: 250, y: 100, width: 50, height: 30 })]) }, async (s) => {
  const bring = async (/** @type {number} */ x, /** @type {number} */ y, /** @type {any} */ how = {}) => {
    const now = await s.layer("block");
    const [from, to] = [await s.at(now.x, now.y), await s.at(x, y)];
    await s.drag(from, to.x - from.x, to.y - from.y, how);
    const { x: left, y: top } = await s.layer("block");
    return { x: left, y: top };
  };
  near((await bring(176.6, 320)).x, 177.8, 0.02, "the middle");
  near((await bring(31.2, 322)).x, 30, 0.02, "the left edge");
  near((await bring(37.6, 322)).x, 36.35, 0.02, "the safe margin");
  near((await bring(251.1, 324)).x, 250, 0.02, "the middle of another");
  near((await bring(120, 101.2)).y, 100, 0.02, "level with another");
  const free = await bring(176.6, 330, { held: ["Control"] });
  assert.ok(Math.abs(free.x - 177.8) > 0.3, `Ctrl: ${free.x}`);
});

studio("21 a layer catches where the gaps between three are equal, and both gaps are told", { design: design([[40, 200], [110, 205]].map(([x, y], n) => block({ id: `b${n}`, x, y, width: 30, height: 30 })).concat(block({ x: 250, y: 203, width: 42, height: 26 }))) }, async (s) => {
  const bring = async (/** @type {number} */ x, /** @type {string[]} */ told) => {
    const now = await s.layer("block");
    const [from, to] = [await s.at(now.x, now.y), await s.at(x, 203)];
    await s.drag(from, to.x - from.x, to.y - from.y, { before: () => soon(async () => {
      const labels = await s.page.locator(".distance text").allTextContents();
      for (const label of told) assert.ok(labels.filter((one) => one === label).length >= 2, `${label} twice in ${labels}`);
    }) });
    return (await s.layer("block")).x;
  };
  near(await bring(187.4, ["40 mm"]), 125 + 40 + 21, 0.02, "after the two");
  await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.store.commit({ .../** @type {any} */ (globalThis).platen.store.state.design, placements: [{ area: "front", layers: /** @type {any} */ (globalThis).platen.store.state.design.placements[0].layers.map((/** @type {any} */ layer) => (layer.id === "b1" ? { ...layer, x: 240 } : layer)) }] }, "Move"));
  near(await bring(141, ["64 mm"]), 140, 0.02, "between them");
});

studio("22 the distance to what a layer catches on is told beside the line, in the person's unit", { design: design([block({ x: 150, y: 300, width: 60 }), block({ id: "other", x: 250, y: 100, width: 50, height: 30 })]) }, async (s) => {
  const told = async (/** @type {RegExp} */ pattern) => {
    const [from, to] = [await s.middle("block"), await s.at(249, 300)];
    await s.drag(from, to.x - from.x, to.y - from.y, { before: () => soon(async () => {
      const labels = await s.page.locator(".distance text").allTextContents();
      assert.ok(labels.some((label) => pattern.test(label)), labels.join());
    }) });
    await s.count(s.page.locator(".distance"), 0, "it goes with the drag");
    await s.press("Control+z");
  };
  // From the lower edge of the other, 115 mm down, to the upper one of this, near 280.
  await told(/^16\d(\.\d)? mm$/);
  await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.settings.set({ unit: "in" }));
  await told(/^6\.[3-6]\d? in$/);
});

studio("22 a guide line shows what it catches on", { design: design([block({ x: 150, y: 300 })]) }, async (s) => {
  const [from, to] = [await s.middle("block"), await s.at(177, 280)];
  await s.drag(from, to.x - from.x, to.y - from.y, { before: () => s.page.locator(".guide").first().waitFor({ state: "attached" }) });
  await s.count(s.page.locator(".guide"), 0);
});

studio("23 aligns one layer to the print area, several to each other", { design: design([block({ x: 150, y: 300 }), block({ id: "other", x: 250, y: 100, width: 50, height: 30 })]) }, async (s) => {
  await s.choose("block");
  for (const [keys, field, value] of /** @type {[string, "x" | "y", number][]} */ ([["Alt+a", "x", 40], ["Alt+h", "x", 177.8], ["Alt+d", "x", 315.6], ["Alt+w", "y", 20], ["Alt+v", "y", 228.6], ["Alt+s", "y", 437.2]])) {
    await s.press(keys);
    near((await s.layer("block"))[field], value, 0.02, keys);
  }
  await s.button("Align top").click();
  near((await s.layer("block")).y, 20, 0.02, "the button");
  await s.press("Control+z");
  assert.equal((await s.layer("block")).y, 437.2);
  await s.choose("other", { modifiers: ["Shift"] });
  await s.button("Align left").click();
  await s.frame();
  const [a, b] = [await s.layer("block"), await s.layer("other")];
  near(a.x - 40, b.x - 25, 0.02, "left edges");
});

studio("24 distributes across and down", { design: design([10, 60, 200].map((at, n) => block({ id: `b${n}`, x: at + 30, y: at + 60, width: 20, height: 20 }))) }, async (s) => {
  await s.choose("b0");
  await s.press("Control+a");
  await s.press("Alt+Shift+h");
  near((await s.layer("b1")).x, 135, 0.02, "across");
  await s.press("Alt+Shift+v");
  near((await s.layer("b1")).y, 165, 0.02, "down");
  await s.press("Control+z");
  near((await s.layer("b1")).y, 120, 0.02, "undone");
});

studio("25 puts a layer on the left chest, the back, a sleeve", { design: design([words()]) }, async (s) => {
  await s.choose("words");
  const put = async (/** @type {string} */ name, /** @type {string} */ area, /** @type {string} */ view) => {
    await s.button(name).click();
    await s.exact();
    const { design: now, view: seen, selection } = await s.state();
    assert.deepEqual([now.placements.length, now.placements[0].area, seen, selection.length], [1, area, view, 1], name);
    return now.placements[0].layers[0];
  };
  const chest = await put("Left chest", "left-chest", "front");
  near(chest.x, 57.15, 0.1, "x");
  await put("Full back", "back", "back");
  await put("Left sleeve", "left-sleeve", "front");
  assert.equal(await s.steps(), 3);
});

studio("28 what lies outside the print area is dimmed while a layer moves, and always on the flat", { design: design([block()]) }, async (s) => {
  const fill = () => s.page.locator("#overlay .outside").evaluateAll((all) => all.map((path) => {
    const { fillOpacity, fillRule } = getComputedStyle(path);
    const box = /** @type {SVGPathElement} */ (path);
    const inside = (/** @type {number} */ x, /** @type {number} */ y) => box.isPointInFill(Object.assign(new DOMPoint(), /** @type {any} */ (globalThis).platen.ground.of("front").toPicture({ x, y })));
    return { isSeen: Number(fillOpacity) > 0.2 && fillRule === "evenodd", within: inside(177, 228), beside: inside(177, 480) };
  }));
  const dimmed = [{ isSeen: true, within: false, beside: true }];
  await becomes(fill, []);
  await s.choose("block");
  await becomes(fill, []);
  await s.drag(await s.middle("block"), 40, 30, { before: () => becomes(fill, dimmed) });
  await becomes(fill, []);
  await s.press("u");
  await becomes(fill, dimmed);
});

studio("28 a layer wholly outside is told and cannot be ordered", { design: design([block({ x: 700 })]) }, async (s) => {
  await s.until((state) => state.live.findings.some((/** @type {any} */ finding) => finding.severity === "error"));
  const { findings } = (await s.state()).live;
  const count = findings.filter((/** @type {any} */ finding) => finding.severity === "error").length;
  await s.page.locator(".foot").getByText(en[count === 1 ? "price.errors.one" : "price.errors.other"].replace("{count}", String(count))).waitFor();
  await s.button("Sizes and price").click();
  await s.button("One M more").click();
  await s.page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("Ada");
  await s.page.getByRole("dialog").getByRole("checkbox").check();
  await becomes(() => s.button("Place the order").isDisabled(), true);
});
