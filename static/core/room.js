// Where something new goes: not over what is there, as long as there is room below it.
// @ts-check
import { walk } from "./design.js";
import { bounds } from "./geometry.js";

/** Between what is there and what comes, mm. */
const GAP = 8;
/** Less of its size than this is no use: then it lies over the others. */
const LEAST = 0.4;

/**
 * @param {import("../app.js").App} app @param {{id: string, safe_margin_mm: number}} area
 * @param {import("./geometry.js").Box} wanted where it would lie if nothing else were there, mm
 * @returns {{y: number, by: number}} its middle, and by how much it is to be scaled
 */
export function roomFor(app, area, { x, y, width, height }) {
  const { extent } = /** @type {import("./geometry.js").Cloth & {extent: import("./geometry.js").Box}} */ (app.ground.of(area.id));
  const boxes = walk(app.store.state.design).filter((found) => found.area === area.id && found.parents.length === 0 && !found.layer.hidden).map((found) => bounds(app.frames.quad(found)));
  const isTaken = boxes.some((box) => box.x < x + width && box.x + box.width > x && box.y < y + height && box.y + box.height > y);
  const top = Math.max(...boxes.map((box) => box.y + box.height)) + GAP;
  const by = Math.min(1, (extent.y + extent.height - area.safe_margin_mm - top) / height);
  return isTaken && by >= LEAST ? { y: top + (height * by) / 2, by } : { y: y + height / 2, by: 1 };
}
