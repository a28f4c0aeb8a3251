// A part of the shop's area whose scripts and words come when it is looked at first.
// @ts-check
import { html } from "../vendor/lit-html/lit-html.js";
import { t } from "../core/i18n.js";
import { notice } from "./frame.js";

/** @typedef {{open: (place: URLSearchParams) => void, close: () => void, view: () => import("./shop.js").View}} Part */

/** @param {() => Promise<Part>} bring @param {() => void} draw @param {string} name */
export function createLater(bring, draw, name) {
  /** @type {Part | undefined} */
  let part;
  /** @type {Promise<void> | undefined} */
  let coming;
  let hasFailed = false;
  /** What is to be shown once it is there. @type {URLSearchParams | undefined} */
  let wanted;

  return {
    /** @param {URLSearchParams} place */
    open(place) {
      wanted = place;
      if (part) part.open(place);
      else coming ??= bring().then((one) => {
        part = one;
        if (wanted) one.open(wanted);
      }).catch(() => void (hasFailed = true)).finally(draw);
    },
    close() {
      wanted = undefined;
      part?.close();
    },
    // Browsers remember which script did not come; a page that is loaded anew asks again.
    view: () => part?.view() ?? { title: t(`shop.part.${name}`), content: hasFailed ? notice(t("page.failed"), t("page.failedText"), html`<button class="primary" @click=${() => location.reload()}>${t("failed.again")}</button>`) : html`<p class="waiting" role="status">${t("page.waiting")}</p>` },
  };
}
