// Rulers along the print area, lying on the cloth as it does, and the guides that are drawn out of them.
// @ts-check
import { nothing, svg } from "../vendor/lit-html/lit-html.js";
import { announce } from "../core/announce.js";
import { t } from "../core/i18n.js";
import { line, outline } from "./marks.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../core/geometry.js").Ground} Ground */
/** @typedef {import("../core/geometry.js").Point} Point */
/** @typedef {import("./guides.js").Axis} Axis */
/** @typedef {import("./gestures.js").Stage} Stage */

/** How broad the rulers are, CSS px: the one across, and the one down with its numbers beside the marks. */
const DEPTH = { x: 20, y: 30 };
/** Steps in mm of which each is a part of the next, and how far apart marks and numbers have to be, CSS px. */
const STEPS = { mm: [1, 5, 10, 50, 100, 500], in: [1 / 8, 1 / 2, 1, 2, 4, 20].map((inches) => inches * 25.4) };
const MARK_PX = 5;
const NUMBER_PX = 34;
/** What a guide catches on while it is drawn, mm. */
const WHOLE = { mm: 1, in: 25.4 / 16 };

/** The last rulers: they change with the view and the zoom alone. @type {{key: string, on: Ground | null, template: unknown}} */
let kept = { key: "", on: null, template: nothing };

/** @param {App} app */
export function rulers(app) {
  const on = app.settings.value.rulers ? app.ground.of(app.ground.area().id) : undefined;
  if (!on) return nothing;
  const px = app.pixel();
  const level = levels(app, on, px);
  const key = [app.unit(), px, level.x, level.y].join();
  if (kept.key !== key || kept.on !== on) kept = { key, on, template: [ruler(app, on, "y", level.y, px), ruler(app, on, "x", level.x, px)] };
  return kept.template;
}

/** CSS px that a mm takes. @param {Ground} on @param {number} px */
function density(on, px) {
  const [a, b] = on.around({ x: on.extent.x + on.extent.width / 2, y: on.extent.y + on.extent.height / 2 });
  return Math.hypot(a, b) / px;
}

/** Where the rulers lie: at the area's edges or, if these are out of sight, at those of the stage. @param {App} app @param {Ground} on @param {number} px @returns {Record<Axis, number>} mm */
function levels(app, on, px) {
  const { x, y, width, height } = on.extent;
  if (app.store.state.sight.zoom === 1) return { x: y, y: x };
  const seen = app.viewport.seen();
  const mm = 1 / density(on, px);
  const top = on.toArea({ x: seen.x + seen.width / 2, y: seen.y }).y + DEPTH.x * mm;
  const left = on.toArea({ x: seen.x, y: seen.y + seen.height / 2 }).x + DEPTH.y * mm;
  return { x: Math.min(Math.max(top, y), y + height), y: Math.min(Math.max(left, x), x + width) };
}

/** Its edge lies on the cloth; what stands off it does so as the screen goes, so that it is equally broad everywhere.
 * @param {App} app @param {Ground} on @param {Axis} axis what it measures @param {number} level mm on the other axis @param {number} px */
function ruler(app, on, axis, level, px) {
  const { extent } = on;
  const perMm = density(on, px);
  const [first, last] = axis === "x" ? [extent.x, extent.x + extent.width] : [extent.y, extent.y + extent.height];
  const spot = (/** @type {number} */ along) => (axis === "x" ? { x: along, y: level } : { x: level, y: along });
  const off = (/** @type {Point} */ { x, y }, /** @type {number} */ out) => (axis === "x" ? { x, y: y - out * px } : { x: x - out * px, y });
  const steps = STEPS[app.unit()];
  const mark = steps.find((step) => step * perMm >= MARK_PX) ?? steps[steps.length - 1];
  const number = steps.find((step) => step * perMm >= NUMBER_PX) ?? steps[steps.length - 1];
  const marks = [];
  const numbers = [];
  for (let n = Math.ceil(first / mark - 0.001); n * mark <= last + 0.001; n++) {
    const isNamed = n % Math.round(number / mark) === 0;
    const foot = on.toPicture(spot(n * mark));
    marks.push(line([foot, off(foot, isNamed ? 7 : 4)]));
    if (!isNamed) continue;
    const at = off(foot, axis === "x" ? 10 : 9);
    const shown = Math.round(app.unit() === "in" ? (n * mark * 100) / 25.4 : n * mark * 100) / 100;
    numbers.push(svg`<text x=${at.x} y=${at.y + (axis === "x" ? 0 : 3 * px)} font-size=${9 * px} text-anchor=${axis === "x" ? "middle" : "end"}>${shown}</text>`);
  }
  const edge = on.path([spot(first), spot(last)], 15, false);
  const far = edge.map((point) => off(point, DEPTH[axis]));
  // The corner where they meet belongs to the one across.
  const corner = axis === "x" ? [off(edge[0], 0), off(edge[0], DEPTH.x)].map(({ x, y }) => ({ x: x - DEPTH.y * px, y })) : [];
  return svg`<g class="ruler" aria-hidden="true"><path class="band" data-ruler=${axis} d=${outline([...edge, ...far.reverse(), ...corner.reverse()])} /><path d=${marks.join("")} />${numbers}</g>`;
}

/** The guides of what is seen. @param {App} app */
export function ownGuides(app) {
  if (!app.settings.value.rulers) return nothing;
  return app.store.state.guides.map((guide, index) => {
    const on = app.ground.of(guide.area);
    if (!on) return nothing;
    const { x, y, width, height } = on.extent;
    const path = line(on.path(guide.axis === "x" ? [{ x: guide.at, y }, { x: guide.at, y: y + height }] : [{ x, y: guide.at }, { x: x + width, y: guide.at }], 15, false));
    return svg`<g class="own-guide ${guide.axis}"><path d=${path} /><path class="grab" data-guide=${index} d=${path} /></g>`;
  });
}

/** A guide is drawn out of a ruler; a tap on it opens the list of guides. @param {App} app @param {PointerEvent} event @param {Axis} ruler what it measures @param {Stage} stage */
export function takeRuler(app, event, ruler, stage) {
  const { guides } = app.store.state;
  const start = { x: event.clientX, y: event.clientY };
  follow(app, { area: app.ground.area().id, axis: ruler === "x" ? "y" : "x", at: 0 }, guides.length, stage, (move) => Math.hypot(move.clientX - start.x, move.clientY - start.y) > 3);
}

/** @param {App} app @param {number} index @param {Stage} stage */
export const takeGuide = (app, index, stage) => follow(app, app.store.state.guides[index], index, stage, () => true);

/** @param {App} app @param {import("../core/store.js").GuideOf} guide @param {number} index @param {Stage} stage @param {(move: PointerEvent) => boolean} isMove */
function follow(app, guide, index, stage, isMove) {
  const { store } = app;
  const on = app.ground.of(guide.area);
  if (!on) return;
  const { guides } = store.state;
  const { axis } = guide;
  const [first, last] = axis === "x" ? [on.extent.x, on.extent.x + on.extent.width] : [on.extent.y, on.extent.y + on.extent.height];
  const whole = WHOLE[app.unit()];
  let at = guide.at;
  let isMoving = false;
  stage.look((move) => {
    isMoving ||= isMove(move);
    if (!isMoving) return;
    const to = on.toArea(stage.at(move));
    at = Math.round((Math.round(to[axis] / whole) * whole) * 100) / 100;
    const isOut = at < first || at > last || document.elementsFromPoint(move.clientX, move.clientY).some((element) => element.hasAttribute("data-ruler"));
    const rest = guides.filter((_, other) => other !== index);
    store.set({ guides: isOut ? rest : [...rest, { ...guide, at }] });
    const level = axis === "x" ? to.y : to.x;
    stage.show(isOut ? {} : { area: guide.area, distances: [{ axis, at: level, from: first, to: at }] });
  }, () => {
    const { length } = store.state.guides;
    if (!isMoving) return index === guides.length && store.set({ dialog: "guides" });
    if (length >= guides.length && length > 0) announce(t(`said.guide.${axis}`, { at: app.length(at) }));
    else announce(t("said.guideGone"));
  }, () => store.set({ guides }));
}
