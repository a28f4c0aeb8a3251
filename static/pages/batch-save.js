// Fetches what was made. The archive may have gigabytes, and its address wants the key, which a link cannot bear and an
// address must not have: where the browser can write to a file it goes there as it comes; elsewhere the browser keeps it
// until it is whole, and says so from a gigabyte on.
// @ts-check

/** From here on whoever waits is told what the browser keeps. */
const LARGE_BYTES = 1e9;
/** So much is put together at once: browsers lay what is together on the disk. */
const LUMP_BYTES = 64e6;
const KEPT_MS = 60_000;

/** Whether what comes goes straight to a file. */
export const canStream = () => "showSaveFilePicker" in globalThis;

/**
 * Null if the person named no file, or called it off.
 * @param {import("./shop-desk.js").Desk} desk @param {string} id @param {string} name @param {AbortSignal} signal @param {(bytes: number, isLarge: boolean) => void} tell
 * @returns {Promise<number | null>} bytes
 */
export async function saveArchive(desk, id, name, signal, tell) {
  let bytes = 0;
  const ask = async () => {
    const { body } = await desk.call(`/batches/${id}/archive.zip`, { signal });
    return /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (body);
  };
  const isLarge = !canStream();
  const count = (/** @type {Uint8Array} */ piece) => {
    bytes += piece.byteLength;
    tell(bytes, isLarge && bytes > LARGE_BYTES);
  };
  try {
    if (canStream()) {
      // Only right after the press of a button may a page ask for a file.
      const file = await /** @type {any} */ (globalThis).showSaveFilePicker({ suggestedName: name, types: [{ accept: { "application/zip": [".zip"] } }] });
      const counted = new TransformStream({ transform: (piece, next) => (count(piece), next.enqueue(piece)) });
      // What breaks off is thrown away: the file is there when it is whole.
      await (await ask()).pipeThrough(counted).pipeTo(await file.createWritable(), { signal });
    } else {
      const url = URL.createObjectURL(await gather(await ask(), count));
      Object.assign(document.createElement("a"), { href: url, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
    }
  } catch (error) {
    if (/** @type {Error} */ (error).name === "AbortError") return null;
    throw error;
  }
  return bytes;
}

/** @param {ReadableStream<Uint8Array<ArrayBuffer>>} body @param {(piece: Uint8Array) => void} count */
async function gather(body, count) {
  /** @type {Blob[]} */
  const lumps = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  let pieces = [];
  let loose = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (value) {
      count(value);
      pieces.push(value);
      loose += value.byteLength;
    }
    if (done || loose > LUMP_BYTES) {
      lumps.push(new Blob(pieces));
      [pieces, loose] = [[], 0];
    }
    if (done) return new Blob(lumps, { type: "application/zip" });
  }
}
