// Where things snap: the middle, edges and safe margin of the print area, and other layers' edges and middles.
// @ts-check
import { bounds } from "../core/geometry.js";

/** @typedef {import("../core/geometry.js").Box} Box */
/** @typedef {{axis: "x" | "y", at: number, from: number, to: number}} Line in mm of the area; `from` and `to` lie on the other axis */

/** @param {Box} box @param {"x" | "y"} axis */
const spots = (box, axis) => (axis === "x" ? [box.x, box.x + box.width / 2, box.x + box.width] : [box.y, box.y + box.height / 2, box.y + box.height]);

/**
 * How far a box has to move to lie on something, and what shows that.
 * @param {Box} box of what is moved, mm @param {{width: number, height: number}} area @param {number} safe margin, mm
 * @param {Box[]} others @param {number} tolerance mm @returns {{dx: number, dy: number, lines: Line[]}}
 */
export function snap(box, area, safe, others, tolerance) {
  const result = { dx: 0, dy: 0, lines: /** @type {Line[]} */ ([]) };
  for (const axis of /** @type {("x" | "y")[]} */ (["x", "y"])) {
    const length = axis === "x" ? area.width : area.height;
    const span = axis === "x" ? area.height : area.width;
    const whole = { from: 0, to: span };
    const candidates = [length / 2, 0, length, safe, length - safe].map((at) => ({ at, ...whole }));
    for (const other of others) {
      const [from, size] = axis === "x" ? [other.y, other.height] : [other.x, other.width];
      for (const at of spots(other, axis)) candidates.push({ at, from, to: from + size });
    }
    let best = null;
    for (const candidate of candidates) {
      for (const spot of spots(box, axis)) {
        const move = candidate.at - spot;
        if (Math.abs(move) <= tolerance && (!best || Math.abs(move) < Math.abs(best.move))) best = { move, candidate };
      }
    }
    if (!best) continue;
    result[axis === "x" ? "dx" : "dy"] = best.move;
    const [from, size] = axis === "x" ? [box.y, box.height] : [box.x, box.width];
    const { candidate } = best;
    result.lines.push({ axis, at: candidate.at, from: Math.min(candidate.from, from), to: Math.max(candidate.to, from + size) });
  }
  return result;
}

/** @param {import("../core/geometry.js").Point[][]} quads @returns {Box} */
export const around = (quads) => bounds(quads.flat());
