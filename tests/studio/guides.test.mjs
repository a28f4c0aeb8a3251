// Rulers, guides and the grid.
import assert from "node:assert/strict";
import { becomes, block, design, matches, near, studio } from "./studio.mjs";

const one = design([block({ x: 150, y: 300, width: 60 })]);

/** The middle of a ruler on the screen. @param {import("./studio.mjs").Studio} s @param {"x" | "y"} axis */
async function ruler(s, axis) {
  await s.frame();
  const [a, b] = axis === "x" ? [await s.at(60, 0), { x: 0, y: -9 }] : [await s.at(0, 60), { x: -14, y: 0 }];
  return { x: a.x + b.x, y: a.y + b.y };
}

for (const flat of [false, true]) {
  studio(`26 R shows rulers; a guide is drawn out of one, caught on, moved, and taken back ${flat ? "on the flat" : "on the cloth"}`, { design: one }, async (s) => {
    await s.page.evaluate((flat) => /** @type {any} */ (globalThis).platen.store.set({ flat }), flat);
    await s.exact();
    await s.page.locator("#overlay").focus();
    await s.press("r");
    await s.said(/^Rulers and guides: on$/);
    await becomes(async () => (await s.page.locator(".ruler").first().locator("text").allTextContents()).slice(0, 3), ["0", "50", "100"]);
    const guides = async () => (await s.state()).guides.map((/** @type {any} */ { axis, at }) => [axis, at]);

    let from = await ruler(s, "y");
    let to = await s.at(100, 200);
    await s.drag(from, to.x - from.x, to.y - from.y, { before: () => matches(() => s.page.locator(".distance text").textContent(), /^(99|100|101) mm$/) });
    const [[axis, at]] = await guides();
    assert.equal(axis, "x");
    near(at, 100, 1, "guide");
    await s.said(/^Upright guide at \d+ mm$/);
    assert.equal(await s.steps(), 0, "the design is not touched");
    assert.ok(!JSON.stringify(await s.design()).includes("guide"));

    const layer = await s.layer("block");
    [from, to] = [await s.at(layer.x, layer.y), await s.at(at + 30 + 1.5, 320)];
    await s.drag(from, to.x - from.x, to.y - from.y);
    near((await s.layer("block")).x - 30, at, 0.02, "the left edge lies on the guide");

    [from, to] = [await s.at(at, 150), await s.at(220, 150)];
    await s.drag(from, to.x - from.x, to.y - from.y, { before: () => s.press("Escape") });
    assert.deepEqual(await guides(), [["x", at]], "Escape puts it back");
    await s.drag(from, to.x - from.x, to.y - from.y);
    near((await guides())[0][1], 220, 1, "moved");
    const moved = (await guides())[0][1];
    [from, to] = [await s.at(moved, 150), await ruler(s, "y")];
    await s.drag(from, to.x - from.x, to.y - from.y);
    assert.deepEqual(await guides(), []);
    await s.said(/^The guide is removed$/);

    from = await ruler(s, "x");
    to = await s.at(60, 90);
    await s.drag(from, to.x - from.x, to.y - from.y);
    assert.equal((await guides())[0][0], "y", "the upper ruler gives level ones");
    await s.page.locator("#overlay").focus();
    await s.press("r");
    await s.count(s.page.locator(".own-guide, .ruler"), 0);
  });
}

studio("26 guides by numbers: added, changed and removed with keys alone; kept with the draft", { design: one }, async (s) => {
  await s.page.locator("#overlay").focus();
  await s.press("Shift+r");
  const dialog = s.page.getByRole("dialog", { name: "Guides" });
  await dialog.getByLabel("Direction").selectOption({ label: "Level, from top" });
  await dialog.getByLabel(/^From top/).fill("5in");
  await dialog.getByLabel(/^From top/).press("Enter");
  await s.said(/^Level guide at 127 mm$/);
  assert.deepEqual((await s.state()).guides, [{ area: "front", axis: "y", at: 127 }]);
  await dialog.getByLabel(/^Level, from top/).fill("130");
  await dialog.getByLabel(/^Level, from top/).press("Enter");
  await s.press("Escape");
  await s.until((state) => state.dialog === null);
  await s.count(s.page.locator(".own-guide"), 1, "rulers and guides are shown");
  await s.drafted();
  await s.page.reload();
  await s.ready();
  await s.until((state) => state.guides.length === 1);
  assert.equal((await s.state()).guides[0].at, 130);
  await s.button("Guides").click();
  await dialog.getByRole("button", { name: "Remove the guide at 130 mm" }).click();
  assert.deepEqual((await s.state()).guides, []);
});

studio("27 G lays a grid of 10 mm over the print area, on the cloth as on the flat", { design: one }, async (s) => {
  await s.page.locator("#overlay").focus();
  for (const flat of [false, true]) {
    if (flat) await s.press("u");
    await s.exact();
    await s.page.locator("#overlay").focus();
    await s.press("g");
    // Every line of the grid goes through the places that the cloth has at its millimetres.
    const off = await s.page.evaluate(() => {
      const on = /** @type {any} */ (globalThis).platen.ground.of("front");
      const paths = [...document.querySelectorAll("#overlay .grid path")];
      const points = paths.flatMap((path) => [...(path.getAttribute("d") ?? "").matchAll(/([-\d.]+) ([-\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) })));
      const far = [[10, 0], [120, 0], [350, 0], [0, 10], [0, 450], [200, 0]].map(([x, y]) => {
        const there = on.toPicture({ x, y });
        return Math.min(...points.map((point) => Math.hypot(point.x - there.x, point.y - there.y)));
      });
      return { far: Math.max(...far), lines: paths.reduce((sum, path) => sum + (path.getAttribute("d") ?? "").split("M").length - 1, 0) };
    });
    assert.ok(off.far < 0.02, `off by ${off.far}`);
    assert.equal(off.lines, 36 + 46);
    await s.press("g");
    await s.count(s.page.locator("#overlay .grid"), 0);
  }
});
