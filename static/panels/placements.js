// Where prints usually go, with one tap.
// @ts-check
import { html } from "../vendor/lit-html/lit-html.js";
import { add, remove } from "../core/design.js";
import { scaled } from "../core/scaled.js";
import { bounds } from "../core/geometry.js";
import { known, t } from "../core/i18n.js";
import { favouriteRows } from "../core/tastes.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../core/design.js").Found} Found */

/** @param {App} app @param {Found} found */
export function placements(app, found) {
  const { placements: spots } = app.garment();
  const list = (/** @type {any[]} */ some) => some.map((spot) => html`<button ?disabled=${Boolean(found.layer.locked)} @click=${() => putAt(app, found, spot)}>${known([`placement.${spot.id}`], spot.name)}</button>`);
  // Customers are told apart by print areas: each stands for the place that fills it.
  const rows = favouriteRows(app, "placement").map(({ label, values }) => ({ label, found: values.flatMap((id) => {
    const [first, ...others] = spots.filter((/** @type {any} */ one) => one.area === id);
    return others.find((/** @type {any} */ one) => one.id.startsWith("full-")) ?? first ?? [];
  }) })).filter(({ found }) => found.length > 0);
  if (rows.length === 0) return html`<h2>${t("placements")}</h2><div class="shapes">${list(spots)}</div>`;
  const shown = rows.flatMap(({ found }) => found);
  return html`<h2>${t("placements")}</h2>${rows.map(({ label, found }) => html`<p class="hint">${label}</p><div class="shapes" role="group" aria-label=${label}>${list(found)}</div>`)}
    <p class="hint">${t("placements.others")}</p><div class="shapes">${list(spots.filter((/** @type {any} */ one) => !shown.includes(one)))}</div>`;
}

/** Puts a layer into the area of a place, as wide or high as the place. @param {App} app @param {Found} found @param {any} spot of the garment */
function putAt(app, found, spot) {
  const { store } = app;
  const quad = bounds(app.frames.quad(found));
  const by = Math.min(spot.width_mm / quad.width, spot.height_mm / quad.height);
  const layer = { ...scaled(found.layer, by), x: spot.x_mm, y: 0 };
  // The place is told by its top; the layer by its middle.
  layer.y = Math.round((spot.y_mm + (quad.height * by) / 2 + (found.layer.y - (quad.y + quad.height / 2)) * by) * 100) / 100;
  const without = remove(store.state.design, [found.layer.id]);
  const area = app.garment().areas.find((/** @type {any} */ one) => one.id === spot.area);
  store.set({ view: area.view, area: area.id });
  store.commit(add(without, spot.area, layer), t("did.place"), { select: [layer.id] });
  app.announceSelection();
}
