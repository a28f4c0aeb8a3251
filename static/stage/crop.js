// Cropping on the stage: the whole picture faintly, the part that is printed, and handles on its corners and sides.
// @ts-check
import { svg } from "../vendor/lit-html/lit-html.js";
import { proxy } from "../core/api.js";
import { shownPart } from "../core/frames.js";
import { apply, corners, multiply } from "../core/geometry.js";
import { t } from "../core/i18n.js";
import { reframed, whole } from "../core/reframe.js";
import { brushed } from "./brush.js";

/** @typedef {import("../core/geometry.js").Point} Point */

/** A crop leaves at least this share of a side. */
const LEAST = 0.05;
/** Where the handles stand, from the left and from the top. */
const GRIPS = /** @type {Record<string, [number, number]>} */ ({ n: [0.5, 0], e: [1, 0.5], s: [0.5, 1], w: [0, 0.5], nw: [0, 0], ne: [1, 0], se: [1, 1], sw: [0, 1] });

/** The picture that is being cropped, if one is. @param {import("../app.js").App} app @param {import("../core/design.js").Found | undefined} found */
export const isCropping = (app, found) => found?.layer.type === "image" && app.store.state.editing === found.layer.id && app.uploads.has(found.layer.asset) && !brushed(app);

/** @param {import("../app.js").App} app @param {import("../core/design.js").Found} found @param {import("../core/geometry.js").Ground} on @param {number} px one CSS pixel */
export function cropBox(app, found, on, px) {
  const { layer } = found;
  const matrix = app.frames.matrix(found);
  const all = whole(layer, app.uploads.get(layer.asset));
  const box = app.frames.box(layer);
  const seen = (/** @type {number} */ x, /** @type {number} */ y) => on.toPicture(apply(matrix, { x: box.x + x * box.width, y: box.y + y * box.height }));
  const outline = (/** @type {import("../core/geometry.js").Box} */ frame) => `M${on.path(corners(frame).map((point) => apply(matrix, point))).map(({ x, y }) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L")}Z`;
  const lie = multiply(on.around(apply(matrix, { x: 0, y: 0 })), matrix);
  return svg`<g class="selection crop">
    <image href=${proxy(layer.asset, 1024)} x=${all.x} y=${all.y} width=${all.width} height=${all.height} preserveAspectRatio="none" transform="matrix(${lie.join(" ")})" />
    <path class="all" d=${outline(all)} /><path d=${outline(box)} />
    ${Object.entries(GRIPS).map(([name, [x, y]]) => {
      const at = seen(x, y);
      return svg`<g class="handle" data-handle="crop-${name}"><circle class="grip" cx=${at.x} cy=${at.y} r=${22 * px} /><rect x=${at.x - 6 * px} y=${at.y - 6 * px} width=${12 * px} height=${12 * px} rx=${2 * px} /></g>`;
    })}</g>`;
}

/** Drags a side or a corner of the crop. @param {import("../app.js").App} app @param {string} name of the handle @param {import("./handles.js").Grip} grip @param {import("./gestures.js").Stage} stage */
export function dragCrop(app, name, { layer, inLayer, grabbed }, { begin, change }) {
  const info = app.uploads.get(layer.asset);
  const all = whole(layer, info);
  const part = shownPart(layer, info);
  const [x, y] = GRIPS[name];
  begin(t("did.crop"), (move) => {
    const to = inLayer(move);
    const [dx, dy] = [(to.x - grabbed.x) / all.width, (to.y - grabbed.y) / all.height];
    let [left, top, right, bottom] = [part.x, part.y, part.x + part.width, part.y + part.height];
    if (x === 0) left = Math.min(right - LEAST, Math.max(0, left + dx));
    if (x === 1) right = Math.max(left + LEAST, Math.min(1, right + dx));
    if (y === 0) top = Math.min(bottom - LEAST, Math.max(0, top + dy));
    if (y === 1) bottom = Math.max(top + LEAST, Math.min(1, bottom + dy));
    change(layer.id, reframed(layer, info, { crop: { x: left, y: top, width: right - left, height: bottom - top } }));
  });
}
