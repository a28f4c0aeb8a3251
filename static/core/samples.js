// Words as they would look in another font, shape or effect: small pictures for the panels, asked for together.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { unsafeSVG } from "../vendor/lit-html/directives/unsafe-svg.js";
import { outlines } from "./api.js";
import { t } from "./i18n.js";

/** @typedef {{svg: string, ink: import("./outlines.js").Outline["ink"]}} Sample */

/** So many are asked for at once, the newest first. */
const PAGE = 20;
const PAUSE_MS = 80;
const KEPT = 400;
/** Em size of samples, mm. */
export const SAMPLE_MM = 20;
const LONGEST = 14;
const segmenter = new Intl.Segmenter();

/** A drawing of a layer's look; `place` says which picture it is, such as "warp-arc". @typedef {(place: string, layer: any) => unknown} Sampler */

/** @param {import("../app.js").App} app @returns {Sampler} */
export function createSamples(app) {
  /** @type {Map<string, Sample>} by look */
  const kept = new Map();
  /** The latest of each place, which stays until the new one is there. @type {Map<string, Sample>} */
  const latest = new Map();
  /** @type {Map<string, any>} */
  const wanted = new Map();
  let count = 0;

  let isBusy = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function ask() {
    isBusy = true;
    timer = undefined;
    const page = [...wanted].filter(([look]) => !kept.has(look)).slice(-PAGE).map(([look, layer]) => ({ look, layer: { ...layer, id: `sample-${++count}`, type: "text", x: 0, y: 0 } }));
    // What is still seen afterwards is wanted again by the next rendering.
    wanted.clear();
    const { design } = app.store.state;
    try {
      for (const { id, svg, ink } of await outlines({ ...design, placements: [{ area: app.ground.area().id, layers: page.map(({ layer }) => layer) }] })) {
        const found = page.find(({ layer }) => layer.id === id);
        // The page's policy forbids style attributes; they only keep groups apart.
        if (found) kept.set(found.look, { svg: svg.replaceAll(/ style="[^"]*"/g, ""), ink });
      }
      while (kept.size > KEPT) kept.delete(/** @type {string} */ (kept.keys().next().value));
      app.plan();
    } catch {
      // Names of fonts and effects stand beside the pictures.
    } finally {
      isBusy = false;
    }
  }

  return (place, layer) => {
    const look = JSON.stringify(layer);
    const present = kept.get(look);
    if (present) latest.set(place, present);
    else {
      wanted.set(look, layer);
      if (!isBusy) timer ??= setTimeout(ask, PAUSE_MS);
    }
    const shown = latest.get(place);
    if (!shown || shown.ink.width <= 0) return html`<svg class="sample" aria-hidden="true"></svg>`;
    const { x, y, width, height } = shown.ink;
    return html`<svg class="sample" aria-hidden="true" viewBox="${x} ${y} ${width} ${height}">${shown.svg ? unsafeSVG(shown.svg) : nothing}</svg>`;
  };
}

/** The beginning of a layer's own words, as a document writes them. @param {import("../app.js").App} app @param {any} layer */
export function ownWords(app, layer) {
  const words = (app.outlines.of(layer)?.words ?? layer.text).trim().split("\n")[0];
  const letters = [...segmenter.segment(words)].map(({ segment }) => segment);
  const short = letters.length <= LONGEST ? words : letters.slice(0, LONGEST).join("").replace(/\s+\S{1,3}$/u, "");
  return (short.trim() || t("text.sample")).replaceAll("{{", "{{{{");
}
