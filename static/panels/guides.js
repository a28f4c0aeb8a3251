// The guides of a print area as numbers: whoever cannot or will not draw them out of a ruler.
// @ts-check
import { html } from "../vendor/lit-html/lit-html.js";
import { announce } from "../core/announce.js";
import { t } from "../core/i18n.js";
import { dialog } from "../ui/dialog.js";
import { numberField, select } from "../ui/field.js";
import { icon } from "../ui/icons.js";

/** The guide that is made next. @type {{axis: "x" | "y", at: number}} */
let next = { axis: "x", at: 100 };

/** @param {import("../app.js").App} app */
export function guidesDialog(app) {
  const { store } = app;
  const area = app.ground.area().id;
  const extent = app.ground.of(area)?.extent ?? { x: 0, y: 0, width: 0, height: 0 };
  const range = (/** @type {"x" | "y"} */ axis) => ({ least: extent[axis], most: extent[axis] + (axis === "x" ? extent.width : extent.height) });
  // Not by their place: keys in a field would lead a guide past another, and the field would be the other's.
  const own = store.state.guides.filter((guide) => guide.area === area).sort((a, b) => a.axis.localeCompare(b.axis));
  const add = (/** @type {Event} */ event) => {
    event.preventDefault();
    const { least, most } = range(next.axis);
    const at = Math.min(most, Math.max(least, next.at));
    store.set({ guides: [...store.state.guides, { area, axis: next.axis, at }] });
    app.settings.set({ rulers: true });
    announce(t(`said.guide.${next.axis}`, { at: app.length(at) }));
  };
  return dialog(app, {
    title: t("guides.title"),
    content: html`<form class="two guide-form" @submit=${add}>
        ${select({ label: t("guides.axis"), value: next.axis, options: [["x", t("guides.x")], ["y", t("guides.y")]], set: (axis) => {
          next = { ...next, axis: /** @type {any} */ (axis) };
          app.plan();
        } })}
        ${numberField({ label: t(next.axis === "x" ? "inspector.left" : "inspector.top"), unit: app.unit(), value: next.at, ...range(next.axis), set: (at) => {
          next = { ...next, at };
          app.plan();
        } })}
        <button class="primary">${t("guides.add")}</button>
      </form>
      ${own.length ? html`<ul class="guide-list">${own.map((guide) => html`<li>
        ${numberField({ label: t(`guides.${guide.axis}`), unit: app.unit(), value: guide.at, ...range(guide.axis), set: (at) => store.set({ guides: store.state.guides.map((one) => (one === guide ? { ...guide, at } : one)) }) })}
        <button class="icon-button" aria-label=${t("guides.remove", { at: app.length(guide.at) })} @click=${() => {
          store.set({ guides: store.state.guides.filter((one) => one !== guide) });
          announce(t("said.guideGone"));
        }}>${icon("trash")}</button></li>`)}</ul>` : html`<p class="hint">${t("guides.none")}</p>`}`,
  });
}
