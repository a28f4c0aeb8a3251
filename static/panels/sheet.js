// On a phone the panels share a sheet below the stage: the bar that moves it, and what the bar at the top has no room for.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { nameOf } from "../core/design.js";
import { t } from "../core/i18n.js";
import { dialog } from "../ui/dialog.js";
import { icon } from "../ui/icons.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {App["sheet"]["stop"]} Stop */

/** How much of the screen the sheet takes at each stop, as studio.css has it: the shirt always keeps a third. @returns {[Stop, number][]} */
const stops = () => [["peek", 0], ["half", 0.3], ["full", 0.66 - 184 / innerHeight]];
/** A finger that moves less has tapped, CSS px. */
const TAP_PX = 8;

/** Where the finger took the grip, whether it moved since, and whether it has done its work: no click must do it again. */
let pull = { y: 0, isMoved: false, isDone: false };

/** @param {App} app */
export function sheetBar(app) {
  const { stop, side } = app.sheet;
  const chosen = app.chosen();
  const next = () => app.openSheet(stop === "peek" ? "half" : stop === "half" ? "full" : "peek");
  return html`<section class="sheet-bar" aria-label=${t("sheet")} data-region>
    <button class="grip" aria-label=${t("sheet.move")} aria-expanded=${stop !== "peek"}
      @pointerdown=${(/** @type {any} */ event) => {
        pull = { y: event.clientY, isMoved: false, isDone: false };
        event.target.setPointerCapture(event.pointerId);
      }}
      @pointermove=${(/** @type {any} */ event) => event.target.hasPointerCapture(event.pointerId) && drag(app, event)}
      @pointerup=${() => {
        // A tap right after a drag brings no click.
        if (!pull.isMoved) next();
        pull.isDone = true;
      }}
      @click=${() => pull.isDone ? (pull.isDone = false) : next()}
      @keydown=${() => (pull.isDone = false)}></button>
    ${stop === "peek" && chosen.length ? quick(app) : html`<div class="segments" role="group" aria-label=${t("sheet")}>
      ${/** @type {const} */ (["tool", "layer"]).map((one) => html`<button aria-pressed=${stop !== "peek" && side === one} @click=${() => app.openSheet(stop === "peek" ? "half" : stop, one)}>
        <span dir="auto">${one === "tool" ? t(`tool.${app.store.state.panel}`) : chosen.length === 0 ? t("layers.title") : chosen.length === 1 ? nameOf(chosen[0].layer, t) : t("inspector.several", { count: chosen.length })}</span></button>`)}</div>`}
  </section>`;
}

/** The sheet goes to the stop that is nearest to the finger. @param {App} app @param {PointerEvent} event */
function drag(app, { clientY }) {
  pull.isMoved ||= Math.abs(clientY - pull.y) > TAP_PX;
  if (!pull.isMoved) return;
  const foot = document.querySelector(".rail")?.getBoundingClientRect().top ?? innerHeight;
  const share = (foot - clientY) / innerHeight;
  const [[nearest]] = stops().toSorted(([, a], [, b]) => Math.abs(a - share) - Math.abs(b - share));
  if (nearest !== app.sheet.stop) app.openSheet(nearest);
}

/** What is most done with what is chosen. @param {App} app */
function quick(app) {
  const command = (/** @type {string} */ id, /** @type {string} */ name) => html`<button ?disabled=${!app.commands.can(id)} @click=${() => app.commands.run(id)}>${icon(name)}<span>${t(`command.${id}`)}</span></button>`;
  return html`<div class="quick" role="group" aria-label=${t("actions")}>${command("edit", "edit")}
    <button @click=${() => app.openSheet("half", "layer")}>${icon("settings")}<span>${t("sheet.place")}</span></button>
    ${command("duplicate", "copy")}${command("delete", "trash")}</div>`;
}

/** @param {App} app */
export function moreDialog(app) {
  const { settings, store } = app;
  const go = (/** @type {string} */ name, /** @type {string} */ words, /** @type {string} */ sign) => html`<button class="text" @click=${() => store.set({ dialog: name })}>${icon(sign)}<span>${words}</span></button>`;
  const toggle = (/** @type {"grid" | "rulers"} */ name) => html`<button class="text" aria-pressed=${settings.value[name]} @click=${() => app.commands.run(name)}>${icon(name)}<span>${t(`command.${name}`)}</span><small aria-hidden="true">${t(settings.value[name] ? "on" : "off")}</small></button>`;
  return dialog(app, {
    title: t("more"),
    content: html`<div class="palette more-list">
      ${app.isReadOnly ? nothing : html`${go("saved", t("saved"), "garment")}${go("share", t("share"), "upload")}`}
      ${toggle("grid")}${toggle("rulers")}${app.isReadOnly ? nothing : go("guides", t("guides.title"), "guides")}
      ${go("settings", t("settings"), "settings")}${go("palette", t("command.palette"), "names")}</div>`,
  });
}
