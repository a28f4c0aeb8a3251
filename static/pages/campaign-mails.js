// The contact sheet: the first mails as they would arrive, in frames where nothing runs and no link leads away.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { t } from "../core/i18n.js";
import { asSaid } from "./campaign-issues.js";
import { kept } from "./campaign-words.js";

/** @typedef {import("./campaign.js").Preview} Preview */
/** @typedef {Preview["mails"][number]} Mail */

const WAYS = ["desktop", "phone", "text"];

/** @param {() => void} draw */
export function createMails(draw) {
  /** With their rules, and their pages once and for all: they are long. @type {(Mail & {rule: string, page: string})[]} */
  let mails = [];
  let way = innerWidth < 700 ? "phone" : "desktop";

  return {
    /** @param {Preview} preview */
    show(preview) {
      const rules = new Map(preview.rows.map(({ row, rule, variant, offer }) => [row, [[rule, variant].filter(Boolean).join(" "), offer].filter(Boolean).join(" · ")]));
      mails = preview.mails.map((mail) => ({ ...mail, rule: rules.get(mail.row) ?? "", page: kept(mail.html) }));
    },
    view() {
      if (mails.length === 0) return nothing;
      return html`<section aria-labelledby="campaign-mails"><div class="head-row"><h2 id="campaign-mails">${t("campaign.mails", { count: mails.length })}</h2>
          <div class="segments" role="group" aria-label=${t("campaign.width")}>${WAYS.map((one) => html`<button aria-pressed=${way === one} @click=${() => {
            way = one;
            draw();
          }}>${t(`campaign.width.${one}`)}</button>`)}</div></div>
        <p class="hint">${t("campaign.mailsText")}</p>
        <ul class="mail-sheet" data-way=${way}>${repeat(mails, ({ row }) => row, mail)}</ul></section>`;
    },
  };

  /** @param {Mail & {rule: string, page: string}} one */
  function mail({ row, recipient, subject, preheader, text, headers, notes, rule, page }) {
    return html`<li class="mail"><h3 dir="auto">${subject}</h3><p class="to"><bdi>${recipient}</bdi> · ${t("campaign.line", { line: row })}${rule ? html` · <bdi>${rule}</bdi>` : nothing}</p>
      ${preheader ? html`<p class="beside" dir="auto">${preheader}</p>` : nothing}
      ${notes.map((note) => html`<p class="note">${asSaid(note)}</p>`)}
      ${way === "text"
        ? html`<pre class="mail-text" dir="auto" tabindex="0" role="group" aria-label=${t("campaign.textOf", { recipient })}>${text}</pre>`
        : html`<div class="mail-frame" tabindex="0" role="group" aria-label=${t("campaign.frame", { recipient })}><iframe sandbox="" loading="lazy" title=${t("campaign.frame", { recipient })} srcdoc=${page}></iframe></div>`}
      <details><summary>${t("campaign.headers")}</summary><pre dir="ltr" tabindex="0">${headers.map(({ name, value }) => `${name}: ${value}\n`)}</pre></details></li>`;
  }
}
