// What an order makes, for whoever makes it: every view with the hashes of its artworks, sizes, and the roster.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { t } from "../core/i18n.js";
import { areaName, techniqueName } from "../core/told.js";
import { picture } from "../ui/picture.js";
import { wall } from "./frame.js";
import { fieldKey, fieldName } from "./lines.js";

/** @typedef {import("../types/api").OrderDetail} Order */
/** @typedef {Order["lines"][number]} Line */

/** @param {() => void} draw */
export function createLines(draw) {
  /** The line of each design that is shown. @type {Map<string, number>} */
  let shown = new Map();
  return {
    reset: () => (shown = new Map()),
    /** @param {Order} order @param {import("./lines.js").Known} known */
    of(order, known) {
      const looks = Map.groupBy(order.lines, ({ design, garment, color, technique }) => `${design} ${garment} ${color} ${technique}`);
      const pieces = order.lines.reduce((sum, line) => sum + line.quantity, 0);
      return html`<section><h2>${t("order.pieces", { count: pieces })}</h2><ul>${[...looks].map(([key, lines]) => look(key, lines))}</ul></section>`;

      /** @param {string} key @param {Line[]} lines */
      function look(key, lines) {
        const line = lines.find((one) => one.line === shown.get(key)) ?? lines[0];
        const garment = known.garments[line.garment];
        const color = garment?.colorways.find((/** @type {any} */ one) => one.id === line.color)?.name ?? line.color;
        const technique = known.techniques.find(({ id }) => id === line.technique) ?? { id: line.technique, name: line.technique };
        return html`<li class="make"><h3><bdi>${line.title}</bdi></h3><p class="hint">${garment?.name ?? line.garment}, ${color} · ${techniqueName(technique)} · ${t("shop.revision", { number: line.design_revision })}</p>
          <div class="plates">${(garment?.views ?? [""]).map((/** @type {string} */ view) => plate(line, view, garment))}</div>
          ${roster(lines, line, (number) => {
            shown.set(key, number);
            draw();
          })}</li>`;
      }

      /** @param {Line} line @param {string} view @param {any} garment */
      function plate(line, view, garment) {
        const areaOf = (/** @type {string} */ id) => garment?.areas.find((/** @type {any} */ one) => one.id === id) ?? { id, name: id };
        const artworks = line.artworks.filter(({ area }) => !view || areaOf(area).view === view);
        const name = view ? t(`view.${view}`) : "";
        return html`<figure class="plate">${picture(`/api/v1/orders/${order.id}/preview?line=${line.line}&width=480&wall=${encodeURIComponent(wall())}${view ? `&view=${view}` : ""}#${order.revision}`, { alt: t("orderPage.side", { title: line.title, view: name }), width: 480, height: 600 })}
          <figcaption><b>${name}</b>${artworks.length ? artworks.map(({ area, hash }) => html`<div>${areaName(areaOf(area))}<p class="hash" dir="ltr">${hash.match(/.{1,16}/g)?.map((part) => html`<span>${part}</span> `)}</p></div>`) : html`<div>${t("order.unprinted")}</div>`}</figcaption></figure>`;
      }

      /** @param {Line[]} lines @param {Line} line @param {(number: number) => void} show */
      function roster(lines, line, show) {
        const fields = [...new Set(lines.flatMap(({ fields }) => Object.keys(fields)))];
        return html`<div class="wide" tabindex="0" role="group" aria-label=${t("shop.roster")}><table class="lines roster-table"><caption class="hidden">${t("shop.roster")}</caption>
          <thead><tr><th scope="col">${t("shop.line")}</th><th scope="col">${t("shop.size")}</th><th scope="col">${t("shop.column.pieces")}</th>${fields.map((id) => html`<th scope="col" dir="auto">${known.labels[fieldKey(line.design, id)] ?? fieldName(id)}</th>`)}</tr></thead>
          <tbody>${lines.map((one) => html`<tr class=${one === line ? "shown" : ""}><th scope="row">${lines.length > 1 ? html`<button class="show-line" aria-pressed=${one === line} aria-label=${t("shop.showLine", { number: one.line })} @click=${() => show(one.line)}>${one.line}</button>` : one.line}</th>
            <td><b>${one.size}</b></td><td>${one.quantity}</td>${fields.map((id) => html`<td dir="auto">${one.fields[id] ?? nothing}</td>`)}</tr>`)}</tbody></table></div>`;
      }
    },
  };
}
