// What every test of the studio needs: the real service on a free port with data of its own, one browser, and a fresh
// person (no cookies, no drafts) for each test. Whatever the page complains of fails the test.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

/** The words of the page, as a person reads them. */
export const en = JSON.parse(await readFile(new URL("../../static/locales/en.json", import.meta.url), "utf8"));
export const ROOT = new URL("../../", import.meta.url).pathname;
export const PLATEN = process.env.PLATEN ?? join(ROOT, "target/debug/platen");
const CHROMIUM = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
/** Chromium's software renderer tells this whenever it draws a page with WebGL in it. */
const HARMLESS = /GPU stall due to ReadPixels/;
/** For whatever the service has to answer first; nothing takes this long unless it is broken. */
const PATIENCE_MS = 12_000;
/** For what the page draws of itself. */
const SOON_MS = 5_000;
/** So many ms later than it could the page draws, and hears from the service: a test that does not wait for what it looks at fails then. */
const LATE_MS = Number(process.env.LATE ?? 0);

/** @type {{address: string, child: import("node:child_process").ChildProcess, data: string}} */
let service;
/** @type {import("playwright-core").Browser} */
let browser;

/** Starts the service; `--listen` with port 0 takes a free one, and the first line says which. @returns {Promise<typeof service>} */
export async function startService() {
  const data = await mkdtemp(join(tmpdir(), "platen-studio-"));
  const child = spawn(PLATEN, ["serve", "--listen", "127.0.0.1:0", "--assets", ROOT, "--data", data, "--preview-ms", "20000"], { stdio: ["ignore", "pipe", "pipe"] });
  const address = await new Promise((resolve, reject) => {
    let said = "";
    const listen = (/** @type {Buffer} */ chunk) => {
      said += chunk;
      const found = /at (http:\S+)/.exec(said);
      if (found) resolve(found[1]);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${PLATEN} left with ${code}: ${said}`)));
  });
  return { address, child, data };
}

/** Where the service of these tests keeps its things. */
export const dataFolder = () => service.data;

/** @param {typeof service} one */
export async function stopService({ child, data }) {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
  await rm(data, { recursive: true, force: true });
}

before(async () => {
  service = await startService();
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--force-color-profile=srgb"] });
});
after(async () => {
  await browser?.close();
  if (service) await stopService(service);
});

/** A text in the middle of the front. @param {Record<string, any>} [fields] */
export const words = (fields) => ({ id: "words", type: "text", text: "JUNIPER", font: "Anton", size: 40, fill: "ink:black", x: 177.8, y: 120, ...fields });
/** A scarlet rectangle. @param {Record<string, any>} [fields] */
export const block = (fields) => ({ id: "block", type: "shape", shape: "rectangle", width: 80, height: 40, fill: "ink:scarlet", x: 177.8, y: 250, ...fields });
/** A design with layers on the front. @param {any[]} layers @param {Record<string, any>} [fields] */
export const design = (layers, fields) => ({ version: 1, name: "Test", garment: "tee", color: "white", technique: "dtf", placements: layers.length ? [{ area: "front", layers }] : [], ...fields });

/**
 * @typedef {object} Options
 * @property {any} [design] what is on the garment when the test begins; without it the page as a new person finds it
 * @property {{width: number, height: number}} [viewport]
 * @property {boolean} [touch]
 * @property {import("playwright-core").BrowserContextOptions} [context]
 * @property {RegExp} [expected] complaints of the page that this test provokes
 * @property {string} [path] what is opened
 * @property {boolean} [hasCard] whether there is WebGL: in software it takes most of a test's time
 */

/** @param {string} name @param {Options | ((studio: Studio) => Promise<void>)} options @param {(studio: Studio) => Promise<void>} [body] */
export function studio(name, options, body) {
  const [how, run] = typeof options === "function" ? [{}, options] : [options, /** @type {(studio: Studio) => Promise<void>} */ (body)];
  test(name, { timeout: 90_000 }, async () => {
    const context = await person(how);
    try {
      const one = await Studio.open(context, how);
      await run(one);
      await context.close();
      assert.deepEqual(one.problems, [], "the page complained");
    } finally {
      await context.close().catch(() => {});
    }
  });
}

/** Somebody who was never here. @param {Options} [options] */
export async function person({ viewport = { width: 1280, height: 800 }, touch = false, hasCard = false, context = {} } = {}) {
  const made = await browser.newContext({ viewport, hasTouch: touch, locale: "en-US", reducedMotion: "reduce", baseURL: service.address, ...context });
  if (!hasCard) {
    await made.addInitScript(() => {
      const { getContext } = HTMLCanvasElement.prototype;
      HTMLCanvasElement.prototype.getContext = /** @type {any} */ (function (/** @type {any} */ ...how) {
        return how[0] === "webgl2" ? null : getContext.apply(/** @type {any} */ (this), /** @type {any} */ (how));
      });
    });
  }
  if (LATE_MS) await made.addInitScript(beLate, LATE_MS);
  return made;
}

/** @param {number} ms */
function beLate(ms) {
  const { requestAnimationFrame: draw, fetch: ask } = globalThis;
  globalThis.requestAnimationFrame = (run) => Number(setTimeout(() => draw(run), ms));
  globalThis.fetch = async (...how) => {
    const answer = await ask(...how);
    await new Promise((resolve) => setTimeout(resolve, ms));
    return answer;
  };
}

export class Studio {
  /** @param {import("playwright-core").BrowserContext} context @param {Options} [options] */
  static async open(context, { design: wanted, expected, path = "/" } = {}) {
    const page = await context.newPage();
    const one = new Studio(page, expected);
    await page.goto(path);
    await one.ready();
    if (wanted) {
      await page.evaluate(async (next) => {
        const { platen } = /** @type {any} */ (globalThis);
        await platen.open(next, "Set the stage");
        platen.openSheet("peek");
        platen.store.set({ past: [], future: [], editing: null, selection: [] });
      }, wanted);
      await one.exact();
    }
    return one;
  }

  /** @param {import("playwright-core").Page} page @param {RegExp} [expected] */
  constructor(page, expected) {
    this.page = page;
    /** What the page complained of. @type {string[]} */
    this.problems = [];
    /** Everything it asked for. @type {import("playwright-core").Request[]} */
    this.requests = [];
    const complain = (/** @type {string} */ text) => {
      if (!HARMLESS.test(text) && !expected?.test(text)) this.problems.push(text);
    };
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && complain(`console: ${message.text()} ${message.location().url}`));
    page.on("pageerror", (error) => complain(`error: ${error.message}`));
    page.on("request", (request) => {
      this.requests.push(request);
      if (!request.url().startsWith(service.address) && !/^(blob|data):/.test(request.url())) complain(`off-origin: ${request.url()}`);
    });
    page.on("response", (response) => response.status() >= 500 && complain(`HTTP ${response.status()}: ${response.url()}`));
  }

  get address() {
    return service.address;
  }

  ready = () => this.page.waitForSelector("html[data-ready]");

  /** Until the picture is the exact one of the present design, and letters have their outlines. */
  exact = () => this.until(() => {
    const { platen } = /** @type {any} */ (globalThis);
    const layers = [...platen.ground.layers()];
    return document.documentElement.dataset.preview === "exact" && layers.every(({ layer }) => layer.type !== "text" || platen.outlines.of(layer));
  });

  /** The fields of the state, as far as they are plain. @returns {Promise<any>} */
  state = () => this.page.evaluate(() => JSON.parse(JSON.stringify(/** @type {any} */ (globalThis).platen.store.state)));

  /** @returns {Promise<any>} */
  design = async () => (await this.state()).design;

  /** A layer by id, also within groups; undefined if there is none. @param {string} id @returns {Promise<any>} */
  async layer(id) {
    const within = (/** @type {any[]} */ layers) => {
      /** @type {any[]} */
      const all = layers.flatMap((layer) => [layer, ...(layer.layers ? within(layer.layers) : [])]);
      return all;
    };
    return within((await this.design()).placements.flatMap((/** @type {any} */ placement) => placement.layers)).find((layer) => layer.id === id);
  }

  /** Ids from the bottom up. @returns {Promise<string[]>} */
  order = async (area = "front") => ((await this.design()).placements.find((/** @type {any} */ one) => one.area === area)?.layers ?? []).map((/** @type {any} */ layer) => layer.id);

  selection = async () => (await this.state()).selection;
  steps = async () => (await this.state()).past.length;

  /**
   * Waits until the state is so; the function runs in the page. (`waitForFunction` cannot be used: the page's
   * Content-Security-Policy forbids it the `eval` that it needs.)
   * @param {(state: any, argument: any) => unknown} isSo @param {any} [argument]
   */
  async until(isSo, argument = null) {
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await this.page.evaluate(`(${isSo})(globalThis.platen.store.state, ${JSON.stringify(argument)})`))) {
      assert.ok(Date.now() < deadline, `waited in vain for ${isSo} ${argument ?? ""} ${this.problems.join("; ")}`);
      await this.frame();
    }
  }

  /** Where a layer's box lies on the screen. @param {string} id */
  async box(id) {
    await this.frame();
    const box = await this.page.locator(`#overlay [data-id="${id}"]`).boundingBox();
    assert.ok(box, `${id} is not on the stage`);
    return box;
  }

  /** The middle of a layer on the screen. @param {string} id */
  async middle(id) {
    const box = await this.box(id);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  /** Where a place of a print area, in mm, lies on the screen. @param {number} x @param {number} y @param {string} [area] @returns {Promise<{x: number, y: number}>} */
  at = (x, y, area = "front") => this.page.evaluate(([x, y, area]) => {
    const on = /** @type {any} */ (globalThis).platen.ground.of(area).toPicture({ x, y });
    const svg = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.getElementById("overlay")));
    const { x: left, y: top } = new DOMPoint(on.x, on.y).matrixTransform(/** @type {DOMMatrix} */ (svg.getScreenCTM()));
    return { x: left, y: top };
  }, /** @type {[number, number, string]} */ ([x, y, area]));

  /** The middle of a handle of the selection. @param {string} name */
  async handle(name) {
    await this.frame();
    const box = await this.page.locator(`[data-handle="${name}"] .grip`).boundingBox();
    assert.ok(box, `there is no handle ${name}`);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  /** Until what is planned is drawn. */
  frame = () => this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(null)))));

  /** @param {string} id @param {{modifiers?: ("Shift" | "Alt" | "Control")[]}} [how] */
  async choose(id, { modifiers = [] } = {}) {
    const { x, y } = await this.middle(id);
    for (const key of modifiers) await this.page.keyboard.down(key);
    await this.page.mouse.click(x, y);
    for (const key of modifiers) await this.page.keyboard.up(key);
    await this.frame();
  }

  /**
   * Drags from a point by so many CSS pixels, in small steps.
   * @param {{x: number, y: number}} from @param {number} dx @param {number} dy
   * @param {{held?: ("Shift" | "Alt" | "Control")[], before?: () => Promise<unknown>, isKept?: boolean}} [how] keys that are held, what is looked at before the button is let go, and whether it is kept down
   */
  async drag(from, dx, dy, { held = [], before, isKept = false } = {}) {
    const { mouse, keyboard } = this.page;
    await mouse.move(from.x, from.y);
    for (const key of held) await keyboard.down(key);
    await mouse.down();
    for (let n = 1; n <= 6; n++) await mouse.move(from.x + (dx * n) / 6, from.y + (dy * n) / 6);
    await this.frame();
    await before?.();
    if (!isKept) await mouse.up();
    for (const key of held) await keyboard.up(key);
    await this.frame();
  }

  /** @param {string} keys */
  async press(keys) {
    await this.page.keyboard.press(keys);
    await this.frame();
  }

  /** Until the browser's database has the present design, so that a reload finds it. */
  drafted = () => this.until(async (state) => {
    const facts = (/** @type {any} */ one) => JSON.stringify([one.design, one.past.length, one.kept, one.people, one.guides]);
    /** @type {IDBDatabase} */
    const database = await new Promise((resolve, reject) => {
      const opening = indexedDB.open("platen");
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const draft = await new Promise((resolve) => {
      const reading = database.transaction("drafts").objectStore("drafts").get("present");
      reading.onsuccess = () => resolve(reading.result);
    });
    database.close();
    return draft && facts(draft) === facts(state);
  });

  /** Until the service has the present design, and the draft says so. */
  async kept() {
    await this.until((state) => state.kept.state === "saved");
    await this.drafted();
  }

  /** Waits for what screen readers are told. @param {RegExp} pattern */
  said = (pattern) => this.until((_, text) => new RegExp(text).test(document.getElementById("polite")?.textContent ?? ""), pattern.source);

  /** A button, by the name that screen readers say. @param {string | RegExp} name */
  button = (name) => this.page.getByRole("button", { name, exact: typeof name === "string" });

  /** Whether a button is shown as pressed. @param {import("playwright-core").Locator} button @param {boolean} is */
  pressed = (button, is) => becomes(() => button.getAttribute("aria-pressed"), String(is), "pressed");

  /** How many there are. @param {import("playwright-core").Locator} elements @param {number} count @param {string} [what] */
  count = (elements, count, what) => becomes(() => elements.count(), count, what);

  /** What has the keys. @param {import("playwright-core").Locator} element @param {string} [what] */
  focused = (element, what) => becomes(() => element.evaluate((one) => one === document.activeElement), true, what);

  /** A field, by its label. @param {string | RegExp} name */
  field = (name) => this.page.getByLabel(name, { exact: typeof name === "string" });

  /** The right panel. */
  get inspector() {
    return this.page.getByRole("complementary", { name: "Inspector" });
  }

  /** Pictures of tests/fixtures, or other files, as if picked in the upload panel. @param {string | string[] | {name: string, mimeType: string, buffer: Buffer}} files */
  async upload(files) {
    await this.tool("Upload");
    const path = (/** @type {string} */ name) => `${ROOT}tests/fixtures/${name}`;
    await this.page.setInputFiles(".drop input", typeof files === "string" ? path(files) : Array.isArray(files) ? files.map(path) : files);
  }

  /** Opens a tool of the rail. @param {string} name */
  async tool(name) {
    await this.page.getByRole("navigation").getByRole("button", { name, exact: true }).click();
    await this.frame();
  }
}

/** Looks again until nothing is wrong; the page draws in its own time. @param {() => Promise<unknown>} look fails as long as something is */
export async function soon(look) {
  for (const deadline = Date.now() + SOON_MS; ; await new Promise((resolve) => setTimeout(resolve, 30))) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

/** Reads again until it is so. @param {() => Promise<unknown>} read @param {unknown} expected @param {string} [what] */
export const becomes = (read, expected, what) => soon(async () => assert.deepEqual(await read(), expected, what));

/** The same for words. @param {() => Promise<string | null>} read @param {RegExp} pattern @param {string} [what] */
export const matches = (read, pattern, what) => soon(async () => assert.match((await read()) ?? "", pattern, what));

/** @param {number} actual @param {number} expected @param {number} within @param {string} what */
export const near = (actual, expected, within, what) => assert.ok(Math.abs(actual - expected) <= within, `${what}: ${actual} instead of ${expected} ± ${within}`);
