// The shop's keys: what each may do, when it was used, and its end.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { t } from "../core/i18n.js";
import { when } from "./frame.js";
import { createList } from "./shop-desk.js";

/** @typedef {import("./shop-desk.js").Key} Key */

/** @param {import("./shop-desk.js").Desk} desk @param {() => void} draw @param {() => void} leave */
export function createKeys(desk, draw, leave) {
  const list = createList(/** @returns {Promise<Key[]>} */ () => desk.get("/keys"), draw);

  const revoke = (/** @type {Key} */ key) => list.act(key.id, async () => {
    await desk.call(`/keys/${key.id}`, { method: "DELETE" });
    return key.id === desk.key?.id ? leave() : t("shop.revoked", { name: key.name });
  });

  return {
    open: () => void list.load(),
    view() {
      const title = t("shop.part.keys");
      const { entries: keys, failed, problem } = list;
      if (failed || !keys) return { title, content: list.waiting() };
      const [open, shut] = [keys.filter((key) => !key.revoked_at), keys.filter((key) => key.revoked_at)];
      return { title, content: html`<div class="page-head"><h1>${title}</h1><p>${t("shop.keysText")}</p></div>
        ${problem ? html`<p class="note error" dir="auto">${problem}</p>` : nothing}
        <section aria-label=${t("shop.openKeys")}><h2>${t("shop.openKeys")}</h2><ul class="entries">${repeat(open, ({ id }) => id, entry)}</ul></section>
        <section aria-label=${t("shop.newKey")}><h2>${t("shop.newKey")}</h2><p>${t("shop.newKeyText")}</p><pre dir="ltr" tabindex="0">platen keys create --name "press room" --scope orders:read --scope batches</pre></section>
        ${shut.length ? html`<section aria-label=${t("shop.shutKeys")}><h2>${t("shop.shutKeys")}</h2><ul class="entries">${repeat(shut, ({ id }) => id, entry)}</ul></section>` : nothing}` };
    },
  };

  /** @param {Key} key */
  function entry(key) {
    const isOwn = key.id === desk.key?.id;
    return html`<li class="entry ${key.revoked_at ? "gone" : ""}"><div><h3><bdi>${key.name}</bdi>${isOwn ? html` <span class="stamp">${t("shop.ownKey")}</span>` : nothing}</h3>
        <ul class="scopes">${key.scopes.map((scope) => html`<li><code dir="ltr">${scope}</code> <span>${t(`shop.scope.${scope}`)}</span></li>`)}</ul></div>
      <dl class="facts"><div><dt>${t("shop.made")}</dt><dd>${when(key.created_at)}</dd></div><div><dt>${t("shop.used")}</dt><dd>${key.last_used_at ? when(key.last_used_at) : t("shop.never")}</dd></div>
        ${key.revoked_at ? html`<div><dt>${t("shop.revokedAt")}</dt><dd>${when(key.revoked_at)}</dd></div>` : nothing}</dl>
      ${desk.may("shop:write") && !key.revoked_at ? html`<details class="end"><summary>${t("shop.revoke")}</summary><p>${t(isOwn ? "shop.revokeOwn" : "shop.revokeText")}</p>
        <button aria-label=${t("shop.revokeKey", { name: key.name })} ?disabled=${list.busy !== ""} @click=${() => revoke(key)}>${t("shop.revokeYes")}</button></details>` : nothing}</li>`;
  }
}
