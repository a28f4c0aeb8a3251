// Copies: the clipboard, which the system holds as text, and duplicates in the steps of the last one.
// @ts-check
import { announce } from "./announce.js";
import { add, addBeside, copies, find, lifted } from "./design.js";
import { t } from "./i18n.js";

/** @typedef {import("./design.js").Layer} Layer */
/**
 * @typedef {object} Copying
 * @property {() => Layer[]} loose what is chosen, as it is seen outside of the groups that it lies in
 * @property {(of: string[]) => void} copied what is chosen now are copies of these layers
 * @property {() => Layer[] | null} layers what the clipboard holds
 * @property {() => void} copy
 * @property {(layers: Layer[], offset: number) => void} insert so many mm beside where they were
 * @property {() => number} next how far the next paste lies from the copied, mm
 * @property {() => void} duplicate a copy of copies lies from them as they lie from their originals
 * @property {(text: string) => Layer[] | null} layersIn what the system's clipboard holds as text
 */

const MARK = "platen/layers:";
/** How far a copy lies from its original, mm. */
const BESIDE = 5;

/** The clipboard of the page; the system's holds the same as text. @type {{layers: any[], times: number} | null} */
let clipboard = null;

/** @param {import("../app.js").App} app @returns {Copying} */
export function createCopying(app) {
  const { store, commands: { commit } } = app;
  /** The last copies and what they are copies of. @type {{of: string[], made: string[]}} */
  let twins = { of: [], made: [] };

  /** What is chosen; what lies in a chosen group comes with it. */
  const outermost = () => app.chosen().filter(({ parents }) => !parents.some(({ id }) => store.state.selection.includes(id)));

  const loose = () => outermost().map(({ layer, parents }) => parents.reduceRight(lifted, structuredClone(layer)));

  const copied = (/** @type {string[]} */ of) => void (twins = { of, made: outermost().map(({ layer }) => layer.id) });

  return {
    loose,
    copied,
    layers: () => clipboard?.layers ?? null,

    copy() {
      const layers = loose();
      if (layers.length === 0) return;
      clipboard = { layers, times: 0 };
      navigator.clipboard?.writeText(MARK + JSON.stringify(layers)).catch(() => {});
      announce(t("said.copied", { count: layers.length }));
    },

    insert(layers, offset) {
      const [made, design] = copies(store.state.design, layers, { x: offset, y: offset });
      commit(add(design, app.ground.area().id, ...made), t("did.paste"), { select: made.map((layer) => layer.id) });
    },

    next: () => (clipboard ? (clipboard.times += 1) * BESIDE : 0),

    duplicate() {
      const chosen = outermost();
      if (chosen.length === 0) return;
      const ids = chosen.map(({ layer }) => layer.id);
      const original = ids.join() === twins.made.join() ? find(store.state.design, twins.of[0])?.layer : undefined;
      const { layer } = chosen[0];
      const by = original ? { x: layer.x - original.x, y: layer.y - original.y } : { x: BESIDE, y: BESIDE };
      const [made, design] = copies(store.state.design, chosen.map((found) => found.layer), by);
      commit(addBeside(design, chosen[0], ...made), t("did.duplicate"), { select: made.map((one) => one.id) });
      copied(ids);
    },

    layersIn(text) {
      if (!text.startsWith(MARK)) return null;
      try {
        const layers = JSON.parse(text.slice(MARK.length));
        if (!Array.isArray(layers)) return null;
        if (!clipboard || JSON.stringify(clipboard.layers) !== JSON.stringify(layers)) clipboard = { layers, times: 0 };
        return layers;
      } catch {
        return null;
      }
    },
  };
}
