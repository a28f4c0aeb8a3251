// The difference of two colours that people see, by CIE L*a*b*.
// @ts-check
import { linear } from "./color.js";

/** @typedef {[number, number, number]} Lab under D50, as the catalogue writes inks */

/** Linear sRGB to XYZ under D50 (Bradford), as src/color/lab.rs has it, and the white. */
const TO_XYZ = [[0.4360657, 0.3851515, 0.1430784], [0.2224932, 0.716887, 0.0606198], [0.0139239, 0.0970813, 0.7140994]];
const WHITE = [0.9642957, 1, 0.8251046];

/** @param {string} hex @returns {Lab} */
export function labOf(hex) {
  const rgb = linear(hex);
  const [x, y, z] = TO_XYZ.map((row, index) => row.reduce((sum, factor, at) => sum + factor * rgb[at], 0) / WHITE[index]).map((t) => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const degrees = (/** @type {number} */ radians) => ((radians * 180) / Math.PI + 360) % 360;
const cos = (/** @type {number} */ angle) => Math.cos((angle * Math.PI) / 180);
const sin = (/** @type {number} */ angle) => Math.sin((angle * Math.PI) / 180);
const ratio = (/** @type {number} */ chroma) => Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7));

/** CIEDE2000 (ISO/CIE 11664-6), in the notation of Sharma, Wu and Dalal: 1 is just seen side by side, 10 is plain at a glance. @param {Lab} one @param {Lab} other */
export function deltaE([l1, a1, b1], [l2, a2, b2]) {
  const stretch = 1.5 - 0.5 * ratio((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2);
  const [c1, c2] = [Math.hypot(a1 * stretch, b1), Math.hypot(a2 * stretch, b2)];
  const [h1, h2] = [degrees(Math.atan2(b1, a1 * stretch)), degrees(Math.atan2(b2, a2 * stretch))];
  const isGrey = c1 * c2 === 0;
  const isFar = !isGrey && Math.abs(h2 - h1) > 180;
  const step = isGrey ? 0 : isFar ? h2 - h1 - Math.sign(h2 - h1) * 360 : h2 - h1;
  const hue = isGrey ? h1 + h2 : (h1 + h2 + (isFar ? (h1 + h2 < 360 ? 360 : -360) : 0)) / 2;
  const [lightness, chroma] = [(l1 + l2) / 2, (c1 + c2) / 2];
  const t = 1 - 0.17 * cos(hue - 30) + 0.24 * cos(2 * hue) + 0.32 * cos(3 * hue + 6) - 0.2 * cos(4 * hue - 63);
  const l = (l2 - l1) / (1 + (0.015 * (lightness - 50) ** 2) / Math.sqrt(20 + (lightness - 50) ** 2));
  const c = (c2 - c1) / (1 + 0.045 * chroma);
  const h = (2 * Math.sqrt(c1 * c2) * sin(step / 2)) / (1 + 0.015 * chroma * t);
  const turn = -2 * ratio(chroma) * sin(60 * Math.exp(-(((hue - 275) / 25) ** 2)));
  return Math.sqrt(l * l + c * c + h * h + turn * c * h);
}
