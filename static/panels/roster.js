// The people of an order: one row each, pasted from a spreadsheet or typed. The row that is chosen is seen on the garment.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { t } from "../core/i18n.js";

/** @typedef {{size: string, fields: Record<string, string>}} Person */
/** @typedef {import("../app.js").App} App */

const MOST = 500;

/** @param {App} app @returns {Person[]} */
export const people = (app) => app.store.state.people;

/** @param {App} app @param {Person[]} next */
const set = (app, next) => app.store.set({ people: next.slice(0, MOST) });

/** @param {App} app */
export function roster(app) {
  const fields = app.store.state.design.fields ?? [];
  if (fields.length === 0) return nothing;
  const rows = people(app);
  const sizes = app.garment().sizes.map((/** @type {any} */ size) => size.id);
  const change = (/** @type {number} */ at, /** @type {(person: Person) => Person} */ how) => set(app, rows.map((person, index) => (index === at ? how(person) : person)));
  const long = longest(app);
  return html`<h2>${t("roster.title", { count: rows.length })}</h2>
    <p class="hint">${t("roster.hint")}</p>
    <table class="roster-table" @paste=${(/** @type {ClipboardEvent} */ event) => paste(app, event)}><thead><tr>${fields.map((/** @type {any} */ field) => html`<th scope="col">${field.label ?? field.id}</th>`)}<th scope="col">${t("roster.size")}</th><th><span class="hidden">${t("delete")}</span></th></tr></thead><tbody>
      ${rows.map((person, at) => html`<tr aria-current=${app.store.state.person === at ? "true" : nothing} @focusin=${() => app.store.state.person !== at && app.store.set({ person: at })}>
        ${fields.map((/** @type {any} */ field) => html`<td><input aria-label=${`${field.label ?? field.id}, ${at + 1}`} maxlength=${field.max_length ?? 200} .value=${live(person.fields[field.id] ?? "")} @keydown=${move} @input=${(/** @type {any} */ event) => change(at, (old) => ({ ...old, fields: { ...old.fields, [field.id]: event.target.value } }))}></td>`)}
        <td><select aria-label=${`${t("roster.size")}, ${at + 1}`} @change=${(/** @type {any} */ event) => change(at, (old) => ({ ...old, size: event.target.value }))}>${sizes.map((/** @type {string} */ size) => html`<option value=${size} .selected=${live(size === person.size)}>${size}</option>`)}</select></td>
        <td><button class="tiny" aria-label=${t("roster.remove", { row: at + 1 })} @click=${() => {
          app.store.set({ person: null });
          set(app, rows.filter((_, index) => index !== at));
        }}>×</button></td></tr>`)}
    </tbody></table>
    <button class="block" @click=${() => {
      set(app, [...rows, { size: rows.at(-1)?.size ?? app.store.state.size, fields: {} }]);
      requestAnimationFrame(() => requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector(".roster-table tbody tr:last-child input"))?.focus()));
    }}>${t("roster.add")}</button>
    ${rows.length ? html`<button class="quiet" @click=${() => app.store.set({ person: null })}>${t("roster.sample")}</button>` : nothing}
    ${long ? html`<p class="note">${t("roster.longest", { name: long.text })} <button class="quiet" @click=${() => app.store.set({ person: long.row })}>${t("show")}</button></p>` : nothing}`;
}

/** The longest first field: if it fits, all do. @param {App} app */
function longest(app) {
  const [field] = app.store.state.design.fields ?? [];
  let best = null;
  for (const [row, person] of people(app).entries()) {
    const text = person.fields[field.id] ?? "";
    if (text && (!best || text.length > best.text.length)) best = { row, text };
  }
  return best;
}

/** Up and down go from person to person. @param {KeyboardEvent} event */
function move(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  const cell = /** @type {HTMLElement} */ (event.target).closest("td");
  const row = cell?.parentElement;
  const next = /** @type {HTMLElement | null | undefined} */ (by > 0 ? row?.nextElementSibling : row?.previousElementSibling);
  const input = /** @type {HTMLElement | undefined} */ (next?.children[[...(row?.children ?? [])].indexOf(/** @type {Element} */ (cell))]?.querySelector("input") ?? undefined);
  if (input) {
    event.preventDefault();
    input.focus();
  }
}

/** Rows of a spreadsheet or a CSV: a first row with names of columns is understood, others go by their place. @param {App} app @param {ClipboardEvent} event */
function paste(app, event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!/[\n\t]/.test(text.trim())) return;
  event.preventDefault();
  const fields = app.store.state.design.fields ?? [];
  const sizes = app.garment().sizes.map((/** @type {any} */ size) => size.id);
  const rows = text.trim().split(/\r?\n/).map((line) => line.split(/\t|[,;](?=(?:[^"]*"[^"]*")*[^"]*$)/).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1").replaceAll('""', '"')));
  const columns = [...fields.map((/** @type {any} */ field) => [field.id.toLowerCase(), (field.label ?? field.id).toLowerCase()]), ["size", t("roster.size").toLowerCase()]];
  const head = rows[0].map((cell) => columns.findIndex((names) => names.includes(cell.toLowerCase())));
  const isHead = head.some((at) => at >= 0);
  const order = isHead ? head : columns.map((_, at) => at);
  const made = rows.slice(isHead ? 1 : 0).map((cells) => {
    /** @type {Person} */
    const person = { size: app.store.state.size, fields: {} };
    cells.forEach((cell, at) => {
      const column = order[at] ?? -1;
      if (column < 0) return;
      if (column === fields.length) person.size = sizes.find((/** @type {string} */ size) => size.toLowerCase() === cell.toLowerCase()) ?? person.size;
      else person.fields[fields[column].id] = cell;
    });
    return person;
  });
  const kept = people(app).filter((person) => Object.values(person.fields).some(Boolean));
  set(app, [...kept, ...made]);
  app.say(t("roster.pasted", { count: made.length }));
}
