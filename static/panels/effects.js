// Rings around letters, a shadow, depth.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { deltaE, labOf } from "../core/difference.js";
import { scaled } from "../core/scaled.js";
import { t } from "../core/i18n.js";
import { SAMPLE_MM, ownWords } from "../core/samples.js";
import { slider } from "../ui/field.js";
import { inkSwatches } from "./inks.js";
import { swatches } from "../ui/swatches.js";

/** @param {import("../app.js").App} app @param {any} layer */
export function effects(app, layer) {
  const set = app.setLayer;
  const rings = layer.outline ?? [];
  /** An ink that stands out from the letters as from the garment. */
  const other = () => {
    const [letters, cloth] = [labOf(app.hex(layer.fill)), labOf(app.color()?.hex ?? "#ffffff")];
    const apart = (/** @type {any} */ one) => Math.min(deltaE(one.lab, letters), deltaE(one.lab, cloth));
    return `ink:${app.inks.reduce((/** @type {any} */ best, /** @type {any} */ one) => (apart(one) > apart(best) ? one : best)).id}`;
  };
  const ink = (/** @type {string} */ label, /** @type {string} */ value, /** @type {(paint: string) => void} */ change) => swatches({ label, value, swatches: inkSwatches(app), set: change, isSmall: true });
  const words = ownWords(app, layer);
  /** The words with the effect as it is, or would be. */
  const drawing = (/** @type {string} */ name, /** @type {any} */ effect) => html`<i class="look" .style=${`background: ${app.color()?.hex ?? "#ffffff"}`}>${app.sample(`effect-${name}`, { ...effectsOf(scaled({ ...layer, ...effect }, SAMPLE_MM / layer.size)), text: words, font: layer.font, size: SAMPLE_MM, fill: layer.fill })}</i>`;
  const part = (/** @type {string} */ name, /** @type {boolean} */ isOn, /** @type {any} */ next, /** @type {unknown} */ content) => html`<details class="effect" ?open=${isOn}>
    <summary @click=${(/** @type {Event} */ event) => {
      event.preventDefault();
      if (!layer.locked) set(isOn ? without(layer, name) : next, t("did.effect"));
    }}>${drawing(name, isOn ? {} : next)}<span>${t(`effect.${name}`)}</span><b>${isOn ? t("on") : t("off")}</b></summary>${isOn ? content : nothing}</details>`;
  return html`<h2>${t("effects")}</h2>
    ${[0, 1].map((n) => n > rings.length ? nothing : part(n === 0 ? "outline" : "outline2", rings.length > n,
      { outline: [...rings, { width: Math.max(0.5, Math.round(layer.size * 0.6) / 10), color: n === 1 && rings[0]?.color === other() ? layer.fill : other() }] },
      rings[n] ? html`${slider({ label: t("effect.width"), value: rings[n].width, least: 0.2, most: Math.max(6, layer.size / 4), step: 0.1, text: app.length(rings[n].width), set: (width) => set({ outline: rings.map((/** @type {any} */ ring, /** @type {number} */ at) => at === n ? { ...ring, width } : ring) }, t("did.effect"), "ring") })}
        ${ink(t("effect.outline"), rings[n].color, (color) => set({ outline: rings.map((/** @type {any} */ ring, /** @type {number} */ at) => at === n ? { ...ring, color } : ring) }, t("did.effect"), "ringInk"))}` : nothing))}
    ${part("shadow", Boolean(layer.shadow), { shadow: { dx: round(layer.size * 0.06), dy: round(layer.size * 0.06), color: other() } },
      layer.shadow ? html`${slider({ label: t("effect.across"), isPhysical: true, value: layer.shadow.dx, least: -20, most: 20, step: 0.5, text: app.length(layer.shadow.dx), set: (dx) => set({ shadow: { ...layer.shadow, dx } }, t("did.effect"), "dx") })}
        ${slider({ label: t("effect.down"), value: layer.shadow.dy, least: -20, most: 20, step: 0.5, text: app.length(layer.shadow.dy), set: (dy) => set({ shadow: { ...layer.shadow, dy } }, t("did.effect"), "dy") })}
        ${slider({ label: t("effect.blur"), value: layer.shadow.blur ?? 0, least: 0, most: 15, step: 0.5, text: app.length(layer.shadow.blur ?? 0), set: (blur) => set({ shadow: { ...layer.shadow, blur: blur || undefined } }, t("did.effect"), "blur") })}
        ${ink(t("effect.shadow"), layer.shadow.color, (color) => set({ shadow: { ...layer.shadow, color } }, t("did.effect"), "shadowInk"))}` : nothing)}
    ${part("extrude", Boolean(layer.extrude), { extrude: { depth: round(layer.size * 0.12), angle: 45, color: other() } },
      layer.extrude ? html`${slider({ label: t("effect.depth"), value: layer.extrude.depth, least: 0.5, most: 40, step: 0.5, text: app.length(layer.extrude.depth), set: (depth) => set({ extrude: { ...layer.extrude, depth } }, t("did.effect"), "depth") })}
        ${slider({ label: t("effect.angle"), value: layer.extrude.angle ?? 45, least: -180, most: 180, step: 15, text: `${layer.extrude.angle ?? 45}°`, set: (angle) => set({ extrude: { ...layer.extrude, angle } }, t("did.effect"), "angle") })}
        ${ink(t("effect.extrude"), layer.extrude.color, (color) => set({ extrude: { ...layer.extrude, color } }, t("did.effect"), "extrudeInk"))}` : nothing)}`;
}

/** @param {any} layer */
const effectsOf = ({ outline, shadow, extrude }) => ({ outline, shadow, extrude });

/** What a layer has without an effect; the second ring cannot be without the first. @param {any} layer @param {string} name */
const without = (layer, name) => (name === "outline2" ? { outline: layer.outline.slice(0, 1) } : { [name]: undefined });

/** @param {number} value */
const round = (value) => Math.max(0.5, Math.round(value * 10) / 10);
