// The layers of the view from the top down: choose, rename, reorder, hide, lock.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { nameOf, update, walk } from "../core/design.js";
import { t } from "../core/i18n.js";
import { icon } from "../ui/icons.js";

/** @type {string | null} id of the layer whose name is written */
let renaming = null;

/** Options of a list cannot hold buttons: the marks at their end are for pointers; keys have the commands, and the
 * inspector its buttons. @param {import("../app.js").App} app */
export function layersPanel(app) {
  const { store } = app;
  const views = new Map(app.garment().areas.map((/** @type {any} */ area) => [area.id, area]));
  const all = [...walk(store.state.design)].filter((found) => views.get(found.area)?.view === store.state.view).reverse();
  const chosen = all.some(({ layer }) => store.state.selection.includes(layer.id)) ? store.state.selection[0] : all[0]?.layer.id;
  return html`<h2>${t("layers.title")}</h2>
    ${all.length === 0 ? html`<p class="hint">${t("layers.none")}</p>` : nothing}
    <ul class="layers" role="listbox" aria-label=${t("layers.title")} aria-multiselectable="true">${repeat(all, ({ layer }) => layer.id, (found) => {
      const { layer } = found;
      const isChosen = store.state.selection.includes(layer.id);
      const name = nameOf(layer, t);
      const note = app.store.state.live.findings.find((/** @type {any} */ finding) => finding.severity !== "note" && finding.pointer.startsWith(found.pointer));
      return html`<li role="option" aria-selected=${isChosen} tabindex=${layer.id === chosen ? 0 : -1} class=${found.parents.length ? "inner" : ""} data-layer=${layer.id}
        aria-label=${`${name}, ${t(`layer.${layer.type}`)}${found.parents.length ? `, ${t("layers.inGroup", { name: nameOf(found.parents.at(-1) ?? layer, t) })}` : ""}${layer.hidden ? `, ${t("layer.hidden")}` : ""}${layer.locked ? `, ${t("layer.locked")}` : ""}`}
        @click=${(/** @type {MouseEvent} */ event) => select(app, layer.id, event.shiftKey || event.ctrlKey || event.metaKey)} @dblclick=${() => rename(app, layer.id)} @keydown=${(/** @type {KeyboardEvent} */ event) => keys(app, event, layer.id)}>
        ${renaming === layer.id ? html`<input aria-label=${t("layers.rename")} .value=${layer.name ?? name} maxlength="80" @click=${(/** @type {Event} */ event) => event.stopPropagation()}
            @keydown=${(/** @type {any} */ event) => {
              event.stopPropagation();
              if (event.key === "Enter") take(app, layer.id, event.target.value);
              if (event.key === "Escape") take(app, layer.id, layer.name ?? "");
            }} @blur=${(/** @type {any} */ event) => renaming === layer.id && take(app, layer.id, event.target.value)}>`
          : html`<span class="name">${name}</span> <small>${note ? html`<b class="warn-mark" title=${note.message}>!</b>` : nothing}${t(`layer.${layer.type}`)}</small>`}
        <span class="tiny" title=${layer.hidden ? t("did.show") : t("did.hide")} @click=${(/** @type {Event} */ event) => toggle(app, event, layer, "hidden")}>${icon(layer.hidden ? "closed" : "eye")}</span>
        <span class="tiny" title=${layer.locked ? t("did.unlock") : t("did.lock")} @click=${(/** @type {Event} */ event) => toggle(app, event, layer, "locked")}>${icon(layer.locked ? "lock" : "unlock")}</span>
      </li>`;
    })}</ul>`;
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
