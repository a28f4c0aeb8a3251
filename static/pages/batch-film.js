// The film of gang sheets: asked for where a batch is brought, and told of a batch that has some. What was said of it stays.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { locale, t } from "../core/i18n.js";
import { createSettings } from "../core/settings.js";
import { format, formatSize, parse } from "../core/units.js";

/** @typedef {import("../types/api").SheetFilm} Film */

/** As the service has it. */
const BOUNDS_MM = /** @type {const} */ ({ width: [50, 2032], length: [50, 18288] });
const SIDES = /** @type {const} */ (["width", "length"]);
const FORMATS = /** @type {const} */ (["png", "tiff", "pdf"]);
const PLACE = "platen.batch.film";
/** @type {Film} */
const USUAL = { width_mm: 558.8, length_mm: 6096, formats: ["png"], nest: false };

/** What was said before, where it can be read. @returns {Film} */
function said() {
  try {
    const { width_mm, length_mm, formats, nest } = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
    const mm = (/** @type {unknown} */ value, /** @type {number} */ usual) => (typeof value === "number" && value > 0 ? value : usual);
    const kept = FORMATS.filter((one) => Array.isArray(formats) && formats.includes(one));
    return { width_mm: mm(width_mm, USUAL.width_mm), length_mm: mm(length_mm, USUAL.length_mm), formats: kept.length ? kept : USUAL.formats, nest: nest === true };
  } catch {
    return USUAL;
  }
}

/** @param {Film} film */
export function filmWords({ width_mm, length_mm, formats, nest }) {
  const size = formatSize(width_mm, length_mm, createSettings().value.unit, locale());
  return `${t("batch.filmIs", { size })}, ${formats.map((one) => one.toUpperCase()).join(" + ")}${nest ? `, ${t("batch.filmNested")}` : ""}`;
}

export function createFilm() {
  const before = said();
  const { unit } = createSettings().value;
  const text = { width: format(before.width_mm, unit), length: format(before.length_mm, unit) };
  const formats = new Set(before.formats);
  let { nest } = before;
  const mm = (/** @type {"width" | "length"} */ side) => parse(text[side], unit, 0) ?? 0;

  return {
    /** The field that something is wrong with, and what. @returns {[string, string] | null} */
    wrong() {
      for (const side of SIDES) {
        const [least, most] = BOUNDS_MM[side];
        // What is shown in inches is rounded.
        if (mm(side) < least - 0.1 || mm(side) > most + 0.1) return [`film-${side}`, t("batch.wrongFilm", { least: format(least, unit, locale()), most: format(most, unit, locale()), unit })];
      }
      return formats.size ? null : ["film-formats", t("batch.noFormat")];
    },

    /** The film, which is remembered. @returns {Film} */
    value() {
      const within = (/** @type {"width" | "length"} */ side) => Math.min(Math.max(mm(side), BOUNDS_MM[side][0]), BOUNDS_MM[side][1]);
      const film = { width_mm: within("width"), length_mm: within("length"), formats: FORMATS.filter((one) => formats.has(one)), nest };
      try {
        localStorage.setItem(PLACE, JSON.stringify(film));
      } catch {
        // Nothing is kept then.
      }
      return film;
    },

    /** @param {string | undefined} at where something is wrong @param {(at: string) => unknown} note what */
    view(at, note) {
      const side = (/** @type {"width" | "length"} */ name) => html`<label class="field dpi"><span>${t(`batch.film.${name}`, { unit })}</span><input id="batch-film-${name}" dir="ltr" inputmode="decimal" autocomplete="off" maxlength="12" .value=${text[name]} aria-invalid=${at === `film-${name}` ? "true" : nothing} aria-describedby=${at === `film-${name}` ? `batch-film-${name}-wrong` : nothing}
        @input=${(/** @type {any} */ event) => (text[name] = event.target.value)}></label>`;
      return html`<fieldset class="makes film"><legend>${t("batch.film")}</legend>${SIDES.map(side)}</fieldset>${SIDES.map((name) => note(`film-${name}`))}
        <fieldset class="makes" aria-describedby=${at === "film-formats" ? "batch-film-formats-wrong" : nothing}><legend>${t("batch.film.formats")}</legend>${FORMATS.map((one) => html`<label class="check"><input id="batch-film-${one}" type="checkbox" .checked=${formats.has(one)} @change=${(/** @type {any} */ event) => void formats[event.target.checked ? "add" : "delete"](one)}><span>${one.toUpperCase()}</span></label>`)}
          <label class="check"><input id="batch-film-nest" type="checkbox" .checked=${nest} @change=${(/** @type {any} */ event) => (nest = event.target.checked)}><span>${t("batch.film.nest")}</span></label></fieldset>${note("film-formats")}`;
    },
  };
}
