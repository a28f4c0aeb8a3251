// Stands behind a list that has not come whole: a button for its next page.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { announce } from "../core/announce.js";
import { t } from "../core/i18n.js";

/** @param {import("../core/pages.js").Pages<any>} pages of the list right before it @param {() => Promise<void>} [act] */
export function more(pages, act = () => pages.more()) {
  const { items, isComplete, isComing, hasFailed } = pages;
  if (isComplete || (items.length === 0 && !hasFailed)) return nothing;
  return html`<div class="further">${hasFailed ? html`<p class="note warn" role="alert">${t("page.failedText")}</p>` : nothing}
    <button aria-busy=${isComing} @click=${(/** @type {any} */ event) => isComing || show(event.currentTarget)}>${t(isComing ? "page.waiting" : hasFailed ? "failed.again" : "list.more")}</button></div>`;

  /** @param {HTMLElement} button */
  async function show(button) {
    const list = button.parentElement?.previousElementSibling;
    const shown = list?.childElementCount ?? 0;
    await act();
    const hadFocus = document.activeElement === button;
    // As soon as they are drawn; the button may be gone then, and whoever pressed it goes on at the first new one.
    requestAnimationFrame(() => {
      const first = /** @type {HTMLElement | undefined} */ (list?.children[shown]);
      if (!list || !first) return;
      announce(t("list.came", { number: list.childElementCount - shown }));
      if (hadFocus) /** @type {HTMLElement} */ (first.querySelector("a, button") ?? first).focus();
    });
  }
}
