// What the print shop would say: each finding shows its layer and, where the machine can, mends it.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import * as api from "../core/api.js";
import { findAt, scaled, update } from "../core/design.js";
import { t } from "../core/i18n.js";
import { later } from "../core/later.js";

/** @typedef {import("../app.js").App} App */

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
  const { findings } = app.store.state.live;
  return html`<h2>${t("preflight")}</h2>
    ${findings.length === 0 ? html`<p class="hint ready">${t("preflight.ready")}</p>` : nothing}
    <ul class="findings">${findings.map((/** @type {any} */ finding) => html`<li class="note ${finding.severity}" dir="auto"><button class="text" @click=${() => app.goTo(finding.pointer)}>${finding.message}</button>
      ${finding.fix?.action ? html`<button class="quiet" @click=${() => mend(app, finding)}>${finding.fix.text}</button>` : finding.fix?.text ? html`<small>${finding.fix.text}</small>` : nothing}</li>`)}</ul>`;
}

/** Does what a finding proposes. @param {App} app @param {any} finding */
function mend(app, finding) {
  const found = findAt(app.store.state.design, finding.pointer);
  const { action } = finding.fix;
  if (!found) return;
  const id = [found.layer.id];
  const { design } = app.store.state;
  const moved = (/** @type {any} */ layer) => ({ x: round(layer.x + action.dx), y: round(layer.y + action.dy) });
  const next =
    action.kind === "move" ? update(design, id, moved)
    : action.kind === "scale" ? update(design, id, (layer) => ({ ...scaled(layer, action.factor), ...moved(layer) }))
    : action.kind === "text-size" ? update(design, id, { size: action.size })
    : design;
  if (next === design) app.goTo(finding.pointer);
  else app.store.commit(next, t("did.mend"));
}

/** @param {number} value */
const round = (value) => Math.round(value * 100) / 100;
