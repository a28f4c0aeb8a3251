// The handles of the chosen layer: corners scale it, sides set its width or crop it, the one below turns it.
// @ts-check
import { find } from "../core/design.js";
import { canStretch, scaled } from "../core/scaled.js";
import { apply, corners, invert, middle, place } from "../core/geometry.js";
import { t } from "../core/i18n.js";
import { dragCrop } from "./crop.js";

/** @typedef {import("../core/geometry.js").Point} Point */
/** @typedef {import("../core/design.js").Layer} Layer */
/** @typedef {import("./gestures.js").Stage} Stage */
/**
 * @typedef {object} Grip
 * @property {Layer} layer as it was
 * @property {import("../core/geometry.js").Box} box
 * @property {(event: PointerEvent) => Point} outside where it is in the millimetres that the layer is placed in
 * @property {(event: PointerEvent) => Point} inLayer
 * @property {Point} grabbed where it was taken, in the layer's millimetres: where within a handle makes no difference
 */

const STOPS = [-180, -135, -90, -45, 0, 45, 90, 135, 180];
/** So close to a stop, degrees, turning catches. */
const CATCH = 3;
/** A layer is never scaled to less, as a share. */
const LEAST = 0.02;

/** @param {import("../app.js").App} app @param {PointerEvent} event @param {Stage} stage */
export function takeHandle(app, event, stage) {
  const found = find(app.store.state.design, app.store.state.selection[0]);
  const ground = found && app.ground.of(found.area);
  if (!found || !ground) return;
  const [around, own] = [invert(app.frames.within(found.parents)), invert(place(found.layer))];
  const outside = (/** @type {PointerEvent} */ move) => apply(around, ground.toArea(stage.at(move)));
  const inLayer = (/** @type {PointerEvent} */ move) => apply(own, outside(move));
  const grip = { layer: found.layer, box: app.frames.box(found.layer), outside, inLayer, grabbed: inLayer(event) };
  const handle = nearest(event);
  if (handle.startsWith("crop-")) dragCrop(app, handle.slice(5), grip, stage);
  else if (handle === "turn") turn(grip, event, stage);
  else if ((handle === "e" || handle === "w") && found.layer.type === "image") dragCrop(app, handle, grip, stage);
  else if (handle === "e" || handle === "w") widen(app, grip, handle === "e" ? 1 : -1, stage);
  else scale(app, grip, ["nw", "ne", "se", "sw"].indexOf(handle), stage);
}

/** What can be hit of handles overlaps; the one whose middle is nearest is meant. @param {PointerEvent} event @returns {string} */
function nearest({ clientX, clientY }) {
  const far = (/** @type {Element} */ grip) => {
    const { x, y, width, height } = grip.getBoundingClientRect();
    return Math.hypot(x + width / 2 - clientX, y + height / 2 - clientY);
  };
  const [grip] = [...document.querySelectorAll("[data-handle] > .grip")].sort((a, b) => far(a) - far(b));
  return grip?.parentElement?.getAttribute("data-handle") ?? "";
}

/** @param {Grip} grip @param {PointerEvent} event @param {Stage} stage */
function turn({ layer, box, outside }, event, { begin, change }) {
  const centre = apply(place(layer), middle(box));
  const angle = (/** @type {Point} */ p) => (Math.atan2(p.y - centre.y, p.x - centre.x) * 180) / Math.PI;
  const first = angle(outside(event));
  const before = layer.rotation ?? 0;
  begin(t("did.turn"), (move) => {
    let now = before + angle(outside(move)) - first;
    now = ((((now + 180) % 360) + 360) % 360) - 180;
    if (move.shiftKey) now = Math.round(now / 15) * 15;
    else now = STOPS.find((stop) => Math.abs(now - stop) < CATCH) ?? now;
    change(layer.id, { rotation: now === 0 ? undefined : rounded(now, 1) });
  });
}

/** Shift does the other of what the setting says: to keep the proportions, or not. @param {import("../app.js").App} app @param {Grip} grip @param {number} index of the corner @param {Stage} stage */
function scale(app, { layer, box, inLayer, grabbed }, index, { begin, change }) {
  const { ratio } = app.settings.value;
  const corner = corners(box)[index];
  const opposite = corners(box)[(index + 2) % 4];
  begin(t("did.scale"), (move) => {
    const to = inLayer(move);
    const from = move.altKey ? middle(box) : opposite;
    const [wx, wy] = [corner.x - from.x, corner.y - from.y];
    const [px, py] = [to.x - grabbed.x + wx, to.y - grabbed.y + wy];
    if (move.shiftKey === ratio && canStretch(layer)) change(layer.id, resized(app, layer, Math.max(LEAST, px / wx), Math.max(LEAST, py / wy), from));
    else {
      const along = Math.max(LEAST, (px * wx + py * wy) / (wx * wx + wy * wy));
      change(layer.id, resized(app, layer, along, along, from));
    }
  });
}

/** The sides set the width: of a text what it wraps or fits in, of a shape its own. @param {import("../app.js").App} app @param {Grip} grip @param {1 | -1} side @param {Stage} stage */
function widen(app, { layer, box, inLayer, grabbed }, side, { begin, change }) {
  begin(t("did.width"), (move) => {
    const width = Math.max(2, box.width + 2 * side * (inLayer(move).x - grabbed.x));
    if (layer.type === "text") change(layer.id, layer.fit_width !== undefined ? { fit_width: rounded(width) } : { max_width: rounded(width) });
    else change(layer.id, resized(app, layer, width / box.width, canStretch(layer) ? 1 : width / box.width, middle(box)));
  });
}

/** @param {import("../app.js").App} app @param {Layer} layer @param {number} across @param {number} down @param {Point} fixed what stays on the cloth, in its own mm */
function resized(app, layer, across, down, fixed) {
  const matrix = place(layer);
  const next = scaled(layer, across, down, app.frames.aspect);
  const gap = { x: fixed.x * (1 - across), y: fixed.y * (1 - down) };
  next.x = rounded(layer.x + matrix[0] * gap.x + matrix[2] * gap.y);
  next.y = rounded(layer.y + matrix[1] * gap.x + matrix[3] * gap.y);
  return next;
}

/** @param {number} value @param {number} [digits] */
export const rounded = (value, digits = 2) => Number(value.toFixed(digits));
