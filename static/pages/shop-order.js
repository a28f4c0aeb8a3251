// One order, as the shop sees it: what to make, from which files, and where it goes next.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { announce } from "../core/announce.js";
import * as api from "../core/api.js";
import { known as knownWords, t } from "../core/i18n.js";
import { changes, seal } from "./approval.js";
import { notice, when } from "./frame.js";
import { told } from "./shop-desk.js";
import { createLines } from "./shop-lines.js";
import { facts, price, timeline } from "./slip.js";

/** @typedef {import("../types/api").OrderDetail} Order */

/** Where the shop may move an order from where it stands; approving is the customer's alone. @type {Record<string, string>} */
const NEXT = { approved: "in-production", "in-production": "shipped" };
const CAN_CANCEL = ["received", "approved", "in-production"];

/** @param {import("./shop-desk.js").Desk} desk @param {() => void} draw */
export function createOrder(desk, draw) {
  let id = "";
  /** @type {Order | null} */
  let order = null;
  /** @type {import("../types/api").FileList | null} */
  let files = null;
  /** What went wrong: "gone", or what to tell. */
  let problem = "";
  const move = { note: "", problem: "", isBusy: false };
  /** Files that are being drawn, and what went wrong with one, by name. @type {Record<string, string>} */
  let fetching = {};
  /** @type {import("./lines.js").Known & import("../core/told.js").Catalogue} */
  const known = { garments: {}, techniques: [], inks: [], labels: {} };
  const lines = createLines(draw);

  async function load() {
    const mine = id;
    problem = "";
    draw();
    try {
      const next = /** @type {Order} */ (await desk.get(`/orders/${mine}`));
      if (mine === id) await take(next);
    } catch (error) {
      if (mine === id) problem = error instanceof api.Refusal && error.status === 404 ? "gone" : told(error);
    }
    draw();
  }

  /** @param {Order} next */
  async function take(next) {
    const missing = [...new Set(next.lines.map(({ garment }) => garment))].filter((garment) => !(garment in known.garments));
    await Promise.all([
      ...missing.map(async (garment) => (known.garments[garment] = await api.catalogue.garment(garment).catch(() => null))),
      known.techniques.length ? null : api.catalogue.techniques().then((list) => (known.techniques = list)).catch(() => {}),
      known.inks.length ? null : api.catalogue.inks().then((list) => (known.inks = list)).catch(() => {}),
      desk.get(`/orders/${next.id}/files`).then((list) => (files = list)).catch(() => (files = null)),
    ]);
    order = next;
  }

  /** @param {string} status */
  async function moveTo(status) {
    const { id } = /** @type {Order} */ (order);
    Object.assign(move, { isBusy: true, problem: "" });
    draw();
    try {
      await take(await desk.send("PUT", `/orders/${id}/status`, { status, note: move.note.trim() }));
      move.note = "";
      announce(t("shop.moved", { status: t(`orderPage.status.${status}`) }));
    } catch (error) {
      move.problem = told(error);
      announce(move.problem, "assertive");
      // Somebody else moved it, or the answer was lost: what is shown must be what is there.
      await desk.get(`/orders/${id}`).then(take).catch(() => {});
    }
    move.isBusy = false;
    draw();
  }

  /** @param {string} address @param {string} name */
  async function save(address, name) {
    fetching = { ...fetching, [name]: "…" };
    draw();
    try {
      await desk.save(address, name);
      delete fetching[name];
      announce(t("shop.fileCame", { name }));
    } catch (error) {
      fetching[name] = told(error);
      announce(fetching[name], "assertive");
    }
    draw();
  }

  return {
    /** @param {URLSearchParams} place */
    open(place) {
      id = /^\w+$/.exec(place.get("order") ?? "")?.[0] ?? "0";
      order = files = null;
      fetching = {};
      Object.assign(move, { note: "", problem: "", isBusy: false });
      lines.reset();
      void load();
    },
    view() {
      const back = html`<a class="button" href="/shop.html?part=orders">${t("shop.allOrders")}</a>`;
      if (problem === "gone") return { title: t("orderPage.gone"), content: notice(t("orderPage.gone"), t("shop.goneText"), back) };
      if (problem) return { title: t("page.failed"), content: notice(t("page.failed"), problem, html`<button class="primary" @click=${load}>${t("failed.again")}</button> ${back}`) };
      if (!order) return { title: t("page.waiting"), content: html`<p class="waiting" role="status">${t("page.waiting")}</p>` };
      return { title: t("orderPage.title", { id: order.number }), content: one(order) };
    },
  };

  /** @param {Order} order */
  function one(order) {
    return html`<p class="way-back"><a href="/shop.html?part=orders">${t("shop.allOrders")}</a></p>
      <div class="page-head"><h1>${t("orderPage.title", { id: order.number })}</h1>
        <p>${t("orderPage.placed")} ${when(order.created_at)} · <bdi>${order.order.contact.name}</bdi></p></div>
      ${timeline(order)}
      <div class="order">
        <div>${approval(order)}${lines.of(order, known)}</div>
        <div class="slips">${next(order)}${papers(order)}
          <section class="slip" aria-label=${t("order.who")}><h2>${t("order.who")}</h2>${facts(order)}${order.order.accept?.length ? html`<p class="hint">${t("shop.accepted")} <code dir="ltr">${order.order.accept.join(", ")}</code></p>` : nothing}</section>
          <section class="slip" aria-label=${t("order.price")}>${price(order, known)}</section>
        </div>
      </div>`;
  }

  /** @param {Order} order */
  function next(order) {
    const forward = NEXT[order.status];
    if (!forward && !CAN_CANCEL.includes(order.status)) return nothing;
    if (!desk.may("orders:write")) return html`<section class="slip" aria-label=${t("shop.next")}><h2>${t("shop.next")}</h2><p class="hint">${t("shop.mayNotMove")} <code dir="ltr">orders:write</code></p></section>`;
    return html`<section class="slip" aria-label=${t("shop.next")}><h2>${t("shop.next")}</h2>
      ${forward ? nothing : html`<p class="hint">${t("shop.waitsForApproval")}</p>`}
      <label class="field"><span>${t("shop.moveNote")}</span><input maxlength="200" autocomplete="off" .value=${live(move.note)} @input=${(/** @type {any} */ event) => (move.note = event.target.value)}></label>
      ${move.problem ? html`<p class="note error" dir="auto">${move.problem}</p>` : nothing}
      ${forward ? html`<button class="primary block" ?disabled=${move.isBusy} @click=${() => moveTo(forward)}>${t(`shop.move.${forward}`)}</button>` : nothing}
      <details><summary>${t("orderPage.cancel")}</summary><p>${t("shop.cancelText")}</p><button class="block" ?disabled=${move.isBusy} @click=${() => moveTo("cancelled")}>${t("orderPage.cancelYes")}</button></details></section>`;
  }

  /** @param {Order} order */
  function papers(order) {
    const proof = `${order.number}.pdf`;
    return html`<section class="slip" aria-label=${t("shop.files")}><h2>${t("shop.files")}</h2>
      ${fileRow(html`<b>${t("shop.proof")}</b>`, [[order.proof, proof, "PDF"]])}
      ${files === null ? html`<p class="note warn">${t("shop.noFileList")}</p>` : files.approved ? nothing : html`<p class="hint">${t(order.status === "cancelled" ? "shop.filesCancelled" : "shop.filesWait")}</p>`}
      ${files?.files.map(({ name, area, copies, dpi, hash, url }) => fileRow(html`<b dir="ltr">${name.replace(/\.png$/, "")}</b><small>${knownWords([`placement.${area}`, `view.${area}`], area)} · ${t("shop.copies", { count: copies })} · <bdi>${dpi} dpi</bdi></small><code dir="ltr" title=${hash}>${hash.slice(0, 16)}</code>`,
        files?.approved ? [[url, name, "PNG"], [url.replace(/png$/, "svg"), name.replace(/png$/, "svg"), "SVG"]] : []))}</section>`;
  }

  /** @param {unknown} words @param {[string, string, string][]} kinds address, name and kind of each */
  function fileRow(words, kinds) {
    const wrong = kinds.map(([, name]) => fetching[name]).find((what) => what && what !== "…");
    return html`<div class="file"><div>${words}</div>${kinds.map(([address, name, kind]) => html`<button aria-busy=${fetching[name] === "…"} ?disabled=${fetching[name] === "…"} aria-label=${t("shop.download", { name })} @click=${() => save(address, name)}>${fetching[name] === "…" ? "…" : kind}</button>`)}
      ${wrong ? html`<p class="note error" dir="auto">${wrong}</p>` : nothing}</div>`;
  }
}

/** The customer's word, and what has changed since. @param {Order} order */
function approval(order) {
  const { approval, status, hash } = order;
  if (status === "cancelled") return nothing;
  return html`<section aria-label=${t("orderPage.approval")}>
    ${approval?.holds ? seal(approval, t("shop.sealText")) : nothing}
    ${approval && !approval.holds ? html`<p class="note warn">${t("shop.broken", { name: approval.name })}</p>${changes(order)}` : nothing}
    ${approval ? nothing : html`<p class="note">${t("shop.unapproved")}</p>`}
    ${approval?.holds ? nothing : html`<p class="hint">${t("shop.orderHash")}</p><p class="hash" dir="ltr">${hash.match(/.{1,16}/g)?.map((part) => html`<span>${part}</span> `)}</p>`}</section>`;
}
