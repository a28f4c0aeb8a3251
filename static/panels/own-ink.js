// A colour that is none of the inks, by sight or by its numbers, and the ink that comes nearest.
// @ts-check
import { swatches } from "../ui/swatches.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { channels, hexOf, readHex } from "../core/color.js";
import { deltaE, labOf } from "../core/difference.js";
import { locale, t } from "../core/i18n.js";
import { favouriteRows } from "../core/tastes.js";
import { numberField } from "../ui/field.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app @param {string | undefined} value @param {(paint: string) => void} set */
export function ownInk(app, value, set) {
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

/** Inks that go well on this garment, before all of them. @param {App} app @param {{all: import("../ui/swatches.js").Swatch[], value: string | undefined, set: (paint: string) => void}} options */
export function popularInks(app, { all, value, set }) {
  const rows = favouriteRows(app, "text_color").map(({ label, values }) => ({ label, found: values.flatMap((id) => all.find((one) => one.id === `ink:${id}` && !one.note) ?? []) })).filter(({ found }) => found.length > 0);
  return rows.length === 0 ? "" : html`${rows.map(({ label, found }) => html`<p class="hint">${label}</p>${swatches({ label, value, swatches: found, set, isSmall: true })}`)}<p class="hint">${t("ink.all")}</p>`;
}
