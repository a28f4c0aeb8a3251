// The paints of layers, and one replaced by another.
// @ts-check
import { update, walk } from "./design.js";

/** @typedef {import("./design.js").Design} Design */
/** @typedef {import("./design.js").Layer} Layer */

/** All paints of a layer with the path of each. @param {Layer} layer @returns {[string[], string][]} */
export function paintsOf(layer) {
  /** @type {[string[], string][]} */
  const paints = [];
  const note = (/** @type {string[]} */ path, /** @type {any} */ value) => typeof value === "string" && paints.push([path, value]);
  note(["fill"], layer.fill);
  note(["stroke", "color"], layer.stroke?.color);
  note(["shadow", "color"], layer.shadow?.color);
  note(["extrude", "color"], layer.extrude?.color);
  note(["tint"], layer.tint);
  (layer.outline ?? []).forEach((/** @type {any} */ ring, /** @type {number} */ n) => note(["outline", String(n), "color"], ring.color));
  Object.entries(layer.recolor ?? {}).forEach(([from, to]) => note(["recolor", from], to));
  return paints;
}

/** Replaces one paint by another everywhere. @param {Design} design @param {string} from @param {string} to */
export function replacePaint(design, from, to) {
  const ids = walk(design).filter(({ layer }) => paintsOf(layer).some(([, paint]) => paint === from)).map(({ layer }) => layer.id);
  return update(design, ids, (layer) => {
    const next = structuredClone(layer);
    for (const [path, paint] of paintsOf(layer)) {
      if (paint !== from) continue;
      const last = /** @type {string} */ (path.at(-1));
      path.slice(0, -1).reduce((node, key) => node[key], /** @type {any} */ (next))[last] = to;
    }
    return next;
  });
}
