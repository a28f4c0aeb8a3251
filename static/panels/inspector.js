// What is chosen: its place, size and turn, and what can be done with it.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import * as api from "../core/api.js";
import { canStretch, isLocked, nameOf, scaled } from "../core/design.js";
import { bounds } from "../core/geometry.js";
import { t } from "../core/i18n.js";
import { check, numberField, slider } from "../ui/field.js";
import { icon } from "../ui/icons.js";
import { documentInks, inkPicker } from "./inks.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app */
export function inspector(app) {
  const chosen = app.chosen();
  if (chosen.length === 0) return html`<h2>${t("inspector.none")}</h2><p class="hint">${t("inspector.hint")}</p>${placements(app)}${documentInks(app)}`;
  const bar = html`<div class="tools-row" role="group" aria-label=${t("align")}>${["Left", "Center", "Right", "Top", "Middle", "Bottom"].map((name) => button(app, `align${name}`, name.toLowerCase()))}</div>
    <div class="tools-row" role="group" aria-label=${t("actions")}>${button(app, "duplicate", "copy")}${button(app, "forward", "up")}${button(app, "back", "down")}${button(app, "lock", chosen.every(({ layer }) => layer.locked) ? "lock" : "unlock")}${button(app, "hide", "eye")}${button(app, "delete", "trash")}</div>`;
  if (chosen.length > 1) return html`<h2>${t("inspector.several", { count: chosen.length })}</h2>${bar}<div class="two"><button @click=${() => app.commands.run("group")}>${t("command.group")}</button><button ?disabled=${chosen.length < 3} @click=${() => app.commands.run("distributeAcross")}>${t("command.distributeAcross")}</button></div>`;
  const [found] = chosen;
  const { layer } = found;
  const box = app.frames.box(layer);
  const quad = bounds(app.frames.quad(found));
  const disabled = isLocked(found);
  const set = app.setLayer;
  const { ratio } = app.settings.value;
  const isFree = canStretch(layer) && !ratio;
  const resize = (/** @type {number} */ across, /** @type {number} */ down) => set((/** @type {any} */ old) => (isFree ? scaled(old, across, down) : scaled(old, across * down)), t("did.scale"), "resize");
  return html`<h2>${nameOf(layer, t)}</h2>${bar}
    ${layer.type === "image" ? picture(app, layer) : nothing}
    ${layer.type === "shape" ? shapeInk(app, layer) : nothing}
    ${layer.type === "group" ? html`<button class="block" @click=${() => app.commands.run("ungroup")}>${t("command.ungroup")}</button>` : nothing}
    <h2>${t("inspector.place")}</h2>
    <div class="two">
      ${numberField({ label: t("inspector.left"), unit: app.unit(), value: round(quad.x), disabled, set: (value) => set(app.frames.moved(found, value - quad.x, 0), t("did.move"), "x") })}
      ${numberField({ label: t("inspector.top"), unit: app.unit(), value: round(quad.y), disabled, set: (value) => set(app.frames.moved(found, 0, value - quad.y), t("did.move"), "y") })}
      ${numberField({ label: t("inspector.width"), unit: app.unit(), value: round(box.width), least: 1, most: 2000, disabled, set: (value) => resize(value / box.width, 1) })}
      ${numberField({ label: t("inspector.height"), unit: app.unit(), value: round(box.height), least: 1, most: 2000, disabled, set: (value) => resize(1, value / box.height) })}
      ${canStretch(layer) ? html`<button class="ratio" aria-pressed=${ratio} ?disabled=${disabled} @click=${() => app.settings.set({ ratio: !ratio })}>${icon(ratio ? "linked" : "unlinked")}${t("inspector.ratio")}</button>` : nothing}
      ${numberField({ label: t("inspector.turn"), value: layer.rotation ?? 0, least: -360, most: 360, disabled, set: (rotation) => set({ rotation: rotation || undefined }, t("did.turn"), "turn") })}
    </div>
    <div class="two"><button ?disabled=${disabled} @click=${() => app.commands.run("flipAcross")}>${t("command.flipAcross")}</button><button ?disabled=${disabled} @click=${() => app.commands.run("flipDown")}>${t("command.flipDown")}</button></div>
    ${slider({ label: t("inspector.opacity"), value: layer.opacity ?? 1, least: 0.05, most: 1, step: 0.05, text: `${Math.round((layer.opacity ?? 1) * 100)} %`, set: (opacity) => set({ opacity: opacity === 1 ? undefined : opacity }, t("did.opacity"), "opacity") })}
    ${found.parents.length === 0 ? placements(app, found) : nothing}`;
}

/** @param {App} app @param {string} command @param {string} name */
const button = (app, command, name) => html`<button class="icon-button" aria-label=${t(`command.${command}`)} title=${t(`command.${command}`)} ?disabled=${!app.commands.can(command)} @click=${() => app.commands.run(command)}>${icon(name)}</button>`;

/** Where prints usually go, with one tap. @param {App} app @param {import("../core/design.js").Found} [found] */
function placements(app, found) {
  if (!found) return nothing;
  const all = app.garment().placements;
  return html`<h2>${t("placements")}</h2><div class="shapes">${all.map((/** @type {any} */ one) => html`<button ?disabled=${Boolean(found.layer.locked)} @click=${() => app.putAt(found, one)}>${t(`placement.${one.id}`) === `placement.${one.id}` ? one.name : t(`placement.${one.id}`)}</button>`)}</div>`;
}

/** @param {App} app @param {any} layer */
function picture(app, layer) {
  const set = app.setLayer;
  const dpi = app.frames.dpi(layer);
  const info = app.uploads.get(layer.asset);
  const state = dpi === null ? "vector" : dpi >= 299.5 ? "good" : dpi >= 149.5 ? "fine" : "low";
  const sharp = (/** @type {number} */ wanted) => Math.floor(((info.width_px * (layer.crop?.width ?? 1)) / wanted) * 254) / 10;
  const crop = layer.crop ?? { x: 0, y: 0, width: 1, height: 1 };
  const cut = (/** @type {Partial<typeof crop>} */ change) => {
    const next = { ...crop, ...change };
    next.width = Math.min(next.width, 1 - next.x);
    next.height = Math.min(next.height, 1 - next.y);
    const isWhole = next.x === 0 && next.y === 0 && next.width === 1 && next.height === 1;
    set({ crop: isWhole ? undefined : next }, t("did.crop"), "crop");
  };
  return html`<p class="note ${state === "low" ? "warn" : ""}">${dpi === null ? t("picture.vector") : t(`picture.${state}`, { dpi: Math.round(dpi) })}</p>
    ${state === "low" ? html`<div class="two"><button @click=${() => set({ width: sharp(150) }, t("did.scale"))}>${t("picture.fit150", { size: app.length(sharp(150)) })}</button><button @click=${() => set({ width: sharp(300) }, t("did.scale"))}>${t("picture.fit300", { size: app.length(sharp(300)) })}</button></div>` : nothing}
    ${check({ label: t("picture.trim"), value: Boolean(layer.trim), set: (trim) => set({ trim: trim || undefined }, t("did.trim")) })}
    ${info?.kind === "svg" ? nothing : html`${check({ label: t("picture.background"), value: Boolean(layer.remove_background), set: (is) => set({ remove_background: is ? { tolerance: 10 } : undefined, ...(is ? { trim: true } : {}) }, t("did.background")) })}
      ${layer.remove_background ? html`${slider({ label: t("picture.tolerance"), value: layer.remove_background.tolerance ?? 10, least: 0, most: 60, set: (tolerance) => set({ remove_background: { ...layer.remove_background, tolerance } }, t("did.background"), "tolerance") })}
        ${check({ label: t("picture.holes"), value: Boolean(layer.remove_background.holes), set: (holes) => set({ remove_background: { ...layer.remove_background, holes: holes || undefined } }, t("did.background")) })}` : nothing}`}
    <details class="effect"><summary><span>${t("picture.crop")}</span><b>${layer.crop ? t("on") : t("off")}</b></summary>
      ${slider({ label: t("picture.cropLeft"), isPhysical: true, value: Math.round(crop.x * 100), least: 0, most: 90, text: `${Math.round(crop.x * 100)} %`, set: (value) => cut({ x: value / 100, width: Math.max(0.05, crop.width + crop.x - value / 100) }) })}
      ${slider({ label: t("picture.cropRight"), isPhysical: true, value: Math.round((1 - crop.x - crop.width) * 100), least: 0, most: 90, text: `${Math.round((1 - crop.x - crop.width) * 100)} %`, set: (value) => cut({ width: Math.max(0.05, 1 - crop.x - value / 100) }) })}
      ${slider({ label: t("picture.cropTop"), value: Math.round(crop.y * 100), least: 0, most: 90, text: `${Math.round(crop.y * 100)} %`, set: (value) => cut({ y: value / 100, height: Math.max(0.05, crop.height + crop.y - value / 100) }) })}
      ${slider({ label: t("picture.cropBottom"), value: Math.round((1 - crop.y - crop.height) * 100), least: 0, most: 90, text: `${Math.round((1 - crop.y - crop.height) * 100)} %`, set: (value) => cut({ height: Math.max(0.05, 1 - crop.y - value / 100) }) })}</details>
    ${recolor(app, layer, info)}`;
}

/** @param {App} app @param {any} layer @param {any} info */
function recolor(app, layer, info) {
  const flat = info?.look === "flat" ? (info.colors ?? []).slice(0, 12) : [];
  const set = app.setLayer;
  return html`${flat.length ? html`<h2>${t("picture.colors")}</h2><ul class="inks">${flat.map((/** @type {{color: string}} */ { color }) => {
    const now = layer.recolor?.[color] ?? color;
    return html`<li><i .style=${`background: ${app.hex(now)}`}></i><span>${app.paintName(now)}</span><select aria-label=${t("inks.replace", { name: app.paintName(now) })} @change=${(/** @type {any} */ event) => {
      const next = { ...layer.recolor, [color]: event.target.value };
      if (event.target.value === color) delete next[color];
      set({ recolor: Object.keys(next).length ? next : undefined, tint: undefined }, t("did.recolor"));
    }}><option value=${color} ?selected=${now === color}>${t("picture.asIs")}</option>${app.inks.map((/** @type {any} */ ink) => html`<option value="ink:${ink.id}" ?selected=${now === `ink:${ink.id}`}>${ink.name}</option>`)}</select></li>`;
  })}</ul>` : nothing}
    ${check({ label: t("picture.oneInk"), value: Boolean(layer.tint), set: (is) => set({ tint: is ? "ink:black" : undefined }, t("did.recolor")) })}
    ${layer.tint ? inkPicker(app, { label: t("picture.oneInk"), value: layer.tint, set: (tint) => set({ tint }, t("did.recolor"), "tint") }) : nothing}
    <img class="thumb" src=${api.proxy(layer.asset, 256)} alt="">`;
}

/** @param {App} app @param {any} layer */
function shapeInk(app, layer) {
  const set = app.setLayer;
  const isLine = layer.shape === "line";
  return html`${layer.shape === "qr" ? html`<label class="field"><span>${t("shape.qr")}</span><input .value=${layer.text} @change=${(/** @type {any} */ event) => event.target.value && set({ text: event.target.value }, t("did.words"))}></label>` : nothing}
    <h2>${isLine ? t("shape.line") : t("shape.fill")}</h2>
    ${isLine ? nothing : inkPicker(app, { label: t("shape.fill"), value: layer.fill, set: (fill) => set({ fill }, t("did.ink"), "ink") })}
    ${isLine ? html`${inkPicker(app, { label: t("shape.line"), value: layer.stroke?.color, set: (color) => set({ stroke: { ...layer.stroke, color } }, t("did.ink"), "ink") })}` : check({ label: t("shape.line"), value: Boolean(layer.stroke), set: (is) => set({ stroke: is ? { width: 2, color: "ink:black" } : undefined }, t("did.effect")) })}
    ${layer.stroke ? slider({ label: t("shape.width"), value: layer.stroke.width, least: 0.3, most: 20, step: 0.1, text: app.length(layer.stroke.width), set: (width) => set({ stroke: { ...layer.stroke, width } }, t("did.effect"), "stroke") }) : nothing}
    ${layer.stroke && !isLine ? inkPicker(app, { label: t("shape.line"), value: layer.stroke.color, set: (color) => set({ stroke: { ...layer.stroke, color } }, t("did.ink"), "strokeInk") }) : nothing}
    ${layer.shape === "rectangle" ? slider({ label: t("shape.radius"), value: layer.radius ?? 0, least: 0, most: Math.min(layer.width, layer.height) / 2, step: 0.5, text: app.length(layer.radius ?? 0), set: (radius) => set({ radius: radius || undefined }, t("did.shape"), "radius") }) : nothing}`;
}

/** @param {number} value */
const round = (value) => Math.round(value * 100) / 100;
