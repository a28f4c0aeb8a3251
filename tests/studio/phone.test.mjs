// The phone, and what is smaller than a desk: fingers, the sheet, what is under More.
import assert from "node:assert/strict";
import { block, design, near, soon, studio, words } from "./studio.mjs";

const phone = { viewport: { width: 390, height: 844 }, touch: true, context: { isMobile: true, deviceScaleFactor: 2 } };

/**
 * Fingers: each a list of places it goes through together with the others.
 * @param {import("./studio.mjs").Studio} s @param {{x: number, y: number}[][]} fingers
 */
async function touch(s, fingers) {
  const session = await s.page.context().newCDPSession(s.page);
  const at = (/** @type {number} */ step) => fingers.map((path, id) => ({ ...path[Math.min(step, path.length - 1)], id }));
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
  for (let step = 1; step < fingers[0].length; step++) await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(step) });
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await session.detach();
  await s.frame();
}

/** @param {{x: number, y: number}} from @param {{x: number, y: number}} to */
const path = (from, to) => [0, 0.25, 0.5, 0.75, 1].map((part) => ({ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }));

studio("phone: a tap chooses, a drag moves, the empty cloth clears", { ...phone, design: design([block({ width: 200, height: 150, y: 200 })]) }, async (s) => {
  const middle = await s.middle("block");
  await touch(s, [[middle, middle]]);
  assert.deepEqual(await s.selection(), ["block"]);
  await touch(s, [path(middle, { x: middle.x + 5, y: middle.y + 4 })]);
  assert.equal((await s.layer("block")).x, 177.8, "a trembling finger moves nothing");
  await touch(s, [path(middle, { x: middle.x + 40, y: middle.y + 60 })]);
  assert.ok((await s.layer("block")).y > 230);
  assert.equal(await s.steps(), 1);
});

studio("phone: two fingers scale and turn the chosen layer; elsewhere they zoom", { ...phone, design: design([block({ width: 200, height: 150, y: 200 })]) }, async (s) => {
  const { x, y } = await s.middle("block");
  await touch(s, [[{ x, y }, { x, y }]]);
  await touch(s, [path({ x: x - 20, y }, { x: x - 30, y: y - 25 }), path({ x: x + 20, y }, { x: x + 30, y: y + 25 })]);
  const pinched = await s.layer("block");
  assert.ok(pinched.width > 260, String(pinched.width));
  near(pinched.rotation, 40, 8, "turn");
  assert.equal(await s.steps(), 1);
  await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.store.set({ selection: [] }));
  const low = y + 190;
  await touch(s, [path({ x: x - 20, y: low }, { x: x - 50, y: low }), path({ x: x + 20, y: low }, { x: x + 50, y: low })]);
  assert.ok((await s.state()).sight.zoom > 1.8);
  assert.equal(await s.steps(), 1);
});

studio("phone: a long press opens the menu; a second finger calls a drag off", { ...phone, design: design([block({ width: 200, height: 150, y: 200 })]) }, async (s) => {
  const middle = await s.middle("block");
  const session = await s.page.context().newCDPSession(s.page);
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ ...middle, id: 0 }] });
  await s.page.getByRole("menu").waitFor();
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await s.frame();
  await s.count(s.page.getByRole("menu"), 1, "letting go does not close it");
  await s.press("Escape");
  await s.count(s.page.getByRole("menu"), 0);
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ ...middle, id: 0 }] });
  await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x: middle.x + 40, y: middle.y, id: 0 }] });
  await s.frame();
  assert.notEqual((await s.layer("block")).x, 177.8);
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: middle.x + 40, y: middle.y, id: 0 }, { x: middle.x, y: middle.y + 200, id: 1 }] });
  await s.frame();
  assert.equal((await s.layer("block")).x, 177.8);
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await s.frame();
  assert.equal(await s.steps(), 0);
});

studio("phone: two fingers of which the first has just touched a layer leave it and the choice as they were", { ...phone, design: design([block({ width: 200, height: 150, y: 200 }), block({ id: "other", y: 400, width: 60 })]) }, async (s) => {
  const { x, y } = await s.middle("block");
  const session = await s.page.context().newCDPSession(s.page);
  const fingers = async (/** @type {string} */ type, /** @type {{x: number, y: number}[]} */ points) => {
    await session.send("Input.dispatchTouchEvent", { type: /** @type {any} */ (type), touchPoints: points.map((point, id) => ({ ...point, id })) });
    await s.frame();
  };
  const pinch = async (/** @type {{x: number, y: number}[]} */ first) => {
    await fingers("touchStart", [first[0]]);
    for (const point of first.slice(1)) await fingers("touchMove", [point]);
    const last = /** @type {{x: number, y: number}} */ (first.at(-1));
    await fingers("touchStart", [last, { x: x + 30, y: y + 20 }]);
    for (const by of [10, 20, 40]) await fingers("touchMove", [{ x: last.x - by, y: last.y - by }, { x: x + 30 + by, y: y + 20 + by }]);
    await fingers("touchEnd", []);
  };
  const { placements } = await s.design();
  await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.store.set({ selection: ["other"] }));
  await pinch([{ x: x - 10, y: y - 10 }]);
  assert.deepEqual((await s.design()).placements, placements, "it was not chosen before");
  assert.deepEqual(await s.selection(), ["other"]);
  assert.ok((await s.state()).sight.zoom > 1.2, "the fingers zoom instead");
  await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.store.set({ selection: ["block"], sight: { zoom: 1, x: 0, y: 0 } }));
  await s.frame();
  await pinch([{ x: x - 10, y: y - 10 }, { x: x - 30, y: y - 10 }, { x: x - 40, y: y - 10 }]);
  assert.deepEqual((await s.design()).placements, placements, "a drag had begun");
  assert.equal(await s.steps(), 0);
});

studio("phone: nothing is wider than the screen, tools are large, the print area is seen", { ...phone, design: design([words()]) }, async (s) => {
  assert.ok(await s.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  const tools = s.page.getByRole("navigation").getByRole("button");
  await s.count(tools, 6);
  for (const tool of await tools.all()) assert.ok(((await tool.boundingBox())?.height ?? 0) >= 48);
  const views = await s.page.locator(".views").boundingBox();
  assert.ok(views && views.x >= 0 && views.x + views.width <= 390, JSON.stringify(views));
  for (const [x, y] of [[0, 0], [355.6, 457.2]]) {
    const corner = await s.at(x, y);
    assert.ok(corner.x >= 0 && corner.x <= 390, JSON.stringify(corner));
  }
});

studio("phone: the sheet has what is chosen, too: place, size, turn, and a picture's background and crop", { ...phone, design: design([block({ width: 200, height: 150, y: 200 })]) }, async (s) => {
  const middle = await s.middle("block");
  await touch(s, [[middle, middle]]);
  const quick = s.page.getByRole("group", { name: "Actions" });
  await quick.getByRole("button", { name: "Place", exact: true }).tap();
  for (const [name, value] of /** @type {[RegExp, string][]} */ ([[/^From left/, "20"], [/^From top/, "30"], [/^Width/, "100"], [/^Turn/, "15"]])) {
    await s.inspector.getByRole("textbox", { name }).fill(value);
    await s.inspector.getByRole("textbox", { name }).press("Enter");
    await s.frame();
  }
  const { x, y, width, height, rotation } = await s.layer("block");
  assert.deepEqual([width, height, rotation], [100, 75, 15]);
  near(x, 120, 0.1, "placed by its corner, made smaller about its middle: x");
  near(y, 105, 0.1, "y");
  await s.upload("pictures/badge.jpg");
  await s.until((state) => state.design.placements[0].layers.length === 2 && state.selection[0] !== "block");
  const [id] = await s.selection();
  await s.page.getByRole("region", { name: "Panel" }).getByRole("button", { name: "badge" }).tap();
  await s.inspector.getByRole("checkbox", { name: "Remove the background" }).check();
  await s.until((state, id) => state.design.placements[0].layers.find((/** @type {any} */ layer) => layer.id === id).remove_background, id);
  await s.inspector.getByRole("button", { name: "Crop", exact: true }).tap();
  await s.inspector.getByLabel("Top, %").fill("25");
  await s.inspector.getByLabel("Top, %").press("Enter");
  await s.until((state, id) => state.design.placements[0].layers.find((/** @type {any} */ layer) => layer.id === id).crop?.y === 0.25, id);
  assert.ok(await s.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
});

studio("phone: the sheet goes with a finger on its grip, and stops at three heights; Edit opens it at the words", { ...phone, design: design([words({ y: 200 })]) }, async (s) => {
  const panel = s.page.locator(".panel");
  const grip = s.page.getByRole("button", { name: "Make the panel taller or smaller" });
  const pull = async (/** @type {number} */ to) => {
    const box = await grip.boundingBox();
    assert.ok(box);
    const from = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await touch(s, [path(from, { x: from.x, y: to })]);
  };
  const stage = async () => (await s.page.locator(".stage").boundingBox())?.height ?? 0;
  const low = await stage();
  await panel.waitFor({ state: "hidden" });
  await pull(560);
  await panel.waitFor();
  const half = await stage();
  await pull(300);
  await soon(async () => assert.ok((await stage()) < half - 100, "nearly all of it"));
  await pull(780);
  await panel.waitFor({ state: "hidden" });
  assert.equal(await stage(), low);
  await grip.tap();
  await panel.waitFor();
  await pull(780);
  await panel.waitFor({ state: "hidden" });
  const { x, y } = await s.middle("words");
  await s.page.touchscreen.tap(x, y);
  await s.page.getByRole("group", { name: "Actions" }).getByRole("button", { name: "Edit", exact: true }).tap();
  await s.page.waitForSelector("#words:focus");
});

for (const height of [640, 844]) {
  studio(`phone: ${height} px high, the sheet full up leaves a third of the screen to the shirt`, { ...phone, viewport: { width: 360, height }, design: design([words({ y: 200 })]) }, async (s) => {
    for (const side of ["tool", "layer"]) {
      await s.page.evaluate((side) => /** @type {any} */ (globalThis).platen.openSheet("full", side), side);
      await s.page.locator(side === "tool" ? ".panel" : ".inspector").waitFor();
      await soon(async () => {
        const { stage, cloth, sheet } = await s.page.evaluate((side) => {
          const [stage, cloth, sheet] = [".ground", ".sheet", side === "tool" ? ".panel" : ".inspector"].map((one) => /** @type {Element} */ (document.querySelector(one)).getBoundingClientRect().toJSON());
          return { stage, cloth, sheet };
        }, side);
        assert.ok(Math.min(stage.bottom, cloth.bottom) - Math.max(stage.top, cloth.top) >= height / 3, JSON.stringify({ stage, cloth }));
        assert.ok(sheet.top >= stage.bottom && sheet.height >= height / 3, JSON.stringify(sheet));
      });
    }
  });
}

studio("phone: grid, rulers, guides, links and settings are under More", { ...phone, design: design([words()]) }, async (s) => {
  const more = async (/** @type {string} */ name) => {
    await s.button("More").tap();
    await s.page.getByRole("dialog", { name: "More" }).getByRole("button", { name, exact: true }).tap();
  };
  await more("Grid");
  await s.count(s.page.locator("#overlay .grid"), 1);
  await s.button("Close").tap();
  await more("Rulers and guides");
  await s.page.locator("#overlay .ruler").first().waitFor({ state: "attached" });
  await s.button("Close").tap();
  for (const name of ["Guides", "Share", "Settings", "My designs"]) {
    await more(name);
    await s.page.getByRole("dialog", { name }).waitFor();
    await s.button("Close").tap();
    await s.count(s.page.getByRole("dialog"), 0);
  }
});

studio("between phone and desk a tool opens beside the garment, and closes by its cross or by its own button", { viewport: { width: 900, height: 800 }, design: design([words()]) }, async (s) => {
  const panel = s.page.locator(".panel");
  await panel.waitFor({ state: "hidden" });
  await s.tool("Garment");
  await panel.waitFor();
  await panel.getByRole("button", { name: "Close" }).click();
  await panel.waitFor({ state: "hidden" });
  await s.tool("Garment");
  await panel.waitFor();
  await s.tool("Garment");
  await panel.waitFor({ state: "hidden" });
  const { x, y } = await s.middle("words");
  await s.page.mouse.dblclick(x, y);
  await s.page.waitForSelector("#words:focus");
  const [views, sights] = [await s.page.locator(".views").boundingBox(), await s.page.locator(".sights").boundingBox()];
  assert.ok(views && sights && (views.x + views.width <= sights.x || sights.y + sights.height <= views.y), "the views do not lie on the zoom");
  const [tool, words] = [await panel.boundingBox(), await s.box("words")];
  assert.ok(tool && tool.x + tool.width <= words.x, "the tool does not lie on what it changes");
});

studio("320 px wide: nothing is cut off sideways", { viewport: { width: 320, height: 640 }, design: design([words()]) }, async (s) => {
  assert.ok(await s.page.evaluate(() => document.documentElement.scrollWidth <= 320));
  await s.button("Sizes and price").click();
  await s.page.getByRole("dialog").waitFor();
  assert.ok(await s.page.evaluate(() => /** @type {Element} */ (document.querySelector("dialog[open]")).scrollWidth <= 320));
});

studio("phone: handles stand off a short word, so that it can be read", { ...phone, design: design([words({ text: "HARBOUR", size: 40 })]) }, async (s) => {
  await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.store.set({ selection: ["words"] }));
  const box = await s.box("words");
  assert.ok(box.height < 60, "it is short");
  const squares = await s.page.locator(".handle rect").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
  assert.equal(squares.length, 6);
  for (const { left, right, top, bottom } of squares) {
    assert.ok(right < box.x || left > box.x + box.width || bottom < box.y || top > box.y + box.height, "a handle covers it");
  }
});

studio("phone: the bar at the top has the title and whether it is saved; Done ends typing and brings the garment back", { ...phone, design: design([words()]) }, async (s) => {
  await s.field("Name of the design").waitFor();
  await s.kept();
  await s.page.getByText("saved", { exact: true }).waitFor();
  const { x, y } = await s.middle("words");
  await s.page.mouse.dblclick(x, y);
  await s.focused(s.field("Words"));
  const high = (await s.page.locator("#stage").boundingBox())?.height ?? 0;
  await s.button("Done").click();
  assert.equal((await s.state()).editing, null);
  assert.notEqual(await s.page.evaluate(() => document.activeElement?.tagName), "TEXTAREA", "the keyboard is gone");
  await soon(async () => assert.ok(((await s.page.locator("#stage").boundingBox())?.height ?? 0) > high + 150));
  await s.button("Undo").waitFor();
  await s.count(s.button("Done"), 0);
});
