// The page around the stage: bars, rail, panels.
// @ts-check
import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { t } from "./core/i18n.js";
import { icon } from "./ui/icons.js";
import { stage } from "./stage/stage.js";
import { garmentPanel } from "./panels/garment.js";
import { textPanel } from "./panels/text.js";
import { uploadPanel } from "./panels/upload.js";
import { artPanel } from "./panels/art.js";
import { ideasPanel } from "./panels/ideas.js";
import { namesPanel } from "./panels/names.js";
import { inspector } from "./panels/inspector.js";
import { layersPanel } from "./panels/layers.js";
import { preflightPanel } from "./panels/preflight.js";
import { orderDialog, priceLine } from "./panels/order.js";
import { shareDialog } from "./panels/share.js";
import { savedDialog } from "./panels/saved.js";
import { paletteDialog, settingsDialog, shortcutsDialog } from "./panels/help.js";
import { contextMenu } from "./ui/menu.js";

/** @typedef {import("./app.js").App} App */

const PANELS = { garment: garmentPanel, text: textPanel, upload: uploadPanel, art: artPanel, ideas: ideasPanel, names: namesPanel };

/** @param {App} app */
export function shell(app) {
  const { state } = app.store;
  const panel = PANELS[/** @type {keyof typeof PANELS} */ (state.panel)] ?? textPanel;
  return html`
    ${topBar(app)}
    ${app.isReadOnly ? nothing : html`<nav class="rail" aria-label=${t("tools")} data-region>
      ${app.settings.value.tools.map((tool) => html`<button aria-pressed=${state.panel === tool && state.dialog === null} @click=${() => choose(app, tool)}>${icon(tool)}<span>${t(`tool.${tool}`)}</span></button>`)}
    </nav>`}
    <aside class="panel ${app.isReadOnly ? "shared" : ""}" aria-label=${app.isReadOnly ? t("shared") : t(`tool.${state.panel}`)} data-region data-sheet=${app.sheet}>
      <button class="grip" aria-label=${t("sheet.move")} aria-expanded=${app.sheet !== "peek"} @click=${() => app.nextSheet()}></button>
      <div class="scroll">${app.isReadOnly ? readOnly(app) : panel(app)}</div>
    </aside>
    <main class="stage" aria-label=${t("stage")} data-region>
      <h1 class="hidden">${state.design.name}, ${t(`view.${state.view}`)}</h1>
      <div id="stage" class="ground">${stage(app)}</div>
      <div class="readout" aria-hidden="true">${readout(app)}</div>
      <div class="sights" role="group" aria-label=${t("zoom")}>
        <button class="quiet" aria-label=${t("command.zoomOut")} @click=${() => app.commands.run("zoomOut")}>−</button>
        <button class="quiet" aria-label=${`${Math.round(state.sight.zoom * 100)} %, ${t("command.zoomFit")}`} @click=${() => app.commands.run("zoomFit")}>${Math.round(state.sight.zoom * 100)} %</button>
        <button class="quiet" aria-label=${t("command.zoomIn")} @click=${() => app.commands.run("zoomIn")}>+</button>
      </div>
      <div class="views" role="group" aria-label=${t("views")}>
        ${app.garment().views.map((/** @type {string} */ view) => html`<button aria-pressed=${state.view === view} @click=${() => app.commands.showView(view)}>${t(`view.${view}`)}${hasArt(app, view) ? html`<i class="dot" title=${t("view.printed")}></i>` : nothing}</button>`)}
        ${app.isReadOnly ? nothing : html`<button aria-pressed=${state.flat} @click=${() => app.commands.run("flat")}>${t("view.flat")}</button>`}
      </div>
      ${problem(app)}
    </main>
    ${app.isReadOnly ? nothing : html`<aside class="inspector" aria-label=${t("inspector")} data-region><div class="scroll">${inspector(app)}${preflightPanel(app)}${layersPanel(app)}</div></aside>
    <footer class="foot" aria-label=${t("price")} data-region>${priceLine(app)}</footer>`}
    ${contextMenu(app)}
    ${toast(app)}
    ${dialogs(app)}`;
}

/** @param {App} app @param {string} tool */
function choose(app, tool) {
  app.store.set({ panel: tool });
  app.openSheet("half");
  if (tool === "text" && app.chosen().every(({ layer }) => layer.type !== "text") && !matchMedia("(max-width: 759px)").matches) return;
}

/** @param {App} app @param {string} view */
const hasArt = (app, view) => app.store.state.design.placements.some((placement) => placement.layers.length > 0 && app.garment().areas.find((/** @type {any} */ area) => area.id === placement.area)?.view === view);

/** @param {App} app */
function topBar(app) {
  const { state } = app.store;
  return html`<header class="top" data-region>
    <a class="brand" href="/" aria-label="Platen">${icon("mark")}<b>Platen</b></a>
    <input class="job" aria-label=${t("design.name")} maxlength="80" .value=${state.design.name ?? ""} ?readonly=${app.isReadOnly}
      @change=${(/** @type {any} */ event) => event.target.value.trim() ? app.store.commit({ ...state.design, name: event.target.value.trim() }, t("did.name")) : app.plan()}>
    <span class="saved" data-state=${state.kept.state}>${app.isReadOnly ? t("shared") : t(`kept.${state.kept.state}`)}</span>
    <span class="space"></span>
    ${app.isReadOnly ? nothing : html`<button class="wide" aria-label=${t("undo")} title=${t("undo")} ?disabled=${!app.commands.can("undo")} @click=${() => app.commands.run("undo")}>${icon("undo")}</button>
    <button class="wide" aria-label=${t("redo")} title=${t("redo")} ?disabled=${!app.commands.can("redo")} @click=${() => app.commands.run("redo")}>${icon("redo")}</button>
    <button class="wide labelled" @click=${() => app.store.set({ dialog: "saved" })}>${t("saved")}</button>
    <button class="wide labelled" @click=${() => app.store.set({ dialog: "share" })}>${t("share")}</button>`}
    <button class="wide" aria-label=${t("settings")} title=${t("settings")} @click=${() => app.store.set({ dialog: "settings" })}>${icon("settings")}</button>
    ${app.isReadOnly ? nothing : html`<button class="primary" @click=${() => app.store.set({ dialog: "order" })}>${t("order.open")}</button>`}
  </header>`;
}

/** @param {App} app */
function readout(app) {
  const { extent } = /** @type {any} */ (app.ground.of(app.ground.area().id)) ?? { extent: { width: 0, height: 0 } };
  return `${app.ground.area().name} · ${app.size(extent.width, extent.height)}`;
}

/** @param {App} app */
function readOnly(app) {
  return html`<h2>${t("shared.title", { name: app.store.state.design.name ?? "" })}</h2><p>${t("shared.text")}</p>
    <button class="primary block" @click=${() => app.makeOwn()}>${t("shared.own")}</button>`;
}

/** @param {App} app */
function problem(app) {
  const { problem } = app.store.state.live;
  if (!problem) return nothing;
  const lines = problem.errors?.length ? problem.errors.slice(0, 3) : [{ message: problem.errors ? problem.message : t("offline"), pointer: "" }];
  return html`<div class="problem" role="alert">${lines.map((/** @type {any} */ error) => html`<p dir="auto">${error.message}${error.hint ? html`<small>${error.hint}</small>` : nothing}
    ${error.pointer ? html`<button class="quiet" @click=${() => app.goTo(error.pointer)}>${t("show")}</button>` : nothing}</p>`)}</div>`;
}

/** @param {App} app */
function toast(app) {
  if (!app.toast) return nothing;
  const { text, action } = app.toast;
  return html`<div class="toast">${text}${action ? html`<button @click=${() => {
    action.run();
    app.dismiss();
  }}>${action.label}</button>` : nothing}</div>`;
}

/** @param {App} app */
function dialogs(app) {
  switch (app.store.state.dialog) {
    case "order": return orderDialog(app);
    case "share": return shareDialog(app);
    case "saved": return savedDialog(app);
    case "settings": return settingsDialog(app);
    case "shortcuts": return shortcutsDialog(app);
    case "palette": return paletteDialog(app);
    default: return nothing;
  }
}
