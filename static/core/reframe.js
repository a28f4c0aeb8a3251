// The part of a picture that a layer shows: cropped or trimmed, while what stays of it keeps its place on the cloth.
// @ts-check
import { shownPart } from "./frames.js";
import { apply, place } from "./geometry.js";

/** @typedef {import("./design.js").Layer} Layer */

/** A picture cropped or trimmed in another way: what stays of it keeps its size and its place on the cloth. @param {Layer} layer @param {any} info of the picture @param {{crop?: import("./geometry.js").Box, trim?: boolean, remove_background?: any}} change @returns {Layer} */
export function reframed(layer, info, change) {
  const next = { ...layer, trim: undefined, ...change };
  if (next.crop) next.crop = wholeOr(next.crop);
  const [from, to] = [shownPart(layer, info), shownPart(next, info)];
  const { width, height } = uncut(layer, info);
  const { x, y } = apply(place(layer), { x: width * (to.x + to.width / 2 - from.x - from.width / 2), y: height * (to.y + to.height / 2 - from.y - from.height / 2) });
  return { ...next, width: Number((width * to.width).toFixed(3)), height: layer.height && Number((height * to.height).toFixed(3)), x: Number(x.toFixed(3)), y: Number(y.toFixed(3)) };
}

/** How large all of a picture would be, mm. @param {Layer} layer @param {any} info of the picture */
function uncut(layer, info) {
  const part = shownPart(layer, info);
  const width = layer.width / part.width;
  return { width, height: layer.height ? layer.height / part.height : (width * info.height_px) / info.width_px };
}

/** All of a picture in the layer's own millimetres. @param {Layer} layer @param {any} info @returns {import("./geometry.js").Box} */
export function whole(layer, info) {
  const part = shownPart(layer, info);
  const { width, height } = uncut(layer, info);
  return { x: -width * (part.x + part.width / 2), y: -height * (part.y + part.height / 2), width, height };
}

/** @param {import("./geometry.js").Box} crop */
function wholeOr({ x, y, width, height }) {
  const [left, top] = [share(x), share(y)];
  const crop = { x: left, y: top, width: Math.min(share(width), 1 - left), height: Math.min(share(height), 1 - top) };
  return crop.width === 1 && crop.height === 1 ? undefined : crop;
}

/** @param {number} value */
const share = (value) => Math.min(1, Math.max(0, Number(value.toFixed(5))));
