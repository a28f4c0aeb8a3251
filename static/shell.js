// The page around the stage: bars, rail, panels.
// @ts-check
import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { t } from "./core/i18n.js";
import { icon } from "./ui/icons.js";
import { stage } from "./stage/stage.js";
import { textPanel } from "./panels/text.js";

/** @typedef {import("./app.js").App} App */

const DIALOGS = /** @type {const} */ ({ order: "orderDialog", share: "shareDialog", guides: "guidesDialog", saved: "savedDialog", settings: "settingsDialog", why: "whyDialog", shortcuts: "shortcutsDialog", palette: "paletteDialog", more: "moreDialog" });
const PANELS = /** @type {const} */ ({ garment: "garmentPanel", upload: "uploadPanel", art: "artPanel", ideas: "ideasPanel", names: "namesPanel" });

/** What comes after the first picture shows itself when it is there. @param {App} app @param {(rest: typeof import("./rest.js")) => unknown} show @param {boolean} [isAsked] whether somebody waits for it */
function rest(app, show, isAsked = false) {
  if (app.rest) return show(app.rest);
  if (isAsked) void app.bring();
  return nothing;
}

/** @param {App} app */
function panel(app) {
  const name = PANELS[/** @type {keyof typeof PANELS} */ (app.store.state.panel)];
  return name ? rest(app, (all) => all[name](app), true) : textPanel(app);
}

/** @param {App} app */
export function shell(app) {
  const { state } = app.store;
  return html`
    ${["overlay", ...(app.isReadOnly ? [] : ["inspector", "order"])].map((id) => html`<a class="skip" href="#${id}" @click=${skip}>${t(`skip.${id}`)}</a>`)}
    ${topBar(app)}
    ${app.isReadOnly ? nothing : html`<nav class="rail" aria-label=${t("tools")} data-region>
      ${app.settings.value.tools.map((tool) => html`<button aria-pressed=${state.panel === tool && state.dialog === null} @click=${() => choose(app, tool)}>${icon(tool)}<span>${t(`tool.${tool}`)}</span></button>`)}
    </nav>`}
    ${app.isReadOnly ? nothing : rest(app, ({ sheetBar }) => sheetBar(app))}
    <aside class="panel ${app.isReadOnly ? "shared" : ""}" aria-label=${app.isReadOnly ? t("shared") : t(`tool.${state.panel}`)} data-region data-sheet=${app.sheet.stop} ?data-away=${app.sheet.side !== "tool"}>
      <button class="icon-button shut" aria-label=${t("close")} @click=${() => app.openSheet("peek")}>${icon("close")}</button>
      <div class="scroll">${app.isReadOnly ? readOnly(app) : panel(app)}</div>
    </aside>
    <main class="stage" aria-label=${t("stage")} data-region>
      <h1 class="hidden">${state.design.name}, ${t(`view.${state.view}`)}</h1>
      <div id="stage" class="ground">${stage(app)}</div>
      ${app.settings.value.rulers ? nothing : html`<div class="readout" aria-hidden="true">${readout(app)}</div>`}
      <div class="sights" role="group" aria-label=${t("zoom")}>
        ${["grid", "rulers"].map((what) => html`<button class="quiet" aria-label=${t(`command.${what}`)} title=${t(`command.${what}`)} aria-pressed=${app.settings.value[/** @type {"grid" | "rulers"} */ (what)]} @click=${() => app.commands.run(what)}>${icon(what)}</button>`)}
        ${app.settings.value.rulers ? html`<button class="quiet" aria-label=${t("guides.title")} title=${t("guides.title")} @click=${() => app.commands.run("guides")}>${icon("guides")}</button>` : nothing}
        <button class="quiet" aria-label=${t("command.zoomOut")} @click=${() => app.commands.run("zoomOut")}>−</button>
        <button class="quiet" aria-label=${`${Math.round(state.sight.zoom * 100)} %, ${t("command.zoomFit")}`} @click=${() => app.commands.run("zoomFit")}>${Math.round(state.sight.zoom * 100)} %</button>
        <button class="quiet" aria-label=${t("command.zoomIn")} @click=${() => app.commands.run("zoomIn")}>+</button>
      </div>
      ${history(app)}
      <div class="views" role="group" aria-label=${t("views")}>
        ${app.garment().views.map((/** @type {string} */ view) => html`<button aria-pressed=${state.view === view} @click=${() => app.commands.showView(view)}>${t(`view.${view}`)}${hasArt(app, view) ? html`<i class="dot" title=${t("view.printed")}></i>` : nothing}</button>`)}
        ${app.isReadOnly ? nothing : html`<button aria-pressed=${state.flat} @click=${() => app.commands.run("flat")}>${t("view.flat")}</button>`}
      </div>
      ${problem(app)}
    </main>
    ${app.isReadOnly ? nothing : html`<aside class="inspector" id="inspector" tabindex="-1" aria-label=${t("inspector")} data-region data-sheet=${app.sheet.stop} ?data-away=${app.sheet.side !== "layer"}><div class="scroll">${rest(app, ({ inspector, preflightPanel, layersPanel }) => html`${inspector(app)}${preflightPanel(app)}${layersPanel(app)}`)}</div></aside>
    <footer class="foot" tabindex="-1" aria-label=${t("price")} data-region>${rest(app, ({ priceLine }) => priceLine(app))}</footer>`}
    ${rest(app, ({ contextMenu }) => contextMenu(app))}
    ${toast(app)}
    ${state.dialog ? rest(app, (all) => all[DIALOGS[/** @type {keyof typeof DIALOGS} */ (state.dialog)]](app), true) : nothing}`;
}

/** Not by the address, which says what is open. @param {Event} event */
function skip(event) {
  event.preventDefault();
  /** @type {HTMLElement | null} */ (document.querySelector(/** @type {HTMLAnchorElement} */ (event.currentTarget).hash))?.focus();
}

/** A tool that is open closes; where panels have room of their own, they stay. @param {App} app @param {string} tool */
function choose(app, tool) {
  const { stop, side } = app.sheet;
  const isOpen = app.store.state.panel === tool && side === "tool" && stop !== "peek";
  app.store.set({ panel: tool });
  app.openSheet(isOpen ? "peek" : "half", "tool");
}

/** @param {App} app @param {string} view */
const hasArt = (app, view) => app.store.state.design.placements.some((placement) => placement.layers.length > 0 && app.garment().areas.find((/** @type {any} */ area) => area.id === placement.area)?.view === view);

/** @param {App} app */
function topBar(app) {
  const { state } = app.store;
  return html`<header class="top" data-region data-sheet-is=${app.sheet.stop}>
    <a class="brand" href="/" aria-label="Platen">${icon("mark")}<b>Platen</b></a>
    <span class="title"><input class="job" aria-label=${t("design.name")} maxlength="80" .value=${state.design.name ?? ""} ?readonly=${app.isReadOnly}
      @change=${(/** @type {any} */ event) => event.target.value.trim() ? app.store.commit({ ...app.store.state.design, name: event.target.value.trim() }, t("did.name")) : app.plan()}>
    <span class="saved" data-state=${state.kept.state}>${app.isReadOnly ? t("shared") : t(`kept.${state.kept.state}`)}</span></span>
    <span class="space"></span>
    ${history(app)}
    ${app.isReadOnly ? nothing : html`
    <button class="wide labelled" @click=${() => app.store.set({ dialog: "saved" })}>${t("saved")}</button>
    <button class="wide labelled" @click=${() => app.store.set({ dialog: "share" })}>${t("share")}</button>`}
    <button class="wide settings" aria-label=${t("settings")} title=${t("settings")} @click=${() => app.store.set({ dialog: "settings" })}>${icon("settings")}</button>
    <button class="text-done" @click=${() => finish(app)}>${t("done")}</button>
    <button class="more" aria-label=${t("more")} title=${t("more")} @click=${() => app.store.set({ dialog: "more" })}>${icon("more")}</button>
    ${app.isReadOnly ? nothing : html`<button class="primary" id="order" @click=${() => app.store.set({ dialog: "order" })}><span>${t("order.open")}</span>${rest(app, ({ priceEach }) => priceEach(app))}</button>`}
  </header>`;
}

/** In the bar at the top, and on a phone over the stage. @param {App} app */
const history = (app) => app.isReadOnly ? nothing : html`<span class="history">${["undo", "redo"].map((id) => html`<button aria-label=${t(id)} title=${t(id)} ?disabled=${!app.commands.can(id)} @click=${() => app.commands.run(id)}>${icon(id)}</button>`)}</span>`;

/** On a phone: the keyboard goes, and the sheet goes down. @param {App} app */
function finish(app) {
  /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
  app.store.set({ editing: null });
  app.openSheet("peek");
}

/** @param {App} app */
function readout(app) {
  const { extent } = /** @type {any} */ (app.ground.of(app.ground.area().id)) ?? { extent: { width: 0, height: 0 } };
  return html`${app.ground.area().name} · <bdi>${app.size(extent.width, extent.height)}</bdi>`;
}

/** @param {App} app */
function readOnly(app) {
  return html`<h2>${t("shared.title", { name: app.store.state.design.name ?? "" })}</h2><p>${t("shared.text")}</p>
    <button class="primary block" @click=${() => app.bring().then(() => app.rest?.makeOwn(app))}>${t("shared.own")}</button>`;
}

/** @param {App} app */
function problem(app) {
  const { problem } = app.store.state.live;
  if (!problem) return nothing;
  const lines = problem.errors ? (app.rest?.refusedWords(app, problem) ?? [problem]).slice(0, 3) : [{ message: t("offline") }];
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
