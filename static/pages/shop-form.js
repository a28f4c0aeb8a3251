// The fields of the shop's profile. Each shows what the service said of it.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { t } from "../core/i18n.js";
import { techniqueName } from "../core/told.js";
import { icon } from "../ui/icons.js";
import { CHARGES, pointersOf } from "./shop-draft.js";

/** @typedef {import("./shop-draft.js").Draft} Draft */
/**
 * @typedef {{readonly draft: Draft, readonly catalogue: import("./shop-profile.js").Catalogue, readonly canWrite: boolean, readonly problems: import("./shop-draft.js").Problem[],
 *   rest: () => any, set: (change: Partial<Draft>, pointer: string) => void}} Edit
 */

const idOf = (/** @type {string} */ pointer) => `at${pointer.replace(/[^\w-]/g, "-")}`;
const nameOf = (/** @type {{id: string, name: string}[]} */ list, /** @type {string} */ id) => list.find((one) => one.id === id)?.name ?? id;

/** @param {Edit} edit */
export function formOf(edit) {
  const { draft, catalogue } = edit;
  const rest = edit.rest();
  const owned = (/** @type {string} */ key) => Object.keys(rest?.[key] ?? {});
  const money = draft.values["/currency/code"];
  return html`
    <fieldset class="part"><legend>${t("shop.brand")}</legend><div class="fields">
      ${field(edit, "/brand/name", t("shop.field.name"), { size: "broad" })}${field(edit, "/brand/contact", t("shop.field.contact"), { size: "broad" })}</div></fieldset>
    <fieldset class="part"><legend>${t("shop.money")}</legend><div class="fields">
      ${field(edit, "/currency/code", t("shop.field.code"))}${field(edit, "/currency/digits", t("shop.field.digits"), { isNumber: true })}
      ${field(edit, "/minimum_order", t("shop.field.minimum"), { unit: money, isNumber: true })}${field(edit, "/usual_days", t("shop.field.days"), { isNumber: true })}</div></fieldset>
    <fieldset class="part"><legend>${t("shop.blanks")}</legend><p class="hint">${t("shop.blanksText")}</p>
      ${owned("garments").map((id) => html`<div class="fields named" role="group" aria-label=${nameOf(catalogue.garments, id)}><b>${nameOf(catalogue.garments, id)}</b>
        ${field(edit, `/garments/${id}/white`, t("shop.field.white"), { unit: money, isNumber: true })}${field(edit, `/garments/${id}/color`, t("shop.field.color"), { unit: money, isNumber: true })}</div>`)}</fieldset>
    <fieldset class="part"><legend>${t("shop.printing")}</legend><p class="hint">${t("shop.printingText")}</p>
      ${owned("techniques").map((id) => {
        const name = techniqueName({ id, name: nameOf(catalogue.techniques, id) });
        return html`<div class="fields named" role="group" aria-label=${name}><b>${name}</b>${(CHARGES[rest.techniques[id]?.by] ?? []).map((charge) => field(edit, `/techniques/${id}/${charge}`, t(`shop.charge.${charge}`), { unit: money, isNumber: true }))}</div>`;
      })}</fieldset>
    <fieldset class="part" id=${idOf("/breaks")}><legend>${t("shop.breaks")}</legend><p class="hint">${t("shop.breaksText")}</p>${said(edit, "/breaks")}
      ${rows(edit, "breaks", [["from", t("shop.field.from"), true], ["percent", t("shop.field.percent"), true]], t("shop.addBreak"))}</fieldset>
    <fieldset class="part"><legend>${t("shop.rush")}</legend><p class="hint">${t("shop.rushText")}</p>${said(edit, "/rush")}
      ${rows(edit, "rush", [["name", t("shop.field.called"), false], ["id", t("shop.field.id"), false], ["days", t("shop.field.rushDays"), true], ["percent", t("shop.field.rushPercent"), true]], t("shop.addRush"))}</fieldset>
    ${shelf(edit)}
    ${others(edit, rest)}`;
}

/** What is said of a place that is no field. @param {Edit} edit @param {string} pointer */
const said = ({ problems }, pointer) => problems.filter((problem) => problem.pointer === pointer).map((problem) => html`<p class="note error" dir="auto">${problem.message}${problem.hint ? html`<small>${problem.hint}</small>` : nothing}</p>`);

/**
 * @param {Edit} edit @param {string} pointer @param {string} label
 * @param {{unit?: string, size?: string, isNumber?: boolean, value?: string, set?: (text: string) => void}} [how]
 */
function field(edit, pointer, label, { unit = "", size = "", isNumber = false, value, set } = {}) {
  const wrong = edit.problems.filter((problem) => problem.pointer === pointer);
  const put = set ?? ((text) => edit.set({ values: { ...edit.draft.values, [pointer]: text } }, pointer));
  return html`<div class="cell ${size}"><label class="field"><span>${label}${unit ? html`<small>, <bdi>${unit}</bdi></small>` : nothing}</span>
    <input class=${isNumber ? "number" : ""} inputmode=${isNumber ? "decimal" : nothing} dir=${isNumber ? "ltr" : "auto"} autocomplete="off" .value=${live(value ?? edit.draft.values[pointer] ?? "")} ?readonly=${!edit.canWrite}
      aria-invalid=${wrong.length ? "true" : nothing} aria-describedby=${wrong.length ? idOf(pointer) : nothing} @input=${(/** @type {any} */ event) => put(event.target.value)}></label>
    ${wrong.length ? html`<div id=${idOf(pointer)}>${said(edit, pointer)}</div>` : nothing}</div>`;
}

/** @param {Edit} edit @param {"breaks" | "rush"} key @param {[string, string, boolean][]} columns name, label and whether it is a number @param {string} add */
function rows(edit, key, columns, add) {
  const list = edit.draft[key];
  const put = (/** @type {import("./shop-draft.js").Row[]} */ next, /** @type {string} */ pointer) => edit.set({ [key]: next }, pointer);
  return html`<ul class="tiers">${list.map((row, index) => html`<li class="fields tier">
      ${columns.map(([name, label, isNumber]) => field(edit, `/${key}/${index}/${name}`, label, { isNumber, size: isNumber ? "narrow" : "", value: row[name], set: (text) => put(list.map((one, at) => at === index ? { ...one, [name]: text } : one), `/${key}/${index}/${name}`) }))}
      ${edit.canWrite ? html`<button type="button" class="icon-button" aria-label=${t("shop.takeRow", { number: index + 1 })} @click=${() => put(list.filter((_, at) => at !== index), `/${key}`)}>${icon("trash")}</button>` : nothing}
      ${said(edit, `/${key}/${index}`)}</li>`)}</ul>
    ${edit.canWrite ? html`<button type="button" @click=${() => put([...list, Object.fromEntries(columns.map(([name]) => [name, ""]))], `/${key}`)}>${add}</button>` : nothing}`;
}

/** @param {Edit} edit */
function shelf(edit) {
  const { isWhole, ids } = edit.draft;
  const wrong = edit.problems.filter(({ pointer }) => /^\/inks(\/|$)/.test(pointer));
  const choice = (/** @type {boolean} */ whole, /** @type {string} */ words) => html`<label class="check"><input type="radio" name="shelf" .checked=${live(isWhole === whole)} ?disabled=${!edit.canWrite} @change=${() => edit.set({ isWhole: whole }, "/inks")}><span>${words}</span></label>`;
  return html`<fieldset class="part" aria-describedby=${wrong.length ? idOf("/inks") : nothing}><legend>${t("shop.inks")}</legend><p class="hint">${t("shop.inksText")}</p>
    ${choice(true, t("shop.allInks"))}${choice(false, t("shop.someInks", { count: ids.length }))}
    ${wrong.length ? html`<div id=${idOf("/inks")}>${[...new Set(wrong.map(({ pointer }) => pointer))].map((pointer) => said(edit, pointer))}</div>` : nothing}
    <ul class="shelf">${edit.catalogue.inks.map(({ id, name, hex, hlc, reference }) => html`<li><label class="ink ${isWhole ? "all" : ""}">
      <input type="checkbox" .checked=${live(isWhole || ids.includes(id))} ?disabled=${isWhole || !edit.canWrite} @change=${(/** @type {any} */ event) => edit.set({ ids: event.target.checked ? [...ids, id] : ids.filter((one) => one !== id) }, "/inks")}>
      <i .style=${`background: ${hex}`}></i><span><b>${name}</b><small class="mono" dir="ltr">${reference ?? hlc}</small></span></label></li>`)}</ul></fieldset>`;
}

/** Everything that has no field, and what is said of it. @param {Edit} edit @param {any} rest */
function others(edit, rest) {
  const { draft } = edit;
  const places = new Set(["/breaks", "/rush", ...pointersOf(rest), ...(/** @type {const} */ (["breaks", "rush"])).flatMap((key) => draft[key].flatMap((row, index) => [`/${key}/${index}`, ...Object.keys(row).map((name) => `/${key}/${index}/${name}`)]))]);
  places.delete("/dark_below");
  const wrong = edit.problems.filter(({ pointer }) => !places.has(pointer) && !/^\/inks(\/|$)/.test(pointer));
  return html`<fieldset class="part"><legend>${t("shop.rest")}</legend><p class="hint">${t("shop.restText")}</p>
    <div class="fields">${field(edit, "/dark_below", t("shop.field.dark"), { isNumber: true })}</div>
    <label class="field"><span>${t("shop.restLabel")}</span><textarea class="rest mono" dir="ltr" rows="16" spellcheck="false" .value=${live(draft.rest)} ?readonly=${!edit.canWrite}
      aria-invalid=${wrong.length ? "true" : nothing} aria-describedby=${wrong.length ? "rest-wrong" : nothing} @input=${(/** @type {any} */ event) => edit.set({ rest: event.target.value }, "")}></textarea></label>
    ${wrong.length ? html`<ul id="rest-wrong">${wrong.map(({ pointer, message, hint }) => html`<li class="note error" dir="auto">${pointer ? html`<code dir="ltr">${pointer}</code> ` : nothing}${message}${hint ? html`<small dir="auto">${hint}</small>` : nothing}</li>`)}</ul>` : nothing}</fieldset>`;
}
