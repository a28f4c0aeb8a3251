// Why something is suggested, in one sentence, and what it is made of, in a few words.
// @ts-check
import { known, locale, t } from "./i18n.js";

/** What colours and inks are called. @typedef {{color: (id: string) => string, ink: (id: string) => string}} Names */

const spoken = (/** @type {string} */ id) => id.replaceAll("-", " ");
/** By the page's own words, where no catalogue is at hand. @type {Names} */
export const plainNames = { color: (id) => known([`color.${id}`], spoken(id)), ink: (id) => known([`inkName.${id}`], spoken(id)) };

/** As the garment and the shelf of inks call them. @param {import("../app.js").App} app @returns {Names} */
export const namesOf = (app) => {
  const named = (/** @type {{id: string, name: string}[]} */ list, /** @type {string} */ id) => list.find((one) => one.id === id)?.name;
  return { color: (id) => named(app.garment().colorways, id) ?? plainNames.color(id), ink: (id) => named(app.inks, id) ?? plainNames.ink(id) };
};

/** @param {Names} names @param {any} reason @param {string} color of the cloth that it is shown on @returns {string} */
export function reasonText(names, reason, color) {
  const list = (/** @type {string[]} */ words) => new Intl.ListFormat(locale()).format(words);
  const shared = () => list(reason.shared.map((/** @type {string} */ one) => t(`attribute.${one}`)));
  switch (reason.type) {
    case "popular": return t("look.popular", { number: reason.customers });
    case "popular_among": return known([`look.among.${reason.segment}`], t("look.among"));
    case "rising": return t("look.rising");
    case "because_you": return reason.shared.length ? t("look.becauseShared", { what: shared() }) : t("look.because");
    case "more_like": return t("look.moreLike", { what: shared() });
    case "pairs_well": return t("look.pairsWell", { color: names.color(reason.color), with: names.ink(reason.with) });
    case "like_color": return t("look.likeColor", { color: names.color(reason.color) });
    case "sought": return t("look.sought", { what: list(reason.values.map((/** @type {string} */ one) => known([`color.${one}`, `inkName.${one}`], one))) });
    case "editorial": return t("look.editorial", { name: reason.name });
    case "explore": return t("look.explore");
    default: return t("look.legible", { color: names.color(color) });
  }
}

/** All that it is shown for. @param {Names} names @param {any} one a suggestion @returns {string[]} */
export const reasonsOf = (names, { reasons, recipe, style }) => reasons.map((/** @type {any} */ reason) => reasonText(names, reason, style?.color ?? recipe.garment_color));
