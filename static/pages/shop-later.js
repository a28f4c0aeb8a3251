// A part of the shop's area whose scripts and words come when it is looked at first.
// @ts-check
import { html } from "../vendor/lit-html/lit-html.js";
import { t } from "../core/i18n.js";
import { notice } from "./frame.js";

/** @typedef {{open: (place: URLSearchParams) => void, close: () => void, view: () => import("./shop.js").View}} Part */

/** @param {() => Promise<Part>} bring @param {() => void} draw @param {string} title */
export function createLater(bring, draw, title) {
  /** @type {Part | null} */
  let part = null;
  /** The place that is to be shown once it is there. @type {URLSearchParams | null} */
  let wanted = null;
  let isComing = false;
  let hasFailed = false;

  async function begin() {
    if (isComing) return;
    [isComing, hasFailed] = [true, false];
    draw();
    try {
      part = await bring();
      if (wanted) part.open(wanted);
    } catch {
      hasFailed = true;
    }
    isComing = false;
    draw();
  }

  return {
    /** @param {URLSearchParams} place */
    open(place) {
      wanted = place;
      if (part) part.open(place);
      else void begin();
    },
    close() {
      wanted = null;
      part?.close();
    },
    view() {
      if (part) return part.view();
      // Browsers remember which script did not come; a page that is loaded anew asks again.
      return { title, content: hasFailed ? notice(t("page.failed"), t("page.failedText"), html`<button class="primary" @click=${() => location.reload()}>${t("failed.again")}</button>`) : html`<p class="waiting" role="status">${t("page.waiting")}</p>` };
    },
  };
}
