// What a press does to good plates: screens stand a little apart, and dots grow where the ink spreads. The proof shows it,
// so that lines that lie open or vanish are seen before the film is made.
// @ts-check
import { t } from "../core/i18n.js";
import { slider } from "../ui/field.js";
import { millimetres, percent } from "./press-words.js";

/** @typedef {import("./press-paint.js").Job} Job */
/** `apart`: how far each screen stands from the first, mm; `gain`: how much a half tone grows, percent. @typedef {{apart: number, gain: number}} Flaws */

/** As the plates are. @type {Flaws} */
export const NONE = { apart: 0, gain: 0 };
const MOST = { apart: 1, gain: 40 };
/** Between the ways that two screens after each other stand off: no two stand off alike. */
const TURN = Math.PI * (3 - Math.sqrt(5));

/** The plates as such a press prints them. @param {Job} job @param {Flaws} flaws @returns {Job} */
export function printedWith(job, { apart, gain }) {
  if (!apart && !gain) return job;
  const dots = (apart * job.plan.dpi) / 25.4;
  // What a half tone gains, tones beside it gain less, and neither bare cloth nor full ink anything.
  const grown = Uint8Array.from({ length: 256 }, (_, part) => {
    const share = part / 255;
    return Math.round(255 * Math.min(1, share + (gain / 100) * 4 * share * (1 - share)));
  });
  const plates = job.plates.map((plate, index) => {
    const parts = gain ? plate.parts.map((part) => grown[part]) : plate.parts;
    // The others are set to the first screen.
    return { ...plate, parts: index && dots ? moved(parts, job, dots * Math.cos(index * TURN), dots * Math.sin(index * TURN)) : parts };
  });
  return { ...job, plates };
}

/** Parts so many dots to the right and down, shared among the dots that they come to lie on. @param {Uint8Array} parts @param {Job} job @param {number} right @param {number} down */
function moved(parts, { width, height }, right, down) {
  const [dx, dy] = [Math.floor(right), Math.floor(down)];
  const [fx, fy] = [right - dx, down - dy];
  const next = new Uint8Array(parts.length);
  const at = (/** @type {number} */ x, /** @type {number} */ y) => (x < 0 || y < 0 || x >= width || y >= height ? 0 : parts[y * width + x]);
  for (let y = 0, to = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, to += 1) {
      const [left, top] = [x - dx - 1, y - dy - 1];
      const above = at(left, top) * fx + at(left + 1, top) * (1 - fx);
      const below = at(left, top + 1) * fx + at(left + 1, top + 1) * (1 - fx);
      next[to] = above * fy + below * (1 - fy) + 0.5;
    }
  }
  return next;
}

/** @param {Flaws} flaws @param {(flaws: Flaws) => void} set */
export const flawsOf = ({ apart, gain }, set) => [
  slider({ label: t("press.apart"), value: apart, least: 0, most: MOST.apart, step: 0.1, text: millimetres(apart), set: (apart) => set({ apart, gain }) }),
  slider({ label: t("press.gain"), value: gain, least: 0, most: MOST.gain, text: percent(gain), set: (gain) => set({ apart, gain }) }),
];
