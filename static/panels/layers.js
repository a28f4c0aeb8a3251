// The layers of the view from the top down: choose, rename, reorder, hide, lock.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { isLocked, nameOf, put, update, walk } from "../core/design.js";
import { announce } from "../core/announce.js";
import { t } from "../core/i18n.js";
import { kept } from "../ui/kept.js";
import { icon } from "../ui/icons.js";

/** @type {string | null} id of the layer whose name is written */
let renaming = null;
/** @type {string | null} id of the layer that is dragged to another place */
let dragged = null;

/** So many CSS px are a drag and no click. */
const START_PX = 4;

/** Options of a list cannot hold buttons: the marks at their end are for pointers; keys have the commands, and the
 * inspector its buttons. @param {import("../app.js").App} app */
export function layersPanel(app) {
  const { store } = app;
  const views = new Map(app.garment().areas.map((/** @type {any} */ area) => [area.id, area]));
  const all = fromTheTop(walk(store.state.design).filter((found) => views.get(found.area)?.view === store.state.view));
  const opened = app.opened();
  const chosen = all.some(({ layer }) => store.state.selection.includes(layer.id)) ? store.state.selection[0] : all[0]?.layer.id;
  return html`<h2>${t("layers.title")}</h2>
    ${all.length === 0 ? html`<p class="hint">${t("layers.none")}</p>` : nothing}
    <ul class="layers" role="listbox" aria-label=${t("layers.title")} aria-multiselectable="true">${repeat(all, ({ layer }) => layer.id, (found) => {
      const { layer } = found;
      const is = { chosen: store.state.selection.includes(layer.id), first: layer.id === chosen, opened: opened.has(layer.id), dragged: dragged === layer.id, renamed: renaming === layer.id };
      const note = store.state.live.findings.find((/** @type {any} */ finding) => finding.severity !== "note" && finding.pointer.startsWith(found.pointer));
      return kept([layer, note?.message, found.pointer, ...Object.values(is), ...found.parents], () => row(app, found, is, note));
    })}</ul>`;
}

/** @param {import("../app.js").App} app @param {import("../core/design.js").Found} found @param {Record<"chosen" | "first" | "opened" | "dragged" | "renamed", boolean>} is @param {any} note what was found about it */
function row(app, found, is, note) {
  const { layer } = found;
  const name = nameOf(layer, t);
  return html`<li role="option" aria-selected=${is.chosen} tabindex=${is.first ? 0 : -1} class="${found.parents.length ? "inner" : ""} ${is.opened ? "opened" : ""} ${is.dragged ? "dragged" : ""}" data-layer=${layer.id}
    aria-label=${`${name}, ${t(`layer.${layer.type}`)}${found.parents.length ? `, ${t("layers.inGroup", { name: nameOf(found.parents.at(-1) ?? layer, t) })}` : ""}${is.opened ? `, ${t("layers.opened")}` : ""}${layer.hidden ? `, ${t("layer.hidden")}` : ""}${layer.locked ? `, ${t("layer.locked")}` : ""}`}
    @click=${(/** @type {MouseEvent} */ event) => select(app, layer.id, event.shiftKey || event.ctrlKey || event.metaKey)} @dblclick=${() => rename(app, layer.id)} @pointerdown=${(/** @type {PointerEvent} */ event) => drag(app, event, found)} @keydown=${(/** @type {KeyboardEvent} */ event) => keys(app, event, layer.id)}>
    <span class="drag" aria-hidden="true">${icon("drag")}</span>
    ${is.renamed ? html`<input aria-label=${t("layers.rename")} .value=${layer.name ?? name} maxlength="80" @click=${(/** @type {Event} */ event) => event.stopPropagation()}
        @keydown=${(/** @type {any} */ event) => {
          event.stopPropagation();
          if (event.key === "Enter") take(app, layer.id, event.target.value);
          if (event.key === "Escape") take(app, layer.id, layer.name ?? "");
        }} @blur=${(/** @type {any} */ event) => renaming === layer.id && take(app, layer.id, event.target.value)}>`
      : html`<span class="name">${name}</span> <small>${note ? html`<b class="warn-mark" title=${note.message}>!</b>` : nothing}${t(`layer.${layer.type}`)}${is.opened ? ` · ${t("layers.opened")}` : nothing}</small>`}
    <span class="tiny" title=${layer.hidden ? t("did.show") : t("did.hide")} @click=${(/** @type {Event} */ event) => toggle(app, event, layer, "hidden")}>${icon(layer.hidden ? "closed" : "eye")}</span>
    <span class="tiny" title=${layer.locked ? t("did.unlock") : t("did.lock")} @click=${(/** @type {Event} */ event) => toggle(app, event, layer, "locked")}>${icon(layer.locked ? "lock" : "unlock")}</span>
  </li>`;
}

/** @param {import("../core/design.js").Found[]} all from the bottom up @returns {import("../core/design.js").Found[]} from the top down, groups still before what they hold */
function fromTheTop(all) {
  /** @type {import("../core/design.js").Found[]} */
  const rows = [];
  for (const found of all.reverse()) {
    const held = found.layer.type === "group" ? rows.filter(({ parents }) => parents.includes(found.layer)).length : 0;
    rows.splice(rows.length - held, 0, found);
  }
  return rows;
}

/**
 * Takes a layer up or down among those that lie beside it, seen on the garment at once; all of it is one step. A finger
 * takes it by its handle, since the list itself has to scroll.
 * @param {import("../app.js").App} app @param {PointerEvent} event @param {import("../core/design.js").Found} found
 */
function drag(app, event, found) {
  const { layer, area, parents } = found;
  const target = /** @type {Element} */ (event.target);
  if (event.button !== 0 || isLocked(found) || target.closest(".tiny, input") || (event.pointerType === "touch" && !target.closest(".drag"))) return;
  const beside = () => walk(app.store.state.design).filter((one) => one.area === area && one.parents.at(-1)?.id === parents.at(-1)?.id);
  const row = (/** @type {string} */ id) => /** @type {Element} */ (document.querySelector(`[data-layer="${id}"]`)).getBoundingClientRect();
  const end = new AbortController();
  const listen = (/** @type {string} */ name, /** @type {(event: any) => void} */ handler) => addEventListener(name, handler, { signal: end.signal, capture: true });

  listen("pointermove", (/** @type {PointerEvent} */ move) => {
    if (dragged === null) {
      if (Math.abs(move.clientY - event.clientY) < START_PX) return;
      dragged = layer.id;
      app.store.hold();
    }
    const below = beside().filter((one) => one.layer.id !== layer.id && row(one.layer.id).top + row(one.layer.id).height / 2 > move.clientY);
    app.store.commit(put(app.store.state.design, layer.id, below.length), t("did.reorder"));
    app.plan();
  });
  const finish = (/** @type {boolean} */ isKept) => {
    end.abort();
    if (dragged === null) return;
    dragged = null;
    if (!isKept) app.store.abandon();
    else {
      app.store.release(t("did.reorder"));
      const all = beside();
      announce(t("said.reordered", { name: nameOf(layer, t), place: all.length - all.findIndex((one) => one.layer.id === layer.id), count: all.length }));
    }
    app.plan();
  };
  listen("pointerup", () => finish(true));
  listen("pointercancel", () => finish(false));
  listen("keydown", (/** @type {KeyboardEvent} */ key) => {
    if (key.key !== "Escape" || dragged === null) return;
    key.stopPropagation();
    finish(false);
  });
}

/** @param {import("../app.js").App} app @param {Event} event @param {any} layer @param {"hidden" | "locked"} key */
function toggle(app, event, layer, key) {
  event.stopPropagation();
  const label = key === "hidden" ? (layer.hidden ? "did.show" : "did.hide") : layer.locked ? "did.unlock" : "did.lock";
  app.store.commit(update(app.store.state.design, [layer.id], { [key]: layer[key] ? undefined : true }), t(label));
}

/** @param {import("../app.js").App} app @param {string} id @param {boolean} isMore */
function select(app, id, isMore) {
  const { selection } = app.store.state;
  app.store.set({ selection: isMore ? (selection.includes(id) ? selection.filter((other) => other !== id) : [...selection, id]) : [id], editing: null });
  app.announceSelection();
}

/** @param {import("../app.js").App} app @param {string} id */
function rename(app, id) {
  renaming = id;
  app.plan();
  requestAnimationFrame(() => requestAnimationFrame(() => /** @type {HTMLInputElement | null} */ (document.querySelector(".layers input"))?.select()));
}

/** @param {import("../app.js").App} app @param {string} id @param {string} name */
function take(app, id, name) {
  renaming = null;
  app.store.commit(update(app.store.state.design, [id], { name: name.trim() || undefined }), t("did.rename"));
  app.plan();
  requestAnimationFrame(() => requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector(`[data-layer="${id}"]`))?.focus()));
}

/** @param {import("../app.js").App} app @param {KeyboardEvent} event @param {string} id */
function keys(app, event, id) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by && event.altKey) {
    event.preventDefault();
    if (!app.store.state.selection.includes(id)) app.store.set({ selection: [id] });
    app.commands.run(by < 0 ? "forward" : "back");
    requestAnimationFrame(() => requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector(`[data-layer="${id}"]`))?.focus()));
  } else if (by) {
    event.preventDefault();
    const row = /** @type {HTMLElement} */ (event.currentTarget);
    const next = /** @type {HTMLElement | null} */ (by > 0 ? row.nextElementSibling : row.previousElementSibling);
    if (next?.dataset.layer) {
      select(app, next.dataset.layer, false);
      next.focus();
    }
  } else if (event.key === "F2") {
    rename(app, id);
  } else if (event.key === " ") {
    event.preventDefault();
    select(app, id, true);
  } else if (event.key === "Delete") {
    app.commands.run("delete");
  }
}
