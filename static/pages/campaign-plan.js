// Who gets what, and why others get nothing: how many of each, and every row.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { announce } from "../core/announce.js";
import { numbers, t } from "../core/i18n.js";
import { asSaid } from "./campaign-issues.js";
import { when } from "./frame.js";

/** @typedef {import("./campaign.js").Preview} Preview */
/** @typedef {Preview["rows"][number]} Row */

/** Rows that are drawn at once. */
const STEP = 100;
const BAD = ["failed", "bad-row"];

/** @param {() => void} draw */
export function createPlan(draw) {
  /** @type {Preview | null} */
  let preview = null;
  let status = "";
  let shown = STEP;

  /** @param {string} next */
  function filter(next) {
    [status, shown] = [next, STEP];
    announce(t("campaign.shown", { count: rows().length }));
    draw();
  }

  const rows = () => (preview?.rows ?? []).filter((row) => !status || row.status === status);

  return {
    /** @param {Preview} next */
    show: (next) => ([preview, status, shown] = [next, "", STEP]),
    view() {
      if (!preview) return nothing;
      const { counts, rows_total } = preview;
      const number = numbers({});
      const all = rows();
      const choices = [["", rows_total], ...Object.entries(counts).map(([name, count]) => [name.replace("_", "-"), count])].filter(([, count]) => Number(count) > 0);
      return html`<section aria-labelledby="campaign-plan"><h2 id="campaign-plan">${t("campaign.plan")}</h2>
        <div class="segments tally" role="group" aria-label=${t("campaign.plan")}>${choices.map(([name, count]) => html`<button aria-pressed=${status === name} @click=${() => filter(String(name))}>${t(name ? `campaign.status.${name}` : "campaign.all")} <b>${number.format(Number(count))}</b></button>`)}</div>
        ${preview.rows.length < rows_total ? html`<p class="hint">${t("campaign.firstRows", { shown: preview.rows.length, total: rows_total })} <code dir="ltr">--dry-run</code></p>` : nothing}
        <div class="wide" tabindex="0" role="group" aria-labelledby="campaign-plan"><table class="first-rows plan" aria-labelledby="campaign-plan">
          <thead><tr>${["row", "recipient", "status", "rule", "offer", "why"].map((name) => html`<th scope="col">${t(`campaign.head.${name}`)}</th>`)}</tr></thead>
          <tbody>${repeat(all.slice(0, shown), ({ row }) => row, line)}</tbody></table></div>
        ${all.length > shown ? html`<p class="ways"><button @click=${() => {
          shown += STEP;
          draw();
        }}>${t("campaign.more", { count: Math.min(STEP, all.length - shown) })}</button></p>` : nothing}</section>`;
    },
  };

  /** @param {Row} one */
  function line({ row, recipient, status, rule, variant, offer, why, not_before }) {
    return html`<tr><th scope="row">${numbers({}).format(row)}</th><td><bdi>${recipient}</bdi></td>
      <td><span class="stamp" data-state=${BAD.includes(status) ? "failed" : nothing}>${t(`campaign.status.${status}`)}</span></td>
      <td>${rule ? html`<bdi>${rule}${variant ? ` ${variant}` : ""}</bdi>` : html`<span class="empty">–</span>`}</td>
      <td>${offer ? html`<code dir="ltr">${offer}</code>` : html`<span class="empty">–</span>`}</td>
      <td>${why ? asSaid(why) : nothing}${not_before ? html`<small>${t("campaign.notBefore")} ${when(not_before)}</small>` : nothing}</td></tr>`;
  }
}
