// Questions to the service that follow the design: asked some time after the last change; a newer one calls the older off.
// @ts-check

/** @param {number} ms after the last call @param {(signal: AbortSignal) => Promise<void>} ask @returns {() => void} */
export function later(ms, ask) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {AbortController | null} */
  let waiting = null;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      waiting?.abort();
      waiting = new AbortController();
      void ask(waiting.signal);
    }, ms);
  };
}
