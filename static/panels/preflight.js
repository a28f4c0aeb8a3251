// What the print shop would say: each finding shows its layer and, where the machine can, mends it.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import * as api from "../core/api.js";
import { findAt, remove, update } from "../core/design.js";
import { scaled } from "../core/scaled.js";
import { t } from "../core/i18n.js";
import { later } from "../core/later.js";
import { bestInk } from "./inks.js";
import { areaName, findingWords, fixWords, techniqueName } from "../core/told.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../core/design.js").Design} Design */

/** Asks for findings some time after the last change. @param {App} app */
export function watchFindings(app) {
  const ask = later(350, async (signal) => {
    const { design, size } = app.store.state;
    try {
      const { findings } = design.placements.length && !app.isReadOnly ? await api.check(design, size, signal) : { findings: [] };
      app.store.set({ live: { ...app.store.state.live, findings } });
    } catch {
      // What is wrong with the design stands over the stage; without the service the last findings stay.
    }
  });
  app.store.subscribe((state, before) => (state.design !== before.design || state.size !== before.size) && ask());
  ask();
}

/** @param {App} app */
export function preflightPanel(app) {
  const { design, live: { findings } } = app.store.state;
  return html`<h2>${t("preflight")}</h2>
    ${findings.length === 0 ? html`<p class="hint ready">${t("preflight.ready")}</p>` : nothing}
    <ul class="findings">${findings.map((/** @type {any} */ finding) => {
      const mends = fixes(app, finding);
      return html`<li class="note ${finding.severity}" dir="auto"><button class="text" @click=${() => app.goTo(finding.pointer)}>${findingWords(app, finding)}</button>
      ${mends === nothing && finding.fix?.text ? html`<small>${fixWords(app, finding)}</small>` : mends}</li>`;
    })}${design.placements.some((one) => one.production) ? html`<li><button class="quiet" @click=${() => app.store.commit({ ...design, placements: design.placements.map(({ production, ...rest }) => rest) }, t("mend.off"))}>${t("mend.off")}</button></li>` : nothing}</ul>`;
}

/** Buttons that do what a finding proposes. @param {App} app @param {any} finding @returns {unknown} */
export function fixes(app, finding) {
  const all = mends(app, finding);
  return all.length === 0 ? nothing : all.map(([label, next]) => html`<button class="quiet" @click=${() => {
    app.goTo(finding.pointer);
    app.store.commit(next, t("did.mend"));
  }}>${label}</button>`);
}

/** What the machine can do about a finding: what the button says, and the design that comes of it. @param {App} app @param {any} finding @returns {[string, Design][]} */
function mends(app, finding) {
  const { rule, pointer, area, fix } = finding;
  const { design } = app.store.state;
  const { action, instead } = fix ?? {};
  if (instead) return [action, ...instead].flatMap((one) => mends(app, { ...finding, fix: { ...fix, action: one, instead: undefined } }));
  if (action?.production) return [[fixWords(app, finding), { ...design, placements: design.placements.map((one) => one.area === area ? { ...one, production: { ...one.production, ...action.production } } : one) }]];
  const found = findAt(design, pointer);
  if (!found) return mendArea(app, rule, area);
  const { layer } = found;
  const changed = (/** @type {any} */ change) => update(design, [layer.id], change);
  const moved = (/** @type {any} */ old) => ({ x: round(old.x + action.dx), y: round(old.y + action.dy) });
  switch (action?.kind ?? rule) {
    case "move": return [[fixWords(app, finding), changed(moved)]];
    case "scale": return [[fixWords(app, finding), changed((/** @type {any} */ old) => ({ ...scaled(old, action.factor), ...moved(old) }))]];
    // Where the words fill a width, it decides the size of the letters.
    case "text-size": return [[fixWords(app, finding), changed((/** @type {any} */ old) => (old.fit_width ? scaled(old, (action.size + 0.005) / (app.outlines.of(old)?.em_mm ?? old.size)) : { size: action.size }))]];
    case "ink": return [[fixWords(app, finding), changed((/** @type {any} */ old) => JSON.parse(JSON.stringify(old).replaceAll(new RegExp(`(?<!"text":)"${action.color}"(?!:)`, "gi"), `"ink:${action.ink}"`)))]];
    case "font-missing-glyph": {
      const missing = app.outlines.of(layer)?.missing ?? [];
      const rest = [...(layer.text ?? "")].filter((letter) => !missing.includes(letter)).join("").trim();
      return rest && rest !== layer.text ? [[t("mend.letters", { letters: missing.join(" ") }), changed({ text: rest })]] : [];
    }
    case "invisible-on-garment":
    case "low-contrast": return mendInk(app, layer, changed);
    default: return [];
  }
}

/** Another ink for what is hardly seen. @param {App} app @param {any} layer @param {(change: any) => Design} changed @returns {[string, Design][]} */
function mendInk(app, layer, changed) {
  const { id: paint, name } = bestInk(app);
  // A photograph in one ink is a blot.
  const isDrawing = layer.type === "image" && app.uploads.get(layer.asset)?.look === "flat";
  const change = layer.fill ? { fill: paint } : layer.stroke ? { stroke: { ...layer.stroke, color: paint } } : isDrawing ? { tint: paint } : null;
  return change ? [[t("mend.ink", { name }), changed(change)]] : [];
}

/** Of a whole print area. @param {App} app @param {string} rule @param {string} area @returns {[string, Design][]} */
function mendArea(app, rule, area) {
  const { design } = app.store.state;
  const of = (/** @type {string} */ id) => app.garment().areas.find((/** @type {any} */ one) => one.id === id);
  if (rule === "technique-unavailable") {
    const used = design.placements.map((placement) => of(placement.area)?.techniques ?? []);
    const able = app.techniques.filter((/** @type {any} */ one) => used.every((techniques) => techniques.includes(one.id)));
    return able.slice(0, 2).map((/** @type {any} */ one) => [t("mend.technique", { name: techniqueName(one) }), { ...design, technique: one.id }]);
  }
  if (rule !== "empty-art") return [];
  const layers = design.placements.find((placement) => placement.area === area)?.layers ?? [];
  const hidden = layers.filter((layer) => layer.hidden).map((layer) => layer.id);
  return hidden.length ? [[t("mend.show"), update(design, hidden, { hidden: undefined })]] : [[t("mend.empty", { area: of(area) ? areaName(of(area)) : area }), remove(design, layers.map((layer) => layer.id))]];
}

/** @param {number} value */
const round = (value) => Math.round(value * 100) / 100;
