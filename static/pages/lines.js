// What an order makes: lines that look the same stand together, with a picture of every side that is printed.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { known, t } from "../core/i18n.js";
import { technique } from "../core/told.js";
import { picture } from "../ui/picture.js";
import { wall } from "./frame.js";

/** @typedef {import("../types/api").OrderDetail} Order */
/** @typedef {Order["lines"][number]} Line */

/** @param {Line} line */
const lookOf = (line) => JSON.stringify([line.design, line.garment, line.color, line.technique, line.artworks.map(({ area }) => area), line.fields]);

/**
 * What the page knows besides the order: garments by id, techniques, and how the fields of a design are labelled, by
 * `fieldKey`.
 * @typedef {{garments: Record<string, any>, techniques: {id: string, name: string}[], labels: Record<string, string>}} Known
 */

/** @param {string} design @param {string} field */
export const fieldKey = (design, field) => `${design} ${field}`;

/** @param {Order} order @param {Known} facts */
export function linesOf(order, facts) {
  /** @type {Map<string, Line[]>} */
  const looks = new Map();
  for (const line of order.lines) looks.set(lookOf(line), [...(looks.get(lookOf(line)) ?? []), line]);
  const pieces = order.lines.reduce((sum, line) => sum + line.quantity, 0);
  return html`<section><h2>${t("order.pieces", { count: pieces })}</h2><ul>${[...looks.values()].map((lines) => look(order, lines, facts))}</ul></section>`;
}

/** @param {Order} order @param {Line[]} lines @param {Known} known */
function look(order, lines, { garments, techniques, labels }) {
  const [first] = lines;
  const garment = garments[first.garment];
  const viewOf = (/** @type {string} */ area) => garment?.areas.find((/** @type {any} */ known) => known.id === area)?.view ?? "";
  const views = [...new Set(first.artworks.map(({ area }) => viewOf(area)))];
  const color = garment?.colorways.find((/** @type {any} */ known) => known.id === first.color)?.name ?? first.color;
  const names = Object.entries(first.fields);
  return html`<li class="made"><div class="sides">${views.map((view) => picture(`/api/v1/orders/${order.id}/preview?line=${first.line}&width=400&wall=${encodeURIComponent(wall())}${view ? `&view=${view}` : ""}#${order.revision}`, { alt: t("orderPage.side", { title: first.title, view: view ? t(`view.${view}`) : "" }), width: 400, height: 500 }))}</div>
    <div><h3><bdi>${first.title}</bdi></h3><p class="hint">${garment?.name ?? first.garment}, ${color} · ${technique({ techniques }, first.technique)}</p>
    ${names.length ? html`<dl class="facts">${names.map(([id, value]) => html`<div><dt dir="auto">${labels[fieldKey(first.design, id)] ?? fieldName(id)}</dt><dd dir="auto">${value}</dd></div>`)}</dl>` : nothing}
    <ul class="counts">${lines.map(({ size, quantity }) => html`<li><b>${size}</b> <span dir="ltr">× ${quantity}</span></li>`)}</ul></div></li>`;
}

/** What a field is called whose design is gone. @param {string} id */
export const fieldName = (id) => known([`names.${id}`], id.replace(/[-_]+/g, " "));
