// Rings around letters, a shadow, depth.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { t } from "../core/i18n.js";
import { slider } from "../ui/field.js";
import { contrastInk } from "../core/commands.js";
import { inkSwatches } from "./inks.js";
import { swatches } from "../ui/swatches.js";

/** @param {import("../app.js").App} app @param {any} layer */
export function effects(app, layer) {
  const set = app.setLayer;
  const rings = layer.outline ?? [];
  const other = () => {
    const best = `ink:${contrastInk(app)}`;
    return best === layer.fill ? "ink:black" : best;
  };
  const ink = (/** @type {string} */ label, /** @type {string} */ value, /** @type {(paint: string) => void} */ change) => swatches({ label, value, swatches: inkSwatches(app), set: change, isSmall: true });
  const part = (/** @type {string} */ name, /** @type {boolean} */ isOn, /** @type {() => void} */ toggle, /** @type {unknown} */ content) => html`<details class="effect" ?open=${isOn}>
    <summary @click=${(/** @type {Event} */ event) => {
      event.preventDefault();
      toggle();
    }}><span>${t(`effect.${name}`)}</span><b>${isOn ? t("on") : t("off")}</b></summary>${isOn ? content : nothing}</details>`;
  return html`<h2>${t("effects")}</h2>
    ${[0, 1].map((n) => n > rings.length ? nothing : part(n === 0 ? "outline" : "outline2", rings.length > n,
      () => set({ outline: rings.length > n ? rings.slice(0, n).length ? rings.slice(0, n) : undefined : [...rings, { width: Math.max(0.5, Math.round(layer.size * 0.6) / 10), color: other() }] }, t("did.effect")),
      rings[n] ? html`${slider({ label: t("effect.width"), value: rings[n].width, least: 0.2, most: Math.max(6, layer.size / 4), step: 0.1, text: app.length(rings[n].width), set: (width) => set({ outline: rings.map((/** @type {any} */ ring, /** @type {number} */ at) => at === n ? { ...ring, width } : ring) }, t("did.effect"), "ring") })}
        ${ink(t("effect.outline"), rings[n].color, (color) => set({ outline: rings.map((/** @type {any} */ ring, /** @type {number} */ at) => at === n ? { ...ring, color } : ring) }, t("did.effect"), "ringInk"))}` : nothing))}
    ${part("shadow", Boolean(layer.shadow), () => set({ shadow: layer.shadow ? undefined : { dx: round(layer.size * 0.06), dy: round(layer.size * 0.06), color: other() } }, t("did.effect")),
      layer.shadow ? html`${slider({ label: t("effect.across"), isPhysical: true, value: layer.shadow.dx, least: -20, most: 20, step: 0.5, text: app.length(layer.shadow.dx), set: (dx) => set({ shadow: { ...layer.shadow, dx } }, t("did.effect"), "dx") })}
        ${slider({ label: t("effect.down"), value: layer.shadow.dy, least: -20, most: 20, step: 0.5, text: app.length(layer.shadow.dy), set: (dy) => set({ shadow: { ...layer.shadow, dy } }, t("did.effect"), "dy") })}
        ${slider({ label: t("effect.blur"), value: layer.shadow.blur ?? 0, least: 0, most: 15, step: 0.5, text: app.length(layer.shadow.blur ?? 0), set: (blur) => set({ shadow: { ...layer.shadow, blur: blur || undefined } }, t("did.effect"), "blur") })}
        ${ink(t("effect.shadow"), layer.shadow.color, (color) => set({ shadow: { ...layer.shadow, color } }, t("did.effect"), "shadowInk"))}` : nothing)}
    ${part("extrude", Boolean(layer.extrude), () => set({ extrude: layer.extrude ? undefined : { depth: round(layer.size * 0.12), angle: 45, color: other() } }, t("did.effect")),
      layer.extrude ? html`${slider({ label: t("effect.depth"), value: layer.extrude.depth, least: 0.5, most: 40, step: 0.5, text: app.length(layer.extrude.depth), set: (depth) => set({ extrude: { ...layer.extrude, depth } }, t("did.effect"), "depth") })}
        ${slider({ label: t("effect.angle"), value: layer.extrude.angle ?? 45, least: -180, most: 180, step: 15, text: `${layer.extrude.angle ?? 45}°`, set: (angle) => set({ extrude: { ...layer.extrude, angle } }, t("did.effect"), "angle") })}
        ${ink(t("effect.extrude"), layer.extrude.color, (color) => set({ extrude: { ...layer.extrude, color } }, t("did.effect"), "extrudeInk"))}` : nothing)}`;
}

/** @param {number} value */
const round = (value) => Math.max(0.5, Math.round(value * 10) / 10);
