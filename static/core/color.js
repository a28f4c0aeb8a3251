// Colours as numbers and as people write them, and their contrast.
// @ts-check

/** @param {string} hex @returns {number[]} 0 to 255 */
export const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** @param {number[]} rgb 0 to 255 */
export const hexOf = (rgb) => `#${rgb.map((value) => Math.min(255, Math.max(0, Math.round(value))).toString(16).padStart(2, "0")).join("")}`;

/** A colour as people write it: "#C01", "c01020". @param {string} text @returns {string | null} */
export function readHex(text) {
  const digits = /^\s*#?([0-9a-f]{3}|[0-9a-f]{6})\s*$/i.exec(text)?.[1].toLowerCase();
  return digits ? `#${digits.length === 3 ? digits.replace(/./g, "$&$&") : digits}` : null;
}

/** @param {string} hex @returns {number[]} 0 to 1 */
export const linear = (hex) => channels(hex).map((byte) => (byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4));

/** @param {string} hex */
const luminance = (hex) => linear(hex).reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);

/** WCAG contrast of two sRGB colours. @param {string} a @param {string} b */
export function contrast(a, b) {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}
