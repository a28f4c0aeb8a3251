// What the studio may cost: memory, drawings a key, and how often a move of the pointer asks where things lie. How long it
// takes is told and not judged: that is the machine's part.
import assert from "node:assert/strict";
import { becomes, block, design, studio, words } from "./studio.mjs";

/** @typedef {import("./studio.mjs").Studio} Studio */

const MB = 1024 * 1024;
/** A hundred layers that do not touch. @param {string} name */
const hundred = (name) => Array.from({ length: 100 }, (_, n) => block({ id: `${name}${n}`, width: 20, height: 12, x: 30 + (n % 10) * 32, y: 30 + Math.floor(n / 10) * 40 }));

/** What is left in memory when all that nobody needs is gone. @param {import("playwright-core").CDPSession} session */
async function left(session) {
  for (let n = 0; n < 3; n++) await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const of = (/** @type {string} */ name) => metrics.find((metric) => metric.name === name)?.value ?? NaN;
  return { heap: of("JSHeapUsedSize"), nodes: of("Nodes"), listeners: of("JSEventListeners") };
}

/** @param {Studio} s */
async function memory(s) {
  const session = await s.page.context().newCDPSession(s.page);
  await session.send("Performance.enable");
  await session.send("HeapProfiler.enable");
  return () => left(session);
}

studio("budget: a hundred layers that come and go leave nothing in memory", { design: design([]) }, async (s) => {
  const look = await memory(s);
  const round = async (/** @type {string} */ name) => {
    await s.page.evaluate((next) => /** @type {any} */ (globalThis).platen.open(next, "Add"), design(hundred(name)));
    await s.count(s.page.locator("#overlay [data-id]"), 100);
    await s.page.evaluate(() => {
      const { platen } = /** @type {any} */ (globalThis);
      platen.commands.run("selectAll");
      platen.commands.run("delete");
      platen.dismiss();
    });
    await s.count(s.page.locator("#overlay [data-id]"), 0);
    // Undo remembers by design.
    await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.store.set({ past: [], future: [] }));
    await s.exact();
  };
  await round("a");
  await round("b");
  const before = await look();
  for (const name of ["c", "d", "e", "f", "g"]) await round(name);
  const after = await look();
  const told = JSON.stringify({ before, after });
  assert.ok(after.heap - before.heap < 2 * MB, told);
  assert.ok(after.nodes - before.nodes < 100, `of five hundred layers: ${told}`);
  assert.ok(after.listeners - before.listeners < 50, told);
});

studio("budget: 500 edits and 200 times undo keep the heap under 80 MB", { design: design(hundred("a")) }, async (s) => {
  const look = await memory(s);
  for (let n = 0; n < 10; n++) {
    await s.page.evaluate((n) => {
      const { platen } = /** @type {any} */ (globalThis);
      for (let k = 0; k < 50; k++) {
        platen.store.set({ selection: [`a${(n * 50 + k) % 100}`] });
        platen.setLayer((/** @type {any} */ old) => ({ x: old.x + 0.1 }), "Move");
      }
    }, n);
    await s.frame();
  }
  assert.equal(await s.steps(), 200);
  await s.page.evaluate(() => {
    for (let n = 0; n < 200; n++) /** @type {any} */ (globalThis).platen.store.undo();
  });
  assert.equal(await s.steps(), 0);
  await s.exact();
  const { heap } = await look();
  assert.ok(heap < 80 * MB, `${heap / MB} MB`);
});

/** @param {number[]} spent ms */
function told(spent) {
  const sorted = spent.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(1);
  return `half within ${at(0.5)} ms, 95 % within ${at(0.95)} ms`;
}

/** How often the page draws itself from here on. @param {Studio} s */
const countDrawings = (s) => s.page.evaluate(() => {
  const { platen } = /** @type {any} */ (globalThis);
  let toast = platen.toast;
  Object.assign(globalThis, { drawings: 0 });
  // Each drawing looks once whether there is a notice.
  Object.defineProperty(platen, "toast", {
    get: () => (/** @type {any} */ (globalThis).drawings += 1, toast),
    set: (next) => (toast = next),
  });
});

studio("budget: a key draws the page a few times, and asks for one outline of the words and one of the samples", { design: design([...hundred("a"), words({ y: 400 })]) }, async (s) => {
  await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.enter("words"));
  await s.page.waitForSelector("#words:focus");
  await s.exact();
  await countDrawings(s);
  await s.page.evaluate(() => {
    /** @type {number[]} */
    const spent = [];
    Object.assign(globalThis, { spent });
    document.querySelector("#words")?.addEventListener("input", () => {
      const start = performance.now();
      // After the frame that was planned with the key.
      requestAnimationFrame(() => setTimeout(() => spent.push(performance.now() - start)));
    });
  });
  const asked = () => s.requests.filter((request) => request.url().endsWith("/outlines")).length;
  const before = asked();
  const text = "CLOUD NINE";
  for (const letter of text) await s.press(letter === " " ? "Space" : letter);
  await s.exact();
  assert.equal((await s.layer("words")).text, text);
  const { drawings, spent } = await s.page.evaluate(() => ({ drawings: /** @type {any} */ (globalThis).drawings, spent: /** @type {number[]} */ (/** @type {any} */ (globalThis).spent) }));
  console.log(`from key to frame among a hundred layers: ${told(spent)}; ${drawings} drawings and ${asked() - before} outlines for ${text.length} keys`);
  assert.ok(drawings >= text.length && drawings <= 5 * text.length, `${drawings} drawings`);
  assert.ok(asked() - before <= 2 * text.length, `${asked() - before} outlines`);
});

studio("budget: a move of the pointer among a hundred layers asks twice at most where things lie", { design: design(hundred("b")) }, async (s) => {
  const from = await s.middle("b55");
  await s.page.mouse.move(from.x, from.y);
  await s.page.mouse.down();
  const seen = await s.page.evaluate(async ([x, y]) => {
    let looks = 0;
    const count = (/** @type {any} */ kind, /** @type {string} */ name) => {
      const own = kind[name];
      kind[name] = function (/** @type {any[]} */ ...how) {
        looks += 1;
        return own.apply(this, how);
      };
      return () => (kind[name] = own);
    };
    const end = [[Element.prototype, "getBoundingClientRect"], [SVGGraphicsElement.prototype, "getBBox"], [SVGGraphicsElement.prototype, "getScreenCTM"], [Document.prototype, "elementsFromPoint"], [globalThis, "getComputedStyle"]].map(([kind, name]) => count(kind, String(name)));
    const stage = /** @type {Element} */ (document.getElementById("overlay"));
    /** @type {number[]} */
    const spent = [];
    const most = [];
    for (let n = 1; n <= 40; n++) {
      const event = new PointerEvent("pointermove", { pointerId: 1, clientX: x + n, clientY: y + n / 2, bubbles: true, pointerType: "mouse" });
      looks = 0;
      const start = performance.now();
      stage.dispatchEvent(event);
      spent.push(performance.now() - start);
      most.push(looks);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    for (const undo of end) undo();
    return { spent, most: Math.max(...most) };
  }, [from.x, from.y]);
  await s.page.mouse.up();
  assert.notEqual((await s.layer("b55")).x, 190, "it moved");
  console.log(`a move among a hundred layers: ${told(seen.spent)}; ${seen.most} looks`);
  assert.ok(seen.most >= 1 && seen.most <= 2, `${seen.most} looks`);
});

studio("budget: of a hundred layers a drag draws the one that moves, on the stage and in the list", { design: design(hundred("b")) }, async (s) => {
  await s.choose("b55");
  const from = await s.middle("b55");
  await s.page.mouse.move(from.x, from.y);
  await s.page.mouse.down();
  await s.page.mouse.move(from.x + 10, from.y);
  await s.frame();
  const before = await s.box("b55");
  // A look at a layer's name is a drawing of it. The one that moves is another object by then.
  await s.page.evaluate(() => {
    /** @type {Set<string>} */
    const named = new Set();
    Object.assign(globalThis, { named });
    for (const layer of /** @type {any} */ (globalThis).platen.store.state.design.placements[0].layers) {
      Object.defineProperty(layer, "name", { configurable: true, get: () => void named.add(layer.id) });
    }
  });
  await s.page.mouse.move(from.x + 30, from.y + 4);
  await becomes(async () => (await s.box("b55")).x > before.x + 10, true, "it is drawn where it is");
  assert.deepEqual(await s.page.evaluate(() => [.../** @type {Set<string>} */ (/** @type {any} */ (globalThis).named)]), []);
  await s.page.mouse.up();
});
