// The customer's designs, without leaving the studio.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import * as api from "../core/api.js";
import { blank } from "../app.js";
import { locale, t } from "../core/i18n.js";
import { createPages } from "../core/pages.js";
import { dialog } from "../ui/dialog.js";
import { more } from "../ui/more.js";
import { picture } from "../ui/picture.js";

/** Asked for anew whenever the dialog is opened. @type {import("../core/pages.js").Pages<import("../types/api").ListedDesign> | null} */
let kept = null;

/** @param {import("../app.js").App} app */
export function savedDialog(app) {
  if (!kept) {
    kept = createPages(api.designs.list, "designs", app.plan);
    void kept.more();
  }
  const pages = kept;
  const left = () => (kept = null);
  const close = () => {
    left();
    app.store.set({ dialog: null });
  };
  const open = async (/** @type {string} */ id) => {
    await app.saver?.now();
    const { document, revision } = await api.designs.open(id);
    await app.open(document, t("did.open"));
    app.saver?.is({ id, revision });
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
    try {
      await api.designs.remove(id);
    } catch (error) {
      // What is gone already need not be shown; else it stays.
      if (!(error instanceof api.Refusal && error.status === 404)) return app.say(t("page.failedText"));
    }
    if (app.store.state.kept.id === id) app.saver?.asNew();
    pages.drop(id);
    app.plan();
  };
  return dialog(app, {
    title: t("saved"), isWide: true, left,
    content: html`<button class="block" @click=${fresh}>${t("saved.new")}</button>
      <div class="cards">${repeat(pages.items, ({ id }) => id, ({ id, title, updated_at }) => html`<div class="card"><button class="text" @click=${() => open(id)}>${picture(`${api.designs.picture(id, "front", 256)}&wall=${encodeURIComponent(app.wall())}`)}<span>${title}</span></button>
        <small>${new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(updated_at))}</small><button class="quiet" @click=${() => forget(id)}>${t("delete")}</button></div>`)}</div>
      ${more(pages)}${pages.isComplete && pages.items.length === 0 ? html`<p class="hint">${t("saved.none")}</p>` : nothing}`,
  });
}
