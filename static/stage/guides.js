// Where things snap: the print area, its safe margin, guides, other layers, and gaps as wide as those between others.
// @ts-check
import { overlaps } from "../core/geometry.js";

/** @typedef {import("../core/geometry.js").Box} Box */
/** @typedef {"x" | "y"} Axis */
/** @typedef {{axis: Axis, at: number, from: number, to: number}} Line in mm of the area: where `axis` is `at`; `from` and `to` lie on the other axis */
/** @typedef {Line} Distance it runs along `axis`, and lies `at` on the other one */
/** @typedef {{axis: Axis, at: number}} Guide a line that a person has put there */
/** @typedef {{move: number, show: (moved: Box) => {lines: Line[], distances: Distance[]}}} Catch a way to lie on something */

const AXES = /** @type {Axis[]} */ (["x", "y"]);
/** Moves that differ by less than this, mm, are the same. */
const SAME = 0.01;

/** @param {Axis} axis @returns {Axis} */
const across = (axis) => (axis === "x" ? "y" : "x");
/** @param {Box} box @param {Axis} axis */
const size = (box, axis) => (axis === "x" ? box.width : box.height);
/** @param {Box} box @param {Axis} axis */
const end = (box, axis) => box[axis] + size(box, axis);
/** @param {Box} box @param {Axis} axis */
const spots = (box, axis) => [box[axis], box[axis] + size(box, axis) / 2, end(box, axis)];

/**
 * How far a box has to move to lie on something, and what shows that.
 * @param {Box} box of what is moved, mm @param {{area: Box, safe: number, others: Box[], guides: Guide[]}} around in mm
 * @param {number} tolerance mm @returns {{dx: number, dy: number, lines: Line[], distances: Distance[]}}
 */
export function snap(box, around, tolerance) {
  const caught = AXES.map((axis) => {
    const within = [...edges(box, axis, around, tolerance), ...gaps(box, axis, around.others).filter(({ move }) => Math.abs(move) <= tolerance)];
    return within.length ? within.reduce((best, one) => (Math.abs(one.move) < Math.abs(best.move) - SAME ? one : best)) : null;
  });
  const [dx, dy] = caught.map((one) => one?.move ?? 0);
  const shown = caught.flatMap((one) => (one ? [one.show({ ...box, x: box.x + dx, y: box.y + dy })] : []));
  // A gap between three may also be the distance to what the layer is level with: it is told once.
  const distances = shown.flatMap((one) => one.distances);
  const told = distances.filter((one, index) => distances.findIndex(({ axis, from, to }) => axis === one.axis && Math.abs(from - one.from) < SAME && Math.abs(to - one.to) < SAME) === index);
  return { dx, dy, lines: shown.flatMap(({ lines }) => lines), distances: told };
}

/** Edges and middles that lie on each other. @param {Box} box @param {Axis} axis @param {{area: Box, safe: number, others: Box[], guides: Guide[]}} around @param {number} tolerance @returns {Generator<Catch>} */
function* edges(box, axis, { area, safe, others, guides }, tolerance) {
  const side = across(axis);
  const [first, middle, last] = spots(area, axis);
  const stops = [middle, first, last, first + safe, last - safe, ...guides.filter((guide) => guide.axis === axis).map(({ at }) => at)].map((at) => ({ at, beside: area }));
  for (const beside of others) for (const at of spots(beside, axis)) stops.push({ at, beside });
  const own = spots(box, axis);
  for (const { at, beside } of stops) {
    for (const spot of own) {
      if (Math.abs(at - spot) > tolerance) continue;
      yield {
        move: at - spot,
        show: (moved) => {
          const [from, to] = [moved[side], end(moved, side)];
          const gap = beside === area ? [area[side], from] : from > end(beside, side) ? [end(beside, side), from] : [to, beside[side]];
          return {
            lines: [{ axis, at, from: Math.min(beside[side], from), to: Math.max(end(beside, side), to) }],
            distances: gap[1] - gap[0] > SAME ? [{ axis: side, at, from: gap[0], to: gap[1] }] : [],
          };
        },
      };
    }
  }
}

/** Places in a row at which the gap to a neighbour is as wide as one that is there. @param {Box} box @param {Axis} axis @param {Box[]} others @returns {Catch[]} */
function gaps(box, axis, others) {
  /** @type {Catch[]} */
  const all = [];
  const side = across(axis);
  const strip = { ...box, [axis]: -1e6, [axis === "x" ? "width" : "height"]: 2e6 };
  const row = others.filter((other) => overlaps(other, strip)).sort((a, b) => a[axis] - b[axis]);
  for (const [index, b] of row.slice(1).entries()) {
    const a = row[index];
    const gap = b[axis] - end(a, axis);
    if (gap <= SAME) continue;
    const between = (gap - size(box, axis)) / 2;
    const places = [
      { at: end(b, axis) + gap, order: (/** @type {Box} */ moved) => [a, b, moved] },
      { at: a[axis] - gap - size(box, axis), order: (/** @type {Box} */ moved) => [moved, a, b] },
      ...(between > SAME ? [{ at: end(a, axis) + between, order: (/** @type {Box} */ moved) => [a, moved, b] }] : []),
    ];
    for (const { at, order } of places) {
      all.push({
        move: at - box[axis],
        show: (moved) => {
          const three = order(moved);
          const level = (Math.max(...three.map((one) => one[side])) + Math.min(...three.map((one) => end(one, side)))) / 2;
          return { lines: [], distances: [0, 1].map((n) => ({ axis, at: level, from: end(three[n], axis), to: three[n + 1][axis] })) };
        },
      });
    }
  }
  return all;
}
