// Why suggestions are what they are, and the switches of it: what they may be made from, what is known, and the ways out.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { me } from "../core/mine.js";
import { locale, t } from "../core/i18n.js";
import { dialog } from "../ui/dialog.js";
import { check, select } from "../ui/field.js";
import { icon } from "../ui/icons.js";

/** @typedef {import("../app.js").App} App */

const KINDS = ["", "team", "school", "company", "private"];
const USES = /** @type {const} */ (["views", "saves", "orders", "searches"]);
const NOTICES = /** @type {const} */ (["draft", "order", "suggestion"]);

/** @type {{events: any[], next?: string} | null} */
let history = null;
let isAsked = false;

/** @param {App} app */
async function load(app) {
  isAsked = true;
  history = await me.events().catch((error) => {
    app.say(error.message);
    return { events: [] };
  });
  app.plan();
}

/** @param {App} app */
function forgotten(app) {
  app.tastes?.forgotten();
  return load(app);
}

/** What was done with which style. @param {App} app @param {any} event */
function told(app, event) {
  const { recipe } = event;
  const color = app.garment().colorways.find((/** @type {any} */ one) => one.id === recipe.garment_color)?.name ?? recipe.garment_color;
  const parts = [color, recipe.text_color ? app.paintName(`ink:${recipe.text_color}`) : "", recipe.font].filter(Boolean);
  return `${t(`deed.${event.type}`)}${parts.length ? `: ${parts.join(" · ")}` : ""}`;
}

/** @param {App} app */
export function whyDialog(app) {
  const { tastes } = app;
  const preferences = tastes?.preferences;
  if (!isAsked) void load(app);
  const failed = (/** @type {Error} */ error) => app.say(error.message);
  const set = (/** @type {any} */ change) => void tastes?.set(change).then(() => app.say(t("said.preferences")), (/** @type {Error} */ error) => app.say(error.message));
  return dialog(app, {
    title: t("why.title"), isWide: true,
    left: () => (isAsked = false),
    content: html`<div class="why">
      <section><h3>${t("why.decides")}</h3><ul>${["orders", "yours", "kind", "legible", "varied", "editors"].map((one) => html`<li>${t(`why.${one}`)}</li>`)}</ul>
        <p class="hint">${t("why.never")}</p></section>
      ${preferences ? html`<section><h3>${t("why.switches")}</h3>
        ${check({ label: t("why.personal"), value: preferences.personalization, set: (personalization) => set({ personalization }) })}
        <fieldset ?disabled=${!preferences.personalization}><legend>${t("why.uses")}</legend>${USES.map((one) => check({ label: t(`why.use.${one}`), value: preferences.uses[one], set: (value) => set({ uses: { ...preferences.uses, [one]: value } }) }))}</fieldset>
        ${select({ label: t("why.iam"), value: preferences.kind ?? "", options: KINDS.map((one) => /** @type {[string, string]} */ ([one, t(`why.kind.${one || "any"}`)])), set: (kind) => set({ kind: kind || undefined }) })}
        <fieldset><legend>${t("why.notices")}</legend>${NOTICES.map((one) => check({ label: t(`why.notice.${one}`), value: preferences.notices[one], set: (value) => set({ notices: { ...preferences.notices, [one]: value } }) }))}</fieldset></section>` : nothing}
      <section><h3>${t("why.history")}</h3>
        ${history?.events.length ? html`<ul class="order-list deeds">${history.events.map((event) => html`<li><span class="space">${told(app, event)}</span><small>${new Date(event.at).toLocaleDateString(locale(), { dateStyle: "medium" })}</small><button class="tiny" aria-label=${t("why.forget", { what: told(app, event) })} @click=${() => void me.forget(event.id).then(() => forgotten(app), failed)}>${icon("close")}</button></li>`)}</ul>` : html`<p class="hint">${t("why.nothing")}</p>`}
        <div class="row"><button class="quiet" @click=${() => void me.reset().then(() => forgotten(app)).then(() => app.say(t("said.forgotten")), failed)}>${t("why.reset")}</button>
          <a class="button quiet" href="/api/v1/me/export" download="platen-export.json">${t("why.export")}</a>
          <button class="quiet danger" @click=${() => confirm(t("why.deleteSure")) && void me.delete().then(() => tastes?.leave()).then(() => location.assign("/"), failed)}>${t("why.delete")}</button></div></section>
    </div>`,
  });
}
