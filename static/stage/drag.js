// Layers that follow the pointer: they catch on what lies around; with Alt a copy goes instead, with Shift along one axis.
// @ts-check
import { addBeside, copies, find, update } from "../core/design.js";
import { bounds } from "../core/geometry.js";
import { t } from "../core/i18n.js";
import { catching } from "./guides.js";

/** @typedef {import("../core/design.js").Found} Found */

const SNAP_PX = 6;

/** @param {import("../app.js").App} app @param {PointerEvent} event @param {number} tap CSS px that are no move yet @param {import("./gestures.js").Stage} stage */
export function dragLayers(app, event, tap, { at, begin, show, moving }) {
  const { store } = app;
  let chosen = app.free();
  const area = chosen[0]?.area;
  const ground = chosen[0] && app.ground.of(area);
  if (!ground) return;
  const start = { x: event.clientX, y: event.clientY };
  const from = ground.toArea(at(event));
  let isMoving = false;
  const ids = new Set(chosen.map(({ layer }) => layer.id));
  const rest = [...app.ground.layers()].filter((found) => found.area === area && !ids.has(found.layer.id) && !found.parents.some(({ id }) => ids.has(id)));
  const snap = catching({ area: ground.extent, safe: app.safeMargin(area), others: rest.map((found) => bounds(app.frames.quad(found))), guides: app.guides(area) });
  const whole = bounds(chosen.flatMap((found) => app.frames.quad(found)));

  begin(t("did.move"), (move) => {
    if (!isMoving) {
      if (Math.hypot(move.clientX - start.x, move.clientY - start.y) < tap) return;
      isMoving = true;
      moving();
      if (event.altKey) chosen = duplicate(chosen);
    }
    const to = ground.toArea(at(move));
    let [dx, dy] = [to.x - from.x, to.y - from.y];
    const kept = move.shiftKey ? (Math.abs(dx) > Math.abs(dy) ? "y" : "x") : null;
    if (kept === "x") dx = 0;
    if (kept === "y") dy = 0;
    let shown = {};
    if (!(move.ctrlKey || move.metaKey)) {
      const tolerance = (SNAP_PX * app.pixel()) / Math.abs(ground.around(to)[0] || 1);
      const caught = snap({ ...whole, x: whole.x + dx, y: whole.y + dy }, tolerance);
      if (kept !== "x") dx += caught.dx;
      if (kept !== "y") dy += caught.dy;
      shown = { area, lines: caught.lines, distances: caught.distances };
    }
    const moved = new Map(chosen.map((found) => [found.layer.id, app.frames.moved(found, dx, dy)]));
    store.commit(update(store.state.design, [...moved.keys()], ({ id }) => /** @type {{x: number, y: number}} */ (moved.get(id))), t("did.move"));
    show(shown);
  });

  /** @param {Found[]} originals @returns {Found[]} */
  function duplicate(originals) {
    const [made, design] = copies(store.state.design, originals.map((found) => found.layer));
    store.commit(addBeside(design, originals[0], ...made), t("did.duplicate"), { select: made.map((layer) => layer.id) });
    app.copying?.copied(originals.map(({ layer }) => layer.id));
    return /** @type {Found[]} */ (made.map((layer) => find(store.state.design, layer.id)));
  }
}
