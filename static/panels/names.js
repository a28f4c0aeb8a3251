// Names and numbers: fields of the design, each with a sample; texts use them as {{name}}.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { add, freshId, walk } from "../core/design.js";
import { t } from "../core/i18n.js";
import { bestInk } from "./inks.js";
import { roster } from "./roster.js";

/** @param {import("../app.js").App} app */
export function namesPanel(app) {
  const fields = app.store.state.design.fields ?? [];
  const isUsed = (/** @type {string} */ id) => walk(app.store.state.design).some(({ layer }) => layer.text?.includes(`{{${id}}}`));
  const set = (/** @type {any[]} */ next, /** @type {string} */ label, /** @type {string} */ key = "") => app.store.commit({ ...app.store.state.design, fields: next.length ? next : undefined }, label, { key });
  const insert = (/** @type {any} */ kind) => {
    const { design } = app.store.state;
    const known = design.fields?.find((/** @type {any} */ field) => field.id === kind.id);
    const { extent } = /** @type {any} */ (app.ground.of(app.ground.area().id));
    const id = freshId(design, kind.id);
    const layer = { id, type: "text", text: `{{${kind.id}}}`, font: "Anton", size: kind.size, fill: bestInk(app).id, x: extent.x + extent.width / 2, y: kind.y, ...(kind.id === "name" ? { fit_width: extent.width * 0.8, fit: "condense" } : {}) };
    const next = { ...design, fields: known ? design.fields : [...(design.fields ?? []), { id: kind.id, label: t(`names.${kind.id}`), sample: kind.sample, max_length: kind.most }] };
    app.store.commit(add(/** @type {any} */ (next), app.ground.area().id, /** @type {any} */ (layer)), t("did.field"), { select: [id] });
  };
  return html`<h2>${t("names.title")}</h2><p class="hint">${t("names.hint")}</p>
    <div class="two"><button class="block" @click=${() => insert({ id: "name", size: 50, y: 60, sample: "RIVERA", most: 20 })}>${t("names.addName")}</button>
    <button class="block" @click=${() => insert({ id: "number", size: 180, y: 190, sample: "7", most: 3 })}>${t("names.addNumber")}</button></div>
    ${repeat(fields, (/** @type {any} */ field) => field.id, (/** @type {any} */ field, /** @type {number} */ index) => html`<div class="roster"><label class="field"><span>${field.label ?? field.id}<small>: ${t("names.sample")}</small></span>
      <input .value=${live(field.sample)} maxlength=${field.max_length ?? 200} @input=${(/** @type {any} */ event) => event.target.value && set(fields.map((/** @type {any} */ one, /** @type {number} */ at) => at === index ? { ...one, sample: event.target.value } : one), t("did.sample"), `sample-${field.id}`)}></label>
      ${isUsed(field.id) ? nothing : html`<button class="quiet" @click=${() => set(fields.filter((/** @type {any} */ one) => one !== field), t("did.fieldGone"))}>${t("names.remove")}</button>`}</div>`)}
    ${fields.length ? html`<p class="hint">${t("names.order")}</p>` : nothing}
    ${roster(app)}`;
}
