// The part of a look's picture that the print is in: words keep their place in every look, so that one part does for all.
// @ts-check
import { walk } from "./design.js";
import { createFrames } from "./frames.js";
import { Cloth, bounds } from "./geometry.js";
import { partAbout, usualPart } from "./part.js";

/** @typedef {import("./part.js").Part} Part */

/** @param {string} preview its address @returns {string | undefined} the view that it shows */
export const viewOf = (preview) => /\/previews\/([\w-]+)/.exec(preview)?.[1];

/** @param {import("./design.js").Design} design @param {string | undefined} view @param {{garment: any, manifest: any, frames: Pick<import("./frames.js").Frames, "quad">}} known @returns {Part} */
export function printPart(design, view, { garment, manifest, frames }) {
  const size = garment.sizes.find((/** @type {any} */ one) => one.id === garment.mockup_size);
  const printed = walk(design).filter(({ layer, parents }) => parents.length === 0 && !layer.hidden);
  const points = printed.flatMap((found) => {
    const area = garment.areas.find((/** @type {any} */ one) => one.id === found.area && one.view === view);
    const cloth = area && manifest && Cloth.of(manifest, area, size, size.id);
    return cloth ? frames.quad(found).map((point) => cloth.toPicture(point)) : [];
  });
  return points.length ? partAbout(bounds(points), manifest) : usualPart(printed.map(({ area }) => area));
}

/** Of a design that is not open: asks for what it has to know. @param {import("./design.js").Design} design @param {string} preview @param {typeof import("./api.js")} api @returns {Promise<Part>} */
export async function askPart(design, preview, api) {
  const view = viewOf(preview);
  const [garment, manifest, outlines] = await Promise.all([api.catalogue.garment(design.garment), api.catalogue.mockup(design.garment, view ?? ""), api.outlines(design)]);
  const frames = createFrames({ uploads: new Map(), outlines: /** @type {any} */ ({ of: (/** @type {any} */ layer) => outlines.find(({ id }) => id === layer.id) }) });
  return printPart(design, view, { garment, manifest, frames });
}
