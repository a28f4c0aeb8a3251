// How large every layer is: its box around its own centre, before it is moved and turned.
// @ts-check
import { apply, bounds, corners, invert, multiply, place, union } from "./geometry.js";

/** @typedef {import("./geometry.js").Box} Box */
/** @typedef {import("./geometry.js").Matrix} Matrix */
/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./design.js").Layer} Layer */

/** @param {number} width @param {number} height @returns {Box} */
const centred = (width, height) => ({ x: -width / 2, y: -height / 2, width, height });

/** @param {number} value */
const hundredths = (value) => Number(value.toFixed(2));

/** @param {{outlines: import("./outlines.js").Outlines, uploads: Map<string, any>}} sources */
export function createFrames({ outlines, uploads }) {
  /** @param {Layer} layer @returns {Box} */
  function box(layer) {
    switch (layer.type) {
      case "text":
        return outlines.of(layer)?.frame ?? centred(layer.max_width ?? layer.size * 0.5 * Math.max(1, ...layer.text.split("\n").map((/** @type {string} */ line) => line.length)), layer.size * (layer.leading ?? 1.2) * layer.text.split("\n").length);
      case "image":
        return centred(layer.width, layer.width * aspect(layer));
      case "group":
        return union(layer.layers.filter((/** @type {Layer} */ inner) => !inner.hidden).map((/** @type {Layer} */ inner) => bounds(outer(inner)))) ?? centred(1, 1);
      default:
        return shape(layer);
    }
  }

  /** Height over width of a picture, cropped and trimmed: its own, unless the layer stretches it. @param {Layer} layer */
  function aspect(layer) {
    if (layer.height) return layer.height / layer.width;
    const info = uploads.get(layer.asset);
    if (!info) return 1;
    const part = shownPart(layer, info);
    return (info.height_px * part.height) / Math.max(1, info.width_px * part.width);
  }

  /** The corners of a layer's box in the millimetres of what it lies in. @param {Layer} layer @returns {Point[]} */
  const outer = (layer) => corners(box(layer)).map((point) => apply(place(layer), point));

  /** The millimetres that a layer is placed in to the print area's. @param {Layer[]} parents @returns {Matrix} */
  const within = (parents) => parents.map(place).reduce(multiply, /** @type {Matrix} */ ([1, 0, 0, 1, 0, 0]));

  return {
    box,
    outer,
    within,
    aspect,
    /** The layer's own millimetres to the print area's. @param {import("./design.js").Found} found @returns {Matrix} */
    matrix: ({ layer, parents }) => multiply(within(parents), place(layer)),
    /** Where a layer is after a move by so many mm of the print area. @param {import("./design.js").Found} found @param {number} dx @param {number} dy */
    moved({ layer, parents }, dx, dy) {
      const [a, b, c, d] = invert(within(parents));
      return { x: hundredths(layer.x + a * dx + c * dy), y: hundredths(layer.y + b * dx + d * dy) };
    },
    /** The corners of a layer's box in the print area. @param {import("./design.js").Found} found @returns {Point[]} */
    quad(found) {
      const matrix = this.matrix(found);
      return corners(box(found.layer)).map((point) => apply(matrix, point));
    },
    /** Pixels that are there for each mm of a picture, as dots per inch, the way that has fewer; null for vectors. @param {Layer} layer */
    dpi(layer) {
      const info = uploads.get(layer.asset);
      if (!info || info.kind === "svg") return null;
      const part = shownPart(layer, info);
      return Math.min((info.width_px * part.width) / layer.width, (info.height_px * part.height) / (layer.width * aspect(layer))) * 25.4;
    },
  };
}

/** From so many dots per inch on a print is sharp, or good enough; below the last it falls apart into squares. */
export const DPI = { good: 300, fine: 150, coarse: 72 };

/** @param {number} dpi @returns {"good" | "fine" | "low" | "coarse"} */
export const sharpness = (dpi) => (dpi >= DPI.good - 0.5 ? "good" : dpi >= DPI.fine - 0.5 ? "fine" : dpi >= DPI.coarse ? "low" : "coarse");

/** What is left of pictures without their background, in shares of the whole: `bare.js` measures it. @type {Map<string, Box>} */
export const bareParts = new Map();
/** @param {Record<string, any>} layer */
export const bareKey = ({ asset, remove_background }) => JSON.stringify([asset, remove_background]);

/** The part of a picture that is printed, in shares of the whole: what a crop or trimming leaves. @param {Layer} layer @param {any} info of the picture @returns {Box} */
export function shownPart(layer, info) {
  if (layer.crop) return layer.crop;
  const bare = layer.trim && layer.remove_background && bareParts.get(bareKey(layer));
  if (bare) return bare;
  const [top, right, bottom, left] = layer.trim && info.margins_px ? info.margins_px : [0, 0, 0, 0];
  return { x: left / info.width_px, y: top / info.height_px, width: 1 - (left + right) / info.width_px, height: 1 - (top + bottom) / info.height_px };
}

/** @param {Layer} layer @returns {Box} */
function shape(layer) {
  switch (layer.shape) {
    case "polygon":
    case "star":
      return centred(layer.radius * 2, layer.radius * 2);
    case "line":
      return centred(layer.length, layer.stroke?.width ?? 1);
    case "qr":
    case "path":
      return centred(layer.width, layer.width * (layer.shape === "qr" ? 1 : pathAspect(layer.d)));
    default:
      return centred(layer.width, layer.height);
  }
}

/** @type {Map<string, number>} */
const aspects = new Map();

/** Height over width of a path, as the browser measures it. @param {string} d */
function pathAspect(d) {
  const known = aspects.get(d);
  if (known) return known;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", d);
  svg.append(path);
  svg.setAttribute("class", "measure");
  document.body.append(svg);
  const { width, height } = path.getBBox();
  svg.remove();
  const aspect = width > 0 ? height / width : 1;
  aspects.set(d, aspect);
  return aspect;
}

/** @typedef {ReturnType<typeof createFrames>} Frames */
