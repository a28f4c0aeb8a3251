// Words of the page. English lies in locales/en.json like every other language; a key that is missing shows itself.
// @ts-check

/** @type {Record<string, string>} */
let words = {};
/** @type {Record<string, string>} */
let fallback = {};
let language = "en";
/** The names of things, once they are needed. @type {Promise<void> | null} */
let arriving = null;

export const LANGUAGES = [["en", "English"], ["de", "Deutsch"], ["es", "Español"], ["ar", "العربية"]];

/** English words and the person's own, of a part of the pages: its English lies in `shop-en.json`. @param {string} [part] */
async function load(part = "") {
  const get = async (/** @type {string} */ code) => (await fetch(`/locales/${part}${code}.json`)).json();
  return Promise.all([get("en"), language === "en" ? {} : get(language).catch(() => ({}))]);
}

/** @param {string} [wanted] a language code; by default the browser's, if there are words for it */
export async function choose(wanted) {
  const known = LANGUAGES.map(([code]) => code);
  const asked = [wanted, ...navigator.languages.map((name) => name.split("-")[0])];
  language = asked.find((code) => code && known.includes(code)) ?? "en";
  [fallback, words] = await load();
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
}

/** Words that not every page needs. @param {string} part */
export async function bring(part) {
  const [english, own] = await load(`${part}-`);
  Object.assign(fallback, english);
  Object.assign(words, own);
}

/** Graphics, ready designs and looks, named in the person's language; a shop's own stay, and so do all without words for them. @template {{name?: string}} Named @param {Named[]} list @returns {Promise<Named[]>} */
export async function translated(list) {
  if (language === "en") return list;
  await (arriving ??= bring("names")).catch(() => (arriving = null));
  return list.map((one) => (one.name ? { ...one, name: known([`name.${one.name}`], one.name) } : one));
}

/** Making one costs more than all the rest of what it writes. @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();
/** @type {Intl.PluralRules | undefined} */
let plurals;

/** @param {Intl.NumberFormatOptions} options @returns {Intl.NumberFormat} in the person's language */
export function numbers(options) {
  const key = locale() + JSON.stringify(options);
  const form = formats.get(key) ?? new Intl.NumberFormat(locale(), options);
  formats.set(key, form);
  return form;
}

/** Numbers, prices and names keep their own direction among words from right to left. @param {string | number} value */
const isolated = (value) => (language === "ar" ? `\u2068${value}\u2069` : String(value));

/**
 * The words for a key; `{name}` is filled from `values`. With a `count`, "key.one", "key.other" and so on are looked for.
 * @param {string} key @param {Record<string, string | number>} [values] @returns {string}
 */
export function t(key, values) {
  const plural = values && "count" in values ? `${key}.${(plurals ??= new Intl.PluralRules(language)).select(Number(values.count))}` : key;
  const text = words[plural] ?? words[`${key}.other`] ?? words[key] ?? fallback[plural] ?? fallback[`${key}.other`] ?? fallback[key] ?? key;
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? isolated(values[name]) : whole)) : text;
}

/** The words for the first of these keys that there are any for, else those that are given. @param {string[]} keys @param {string} otherwise @returns {string} */
export function known(keys, otherwise) {
  const key = keys.find((one) => one in fallback || `${one}.other` in fallback);
  return key ? t(key) : otherwise;
}

/** Things of a catalogue, named in the person's language where the page knows their English name; a shop's own names stay. @template {{id: string, name: string}} Named @param {string} table @param {Named[]} list @returns {Named[]} */
export const named = (table, list) => list.map((one) => ({ ...one, name: fallback[`${table}.${one.id}`] === one.name ? t(`${table}.${one.id}`) : one.name }));

/** @returns {string} the locale for numbers and dates */
export const locale = () => (language === "en" ? navigator.languages.find((name) => name.startsWith("en")) ?? "en" : language);

/** @param {number} minor amount in the smallest coin @param {string} currency @param {number} [digits] */
export function money(minor, currency, digits = 2) {
  return numbers({ style: "currency", currency, currencyDisplay: "narrowSymbol", minimumFractionDigits: digits }).format(minor / 10 ** digits).replace("\u200f", "");
}
