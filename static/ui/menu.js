// The menu of a layer: right click, long press or Shift+F10.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { readable } from "../core/commands.js";
import { find, nameOf } from "../core/design.js";
import { t } from "../core/i18n.js";

const ITEMS = ["edit", "duplicate", "copy", "pasteInPlace", "copyTo-front", "copyTo-back", "", "forward", "back", "toFront", "toBack", "", "group", "ungroup", "lock", "hide", "", "delete"];

/** @param {import("../app.js").App} app */
export function contextMenu(app) {
  if (!app.context || app.isReadOnly) return nothing;
  const { x, y, ids } = app.context;
  const close = () => {
    app.context = null;
    app.plan();
  };
  requestAnimationFrame(() => {
    const menu = /** @type {HTMLElement | null} */ (document.querySelector(".menu"));
    if (menu && !menu.contains(document.activeElement)) /** @type {HTMLElement | null} */ (menu.querySelector("button:not([disabled])"))?.focus();
  });
  const left = Math.min(x, innerWidth - 240);
  const top = Math.min(y, innerHeight - 420 - (ids.length > 1 ? 46 + 30 * ids.length : 0));
  return html`<div class="veil" @pointerdown=${close}></div><div class="menu" role="menu" aria-label=${t("menu")} .style=${`left: ${left}px; top: ${Math.max(8, top)}px`} @keydown=${keys}>
    ${ITEMS.map((id) => {
      if (!id) return html`<hr role="separator">`;
      const command = app.commands.list.find((known) => known.id === id);
      if (id.startsWith("copyTo-") && !app.commands.can(id)) return nothing;
      return html`<button role="menuitem" ?disabled=${!app.commands.can(id)} @click=${() => {
        close();
        app.commands.run(id);
      }}><span>${t(`command.${id}`)}</span>${command?.keys ? html`<kbd>${readable(command.keys[0])}</kbd>` : nothing}</button>`;
    })}${ids.length > 1 ? stack(app, ids, close) : nothing}</div>`;
}

/** The layers that lie over each other there, from the top down. @param {import("../app.js").App} app @param {string[]} ids @param {() => void} close */
function stack(app, ids, close) {
  return html`<hr role="separator"><div role="group" aria-labelledby="menu-stack"><p id="menu-stack">${t("menu.stack")}</p>${ids.map((id) => {
    const layer = find(app.store.state.design, id)?.layer;
    return layer ? html`<button role="menuitemradio" aria-checked=${app.store.state.selection.includes(id)} @click=${() => {
      close();
      app.store.set({ selection: [id], editing: null });
      app.announceSelection();
    }}><span class="name" dir="auto">${nameOf(layer, t)}</span><small>${t(`layer.${layer.type}`)}${layer.locked ? `, ${t("layer.locked")}` : nothing}</small></button>` : nothing;
  })}</div>`;
}

/** @param {KeyboardEvent} event */
function keys(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  event.stopPropagation();
  const all = /** @type {HTMLElement[]} */ ([.../** @type {HTMLElement} */ (event.currentTarget).querySelectorAll("button:not([disabled])")]);
  all[(all.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + by + all.length) % all.length].focus();
}
