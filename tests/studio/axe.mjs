// What axe-core complains of on a page as it stands.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// Frames hold mails, where no script runs: axe cannot look into them, and asking them makes the page complain.
/** @param {import("./studio.mjs").Studio} s @param {string} name of the state @returns {Promise<string[]>} */
export async function complaints(s, name) {
  if (!(await s.page.evaluate(() => "axe" in globalThis))) await s.page.evaluate(AXE);
  const { violations } = await s.page.evaluate((tags) => /** @type {any} */ (globalThis).axe.run(document, { runOnly: tags, resultTypes: ["violations"], iframes: false }), TAGS);
  return violations.map((/** @type {any} */ { id, help, nodes }) => `${name}: ${id}: ${help}: ${nodes.map((/** @type {any} */ node) => node.html.slice(0, 140)).slice(0, 3).join("  ")} ${nodes[0].any[0]?.message ?? ""}`);
}
