// The live tier: what changes is seen at the next frame, before the service has drawn it. Without WebGL 2, or before the
// maps are there, the service's own quick frames stand in.
// @ts-check
import { catalogue, preview } from "../core/api.js";
import { apply, bounds, corners, invert, multiply, place } from "../core/geometry.js";
import { meshOf } from "./mesh.js";
import { createSprites } from "./sprites.js";
import { createRenderer } from "./webgl.js";

/** @typedef {import("../core/geometry.js").Cloth} Cloth */
/** @typedef {import("../core/geometry.js").Matrix} Matrix */
/** @typedef {import("./mesh.js").Mesh} Mesh */
/** @typedef {import("./webgl.js").Piece} Piece */

const MOST_PX = 1000;
/** A frame that takes longer halves the resolution, a much shorter one doubles it again. */
const SLOW_MS = 24;
const QUICK_MS = 5;
/** The least share of the full resolution. */
const LEAST = 0.25;
/** What the whitest cloth throws back. */
const WHITE_ALBEDO = 0.86;

/** @param {import("../app.js").App} app @returns {Live} */
export function createLive(app) {
  const { store } = app;
  const canvas = document.createElement("canvas");
  canvas.className = "live";
  canvas.hidden = true;
  const renderer = createRenderer(canvas);
  const sprites = createSprites(app, () => void draw());
  /** @type {Map<string, ImageBitmap>} layers' light by view */
  const lights = new Map();
  /** The garment that the textures hold. */
  let held = "";
  let coming = "";
  let share = 1;
  /** @type {WeakMap<object, Mesh>} by ground */
  const meshes = new WeakMap();
  /** Where layers lay when they were last looked at. @type {WeakMap<object, {on: object, piece: Piece}>} */
  const pieces = new WeakMap();
  /** The card draws a frame; what changes meanwhile is drawn after it. */
  let isBusy = false;
  let isLate = false;

  const clothKey = () => {
    const { design, view } = store.state;
    return JSON.stringify([design.garment, design.color, view, app.wall()]);
  };

  /** Fetches the bare garment and its light. */
  async function fetchCloth() {
    const key = clothKey();
    if (!renderer || key === held || key === coming) return;
    coming = key;
    try {
      const { design, view } = store.state;
      const place = `${design.garment}/${view}`;
      const { picture } = await preview({ ...design, fields: undefined, placements: [] }, { view, width: MOST_PX, fidelity: "live", wall: app.wall() }, new AbortController().signal, false);
      const blank = await createImageBitmap(picture, { colorSpaceConversion: "none" });
      if (!lights.has(place)) {
        lights.set(place, await createImageBitmap(await catalogue.light(design.garment, view), { premultiplyAlpha: "none", colorSpaceConversion: "none" }));
      }
      if (clothKey() !== key) return;
      renderer.setCloth(blank, /** @type {ImageBitmap} */ (lights.get(place)));
      held = key;
    } catch {
      // The service's frames go on.
    } finally {
      coming = "";
    }
  }

  /** The layers of an area where they lie, from the bottom up. @param {import("../core/design.js").Layer[]} layers @param {Cloth} on @param {Mesh} mesh @returns {Piece[] | null} null if not every one can be drawn yet */
  function lay(layers, on, mesh) {
    /** @type {Piece[]} */
    const all = [];
    /** @type {(list: import("../core/design.js").Layer[], outer: Matrix, opacity: number) => boolean} */
    const each = (list, outer, opacity) => list.every((layer) => {
      if (layer.hidden) return true;
      const [matrix, strength] = [multiply(outer, place(layer)), opacity * (layer.opacity ?? 1)];
      if (layer.type === "group") return each(layer.layers, matrix, strength);
      const sprite = sprites.of(layer);
      if (!sprite) return false;
      const known = pieces.get(layer);
      const piece = pieceOf(sprite, matrix, strength, on, mesh, known?.on === on ? known.piece : undefined);
      pieces.set(layer, { on, piece });
      all.push(piece);
      return true;
    });
    return each(layers, [1, 0, 0, 1, 0, 0], 1) ? all : null;
  }

  /** @param {number} [wanted] width in pixels; by default what the stage needs and the card can do @returns {boolean} whether the present design is seen, or will be at the next frame */
  function draw(wanted) {
    const { state } = store;
    if (!renderer || renderer.isLost() || state.flat || held !== clothKey()) {
      void fetchCloth().then(() => held === clothKey() && app.preview.update());
      return false;
    }
    const grounds = app.ground.grounds();
    const prints = [];
    for (const { area, layers } of state.design.placements) {
      const on = /** @type {Cloth | undefined} */ (grounds.get(area));
      if (!on) continue;
      const mesh = meshes.get(on) ?? meshOf(on);
      meshes.set(on, mesh);
      const laid = lay(layers, on, mesh);
      if (!laid) return false;
      prints.push({ mesh, own: albedo(app, area), pieces: laid });
    }
    isLate = isBusy && !wanted;
    if (isLate) return true;
    const manifest = app.manifest();
    const width = wanted ?? Math.round(Math.min(MOST_PX, (document.getElementById("sheet")?.clientWidth ?? 600) * devicePixelRatio) * share);
    renderer.draw(manifest, prints, width, Math.round((width * manifest.height) / manifest.width));
    if (!wanted) time(renderer);
    return true;
  }

  /** Fits the resolution to what the card can do. @param {import("./webgl.js").Renderer} renderer */
  function time(renderer) {
    const started = performance.now();
    isBusy = true;
    renderer.whenDone(() => {
      isBusy = false;
      const spent = performance.now() - started;
      if (spent > SLOW_MS && share > LEAST) share /= 2;
      else if (spent < QUICK_MS && share < 1) share *= 2;
      if (isLate) draw();
    });
  }

  return { canvas, draw, hasCards: renderer !== null };
}

/** @param {import("./sprites.js").Sprite} sprite @param {Matrix} own the layer's millimetres to the area's @param {number} strength @param {Cloth} on @param {Mesh} mesh @param {Piece} [known] where the layer lay before @returns {Piece} */
function pieceOf(sprite, own, strength, on, mesh, known) {
  const { x, y, width, height } = sprite;
  // The sprite's picture, 0 to 1, to millimetres of the area.
  const from = multiply(own, [width, 0, 0, height, x, y]);
  const matrix = invert(from);
  if (known && known.sprite === sprite && known.matrix.every((value, index) => value === matrix[index])) return known.strength === strength ? known : { ...known, strength };
  const outline = corners({ x: 0, y: 0, width: 1, height: 1 }).map((point) => apply(from, point));
  const seen = bounds(on.path(outline));
  const reach = bounds(outline);
  const row = (/** @type {number} */ mm) => Math.min(Math.max(mm, 0), mesh.starts.length - 1);
  return {
    sprite, matrix, strength,
    rect: { left: seen.x, top: seen.y, right: seen.x + seen.width, bottom: seen.y + seen.height },
    rows: [row(Math.floor((reach.y - mesh.top) / mesh.step)), row(Math.ceil((reach.y + reach.height - mesh.top) / mesh.step))],
  };
}

/** The albedo of the cloth under a print, as src/mockup/paint.rs dyes it. @param {import("../app.js").App} app @param {string} area @returns {[number, number, number]} */
function albedo(app, area) {
  const color = app.color();
  const part = app.garment().areas.find((/** @type {any} */ one) => one.id === area)?.part;
  const hex = color?.parts?.[part] ?? color?.hex ?? "#ffffff";
  const linear = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  // Bright dyes lose up to 14 %, dark ones nothing.
  const kept = 1 - (1 - WHITE_ALBEDO) * Math.max(...linear);
  return /** @type {[number, number, number]} */ (linear.map((channel) => channel * kept));
}

/** @typedef {{canvas: HTMLCanvasElement, draw: (wanted?: number) => boolean, hasCards: boolean}} Live */
