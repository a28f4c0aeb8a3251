// The live tier: what changes is seen at the next frame, before the service has drawn it. Without WebGL 2, or before the
// maps are there, the service's own quick frames stand in.
// @ts-check
import { preview } from "../core/api.js";
import { place } from "../core/geometry.js";
import { PX_PER_MM, createSprites } from "./sprites.js";
import { createRenderer, meshOf } from "./webgl.js";

const MOST_PX = 1000;
/** A frame that takes longer halves the resolution, a much shorter one doubles it again. */
const SLOW_MS = 24;
const QUICK_MS = 8;
/** What the whitest cloth throws back. */
const WHITE_ALBEDO = 0.86;

/** @param {import("../app.js").App} app @param {() => string} wall @returns {Live} */
export function createLive(app, wall) {
  const { store } = app;
  const canvas = document.createElement("canvas");
  canvas.className = "live";
  canvas.hidden = true;
  const renderer = createRenderer(canvas);
  const sprites = createSprites(app, () => void draw());
  /** @type {Map<string, OffscreenCanvas>} by area */
  const boards = new Map();
  /** @type {Map<string, ImageBitmap>} layers' light by view */
  const lights = new Map();
  /** The garment that the textures hold. */
  let held = "";
  let coming = "";
  let share = 1;
  /** @type {{key: any, meshes: Map<string, import("./webgl.js").Mesh>}} */
  let known = { key: null, meshes: new Map() };

  const clothKey = () => {
    const { design, view } = store.state;
    return JSON.stringify([design.garment, design.color, view, wall()]);
  };

  /** Fetches the bare garment and its light. */
  async function fetchCloth() {
    const key = clothKey();
    if (!renderer || key === held || key === coming) return;
    coming = key;
    try {
      const { design, view } = store.state;
      const place = `${design.garment}/${view}`;
      const { picture } = await preview({ ...design, fields: undefined, placements: [] }, { view, width: MOST_PX, fidelity: "live", wall: wall() }, new AbortController().signal, false);
      const blank = await createImageBitmap(picture, { colorSpaceConversion: "none" });
      if (!lights.has(place)) {
        const answer = await fetch(`/api/v1/mockups/${place}/${app.manifest().light.file}`);
        lights.set(place, await createImageBitmap(await answer.blob(), { premultiplyAlpha: "none", colorSpaceConversion: "none" }));
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

  /** Draws the layers of an area flat, as they are printed. @param {import("../core/design.js").Layer[]} layers @param {OffscreenCanvas} board @param {{x: number, y: number}} from @param {number} scale pixels for one mm @returns {boolean} whether every layer could be drawn */
  function lay(layers, board, from, scale) {
    const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (board.getContext("2d"));
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, board.width, board.height);
    pen.setTransform(scale, 0, 0, scale, -from.x * scale, -from.y * scale);
    let isWhole = true;
    const each = (/** @type {import("../core/design.js").Layer[]} */ list, /** @type {number} */ opacity) => {
      for (const layer of list) {
        if (layer.hidden) continue;
        const strength = opacity * (layer.opacity ?? 1);
        pen.save();
        pen.transform(...place(layer));
        if (layer.type === "group") each(layer.layers, strength);
        else {
          const sprite = sprites.of(layer);
          pen.globalAlpha = strength;
          if (sprite) pen.drawImage(sprite.image, sprite.x, sprite.y, sprite.width, sprite.height);
          else isWhole = false;
        }
        pen.restore();
      }
    };
    each(layers, 1);
    return isWhole;
  }

  /** @param {number} [wanted] width in pixels; by default what the stage needs and the card can do @returns {boolean} whether the present design is seen */
  function draw(wanted) {
    const { state } = store;
    if (!renderer || renderer.isLost() || state.flat || held !== clothKey()) {
      // Only a cloth that has just come is news: to draw again without one would go on for ever.
      if (held !== clothKey()) void fetchCloth().then(() => held === clothKey() && app.preview.update());
      return false;
    }
    const started = performance.now();
    const grounds = app.ground.grounds();
    if (known.key !== grounds) known = { key: grounds, meshes: new Map([...grounds].map(([id, on]) => [id, meshOf(/** @type {any} */ (on))])) };
    let isWhole = true;
    const prints = [];
    for (const placement of state.design.placements) {
      const on = grounds.get(placement.area);
      const mesh = known.meshes.get(placement.area);
      if (!on || !mesh || mesh.count === 0) continue;
      const scale = PX_PER_MM * (wanted ? 1 : Math.max(share, 0.5));
      const [width, height] = [Math.ceil(on.extent.width * scale), Math.ceil(on.extent.height * scale)];
      let board = boards.get(placement.area);
      if (!board || board.width !== width || board.height !== height) boards.set(placement.area, (board = new OffscreenCanvas(width, height)));
      isWhole = lay(placement.layers, board, on.extent, scale) && isWhole;
      prints.push({ mesh, canvas: board, own: albedo(app, placement.area) });
    }
    if (!isWhole) return false;
    const width = wanted ?? Math.round(Math.min(MOST_PX, (document.getElementById("sheet")?.clientWidth ?? 600) * devicePixelRatio) * share);
    const height = Math.round((width * app.manifest().height) / app.manifest().width);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    renderer.draw(app.manifest(), prints);
    const spent = performance.now() - started;
    if (wanted) return true;
    if (spent > SLOW_MS && share > 0.25) share /= 2;
    else if (spent < QUICK_MS && share < 1) share *= 2;
    return true;
  }

  return { canvas, draw, hasCards: renderer !== null };
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
