// The menu of a layer: right click, long press or Shift+F10.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { readable } from "../core/commands.js";
import { t } from "../core/i18n.js";

const ITEMS = ["edit", "duplicate", "copy", "pasteInPlace", "copyTo-front", "copyTo-back", "", "forward", "back", "toFront", "toBack", "", "group", "ungroup", "lock", "hide", "", "delete"];

/** @param {import("../app.js").App} app */
export function contextMenu(app) {
  if (!app.context || app.isReadOnly) return nothing;
  const { x, y } = app.context;
  const close = () => {
    app.context = null;
    app.plan();
  };
  requestAnimationFrame(() => {
    const menu = /** @type {HTMLElement | null} */ (document.querySelector(".menu"));
    if (menu && !menu.contains(document.activeElement)) /** @type {HTMLElement | null} */ (menu.querySelector("button:not([disabled])"))?.focus();
  });
  const left = Math.min(x, innerWidth - 240);
  const top = Math.min(y, innerHeight - 420);
  return html`<div class="veil" @pointerdown=${close}></div><div class="menu" role="menu" aria-label=${t("menu")} .style=${`left: ${left}px; top: ${Math.max(8, top)}px`} @keydown=${keys}>
    ${ITEMS.map((id) => {
      if (!id) return html`<hr role="separator">`;
      const command = app.commands.list.find((known) => known.id === id);
      if (id.startsWith("copyTo-") && !app.commands.can(id)) return nothing;
      return html`<button role="menuitem" ?disabled=${!app.commands.can(id)} @click=${() => {
        close();
        app.commands.run(id);
      }}><span>${t(`command.${id}`)}</span>${command?.keys ? html`<kbd>${readable(command.keys[0])}</kbd>` : nothing}</button>`;
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
