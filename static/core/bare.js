// What is left of a picture when its background is gone: only the service can tell, so its print is measured.
// @ts-check
import { artwork } from "./api.js";
import { walk } from "./design.js";
import { bareKey, bareParts } from "./frames.js";
import { later } from "./later.js";

/** So finely is it measured. */
const ACROSS_PX = 900;
/** A pixel at the edge that is covered by less is not part of it. */
const FAINT = 96;

/** Measures pictures that are trimmed after their background was removed. @param {import("../app.js").App} app */
export function watchBare(app) {
  const ask = later(200, async (signal) => {
    await app.loadUploads();
    for (const { layer } of walk(app.store.state.design)) {
      if (layer.type === "image" && layer.trim && layer.remove_background && !layer.crop) await measure(app, layer, signal).catch(() => {});
    }
  });
  app.store.subscribe((state, before) => state.design !== before.design && ask());
  ask();
}

/** @param {import("../app.js").App} app @param {any} layer with a background to remove @param {AbortSignal} [signal] */
export async function measure(app, layer, signal) {
  const info = app.uploads.get(layer.asset);
  if (!info || bareParts.has(bareKey(layer))) return;
  const { areas, mockup_size } = app.garment();
  const area = areas.reduce((/** @type {any} */ best, /** @type {any} */ one) => (one.sizes[mockup_size].width_mm > best.sizes[mockup_size].width_mm ? one : best));
  const { width_mm, height_mm } = area.sizes[mockup_size];
  const width = Math.min(width_mm, (height_mm * info.width_px) / info.height_px) * 0.9;
  const height = (width * info.height_px) / info.width_px;
  const alone = { id: "alone", type: "image", asset: layer.asset, remove_background: layer.remove_background, width, x: width_mm / 2, y: height_mm / 2 };
  const { picture } = await artwork({ ...app.store.state.design, placements: [{ area: area.id, layers: [alone] }] }, area.id, { dpi: Math.round((ACROSS_PX / width) * 25.4) }, signal);
  const print = await createImageBitmap(picture);
  const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(print.width, print.height).getContext("2d"));
  pen.drawImage(print, 0, 0);
  const { data } = pen.getImageData(0, 0, print.width, print.height);
  let [left, top, right, bottom] = [print.width, print.height, 0, 0];
  for (let y = 0, at = 3; y < print.height; y++) {
    for (let x = 0; x < print.width; x++, at += 4) {
      if (data[at] < FAINT) continue;
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x + 1);
      bottom = y + 1;
    }
  }
  if (right <= left) return;
  const [across, down] = [(width / width_mm) * print.width, (height / height_mm) * print.height];
  const [x, y] = [(left - (print.width - across) / 2) / across, (top - (print.height - down) / 2) / down];
  bareParts.set(bareKey(layer), { x: Math.max(0, x), y: Math.max(0, y), width: Math.min(1, (right - left) / across), height: Math.min(1, (bottom - top) / down) });
  app.plan();
}
