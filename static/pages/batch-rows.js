// The first rows of a batch with their pictures, and what is wrong with rows.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { numbers, t } from "../core/i18n.js";
import { picture } from "../ui/picture.js";
import { asSaid } from "./batch-bring.js";
import { meaningOf, rowNumber, rowsWords } from "./batch-words.js";

/** @typedef {import("./batch-words.js").Batch} Batch */
/** @typedef {import("./batch-words.js").Issue} Issue */

const WIDTH_PX = 240;

/** @param {Batch} batch */
export function firstRows(batch) {
  const { id, spec, summary } = batch;
  if (summary.first_rows.length === 0) return nothing;
  const bad = new Set(summary.issues.filter(({ is_note }) => !is_note).map(({ row }) => row));
  return html`<section aria-labelledby="batch-first"><h2 id="batch-first">${t("batch.first")}</h2>
    <div class="wide" tabindex="0" role="group" aria-labelledby="batch-first"><table class="first-rows" aria-labelledby="batch-first">
      <thead><tr><th scope="col">${t("batch.row")}</th><th scope="col">${t("batch.picture")}</th>${summary.columns.map(({ name }) => html`<th scope="col"><bdi>${name}</bdi>${means(spec, name)}</th>`)}</tr></thead>
      <tbody>${summary.first_rows.map((cells, index) => {
        const number = rowNumber(batch, index);
        const told = [cellOf(batch, cells, "design"), cellOf(batch, cells, "garment_color"), cellOf(batch, cells, "size")].filter(Boolean).join(", ");
        return html`<tr><th scope="row">${numbers({}).format(number)}</th>
          <td class="seen">${bad.has(number) ? html`<span>${t("batch.notMade")}</span>` : picture(`/api/v1/batches/${id}/rows/${number}/preview?width=${WIDTH_PX}`, { width: 96, height: 120, alt: t("batch.rowPicture", { row: number, what: told }) })}</td>
          ${cells.map((cell) => html`<td>${cell ? html`<bdi>${cell}</bdi>` : html`<span class="empty">–</span>`}</td>`)}</tr>`;
      })}</tbody></table></div></section>`;
}

/** @param {Batch["spec"]} spec @param {string} name */
function means(spec, name) {
  const meaning = meaningOf(spec, name);
  return meaning ? html`<small>${meaning.startsWith("=") ? meaning.slice(1) : t(`batch.means.${meaning}`)}</small>` : nothing;
}

/** @param {Batch} batch @param {string[]} cells @param {string} meaning */
const cellOf = ({ spec, summary }, cells, meaning) => cells[summary.columns.findIndex(({ name }) => meaningOf(spec, name) === meaning)] ?? "";

/** What is wrong, once for all rows that it is wrong with. @param {Batch} batch */
export function findings({ summary: { issues, issues_total } }) {
  if (issues.length === 0) return nothing;
  /** @type {Map<string, Issue & {rows: number[], orders: Set<string>}>} */
  const alike = new Map();
  for (const issue of issues) {
    const key = JSON.stringify([issue.column, issue.message, issue.hint, issue.is_note]);
    const one = alike.get(key) ?? { ...issue, rows: [], orders: new Set() };
    one.rows.push(issue.row);
    if (issue.order_id) one.orders.add(issue.order_id);
    alike.set(key, one);
  }
  // What keeps rows from being made comes first.
  const list = [...alike.values()].sort((a, b) => Number(a.is_note) - Number(b.is_note));
  return html`<section aria-labelledby="batch-findings"><h2 id="batch-findings">${t("batch.findings")}</h2>
    <ul class="found">${list.map(({ column, message, hint, is_note, rows, orders }) => html`<li class="note ${is_note ? "" : "error"}"><p class="where"><b>${rowsWords(rows)}</b> <bdi>${[...orders].slice(0, 8).join(", ")}</bdi>${column === undefined ? nothing : html` <code dir="auto">${column}</code>`} <span class="stamp">${t(is_note ? "batch.note" : "batch.notMade")}</span></p>
      <p>${asSaid(message)}</p>${hint ? html`<p class="todo">${asSaid(hint)}</p>` : nothing}</li>`)}</ul>
    ${issues_total > issues.length ? html`<p class="hint">${t("batch.findingsMore", { shown: issues.length, total: numbers({}).format(issues_total) })}</p>` : nothing}</section>`;
}
