// Brings a file of orders to the service, and keeps it for this tab: to be read otherwise it must be brought again.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import * as api from "../core/api.js";
import { known, t } from "../core/i18n.js";
import { told } from "./shop-desk.js";

/** @typedef {import("./batch-words.js").Batch} Batch */
/** @typedef {ReturnType<typeof createBring>} Bring */
/** What went wrong: in the person's language, and as the service says it. @typedef {{text: string, detail: string}} Problem */

/** @param {unknown} error @returns {Problem} */
export function problemOf(error) {
  if (!(error instanceof api.Refusal)) return { text: told(error), detail: "" };
  const text = known([`batch.wrong.${error.code}`, `batch.wrong.${error.status}`], "");
  return text ? { text, detail: error.message } : { text: error.message, detail: "" };
}

/** What the service says is English. @param {unknown} words */
export const asSaid = (words) => html`<span lang="en" dir="ltr">${words}</span>`;

/** @param {Problem | null} problem @param {string} [id] */
export const problemNote = (problem, id) => (problem ? html`<p class="note error" id=${id ?? nothing}>${problem.text}${problem.detail ? html`<small>${asSaid(problem.detail)}</small>` : nothing}</p>` : nothing);

/** @param {import("./shop-desk.js").Desk} desk */
export function createBring(desk) {
  /** Files by the batches that were read from them. @type {Map<string, File>} */
  const held = new Map();
  return {
    held,
    /** @param {File} file @param {{make: string[], print_format: string, dpi: number, accept: string[], sport?: string | null, dates?: string | null, header_row?: number, film?: import("../types/api").SheetFilm}} wanted @param {Record<string, string>} columns @param {AbortSignal} signal @returns {Promise<Batch>} */
    async send(file, { make, print_format, dpi, accept, sport, dates, header_row, film }, columns, signal) {
      const isMapped = Object.keys(columns).length > 0;
      const query = api.query({ name: file.name, make: make.join(), print_format, dpi, accept: accept.length ? accept.join() : undefined, sport: sport || undefined, dates: dates || undefined, header_row, film_width_mm: film?.width_mm, film_length_mm: film?.length_mm, film_format: film?.formats.join(), film_nest: film && String(film.nest), columns: isMapped ? JSON.stringify(columns) : undefined });
      // A long file is looked at for a while: it is called off by hand, not by the clock.
      const answer = await desk.call(`/batches${query}`, { method: "POST", body: file, signal });
      const batch = /** @type {Batch} */ (await answer.json());
      held.set(batch.id, file);
      return batch;
    },
    /** @param {string} id */
    async drop(id) {
      await desk.call(`/batches/${id}`, { method: "DELETE" });
      held.delete(id);
    },
  };
}

/** What was read, for those who do not see it. @param {Batch} batch */
export const readWords = ({ summary: { rows, refused } }) => `${t("batch.rowsFound", { count: rows })}. ${refused ? t("batch.refused", { count: refused }) : t("batch.allGood")}`;

/** A script that comes when it is needed first; what it makes, once it is there. @template Part @param {() => Promise<Part>} bring @param {() => void} draw @returns {() => Part | undefined} */
export function comesLater(bring, draw) {
  /** @type {Part | undefined} */
  let part;
  let isComing = false;
  return () => {
    // Nothing else waits for one that cannot be had.
    if (!isComing) bring().then((one) => (part = one), () => {}).then(draw);
    isComing = true;
    return part;
  };
}
