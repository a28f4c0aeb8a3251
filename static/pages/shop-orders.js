// The shop's orders, the newest first: of one status, or by their number.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import * as api from "../core/api.js";
import { announce } from "../core/announce.js";
import { locale, money, t } from "../core/i18n.js";
import { createPages } from "../core/pages.js";
import { more } from "../ui/more.js";
import { when } from "./frame.js";

/** @typedef {import("../types/api").ListedOrder} Listed */
/** @typedef {import("../core/pages.js").Pages<Listed>} List */

const STATUSES = ["received", "approved", "in-production", "shipped", "cancelled"];
/** What is typed is looked for when the hand rests, ms. */
const REST_MS = 250;

/** A day as people write it. @param {string} day `2026-12-24` */
export const dayOf = (day) => new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeZone: "UTC" }).format(new Date(day));

/** @param {import("./shop-desk.js").Desk} desk @param {() => void} draw @param {(wanted: Record<string, string>, isSame?: boolean) => void} go */
export function createOrders(desk, draw, go) {
  let wanted = { status: "", number: "" };
  /** @type {List | null} */
  let list = null;
  let isComing = false;
  let newest = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** The list stands until the next one is there. */
  async function load() {
    const mine = ++newest;
    const { status, number } = wanted;
    const next = createPages(async (page) => {
      try {
        return /** @type {import("../types/api").OrderList} */ (await desk.get(`/orders${api.query({ ...page, status, number })}`));
      } catch (error) {
        // What is no number has no order.
        if (error instanceof api.Refusal && error.status === 400 && number) return { orders: [] };
        throw error;
      }
    }, "orders", draw);
    isComing = true;
    draw();
    await next.more();
    if (mine !== newest) return;
    isComing = false;
    list = next;
    if (status || number) announce(t("gallery.found", { count: list.items.length }));
    draw();
  }

  /** @param {Partial<typeof wanted>} change */
  const want = (change) => {
    wanted = { ...wanted, ...change };
    clearTimeout(timer);
    timer = setTimeout(() => go({ part: "orders", ...wanted }, true), "number" in change ? REST_MS : 0);
    draw();
  };

  return {
    /** @param {URLSearchParams} place */
    open(place) {
      const status = place.get("status") ?? "";
      wanted = { status: STATUSES.includes(status) ? status : "", number: place.get("number") ?? "" };
      void load();
    },
    view: () => ({ title: t("shop.part.orders"), content: html`<div class="page-head head-row"><h1>${t("shop.part.orders")}</h1><button aria-busy=${isComing} @click=${load}>${t("shop.refresh")}</button></div>
      <div class="filters" role="search" aria-label=${t("shop.filter")}>
        <div class="segments" role="group" aria-label=${t("orderPage.status")}>${["", ...STATUSES].map((status) => html`<button aria-pressed=${wanted.status === status} @click=${() => want({ status })}>${status ? t(`orderPage.status.${status}`) : t("shop.all")}</button>`)}</div>
        <label class="field"><span>${t("shop.number")}</span><input type="search" dir="ltr" autocomplete="off" placeholder="7K2M-9C0V" .value=${wanted.number} @input=${(/** @type {any} */ event) => want({ number: event.target.value })}></label>
      </div>${rows()}` }),
  };

  function rows() {
    if (!list) return html`<p class="waiting" role="status">${t("page.waiting")}</p>`;
    const isFiltered = wanted.status || wanted.number.trim();
    if (list.items.length === 0 && !list.hasFailed) {
      return isFiltered
        ? html`<div class="nothing"><p>${t("shop.noSuchOrders")}</p><button @click=${() => want({ status: "", number: "" })}>${t("shop.allOrders")}</button></div>`
        : html`<div class="nothing"><p>${t("shop.noOrders")}</p></div>`;
    }
    return html`<div class="docket-head docket-row" aria-hidden="true">${["number", "who", "pieces", "total", "due", "status"].map((name) => html`<span class="c-${name}">${t(`shop.column.${name}`)}</span>`)}</div>
      <ul class="docket" aria-busy=${isComing}>${list.items.map(row)}</ul>${more(list)}`;
  }
}

/** @param {Listed} order */
function row({ id, number, status, created_at, summary }) {
  const isApproved = !["received", "cancelled"].includes(status);
  return html`<li><a class="docket-row" href="/shop.html?order=${id}">
    <span class="c-number"><b class="mono" dir="ltr">${number}</b><small>${when(created_at)}</small></span>
    <span class="c-who"><b dir="auto">${summary?.name ?? "–"}</b><small>${summary?.titles.map((title, index) => html`${index ? ", " : nothing}<bdi>${title}</bdi>`)}</small></span>
    <span class="c-pieces">${summary ? html`<span class="hidden in-words">${t("order.pieces", { count: summary.pieces })}</span><span class="in-figures" aria-hidden="true">${new Intl.NumberFormat(locale()).format(summary.pieces)}</span>` : nothing}</span>
    <span class="c-total"><bdi>${summary ? money(summary.total, summary.currency, summary.digits) : "–"}</bdi></span>
    <span class="c-due">${summary?.due ? html`<span class="due-word">${t("shop.column.due")} </span><time datetime=${summary.due}>${dayOf(summary.due)}</time>` : t("shop.noDue")}</span>
    <span class="c-status"><span class="stamp" data-status=${status}>${t(`orderPage.status.${status}`)}</span>${status === "cancelled" ? nothing : html`<small class=${isApproved ? "sealed" : "unsealed"}>${t(isApproved ? "shop.isApproved" : "shop.notApproved")}</small>`}</span></a></li>`;
}
