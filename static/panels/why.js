// Why suggestions are what they are, and the switches of it: what they may be made from, what is known, and the ways out.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { me } from "../core/mine.js";
import { namesOf, plainNames, styleName } from "../core/reasons.js";
import { locale, t } from "../core/i18n.js";
import { createPages } from "../core/pages.js";
import { ask } from "../ui/ask.js";
import { dialog } from "../ui/dialog.js";
import { check, select } from "../ui/field.js";
import { icon } from "../ui/icons.js";
import { more } from "../ui/more.js";
import { bringStyles } from "../ui/styles.js";
import { USES } from "../ui/why.js";

/** Whose page it is: the studio, or a page beside it. @typedef {{tastes: Pick<import("../core/tastes.js").Tastes, "preferences" | "set" | "forgotten" | "leave"> | null, plan: () => void, store: {set: (change: {dialog: null}) => void}}} Host */

const KINDS = ["", "team", "school", "company", "private"];
const NOTICES = /** @type {const} */ (["draft", "order", "suggestion"]);

bringStyles("/panels/looks.css");

/** What is known, page by page. @type {import("../core/pages.js").Pages<any> | null} */
let history = null;
/** What was done last: a notice would lie below the dialog. */
let said = "";

/** @param {Host} host */
function look(host) {
  history = createPages(me.events, "events", host.plan);
  void history.more();
}

/** @param {Host} host @param {string} text */
function say(host, text) {
  said = text;
  host.plan();
}

/** What was done with which style, called as its card is: in the studio by its parts, beside it in a few words. @param {Host} host @param {any} event */
function told(host, { type, recipe: { garment_color: color, text_color: ink, font } }) {
  const names = "garment" in host ? namesOf(/** @type {import("../app.js").App} */ (/** @type {unknown} */ (host))) : null;
  const style = names ? [color && names.color(color), ink && names.ink(ink)] : [color ? styleName(plainNames, color, ink) : ink && plainNames.ink(ink)];
  const parts = [...style, font].filter(Boolean);
  return `${t(`deed.${type}`)}${parts.length ? `: ${parts.join(" · ")}` : ""}`;
}

/** Forgets one; the keys go to what comes after it. @param {Host} host @param {any} event @param {HTMLElement} button */
async function forget(host, event, button) {
  const row = /** @type {HTMLElement} */ (button.closest("li"));
  const place = [.../** @type {HTMLElement} */ (row.parentElement).children].indexOf(row);
  await me.forget(event.id);
  history?.drop(event.id);
  host.tastes?.forgotten();
  say(host, t("said.forgottenOne", { what: told(host, event) }));
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const left = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".deeds .tiny"));
    (left[place] ?? left[left.length - 1] ?? document.querySelector(".deeds-row button"))?.focus();
  }));
}

/** @param {Host} host */
async function forgetAll(host) {
  if (!(await ask({ title: t("why.resetTitle"), goes: t("why.resetGoes"), stays: t("why.resetStays"), yes: t("why.reset") }))) return;
  await me.reset();
  look(host);
  host.tastes?.forgotten();
  say(host, t("said.forgotten"));
}

/** @param {Host} host */
async function deleteAll(host) {
  if (!(await ask({ title: t("why.deleteTitle"), goes: t("why.deleteSure"), stays: t("why.deleteStays"), yes: t("why.delete") }))) return;
  await me.delete();
  await host.tastes?.leave();
  location.assign("/");
}

/** @param {Host} host */
export function whyDialog(host) {
  const { tastes } = host;
  const preferences = tastes?.preferences;
  if (!history) look(host);
  const failed = (/** @type {Error} */ error) => say(host, error.message);
  const set = (/** @type {any} */ change) => void tastes?.set(change).then(() => say(host, t("said.preferences")), failed);
  return dialog(host, {
    title: t("why.title"), isWide: true,
    left: () => {
      history = null;
      said = "";
    },
    actions: html`<small class="said" role="status">${said}</small>`,
    content: html`<div class="why">
      <section><h3>${t("why.decides")}</h3><ul>${["orders", "yours", "kind", "legible", "varied", "editors"].map((one) => html`<li>${t(`why.${one}`)}</li>`)}</ul>
        <p class="hint">${t("why.never")}</p></section>
      ${preferences ? html`<section><h3>${t("why.switches")}</h3>
        ${check({ label: t("why.personal"), value: preferences.personalization, set: (personalization) => set({ personalization }) })}
        <fieldset ?disabled=${!preferences.personalization}><legend>${t("why.uses")}</legend>${USES.map((one) => check({ label: t(`why.use.${one}`), value: preferences.uses[one], set: (value) => set({ uses: { ...preferences.uses, [one]: value } }) }))}</fieldset>
        ${select({ label: t("why.iam"), value: preferences.kind ?? "", options: KINDS.map((one) => /** @type {[string, string]} */ ([one, t(`why.kind.${one || "any"}`)])), set: (kind) => set({ kind: kind || undefined }) })}
        <fieldset><legend>${t("why.notices")}</legend>${NOTICES.map((one) => check({ label: t(`why.notice.${one}`), value: preferences.notices[one], set: (value) => set({ notices: { ...preferences.notices, [one]: value } }) }))}</fieldset></section>` : nothing}
      <section><h3>${t("why.history")}</h3>${known(host, failed)}
        <div class="row deeds-row"><button class="quiet" @click=${() => void forgetAll(host).catch(failed)}>${t("why.reset")}</button>
          <a class="button quiet" href="/api/v1/me/export" download="platen-export.json">${t("why.export")}</a>
          <button class="quiet danger" @click=${() => void deleteAll(host).catch(failed)}>${t("why.delete")}</button></div></section>
    </div>`,
  });
}

/** @param {Host} host @param {(error: Error) => void} failed */
function known(host, failed) {
  if (!history) return nothing;
  const { items, isComing, hasFailed } = history;
  if (items.length === 0 && !hasFailed) return html`<p class="hint">${t(isComing ? "page.waiting" : "why.nothing")}</p>`;
  return html`<ul class="order-list deeds">${items.map((event) => html`<li><span class="space">${told(host, event)}</span><small>${new Date(event.at).toLocaleDateString(locale(), { dateStyle: "medium" })}</small><button class="tiny" aria-label=${t("why.forget", { what: told(host, event) })} @click=${(/** @type {any} */ { currentTarget }) => void forget(host, event, currentTarget).catch(failed)}>${icon("close")}</button></li>`)}</ul>${more(history)}`;
}
