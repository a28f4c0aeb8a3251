// A picture that is chosen: how sharp it prints, its background, its crop, its colours.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import * as api from "../core/api.js";
import { measure } from "../core/bare.js";
import { find, isLocked, update } from "../core/design.js";
import { scaled } from "../core/scaled.js";
import { DPI, sharpness, shownPart } from "../core/frames.js";
import { t } from "../core/i18n.js";
import { flatColors } from "../core/paints.js";
import { reframed, whole } from "../core/reframe.js";
import { check, numberField, slider } from "../ui/field.js";
import { RADIUS, brush, brushed, setBrush, take } from "../stage/brush.js";
import { inkPicker } from "./inks.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app @param {import("../core/design.js").Found} found */
export function picture(app, found) {
  const { layer } = found;
  const info = app.uploads.get(layer.asset);
  return html`${dots(app, layer, found.area, isLocked(found))}
    ${layer.height ? html`<button class="block" ?disabled=${isLocked(found)} @click=${() => app.setLayer({ height: undefined }, t("did.scale"))}>${t("picture.ratio")}</button>` : nothing}
    ${check({ label: t("picture.trim"), value: Boolean(layer.trim), set: (trim) => info && app.setLayer((old) => reframed(old, info, { trim: trim || undefined, crop: undefined }), t("did.trim")) })}
    ${info?.kind === "svg" ? nothing : background(app, layer, info)}
    ${info ? crop(app, layer, info, isLocked(found)) : nothing}
    ${recolor(app, layer, info)}`;
}

/** How sharp it is, and what makes it sharper. @param {App} app @param {any} layer @param {string} area @param {boolean} disabled */
function dots(app, layer, area, disabled) {
  const dpi = app.frames.dpi(layer);
  if (dpi === null) return html`<p class="note">${t("picture.vector")}</p>`;
  const state = sharpness(dpi);
  const width = (/** @type {number} */ wanted) => Math.floor((layer.width * dpi * 10) / wanted) / 10;
  // What is sharp beyond the print area is no help.
  const most = Math.max(layer.width, app.ground.of(area)?.extent.width ?? Infinity);
  const fit = (/** @type {number} */ wanted, /** @type {string} */ label) => width(wanted) > most ? nothing : html`<button class="fit" ?disabled=${disabled || Math.abs(dpi - wanted) < 1} @click=${() => app.setLayer((old) => scaled(old, width(wanted) / old.width), t("did.scale"))}>${t(label, { size: app.length(width(wanted)) })}</button>`;
  return html`<p class="note ${state === "low" ? "warn" : state === "coarse" ? "error" : ""}">${t(`picture.${state}`, { dpi: Math.round(dpi), dot: app.length(25.4 / dpi) })}</p>
    <div class="two">${fit(DPI.fine, "picture.fit150")}${fit(DPI.good, "picture.fit300")}</div>`;
}

/** @param {App} app @param {any} layer @param {any} info */
function background(app, layer, info) {
  const set = app.setLayer;
  const gone = layer.remove_background;
  const remove = async () => {
    const next = { ...layer, remove_background: { tolerance: 10 } };
    set({ remove_background: next.remove_background }, t("did.background"), "background");
    if (layer.crop) return;
    await measure(app, next).catch(() => {});
    // Then what is left is trimmed, unless something else was done meanwhile.
    const found = find(app.store.state.design, layer.id);
    if (found?.layer.remove_background === next.remove_background && !found?.layer.crop) app.store.commit(update(app.store.state.design, [layer.id], (old) => reframed(old, info, { trim: true })), t("did.background"), { key: "background", joins: true });
  };
  const restore = () => set((old) => reframed(old, info, { remove_background: undefined, crop: old.crop }), t("did.background"));
  return html`${check({ label: t("picture.background"), value: Boolean(gone), set: (is) => is ? void remove() : restore() })}
    ${gone ? html`${slider({ label: t("picture.tolerance"), value: gone.tolerance ?? 10, least: 0, most: 60, set: (tolerance) => set({ remove_background: { ...gone, tolerance } }, t("did.background"), "tolerance") })}
      ${check({ label: t("picture.holes"), value: Boolean(gone.holes), set: (holes) => set({ remove_background: { ...gone, holes: holes || undefined } }, t("did.background")) })}
      ${byHand(app, layer)}` : nothing}`;
}

/** The brush for what the background's colour does not tell. @param {App} app @param {any} layer */
function byHand(app, layer) {
  const isOn = brushed(app)?.layer.id === layer.id;
  const done = () => app.store.set({ editing: null });
  const { strokes, ...rest } = layer.remove_background;
  const mode = (/** @type {"keep" | "erase"} */ one) => html`<button aria-pressed=${brush.mode === one} @click=${() => setBrush(app, { mode: one })}>${t(`brush.${one}`)}</button>`;
  return html`<button class="block" aria-pressed=${isOn} ?disabled=${Boolean(layer.locked)} @click=${() => isOn ? done() : take(app, layer.id)}>${t("brush")}</button>
    ${isOn ? html`<p class="hint">${t("brush.hint")}</p>
      <div class="segments" role="group" aria-label=${t("brush")}>${mode("erase")}${mode("keep")}</div>
      ${slider({ label: t("brush.size"), value: brush.radius, ...RADIUS, text: app.length(2 * brush.radius * whole(layer, app.uploads.get(layer.asset)).width), set: (radius) => setBrush(app, { radius }) })}
      <div class="two"><button ?disabled=${!strokes?.length} @click=${() => app.setLayer({ remove_background: rest }, t("did.brush"))}>${t("brush.none")}</button><button class="primary" @click=${done}>${t("done")}</button></div>` : nothing}`;
}

/** Cropping: handles on the stage, and the same as numbers. @param {App} app @param {any} layer @param {any} info @param {boolean} disabled */
function crop(app, layer, info, disabled) {
  const isOn = app.store.state.editing === layer.id && !brushed(app);
  const part = shownPart(layer, info);
  const sides = { left: part.x, right: 1 - part.x - part.width, top: part.y, bottom: 1 - part.y - part.height };
  const cut = (/** @type {Partial<typeof sides>} */ change) => {
    const next = { ...sides, ...change };
    app.setLayer((old) => reframed(old, info, { crop: { x: next.left, y: next.top, width: 1 - next.left - next.right, height: 1 - next.top - next.bottom } }), t("did.crop"), "crop");
  };
  const percent = (/** @type {keyof typeof sides} */ side, /** @type {keyof typeof sides} */ opposite) => numberField({ label: `${t(`picture.crop.${side}`)}, %`, value: Math.round(sides[side] * 1000) / 10, least: 0, most: 95 - sides[opposite] * 100, disabled, set: (value) => cut({ [side]: value / 100 }) });
  return html`<button class="block" aria-pressed=${isOn} ?disabled=${disabled} @click=${() => {
    // Also from the brush, which is put down first.
    app.store.set({ editing: null });
    if (!isOn) app.enter(layer.id);
  }}>${t("picture.crop")}</button>
    ${isOn ? html`<p class="hint">${t("picture.cropHint")}</p><div class="two">${percent("left", "right")}${percent("right", "left")}${percent("top", "bottom")}${percent("bottom", "top")}</div>
      <div class="two"><button ?disabled=${!layer.crop && !layer.trim} @click=${() => cut({ left: 0, right: 0, top: 0, bottom: 0 })}>${t("picture.cropNone")}</button><button class="primary" @click=${() => app.store.set({ editing: null })}>${t("done")}</button></div>` : nothing}`;
}

/** @param {App} app @param {any} layer @param {any} info */
function recolor(app, layer, info) {
  const flat = flatColors(info);
  const set = app.setLayer;
  return html`${flat.length ? html`<h2>${t("picture.colors")}</h2><ul class="inks">${repeat(flat, (color) => color, (color) => {
    const now = layer.recolor?.[color] ?? color;
    return html`<li><i .style=${`background: ${app.hex(now)}`}></i><span><bdi>${app.paintName(now)}</bdi></span><select aria-label=${t("inks.replace", { name: app.paintName(now) })} @change=${(/** @type {any} */ event) => {
      const next = { ...layer.recolor, [color]: event.target.value };
      if (event.target.value === color) delete next[color];
      set({ recolor: Object.keys(next).length ? next : undefined, tint: undefined }, t("did.recolor"));
    }}><option value=${color} .selected=${live(now === color)}>${t("picture.asIs")}</option>${app.inks.map((/** @type {any} */ ink) => html`<option value="ink:${ink.id}" .selected=${live(now === `ink:${ink.id}`)}>${ink.name}</option>`)}</select></li>`;
  })}</ul>` : nothing}
    ${check({ label: t("picture.oneInk"), value: Boolean(layer.tint), set: (is) => set({ tint: is ? "ink:black" : undefined }, t("did.recolor")) })}
    ${layer.tint ? inkPicker(app, { label: t("picture.oneInk"), value: layer.tint, set: (tint) => set({ tint }, t("did.recolor"), "tint") }) : nothing}
    <img class="thumb" src=${api.proxy(layer.asset, 256)} alt="">`;
}
