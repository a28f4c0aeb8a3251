// Whole journeys: keys alone, a phone, Arabic; and the budgets of the page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Studio, block, design, matches, near, person, soon, studio, words } from "./studio.mjs";

studio("keys alone: add words, ink them, move them, order", async (s) => {
  const { page } = s;
  const tabTo = async (/** @type {() => boolean} */ isThere, what = "", limit = 150) => {
    for (let n = 0; n < limit; n++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(`(${isThere})()`)) return;
    }
    assert.fail(`Tab never came to ${what}`);
  };
  // The words of the first text are ready to be typed over.
  await page.waitForSelector("#words:focus");
  await page.keyboard.type("KEYS ONLY");
  await tabTo(() => document.activeElement?.getAttribute("role") === "radio", "an ink");
  for (let n = 0; n < 3; n++) await s.press("ArrowRight");
  const { fill } = await s.layer("text");
  assert.notEqual(fill, "ink:black");
  for (let n = 0; n < 12 && !(await page.evaluate(() => document.activeElement?.id === "overlay")); n++) await s.press("F6");
  await s.focused(s.page.locator("#overlay"), "F6 comes to the stage");
  assert.deepEqual(await s.selection(), ["text"]);
  const { y } = await s.layer("text");
  await s.press("Shift+ArrowDown");
  near((await s.layer("text")).y, y + 10, 0.01, "y");
  await s.exact();
  for (let n = 0; n < 12 && !(await page.evaluate(() => document.activeElement?.closest("header"))); n++) await s.press("F6");
  await tabTo(() => /^Sizes and price/.test(document.activeElement?.textContent?.trim() ?? ""), "the order");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog[open]");
  await tabTo(() => document.activeElement?.id === "size-M", "the sizes");
  await page.keyboard.type("12");
  await tabTo(() => /** @type {HTMLInputElement} */ (document.activeElement)?.autocomplete === "name", "the name");
  await page.keyboard.type("Ada");
  await tabTo(() => /** @type {HTMLInputElement} */ (document.activeElement)?.type === "checkbox", "the tick");
  await page.keyboard.press("Space");
  await tabTo(() => document.activeElement?.textContent?.trim() === "Place the order", "the last button");
  await page.keyboard.press("Enter");
  await page.getByText("The order is placed").waitFor();
});

studio("what screen readers meet on the stage", { design: design([words(), block({ locked: true })]) }, async (s) => {
  const tree = await s.page.locator("#overlay").ariaSnapshot();
  assert.match(tree, /application "Design on the garment, Front, print area Front"/);
  assert.match(tree, /img "JUNIPER, text, [\d.]+ × [\d.]+ mm"/);
  assert.match(tree, /img "Rectangle, shape, 80 × 40 mm, locked"/);
  await matches(() => s.page.locator("#cloth").getAttribute("alt"), /White garment/);
});

studio("three links lead past everything: to the shirt, the inspector, the order", { design: design([words()]) }, async (s) => {
  for (const [name, target] of [["Skip to the shirt", "#overlay"], ["Skip to the inspector", "#inspector"], ["Skip to sizes and price", "#order"]]) {
    await s.page.getByRole("link", { name }).focus();
    await s.page.keyboard.press("Enter");
    await s.focused(s.page.locator(target), name);
  }
  assert.equal(new URL(s.page.url()).hash, "");
});

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

studio("a drag among a hundred layers does the work of one", { design: design([block({ width: 20, height: 20, y: 20, x: 20 })]) }, async (s) => {
  const work = () => s.page.evaluate(async () => {
    const { platen } = /** @type {any} */ (globalThis);
    const { Cloth } = await import(/** @type {any} */ ("/core/geometry.js"));
    const count = { points: 0, looks: 0 };
    const { toPicture } = Cloth.prototype;
    const { stringify } = JSON;
    const settle = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(null))));
    const target = /** @type {Element} */ (document.querySelector('#overlay [data-id="block"]'));
    const { x, y, width, height } = target.getBoundingClientRect();
    const svg = /** @type {any} */ (document.getElementById("overlay"));
    svg.setPointerCapture = () => {};
    const fire = async (/** @type {string} */ name, /** @type {number} */ by) => {
      target.dispatchEvent(new PointerEvent(name, { bubbles: true, clientX: x + width / 2 + by, clientY: y + height / 2 + by, pointerId: 7, pointerType: "mouse", button: 0, ctrlKey: true }));
      await settle();
    };
    await fire("pointerdown", 0);
    await fire("pointermove", 6);
    Cloth.prototype.toPicture = function (/** @type {any} */ p) {
      count.points += 1;
      return toPicture.call(this, p);
    };
    JSON.stringify = (/** @type {any[]} */ ...what) => {
      count.looks += 1;
      return /** @type {any} */ (stringify)(...what);
    };
    for (let n = 0; n < 10; n++) await fire("pointermove", 7 + n);
    Cloth.prototype.toPicture = toPicture;
    JSON.stringify = stringify;
    await fire("pointerup", 17);
    platen.store.undo();
    return count;
  });
  const alone = await work();
  await s.page.evaluate(async (texts) => {
    const { platen } = /** @type {any} */ (globalThis);
    const { design } = platen.store.state;
    await platen.open({ ...design, placements: [{ area: "front", layers: [...texts, ...design.placements[0].layers] }] }, "Add a hundred");
    platen.store.set({ selection: ["block"] });
  }, Array.from({ length: 100 }, (_, n) => words({ id: `t${n}`, text: `Word ${n}`, size: 9, x: 60 + (n % 10) * 26, y: 60 + Math.floor(n / 10) * 38 })));
  await s.exact();
  const among = await work();
  assert.ok(alone.points > 50, `the count counts: ${JSON.stringify(alone)}`);
  assert.ok(among.points <= alone.points * 1.2, `points on the cloth: ${among.points} instead of ${alone.points}`);
  // Work for each of a hundred layers would be a hundred times as much; a frame more or less is not.
  assert.ok(among.looks <= alone.looks * 2, `looks of layers: ${among.looks} instead of ${alone.looks}`);
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

studio("phone: the sheet goes with a finger on its grip, and stops at three heights; words that are tapped twice open it", { ...phone, design: design([words({ y: 200 })]) }, async (s) => {
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
  const { x, y } = await s.middle("words");
  await s.page.touchscreen.tap(x, y);
  await s.page.getByRole("group", { name: "Actions" }).getByRole("button", { name: "Edit", exact: true }).tap();
  await s.page.waitForSelector("#words:focus");
});

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

studio("between phone and desk a tool opens over the stage, and closes by its cross or by its own button", { viewport: { width: 900, height: 800 }, design: design([words()]) }, async (s) => {
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
  assert.ok(views && sights && views.x + views.width <= sights.x, "the views do not lie on the zoom");
});

studio("320 px wide: nothing is cut off sideways", { viewport: { width: 320, height: 640 }, design: design([words()]) }, async (s) => {
  assert.ok(await s.page.evaluate(() => document.documentElement.scrollWidth <= 320));
  await s.button("Sizes and price").click();
  await s.page.getByRole("dialog").waitFor();
  assert.ok(await s.page.evaluate(() => /** @type {Element} */ (document.querySelector("dialog[open]")).scrollWidth <= 320));
});

studio("Arabic: right to left, with its own words, and nothing in English left", { path: "/?lang=ar", context: { locale: "ar" } }, async (s) => {
  assert.deepEqual(await s.page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), ["ar", "rtl"]);
  const tools = await s.page.locator(".rail button").allTextContents();
  assert.ok(tools.every((name) => /\p{Script=Arabic}/u.test(name)), tools.join());
  const [rail, inspector] = [await s.page.locator(".rail").boundingBox(), await s.page.locator(".inspector").boundingBox()];
  assert.ok((rail?.x ?? 0) > (inspector?.x ?? 0));
  await s.exact();
});

studio("first five minutes 1: a shirt at once, and the first key makes a design", async (s) => {
  await s.exact();
  await s.page.waitForSelector("#words:focus");
  assert.ok(await s.page.locator("#cloth").evaluate((image) => /** @type {HTMLImageElement} */ (image).naturalWidth >= 400));
  const starters = s.page.getByRole("region", { name: "Start from a design" });
  await s.count(starters.locator(".card"), 3, "or one of three ready designs");
  await s.page.keyboard.type("Hi");
  assert.equal((await s.layer("text")).text, "Hi");
  await s.count(starters, 0, "whoever has begun is not asked any more");
  await s.exact();
});

studio("a new person takes one of three ready designs, as one step", async (s) => {
  const card = s.page.getByRole("region", { name: "Start from a design" }).locator(".card").first();
  const name = (await card.locator("span").textContent()) ?? "";
  const steps = await s.steps();
  await card.click();
  await s.until((state, name) => state.design.name === name, name);
  await s.exact();
  assert.equal(await s.steps(), steps + 1);
  assert.ok((await s.order()).length > 1);
});

test("budget: the first exact picture takes at most 45 requests and 400 KB, all from here", { timeout: 90_000 }, async () => {
  const context = await person({ hasCard: true, context: { serviceWorkers: "block" } });
  await context.addInitScript(() => {
    new MutationObserver((_, watch) => {
      if (document.documentElement?.dataset.preview !== "exact") return;
      watch.disconnect();
      Object.assign(globalThis, { exactAt: performance.now() });
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-preview"] });
  });
  try {
    const s = await Studio.open(context, { expected: /Service Worker registration blocked/ });
    await s.exact();
    const list = await s.page.evaluate(() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
      .map((entry) => /** @type {PerformanceResourceTiming} */ (entry))
      .filter(({ startTime, name }) => startTime < /** @type {any} */ (globalThis).exactAt && !/^(blob|data):/.test(name))
      .map(({ name, transferSize }) => ({ name, bytes: transferSize })));
    const sum = (/** @type {typeof list} */ some) => some.reduce((all, { bytes }) => all + bytes, 0);
    const told = list.toSorted((a, b) => b.bytes - a.bytes).map(({ name, bytes }) => `${bytes} ${name.slice(s.address.length)}`).join(", ");
    assert.ok(list.length <= 45, `${list.length} requests: ${told}`);
    assert.ok(list.length > 20 && sum(list) <= 400 * 1024, `${sum(list)} bytes: ${told}`);
    // With their headers.
    const scripts = list.filter(({ name }) => name.endsWith(".js"));
    assert.ok(sum(scripts) <= 60 * 1024 + 400 * scripts.length, `${sum(scripts)} bytes of script: ${told}`);
    assert.deepEqual(s.problems, []);
  } finally {
    await context.close();
  }
});

studio("what comes after the first picture takes no focus and no keys; shortcuts wait for it", { context: { serviceWorkers: "block" }, expected: /Service Worker registration blocked/ }, async (s) => {
  await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.saver.now());
  await s.kept();
  // What comes later waits until it is let go.
  let letGo = () => {};
  /** @type {Promise<void>} */
  let later;
  const hold = () => void (later = new Promise((resolve) => (letGo = resolve)));
  await s.page.route(/\/rest\.js$/, async (route) => {
    await later;
    await route.continue();
  });
  hold();
  await s.page.reload();
  await s.page.locator("#overlay").waitFor();
  await s.count(s.page.locator(".layers li"), 0, "the layers are not there yet");
  await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.enter("text"));
  await s.page.waitForSelector("#words:focus");
  await s.page.keyboard.type("Juniper");
  letGo();
  await s.ready();
  await s.page.keyboard.type(" Club");
  assert.equal((await s.layer("text")).text, "Juniper Club");
  await s.focused(s.page.locator("#words"), "the focus stays");
  await s.drafted();
  hold();
  await s.page.reload();
  await s.page.locator("#overlay").focus();
  await s.page.keyboard.press("Control+k");
  await s.page.keyboard.press("t");
  await s.count(s.page.getByRole("dialog"), 0, "the dialog is not there yet");
  letGo();
  await s.page.getByRole("dialog").getByRole("searchbox").waitFor();
  await s.ready();
  await s.frame();
  assert.deepEqual(await s.order(), ["text"], "what is typed while a dialog comes is no command");
});
