// The files of a campaign, chosen or dropped. They stay in the page until the person asks to see what comes of them.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { announce } from "../core/announce.js";
import { numbers, t } from "../core/i18n.js";
import { partOf } from "./campaign-words.js";

/** @typedef {{template: File, recipients: File, consent: File, designs: File[], now: string, n: number}} Chosen */
/** @typedef {import("./campaign-words.js").Part} Part */

const ENDINGS = { template: ".toml", recipients: ".csv,.tsv,.txt", consent: ".csv,.tsv,.txt", design: ".json,.png,.jpg,.jpeg,.webp,.gif,.svg" };
const NEEDED = /** @type {const} */ (["template", "recipients", "consent"]);
const MOST = 24;

/** @param {() => void} draw @param {(chosen: Chosen) => void} send @param {() => void} stop */
export function createForm(draw, send, stop) {
  /** @type {Record<Part, File[]>} */
  const files = { template: [], recipients: [], consent: [], design: [] };
  const typed = { now: "", n: "8" };
  let over = "";
  let wrong = { at: "", text: "" };

  /** @param {Part} part @param {File[]} given */
  function take(part, given) {
    if (given.length === 0) return;
    if (part === "design") {
      const names = new Set(given.map(({ name }) => name));
      files.design = [...files.design.filter(({ name }) => !names.has(name)), ...given];
    } else files[part] = given.slice(-1);
    if (wrong.at === part) wrong = { at: "", text: "" };
    draw();
  }

  /** @param {Part} part @param {File[]} given */
  function drop(part, given) {
    if (given.length < 2) return take(part, given);
    for (const one of given) {
      const its = partOf(one, part);
      take(its, [one]);
    }
  }

  function submit(/** @type {Event} */ event) {
    event.preventDefault();
    const missing = NEEDED.find((part) => files[part].length === 0);
    const n = Number(typed.n);
    const isNumber = Number.isInteger(n) && n >= 1 && n <= MOST;
    wrong = missing ? { at: missing, text: t(`campaign.no.${missing}`) } : isNumber ? { at: "", text: "" } : { at: "n", text: t("campaign.wrongN", { most: MOST }) };
    draw();
    if (!wrong.at) {
      const [template, recipients, consent] = NEEDED.map((part) => files[part][0]);
      return send({ template, recipients, consent, designs: files.design, now: typed.now && `${new Date(typed.now).toISOString().slice(0, 19)}Z`, n });
    }
    announce(wrong.text, "assertive");
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(`campaign-${wrong.at}`)?.focus()));
  }

  return {
    /** @param {boolean} isSending */
    view: (isSending) => html`<form class="campaign-form" aria-label=${t("campaign.files")} novalidate @submit=${submit}>
      <div class="slots">${[...NEEDED, /** @type {const} */ ("design")].map(slot)}</div>
      <div class="campaign-more"><label class="field"><span>${t("campaign.now", { zone: zone() })}</span><input id="campaign-now" type="datetime-local" min="1970-01-02T00:00" max="9999-12-30T00:00" .value=${typed.now} @input=${(/** @type {any} */ event) => (typed.now = event.target.value)}></label>
        <label class="field"><span>${t("campaign.n")}</span><input id="campaign-n" type="number" min="1" max=${MOST} .value=${typed.n} aria-invalid=${wrong.at === "n" ? "true" : nothing} aria-describedby=${wrong.at === "n" ? "campaign-n-wrong" : nothing} @input=${(/** @type {any} */ event) => (typed.n = event.target.value)}></label></div>
      ${note("n")}<p class="promise">${t("campaign.promise")}</p>
      <p class="ways"><button class="primary" aria-busy=${isSending}>${t(isSending ? "campaign.compiling" : "campaign.compile")}</button>${isSending ? html`<button type="button" @click=${stop}>${t("campaign.stop")}</button>` : nothing}</p></form>`,
  };

  /** @param {string} at */
  function note(at) {
    return wrong.at === at ? html`<p class="note error" id="campaign-${at}-wrong">${wrong.text}</p>` : nothing;
  }

  /** @param {Part} part */
  function slot(part) {
    const chosen = files[part];
    const isMany = part === "design";
    const name = t(`campaign.part.${part}`);
    const hover = (/** @type {boolean} */ isOver) => (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      if ((over === part) === isOver) return;
      over = isOver ? part : "";
      draw();
    };
    return html`<div><div class="drop ${over === part ? "over" : ""}" @dragover=${hover(true)} @dragleave=${hover(false)} @drop=${(/** @type {DragEvent} */ event) => {
      hover(false)(event);
      drop(part, [...(event.dataTransfer?.files ?? [])]);
    }}><b>${name}</b><span>${chosen.length ? chosen.map((file, index) => html`${index ? ", " : nothing}<bdi>${file.name}</bdi>`) : t(`campaign.pick.${part}`)}</span>
        ${chosen.length ? html`<small>${sizeWords(chosen)}</small>` : nothing}
        <input id="campaign-${part}" class="cover" type="file" accept=${ENDINGS[part]} ?multiple=${isMany} aria-label="${name}: ${t(`campaign.pick.${part}`)}" aria-invalid=${wrong.at === part ? "true" : nothing} aria-describedby=${wrong.at === part ? `campaign-${part}-wrong` : nothing}
          @change=${(/** @type {any} */ event) => {
            take(part, [...event.target.files]);
            // The same file can be chosen once more, when it was changed.
            event.target.value = "";
          }}></div>${note(part)}${isMany && chosen.length ? html`<button type="button" class="clear" @click=${() => {
            files.design = [];
            draw();
          }}>${t("campaign.noDesigns")}</button>` : nothing}</div>`;
  }
}

/** Whose clock the moment is written by. */
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @param {File[]} files */
const sizeWords = (files) => numbers({ style: "unit", unit: "kilobyte", maximumFractionDigits: 0 }).format(Math.ceil(files.reduce((sum, { size }) => sum + size, 0) / 1000));
