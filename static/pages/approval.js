// The customer's word on a proof: the seal that is there, what has changed since, and the form for a new one.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import * as api from "../core/api.js";
import { t } from "../core/i18n.js";
import { picture } from "../ui/picture.js";
import { when } from "./frame.js";

/** @typedef {import("../types/api").OrderDetail} Order */

const form = { hasSeen: false, name: "", isBusy: false, problem: "" };

/** @param {Order} order @param {(act: () => Promise<Order>, done: string) => Promise<void>} change @param {() => void} draw */
export function approvalOf(order, change, draw) {
  const { approval } = order;
  // Nothing is made of it any more, approved or not.
  if (order.status === "cancelled") return nothing;
  const isBroken = approval && !approval.holds;
  return html`<section aria-label=${t("orderPage.approval")}>
    ${approval?.holds ? seal(approval) : nothing}
    ${isBroken ? html`<p class="note warn">${t("orderPage.broken", { name: approval.name })}</p>${changes(order)}` : nothing}
    ${order.status === "received" ? ask(order, change, draw) : nothing}
  </section>`;
}

/** @param {NonNullable<Order["approval"]>} approval @param {string} [text] what it means for whoever looks at it */
export const seal = ({ hash, name, approved_at }, text = t("orderPage.sealText")) => html`<div class="seal">
  <svg viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="22"/><circle cx="32" cy="32" r="15"/><path d="M32 2v60M2 32h60"/></svg>
  <div><p><b>${t("orderPage.approvedBy", { name })}</b> ${when(approved_at)}</p><p class="hash" dir="ltr">${hash.match(/.{1,16}/g)?.map((part) => html`<span>${part}</span> `)}</p><p class="hint">${text}</p></div></div>`;

/** Pictures of what looks different from what was approved: one for all sizes and names of a design. @param {Order} order */
export function changes({ id, approval, revision, lines }) {
  /** @type {Map<string, number[]>} */
  const changed = new Map();
  for (const line of approval?.changed ?? []) {
    const { design, color } = lines[line - 1];
    changed.set(`${design} ${color}`, [...(changed.get(`${design} ${color}`) ?? []), line]);
  }
  if (changed.size === 0) return html`<p class="hint">${t("orderPage.sameLooks")}</p>`;
  return html`<h2>${t("orderPage.changes")}</h2>${[...changed.values()].map(([line, ...more]) => {
    const words = t("orderPage.changeOf", { line, title: lines[line - 1].title });
    return html`<figure class="change">${picture(`/api/v1/orders/${id}/changes?line=${line}&width=480#${revision}`, { alt: words, width: 970, height: 600 })}
      <figcaption>${words}${more.length ? html` (${t("orderPage.changeMore", { count: more.length })})` : nothing}</figcaption></figure>`;
  })}`;
}

/** @param {Order} order @param {(act: () => Promise<Order>, done: string) => Promise<void>} change @param {() => void} draw */
function ask(order, change, draw) {
  const approve = async (/** @type {Event} */ event) => {
    event.preventDefault();
    Object.assign(form, { isBusy: true, problem: "" });
    draw();
    await change(() => api.orders.approve(order.id, { hash: order.hash, name: form.name.trim() }), t("orderPage.approved")).catch((error) => (form.problem = error.message));
    Object.assign(form, { isBusy: false, hasSeen: false });
    draw();
  };
  return html`<form class="approve" @submit=${approve}><h2>${t("orderPage.approve")}</h2><p>${t("orderPage.approveText")}</p>
    <p class="hash" dir="ltr">${order.hash.match(/.{1,16}/g)?.map((part) => html`<span>${part}</span> `)}</p>
    <label class="field"><span>${t("order.name")}</span><input required maxlength="100" autocomplete="name" .value=${live(form.name)} @input=${(/** @type {any} */ event) => (form.name = event.target.value)}></label>
    <label class="check"><input type="checkbox" required .checked=${live(form.hasSeen)} @change=${(/** @type {any} */ event) => (form.hasSeen = event.target.checked)}><span>${t("order.seen")}</span></label>
    ${form.problem ? html`<p class="note error" dir="auto">${form.problem}</p>` : nothing}
    <button class="primary" ?disabled=${form.isBusy}>${form.isBusy ? t("order.placing") : t("orderPage.approveYes")}</button></form>`;
}
