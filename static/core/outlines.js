// Letters as the printer draws them: asked for once per look of a layer, kept, and never awaited: the last outline stays
// until the new one is there.
// @ts-check
import { outlines } from "./api.js";
import { walk } from "./design.js";

/** @typedef {import("../types/api").Outline} Outline */

const LOOK = ["text", "font", "size", "align", "tracking", "leading", "fill", "emoji", "outline", "shadow", "extrude", "warp", "fit_width", "fit", "max_width"];
const KEPT = 400;

/** Looks that were written already: a layer that did not change is the same object. @type {WeakMap<object, {fields: any, look: string}>} */
const looks = new WeakMap();

/** @param {any} layer @param {any} fields */
function lookOf(layer, fields) {
  let known = looks.get(layer);
  if (!known || known.fields !== fields) looks.set(layer, (known = { fields, look: JSON.stringify([LOOK.map((key) => layer[key]), layer.text.includes("{{") ? fields : null]) }));
  return known.look;
}

/** @param {import("./store.js").Store} store */
export function createOutlines(store) {
  /** @type {Map<string, Outline>} by look */
  const kept = new Map();
  /** @type {Map<string, Outline>} the latest of each layer */
  const latest = new Map();
  /** @type {AbortController | null} */
  let waiting = null;

  /** Asks for what is not known. */
  async function refresh() {
    const { design } = store.state;
    const missing = walk(design).filter(({ layer }) => layer.type === "text" && !kept.has(lookOf(layer, design.fields)));
    if (missing.length === 0) return;
    waiting?.abort();
    const turn = (waiting = new AbortController());
    // Places play no part, so that a layer asks the same wherever it lies.
    const layers = missing.map(({ layer }) => ({ ...Object.fromEntries(LOOK.map((key) => [key, layer[key]])), id: layer.id, type: "text", x: 0, y: 0 }));
    const document = { ...design, placements: [{ area: missing[0].area, layers }] };
    try {
      const answers = await outlines(document, turn.signal);
      for (const answer of answers) {
        const found = missing.find(({ layer }) => layer.id === answer.id);
        if (found) kept.set(lookOf(found.layer, design.fields), answer);
      }
      while (kept.size > KEPT) kept.delete(/** @type {string} */ (kept.keys().next().value));
      store.set({ live: { ...store.state.live, outlines: turn } });
    } catch (error) {
      // A refusal or no service: the last outlines stay; the preview tells what is wrong.
    }
  }

  return {
    refresh,
    /** The outline of a text layer: the present one, else the last that there was. @param {any} layer @returns {Outline | undefined} */
    of(layer) {
      const look = lookOf(layer, store.state.design.fields);
      const present = kept.get(look);
      if (present) {
        latest.set(layer.id, present);
        kept.delete(look);
        kept.set(look, present);
      }
      return present ?? latest.get(layer.id);
    },
  };
}

/** @typedef {ReturnType<typeof createOutlines>} Outlines */
