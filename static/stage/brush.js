// A brush over a picture whose background is removed: what it covers is kept, or erased. With the pointer, or by keys: the
// crosshair goes by arrows, Enter makes a dot.
// @ts-check
import { nothing, svg } from "../vendor/lit-html/lit-html.js";
import { proxy } from "../core/api.js";
import { announce } from "../core/announce.js";
import { measure } from "../core/bare.js";
import { find, update } from "../core/design.js";
import { apply, corners, invert, multiply } from "../core/geometry.js";
import { t } from "../core/i18n.js";
import { reframed, whole } from "../core/reframe.js";

/** @typedef {import("../core/geometry.js").Point} Point */
/** @typedef {import("../core/design.js").Found} Found */
/** @typedef {NonNullable<import("../types/api").DesignRemoveBackground["strokes"]>[number]} Stroke */

/** What a document holds at most. */
const STROKES = 200;
const POINTS = 500;
/** The brush as a share of the picture's width: half as wide. */
export const RADIUS = { least: 0.005, most: 0.2, step: 0.005 };
/** Points of a stroke lie this many radii apart. */
const APART = 0.3;
/** Steps of the crosshair, as shares of the picture. */
const STEP = { plain: 0.01, large: 0.05, small: 0.002 };

/** The brush: which picture it paints on, what it does, how wide it is, where it stands, and the stroke that is being made. */
export const brush = {
  /** @type {string | null} */
  layer: null,
  mode: /** @type {Stroke["mode"]} */ ("erase"),
  radius: 0.03,
  at: { x: 0.5, y: 0.5 },
  /** @type {[number, number][]} */
  points: [],
  /** Whether the picture was trimmed, which it is again afterwards. */
  wasTrimmed: false,
};
/** Strokes that the picture of the garment does not show yet. @type {Set<Stroke>} */
const fresh = new Set();

/** The picture that is painted on, if one is. @param {import("../app.js").App} app @returns {Found | undefined} */
export function brushed(app) {
  const { editing, design } = app.store.state;
  const found = brush.layer !== null && editing === brush.layer ? find(design, editing) : undefined;
  return found?.layer.remove_background && app.uploads.has(found.layer.asset) ? found : undefined;
}

/** Whoever goes on to something else has put the brush down. @param {import("../app.js").App} app */
export function watchBrush(app) {
  app.store.subscribe((state, before) => state.editing !== before.editing && brush.layer !== null && put(app, before.design));
}

/** Takes up the brush. @param {import("../app.js").App} app @param {string} id of the picture */
export function take(app, id) {
  const { store } = app;
  store.set({ selection: [id], editing: null });
  store.set({ editing: id });
  Object.assign(brush, { layer: id, points: [], at: { x: 0.5, y: 0.5 }, wasTrimmed: false });
  announce(t("brush.hint"));
  app.plan();
  document.getElementById("overlay")?.focus({ preventScroll: true });
}

/** Puts it down; a picture that was trimmed is trimmed to what is left now. @param {import("../app.js").App} app @param {import("../core/design.js").Design} design */
async function put(app, design) {
  const found = find(design, brush.layer ?? "");
  const isTrimmed = brush.wasTrimmed;
  Object.assign(brush, { layer: null, points: [], wasTrimmed: false });
  fresh.clear();
  if (!isTrimmed || !found || find(app.store.state.design, found.layer.id)?.layer !== found.layer) return;
  const info = app.uploads.get(found.layer.asset);
  await measure(app, found.layer).catch(() => {});
  if (find(app.store.state.design, found.layer.id)?.layer !== found.layer) return;
  app.store.commit(update(app.store.state.design, [found.layer.id], (old) => reframed(old, info, { trim: true })), t("did.brush"), { key: "brush", joins: true });
}

/** The picture's millimetres, and how they lie in the print area. @param {import("../app.js").App} app @param {Found} found */
function lie(app, found) {
  const info = app.uploads.get(found.layer.asset);
  return { info, all: whole(found.layer, info), matrix: app.frames.matrix(found) };
}

/** Where in the picture a place of the stage is, in shares of it. @param {import("../app.js").App} app @param {Found} found @param {Point} at @returns {Point | null} null beyond its edge */
function inPicture(app, found, at) {
  const on = app.ground.of(found.area);
  if (!on) return null;
  const { all, matrix } = lie(app, found);
  const own = apply(invert(matrix), on.toArea(at));
  const [x, y] = [(own.x - all.x) / all.width, (own.y - all.y) / all.height];
  const slack = brush.radius;
  return x < -slack || y < -slack || x > 1 + slack || y > 1 + slack ? null : { x: share(x), y: share(y) };
}

/** A pointer that comes down on the picture paints. @param {import("../app.js").App} app @param {PointerEvent} event @param {import("./gestures.js").Stage} stage @returns {boolean} whether it does */
export function paint(app, event, stage) {
  const found = brushed(app);
  const from = found && inPicture(app, found, stage.at(event));
  if (!found || !from) return false;
  brush.at = from;
  brush.points = [[from.x, from.y]];
  app.plan();
  stage.look((move) => {
    const to = inPicture(app, found, stage.at(move));
    const [x, y] = brush.points[brush.points.length - 1];
    if (!to) return;
    brush.at = to;
    if (Math.hypot(to.x - x, to.y - y) >= brush.radius * APART) brush.points.push([to.x, to.y]);
    // What is drawn for very long is kept more roughly.
    if (brush.points.length >= POINTS) brush.points = brush.points.filter((_, index) => index % 2 === 0);
    app.plan();
  }, () => finish(app), () => {
    brush.points = [];
    app.plan();
  });
  return true;
}

/** The brush goes along with a pointer that is not down. @param {import("../app.js").App} app @param {PointerEvent} event @param {import("./gestures.js").Stage} stage */
export function hover(app, event, stage) {
  const found = brushed(app);
  // Where it is in the picture is asked for only then: that takes longer than all the rest of a move.
  const to = found && inPicture(app, found, stage.at(event));
  if (!to) return;
  brush.at = to;
  app.plan();
}

/** A stroke is done, as one step. @param {import("../app.js").App} app */
function finish(app) {
  const found = brushed(app);
  const { mode, radius, points } = brush;
  brush.points = [];
  if (!found || points.length === 0) return;
  const strokes = found.layer.remove_background.strokes ?? [];
  if (strokes.length >= STROKES) return app.say(t("brush.full"));
  /** @type {Stroke} */
  const stroke = { mode, radius, points };
  fresh.add(stroke);
  const remove_background = { ...found.layer.remove_background, strokes: [...strokes, stroke] };
  const { info } = lie(app, found);
  brush.wasTrimmed ||= Boolean(found.layer.trim);
  // While it is painted on, all of it is there: what is trimmed off could not be brought back.
  const change = (/** @type {any} */ old) => (old.trim ? reframed(old, info, { remove_background }) : { remove_background });
  app.store.commit(update(app.store.state.design, [found.layer.id], change), t("did.brush"), { key: "" });
  const number = (/** @type {number} */ value) => Math.round(value * 100);
  announce(t(`said.brush.${mode}`, { x: number(brush.at.x), y: number(brush.at.y) }));
}

/** @param {import("../app.js").App} app @param {KeyboardEvent} event @returns {boolean} whether the brush took the key */
export function brushKey(app, { key, shiftKey, altKey, ctrlKey, metaKey }) {
  if (!brushed(app) || ctrlKey || metaKey) return false;
  const step = shiftKey ? STEP.large : altKey ? STEP.small : STEP.plain;
  const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (by) brush.at = { x: share(brush.at.x + by[0] * step), y: share(brush.at.y + by[1] * step) };
  else if (key === "Enter" || key === " ") {
    brush.points = [[brush.at.x, brush.at.y]];
    finish(app);
  } else if (key === "x") setBrush(app, { mode: brush.mode === "keep" ? "erase" : "keep" });
  else if (key === "[" || key === "]") setBrush(app, { radius: brush.radius + (key === "]" ? RADIUS.step : -RADIUS.step) });
  else return false;
  if (by) announce(t("said.brush.at", { x: Math.round(brush.at.x * 100), y: Math.round(brush.at.y * 100) }));
  app.plan();
  return true;
}

/** @param {import("../app.js").App} app @param {{mode?: Stroke["mode"], radius?: number}} change */
export function setBrush(app, { mode = brush.mode, radius = brush.radius }) {
  if (mode !== brush.mode) announce(t(`brush.${mode}`));
  Object.assign(brush, { mode, radius: Number(Math.min(RADIUS.most, Math.max(RADIUS.least, radius)).toFixed(3)) });
  app.plan();
}

/** The whole picture faintly, what is being painted as it will look, and the brush. @param {import("../app.js").App} app @param {Found} found @param {import("../core/geometry.js").Ground} on */
export function brushMarks(app, found, on) {
  const { info, all, matrix } = lie(app, found);
  const [width, height] = [info.width_px, info.height_px];
  // Everything is drawn in the picture's own pixels, and lies on the cloth as the picture does.
  const around = multiply(on.around(apply(matrix, { x: 0, y: 0 })), multiply(matrix, [all.width / width, 0, 0, all.height / height, all.x, all.y]));
  if (document.documentElement.dataset.preview === "exact") fresh.clear();
  const strokes = (found.layer.remove_background.strokes ?? []).filter((/** @type {Stroke} */ one) => fresh.has(one));
  if (brush.points.length) strokes.push({ mode: brush.mode, radius: brush.radius, points: brush.points });
  const line = (/** @type {Stroke} */ { points }) => `M${[...points, points[points.length - 1]].map(([x, y]) => `${(x * width).toFixed(1)} ${(y * height).toFixed(1)}`).join("L")}`;
  const image = (/** @type {string} */ name) => svg`<image class=${name} href=${proxy(found.layer.asset, 1024)} width=${width} height=${height} preserveAspectRatio="none" mask=${name === "kept" ? "url(#brushed)" : nothing} />`;
  const drawn = (/** @type {Stroke} */ stroke) => svg`<path class="stroke" d=${line(stroke)} .style=${`stroke: ${stroke.mode === "keep" ? "#fff" : app.color()?.hex}; stroke-width: ${2 * stroke.radius * width}px`} />`;
  const of = (/** @type {Stroke["mode"]} */ mode) => strokes.filter((/** @type {Stroke} */ one) => one.mode === mode);
  const kept = of("keep");
  const at = { x: brush.at.x * width, y: brush.at.y * height };
  const edge = on.path(corners(all).map((point) => apply(matrix, point)));
  return svg`<g class="selection painting">
    <path class="all" d=${`M${edge.map(({ x, y }) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L")}Z`} />
    <g transform="matrix(${around.join(" ")})">${image("faint")}
      <mask id="brushed" maskUnits="userSpaceOnUse" x="0" y="0" width=${width} height=${height}>${kept.map(drawn)}</mask>
      ${kept.length ? image("kept") : nothing}${of("erase").map(drawn)}
      <circle class="brush halo" cx=${at.x} cy=${at.y} r=${brush.radius * width} /><circle class="brush ${brush.mode}" cx=${at.x} cy=${at.y} r=${brush.radius * width} /></g></g>`;
}

/** @param {number} value */
const share = (value) => Number(Math.min(1, Math.max(0, value)).toFixed(4));
