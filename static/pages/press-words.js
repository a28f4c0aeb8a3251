// What the press is told in: plates and inks by their names, figures with their units, notes of the service.
// @ts-check
import { html } from "../vendor/lit-html/lit-html.js";
import { known, numbers, t } from "../core/i18n.js";

/** @typedef {import("./press-job.js").Press["state"]} State */

/** @param {number} value @param {number} [digits] behind the point, at most */
export const number = (value, digits = 1) => numbers({ maximumFractionDigits: digits }).format(value);
/** @param {number} percent */
export const percent = (percent) => numbers({ style: "percent", maximumFractionDigits: 1 }).format(percent / 100);
/** @param {number} ml */
export function millilitres(ml) {
  const digits = ml < 1 ? 2 : 1;
  return numbers({ style: "unit", unit: "milliliter", minimumFractionDigits: digits, maximumFractionDigits: digits }).format(ml);
}

/** @param {number} length */
export const millimetres = (length) => numbers({ style: "unit", unit: "millimeter", maximumFractionDigits: 1 }).format(length);

/** An ink of a plan, by its English name. @param {State} state @param {string} name */
export function inkName({ inkNames }, name) {
  const [, mix, number = ""] = /^Mix (#\w+)( \d+)?$/.exec(name) ?? [];
  return mix ? t("press.mix", { color: mix.toUpperCase() }) + number : inkNames.get(name) ?? name;
}

/** @param {State} state @param {import("./press-paint.js").Plate} plate */
export function plateName(state, { name, isBelow }) {
  if (isBelow) return t("press.underbase");
  return name === "Highlight white" ? t("press.highlight") : inkName(state, name);
}

/** Colours are seen, and told by their code. @param {string} color @param {string} [kind] */
export const swatch = (color, kind = "") => html`<i class="swatch ${kind}" .style=${`background: ${color}`} title=${color.toUpperCase()}></i>`;

const FAR = /^.+ prints #\w+, from which it differs by [\d.]+/;
/** What else the service notes: the sentence, and its words here. @type {[RegExp, string][]} */
const NOTES = [
  [/^(?<place>.+) takes (?<screens>\d+) screens, and the press has (?<heads>\d+) heads/, "heads"],
  [/^(?<ink>.+) was chosen and no color of the design/, "unused"],
  [/^no price: /, "noPrice"],
];

/** What is noted of a plan. Colours that another ink prints are told once: each has its row in the plan. @param {State} state @param {string[]} notes @returns {string[]} */
export function notesOf(state, notes) {
  const isFar = (/** @type {string} */ note) => FAR.test(note);
  const far = notes.filter(isFar).length;
  return [...(far ? [t("press.note.far", { count: far })] : []), ...notes.filter((note) => !isFar(note)).map((note) => noteWords(state, note))];
}

/** @param {State} state @param {string} note @returns {string} */
function noteWords(state, note) {
  const [sentence, key] = NOTES.find(([one]) => one.test(note)) ?? [null, ""];
  if (!sentence) return note;
  const { place, screens, heads, ink } = /** @type {Record<string, string>} */ (sentence.exec(note)?.groups ?? {});
  return t(`press.note.${key}`, {
    place: place === undefined ? "" : areaWords(state, state.area, place), screens: screens ?? "", heads: heads ?? "",
    ink: ink === undefined ? "" : inkName(state, ink),
  });
}

/** @param {State} state @param {string} id of a print area @param {string} [otherwise] */
export const areaWords = ({ garment }, id, otherwise = id) => garment?.areas.find((area) => area.id === id)?.name ?? known([`placement.${id}`, `view.${id}`], otherwise);

/** Whether white is seen better on a colour than black. @param {string} color */
export const isDark = (color) => [0.3, 0.59, 0.11].reduce((sum, share, channel) => sum + share * parseInt(color.slice(1 + 2 * channel, 3 + 2 * channel), 16), 0) < 128;
