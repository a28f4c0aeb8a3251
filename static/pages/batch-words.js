// What a batch is told in: what its columns mean, how far it is, how long it takes.
// @ts-check
import { locale, numbers, t } from "../core/i18n.js";

/** @typedef {import("../types/api").BatchProgress} Progress */
/** @typedef {import("../types/api").RowIssue} Issue */
/** A later service may say itself which rows the first ones are. @typedef {import("../types/api").BatchDetail & {summary: {first_row_numbers?: number[]}}} Batch */

/** What a column can be, and what else the service takes for it. */
const OURS = /** @type {const} */ ({
  order_id: "order order_no order_number", line: "line_no item", design: "template design_file", garment: "garment", garment_color: "garment_colour color colour", size: "size", quantity: "qty", technique: "technique", due: "due_date", ship_to: "address", note: "notes comment comments",
});
export const MEANINGS = Object.keys(OURS);
/** Rules of preflight that keep a row from being made. */
export const RULES = ["invisible-on-garment", "outside-area", "empty-art", "font-missing-glyph", "technique-unavailable"];
export const MAKES = ["preview", "artwork", "ticket", "gang"];
export const ENDINGS = [".xlsx", ".xlsm", ".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson"];
/** Less says nothing about how fast it goes. */
const SURE_MS = 2000;
const MB = 1e6;

/** What names are compared by. @param {string} name */
const plain = (name) => name.trim().toLowerCase().replace(/[ -]/g, "_");
/** What the service takes a column for by its name alone. @param {string} name */
const taken = (name) => Object.entries(OURS).find(([ours, others]) => ours === plain(name) || others.split(" ").includes(plain(name)))?.[0];

/** What a column is: one of ours, `""` as it is, or `=name`: under another name, which a field of the design may have. @param {Batch["spec"]} spec @param {string} name @returns {string} */
export function meaningOf({ columns }, name) {
  const said = columns[name];
  if (said === undefined) return taken(name) ?? "";
  return taken(said) ?? (said.startsWith("(") ? "" : `=${said}`);
}

/** The same for the service. A column that is to stay as it is, but is called like one of ours, needs another name. @param {Map<string, string>} meanings by the names of columns @returns {Record<string, string>} */
export function mapping(meanings) {
  /** @type {Record<string, string>} */
  const told = {};
  for (const [name, meaning] of meanings) {
    if (meaning.startsWith("=")) told[name] = plain(meaning.slice(1));
    else if (meaning && taken(name) !== meaning) told[name] = meaning;
    else if (!meaning && taken(name)) told[name] = `(${plain(name)})`;
  }
  return told;
}

/** The number of a first row, as findings count it. @param {Batch} batch @param {number} index */
export function rowNumber({ spec, summary }, index) {
  return summary.first_row_numbers?.[index] ?? index + (/json/.test(spec.kind) ? 1 : 2);
}

/** Whether it is made, or will be. @param {Progress} progress */
export const isOpen = ({ state }) => state === "waiting" || state === "running";

/** How fast it is made: files a second, and seconds that are left; null before that can be told. @param {Progress} progress */
export function pace({ made, made_before, making_ms, files }) {
  if (making_ms < SURE_MS || made <= made_before) return null;
  const rate = ((made - made_before) / making_ms) * 1000;
  return { rate, left: (files - made) / rate };
}

/** @param {Progress} progress @returns {string} */
export function farWords({ state, checked, pieces, made, files }) {
  const number = numbers({});
  if (state === "waiting") return t("batch.waits");
  if (state !== "running") return t("batch.far", { made: number.format(made), files: number.format(files) });
  if (files) return t("batch.far", { made: number.format(made), files: number.format(files) });
  return pieces ? t("batch.checks", { checked: number.format(checked), pieces: number.format(pieces) }) : t("batch.reads");
}

/** @param {{rate: number, left: number}} pace @returns {string} */
export function paceWords({ rate, left }) {
  const isSlow = rate < 1;
  const speed = numbers({ maximumSignificantDigits: 2 }).format(isSlow ? rate * 60 : rate);
  return `${t(isSlow ? "batch.perMinute" : "batch.perSecond", { number: speed })} · ${t("batch.left", { time: span(left) })}`;
}

/** @param {number} seconds */
function span(seconds) {
  const [value, unit] = seconds < 90 ? [Math.max(5, Math.ceil(seconds / 5) * 5), "second"] : seconds < 5400 ? [Math.round(seconds / 60), "minute"] : [Math.round(seconds / 360) / 10, "hour"];
  return numbers({ style: "unit", unit: String(unit), unitDisplay: "long" }).format(Number(value));
}

/** @param {number} bytes */
export function bytesWords(bytes) {
  if (bytes < MB) return numbers({ style: "unit", unit: "kilobyte", maximumFractionDigits: 0 }).format(Math.ceil(bytes / 1000));
  return bytes < 1000 * MB ? numbers({ style: "unit", unit: "megabyte", maximumFractionDigits: 1 }).format(bytes / MB) : numbers({ style: "unit", unit: "gigabyte", maximumFractionDigits: 2 }).format(bytes / MB / 1000);
}

/** Numbers of rows, the first ones of many. @param {number[]} rows */
export function rowsWords(rows) {
  const most = 8;
  const list = new Intl.ListFormat(locale(), { type: "conjunction" }).format(rows.slice(0, most).map((row) => numbers({}).format(row)).concat(rows.length > most ? [t("batch.moreRows", { number: rows.length - most })] : []));
  return t("batch.rows", { count: rows.length, rows: list });
}
