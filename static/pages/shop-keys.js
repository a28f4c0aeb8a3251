// The shop's keys: what each may do, when it was used, and its end.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { announce } from "../core/announce.js";
import { t } from "../core/i18n.js";
import { notice, when } from "./frame.js";
import { told } from "./shop-desk.js";

/** @typedef {import("./shop-desk.js").Key} Key */

/** @param {import("./shop-desk.js").Desk} desk @param {() => void} draw @param {() => void} leave */
export function createKeys(desk, draw, leave) {
  /** @type {Key[] | null} */
  let keys = null;
  const state = { failed: "", problem: "", busy: "" };

  async function load() {
    state.failed = "";
    draw();
    try {
      keys = await desk.get("/keys");
    } catch (error) {
      state.failed = told(error);
    }
    draw();
  }

  /** @param {Key} key */
  async function revoke(key) {
    Object.assign(state, { problem: "", busy: key.id });
    draw();
    try {
      await desk.call(`/keys/${key.id}`, { method: "DELETE" });
      if (key.id === desk.key?.id) return leave();
      announce(t("shop.revoked", { name: key.name }));
      await load();
    } catch (error) {
      state.problem = told(error);
      announce(state.problem, "assertive");
    }
    state.busy = "";
    draw();
  }

  return {
    open: () => void load(),
    view() {
      const title = t("shop.part.keys");
      if (state.failed) return { title, content: notice(t("page.failed"), state.failed, html`<button class="primary" @click=${load}>${t("failed.again")}</button>`) };
      if (!keys) return { title, content: html`<p class="waiting" role="status">${t("page.waiting")}</p>` };
      const [open, shut] = [keys.filter((key) => !key.revoked_at), keys.filter((key) => key.revoked_at)];
      return { title, content: html`<div class="page-head"><h1>${title}</h1><p>${t("shop.keysText")}</p></div>
        ${state.problem ? html`<p class="note error" dir="auto">${state.problem}</p>` : nothing}
        <section aria-label=${t("shop.openKeys")}><h2>${t("shop.openKeys")}</h2><ul class="entries">${open.map(entry)}</ul></section>
        <section aria-label=${t("shop.newKey")}><h2>${t("shop.newKey")}</h2><p>${t("shop.newKeyText")}</p><pre dir="ltr" tabindex="0">platen keys create --name "press room" --scope orders:read --scope batches</pre></section>
        ${shut.length ? html`<section aria-label=${t("shop.shutKeys")}><h2>${t("shop.shutKeys")}</h2><ul class="entries">${shut.map(entry)}</ul></section>` : nothing}` };
    },
  };

  /** @param {Key} key */
  function entry(key) {
    const isOwn = key.id === desk.key?.id;
    return html`<li class="entry ${key.revoked_at ? "gone" : ""}"><div><h3 dir="auto">${key.name}${isOwn ? html` <span class="stamp">${t("shop.ownKey")}</span>` : nothing}</h3>
        <ul class="scopes">${key.scopes.map((scope) => html`<li><code dir="ltr">${scope}</code> <span>${t(`shop.scope.${scope}`)}</span></li>`)}</ul></div>
      <dl class="facts"><div><dt>${t("shop.made")}</dt><dd>${when(key.created_at)}</dd></div><div><dt>${t("shop.used")}</dt><dd>${key.last_used_at ? when(key.last_used_at) : t("shop.never")}</dd></div>
        ${key.revoked_at ? html`<div><dt>${t("shop.revokedAt")}</dt><dd>${when(key.revoked_at)}</dd></div>` : nothing}</dl>
      ${desk.may("shop:write") && !key.revoked_at ? html`<details class="end"><summary>${t("shop.revoke")}</summary><p>${t(isOwn ? "shop.revokeOwn" : "shop.revokeText")}</p>
        <button aria-label=${t("shop.revokeKey", { name: key.name })} ?disabled=${state.busy !== ""} @click=${() => revoke(key)}>${t("shop.revokeYes")}</button></details>` : nothing}</li>`;
  }
}
