// The paints of layers, and one replaced by another.
// @ts-check
import { update, walk } from "./design.js";

/** @typedef {import("./design.js").Design} Design */
/** @typedef {import("./design.js").Layer} Layer */

/** Of a drawing with more colours than these the rest is shading. */
const MOST = 12;

/** The flat colours that were found in a drawing; a photograph has none. @param {any} info of the picture @returns {string[]} */
export const flatColors = (info) => (info?.look === "flat" ? (info.colors ?? []).slice(0, MOST).map((/** @type {{color: string}} */ { color }) => color) : []);

/** All paints of a layer with the path of each. @param {Layer} layer @param {any} [info] of its picture @returns {[string[], string][]} */
export function paintsOf(layer, info) {
  /** @type {[string[], string][]} */
  const paints = [];
  const note = (/** @type {string[]} */ path, /** @type {any} */ value) => typeof value === "string" && paints.push([path, value]);
  note(["fill"], layer.fill);
  note(["stroke", "color"], layer.stroke?.color);
  note(["shadow", "color"], layer.shadow?.color);
  note(["extrude", "color"], layer.extrude?.color);
  note(["tint"], layer.tint);
  // What is all in one ink shows no other.
  const colors = layer.tint ? [] : flatColors(info);
  (layer.outline ?? []).forEach((/** @type {any} */ ring, /** @type {number} */ n) => note(["outline", String(n), "color"], ring.color));
  for (const from of new Set([...colors, ...Object.keys(layer.recolor ?? {})])) note(["recolor", from], layer.recolor?.[from] ?? from);
  return paints;
}

/** Replaces one paint by another everywhere. @param {Design} design @param {string} from @param {string} to @param {Map<string, any>} uploads what is known of pictures */
export function replacePaint(design, from, to, uploads) {
  const paints = (/** @type {Layer} */ layer) => paintsOf(layer, uploads.get(layer.asset));
  const ids = walk(design).filter(({ layer }) => paints(layer).some(([, paint]) => paint === from)).map(({ layer }) => layer.id);
  return update(design, ids, (layer) => {
    const next = structuredClone(layer);
    for (const [path, paint] of paints(layer)) {
      if (paint !== from) continue;
      const last = /** @type {string} */ (path.at(-1));
      path.slice(0, -1).reduce((node, key) => (node[key] ??= {}), /** @type {any} */ (next))[last] = to;
    }
    return next;
  });
}
