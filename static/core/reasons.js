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

/** Reasons that come from what many chose, and from what the person did. */
const POPULAR = ["popular", "popular_among", "rising", "pairs_well", "like_color"];
const OWN = ["because_you", "sought"];

/** What the looks that are shown were made from, in one sentence. @param {any[]} looks @param {{isKnown: boolean, kind?: string}} person `isKnown`: whether what they did was looked at; `kind`: of customer @returns {string} */
export function madeFrom(looks, { isKnown, kind }) {
  const has = (/** @type {string[]} */ types) => looks.some(({ reasons }) => reasons.some((/** @type {any} */ one) => types.includes(one.type)));
  const [isPopular, isOwn] = [has(POPULAR), has(OWN)];
  const parts = Object.entries({ popular: isPopular, kind: isPopular && kind, deeds: isOwn, designers: has(["editorial"]) || !(isPopular || isOwn) }).filter(([, isSo]) => isSo);
  const what = new Intl.ListFormat(locale()).format(parts.map(([one]) => t(`look.from.${one}`, kind ? { kind: t(`why.kind.${kind}`) } : {})));
  return t(isKnown || isOwn || kind ? "look.madeFrom" : "look.madeWithoutYou", { what });
}

/** What a style is called where no ready design gives it a name. @param {Names} names @param {string} color @param {string | undefined} ink */
export const styleName = (names, color, ink) => (ink ? t("feed.style", { color: names.color(color), ink: names.ink(ink) }) : names.color(color));

/** What a suggestion of a row is called: by the ready design that it is shown on, else by its style. Of two of one name each says what differs. @param {any[]} row @param {any} one @param {string} [title] of the ready design */
export function called(row, one, title) {
  const styleOf = (/** @type {any} */ { style }) => styleName(plainNames, style.color, /^ink:(.+)/.exec(style.ink ?? "")?.[1]);
  const style = styleOf(one);
  const others = row.filter((other) => other !== one && other.template === one.template);
  const differs = [title && others.length ? style : "", others.some((other) => styleOf(other) === style) ? one.style.font : ""].filter(Boolean).join(" · ");
  const name = title ?? style;
  return { style, name, differs, whole: differs ? `${name}, ${differs}` : name };
}
