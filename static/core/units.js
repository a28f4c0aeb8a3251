// Lengths as people write and read them. The document has millimetres only.
// @ts-check

const IN_MM = { mm: 1, cm: 10, m: 1000, in: 25.4, '"': 25.4, "″": 25.4, px: 25.4 / 96, pt: 25.4 / 72 };

/**
 * Reads a number with or without a unit: "4in", "10 cm", "+5" (added to `present`), "1,5".
 * @param {string} text @param {"mm" | "in" | ""} unit what a bare number means; "" for numbers without a unit
 * @param {number} present the value now, in mm or as it is @returns {number | null} mm or the number; null if it cannot be read
 */
export function parse(text, unit, present) {
  const match = /^\s*([+-]?)\s*(\d+(?:[.,]\d*)?|[.,]\d+)\s*([a-z"″°%]*)\s*$/i.exec(text);
  if (!match) return null;
  const [, sign, digits, name] = match;
  const value = Number(digits.replace(",", "."));
  const named = name.toLowerCase();
  if (unit === "" ? !["", "°", "%"].includes(named) : named !== "" && !(named in IN_MM)) return null;
  const factor = unit === "" ? 1 : IN_MM[/** @type {keyof typeof IN_MM} */ (named || unit)];
  const amount = value * factor;
  if (sign === "+") return present + amount;
  return sign === "-" ? -amount : amount;
}

/** Making one costs more than all the rest of a label. @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/** @param {number} mm @param {"mm" | "in"} unit @param {string} [locale] */
export function format(mm, unit, locale) {
  const value = unit === "in" ? mm / 25.4 : mm;
  const digits = unit === "in" ? 2 : 1;
  const key = `${locale} ${digits}`;
  let form = formats.get(key);
  if (!form) formats.set(key, (form = new Intl.NumberFormat(locale, { minimumFractionDigits: 0, maximumFractionDigits: digits, useGrouping: false })));
  return form.format(value);
}

/** "274 × 101 mm" @param {number} width @param {number} height @param {"mm" | "in"} unit @param {string} [locale] */
export const formatSize = (width, height, unit, locale) => `${format(width, unit, locale)} × ${format(height, unit, locale)} ${unit}`;

/** Dots per inch of so many pixels on so many mm. @param {number} pixels @param {number} mm */
export const dpi = (pixels, mm) => (mm > 0 ? (pixels / mm) * 25.4 : 0);
