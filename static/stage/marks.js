// Thin lines over the cloth that are looked at and not taken hold of: grid, edge and corners of the print area.
// @ts-check
import { svg } from "../vendor/lit-html/lit-html.js";
import { corners } from "../core/geometry.js";

/** @typedef {import("../core/geometry.js").Point} Point */
/** @typedef {import("../core/geometry.js").Ground} Ground */

const GRID_MM = 10;
/** Where crop marks begin and end, mm off the corner. */
const TICK = { from: 3, to: 12 };

/** @param {Point[]} points */
export const line = (points) => `M${points.map((p) => `${p.x.toFixed(2)} ${p.y.toFixed(2)}`).join("L")}`;
/** @param {Point[]} points */
export const outline = (points) => `${line(points)}Z`;

/** Lines that lie on a ground as long as it is seen. @type {WeakMap<Ground, Map<string, any>>} */
const lying = new WeakMap();

/** @template T @param {Ground} on @param {string} what @param {() => T} make @returns {T} */
export function once(on, what, make) {
  const known = lying.get(on) ?? new Map();
  lying.set(on, known);
  if (!known.has(what)) known.set(what, make());
  return known.get(what);
}

/** It lies on the cloth as the print does. @param {Ground} on */
export function grid(on) {
  const { each, fifth } = once(on, "grid", () => {
    const { x, y, width, height } = on.extent;
    const known = { each: "", fifth: "" };
    for (let at = Math.ceil(x / GRID_MM) * GRID_MM; at <= x + width; at += GRID_MM) known[at % (5 * GRID_MM) ? "each" : "fifth"] += line(on.path([{ x: at, y }, { x: at, y: y + height }], 15, false));
    for (let at = Math.ceil(y / GRID_MM) * GRID_MM; at <= y + height; at += GRID_MM) known[at % (5 * GRID_MM) ? "each" : "fifth"] += line(on.path([{ x, y: at }, { x: x + width, y: at }], 15, false));
    return known;
  });
  return svg`<g class="grid"><path d=${each} /><path class="fifth" d=${fifth} /></g>`;
}

/** The edge of the print area, or a line so far inside of it. @param {Ground} on @param {number} inset mm */
export const edge = (on, inset = 0) => once(on, `edge ${inset}`, () => {
  const { x, y, width, height } = on.extent;
  return outline(on.path(corners({ x: x + inset, y: y + inset, width: width - 2 * inset, height: height - 2 * inset })));
});

/** Crop marks at the corners of the print area, off it as a printer sets them. @param {Ground} on */
export const ticks = (on) => once(on, "ticks", () => {
  const { x, y, width, height } = on.extent;
  const mark = (/** @type {Point} */ from, /** @type {number} */ dx, /** @type {number} */ dy) => line([TICK.from, TICK.to].map((mm) => on.toPicture({ x: from.x + dx * mm, y: from.y + dy * mm })));
  return corners({ x, y, width, height }).map((corner, index) => mark(corner, index === 0 || index === 3 ? -1 : 1, 0) + mark(corner, 0, index < 2 ? -1 : 1)).join("");
});

/** What is not printed sinks into the bench. @param {import("../core/geometry.js").Box} box of the stage @param {Ground} on */
export const outside = (box, on) => svg`<path class="outside" d=${outline(corners(box)) + edge(on)} />`;
