// The customer's designs, without leaving the studio.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import * as api from "../core/api.js";
import { blank } from "../app.js";
import { locale, t } from "../core/i18n.js";
import { dialog } from "../ui/dialog.js";
import { picture } from "../ui/picture.js";

/** @type {any[] | null | "offline"} */
let list = null;

/** @param {import("../app.js").App} app */
export function savedDialog(app) {
  if (list === null) {
    list = [];
    api.designs.list().then((/** @type {any} */ answer) => (list = answer.designs)).catch(() => (list = "offline")).finally(app.plan);
  }
  const close = () => {
    list = null;
    app.store.set({ dialog: null });
  };
  const open = async (/** @type {string} */ id) => {
    await app.saver?.now();
    const kept = await api.designs.open(id);
    await app.open(kept.document, t("did.open"));
    app.saver?.is({ id: kept.id, revision: kept.revision });
    app.store.set({ guides: [] });
    close();
  };
  const fresh = async () => {
    await app.saver?.now();
    await app.open(blank(), t("did.new"));
    app.saver?.asNew();
    app.store.set({ guides: [] });
    close();
    app.commands.run("text");
  };
  const forget = async (/** @type {string} */ id) => {
    await api.designs.remove(id).catch(() => {});
    if (app.store.state.kept.id === id) app.saver?.asNew();
    list = null;
    app.plan();
  };
  return dialog(app, {
    title: t("saved"), isWide: true,
    content: html`<button class="block" @click=${fresh}>${t("saved.new")}</button>
      ${list === "offline" ? html`<p class="note warn">${t("offline")}</p>` : html`<div class="cards">${list.map((kept) => html`<div class="card"><button class="text" @click=${() => open(kept.id)}>${picture(`${api.designs.picture(kept.id, kept.view ?? "front", 256)}&wall=${encodeURIComponent(app.wall())}`)}<span>${kept.title}</span></button>
        <small>${new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(kept.updated_at))}</small><button class="quiet" @click=${() => forget(kept.id)}>${t("delete")}</button></div>`)}</div>
      ${list.length === 0 ? html`<p class="hint">${t("saved.none")}</p>` : nothing}`}`,
  });
}
