// Every layer as a picture of its own, drawn once per look and kept: letters from their outlines, pictures and shapes by
// the service. What moves them later is arithmetic.
// @ts-check
import { artwork } from "../core/api.js";
import { scaled } from "../core/scaled.js";

/** @typedef {import("../core/design.js").Layer} Layer */
/** @typedef {{image: ImageBitmap, x: number, y: number, width: number, height: number, of?: {width: number, height: number}}} Sprite in the layer's own mm around its centre; `of` is how large the layer was */

const KEPT = 200;
/** What could not be drawn is not asked for again so soon. */
const AGAIN_MS = 3000;
/** Pixels for one mm of letters; there are many to a board's pixel, so that their edges stay. */
const PX_PER_MM = 5.9;
/** The resolution of what the service draws: a whole print area each time. */
const DPI = 100;
/** Pixels that a side has at most. */
const MOST_PX = 2048;
/** Strokes and soft shadows may reach a little beyond; and beyond that there is nothing. */
const PAD_MM = 2;
/** What the card takes as it is. @type {ImageBitmapOptions} */
const AS_IS = { premultiplyAlpha: "premultiply", colorSpaceConversion: "none" };
const POSE = new Set(["id", "name", "x", "y", "rotation", "flip", "opacity", "hidden", "locked"]);

/** @param {import("../app.js").App} app @param {() => void} changed a sprite came */
export function createSprites(app, changed) {
  /** @type {Map<string, Sprite | "coming" | "none">} */
  const kept = new Map();
  /** @type {Map<string, Sprite>} the latest of each layer: it stays until the new one is there */
  const latest = new Map();

  /** Looks that were written already: what does not move is the same object. @type {WeakMap<Layer, {aspect: number | undefined, look: string}>} */
  const looks = new WeakMap();

  /** @param {Layer} layer @returns {string | null} null: not known yet */
  function lookOf(layer) {
    if (layer.type === "text") return app.outlines.of(layer)?.svg ?? null;
    // How high a picture is may be known only later, and then it is cut out anew.
    const aspect = layer.type === "image" ? app.frames.aspect(layer) : undefined;
    let known = looks.get(layer);
    if (!known || known.aspect !== aspect) looks.set(layer, (known = { aspect, look: JSON.stringify({ ...layer, aspect }, (key, value) => (POSE.has(key) ? undefined : value)) }));
    return known.look;
  }

  /** @param {Layer} layer @returns {Sprite | undefined} */
  function of(layer) {
    const look = lookOf(layer);
    if (look === null) return latest.get(layer.id);
    const known = kept.get(look);
    if (known === undefined) {
      kept.set(look, "coming");
      make(layer).then((sprite) => {
        kept.set(look, sprite ?? "none");
        changed();
      }, () => setTimeout(() => kept.delete(look), AGAIN_MS));
      while (kept.size > KEPT) kept.delete(/** @type {string} */ (kept.keys().next().value));
    } else if (typeof known === "object") {
      latest.set(layer.id, known);
      return known;
    }
    return known === "none" ? undefined : fitted(latest.get(layer.id), layer);
  }

  /** A picture that is being resized goes along until it is drawn anew. @param {Sprite | undefined} sprite @param {Layer} layer */
  function fitted(sprite, layer) {
    if (!sprite?.of) return sprite;
    const { width, height } = app.frames.box(layer);
    const [across, down] = [width / sprite.of.width, height / sprite.of.height];
    return { ...sprite, x: sprite.x * across, y: sprite.y * down, width: sprite.width * across, height: sprite.height * down };
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
    const [x, y, width, height] = [ink.x - PAD_MM, ink.y - PAD_MM, ink.width + 2 * PAD_MM, ink.height + 2 * PAD_MM];
    const scale = Math.min(PX_PER_MM, MOST_PX / width, MOST_PX / height);
    const markup = `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width * scale)}" height="${Math.ceil(height * scale)}" viewBox="${x} ${y} ${width} ${height}" preserveAspectRatio="none">${content}</svg>`;
    const image = new Image();
    const url = URL.createObjectURL(new Blob([markup], { type: "image/svg+xml" }));
    image.src = url;
    await image.decode().finally(() => URL.revokeObjectURL(url));
    return { image: await createImageBitmap(image, AS_IS), x, y, width, height };
  }

  /** The layer alone in the middle of its area, as the print file has it. @param {Layer} layer @returns {Promise<Sprite | null>} */
  async function fromService(layer) {
    const { design } = app.store.state;
    const area = app.garment().areas.reduce((/** @type {any} */ best, /** @type {any} */ one) => (one.sizes[app.garment().mockup_size].width_mm > best.sizes[app.garment().mockup_size].width_mm ? one : best));
    const { width_mm, height_mm } = area.sizes[app.garment().mockup_size];
    const box = app.frames.box(layer);
    // What is larger than the area is drawn smaller: a picture of it is all that is wanted.
    const by = Math.min(1, (width_mm * 0.98) / box.width, (height_mm * 0.98) / box.height);
    const alone = { ...scaled(layer, by), x: width_mm / 2, y: height_mm / 2 };
    for (const key of ["rotation", "flip", "opacity", "hidden", "name"]) delete (/** @type {any} */ (alone)[key]);
    const document = { ...design, placements: [{ area: area.id, layers: [alone] }] };
    const { picture } = await artwork(document, area.id, { dpi: DPI });
    const whole = await createImageBitmap(picture);
    const scale = whole.width / width_mm;
    // Of the whole area's picture only what the layer covers is kept.
    const pad = PAD_MM + (layer.stroke?.width ?? 0) * by;
    const cut = { left: Math.max(0, Math.floor((width_mm / 2 + box.x * by - pad) * scale)), top: Math.max(0, Math.floor((height_mm / 2 + box.y * by - pad) * scale)) };
    const size = {
      width: Math.min(whole.width, Math.ceil((width_mm / 2 + (box.x + box.width) * by + pad) * scale)) - cut.left,
      height: Math.min(whole.height, Math.ceil((height_mm / 2 + (box.y + box.height) * by + pad) * scale)) - cut.top,
    };
    whole.close();
    const image = await createImageBitmap(picture, cut.left, cut.top, size.width, size.height, AS_IS);
    const mm = 1 / scale / by;
    return { image, x: cut.left * mm - width_mm / 2 / by, y: cut.top * mm - height_mm / 2 / by, width: size.width * mm, height: size.height * mm, ...(layer.type === "image" ? { of: { width: box.width, height: box.height } } : {}) };
  }

  return { of };
}
