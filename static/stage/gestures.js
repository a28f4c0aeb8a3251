// Pointers on the stage: taps, drags, handles, marquees, two fingers, panning. Everything ends in one undo step.
// @ts-check
import { copies, add, find, scaled, update } from "../core/design.js";
import { bounds, overlaps } from "../core/geometry.js";
import { snap } from "./guides.js";
import { rounded, takeHandle } from "./handles.js";
import { t } from "../core/i18n.js";

/** @typedef {import("../core/geometry.js").Point} Point */
/** @typedef {import("../core/geometry.js").Ground} Ground */
/** @typedef {import("../core/design.js").Layer} Layer */
/** @typedef {import("../core/design.js").Found} Found */
/** @typedef {import("./guides.js").Line & {area: string}} GuideLine */
/** @typedef {{lines: GuideLine[], marquee: import("../core/geometry.js").Box | null}} Gesture what a gesture shows */
/** @typedef {{cancel: () => boolean, holdSpace: (is: boolean) => void, listen: (stage: Element) => void}} Gestures */

const SNAP_PX = 6;
/** A touch that moves less is a tap; a mouse needs less. */
const TAP_PX = { mouse: 3, touch: 8 };
const LONG_PRESS_MS = 600;

/** @param {import("../app.js").App} app @returns {Gestures} */
export function createGestures(app) {
  const { store } = app;
  /** @type {Map<number, {x: number, y: number}>} */
  const pointers = new Map();
  /** What the present gesture does at every move. @type {{move: (event: PointerEvent) => void, end?: (event: PointerEvent) => void, label: string} | null} */
  let running = null;
  let isSpace = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let press;

  const overlay = () => /** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.getElementById("overlay")));

  /** @param {{clientX: number, clientY: number}} event @returns {Point} in the stage's coordinates */
  function at({ clientX, clientY }) {
    const matrix = overlay().getScreenCTM();
    return matrix ? new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse()) : { x: 0, y: 0 };
  }

  const show = (/** @type {Partial<Gesture>} */ change) => app.showGesture({ lines: [], marquee: null, ...change });

  /** @param {string} label @param {(event: PointerEvent) => void} move @param {(event: PointerEvent) => void} [end] */
  function begin(label, move, end) {
    store.hold();
    running = { label, move, end };
  }

  function cancel() {
    clearTimeout(press);
    if (!running) return false;
    running = null;
    store.abandon();
    show({});
    return true;
  }

  /** @param {PointerEvent} event */
  function down(event) {
    if (event.button === 2 || app.isReadOnly) return;
    const svg = overlay();
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    svg.setPointerCapture?.(event.pointerId);
    if (pointers.size === 2) {
      cancel();
      return twoFingers();
    }
    if (pointers.size > 2) return;
    const target = /** @type {Element} */ (event.target);
    const handle = target.closest("[data-handle]");
    if (event.button === 1 || isSpace) return pan(event);
    if (handle) return takeHandle(app, event, { at, begin, change });
    const id = pick(event);
    if (!id) return onEmpty(event);
    svg.focus({ preventScroll: true });
    const { selection } = store.state;
    if (event.shiftKey) {
      store.set({ selection: selection.includes(id) ? selection.filter((other) => other !== id) : [...selection, id] });
      return;
    }
    const wasChosen = selection.includes(id);
    if (!wasChosen) store.set({ selection: [id], editing: null });
    app.announceSelection();
    waitForLongPress(event);
    // A first touch selects; only what is selected already, or is drawn far enough, moves.
    drag(event, event.pointerType === "touch" && !wasChosen ? TAP_PX.touch : TAP_PX[event.pointerType === "touch" ? "touch" : "mouse"]);
  }

  /** The layer under the pointer; with Alt, the next one below the present. @param {PointerEvent} event @returns {string | null} */
  function pick(event) {
    const ids = document.elementsFromPoint(event.clientX, event.clientY).map((element) => element.getAttribute("data-id")).filter((id) => id !== null);
    const free = ids.filter((id) => !find(store.state.design, id)?.layer.locked);
    if (!event.altKey || event.type !== "pointerdown" || free.length < 2) return free[0] ?? null;
    const present = free.findIndex((id) => store.state.selection.includes(id));
    return free[(present + 1) % free.length];
  }

  /** @param {PointerEvent} event */
  function waitForLongPress(event) {
    clearTimeout(press);
    if (event.pointerType !== "touch") return;
    press = setTimeout(() => {
      cancel();
      app.openContext(event.clientX, event.clientY);
    }, LONG_PRESS_MS);
  }

  /** @param {PointerEvent} event @param {number} tap */
  function drag(event, tap) {
    const start = { x: event.clientX, y: event.clientY };
    let chosen = /** @type {Found[]} */ (store.state.selection.map((id) => find(store.state.design, id)).filter((found) => found && !found.layer.locked && found.parents.length === 0));
    const ground = chosen[0] && app.ground.of(chosen[0].area);
    if (!ground) return;
    const from = ground.toArea(at(event));
    let isMoving = false;
    const others = [...app.ground.layers()].filter((found) => found.area === chosen[0].area && !store.state.selection.includes(found.layer.id)).map((found) => bounds(app.frames.quad(found)));
    const whole = bounds(chosen.flatMap((found) => app.frames.quad(found)));
    begin(t("did.move"), (move) => {
      if (!isMoving) {
        if (Math.hypot(move.clientX - start.x, move.clientY - start.y) < tap) return;
        isMoving = true;
        clearTimeout(press);
        if (event.altKey) chosen = duplicate(chosen);
      }
      const to = ground.toArea(at(move));
      let [dx, dy] = [to.x - from.x, to.y - from.y];
      if (move.shiftKey) Math.abs(dx) > Math.abs(dy) ? (dy = 0) : (dx = 0);
      /** @type {import("./guides.js").Line[]} */
      let lines = [];
      if (!(move.ctrlKey || move.metaKey)) {
        const tolerance = (SNAP_PX * app.pixel()) / Math.abs(ground.around(to)[0] || 1);
        const moved = { ...whole, x: whole.x + dx, y: whole.y + dy };
        const snapped = snap(moved, ground.extent, app.safeMargin(chosen[0].area), others, tolerance);
        if (!(move.shiftKey && dx === 0)) dx += snapped.dx;
        if (!(move.shiftKey && dy === 0)) dy += snapped.dy;
        lines = snapped.lines;
      }
      const ids = chosen.map((found) => found.layer.id);
      const origin = new Map(chosen.map((found) => [found.layer.id, found.layer]));
      store.commit(update(store.state.design, ids, (layer) => {
        const old = /** @type {Layer} */ (origin.get(layer.id));
        return { x: rounded(old.x + dx), y: rounded(old.y + dy) };
      }), t("did.move"));
      show({ lines: lines.map((line) => ({ ...line, area: chosen[0].area })) });
    });
  }

  /** @param {Found[]} chosen @returns {Found[]} */
  function duplicate(chosen) {
    const [made, design] = copies(store.state.design, chosen.map((found) => found.layer));
    store.commit(add(design, chosen[0].area, ...made), t("did.duplicate"), { select: made.map((layer) => layer.id) });
    return /** @type {Found[]} */ (made.map((layer) => find(store.state.design, layer.id)));
  }

  /** @param {string} id @param {Record<string, any>} fields */
  const change = (id, fields) => store.commit(update(store.state.design, [id], fields), running?.label ?? "");

  /** @param {PointerEvent} event */
  function onEmpty(event) {
    if (event.pointerType === "touch") return store.state.sight.zoom > 1 ? pan(event, true) : tapEmpty();
    const start = at(event);
    const kept = event.shiftKey ? store.state.selection : [];
    if (!event.shiftKey) store.set({ selection: [], editing: null });
    overlay().focus({ preventScroll: true });
    running = {
      label: "",
      move: (move) => {
        const box = bounds([start, at(move)]);
        const inside = [...app.ground.layers()].filter((found) => !found.layer.locked && overlaps(bounds(app.frames.quad(found).map((p) => /** @type {Ground} */ (app.ground.of(found.area)).toPicture(p))), box));
        store.set({ selection: [...new Set([...kept, ...inside.map((found) => found.layer.id)])] });
        show({ marquee: box });
      },
      end: () => app.announceSelection(),
    };
  }

  const tapEmpty = () => store.set({ selection: [], editing: null });

  /** @param {PointerEvent} event @param {boolean} [isTap] a touch that does not move selects nothing */
  function pan(event, isTap = false) {
    const start = { x: event.clientX, y: event.clientY };
    const { sight } = store.state;
    let isMoved = false;
    running = {
      label: "",
      move: (move) => {
        const [dx, dy] = [move.clientX - start.x, move.clientY - start.y];
        isMoved ||= Math.hypot(dx, dy) > TAP_PX.touch;
        store.set({ sight: { ...sight, x: sight.x + dx, y: sight.y + dy } });
      },
      end: () => isTap && !isMoved && tapEmpty(),
    };
  }

  /** Two fingers on a chosen layer move, scale and turn it; elsewhere they zoom and pan. */
  function twoFingers() {
    clearTimeout(press);
    const [a, b] = [...pointers.values()].map((p) => ({ ...p }));
    const found = store.state.selection.length === 1 ? find(store.state.design, store.state.selection[0]) : undefined;
    const ground = found && app.ground.of(found.area);
    const between = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    const isOnLayer = document.elementsFromPoint(between.x, between.y).concat(document.elementsFromPoint(a.x, a.y)).some((element) => element.getAttribute("data-id") === found?.layer.id);
    const span = Math.hypot(b.x - a.x, b.y - a.y) || 1;
    const angle = Math.atan2(b.y - a.y, b.x - a.x);
    if (found && ground && isOnLayer && !found.layer.locked && found.parents.length === 0) {
      const from = ground.toArea(at({ clientX: between.x, clientY: between.y }));
      let [isScaling, isTurning] = [false, false];
      return begin(t("did.pinch"), () => {
        const [c, e] = [...pointers.values()];
        if (!e) return;
        const factor = Math.hypot(e.x - c.x, e.y - c.y) / span;
        const turn = (((((Math.atan2(e.y - c.y, e.x - c.x) - angle) * 180) / Math.PI + 540) % 360) - 180);
        // Against jitter each part sets in only after 6 % or 8 degrees.
        isScaling ||= Math.abs(factor - 1) > 0.06;
        isTurning ||= Math.abs(turn) > 8;
        const to = ground.toArea(at({ clientX: (c.x + e.x) / 2, clientY: (c.y + e.y) / 2 }));
        const next = isScaling ? scaled(found.layer, factor) : { ...found.layer };
        change(found.layer.id, {
          ...next,
          x: rounded(found.layer.x + to.x - from.x),
          y: rounded(found.layer.y + to.y - from.y),
          rotation: isTurning ? rounded((found.layer.rotation ?? 0) + turn, 1) : found.layer.rotation,
        });
      });
    }
    const { sight } = store.state;
    running = {
      label: "",
      move: () => {
        const [c, e] = [...pointers.values()];
        if (!e) return;
        const zoom = app.viewport.clamp((sight.zoom * Math.hypot(e.x - c.x, e.y - c.y)) / span);
        app.viewport.zoomAt(sight, zoom, between, { x: (c.x + e.x) / 2, y: (c.y + e.y) / 2 });
      },
    };
  }

  /** @param {PointerEvent} event */
  function move(event) {
    if (!pointers.has(event.pointerId)) return;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    running?.move(event);
  }

  /** @param {PointerEvent} event */
  function up(event) {
    if (!pointers.delete(event.pointerId)) return;
    clearTimeout(press);
    if (event.type === "pointercancel") return void cancel();
    const gesture = running;
    running = null;
    gesture?.end?.(event);
    if (store.isHeld) {
      const before = store.state.past.length;
      store.release(gesture?.label ?? "");
      if (store.state.past.length > before) app.announceSelection();
    }
    show({});
  }

  return {
    cancel,
    /** @param {boolean} is */
    holdSpace(is) {
      isSpace = is;
    },
    /** @param {Element} stage */
    listen(stage) {
      const on = (/** @type {string} */ name, /** @type {any} */ handler, /** @type {AddEventListenerOptions | undefined} */ options = undefined) => stage.addEventListener(name, handler, options);
      on("pointerdown", down);
      on("pointermove", move);
      on("pointerup", up);
      on("pointercancel", up);
      on("dblclick", (/** @type {MouseEvent} */ event) => {
        const id = pick(/** @type {PointerEvent} */ (event));
        if (id) app.enter(id);
      });
      on("contextmenu", (/** @type {MouseEvent} */ event) => {
        event.preventDefault();
        const id = pick(/** @type {PointerEvent} */ (event));
        if (id && !store.state.selection.includes(id)) store.set({ selection: [id] });
        app.openContext(event.clientX, event.clientY);
      });
      on("wheel", (/** @type {WheelEvent} */ event) => app.viewport.wheel(event), { passive: false });
    },
  };
}
