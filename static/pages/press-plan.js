// What the printer needs to know: screens, drying, ink, price, and what each colour is printed with.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { money, t } from "../core/i18n.js";
import { areaWords, inkName, millilitres, number, percent, plateName, swatch } from "./press-words.js";
import { price } from "./slip.js";

/** @typedef {import("./press-job.js").Press["state"]} State */
/** @typedef {import("./press-paint.js").Job} Job */
/** @typedef {import("../types/api").Quote} Quote */

/** From here on everybody sees a difference (CIEDE2000). */
const FAR = 5;

/** @param {State} state @param {Job} job */
export function planOf(state, { plan, plates }) {
  /** @type {[string, unknown, string?][]} */
  const facts = [
    [t("press.plan.screens"), html`${number(plan.screens, 0)} <small>${t("press.plan.heads", { count: plan.heads })}</small>`],
    [t("press.plan.flashes"), number(plan.flashes, 0)],
    [t("press.plan.ink"), html`${millilitres(plan.ink_ml)} <small>${t("press.plan.forPieces", { count: plan.pieces })}</small>`],
    [t("press.plan.near"), plan.matches ? html`${nearWords(plan.matches.mean)} <small>${t("press.plan.difference", { mean: number(plan.matches.mean, 2) })}</small>` : t("press.plan.dots")],
    [t("press.plan.area"), html`${areaWords(state, plan.area)} <small><bdi dir="ltr">${number(plan.width_mm)} × ${number(plan.height_mm)} mm</bdi></small>`],
  ];
  return html`<section class="plan" aria-labelledby="plan-title"><h2 id="plan-title">${t("press.plan")}</h2>
    <div class="plan-parts"><div>
      <table class="figures"><caption class="hidden">${t("press.plan")}</caption><tbody>${facts.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>
      ${plan.mixed.length ? mixed(state, plan, plates) : html`<p class="hint">${t("press.mixed.all")}</p>`}
    </div>${plan.price ? html`<aside class="slip" aria-label=${t("order.price")}>${priceOf(state, plan.price)}</aside>` : nothing}</div></section>`;
}

/** How near plates come to the design. @param {number} mean difference (CIEDE2000) */
export const nearWords = (mean) => t(mean < 1 ? "press.near.same" : mean < FAR ? "press.near.close" : "press.near.simpler");

/** @param {State} state @param {Quote} quote */
function priceOf({ known }, quote) {
  const order = /** @type {any} */ ({ ...quote, quotes: [quote], charges: [] });
  return html`${price(order, known)}<p class="each">${t("press.each", { amount: money(quote.per_piece, quote.currency, quote.digits), count: quote.pieces })}</p>`;
}

/** @param {State} state @param {Job["plan"]} plan @param {Job["plates"]} plates */
function mixed(state, { mixed: all, cloth }, plates) {
  const ink = (/** @type {string | undefined} */ name) => {
    if (name === undefined) return html`${swatch(cloth)} <bdi>${t("press.mixed.cloth")}</bdi>`;
    const plate = plates.find((one) => one.name === name) ?? plates.find((one) => one.ink && state.inkNames.get(name) === state.known.inks.find(({ id }) => id === one.ink)?.name) ?? plates.find((one) => one.isBelow);
    return html`${plate ? swatch(plate.color) : nothing} <bdi>${plate?.name === name ? plateName(state, plate) : inkName(state, name)}</bdi>`;
  };
  return html`<h3>${t("press.mixed")}</h3><div class="wide"><table class="mixed"><thead><tr><th scope="col">${t("press.mixed.color")}</th><th scope="col">${t("press.mixed.ink")}</th><th scope="col">${t("press.mixed.difference")}</th><th scope="col">${t("press.mixed.share")}</th></tr></thead>
    <tbody>${all.map(({ color, ink: name, distance, percent: share }) => html`<tr><th scope="row">${swatch(color)} <code dir="ltr">${color.toUpperCase()}</code></th><td>${ink(name)}</td><td class=${distance >= FAR ? "far" : nothing}>${number(distance, 2)}</td><td>${share ? percent(share) : "–"}</td></tr>`)}</tbody></table></div>
    <p class="hint">${t("press.mixed.text")}</p>`;
}
