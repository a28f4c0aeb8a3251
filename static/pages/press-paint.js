// Plates on each other: as they look on the cloth, and as films on a light table.
// @ts-check
import { filesOf } from "./press-zip.js";

/** @typedef {import("../types/api").PressPlan} Plan */
/** @typedef {import("../types/api").PlannedPlate} Planned */
/** A plate: what is planned with it, and how much of each dot it covers, 0 to 255. @typedef {Planned & {parts: Uint8Array, isBelow: boolean}} Plate */
/** Where something lies, in dots of the plates. @typedef {{x: number, y: number, width: number, height: number}} Box */
/** @typedef {{plan: Plan, plates: Plate[], width: number, height: number, box: Box}} Job */

/** So much is seen around what is printed, as a share of its larger side. */
const MARGIN = 0.07;

/** Reads what the service answered. @param {ArrayBuffer} archive @returns {Promise<Job>} */
export async function jobOf(archive) {
  const files = filesOf(archive);
  const file = (/** @type {string} */ name) => {
    const found = files.get(name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  };
  /** @type {Plan} */
  const plan = JSON.parse(new TextDecoder().decode(file("plan.json")));
  const pictures = await Promise.all(plan.plates.map((plate) => partsOf(file(`plates/${plate.file}.png`))));
  const { width, height } = pictures[0];
  const plates = plan.plates.map((plate, index) => ({ ...plate, parts: pictures[index].parts, isBelow: plate.file === "01-underbase" && !plate.ink }));
  return { plan, plates, width, height, box: printed(plates, width, height) };
}

/** Grey is coverage: black is full ink. @param {Uint8Array<ArrayBuffer>} png */
async function partsOf(png) {
  const picture = await createImageBitmap(new Blob([png], { type: "image/png" }), { colorSpaceConversion: "none" });
  const { width, height } = picture;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  context.drawImage(picture, 0, 0);
  picture.close();
  const { data } = context.getImageData(0, 0, width, height);
  const parts = new Uint8Array(width * height);
  for (let at = 0; at < parts.length; at += 1) parts[at] = 255 - data[at * 4];
  return { width, height, parts };
}

/** What any plate prints on, with a margin. @param {Plate[]} plates @param {number} width @param {number} height @returns {Box} */
function printed(plates, width, height) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (const { parts } of plates) {
    for (let y = 0, at = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1, at += 1) {
        if (parts[at] === 0) continue;
        if (x < left) left = x;
        if (x > right) right = x;
        if (y < top) top = y;
        if (y > bottom) bottom = y;
      }
    }
  }
  if (right < 0) return { x: 0, y: 0, width, height };
  const margin = Math.round(Math.max(right - left, bottom - top) * MARGIN) + 4;
  const [x, y] = [Math.max(0, left - margin), Math.max(0, top - margin)];
  return { x, y, width: Math.min(width, right + margin + 1) - x, height: Math.min(height, bottom + margin + 1) - y };
}

/** @typedef {[number, number, number]} Rgb */

/** @param {string} hex `#rrggbb` @returns {Rgb} */
const rgb = (hex) => /** @type {Rgb} */ ([1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
/** How much an ink hides of what is below, as the service's proof has it. @param {Planned} plate */
function opacity({ lab: [l, a, b] }) {
  const chroma = Math.hypot(a, b);
  return l < 35 && chroma < 12 ? 0.97 : l >= 92 && chroma <= 8 ? 0.92 : 0.8;
}
/** An ink on what is below: it hides a part and filters the rest. @param {Rgb} ink @param {number} hides @param {Rgb} below @returns {Rgb} */
const on = (ink, hides, below) => /** @type {Rgb} */ (ink.map((own, channel) => own * (hides + ((1 - hides) * below[channel]) / 255)));
/**
 * Plates on the cloth, as the proof puts them together: inks that cover no more than a dot lie beside each other, others
 * on each other in the order of printing.
 * @param {Job} job @param {boolean[]} shown by plate @returns {ImageData} what lies in the job's box
 */
export function onCloth({ plan, plates, width, box }, shown) {
  const cloth = rgb(plan.cloth);
  const below = plates.find((plate, index) => plate.isBelow && shown[index]);
  const under = below ? on(rgb(below.color), opacity(below), cloth) : cloth;
  const whites = below?.parts;
  // An ink on white and cloth in shares is what lies in these shares between it on either: nothing is mixed dot by dot.
  const inks = plates.filter((plate, index) => !plate.isBelow && shown[index]).map((plate) => {
    const [color, hides] = [rgb(plate.color), opacity(plate)];
    return { parts: plate.parts, color, hides, onCloth: on(color, hides, cloth), onWhite: on(color, hides, under) };
  });
  return drawn(box, width, (at, to, data) => {
    let sum = 0;
    for (const ink of inks) sum += ink.parts[at];
    const white = whites ? whites[at] / 255 : 0;
    if (sum === 0 && white === 0) {
      for (let channel = 0; channel < 3; channel += 1) data[to + channel] = cloth[channel];
      return;
    }
    // White has the screen of the colours: its dots lie below theirs, and only what is left shows beside them.
    const isOver = sum > 255;
    sum /= 255;
    const hidden = isOver ? white : sum > 0 ? Math.min(1, white / sum) : 0;
    const beside = isOver ? white : sum < 1 ? Math.max(0, (white - sum) / (1 - sum)) : 0;
    for (let channel = 0; channel < 3; channel += 1) {
      let color = cloth[channel] + (under[channel] - cloth[channel]) * beside;
      if (!isOver) color *= 1 - sum;
      for (const ink of inks) {
        const share = ink.parts[at] / 255;
        if (share === 0) continue;
        if (isOver) color += (ink.color[channel] * (ink.hides + ((1 - ink.hides) * color) / 255) - color) * share;
        else color += (ink.onCloth[channel] + (ink.onWhite[channel] - ink.onCloth[channel]) * hidden) * share;
      }
      data[to + channel] = color;
    }
  });
}

/** Films on each other: black is ink. @param {Job} job @param {boolean[]} shown by plate @returns {ImageData} */
export function onFilm({ plates, width, box }, shown) {
  const all = plates.filter((_, index) => shown[index]).map(({ parts }) => parts);
  return drawn(box, width, (at, to, data) => {
    let light = 255;
    for (const parts of all) light *= 1 - parts[at] / 255;
    data[to] = data[to + 1] = data[to + 2] = light;
  });
}

/** @param {Box} box @param {number} width of the plates @param {(at: number, to: number, data: Uint8ClampedArray) => void} put one dot */
function drawn(box, width, put) {
  const picture = new ImageData(box.width, box.height);
  const { data } = picture;
  for (let y = 0, to = 0; y < box.height; y += 1) {
    let at = (box.y + y) * width + box.x;
    for (let x = 0; x < box.width; x += 1, at += 1, to += 4) {
      put(at, to, data);
      data[to + 3] = 255;
    }
  }
  return picture;
}
