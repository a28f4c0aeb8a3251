// Inks: by name, the legible ones first, with a note where they hardly show on the garment.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { channels, contrast, deltaE, hexOf, labOf, readHex } from "../core/color.js";
import { paintsOf, replacePaint, walk } from "../core/design.js";
import { locale, t } from "../core/i18n.js";
import { numberField } from "../ui/field.js";
import { swatches } from "../ui/swatches.js";

/** @typedef {import("../app.js").App} App */

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
    const ink = app.inks.find((/** @type {any} */ one) => `ink:${one.id}` === paint) ?? { hex: app.hex(paint) };
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
  return html`${swatches({ label, value, swatches: inkSwatches(app), set, isSmall: true })}${ownColor(app, value, set)}`;
}

/** A colour of one's own, by sight or by its numbers, and the ink that is nearest to it. @param {App} app @param {string | undefined} value @param {(paint: string) => void} set */
function ownColor(app, value, set) {
  const hex = app.hex(value);
  const rgb = channels(hex);
  const near = value && !value.startsWith("ink:") ? nearestInk(app, hex) : null;
  const take = (/** @type {HTMLInputElement} */ input) => {
    const read = readHex(input.value);
    if (read && read !== hex) set(read);
    input.value = (read ?? hex).toUpperCase();
  };
  return html`<details class="effect own" ?open=${near !== null}><summary><i class="drop-of" .style=${`background: ${hex}`}></i><span>${t("ink.custom")}</span></summary>
    <div class="numbers"><label class="field"><span>${t("ink.see")}</span><input type="color" .value=${hex} @change=${(/** @type {any} */ event) => set(event.target.value)}></label>
      <label class="field hex"><span>${t("ink.hex")}</span><input class="number" dir="ltr" autocomplete="off" spellcheck="false" maxlength="9" .value=${hex.toUpperCase()} @change=${(/** @type {any} */ event) => take(event.target)}
        @keydown=${(/** @type {any} */ event) => event.key === "Enter" && take(event.target)}></label></div>
    <div class="numbers">${["red", "green", "blue"].map((name, index) => numberField({ label: t(`ink.${name}`), value: rgb[index], least: 0, most: 255, set: (channel) => set(hexOf(rgb.with(index, channel))) }))}</div>
    ${"EyeDropper" in window ? html`<button class="quiet" @click=${async () => {
      // Closing the dropper without a choice is no error.
      const picked = await new /** @type {any} */ (window).EyeDropper().open().catch(() => null);
      if (picked) set(picked.sRGBHex.toLowerCase());
    }}>${t("ink.pick")}</button>` : nothing}
    ${near ? html`<p class="hint"><i class="drop-of" .style=${`background: ${near.ink.hex}`}></i> ${t(`ink.near.${closeness(near.far)}`, { name: near.ink.name, far: new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(near.far) })}
      <button class="quiet" @click=${(/** @type {any} */ event) => {
        // The button goes with the colour; the focus stays here.
        event.currentTarget.closest("details").querySelector("summary").focus();
        set(`ink:${near.ink.id}`);
      }}>${t("ink.snap", { name: near.ink.name })}</button></p>` : nothing}</details>`;
}

/** What a difference means to the eye. @param {number} far CIEDE2000 */
const closeness = (far) => (far < 1 ? "same" : far < 5 ? "close" : "far");

/** The named ink that looks most like a colour, and how different it looks. @param {App} app @param {string} hex @returns {{ink: any, far: number}} */
function nearestInk(app, hex) {
  const lab = labOf(hex);
  return app.inks.map((/** @type {any} */ ink) => ({ ink, far: deltaE(lab, ink.lab) })).reduce((/** @type {any} */ best, /** @type {any} */ one) => (one.far < best.far ? one : best));
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
    }}><option value="" selected>${t("inks.with")}</option>${options.map((/** @type {[string, string]} */ [id, name]) => html`<option value=${id}>${name}</option>`)}</select></li>`)}</ul>`;
}
