// The shop's webhooks: who is told what happens to orders, and how that went.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import * as api from "../core/api.js";
import { known, t } from "../core/i18n.js";
import { when } from "./frame.js";
import { createList, told } from "./shop-desk.js";

/** @typedef {import("../types/api").WebhookDetail} Hook */
/** @typedef {import("../types/api").DeliveryDetail} Delivery */

/** @param {import("./shop-desk.js").Desk} desk @param {() => void} draw */
export function createHooks(desk, draw) {
  const list = createList(/** @returns {Promise<Hook[]>} */ () => desk.get("/webhooks"), draw);
  /** What the last one signs with: told once. @type {Hook | null} */
  let made = null;
  /** What was told, or why that is not known, by webhook. @type {Record<string, Delivery[] | string>} */
  let deliveries = {};
  /** What is typed for a new one, and what is wrong with it. */
  const typed = { url: "", wrong: "" };

  async function add(/** @type {Event} */ event) {
    event.preventDefault();
    typed.wrong = "";
    await list.act("new", async () => {
      made = await desk.send("POST", "/webhooks", { url: typed.url.trim() });
      typed.url = "";
      return t("shop.hookMade");
    }, (error) => {
      const [first] = error instanceof api.Refusal ? error.errors : [];
      return (typed.wrong = first ? [first.message, first.hint].filter(Boolean).join("; ") : told(error));
    });
    if (typed.wrong) requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById("hook-url")?.focus()));
  }

  const remove = (/** @type {Hook} */ hook) => list.act(hook.id, async () => {
    await desk.call(`/webhooks/${hook.id}`, { method: "DELETE" });
    if (made?.id === hook.id) made = null;
    return t("shop.hookGone");
  });

  /** @param {string} id */
  async function look(id) {
    deliveries = { ...deliveries, [id]: await desk.get(`/webhooks/${id}/deliveries`).catch(told) };
    draw();
  }

  return {
    open() {
      deliveries = {};
      void list.load();
    },
    view() {
      const title = t("shop.part.webhooks");
      const { entries: hooks, failed, problem } = list;
      if (failed || !hooks) return { title, content: list.waiting() };
      return { title, content: html`<div class="page-head"><h1>${title}</h1><p>${t("shop.hooksText")}</p></div>
        ${problem && !typed.wrong ? html`<p class="note error" dir="auto">${problem}</p>` : nothing}
        ${made ? html`<div class="secret"><h2>${t("shop.secret")}</h2><p>${t("shop.secretText")}</p><code dir="ltr">${made.secret}</code><button @click=${() => {
          made = null;
          draw();
        }}>${t("shop.secretKept")}</button></div>` : nothing}
        ${hooks.length ? html`<ul class="entries">${repeat(hooks, ({ id }) => id, entry)}</ul>` : html`<div class="nothing"><p>${t(desk.may("shop:write") ? "shop.noHooks" : "shop.noHooksRead")}</p></div>`}
        ${desk.may("shop:write") ? form() : html`<p class="note">${t("shop.mayNotWrite")} <code dir="ltr">shop:write</code></p>`}` };
    },
  };

  function form() {
    return html`<form class="new-hook" novalidate @submit=${add}><h2>${t("shop.newHook")}</h2>
      <label class="field"><span>${t("shop.hookUrl")}</span><input id="hook-url" type="url" dir="ltr" autocomplete="off" placeholder="https://mis.example/platen" .value=${typed.url}
        aria-invalid=${typed.wrong ? "true" : nothing} aria-describedby=${typed.wrong ? "hook-wrong" : nothing} @input=${(/** @type {any} */ event) => (typed.url = event.target.value)}></label>
      ${typed.wrong ? html`<p class="note error" id="hook-wrong" dir="auto">${typed.wrong}</p>` : nothing}
      <button class="primary" aria-busy=${list.busy === "new"} ?disabled=${list.busy !== ""}>${t("shop.addHook")}</button></form>`;
  }

  /** @param {Hook} hook */
  function entry(hook) {
    return html`<li class="entry hook"><div><h3 class="mono" dir="ltr">${hook.url}</h3><p class="hint">${t("shop.made")} ${when(hook.created_at)}</p></div>
      ${desk.may("shop:write") ? html`<details class="end"><summary>${t("shop.removeHook")}</summary><p>${t("shop.removeHookText")}</p>
        <button ?disabled=${list.busy !== ""} @click=${() => remove(hook)}>${t("shop.removeHookYes")}</button></details>` : nothing}
      <details class="told" @toggle=${(/** @type {any} */ event) => event.target.open && look(hook.id)}><summary>${t("shop.deliveries")}</summary>${history(hook, deliveries[hook.id])}</details></li>`;
  }

  /** @param {Hook} hook @param {Delivery[] | string | undefined} list */
  function history(hook, list) {
    if (list === undefined) return html`<p class="hint" role="status">${t("page.waiting")}</p>`;
    const again = html`<p><button @click=${() => look(hook.id)}>${t("shop.refresh")}</button></p>`;
    if (typeof list === "string") return html`<p class="note error" dir="auto">${list}</p>${again}`;
    if (list.length === 0) return html`<p class="hint">${t("shop.noDeliveries")}</p>${again}`;
    return html`<ul class="deliveries">${list.map(({ state, tries, next_at, answer, created_at, body }) => html`<li><span class="stamp" data-state=${state}>${t(`shop.delivery.${state}`)}</span>
      <div><b>${known([`shop.event.${body.type}`], body.type)}</b> <a class="mono" dir="ltr" href="/shop.html?order=${body.data.order}">${body.data.order.slice(0, 4).toUpperCase()}-${body.data.order.slice(4, 8).toUpperCase()}</a>
        <small>${when(created_at)} · ${t("shop.tries", { count: tries })}${next_at ? html` · ${t("shop.nextTry")} ${when(next_at)}` : nothing}</small>${answer ? html`<small dir="auto">${answer}</small>` : nothing}</div></li>`)}</ul>${again}`;
  }
}
