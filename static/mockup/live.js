// The live tier: what changes is seen at the next frame, before the service has drawn it. Without WebGL 2, or before the
// maps are there, the service's own quick frames stand in.
// @ts-check
import { catalogue, preview } from "../core/api.js";
import { apply, bounds, corners, invert, multiply, place } from "../core/geometry.js";
import { createSprites } from "./sprites.js";
import { around, createRenderer } from "./webgl.js";

/** @typedef {import("../core/geometry.js").Cloth} Cloth */
/** @typedef {import("../core/geometry.js").Matrix} Matrix */
/** @typedef {import("./webgl.js").Piece} Piece */

const MOST_PX = 1000;
const LEAST_PX = 200;
/** A frame that takes the card longer halves the resolution, unless it drew the whole picture: that happens once. */
const SLOW_MS = 24;
/** So long the card is left alone when what it needs could not be had. */
const PAUSE_MS = 3000;
/** The least share of the full resolution. */
const LEAST_SHARE = 0.25;
/** How far, in pixels of the mockup's picture, cloth may lie from where the manifest's coarse grid has it. */
const FOLD_PX = 12;
/** Steps of the reduced coordinates for the manifest's unit. */
const STEPS = 65535 / 4;
/** @type {ImageBitmapOptions} */
const AS_IT_IS = { premultiplyAlpha: "none", colorSpaceConversion: "none" };
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
  /** The layers' light, and where on the pattern each pixel lies, by view. @type {Map<string, Promise<Omit<import("./webgl.js").Bare, "image">>>} */
  const maps = new Map();
  /** The garment that the textures hold. */
  let held = "";
  let coming = "";
  /** When it may be asked for again. */
  let notBefore = 0;
  let share = 1;
  /** Where layers lay when they were last looked at. @type {WeakMap<object, {on: object, piece: Piece}>} */
  const pieces = new WeakMap();
  /** The card draws a frame; what changes meanwhile is drawn after it. */
  let isBusy = false;
  let isLate = false;
  /** The last frame was done before anybody asked. */
  let isQuick = false;

  /** Of the canvas at its full resolution, and of the bare garment: as the service's pictures, which it takes the place of. */
  const fullWidth = () => Math.min(MOST_PX, Math.max(LEAST_PX, Math.ceil(((document.getElementById("sheet")?.clientWidth ?? 600) * devicePixelRatio) / 100) * 100));

  const clothKey = () => {
    const { design, view } = store.state;
    return JSON.stringify([design.garment, design.color, view, app.wall(), fullWidth()]);
  };

  /** Fetches the bare garment and its light. */
  async function fetchCloth() {
    const key = clothKey();
    if (!renderer || key === held || key === coming || performance.now() < notBefore) return;
    coming = key;
    try {
      const { design, view } = store.state;
      const place = `${design.garment}/${view}`;
      const { picture } = await preview({ ...design, fields: undefined, placements: [] }, { view, width: fullWidth(), fidelity: "live", wall: app.wall() }, new AbortController().signal, false);
      const image = await createImageBitmap(picture, AS_IT_IS);
      if (!maps.has(place)) maps.set(place, mapsOf(design.garment, view, app.manifest().uv));
      const map = await /** @type {ReturnType<typeof mapsOf>} */ (maps.get(place)).catch((error) => {
        maps.delete(place);
        throw error;
      });
      if (clothKey() !== key) return;
      renderer.setCloth({ image, ...map });
      held = key;
    } catch {
      // The service's frames go on.
      notBefore = performance.now() + PAUSE_MS;
    } finally {
      coming = "";
    }
  }

  /** The layers of an area where they lie, from the bottom up. @param {import("../core/design.js").Layer[]} layers @param {Cloth} on @returns {Piece[] | null} null if not every one can be drawn yet */
  function lay(layers, on) {
    /** @type {(list: import("../core/design.js").Layer[], outer: Matrix, into: Piece[]) => boolean} */
    const each = (list, outer, into) => list.map((layer) => {
      if (layer.hidden) return true;
      const [matrix, strength] = [multiply(outer, place(layer)), layer.opacity ?? 1];
      const isGroup = layer.type === "group";
      if (isGroup && strength === 1) return each(layer.layers, matrix, into);
      const held = pieces.get(layer);
      const known = held?.on === on ? held.piece : undefined;
      /** @type {Piece[]} */
      const inner = [];
      if (isGroup && !each(layer.layers, matrix, inner)) return false;
      const sprite = isGroup ? undefined : sprites.of(layer);
      if (isGroup ? inner.length === 0 : !sprite) return isGroup;
      const piece = sprite ? pieceOf(sprite, matrix, strength, on, known) : groupOf(inner, strength, known);
      pieces.set(layer, { on, piece });
      into.push(piece);
      return true;
      // Asked for all, so that all come at once.
    }).every(Boolean);
    /** @type {Piece[]} */
    const all = [];
    return each(layers, [1, 0, 0, 1, 0, 0], all) ? all : null;
  }

  /** @param {number} [wanted] width in pixels; by default what the stage needs and the card can do @returns {boolean} whether the present design is seen, or will be at the next frame */
  function draw(wanted) {
    const { state } = store;
    if (!renderer || renderer.isLost() || state.flat || held !== clothKey()) {
      // Only a cloth that has just come is news: to draw again without one would go on for ever.
      if (held !== clothKey()) void fetchCloth().then(() => held === clothKey() && app.preview.update());
      return false;
    }
    const grounds = app.ground.grounds();
    const prints = [];
    let isWaiting = false;
    for (const { area, layers } of state.design.placements) {
      const on = /** @type {Cloth | undefined} */ (grounds.get(area));
      if (!on) continue;
      const pieces = lay(layers, on);
      if (pieces) prints.push({ on, panel: panelOf(app, area), own: albedo(app, area), pieces });
      else isWaiting = true;
    }
    if (isWaiting) return false;
    isLate = isBusy && !wanted;
    if (isLate) return true;
    // A resolution that proves too much is lowered while something moves, and tried again when something moves next.
    if (canvas.hidden && isQuick && share < 1) share *= 2;
    const isWhole = renderer.draw(app.manifest(), prints, wanted ?? Math.round(fullWidth() * share));
    if (wanted) return true;
    const started = performance.now();
    isBusy = true;
    renderer.whenDone((asked) => {
      isBusy = false;
      isQuick = asked === 1;
      if (!isQuick && performance.now() - started > SLOW_MS && !isWhole && share > LEAST_SHARE) share /= 2;
      if (isLate) draw();
    });
    return true;
  }

  return { canvas, draw, hasCards: renderer !== null };
}

/** @param {import("./sprites.js").Sprite} sprite @param {Matrix} own the layer's millimetres to the area's @param {number} strength @param {Cloth} on @param {Piece} [known] where the layer lay before @returns {Piece} */
function pieceOf(sprite, own, strength, on, known) {
  const { x, y, width, height } = sprite;
  // The sprite's picture, 0 to 1, to millimetres of the area.
  const from = multiply(own, [width, 0, 0, height, x, y]);
  const matrix = invert(from);
  if (known && known.sprite === sprite && known.strength === strength && known.matrix?.every((value, index) => value === matrix[index])) return known;
  const outline = corners({ x: 0, y: 0, width: 1, height: 1 }).map((point) => apply(from, point));
  return { sprite, matrix, strength, area: rectOf(bounds(outline), 0), seen: rectOf(bounds(on.path(outline)), FOLD_PX) };
}

/** Layers that are seen through as one. @param {Piece[]} pieces @param {number} strength @param {Piece} [known] @returns {Piece} */
function groupOf(pieces, strength, known) {
  if (known?.pieces?.length === pieces.length && known.strength === strength && known.pieces.every((piece, index) => piece === pieces[index])) return known;
  return { pieces, strength, area: pieces.map(({ area }) => area).reduce(around), seen: pieces.map(({ seen }) => seen).reduce(around) };
}

/** @param {import("../core/geometry.js").Box} box @param {number} more on each side @returns {import("./webgl.js").Rect} */
const rectOf = ({ x, y, width, height }, more) => ({ left: x - more, top: y - more, right: x + width + more, bottom: y + height + more });

/** The number that the coordinates give the panel which an area lies on. @param {import("../app.js").App} app @param {string} area @returns {number} */
function panelOf(app, area) {
  const { print_areas, uv } = app.manifest();
  return uv.panels.indexOf(print_areas.find((/** @type {any} */ known) => known.id === area)?.panel);
}

/** Fetches the layers of a view that stay the same in every colour. @param {string} garment @param {string} view @param {{unit_cm: number, origin: [number, number]}} uv of the manifest */
async function mapsOf(garment, view, { unit_cm, origin }) {
  const [light, halves] = await Promise.all((/** @type {const} */ (["light", "uv"])).map(async (layer) => createImageBitmap(await catalogue.reduced(garment, view, layer), AS_IT_IS)));
  const { width } = halves;
  const height = halves.height / 2;
  const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(width, height * 2).getContext("2d", { willReadFrequently: true }));
  pen.drawImage(halves, 0, 0);
  const [across, up] = [0, height].map((top) => pen.getImageData(0, top, width, height).data);
  const data = new Float32Array(width * height * 4);
  const cm = (/** @type {Uint8ClampedArray} */ bytes, /** @type {number} */ at, /** @type {number} */ from) => ((bytes[at] * 256 + bytes[at + 1]) / STEPS - from) * unit_cm;
  for (let at = 0; at < data.length; at += 4) data.set([cm(across, at, origin[0]), cm(up, at, origin[1]), across[at + 2]], at);
  return { light, places: { width, height, data } };
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
