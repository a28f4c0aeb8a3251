// What an order says of itself, to its customer and to the shop: where it stands, what it costs, for whom it is.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { locale, money, t } from "../core/i18n.js";
import { lineWords } from "../core/told.js";
import { when } from "./frame.js";

/** @typedef {import("../types/api").OrderDetail} Order */

const STEPS = ["received", "approved", "in-production", "shipped"];

/** @param {Order} order */
export function timeline(order) {
  const isCancelled = order.status === "cancelled";
  const at = (/** @type {string} */ step) => step === "received" ? order.created_at
    : step === "approved" ? (order.approval?.holds ? order.approval.approved_at : undefined)
    : order.history.findLast((event) => event.kind === "status" && event.detail.split(":")[0] === step)?.at;
  const reached = STEPS.indexOf(order.status);
  return html`<section aria-label=${t("orderPage.status")}>
    ${isCancelled ? html`<p class="note error">${t("orderPage.status.cancelled")}</p>` : nothing}
    <ol class="timeline">${STEPS.map((step, index) => {
      const isDone = !isCancelled && index <= reached;
      const time = isDone ? at(step) : undefined;
      return html`<li class=${isDone ? "done" : ""} aria-current=${!isCancelled && index === reached ? "step" : nothing}><b>${t(`orderPage.status.${step}`)}</b><small>${time ? when(time) : t("orderPage.notYet")}</small></li>`;
    })}</ol>
    <details><summary>${t("orderPage.history")}</summary><ul class="history">${order.history.map((event) => html`<li>${when(event.at)} ${t(`orderPage.event.${event.kind}`)}${told(event) ? html` <bdi>${told(event)}</bdi>` : nothing}</li>`)}</ul></details>
  </section>`;
}

/** What an event says, with statuses in the person's words. @param {{kind: string, detail: string}} event */
function told({ kind, detail }) {
  if (kind !== "status") return detail;
  const [status, ...note] = detail.split(": ");
  return [t(`orderPage.status.${status}`), ...note].join(": ");
}

/** @param {Order} order @param {import("../core/told.js").Catalogue} catalogue */
export function price(order, catalogue) {
  const amount = (/** @type {number} */ minor) => money(minor, order.currency, order.digits);
  const row = (/** @type {Order["quotes"][number] | null} */ quote) => (/** @type {any} */ line) => {
    const { label, reason } = lineWords(catalogue, quote, line);
    return html`<tr><th scope="row"><bdi>${label}</bdi></th><td>${amount(line.amount)}</td></tr>
      <tr class="why"><td colspan="2">${line.quantity > 1 ? html`<bdi class="mono" dir="ltr">${line.quantity} × ${amount(line.unit)}</bdi> · ` : nothing}<bdi>${reason}</bdi></td></tr>`;
  };
  return html`<h2>${t("order.price")}</h2><table class="lines"><caption class="hidden">${t("order.price")}</caption>
    ${order.quotes.map((quote) => html`<tbody>${quote.lines.map(row(quote))}</tbody>`)}
    ${order.charges.length ? html`<tbody>${order.charges.map(row(null))}</tbody>` : nothing}
    <tfoot><tr><th scope="row">${t("order.total")}</th><td>${amount(order.total)}</td></tr></tfoot></table>`;
}

/** @param {Order} order */
export function facts({ order }) {
  /** @type {[string, unknown][]} */
  const all = [[t("order.who"), html`${order.contact.name}${order.contact.email ? html`<br>${order.contact.email}` : nothing}`], [t("order.due"), order.due && new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeZone: "UTC" }).format(new Date(order.due))], [t("orderPage.shipTo"), order.ship_to], [t("order.note"), order.note]];
  return html`<dl class="facts">${all.filter(([, value]) => value).map(([name, value]) => html`<div><dt>${name}</dt><dd dir="auto">${value}</dd></div>`)}</dl>`;
}
