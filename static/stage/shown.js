// What a gesture shows: the lines that a layer catches on, distances, the marquee.
// @ts-check
import { nothing, svg } from "../vendor/lit-html/lit-html.js";
import { corners, middle } from "../core/geometry.js";
import { line, outline } from "./marks.js";

/** @typedef {import("../core/geometry.js").Ground} Ground */
/** @typedef {import("../app.js").App} App */

/** Half the bar at the end of a distance, CSS px. */
const BAR_PX = 4;

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
