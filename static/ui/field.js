// Small fields: numbers with units, sliders, choices.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { locale, numbers } from "../core/i18n.js";
import { format, parse } from "../core/units.js";

/**
 * A number that takes "4in", "10 cm" and "+5"; arrows step, Enter takes it, Escape gives the old one back. Not `live`:
 * what is being typed must outlast prices and pictures that come in meanwhile.
 * @param {{label: string, value: number | undefined, unit?: "mm" | "in" | "", least?: number, most?: number, step?: number, disabled?: boolean, set: (value: number) => void}} options
 */
export function numberField({ label, value, unit = "", least = -Infinity, most = Infinity, step = 1, disabled = false, set }) {
  const written = (/** @type {number} */ number) => unit === "" ? numbers({ maximumFractionDigits: 2, useGrouping: false }).format(number) : format(number, unit, locale());
  const shown = value === undefined ? "" : written(value);
  const put = (/** @type {HTMLInputElement} */ input, /** @type {number} */ wanted) => {
    const next = Math.min(most, Math.max(least, wanted));
    if (next !== value) set(next);
    input.value = written(next);
  };
  const take = (/** @type {HTMLInputElement} */ input) => {
    const read = parse(input.value, unit, value ?? 0);
    if (read === null || !Number.isFinite(read)) {
      input.value = shown;
      return;
    }
    put(input, read);
  };
  return html`<label class="field"><span>${label}${unit ? html`<small>, ${unit}</small>` : nothing}</span>
    <input inputmode="decimal" autocomplete="off" class="number" .value=${shown} ?disabled=${disabled}
      @change=${(/** @type {any} */ event) => take(event.target)}
      @keydown=${(/** @type {any} */ event) => {
        if (event.key === "Escape") {
          event.target.value = shown;
          event.target.blur();
          event.stopPropagation();
        } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
          event.preventDefault();
          const by = (event.key === "ArrowUp" ? step : -step) * (event.shiftKey ? 10 : event.altKey ? 0.1 : 1) * (unit === "in" ? 2.54 : 1);
          // From what is typed: a key that is held comes quicker than frames.
          const from = event.target.value === shown ? value ?? 0 : parse(event.target.value, unit, value ?? 0) ?? value ?? 0;
          put(event.target, Number((from + by).toFixed(3)));
        }
      }}></label>`;
}

/** So near to a stop, as a share of the way, a dragged slider catches. */
const CATCH = 0.03;

/**
 * @param {{label: string, value: number, least: number, most: number, step?: number, text?: string, isPhysical?: boolean, stop?: number, disabled?: boolean, set: (value: number) => void}} options
 *   `isPhysical`: left is left in every language; `stop`: a value that catches the dragged thumb; keys step past it
 */
export const slider = ({ label, value, least, most, step = 1, text, isPhysical = false, stop, disabled = false, set }) => html`<label class="slider ${isPhysical ? "physical" : ""}"><span>${label}<i aria-hidden="true">${text ?? value}</i></span>
  <input type="range" min=${least} max=${most} step=${step} ?disabled=${disabled} .value=${live(String(value))} aria-valuetext=${text ?? String(value)} @input=${(/** @type {any} */ event) => {
    const next = Number(event.target.value);
    set(stop !== undefined && event.target.matches(":active") && Math.abs(next - stop) < (most - least) * CATCH ? stop : next);
  }}></label>`;

/** @param {{label: string, value: string, options: [string, string][], set: (value: string) => void}} options */
export const select = ({ label, value, options, set }) => html`<label class="field"><span>${label}</span>
  <select @change=${(/** @type {any} */ event) => set(event.target.value)}>${options.map(([id, name]) => html`<option value=${id} .selected=${live(id === value)}>${name}</option>`)}</select></label>`;

/** @param {{label: string, value: boolean, set: (value: boolean) => void}} options */
export const check = ({ label, value, set }) => html`<label class="check"><input type="checkbox" .checked=${live(value)} @change=${(/** @type {any} */ event) => set(event.target.checked)}><span>${label}</span></label>`;
