// A shop's profile as it is being edited: what stands in fields, as it was typed, and the rest as text. No page in here.
// @ts-check

/** @typedef {import("../types/api").ShopProfile} Profile */
/** @typedef {{pointer: string, message: string, hint?: string}} Problem */
/** @typedef {Record<string, string>} Row */
/**
 * `values`: what is typed, by JSON pointer; `ids`: the inks on the shelf; `rest`: everything else, as JSON.
 * @typedef {{values: Record<string, string>, isWhole: boolean, ids: string[], breaks: Row[], rush: Row[], rest: string}} Draft
 */

/** Fields of tables, those that must be whole numbers. */
const WHOLE = new Set(["digits", "usual_days", "dark_below", "from", "percent", "days"]);
const TEXTS = new Set(["name", "contact", "code", "id"]);
/** Without them the profile says nothing of it. */
const OPTIONAL = new Set(["contact", "usual_days", "minimum_order", "separation", "setup", "print", "extra_ink", "dark"]);
/** What techniques are charged for, by the way that they are. @type {Record<string, string[]>} */
export const CHARGES = { screens: ["screen", "first_ink", "extra_ink", "flash", "separation"], area: ["setup", "print", "per_100_cm2", "extra_ink", "dark"] };
const BLANKS = ["white", "color"];
const FIXED = ["/brand/name", "/brand/contact", "/currency/code", "/currency/digits", "/minimum_order", "/usual_days", "/dark_below"];

const last = (/** @type {string} */ pointer) => pointer.slice(pointer.lastIndexOf("/") + 1);
const steps = (/** @type {string} */ pointer) => pointer.split("/").slice(1);

/** A minor amount as it is typed. @param {number} minor @param {number} digits */
const written = (minor, digits) => (minor / 10 ** digits).toFixed(digits);

/** Where the fields of this profile stand. @param {any} profile @returns {string[]} */
export function pointersOf(profile) {
  const entries = (/** @type {string} */ key) => Object.entries(isObject(profile?.[key]) ? profile[key] : {}).filter(([, value]) => isObject(value));
  return [
    ...FIXED,
    ...entries("garments").flatMap(([id]) => BLANKS.map((name) => `/garments/${id}/${name}`)),
    ...entries("techniques").flatMap(([id, prices]) => (CHARGES[prices.by] ?? []).map((name) => `/techniques/${id}/${name}`)),
  ];
}

/** @param {Profile} profile @returns {Draft} */
export function spread(profile) {
  /** @type {any} */
  const rest = structuredClone(profile);
  const { digits } = profile.currency;
  /** @type {Record<string, string>} */
  const values = {};
  for (const pointer of pointersOf(profile)) {
    const path = steps(pointer);
    const name = /** @type {string} */ (path.pop());
    const owner = path.reduce((one, step) => one?.[step], rest);
    const value = owner?.[name];
    values[pointer] = value === undefined ? "" : TEXTS.has(name) || WHOLE.has(name) ? String(value) : written(value, digits);
    if (owner) delete owner[name];
  }
  const row = (/** @type {any} */ one) => Object.fromEntries(Object.entries(one).map(([key, value]) => [key, String(value)]));
  for (const key of ["brand", "currency", "inks", "breaks", "rush"]) delete rest[key];
  return { values, isWhole: !profile.inks?.length, ids: profile.inks ?? [], breaks: (profile.breaks ?? []).map(row), rush: (profile.rush ?? []).map(row), rest: JSON.stringify(rest, null, 2) };
}

/** The rest, if it can be read. @param {Draft} draft @returns {any} */
export function restOf({ rest }) {
  try {
    const read = JSON.parse(rest);
    return isObject(read) ? read : null;
  } catch {
    return null;
  }
}

/**
 * The profile to send, or why there is none: what cannot be sent at all. Everything else is the service's to say.
 * @param {Draft} draft @param {(key: string, values?: Record<string, string | number>) => string} t @returns {{document: any, problems: Problem[]}}
 */
export function gather(draft, t) {
  const document = restOf(draft);
  if (!document) {
    let why = "";
    try {
      JSON.parse(draft.rest);
    } catch (error) {
      why = /** @type {Error} */ (error).message;
    }
    return { document: null, problems: [{ pointer: "", message: t("shop.bad.json"), hint: why }] };
  }
  /** @type {Problem[]} */
  const problems = [];
  const digits = Number(draft.values["/currency/digits"]) || 0;
  const value = (/** @type {string} */ pointer, /** @type {string} */ typed) => {
    const name = last(pointer);
    if (TEXTS.has(name)) return typed.trim();
    const number = Number(typed.trim().replace(",", "."));
    const whole = WHOLE.has(name) ? number : number * 10 ** digits;
    const rounded = Math.round(whole);
    if (typed.trim() === "" || !Number.isFinite(number)) problems.push({ pointer, message: t("shop.bad.number") });
    else if (Math.abs(whole - rounded) > 1e-6) problems.push({ pointer, message: WHOLE.has(name) ? t("shop.bad.whole") : t("shop.bad.digits", { digits }) });
    return rounded;
  };
  for (const pointer of pointersOf(document)) {
    const typed = draft.values[pointer];
    const path = steps(pointer);
    const name = /** @type {string} */ (path.pop());
    // What the text says of it stands where no field was filled.
    if (typed === undefined || (typed.trim() === "" && OPTIONAL.has(name))) continue;
    let owner = document;
    for (const step of path) owner = owner[step] ??= {};
    owner[name] = value(pointer, typed);
  }
  const rows = (/** @type {"breaks" | "rush"} */ key) => draft[key].map((row, index) => Object.fromEntries(Object.entries(row).map(([name, typed]) => [name, value(`/${key}/${index}/${name}`, typed)])));
  document.breaks = rows("breaks");
  document.rush = rows("rush");
  if (draft.isWhole) delete document.inks;
  else document.inks = draft.ids;
  if (!draft.isWhole && draft.ids.length === 0) problems.push({ pointer: "/inks", message: t("shop.bad.inks") });
  return { document, problems };
}

const isObject = (/** @type {unknown} */ value) => typeof value === "object" && value !== null && !Array.isArray(value);
