// Whole journeys: keys alone, a new person, Arabic; and the budgets of the page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Studio, becomes, block, design, matches, near, person, studio, words } from "./studio.mjs";

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

studio("Arabic: right to left, with its own words, and nothing in English left", { path: "/?lang=ar", context: { locale: "ar" } }, async (s) => {
  assert.deepEqual(await s.page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), ["ar", "rtl"]);
  const tools = await s.page.locator(".rail button").allTextContents();
  assert.ok(tools.every((name) => /\p{Script=Arabic}/u.test(name)), tools.join());
  const [rail, inspector] = [await s.page.locator(".rail").boundingBox(), await s.page.locator(".inspector").boundingBox()];
  assert.ok((rail?.x ?? 0) > (inspector?.x ?? 0));
  await s.exact();
});

studio("Arabic: prices among words read from left to right, and no mark of that gets into what is kept", { path: "/?lang=ar", context: { locale: "ar" }, design: design([words()]) }, async (s) => {
  const why = s.page.locator(".foot .why");
  await why.getByText("US$").waitFor();
  const [number, coin, sign] = await why.evaluate((line) => {
    const node = [...line.querySelectorAll("bdi")].flatMap((one) => [...one.childNodes]).find((one) => one.textContent?.includes("US$"));
    const text = node?.textContent ?? "";
    const at = text.indexOf("US$");
    const box = (/** @type {number} */ from, /** @type {number} */ to) => {
      const range = document.createRange();
      range.setStart(/** @type {Node} */ (node), from);
      range.setEnd(/** @type {Node} */ (node), to);
      return range.getBoundingClientRect().left;
    };
    return [box(text.slice(0, at).search(/[\d.]+\s*$/), at - 1), box(at, at + 2), box(at + 2, at + 3)];
  });
  assert.ok(number < coin && coin < sign, JSON.stringify({ number, coin, sign }));
  await s.kept();
  const { id } = (await s.state()).kept;
  await s.page.goto(`/?copy=${id}&lang=ar`);
  await s.ready();
  const { name } = await s.design();
  assert.ok(name.includes("Test") && /\p{Script=Arabic}/u.test(name) && !/[\u200e\u200f\u2066-\u2069]/.test(name), JSON.stringify(name));
});

studio("graphics and ready designs are called in the person's language, looked for and placed by that name", { path: "/?lang=de", context: { locale: "de-DE" } }, async (s) => {
  const rail = s.page.locator(".rail button");
  await rail.filter({ hasText: "Grafik" }).click();
  const tiles = s.page.locator(".panel .tile");
  await s.page.getByRole("searchbox").fill("bär");
  await becomes(async () => tiles.evaluateAll((all) => all.map((one) => one.getAttribute("aria-label"))), ["Bär"]);
  await tiles.click();
  await s.until((state) => state.design.placements.some((/** @type {any} */ one) => one.layers.some((/** @type {any} */ layer) => layer.name === "Bär")));
  await rail.filter({ hasText: "Ideen" }).click();
  const card = s.page.locator(".panel .card").filter({ hasText: "Familientreffen" });
  await card.click();
  await s.until((state) => state.design.name === "Familientreffen");
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

studio("F6 goes round all regions, forwards and back", { design: design([words()]) }, async (s) => {
  const here = () => s.page.evaluate(() => document.activeElement?.closest("[data-region]")?.className.split(" ")[0]);
  /** @type {(string | undefined)[]} */
  const seen = [];
  for (let n = 0; n < 6; n++) {
    await s.press("F6");
    seen.push(await here());
  }
  assert.deepEqual(seen.toSorted(), ["foot", "inspector", "panel", "rail", "stage", "top"]);
  await s.press("Shift+F6");
  assert.equal(await here(), seen[4]);
});
