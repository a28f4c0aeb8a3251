// What the service tells, in the person's language: by its codes and figures where the page has words for them, else as
// the service says it.
// @ts-check
import { findAt } from "./design.js";
import { known, locale, money, named as inOwnWords, t } from "./i18n.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../types/api").Quote} Quote */
/** @typedef {import("../types/api").Advice} Advice */
/** @typedef {import("../types/api").Line} Line */
/** @typedef {{inks: {id: string, name: string}[], techniques: {id: string, name: string}[]}} Catalogue what is called how */

/** @param {{id: string, name: string}} area of a garment */
export const areaName = ({ id, name }) => known([`placement.${id}`, `view.${id}`], name);
/** @param {{id: string, name: string}} technique */
export const techniqueName = ({ id, name }) => known([`technique.${id}`], name);

/** @param {{currency: string, digits: number}} quote @param {number} minor */
const amount = ({ currency, digits }, minor) => money(minor, currency, digits);
const list = (/** @type {string[]} */ words) => new Intl.ListFormat(locale(), { type: "conjunction" }).format(words);
/** An ink of a quote by its name; what no shelf has, by its number. @param {Catalogue} catalogue @param {import("../types/api").QuotedInk} ink */
const inkName = ({ inks }, { color, ink, distance = 0 }) => (distance < 2 && inks.find((one) => one.id === ink)?.name) || color.toUpperCase();

/** What would cost less, or is worth knowing. @param {App} app @param {Quote} quote @param {Advice} advice @returns {string} */
export function adviceWords(app, quote, { code, text, saves, total }) {
  const words = known([`advice.${code}`], "");
  if (!words) return text;
  const next = app.shop?.breaks.find((/** @type {any} */ one) => one.from > quote.pieces);
  const other = quote.alternatives[0];
  const colors = [...text.matchAll(/#[0-9a-f]{6}/gi)].map(([color]) => color.toLowerCase());
  const inks = quote.locations.flatMap((location) => location.inks).filter(({ color }) => colors.includes(color)).map((ink) => inkName(app, ink));
  if ((code === "quantity-break" && !next) || (code === "other-technique" && !other)) return text;
  return t(`advice.${code}`, {
    saves: saves === undefined ? "" : amount(quote, saves), total: total === undefined ? "" : amount(quote, total), inks: list([...new Set(inks)]),
    more: next ? next.from - quote.pieces : 0, percent: next?.percent ?? 0, each: other ? amount(quote, other.per_piece) : "", technique: other ? techniqueName({ id: other.technique, name: other.name }) : "",
  });
}

/** A line of a price: what it is for, and why. @param {Catalogue} catalogue @param {Pick<Quote, "locations" | "pieces"> & {garment?: string, color?: string} | null} quote null: a charge of a whole order @param {Line} line @returns {{label: string, reason: string}} */
export function lineWords(catalogue, quote, { code, label, reason }) {
  const place = label.slice(label.lastIndexOf(", ") + 2);
  const location = quote?.locations.find(({ name }) => name === place);
  const where = location ? areaName({ id: location.area, name: location.name }) : place;
  const figures = reason.match(/\d+/g)?.map(Number) ?? [];
  const inks = location?.inks.map((ink) => inkName(catalogue, ink)) ?? [];
  const named = label.slice(0, Math.max(0, label.lastIndexOf(", ")));
  const technique = catalogue.techniques.find(({ name }) => name === named);
  const values = {
    where, size: place.replace(/^Size /, ""), technique: technique ? techniqueName(technique) : named, first: figures[0] ?? 0, second: figures[1] ?? 0,
    count: code === "rush" ? figures[1] ?? 0 : quote?.pieces ?? 0, inks: list(code === "first-ink" ? inks.slice(0, 1) : inks.slice(1, 9)),
  };
  const hasReason = inks.length > 0 || !["first-ink", "extra-inks"].includes(code);
  // The garment and its colour: "Classic tee, Navy".
  const blank = [["garmentName", quote?.garment, named], ["color", quote?.color, place]].map(([table, id, name]) => inOwnWords(String(table), [{ id: String(id), name: String(name) }])[0].name).join(", ");
  return {
    label: code === "blank" ? blank : known([`line.${code}`], "") ? t(`line.${code}`, values) : label,
    reason: hasReason && known([`reason.${code}`], "") ? t(`reason.${code}`, values) : reason,
  };
}

/** What a finding says. @param {App} app @param {any} finding @returns {string} */
export function findingWords(app, { rule, area: id, pointer, place, message, fix }) {
  const area = app.garment().areas.find((/** @type {any} */ one) => one.id === id);
  const layer = findAt(app.store.state.design, pointer)?.layer;
  if (!area) return message;
  const { width_mm: width, height_mm: height } = area.sizes[app.store.state.size] ?? area.sizes[app.garment().mockup_size];
  const far = Math.max(-place.x, -place.y, place.x + place.width - width, place.y + place.height - height);
  const isOutside = place.x >= width || place.y >= height || place.x + place.width <= 0 || place.y + place.height <= 0;
  const dpi = layer?.type === "image" ? app.frames.dpi(layer) : null;
  const missing = layer?.type === "text" ? (app.outlines.of(layer)?.missing ?? []) : [];
  if ((rule === "low-dpi" && dpi === null) || (rule === "font-missing-glyph" && missing.length === 0)) return message;
  const kind = { "outside-area": isOutside ? ".all" : "", "low-dpi": (dpi ?? 0) < (app.techniques.find((/** @type {any} */ one) => one.id === app.store.state.design.technique)?.min_dpi ?? 0) ? ".blurred" : "" }[/** @type {string} */ (rule)] ?? "";
  return known([`finding.${rule}${kind}`], "") ? t(`finding.${rule}${kind}`, {
    area: areaName(area), color: app.colorName(), technique: technique(app, app.store.state.design.technique), dpi: Math.floor(dpi ?? 0), letters: missing.join(" "),
    far: app.length(Math.max(0, isOutside ? 0 : far)), near: app.length(Math.max(0, -far)), margin: app.length(area.safe_margin_mm), least: fix?.action?.size ? app.length(fix.action.size) : "",
  }) : message;
}

/** @param {Pick<Catalogue, "techniques">} catalogue @param {string} id of a technique */
export const technique = ({ techniques }, id) => techniqueName(techniques.find((one) => one.id === id) ?? { id, name: id });

/** What a way out says. @param {App} app @param {any} finding @returns {string} */
export function fixWords(app, { rule, fix: { text, action } }) {
  if (action?.kind === "move") {
    const way = (/** @type {number} */ by, /** @type {string} */ back, /** @type {string} */ forth) => Math.abs(by) < 0.05 ? [] : [t(by < 0 ? back : forth, { by: app.length(Math.abs(by)) })];
    const ways = [...way(action.dx, "fix.left", "fix.right"), ...way(action.dy, "fix.up", "fix.down")];
    return ways.length ? t("fix.move", { ways: list(ways) }) : text;
  }
  const [what, value] = Object.entries(action?.production ?? {})[0] ?? [];
  if (what) return t(`mend.${value.mode ?? what}`);
  if (action?.ink) return t("mend.ink", { name: app.inks.find((one) => one.id === action.ink)?.name ?? action.ink });
  if (action?.kind === "scale") return t("fix.scale", { width: app.length(action.width) });
  return action?.kind === "text-size" ? t("fix.text-size", { size: app.length(action.size) }) : known([`fix.${rule}`], text);
}
