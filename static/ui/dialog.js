// A dialog over the page: the browser's own, so that focus stays in it and Escape closes it.
// @ts-check
import { html } from "../vendor/lit-html/lit-html.js";
import { t } from "../core/i18n.js";
import { icon } from "./icons.js";

/** @param {{store: {set: (change: {dialog: null}) => void}}} app @param {{title: string, content: unknown, actions?: unknown, isWide?: boolean, left?: () => void}} options `left`: however it was closed by hand */
export function dialog(app, { title, content, actions = "", isWide = false, left }) {
  const close = () => {
    left?.();
    app.store.set({ dialog: null });
  };
  queueMicrotask(() => {
    const element = /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog.sheet-dialog"));
    if (element && !element.open) element.showModal();
  });
  return html`<dialog class="sheet-dialog ${isWide ? "broad" : ""}" aria-labelledby="dialog-title" @close=${close}
      @click=${(/** @type {MouseEvent} */ event) => event.target === event.currentTarget && /** @type {HTMLDialogElement} */ (event.currentTarget).close()}>
    <div class="inside"><header><h2 id="dialog-title">${title}</h2><button class="icon-button" aria-label=${t("close")} @click=${(/** @type {any} */ event) => event.currentTarget.closest("dialog").close()}>${icon("close")}</button></header>
    <div class="body">${content}</div>${actions ? html`<footer>${actions}</footer>` : ""}</div></dialog>`;
}
