// Follows a batch while it is made. The browser's own reader of event streams could not bear the key.
// @ts-check
import * as api from "../core/api.js";

/** @typedef {import("./batch-words.js").Progress} Progress */

/** The service says something at least every 15 seconds; whoever is silent for longer is not there any more. */
const SILENT_MS = 40_000;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Tells every step until the batch stands still, is gone, or nobody wants to know any more.
 * @param {import("./shop-desk.js").Desk} desk @param {string} id @param {AbortSignal} signal
 * @param {{step: (progress: Progress) => void, lost: (isLost: boolean) => void}} tell `lost`: the service cannot be reached; it is tried again
 */
export async function follow(desk, id, signal, tell) {
  for (let pause = 1000; !signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      for await (const progress of steps(desk, id, signal)) {
        if (signal.aborted) return;
        pause = 1000;
        tell.lost(false);
        tell.step(progress);
        if (!["waiting", "running"].includes(progress.state)) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      // The key opens nothing any more, or somebody deleted the batch: whoever asks next is told so.
      if (error instanceof api.Refusal && [401, 403, 404].includes(error.status)) return;
      tell.lost(true);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** @param {import("./shop-desk.js").Desk} desk @param {string} id @param {AbortSignal} signal @returns {AsyncGenerator<Progress>} */
async function* steps(desk, id, signal) {
  const silent = new AbortController();
  let timer = setTimeout(() => silent.abort(), SILENT_MS);
  try {
    const { body } = await desk.call(`/batches/${id}/events`, { signal: AbortSignal.any([signal, silent.signal]) });
    const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (body).pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; ; ) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), SILENT_MS);
      const events = (text + value).split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        const data = event.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5)).join("\n");
        if (data) yield JSON.parse(data);
      }
    }
  } finally {
    clearTimeout(timer);
    silent.abort();
  }
}
