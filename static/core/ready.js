// A ready design with the person's own words and pictures in its places, and what the two have in common.
// @ts-check
import { update, walk } from "./design.js";

/** @typedef {import("./design.js").Design} Design */
/** @typedef {import("./design.js").Layer} Layer */
/** @typedef {(layer: Layer) => number} Aspect height over width of a picture */

/** @param {Design} design @param {(layer: Layer) => boolean} is @param {(layer: Layer) => number} size @returns {Layer[]} what a design shows, the largest first */
const shown = (design, is, size) => walk(design).map(({ layer }) => layer).filter((layer) => !layer.hidden && is(layer)).sort((a, b) => size(b) - size(a));

/** Words that are the same on every piece. @param {Design} design */
const texts = (design) => shown(design, (layer) => layer.type === "text" && layer.text.trim() !== "" && !layer.text.includes("{{"), (layer) => layer.size);
/** @param {Design} design */
const pictures = (design) => shown(design, (layer) => layer.type === "image", (layer) => layer.width);
/** @param {Design} design */
const codes = (design) => shown(design, (layer) => layer.shape === "qr", (layer) => layer.width);

/**
 * What of a design is the person's own: words that no ready design has, pictures that they brought.
 * @param {Design} design @param {Set<string>} foreign words and pictures that came with ready designs, and the sample words
 */
export function ownParts(design, foreign) {
  const own = (/** @type {Layer[]} */ layers, /** @type {string} */ key) => layers.filter((layer) => !foreign.has(layer[key]));
  return { texts: own(texts(design), "text"), pictures: own(pictures(design), "asset"), codes: own(codes(design), "text"), fields: design.fields ?? [] };
}

/** @typedef {ReturnType<typeof ownParts>} Own */

/** What would be lost of a design: its words and pictures. @param {Design} design @returns {string[]} */
export const partsOf = (design) => [...texts(design), ...codes(design)].map((layer) => layer.text).concat(pictures(design).map((layer) => layer.asset));

/** How many of the person's parts a ready design has places for. @param {Design} ready @param {Own} own */
export const roomFor = (ready, own) => ({
  texts: Math.min(texts(ready).length, own.texts.length),
  pictures: Math.min(pictures(ready).length, own.pictures.length),
  codes: Math.min(codes(ready).length, own.codes.length),
});

/**
 * The largest words go where the largest were, and so do pictures, as large as their place allows.
 * @param {Design} ready @param {Own} own @param {Aspect} aspect @returns {Design}
 */
export function withOwn(ready, own, aspect) {
  /** @type {Map<string, Record<string, any>>} */
  const changes = new Map();
  // Long words shrink to the width of their place; short ones do not blow up to it.
  texts(ready).slice(0, own.texts.length).forEach((layer, index) => changes.set(layer.id, { text: own.texts[index].text, name: undefined, ...(layer.fit_width ? { fit: "shrink" } : {}) }));
  codes(ready).slice(0, own.codes.length).forEach((layer, index) => changes.set(layer.id, { text: own.codes[index].text }));
  pictures(ready).slice(0, own.pictures.length).forEach((layer, index) => {
    const { asset, name, crop, trim, remove_background, recolor, tint, height } = own.pictures[index];
    const shape = aspect(own.pictures[index]);
    const width = layer.width * Math.min(1, aspect(layer) / shape);
    changes.set(layer.id, { asset, name, crop, trim, remove_background, recolor, tint, width: round(width), height: height && round(width * shape) });
  });
  const sample = (/** @type {any} */ field) => own.fields.find((mine) => mine.id === field.id)?.sample.slice(0, field.max_length) ?? field.sample;
  const fields = ready.fields?.map((field) => ({ ...field, sample: sample(field) }));
  return update({ ...ready, ...(fields ? { fields } : {}) }, [...changes.keys()], (layer) => /** @type {Record<string, any>} */ (changes.get(layer.id)));
}

/** @param {number} value */
const round = (value) => Math.round(value * 100) / 100;

/** Fonts and inks of a design's words. @param {Design} design @returns {{fonts: Set<string>, inks: Set<string>}} */
export function styleOf(design) {
  const layers = shown(design, (layer) => layer.type === "text", () => 0);
  return { fonts: new Set(layers.map(({ font }) => font.family ?? font)), inks: new Set(layers.map(({ fill }) => fill)) };
}
