// Inks: by name, the legible ones first, with a note where they are hard to read on the garment.
// @ts-check
import { html } from "../vendor/lit-html/lit-html.js";
import { contrast } from "../core/color.js";
import { t } from "../core/i18n.js";
import { swatches } from "../ui/swatches.js";

/** @typedef {import("../app.js").App} App */

/** Whether words are hard to read in it, as suggestions reckon; of a colour of one's own, by its contrast. @param {App} app @param {{id?: string, hex: string}} ink */
export function isWeak(app, ink) {
  const ground = app.color();
  return Boolean(ground) && (ink.id ? ground.weak_inks.includes(ink.id) : contrast(ink.hex, ground.hex) < 3);
}

/** On each colour of a garment. @type {WeakMap<object, import("../ui/swatches.js").Swatch[]>} */
const shelves = new WeakMap();

/** @param {App} app @returns {import("../ui/swatches.js").Swatch[]} */
export function inkSwatches(app) {
  const ground = app.color() ?? { hex: "#ffffff" };
  const known = shelves.get(ground);
  if (known) return known;
  const all = app.inks.map((ink) => ({ ink, weak: isWeak(app, ink), shows: contrast(ink.hex, ground.hex) }))
    .sort((a, b) => Number(a.weak) - Number(b.weak) || b.shows - a.shows)
    .map(({ ink, weak }) => ({ id: `ink:${ink.id}`, name: ink.name, hex: ink.hex, note: weak ? t("ink.weak", { color: app.colorName() }) : undefined }));
  shelves.set(ground, all);
  return all;
}

/** What is read best on the cloth. @param {App} app */
export const bestInk = (app) => inkSwatches(app)[0];

/** @param {App} app @param {{label: string, value: string | undefined, set: (paint: string) => void}} options */
export function inkPicker(app, { label, value, set }) {
  const all = inkSwatches(app);
  return html`${app.rest?.popularInks(app, { all, value, set })}${swatches({ label, value, swatches: all, set, isSmall: true })}${app.rest?.ownInk(app, value, set)}`;
}
