// How the plates are made: each change asks for them anew.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { t } from "../core/i18n.js";
import { numberField, select, slider } from "../ui/field.js";
import { METHODS, MOST_MERGE, MOST_PIECES, canMerge } from "./press-job.js";

/** @typedef {import("./press-job.js").Press} Press */

/** @param {Press} press */
export function optionsOf(press) {
  const { state: { options, garment } } = press;
  return html`<section class="options" aria-labelledby="options-title"><h2 id="options-title">${t("press.options")}</h2>
    ${options.inks ? html`<p class="note chosen-inks">${t("press.chosen", { count: options.inks.split(",").length })} <button class="quiet" @click=${() => press.want({ inks: "", open: false })}>${t("press.ownInks")}</button></p>` : nothing}
    <fieldset class="methods"><legend>${t("press.method")}</legend>${METHODS.map((method) => html`<label class="way"><input type="radio" name="method" value=${method} .checked=${options.method === method}
      @change=${() => press.want({ method, inks: "", open: false })}><span><b>${t(`press.method.${method}`)}</b><small>${t(`press.method.${method}.text`)}</small></span></label>`)}</fieldset>
    ${slider({ label: t("press.merge"), value: options.merge, least: 0, most: MOST_MERGE, disabled: !canMerge(options), text: options.merge ? t("press.mergeBelow", { most: options.merge }) : t("press.mergeNone"), set: (merge) => merge !== options.merge && press.want({ merge }) })}
    <p class="hint">${t(canMerge(options) ? "press.mergeText" : "press.mergeNot")}</p>
    <div class="two">${select({ label: t("press.white"), value: options.white, options: ["auto", "on", "off"].map((white) => /** @type {[string, string]} */ ([white, t(`press.white.${white}`)])), set: (white) => press.want({ white: /** @type {any} */ (white) }) })}
    ${numberField({ label: t("press.pieces", { size: garment?.mockup_size ?? "M" }), value: options.pieces, least: 1, most: MOST_PIECES, set: (pieces) => press.want({ pieces: Math.round(pieces) }) })}</div></section>`;
}
