// What is wrong with the files of a campaign, each at its place: the line of the template, the cell of a list.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { t } from "../core/i18n.js";
import { placeOf } from "./campaign-words.js";

/** @typedef {import("./campaign.js").Issue} Issue */
/** @typedef {import("./campaign-words.js").Sources} Sources */

/** What the service says is English. @param {unknown} words */
export const asSaid = (words) => html`<span lang="en" dir="ltr">${words}</span>`;

/** @param {Issue[]} list @param {Sources} sources @param {boolean} areFatal whether they keep it from being compiled */
export function issues(list, sources, areFatal) {
  return html`<ul class="found">${list.map((issue) => {
    const place = placeOf(issue.pointer, sources);
    const words = [place.line ? t("campaign.line", { line: place.line }) : "", place.column ? t("campaign.column", { column: place.column }) : ""].filter(Boolean).join(", ");
    return html`<li class="note ${areFatal || issue.code === "row" ? "error" : ""}"><p class="where"><b dir="auto">${place.file}</b>${words ? html` <span>${words}</span>` : nothing}${place.name || place.inside ? html` <code dir="ltr">${place.name || place.inside}</code>` : nothing}
        <span class="stamp">${t(areFatal ? "campaign.stops" : issue.code === "row" ? "campaign.badRow" : "campaign.note")}</span></p>
      <p>${asSaid(issue.message)}</p>${issue.hint ? html`<p class="todo">${asSaid(issue.hint)}</p>` : nothing}${place.column ? written(sources.text, place) : nothing}</li>`;
  })}</ul>`;
}

/** The line that is meant, and under it a mark. @param {string} text @param {{line: number, column: number}} place */
function written(text, { line, column }) {
  const found = text.replace(/^\ufeff/, "").split("\n")[line - 1]?.replace(/\r$/, "");
  if (found === undefined) return nothing;
  // Tabs are as wide here as in the line above.
  const before = found.slice(0, column - 1).replace(/[^\t]/gu, " ");
  return html`<pre dir="ltr" tabindex="0">${found}
<i aria-hidden="true">${before}^</i></pre>`;
}
