// Two fingers on a chosen layer move, scale and turn it; elsewhere they zoom and pan.
// @ts-check
import { find, isLocked, update } from "../core/design.js";
import { scaled } from "../core/scaled.js";
import { apply, invert } from "../core/geometry.js";
import { t } from "../core/i18n.js";
import { rounded } from "./handles.js";

/** Against jitter each part sets in only after so much. */
const SCALES = 0.06;
const TURNS = 8;

/** @param {import("../app.js").App} app @param {Map<number, {x: number, y: number}>} pointers where the fingers are @param {boolean} mayChange whether they may take hold of a layer @param {import("./gestures.js").Stage} stage */
export function twoFingers(app, pointers, mayChange, { at, begin, look }) {
  const { store } = app;
  const [a, b] = [...pointers.values()].map((p) => ({ ...p }));
  const found = mayChange && store.state.selection.length === 1 ? find(store.state.design, store.state.selection[0]) : undefined;
  const ground = found && app.ground.of(found.area);
  const between = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  const isOnLayer = document.elementsFromPoint(between.x, between.y).concat(document.elementsFromPoint(a.x, a.y)).some((element) => element.getAttribute("data-id") === found?.layer.id);
  const span = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const angle = Math.atan2(b.y - a.y, b.x - a.x);
  if (found && ground && isOnLayer && !isLocked(found)) {
    const outside = invert(app.frames.within(found.parents));
    const place = (/** @type {{x: number, y: number}} */ one, /** @type {{x: number, y: number}} */ other) => apply(outside, ground.toArea(at({ clientX: (one.x + other.x) / 2, clientY: (one.y + other.y) / 2 })));
    const from = place(a, b);
    let [isScaling, isTurning] = [false, false];
    return begin(t("did.pinch"), () => {
      const [c, e] = [...pointers.values()];
      if (!e) return;
      const factor = Math.hypot(e.x - c.x, e.y - c.y) / span;
      const turn = (((((Math.atan2(e.y - c.y, e.x - c.x) - angle) * 180) / Math.PI + 540) % 360) - 180);
      isScaling ||= Math.abs(factor - 1) > SCALES;
      isTurning ||= Math.abs(turn) > TURNS;
      const to = place(c, e);
      store.commit(update(store.state.design, [found.layer.id], {
        ...(isScaling ? scaled(found.layer, factor) : found.layer),
        x: rounded(found.layer.x + to.x - from.x),
        y: rounded(found.layer.y + to.y - from.y),
        rotation: isTurning ? rounded((found.layer.rotation ?? 0) + turn, 1) : found.layer.rotation,
      }), t("did.pinch"));
    });
  }
  const { sight } = store.state;
  look(() => {
    const [c, e] = [...pointers.values()];
    if (!e) return;
    const zoom = app.viewport.clamp((sight.zoom * Math.hypot(e.x - c.x, e.y - c.y)) / span);
    app.viewport.zoomAt(sight, zoom, between, { x: (c.x + e.x) / 2, y: (c.y + e.y) / 2 });
  });
}
