// One of the person's orders, or all of them: where it stands, what is made, what it costs, the proof and its approval.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import * as api from "../core/api.js";
import { announce } from "../core/announce.js";
import { money, t } from "../core/i18n.js";
import { createPages } from "../core/pages.js";
import { more } from "../ui/more.js";
import { picture } from "../ui/picture.js";
import { notice, openPage, wall, when } from "./frame.js";
import { approvalOf } from "./approval.js";
import { fieldKey, linesOf } from "./lines.js";
import { facts, price, timeline } from "./slip.js";

/** @typedef {import("../types/api").OrderDetail} Order */
/** @typedef {import("../core/pages.js").Pages<import("../types/api").ListedOrder>} Listed */

void openPage(async (draw) => {
  const id = /^\/orders\/(\w+)/.exec(location.pathname)?.[1];
  /** @type {Order | null} */
  let order = null;
  const list = createPages(api.orders.list, "orders", draw);
  /** @type {import("./lines.js").Known & import("../core/told.js").Catalogue} */
  const known = { garments: {}, techniques: [], inks: [], labels: {} };
  /** What went wrong: "gone", or what the service said. */
  let problem = "";

  const load = async () => {
    problem = "";
    try {
      if (id) await take(await api.orders.get(id));
      else await list.more();
    } catch (error) {
      problem = error instanceof api.Refusal && error.status === 404 ? "gone" : /** @type {Error} */ (error).message;
    }
    draw();
  };

  /** @param {Order} next */
  async function take(next) {
    const missing = (/** @type {string[]} */ ids, /** @type {(id: string) => boolean} */ isKnown) => [...new Set(ids)].filter((id) => !isKnown(id));
    const labelled = next.lines.filter(({ fields }) => Object.keys(fields).length);
    await Promise.all([
      ...missing(next.lines.map((line) => line.garment), (id) => id in known.garments).map(async (id) => (known.garments[id] = await api.catalogue.garment(id).catch(() => null))),
      known.techniques.length ? null : api.catalogue.techniques().then((list) => (known.techniques = list)).catch(() => {}),
      known.inks.length ? null : api.catalogue.inks().then((list) => (known.inks = list)).catch(() => {}),
      // The design may be gone, or be another by now.
      ...missing(labelled.map((line) => line.design), (id) => Object.keys(known.labels).some((key) => key.startsWith(`${id} `))).map(async (id) => {
        const saved = await api.designs.open(id).catch(() => null);
        for (const field of saved?.document.fields ?? []) if (field.label) known.labels[fieldKey(id, field.id)] = field.label;
      }),
    ]);
    order = next;
  }

  /** Does something to the order and shows what came of it. @param {() => Promise<Order>} act @param {string} done */
  const change = async (act, done) => {
    try {
      await take(await act());
      announce(done);
    } catch (error) {
      announce(/** @type {Error} */ (error).message, "assertive");
      // Somebody else changed it meanwhile: what is shown must be what is there.
      if (id && error instanceof api.Refusal) await take(await api.orders.get(id)).catch(() => {});
      draw();
      throw error;
    }
    draw();
  };

  await load();
  const again = html`<button class="primary" @click=${load}>${t("failed.again")}</button>`;
  return () => {
    if (problem === "gone") return { title: t("orderPage.gone"), content: notice(t("orderPage.gone"), t("orderPage.goneText"), html`<a class="button primary" href="/orders">${t("page.orders")}</a>`) };
    if (problem || (list.hasFailed && list.items.length === 0)) return { title: t("page.failed"), content: notice(t("page.failed"), t("page.failedText"), again) };
    if (order) return { title: t("orderPage.title", { id: order.number }), content: one(order) };
    return { title: t("page.orders"), content: all(list) };
  };

  /** @param {Order} shown */
  function one(shown) {
    return html`<div class="page-head"><h1>${t("orderPage.title", { id: shown.number })}</h1>
        <p>${t("orderPage.placed")} ${when(shown.created_at)}</p></div>
      ${timeline(shown)}
      <div class="order">
        <div>${approvalOf(shown, change, draw)}${linesOf(shown, known)}</div>
        <aside class="slip" aria-label=${t("order.price")}>${price(shown, known)}${facts(shown)}
          <p><a class="button block" href=${shown.proof} target="_blank" rel="noopener">${t("order.openProof")}</a></p>
          ${["received", "approved"].includes(shown.status) ? html`<details><summary>${t("orderPage.cancel")}</summary><p>${t("orderPage.cancelText")}</p>
            <button class="block" @click=${() => change(() => api.orders.cancel(shown.id), t("orderPage.cancelled")).catch(() => {})}>${t("orderPage.cancelYes")}</button></details>` : nothing}
        </aside>
      </div>`;
  }
});

/** @param {Listed} list */
function all(list) {
  if (list.items.length === 0 && !list.isComplete) return html`<p class="waiting" role="status">${t("page.waiting")}</p>`;
  if (list.items.length === 0) return notice(t("orderPage.none"), t("orderPage.noneText"), html`<a class="button primary" href="/">${t("page.toStudio")}</a> <a class="button" href="/designs">${t("page.designs")}</a>`);
  return html`<div class="page-head"><h1>${t("page.orders")}</h1></div><ul class="orders">${list.items.map((order) => html`<li><a href="/orders/${order.id}">
    ${picture(`/api/v1/orders/${order.id}/preview?width=160&wall=${encodeURIComponent(wall())}`, { width: 160, height: 200 })}
    <span><b>${t("orderPage.title", { id: order.number })}</b><small>${when(order.created_at)}${order.summary ? html` · ${t("order.pieces", { count: order.summary.pieces })} · <bdi>${money(order.summary.total, order.summary.currency, order.summary.digits)}</bdi>` : nothing}</small>
      ${order.summary ? html`<small>${order.summary.titles.map((title, index) => html`${index ? ", " : nothing}<bdi>${title}</bdi>`)}</small>` : nothing}</span><span class="stamp">${t(`orderPage.status.${order.status}`)}</span></a></li>`)}</ul>${more(list)}`;
}
