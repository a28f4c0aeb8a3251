// Accessibility by axe-core: many states, two themes, two widths, nothing to complain of.
import assert from "node:assert/strict";
import { complaints } from "./axe.mjs";
import { block, design, studio, words } from "./studio.mjs";

/** @typedef {import("./studio.mjs").Studio} Studio */

/** @type {Record<string, (s: Studio) => Promise<unknown>>} */
const STATES = {
  empty: async (s) => {
    await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.store.undo());
  },
  "text chosen": async (s) => {
    await open(s);
    await choose(s, "words");
    await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.setLayer({ fill: "#c01020" }, "Change ink"));
    await s.page.getByText(/Nearest ink/).waitFor();
  },
  "picture chosen with a warning": async (s) => {
    await open(s);
    await s.upload("pictures/badge.jpg");
    await s.until((state) => state.design.placements[0].layers.length === 2 && state.live.findings.length > 0);
  },
  "picture being cropped": async (s) => {
    await s.page.evaluate(() => {
      const { platen } = /** @type {any} */ (globalThis);
      platen.enter(platen.store.state.design.placements[0].layers[1].id);
    });
    await s.page.waitForSelector(".crop image");
  },
  "ideas with reasons": async (s) => {
    await s.tool("Ideas");
    await s.count(s.page.locator(".dress"), 8, "looks");
    await s.page.locator(".card small").first().waitFor();
  },
  "why one of them": async (s) => {
    await s.page.locator(".dress [data-why]").first().click();
    await s.page.getByRole("dialog", { name: "Why this?" }).waitFor();
  },
  "order dialog": async (s) => {
    await s.page.keyboard.press("Escape");
    await open(s);
    await s.until((state) => state.live.quote?.lines);
    await dialog(s, "order");
  },
  "share dialog": async (s) => {
    await open(s);
    await dialog(s, "share");
    await s.button("Make and copy a link").click();
    await s.page.getByRole("dialog").getByRole("textbox").waitFor();
  },
  "inside a group, with rulers, guides and grid": async (s) => {
    await s.page.evaluate((next) => /** @type {any} */ (globalThis).platen.open(next, "Set the stage"), design([{ id: "crest", type: "group", x: 177.8, y: 250, layers: [block({ x: 0, y: 0 }), words({ x: 0, y: 60 })] }]));
    await s.page.evaluate(() => {
      const { platen } = /** @type {any} */ (globalThis);
      platen.settings.set({ rulers: true, grid: true });
      platen.store.set({ selection: ["block"], guides: [{ area: "front", axis: "x", at: 100 }] });
    });
  },
  "guides dialog": (s) => dialog(s, "guides"),
  "settings dialog": (s) => dialog(s, "settings"),
  "why these suggestions": async (s) => {
    await dialog(s, "why");
    await s.page.getByRole("checkbox", { name: "Personal suggestions" }).waitFor();
  },
  "before all is forgotten": async (s) => {
    await dialog(s, "why");
    await s.button("Forget all of it").click();
    await s.page.getByRole("alertdialog").waitFor();
  },
  "font list open": async (s) => {
    await s.page.keyboard.press("Escape");
    await open(s);
    await choose(s, "words");
    await s.page.getByRole("combobox", { name: "Font" }).click();
    await s.page.getByRole("listbox", { name: "Font" }).waitFor();
  },
  "more dialog": (s) => dialog(s, "more"),
  "what is done with the chosen layer": async (s) => {
    await open(s);
    await choose(s, "words");
    await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.openSheet("peek"));
  },
  "inspector in the sheet": (s) => s.page.evaluate(() => /** @type {any} */ (globalThis).platen.openSheet("full", "layer")),
  "sheet up": async (s) => {
    await open(s);
    await s.tool("Garment");
    await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.openSheet("full"));
  },
};

/** @param {Studio} s */
const open = (s) => s.page.evaluate((next) => /** @type {any} */ (globalThis).platen.open(next, "Set the stage"), design([words()]));

/** @param {Studio} s @param {string} id */
async function choose(s, id) {
  await s.page.evaluate((id) => {
    const { platen } = /** @type {any} */ (globalThis);
    platen.store.set({ selection: [id], panel: "text" });
    platen.openSheet("half", "tool");
  }, id);
  await s.page.waitForSelector("#words");
}

/** @param {Studio} s @param {string} name */
async function dialog(s, name) {
  await s.page.evaluate((name) => /** @type {any} */ (globalThis).platen.store.set({ dialog: name }), name);
  await s.page.waitForSelector("dialog[open]");
}

for (const width of [1440, 390]) {
  for (const theme of /** @type {const} */ (["light", "dark"])) {
    const touch = width < 500;
    studio(`axe: ${Object.keys(STATES).length} states, ${theme}, ${width} px wide`, { viewport: { width, height: touch ? 844 : 900 }, touch, context: { colorScheme: theme, permissions: ["clipboard-read", "clipboard-write"] } }, async (s) => {
      /** @type {string[]} */
      const found = [];
      for (const [name, reach] of Object.entries(STATES)) {
        await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.store.set({ dialog: null }));
        await reach(s);
        await s.frame();
        found.push(...(await complaints(s, name)));
      }
      assert.deepEqual(found, []);
    });
  }
}
