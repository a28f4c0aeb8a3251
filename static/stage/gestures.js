// Pointers on the stage: taps, drags, handles, marquees, two fingers, panning. Everything ends in one undo step.
// @ts-check
import { find, isLocked, update } from "../core/design.js";
import { bounds, contains, overlaps } from "../core/geometry.js";
import { brushed, hover, paint } from "./brush.js";
import { dragLayers } from "./drag.js";
import { twoFingers } from "./fingers.js";
import { takeHandle } from "./handles.js";
import { takeGuide, takeRuler } from "./rulers.js";

/** @typedef {import("../core/geometry.js").Point} Point */
/** @typedef {import("../core/geometry.js").Ground} Ground */
/** @typedef {{area: string, lines: import("./guides.js").Line[], distances: import("./guides.js").Distance[], marquee: import("../core/geometry.js").Box | null}} Gesture what a gesture shows */
/** @typedef {{cancel: () => boolean, isMoving: () => boolean, holdSpace: (is: boolean) => void, listen: (stage: Element) => void}} Gestures */
/**
 * @typedef {object} Stage what is lent to the gestures of other files
 * @property {(event: {clientX: number, clientY: number}) => Point} at where it is, in the stage's coordinates
 * @property {(label: string, move: (event: PointerEvent) => void) => void} begin a gesture that changes the design
 * @property {(move: (event: PointerEvent) => void, end?: (event: PointerEvent) => void, undo?: () => void) => void} look a gesture that does not
 * @property {(id: string, fields: Record<string, any>) => void} change
 * @property {(change: Partial<Gesture>) => void} show
 * @property {() => void} moving it is no tap, and no long press
 */

/** A touch that moves less is a tap; a mouse needs less. */
const TAP_PX = { mouse: 3, touch: 8 };
const LONG_PRESS_MS = 600;

/** @param {import("../app.js").App} app @returns {Gestures} */
export function createGestures(app) {
  const { store } = app;
  /** @type {Map<number, {x: number, y: number}>} */
  const pointers = new Map();
  /** What the present gesture does. @type {{label: string, move: (event: PointerEvent) => void, end?: (event: PointerEvent) => void, undo?: () => void} | null} */
  let running = null;
  /** What was chosen before the first finger came. @type {string[]} */
  let before = [];
  let isSpace = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let press;

  const overlay = () => /** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.getElementById("overlay")));

  /** @type {Stage} */
  const stage = {
    at({ clientX, clientY }) {
      const matrix = overlay().getScreenCTM();
      return matrix ? new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse()) : { x: 0, y: 0 };
    },
    begin(label, move) {
      store.hold();
      running = { label, move };
    },
    look(move, end, undo) {
      running = { label: "", move, end, undo };
    },
    change: (id, fields) => store.commit(update(store.state.design, [id], fields), running?.label ?? ""),
    show: (change) => app.showGesture({ area: "", lines: [], distances: [], marquee: null, ...change }),
    moving: () => clearTimeout(press),
  };

  function cancel() {
    clearTimeout(press);
    if (!running) return false;
    running.undo?.();
    running = null;
    store.abandon();
    stage.show({});
    return true;
  }

  /** @param {PointerEvent} event */
  function down(event) {
    if (event.button === 2 || app.isReadOnly) return;
    const svg = overlay();
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    svg.setPointerCapture?.(event.pointerId);
    if (pointers.size === 2) return secondFinger();
    if (pointers.size > 2) return;
    before = store.state.selection;
    const target = /** @type {Element} */ (event.target);
    if (event.button === 1 || isSpace) return pan(event);
    if (paint(app, event, stage)) return svg.focus({ preventScroll: true });
    if (target.closest("[data-handle]")) return takeHandle(app, event, stage);
    const ruler = target.closest("[data-ruler]")?.getAttribute("data-ruler");
    if (ruler) return takeRuler(app, event, /** @type {"x" | "y"} */ (ruler), stage);
    const guide = target.closest("[data-guide]")?.getAttribute("data-guide");
    const id = pick(event);
    if (guide && !id) return takeGuide(app, Number(guide), stage);
    if (!id) return onEmpty(event);
    svg.focus({ preventScroll: true });
    const { selection } = store.state;
    if (event.shiftKey) {
      store.set({ selection: selection.includes(id) ? selection.filter((other) => other !== id) : [...selection, id] });
      return;
    }
    if (!selection.includes(id)) store.set({ selection: [id], editing: null });
    app.announceSelection();
    waitForLongPress(event);
    dragLayers(app, event, TAP_PX[event.pointerType === "touch" ? "touch" : "mouse"], stage);
  }

  /** It calls off what the first one began. Only a layer that was chosen before, and was not moved, is theirs to change. */
  function secondFinger() {
    const { design, selection } = store.state;
    cancel();
    const isUntouched = store.state.design === design && (selection === before || selection.length === 0);
    if (selection !== before) store.set({ selection: before });
    twoFingers(app, pointers, isUntouched && !brushed(app), stage);
  }

  /** The layer under the pointer; with Alt, the next one below the present. @param {PointerEvent} event @returns {string | null} */
  function pick(event) {
    const ids = document.elementsFromPoint(event.clientX, event.clientY).map((element) => element.getAttribute("data-id")).filter((id) => id !== null);
    const free = ids.filter((id) => {
      const found = find(store.state.design, id);
      return found && !isLocked(found);
    });
    if (!event.altKey || event.type !== "pointerdown" || free.length < 2) return free[0] ?? null;
    const present = free.findIndex((id) => store.state.selection.includes(id));
    return free[(present + 1) % free.length];
  }

  /** All layers under the pointer from the top down, locked ones, too. @param {MouseEvent} event */
  function under(event) {
    const at = stage.at(event);
    return [...app.ground.layers()].reverse().filter((found) => contains(app.frames.quad(found).map((p) => /** @type {Ground} */ (app.ground.of(found.area)).toPicture(p)), at)).map(({ layer }) => layer.id);
  }

  /** @param {PointerEvent} event */
  function waitForLongPress(event) {
    clearTimeout(press);
    if (event.pointerType !== "touch") return;
    press = setTimeout(() => {
      cancel();
      app.openContext(event.clientX, event.clientY, under(event));
    }, LONG_PRESS_MS);
  }

  /** @param {PointerEvent} event */
  function onEmpty(event) {
    if (event.pointerType === "touch") return store.state.sight.zoom > 1 ? pan(event, true) : tapEmpty();
    const start = stage.at(event);
    const kept = event.shiftKey ? store.state.selection : [];
    if (!event.shiftKey) store.set({ selection: [], editing: null });
    overlay().focus({ preventScroll: true });
    stage.look((move) => {
      const box = bounds([start, stage.at(move)]);
      const inside = [...app.ground.layers()].filter((found) => !isLocked(found) && overlaps(bounds(app.frames.quad(found).map((p) => /** @type {Ground} */ (app.ground.of(found.area)).toPicture(p))), box));
      store.set({ selection: [...new Set([...kept, ...inside.map((found) => found.layer.id)])] });
      stage.show({ marquee: box });
    }, () => app.announceSelection());
  }

  const tapEmpty = () => store.set({ selection: [], editing: null });

  /** @param {PointerEvent} event @param {boolean} [isTap] a touch that does not move selects nothing */
  function pan(event, isTap = false) {
    const start = { x: event.clientX, y: event.clientY };
    const { sight } = store.state;
    let isMoved = false;
    stage.look((move) => {
      const [dx, dy] = [move.clientX - start.x, move.clientY - start.y];
      isMoved ||= Math.hypot(dx, dy) > TAP_PX.touch;
      store.set({ sight: { ...sight, x: sight.x + dx, y: sight.y + dy } });
    }, () => isTap && !isMoved && tapEmpty());
  }

  /** @param {PointerEvent} event */
  function move(event) {
    if (!pointers.has(event.pointerId)) return hover(app, event, stage);
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
      const { length } = store.state.past;
      store.release(gesture?.label ?? "");
      if (store.state.past.length > length) app.announceSelection();
    }
    stage.show({});
  }

  return {
    cancel,
    isMoving: () => running !== null,
    /** @param {boolean} is */
    holdSpace(is) {
      isSpace = is;
    },
    /** @param {Element} element */
    listen(element) {
      const on = (/** @type {string} */ name, /** @type {any} */ handler, /** @type {AddEventListenerOptions | undefined} */ options = undefined) => element.addEventListener(name, handler, options);
      on("pointerdown", down);
      on("pointermove", move);
      on("pointerup", up);
      on("pointercancel", up);
      on("dblclick", (/** @type {MouseEvent} */ event) => {
        const id = pick(/** @type {PointerEvent} */ (event));
        const ground = id && app.ground.of(find(store.state.design, id)?.area ?? "");
        if (id && ground) app.enter(id, ground.toArea(stage.at(event)));
      });
      on("contextmenu", (/** @type {MouseEvent} */ event) => {
        event.preventDefault();
        const id = pick(/** @type {PointerEvent} */ (event));
        if (id && !store.state.selection.includes(id)) store.set({ selection: [id] });
        app.openContext(event.clientX, event.clientY, under(event));
      });
      on("wheel", (/** @type {WheelEvent} */ event) => app.viewport.wheel(event), { passive: false });
    },
  };
}
