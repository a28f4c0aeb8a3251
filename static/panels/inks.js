// Inks: by name, the legible ones first, with a note where they hardly show on the garment.
// @ts-check
import { html } from "../vendor/lit-html/lit-html.js";
import { contrast } from "../core/color.js";
import { t } from "../core/i18n.js";
import { swatches } from "../ui/swatches.js";

/** @typedef {import("../app.js").App} App */

/** CIE76 distance of two Lab colours: enough to order inks. @param {number[]} a @param {number[]} b */
export const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** Below this an ink hardly shows; a clear difference in hue counts, too. */
const WEAK = 1.6;
const SAME = 22;

/** @param {App} app @param {{hex: string, lab?: number[]}} ink */
export function isWeak(app, ink) {
  const ground = app.color();
  return Boolean(ground) && contrast(ink.hex, ground.hex) < WEAK && (!ink.lab || distance(ink.lab, ground.lab) < SAME);
}

/** @param {App} app @returns {import("../ui/swatches.js").Swatch[]} */
export function inkSwatches(app) {
  const ground = app.color()?.hex ?? "#ffffff";
  return [...app.inks]
    .sort((a, b) => Number(isWeak(app, a)) - Number(isWeak(app, b)) || contrast(b.hex, ground) - contrast(a.hex, ground))
    .map((ink) => ({ id: `ink:${ink.id}`, name: ink.name, hex: ink.hex, note: isWeak(app, ink) ? t("ink.weak", { color: app.colorName() }) : undefined }));
}

/** @param {App} app @param {{label: string, value: string | undefined, set: (paint: string) => void}} options */
export function inkPicker(app, { label, value, set }) {
  const all = inkSwatches(app);
  return html`${app.rest?.popularInks(app, { all, value, set })}${swatches({ label, value, swatches: all, set, isSmall: true })}${app.rest?.ownInk(app, value, set)}`;
}
