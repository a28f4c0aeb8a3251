// Where things snap: the print area, its safe margin, guides, other layers, and gaps as wide as those between others.
// @ts-check
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
 * What a box catches on. What does not depend on where the box is, is found once: a move is to be answered at once among
 * a hundred layers, too.
 * @param {{area: Box, safe: number, others: Box[], guides: Guide[]}} around in mm
 * @returns {(box: Box, tolerance: number) => {dx: number, dy: number, lines: Line[], distances: Distance[]}} how far a box has to move to lie on something, mm, and what shows that
 */
export function catching(around) {
  const known = AXES.map((axis) => ({ axis, stops: stopsOf(axis, around), others: around.others.toSorted((a, b) => a[axis] - b[axis]) }));
  return (box, tolerance) => {
    const caught = known.map(({ axis, stops, others }) => {
      /** @type {Catch | null} */
      let best = null;
      const offer = (/** @type {number} */ move, /** @type {Catch["show"]} */ show) => {
        if (Math.abs(move) <= tolerance && (!best || Math.abs(move) < Math.abs(best.move) - SAME)) best = { move, show };
      };
      edges(box, axis, stops, tolerance, around.area, offer);
      gaps(box, axis, others, offer);
      return /** @type {Catch | null} */ (best);
    });
    const [dx, dy] = caught.map((one) => one?.move ?? 0);
    const shown = caught.flatMap((one) => (one ? [one.show({ ...box, x: box.x + dx, y: box.y + dy })] : []));
    // A gap between three may also be the distance to what the layer is level with: it is told once.
    const distances = shown.flatMap((one) => one.distances);
    const told = distances.filter((one, index) => distances.findIndex(({ axis, from, to }) => axis === one.axis && Math.abs(from - one.from) < SAME && Math.abs(to - one.to) < SAME) === index);
    return { dx, dy, lines: shown.flatMap(({ lines }) => lines), distances: told };
  };
}

/** @param {Axis} axis @param {{area: Box, safe: number, others: Box[], guides: Guide[]}} around @returns {{at: number, beside: Box}[]} */
function stopsOf(axis, { area, safe, others, guides }) {
  const [first, middle, last] = spots(area, axis);
  const own = [middle, first, last, first + safe, last - safe, ...guides.filter((guide) => guide.axis === axis).map(({ at }) => at)].map((at) => ({ at, beside: area }));
  return [...own, ...others.flatMap((beside) => spots(beside, axis).map((at) => ({ at, beside })))];
}

/** Edges and middles that lie on each other. @param {Box} box @param {Axis} axis @param {{at: number, beside: Box}[]} stops @param {number} tolerance @param {Box} area @param {(move: number, show: Catch["show"]) => void} offer */
function edges(box, axis, stops, tolerance, area, offer) {
  const side = across(axis);
  const own = spots(box, axis);
  for (const { at, beside } of stops) {
    for (const spot of own) {
      if (Math.abs(at - spot) > tolerance) continue;
      offer(at - spot, (moved) => {
        const [from, to] = [moved[side], end(moved, side)];
        const gap = beside === area ? [area[side], from] : from > end(beside, side) ? [end(beside, side), from] : [to, beside[side]];
        return {
          lines: [{ axis, at, from: Math.min(beside[side], from), to: Math.max(end(beside, side), to) }],
          distances: gap[1] - gap[0] > SAME ? [{ axis: side, at, from: gap[0], to: gap[1] }] : [],
        };
      });
    }
  }
}

/** Places in a row at which the gap to a neighbour is as wide as one that is there. @param {Box} box @param {Axis} axis @param {Box[]} others along the axis @param {(move: number, show: Catch["show"]) => void} offer */
function gaps(box, axis, others, offer) {
  const side = across(axis);
  const row = others.filter((other) => other[side] < end(box, side) && box[side] < end(other, side));
  for (const [index, b] of row.slice(1).entries()) {
    const a = row[index];
    const gap = b[axis] - end(a, axis);
    if (gap <= SAME) continue;
    const put = (/** @type {number} */ at, /** @type {(moved: Box) => Box[]} */ order) => offer(at - box[axis], (moved) => {
      const three = order(moved);
      const level = (Math.max(...three.map((one) => one[side])) + Math.min(...three.map((one) => end(one, side)))) / 2;
      return { lines: [], distances: [0, 1].map((n) => ({ axis, at: level, from: end(three[n], axis), to: three[n + 1][axis] })) };
    });
    put(end(b, axis) + gap, (moved) => [a, b, moved]);
    put(a[axis] - gap - size(box, axis), (moved) => [moved, a, b]);
    const between = (gap - size(box, axis)) / 2;
    if (between > SAME) put(end(a, axis) + between, (moved) => [a, moved, b]);
  }
}
