// The part of a garment's picture that its print lies in, so that a small picture shows the print and not the hem.
// @ts-check
import { html } from "../vendor/lit-html/lit-html.js";

/** A square; all in shares of the picture's width. @typedef {{x: number, y: number, side: number}} Part */

/** Where prints lie on whatever is worn, from the side that is seen first, and all of what is not worn. @type {[string, Part][]} */
const USUAL = [["front", { x: 0.22, y: 0.25, side: 0.56 }], ["left-chest", { x: 0.43, y: 0.24, side: 0.38 }], ["back", { x: 0.22, y: 0.17, side: 0.56 }], ["nape", { x: 0.34, y: 0.15, side: 0.32 }]];
/** @type {Part} */
const WHOLE = { x: 0, y: 0.125, side: 1 };
/** How much larger than the print the part is, and the least of it: what it lies on is seen, too. */
const ROOM = 1.25;
const LEAST = 0.2;

/** Without a look at the print. @param {string[]} areas where something is printed @returns {Part} */
export const usualPart = (areas) => USUAL.find(([area]) => areas.includes(area))?.[1] ?? WHOLE;

/** @param {import("./geometry.js").Box} box of the print @param {{width: number, height: number}} picture in the same pixels @returns {Part} */
export function partAbout(box, { width, height }) {
  const side = Math.min(1, Math.max(LEAST, (Math.max(box.width, box.height) * ROOM) / width));
  const within = (/** @type {number} */ middle, /** @type {number} */ most) => Math.max(0, Math.min(most - side, middle - side / 2));
  return { side, x: within((box.x + box.width / 2) / width, 1), y: within((box.y + box.height / 2) / width, height / width) };
}

/** How wide the whole picture must be for the part to be sharp at so many CSS pixels. @param {Part} part @param {number} width @returns {number} pixels */
export const wholeWidth = ({ side }, width) => Math.min(640, Math.max(256, Math.ceil((width * Math.min(2, devicePixelRatio)) / side / 64) * 64));

/** @param {Part} part @param {unknown} image */
export const about = ({ x, y, side }, image) => html`<i class="part" .style=${`--x: ${-x / side}; --y: ${-y / side}; --whole: ${1 / side}`}>${image}</i>`;
