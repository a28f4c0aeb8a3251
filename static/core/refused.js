// Why the service refused something, in the person's language: by its code, or by what its sentence is about; else as the
// service says it.
// @ts-check
import { findAt, nameOf } from "./design.js";
import { known, t } from "./i18n.js";
import { techniqueName } from "./told.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {{code?: string, message: string, hint?: string, pointer?: string}} Problem */

/** What a picture is refused for has one code for all of it; the sentence says which. @type {[RegExp, string][]} */
const SENTENCES = [
  [/^nothing is left of the picture/, "nothing-left"],
  [/^there is no picture/, "no-picture"],
  [/^the picture is empty/, "blank-picture"],
  [/^an empty file is not accepted/, "empty-file"],
  [/^the (?<format>\w+) file is cut off/, "cut-off"],
  [/^the (?<format>\w+) file is damaged/, "damaged"],
  [/^a picture may have (?<most>[\d.]+) MB/, "too-many-bytes"],
  [/^the SVG contains/, "refused-svg"],
  [/ is not accepted(;|$)/, "kind"],
  [/ where at most [\d ,]+ are accepted/, "too-large-picture"],
];

/** @param {App} app @param {Problem} problem @returns {string} */
function words(app, { code = "", message }) {
  const [sentence, key] = SENTENCES.find(([one]) => one.test(message)) ?? [null, code];
  const { technique: id, color } = app.store.state.design;
  const technique = techniqueName(app.techniques.find((/** @type {any} */ one) => one.id === id) ?? { id, name: id });
  return known([`refused.${key}`], "") ? t(`refused.${key}`, { technique, color, ...sentence?.exec(message)?.groups }) : message;
}

/** What a refusal says, a line for each thing that is wrong; layers are told by their names. @param {App} app @param {any} refusal @returns {Problem[]} */
export function refusedWords(app, { code, message, errors = [] }) {
  const all = errors.length ? errors : [{ code, message }];
  return all.map((/** @type {Problem} */ one) => {
    const pointer = one.pointer?.replace(/^\/design/, "");
    const layer = pointer && findAt(app.store.state.design, pointer)?.layer;
    const told = words(app, one);
    return { pointer, message: layer ? t("refused.layer", { name: nameOf(layer, t), why: told }) : told, hint: told === one.message ? one.hint : undefined };
  });
}

/** Whether there is anything of a picture to print. @param {{notes?: string[]}} info */
export const isBlank = ({ notes = [] }) => notes.some((note) => SENTENCES.find(([one]) => one.test(note))?.[1] === "blank-picture");
