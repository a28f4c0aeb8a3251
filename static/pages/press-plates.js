// The plates in the order in which they are printed: each on or off, with what its screen takes.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { t } from "../core/i18n.js";
import { millilitres, number, percent, plateName, swatch } from "./press-words.js";

/** @typedef {import("./press-job.js").Press} Press */
/** @typedef {import("./press-paint.js").Plate} Plate */

/** @param {Press} press @param {import("./press-paint.js").Job} job */
export function platesOf(press, { plates }) {
  const { state } = press;
  const all = state.shown.every(Boolean);
  const none = !state.shown.includes(true);
  const lone = (/** @type {number} */ index) => state.view === "film" && state.shown.every((is, other) => is === (other === index));
  /** One film on the table, and what lay there before back again. @param {number} index */
  const only = (index) => {
    if (lone(index)) everything();
    else {
      press.look({ view: "film" });
      press.show(plates.map((_, other) => other === index));
    }
  };
  const everything = () => {
    press.look({ view: "cloth" });
    press.show(plates.map(() => true));
  };
  return html`<section class="plates" aria-labelledby="plates-title">
    <div class="plates-head"><h2 id="plates-title">${t("press.plates")}</h2><span class="segments" role="group" aria-label=${t("press.shown")}>
      <button aria-pressed=${all} @click=${everything}>${t("press.all")}</button><button aria-pressed=${none} @click=${() => press.show(plates.map(() => false))}>${t("press.none")}</button></span></div>
    <p class="hint">${t("press.platesText")}</p>
    <ol>${repeat(plates, ({ name }) => name, (plate, index) => {
      const name = plateName(state, plate);
      return html`<li>
        <label><input type="checkbox" .checked=${live(state.shown[index])} @change=${(/** @type {any} */ event) => press.show(state.shown.map((is, other) => (other === index ? event.target.checked : is)))}>
          ${swatch(plate.color)}<span><b><bdi>${name}</bdi></b><small>${facts(plate)}</small></span></label>
        <button class="only" aria-pressed=${lone(index)} aria-label=${t("press.onlyThis", { name })} @click=${() => only(index)}>${t("press.only")}</button></li>`;
    })}</ol></section>`;
}

/** @param {Plate} plate */
function facts({ coverage_percent: covered, mesh, halftone, lpi, prints, flash, ml }) {
  const all = [
    t("press.covers", { percent: percent(covered) }), t("press.mesh", { mesh: number(mesh, 0) }), halftone && lpi ? t("press.lpi", { lpi: number(lpi) }) : "",
    prints > 1 ? t("press.prints", { count: prints }) : "", millilitres(ml),
  ].filter(Boolean);
  return html`${all.map((one) => html`<span>${one}</span> `)}${flash ? html`<span class="dried">${t("press.flash")}</span>` : nothing}`;
}
