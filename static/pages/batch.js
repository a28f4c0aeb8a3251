// Batches of orders in the shop's area: brought as a file, looked at, made, watched, fetched.
// @ts-check
import { bring } from "../core/i18n.js";
import { createBring } from "./batch-bring.js";
import { createBatchList } from "./batch-list.js";
import { createBatch } from "./batch-one.js";

/** @typedef {(wanted: Record<string, string>, isSame?: boolean) => void} Go */

/** With its words. @param {import("./shop-desk.js").Desk} desk @param {() => void} draw @param {Go} go */
export async function createBatches(desk, draw, go) {
  await bring("batch");
  const carry = createBring(desk);
  const one = createBatch(desk, draw, go, carry);
  const list = createBatchList(desk, draw, go, carry, one.take);
  /** @type {typeof one | typeof list} */
  let shown = list;
  return {
    /** @param {URLSearchParams} place */
    open(place) {
      const next = place.has("batch") ? one : list;
      if (next !== shown) shown.close();
      shown = next;
      next.open(place);
    },
    /** Nobody looks any more. */
    close: () => shown.close(),
    view: () => shown.view(),
  };
}
