// What was made of a batch: the pictures of its orders, line by line, and each file by itself.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { announce } from "../core/announce.js";
import * as api from "../core/api.js";
import { known, numbers, t } from "../core/i18n.js";
import { createPages } from "../core/pages.js";
import { more } from "../ui/more.js";
import { picture } from "../ui/picture.js";
import { problemNote, problemOf } from "./batch-bring.js";
import { bytesWords } from "./batch-words.js";

/** @typedef {import("../types/api").BatchFile & {id: string}} File */
/** @typedef {import("../core/pages.js").Pages<File>} Files */

const OF_ORDERS = "preview,artwork,ticket";
const OF_ALL = "gang,list";
const isPicture = (/** @type {File} */ { kind }) => kind === "preview";

/** @param {import("./shop-desk.js").Desk} desk @param {() => void} draw */
export function createMade(desk, draw) {
  /** Which batch is shown, and since when it is as it is. */
  let of = "";
  /** @type {Files} */
  let orders;
  /** @type {Files} */
  let whole;
  let saving = "";
  /** @type {import("./batch-bring.js").Problem | null} */
  let problem = null;

  /** @param {string} id @param {string} kind @returns {Files} */
  const listed = (id, kind) => createPages(async (page) => {
    const answer = await desk.get(`/batches/${id}/files${api.query({ ...page, kind })}`);
    return { ...answer, files: answer.files.map((/** @type {File} */ file) => ({ ...file, id: file.path })) };
  }, "files", draw);

  /** @param {File} file */
  async function save({ path, url }) {
    if (saving) return;
    [saving, problem] = [path, null];
    draw();
    try {
      await desk.save(url, path.replaceAll("/", "-"));
    } catch (error) {
      problem = problemOf(error);
      announce(problem.text, "assertive");
    }
    saving = "";
    draw();
  }

  /** @param {File} file @param {string} words */
  const way = (file, words) => html`<button title=${file.path} aria-busy=${saving === file.path} @click=${() => save(file)}><bdi>${words}</bdi><small>${bytesWords(file.bytes)}</small></button>`;

  return {
    /** @param {import("./batch-words.js").Batch} batch that stands still */
    view({ id, updated_at, progress }) {
      if (of !== id + updated_at) {
        [of, orders, whole, problem] = [id + updated_at, listed(id, OF_ORDERS), listed(id, OF_ALL), null];
        void whole.more();
        void orders.more();
      }
      const isEmpty = orders.isComplete && orders.items.length === 0 && whole.items.length === 0;
      if (isEmpty && !progress.made) return nothing;
      return html`<section class="of-batch" aria-labelledby="batch-made"><h2 id="batch-made">${t("batch.made")}</h2>
        ${isEmpty ? html`<p class="hint">${t("batch.madeNone")}</p>` : nothing}${problemNote(problem)}
        ${whole.items.length ? html`<p class="ways">${whole.items.map((file) => way(file, known([`batch.list.${file.path}`], file.path.replace("gang/", ""))))}</p>` : nothing}${more(whole)}
        ${orders.items.length ? html`<ul class="columns">${repeat(Map.groupBy(orders.items, (file) => file.order_id ?? ""), ([order]) => order, order)}</ul>` : nothing}${more(orders)}</section>`;
    },
  };

  /** @param {[string, File[]]} entry */
  function order([name, files]) {
    const lines = Map.groupBy(files.filter(({ line }) => line !== undefined), ({ line }) => line);
    return html`<li><h3><bdi>${name}</bdi></h3>${[...lines].map(([line, its]) => html`<div role="group" aria-label=${t("batch.lineOf", { order: name, line: line ?? "" })}>
        <p><b>${t("batch.lineIs", { line: line ?? "" })}</b> <small>${t("batch.rows", { count: 1, rows: numbers({}).format(its[0].row ?? 0) })}</small></p>
        <p class="seen">${its.filter(isPicture).map((file) => html`<button aria-label=${t("batch.linePicture", { order: name, line: line ?? "", view: file.of ?? "" })} aria-busy=${saving === file.path} @click=${() => save(file)}>${picture(file.url, { width: 96, height: 120 })}</button>`)}</p>
        <p class="ways">${its.filter((file) => !isPicture(file)).map((file) => way(file, file.path.slice(file.path.lastIndexOf("/") + 1)))}</p></div>`)}
      ${files.filter(({ kind }) => kind === "ticket").map((file) => html`<p class="ways">${way(file, t("batch.ticket"))}</p>`)}</li>`;
  }
}
