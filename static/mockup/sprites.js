// Every layer as a picture of its own, drawn once per look and kept: letters from their outlines, pictures and shapes by
// the service. What moves them later is arithmetic.
// @ts-check
import { artwork } from "../core/api.js";

/** @typedef {import("../core/design.js").Layer} Layer */
/** @typedef {{image: CanvasImageSource, x: number, y: number, width: number, height: number}} Sprite in the layer's own mm around its centre */

const KEPT = 200;
/** Pixels of a sprite for one mm of the print. */
export const PX_PER_MM = 2.4;
const POSE = new Set(["id", "name", "x", "y", "rotation", "flip", "opacity", "hidden", "locked"]);

/** @param {import("../app.js").App} app @param {() => void} changed a sprite came */
export function createSprites(app, changed) {
  /** @type {Map<string, Sprite | "coming" | "none">} */
  const kept = new Map();
  /** @type {Map<string, Sprite>} the latest of each layer: it stays until the new one is there */
  const latest = new Map();

  /** @param {Layer} layer */
  const lookOf = (layer) => {
    const outline = layer.type === "text" ? app.outlines.of(layer)?.svg : null;
    return outline === undefined ? null : (outline ?? JSON.stringify(layer, (key, value) => (POSE.has(key) ? undefined : value)));
  };

  /** @param {Layer} layer @returns {Sprite | undefined} */
  function of(layer) {
    const look = lookOf(layer);
    if (look === null) return latest.get(layer.id);
    const known = kept.get(look);
    if (known === undefined) {
      kept.set(look, "coming");
      void make(layer).then((sprite) => kept.set(look, sprite ?? "none"), () => kept.delete(look)).finally(changed);
      while (kept.size > KEPT) kept.delete(/** @type {string} */ (kept.keys().next().value));
    } else if (typeof known === "object") {
      latest.set(layer.id, known);
      return known;
    }
    return known === "none" ? undefined : latest.get(layer.id);
  }

  /** @param {Layer} layer @returns {Promise<Sprite | null>} */
  async function make(layer) {
    if (layer.type === "text") {
      const outline = app.outlines.of(layer);
      return outline ? fromSvg(outline.svg, outline.ink) : null;
    }
    return fromService(layer);
  }

  /** @param {string} content @param {{x: number, y: number, width: number, height: number}} ink @returns {Promise<Sprite | null>} */
  async function fromSvg(content, ink) {
    if (ink.width <= 0 || ink.height <= 0) return null;
    // Strokes and soft shadows may reach a little beyond.
    const pad = 2;
    const [x, y, width, height] = [ink.x - pad, ink.y - pad, ink.width + 2 * pad, ink.height + 2 * pad];
    const markup = `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width * PX_PER_MM)}" height="${Math.ceil(height * PX_PER_MM)}" viewBox="${x} ${y} ${width} ${height}" preserveAspectRatio="none">${content}</svg>`;
    const image = new Image();
    const url = URL.createObjectURL(new Blob([markup], { type: "image/svg+xml" }));
    image.src = url;
    await image.decode().finally(() => URL.revokeObjectURL(url));
    return { image: await createImageBitmap(image), x, y, width, height };
  }

  /** The layer alone in the middle of its area, as the print file has it. @param {Layer} layer @returns {Promise<Sprite | null>} */
  async function fromService(layer) {
    const { design } = app.store.state;
    const area = app.garment().areas.reduce((/** @type {any} */ best, /** @type {any} */ one) => (one.sizes[app.garment().mockup_size].width_mm > best.sizes[app.garment().mockup_size].width_mm ? one : best));
    const { width_mm, height_mm } = area.sizes[app.garment().mockup_size];
    const box = app.frames.box(layer);
    // What is larger than the area is drawn smaller: a picture of it is all that is wanted.
    const by = Math.min(1, (width_mm * 0.98) / box.width, layer.type === "image" ? 1 : (height_mm * 0.98) / box.height);
    const { scaled } = await import("../core/design.js");
    const alone = { ...scaled(layer, by), x: width_mm / 2, y: height_mm / 2 };
    for (const key of ["rotation", "flip", "opacity", "hidden", "name"]) delete (/** @type {any} */ (alone)[key]);
    const dpi = Math.min(150, Math.max(36, PX_PER_MM * 25.4));
    const document = { ...design, placements: [{ area: area.id, layers: [alone] }] };
    const { picture } = await artwork(document, area.id, { dpi });
    return { image: await createImageBitmap(picture), x: (-width_mm / 2) / by, y: (-height_mm / 2) / by, width: width_mm / by, height: height_mm / by };
  }

  return { of };
}
