// What is chosen: its place, size and turn, and what can be done with it.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { isLocked, nameOf } from "../core/design.js";
import { canStretch, scaled } from "../core/scaled.js";
import { bounds } from "../core/geometry.js";
import { numbers, t } from "../core/i18n.js";
import { check, numberField, slider } from "../ui/field.js";
import { icon } from "../ui/icons.js";
import { documentInks } from "./document-inks.js";
import { inkPicker } from "./inks.js";
import { picture } from "./picture.js";
import { placements } from "./placements.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app */
export function inspector(app) {
  const chosen = app.chosen();
  if (chosen.length === 0) return html`<h2>${t("inspector.none")}</h2><p class="hint">${t("inspector.hint")}</p>${documentInks(app)}`;
  const bar = html`<div class="tools-row physical" role="group" aria-label=${t("align")}>${["Left", "Center", "Right", "Top", "Middle", "Bottom"].map((name) => button(app, `align${name}`, name.toLowerCase()))}</div>
    <div class="tools-row" role="group" aria-label=${t("actions")}>${button(app, "duplicate", "copy")}${button(app, "forward", "up")}${button(app, "back", "down")}${button(app, "lock", chosen.every(({ layer }) => layer.locked) ? "lock" : "unlock")}${button(app, "hide", "eye")}${button(app, "delete", "trash")}</div>`;
  if (chosen.length > 1) return html`<h2>${t("inspector.several", { count: chosen.length })}</h2>${bar}<div class="two"><button @click=${() => app.commands.run("group")}>${t("command.group")}</button><button ?disabled=${chosen.length < 3} @click=${() => app.commands.run("distributeAcross")}>${t("command.distributeAcross")}</button></div>`;
  const [found] = chosen;
  const { layer } = found;
  const box = app.frames.box(layer);
  const quad = bounds(app.frames.quad(found));
  const disabled = isLocked(found);
  const set = app.setLayer;
  const { ratio } = app.settings.value;
  const resize = (/** @type {"width" | "height"} */ side, /** @type {number} */ value) => set((/** @type {any} */ old) => {
    const by = value / app.frames.box(old)[side];
    // As it is by then: what was just set free may not be drawn yet.
    return canStretch(old) && !app.settings.value.ratio ? scaled(old, side === "width" ? by : 1, side === "height" ? by : 1, app.frames.aspect) : scaled(old, by);
  }, t("did.scale"), "resize");
  return html`<h2>${nameOf(layer, t)}</h2>${bar}
    ${layer.type === "image" ? picture(app, found) : nothing}
    ${layer.type === "shape" ? shapeInk(app, layer) : nothing}
    ${layer.type === "group" ? html`<button class="block" @click=${() => app.commands.run("ungroup")}>${t("command.ungroup")}</button>` : nothing}
    <h2>${t("inspector.place")}</h2>
    <div class="two">
      ${numberField({ label: t("inspector.left"), unit: app.unit(), value: round(quad.x), disabled, set: (value) => set(app.frames.moved(found, value - quad.x, 0), t("did.move"), "x") })}
      ${numberField({ label: t("inspector.top"), unit: app.unit(), value: round(quad.y), disabled, set: (value) => set(app.frames.moved(found, 0, value - quad.y), t("did.move"), "y") })}
      ${numberField({ label: t("inspector.width"), unit: app.unit(), value: round(box.width), least: 1, most: 2000, disabled, set: (value) => resize("width", value) })}
      ${numberField({ label: t("inspector.height"), unit: app.unit(), value: round(box.height), least: 1, most: 2000, disabled, set: (value) => resize("height", value) })}
      ${canStretch(layer) ? html`<button class="ratio" aria-pressed=${ratio} ?disabled=${disabled} @click=${() => app.settings.set({ ratio: !ratio })}>${icon(ratio ? "linked" : "unlinked")}${t("inspector.ratio")}</button>` : nothing}
      ${numberField({ label: t("inspector.turn"), value: layer.rotation ?? 0, least: -360, most: 360, disabled, set: (rotation) => set({ rotation: rotation || undefined }, t("did.turn"), "turn") })}
      <span class="flips" role="group" aria-label=${t("did.flip")}>${button(app, "flipAcross", "flipAcross")}${button(app, "flipDown", "flipDown")}</span>
    </div>
    ${slider({ label: t("inspector.opacity"), value: layer.opacity ?? 1, least: 0.05, most: 1, step: 0.05, text: numbers({ style: "percent" }).format(layer.opacity ?? 1), set: (opacity) => set({ opacity: opacity === 1 ? undefined : opacity }, t("did.opacity"), "opacity") })}
    ${found.parents.length === 0 ? placements(app, found) : nothing}`;
}

/** @param {App} app @param {string} command @param {string} name */
const button = (app, command, name) => html`<button class="icon-button" aria-label=${t(`command.${command}`)} title=${t(`command.${command}`)} ?disabled=${!app.commands.can(command)} @click=${() => app.commands.run(command)}>${icon(name)}</button>`;

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
