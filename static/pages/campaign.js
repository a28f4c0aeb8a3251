// Campaigns in the shop's area: looked at before anybody makes their mails. Nothing is sent from here.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { announce } from "../core/announce.js";
import * as api from "../core/api.js";
import { bring, known, t } from "../core/i18n.js";
import { createForm } from "./campaign-form.js";
import { asSaid, issues } from "./campaign-issues.js";
import { createMails } from "./campaign-mails.js";
import { createPlan } from "./campaign-plan.js";
import { quoted } from "./campaign-words.js";
import { told } from "./shop-desk.js";

/** @typedef {import("../types/api").CampaignPreview} Preview */
/** @typedef {import("../types/api").FieldProblem} Issue */
/** @typedef {import("./campaign-words.js").Sources} Sources */
/** What went wrong: in the person's language, as the service says it, and where. @typedef {{text: string, detail: string, errors: Issue[]}} Wrong */

/** @param {unknown} error @returns {Wrong} */
function wrongOf(error) {
  if (/** @type {Error} */ (error).name === "NotReadableError") return { text: t("campaign.changed"), detail: "", errors: [] };
  if (!(error instanceof api.Refusal)) return { text: told(error), detail: "", errors: [] };
  const text = known([`campaign.wrong.${error.code}`, `campaign.wrong.${error.status}`], "");
  return { text: text || error.message, detail: text && !error.errors.length ? error.message : "", errors: error.errors };
}

/** With its words. @param {import("./shop-desk.js").Desk} desk @param {() => void} draw */
export async function createCampaigns(desk, draw) {
  await bring("campaign");
  /** @type {Preview | null} */
  let seen = null;
  /** @type {Wrong | null} */
  let wrong = null;
  /** @type {Sources} */
  let sources = { template: "campaign.toml", recipients: "recipients.csv", consent: "consent.csv", text: "", now: "" };
  /** @type {AbortController | null} */
  let sending = null;
  const form = createForm(draw, send, () => sending?.abort());
  const plan = createPlan(draw);
  const mails = createMails(draw);

  /** @param {import("./campaign-form.js").Chosen} chosen */
  async function send({ template, recipients, consent, designs, now, n }) {
    if (sending) return;
    [sending, wrong] = [new AbortController(), null];
    draw();
    try {
      const body = new FormData();
      body.set("n", String(n));
      if (now) body.set("now", now);
      for (const [part, file] of Object.entries({ template, recipients, consent })) body.set(part, file, file.name);
      for (const file of designs) body.append("design", file, file.name);
      // Read before it is sent, so that places point at what was sent.
      sources = { template: template.name, recipients: recipients.name, consent: consent.name, text: await template.text(), now };
      const answer = await desk.call("/campaigns/preview", { method: "POST", body, signal: sending.signal });
      seen = /** @type {Preview} */ (await answer.json());
      plan.show(seen);
      mails.show(seen);
      announce(summary(seen));
    } catch (error) {
      if (/** @type {Error} */ (error).name !== "AbortError") {
        [wrong, seen] = [wrongOf(error), null];
        announce(wrong.text, "assertive");
      }
    }
    sending = null;
    draw();
    if (seen || wrong) requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById("campaign-result")?.focus()));
  }

  return {
    open() {},
    close: () => sending?.abort(),
    view: () => ({ title: t("shop.part.campaigns"), content: html`<div class="page-head"><h1>${t("shop.part.campaigns")}</h1><p>${t("campaign.text")}</p></div>
      ${form.view(sending !== null)}${wrong ? refusal(wrong) : nothing}${seen ? result(seen) : nothing}${command()}` }),
  };

  /** @param {Wrong} refused */
  function refusal({ text, detail, errors }) {
    return html`<section aria-labelledby="campaign-result"><h2 id="campaign-result" tabindex="-1">${t("campaign.refused")}</h2>
      <p class="note error">${text}${detail ? html`<small>${asSaid(detail)}</small>` : nothing}</p>${errors.length ? issues(errors, sources, true) : nothing}</section>`;
  }

  /** @param {Preview} preview */
  function result(preview) {
    const { issues: found, issues_total, is_signed } = preview;
    return html`<section aria-labelledby="campaign-result"><h2 id="campaign-result" tabindex="-1"><bdi>${preview.name}</bdi>: ${summary(preview)}</h2>
        ${is_signed ? nothing : html`<p class="note warn">${t("campaign.unsigned")} <code dir="ltr">--campaign-key-file</code></p>`}
        ${found.length ? issues(found, sources, false) : nothing}
        ${issues_total > found.length ? html`<p class="hint">${t("campaign.firstIssues", { shown: found.length, total: issues_total })}</p>` : nothing}</section>
      ${mails.view()}${plan.view()}`;
  }

  function command() {
    const { template, recipients, consent, now } = sources;
    return html`<section aria-labelledby="campaign-command"><h2 id="campaign-command">${t("campaign.command")}</h2><p>${t("campaign.commandText")}</p>
      <pre dir="ltr" tabindex="0">platen campaign ${quoted(template)} \\
  --recipients ${quoted(recipients)} --consent ${quoted(consent)} \\
  --key-file campaign.key${now ? ` --now ${quoted(now)}` : ""} -o out</pre></section>`;
  }
}

/** @param {Preview} preview */
const summary = ({ counts, rows_total }) => t("campaign.summary", { count: counts.ready, rows: rows_total });
