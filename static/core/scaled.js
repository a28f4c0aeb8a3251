// Layers so many times as large.
// @ts-check

/** @typedef {import("./design.js").Layer} Layer */

/**
 * A layer so many times as large; its middle stays.
 * @param {Layer} layer @param {number} by
 * @param {number} [down] for what can be stretched: the factor of its height
 * @param {(picture: Layer) => number} [aspect] height over width of a picture, which becomes a height of its own when it is stretched
 * @returns {Layer}
 */
export function scaled(layer, by, down = by, aspect) {
  const next = { ...layer };
  const times = (/** @type {string} */ key, /** @type {number} */ factor = by, /** @type {number} */ digits = 3) => {
    if (typeof next[key] === "number") next[key] = Number((next[key] * factor).toFixed(digits));
  };
  switch (layer.type) {
    case "text":
      for (const key of ["size", "fit_width", "max_width"]) times(key);
      if (layer.outline) next.outline = layer.outline.map((/** @type {any} */ ring) => ({ ...ring, width: ring.width * by }));
      if (layer.shadow) next.shadow = { ...layer.shadow, dx: layer.shadow.dx * by, dy: layer.shadow.dy * by, ...(layer.shadow.blur ? { blur: Math.min(50, layer.shadow.blur * by) } : {}) };
      if (layer.extrude) next.extrude = { ...layer.extrude, depth: layer.extrude.depth * by };
      break;
    case "group":
      next.layers = layer.layers.map((/** @type {Layer} */ inner) => {
        // Along the group's axes only what lies along them can be stretched; the rest keeps its proportions and its room.
        const turns = (inner.rotation ?? 0) / 90;
        const [along, up] = !canStretch(inner) || !Number.isInteger(turns) ? [Math.min(by, down), Math.min(by, down)] : turns % 2 ? [down, by] : [by, down];
        return { ...scaled(inner, along, up, aspect), x: inner.x * by, y: inner.y * down };
      });
      break;
    default:
      for (const key of ["width", "radius", "length"]) times(key);
      if (layer.type === "image" && aspect && by !== down) next.height = Number((layer.width * aspect(layer) * down).toFixed(3));
      else times("height", down);
      if (layer.stroke) next.stroke = { ...layer.stroke, width: layer.stroke.width * by };
  }
  return next;
}

/** Whether the width of a layer can change without its height. @param {Layer} layer */
export const canStretch = (layer) => ["group", "image"].includes(layer.type) || (layer.type === "shape" && ["rectangle", "ellipse"].includes(layer.shape));
