// The inks of the whole design: those that are hard to read, and each to be replaced everywhere.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { walk } from "../core/design.js";
import { paintsOf, replacePaint } from "../core/paints.js";
import { t } from "../core/i18n.js";
import { inkSwatches, isWeak } from "./inks.js";

/** @typedef {import("../app.js").App} App */

/** Inks of the design's letters and shapes that are hard to read on the garment, with a better one. @param {App} app @returns {{paint: string, name: string, better: any}[]} */
export function weakInks(app) {
  const used = new Set(walk(app.store.state.design).filter(({ layer }) => !layer.hidden && ["text", "shape"].includes(layer.type)).map(({ layer }) => layer.fill).filter(Boolean));
  return [...used].flatMap((paint) => {
    const ink = app.inks.find((/** @type {any} */ one) => `ink:${one.id}` === paint) ?? { hex: app.hex(paint) };
    if (!isWeak(app, ink)) return [];
    // Not what lies beside it: words on a shape would be lost.
    const better = inkSwatches(app).find(({ id, note }) => !note && !used.has(id));
    return [{ paint, name: app.paintName(paint), better }];
  });
}

/** The inks of the whole design, each to be replaced everywhere. @param {App} app */
export function documentInks(app) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { layer } of walk(app.store.state.design)) {
    if (layer.hidden) continue;
    for (const paint of new Set(paintsOf(layer, app.uploads.get(layer.asset)).map(([, value]) => value))) counts.set(paint, (counts.get(paint) ?? 0) + 1);
  }
  if (counts.size === 0) return nothing;
  const options = app.inks.map((/** @type {any} */ ink) => [`ink:${ink.id}`, ink.name]);
  return html`<h2>${t("inks.document", { count: counts.size })}</h2><ul class="inks">${repeat(counts, ([paint]) => paint, ([paint, count]) => html`<li>
    <i .style=${`background: ${app.hex(paint)}`}></i><span><bdi>${app.paintName(paint)}</bdi> <small>${t("inks.used", { count })}</small></span>
    <select aria-label=${t("inks.replace", { name: app.paintName(paint) })} @change=${(/** @type {any} */ event) => {
      app.store.commit(replacePaint(app.store.state.design, paint, event.target.value, app.uploads), t("did.replaceInk"));
      event.target.value = "";
    }}><option value="" selected>${t("inks.with")}</option>${options.map((/** @type {any[]} */ [id, name]) => html`<option value=${id}>${name}</option>`)}</select></li>`)}</ul>`;
}
