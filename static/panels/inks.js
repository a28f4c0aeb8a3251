// Inks: by name, the legible ones first, with a note where they hardly show on the garment.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { paintsOf, replacePaint, walk } from "../core/design.js";
import { t } from "../core/i18n.js";
import { swatches } from "../ui/swatches.js";

/** @typedef {import("../app.js").App} App */

/** WCAG contrast of two sRGB colours. @param {string} a @param {string} b */
export function contrast(a, b) {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** @param {string} hex */
function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** CIE76 distance of two Lab colours: enough to order inks. @param {number[]} a @param {number[]} b */
const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** Below this an ink hardly shows; a clear difference in hue counts, too. */
const WEAK = 1.6;
const SAME = 22;

/** @param {App} app @param {{hex: string, lab?: number[]}} ink */
export function isWeak(app, ink) {
  const ground = app.color();
  return Boolean(ground) && contrast(ink.hex, ground.hex) < WEAK && (!ink.lab || distance(ink.lab, ground.lab) < SAME);
}

/** Inks of the design's letters and shapes that hardly show on the garment, with a better one. @param {App} app @returns {{paint: string, name: string, better: any}[]} */
export function weakInks(app) {
  const used = new Set([...walk(app.store.state.design)].filter(({ layer }) => !layer.hidden && ["text", "shape"].includes(layer.type)).map(({ layer }) => layer.fill).filter(Boolean));
  return [...used].flatMap((paint) => {
    const ink = app.inks.find((/** @type {any} */ one) => `ink:${one.id}` === paint) ?? { hex: app.hex(paint), lab: undefined };
    if (!isWeak(app, ink)) return [];
    const near = [...app.inks].filter((one) => contrast(one.hex, app.color().hex) > 3);
    const better = near.sort((a, b) => (ink.lab ? distance(a.lab, ink.lab) - distance(b.lab, ink.lab) : 0))[0];
    return [{ paint, name: app.paintName(paint), better }];
  });
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
  const own = value && !value.startsWith("ink:") ? value : undefined;
  return html`${swatches({ label, value, swatches: inkSwatches(app), set, isSmall: true })}
    <label class="custom"><input type="color" .value=${app.hex(value)} aria-label=${t("ink.custom")} @change=${(/** @type {any} */ event) => set(event.target.value)}><span>${own ? t("ink.own", { hex: own.toUpperCase(), near: nearestInk(app, own).name }) : t("ink.custom")}</span></label>
    ${"EyeDropper" in window ? html`<button class="quiet" @click=${async () => {
      // Closing the dropper without a choice is no error.
      const picked = await new /** @type {any} */ (window).EyeDropper().open().catch(() => null);
      if (picked) set(picked.sRGBHex.toLowerCase());
    }}>${t("ink.pick")}</button>` : nothing}
    ${own ? html`<button class="quiet" @click=${() => set(`ink:${nearestInk(app, own).id}`)}>${t("ink.snap", { name: nearestInk(app, own).name })}</button>` : nothing}`;
}

/** @param {App} app @param {string} hex */
export function nearestInk(app, hex) {
  const rgb = (/** @type {string} */ value) => [1, 3, 5].map((at) => parseInt(value.slice(at, at + 2), 16));
  const [r, g, b] = rgb(hex);
  return [...app.inks].sort((one, other) => {
    const far = (/** @type {any} */ ink) => {
      const [x, y, z] = rgb(ink.hex);
      return 2 * (r - x) ** 2 + 4 * (g - y) ** 2 + 3 * (b - z) ** 2;
    };
    return far(one) - far(other);
  })[0];
}

/** The inks of the whole design, each to be replaced everywhere. @param {App} app */
export function documentInks(app) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { layer } of walk(app.store.state.design)) {
    if (layer.hidden) continue;
    for (const paint of new Set(paintsOf(layer).map(([, value]) => value))) counts.set(paint, (counts.get(paint) ?? 0) + 1);
  }
  if (counts.size === 0) return nothing;
  const options = app.inks.map((/** @type {any} */ ink) => [`ink:${ink.id}`, ink.name]);
  return html`<h2>${t("inks.document", { count: counts.size })}</h2><ul class="inks">${[...counts].map(([paint, count]) => html`<li>
    <i .style=${`background: ${app.hex(paint)}`}></i><span>${app.paintName(paint)} <small>${t("inks.used", { count })}</small></span>
    <select aria-label=${t("inks.replace", { name: app.paintName(paint) })} @change=${(/** @type {any} */ event) => {
      app.store.commit(replacePaint(app.store.state.design, paint, event.target.value), t("did.replaceInk"));
      event.target.value = "";
    }}><option value="" selected>${t("inks.with")}</option>${options.map((/** @type {any[]} */ [id, name]) => html`<option value=${id}>${name}</option>`)}</select></li>`)}</ul>`;
}
