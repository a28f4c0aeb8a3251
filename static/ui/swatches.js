// Draw-down cards: a colour with its name. One of them is chosen; arrows go through them.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";

/** @typedef {{id: string, name: string, hex: string, note?: string}} Swatch */

/** @param {{label: string, swatches: Swatch[], value: string | undefined, set: (id: string) => void, isSmall?: boolean}} options */
export function swatches({ label, swatches: all, value, set, isSmall = false }) {
  const chosen = all.some((swatch) => swatch.id === value) ? value : all[0]?.id;
  return html`<div class="chips ${isSmall ? "small" : ""}" role="radiogroup" aria-label=${label} @keydown=${keys}>
    ${all.map((swatch) => html`<button class="chip" role="radio" aria-checked=${swatch.id === value} tabindex=${swatch.id === chosen ? 0 : -1} title=${swatch.note ? `${swatch.name}: ${swatch.note}` : swatch.name}
      aria-label=${swatch.note ? `${swatch.name}, ${swatch.note}` : swatch.name} @click=${() => set(swatch.id)}>
      <i .style=${`background: ${swatch.hex}`}></i><span dir="auto">${swatch.name}</span>${swatch.note ? html`<em aria-hidden="true">!</em>` : nothing}</button>`)}
  </div>`;
}

/** @param {KeyboardEvent} event */
function keys(event) {
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  event.stopPropagation();
  const group = /** @type {HTMLElement} */ (event.currentTarget);
  const all = /** @type {HTMLElement[]} */ ([...group.querySelectorAll("[role=radio]")]);
  const turn = getComputedStyle(group).direction === "rtl" && event.key.match(/Left|Right/) ? -by : by;
  const next = all[(all.indexOf(/** @type {HTMLElement} */ (event.target)) + turn + all.length) % all.length];
  next.focus();
  next.click();
}
