// What a press does to good plates: screens stand a little apart, and dots grow.
// @ts-check
import { t } from "../core/i18n.js";
import { slider } from "../ui/field.js";
import { millimetres, percent } from "./press-words.js";

/** @typedef {import("./press-paint.js").Job} Job */
/** `apart`: how far each screen stands from the first, mm; `gain`: how much a half tone grows, percent. @typedef {{apart: number, gain: number}} Flaws */

/** @type {Flaws} */
export const NONE = { apart: 0, gain: 0 };
/** No two screens stand off the same way. */
const TURN = Math.PI * (3 - Math.sqrt(5));

/** @param {Job} job @param {Flaws} flaws @returns {Job} */
export function printedWith(job, { apart, gain }) {
  if (!apart && !gain) return job;
  const dots = (apart * job.plan.dpi) / 25.4;
  // A half tone gains most.
  const grown = Uint8ClampedArray.from({ length: 256 }, (_, part) => part + gain / 25 * part * (1 - part / 255));
  const plates = job.plates.map((plate, index) => {
    const parts = plate.parts.map((part) => grown[part]);
    // The others are set to the first screen.
    return { ...plate, parts: index && dots ? moved(parts, job, dots * Math.cos(index * TURN), dots * Math.sin(index * TURN)) : parts };
  });
  return { ...job, plates };
}

/** Parts so many dots to the right and down. @param {Uint8Array} parts @param {Job} job @param {number} right @param {number} down */
function moved(parts, { width, height }, right, down) {
  const [dx, dy] = [Math.floor(right), Math.floor(down)];
  const [fx, fy] = [right - dx, down - dy];
  const next = new Uint8Array(parts.length);
  const at = (/** @type {number} */ x, /** @type {number} */ y) => (x < 0 || y < 0 || x >= width || y >= height ? 0 : parts[y * width + x]);
  for (let y = 0, to = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, to += 1) {
      const row = (/** @type {number} */ y) => at(x - dx - 1, y) * fx + at(x - dx, y) * (1 - fx);
      next[to] = row(y - dy - 1) * fy + row(y - dy) * (1 - fy) + 0.5;
    }
  }
  return next;
}

/** @param {Flaws} flaws @param {(flaws: Flaws) => void} set */
export const flawsOf = ({ apart, gain }, set) => [
  slider({ label: t("press.apart"), value: apart, least: 0, most: 1, step: 0.1, text: millimetres(apart), set: (apart) => set({ apart, gain }) }),
  slider({ label: t("press.gain"), value: gain, least: 0, most: 40, text: percent(gain), set: (gain) => set({ apart, gain }) }),
];
