// Which garment, in which colour and size, printed how.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { known, t } from "../core/i18n.js";
import { techniqueName } from "../core/told.js";
import { replacePaint } from "../core/paints.js";
import { swatches } from "../ui/swatches.js";
import { select } from "../ui/field.js";
import { weakInks } from "./document-inks.js";

/** @param {import("../app.js").App} app */
export function garmentPanel(app) {
  const { state } = app.store;
  const garment = app.garment();
  const weak = weakInks(app);
  const technique = app.techniques.find((/** @type {any} */ one) => one.id === state.design.technique);
  const shown = garment.sizes.find((/** @type {any} */ size) => size.id === state.size) ?? garment.sizes[0];
  return html`
    <h2>${t("garment.title")}</h2>
    ${app.garments.length > 1 ? select({ label: t("garment.kind"), value: garment.id, options: app.garments.map((/** @type {any} */ one) => [one.id, one.name]), set: (id) => app.setGarment(id) }) : html`<p class="fact">${garment.name}</p>`}
    <h2>${t("garment.color")}: <span class="plain">${app.colorName()}</span></h2>
    ${swatches({ label: t("garment.color"), value: state.design.color, swatches: garment.colorways, set: (color) => dye(app, color) })}
    ${weak.length ? html`<div class="note warn">${weakWords(app, weak)}
      ${weak.map((one) => one.better ? html`<button class="quiet" @click=${() => swapInk(app, one.paint, one.better)}>${swapWords(app, one)}</button>` : nothing)}</div>` : nothing}
    <h2>${t("garment.size")}</h2>
    <div class="segments" role="group" aria-label=${t("garment.size")}>${garment.sizes.map((/** @type {any} */ size) => html`<button aria-pressed=${state.size === size.id} @click=${() => app.store.set({ size: size.id })}>${size.id}</button>`)}</div>
    <p class="hint">${t(garment.areas[0].anchor === "top-edge" ? "garment.surfaceHint" : "garment.sizeHint", { chest: app.length(shown.chest_mm), length: app.length(shown.length_mm) })}</p>
    ${select({ label: t("garment.technique"), value: state.design.technique, options: app.techniques.map((/** @type {any} */ one) => [one.id, techniqueName(one)]), set: (technique) => app.store.commit({ ...app.store.state.design, technique }, t("did.technique")) })}
    <p class="hint" dir="auto">${technique ? known([`technique.${technique.id}.about`], technique.about) : nothing}</p>`;
}

/** Another colour of the cloth. What is hard to read on it then is said over the stage, wherever the panel is. @param {import("../app.js").App} app @param {string} color */
function dye(app, color) {
  app.store.commit({ ...app.store.state.design, color }, t("did.color"), { key: "color" });
  const weak = weakInks(app);
  const first = weak.find(({ better }) => better);
  if (weak.length) app.say(weakWords(app, weak), first && { label: swapWords(app, first), run: () => swapInk(app, first.paint, first.better) });
}

/** @typedef {ReturnType<typeof weakInks>[number]} Weak */
/** @param {import("../app.js").App} app @param {Weak[]} weak */
const weakWords = (app, weak) => t("garment.weak", { inks: weak.map(({ name }) => name).join(", "), color: app.colorName() });
/** @param {import("../app.js").App} app @param {Weak} one */
const swapWords = (app, { paint, better }) => t("garment.swap", { from: app.paintName(paint), to: better.name });
/** @param {import("../app.js").App} app @param {string} paint @param {{id: string}} better */
const swapInk = (app, paint, better) => app.store.commit(replacePaint(app.store.state.design, paint, better.id, app.uploads), t("did.replaceInk"));
