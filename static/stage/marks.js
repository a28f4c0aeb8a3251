// Thin lines over the cloth that are looked at and not taken hold of: grid, edge of the print area, what layers catch on.
// @ts-check
import { nothing, svg } from "../vendor/lit-html/lit-html.js";
import { corners, middle } from "../core/geometry.js";

/** @typedef {import("../core/geometry.js").Point} Point */
/** @typedef {import("../core/geometry.js").Ground} Ground */
/** @typedef {import("../app.js").App} App */

const GRID_MM = 10;
/** Half the bar at the end of a distance, CSS px. */
const BAR_PX = 4;

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

/** What is not printed sinks into the bench. @param {import("../core/geometry.js").Box} box of the stage @param {Ground} on */
export const outside = (box, on) => svg`<path class="outside" d=${outline(corners(box)) + edge(on)} />`;

/** What a gesture shows. @param {App} app */
export function gestureMarks(app) {
  const { area, lines, distances, marquee } = app.gesture;
  const on = app.ground.of(area);
  return svg`
    ${on ? lines.map(({ axis, at, from, to }) => svg`<path class="guide" d=${line(on.path(axis === "x" ? [{ x: at, y: from }, { x: at, y: to }] : [{ x: from, y: at }, { x: to, y: at }], 15, false))} />`) : nothing}
    ${on ? distances.map((one) => distance(app, on, one)) : nothing}
    ${marquee ? svg`<path class="marquee" d=${outline(corners(marquee))} />` : nothing}`;
}

/** @param {App} app @param {Ground} on @param {import("./guides.js").Distance} distance */
function distance(app, on, { axis, at, from, to }) {
  const point = (/** @type {number} */ along) => (axis === "x" ? { x: along, y: at } : { x: at, y: along });
  const px = app.pixel();
  const ends = [on.toPicture(point(from)), on.toPicture(point(to))];
  const away = Math.hypot(ends[1].x - ends[0].x, ends[1].y - ends[0].y) || 1;
  const bar = { x: (-(ends[1].y - ends[0].y) / away) * BAR_PX * px, y: ((ends[1].x - ends[0].x) / away) * BAR_PX * px };
  const label = app.length(to - from);
  const [width, height] = [(label.length * 6.3 + 10) * px, 17 * px];
  const centre = on.toPicture(middle({ ...point(from), width: axis === "x" ? to - from : 0, height: axis === "y" ? to - from : 0 }));
  // Beside the line, not on it.
  const place = axis === "x" ? { x: centre.x, y: centre.y - height / 2 - 5 * px } : { x: centre.x + width / 2 + 6 * px, y: centre.y };
  return svg`<g class="distance" aria-hidden="true">
    <path d=${line(on.path([point(from), point(to)], 15, false)) + ends.map((end) => line([{ x: end.x - bar.x, y: end.y - bar.y }, { x: end.x + bar.x, y: end.y + bar.y }])).join("")} />
    <rect x=${place.x - width / 2} y=${place.y - height / 2} width=${width} height=${height} rx=${2 * px} />
    <text x=${place.x} y=${place.y + 3.6 * px} text-anchor="middle" font-size=${10.5 * px}>${label}</text></g>`;
}
