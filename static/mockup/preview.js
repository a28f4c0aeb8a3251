// The picture of the shirt. While something changes, live frames follow each other as fast as they come; after the last
// change the exact one takes their place. `data-preview` on <html> says which one is seen: live, stale or exact.
// @ts-check
import { Offline, Refusal, artwork, preview, shared } from "../core/api.js";

const SETTLE_MS = 150;
/** @param {Store["state"]} state */
const inputs = (state) => [state.design, state.view, sizeOf(state), state.flat, state.flat && state.area, fieldsOf(state)];
/** The size of the person who is seen, else the one that was chosen. @param {Store["state"]} state */
const sizeOf = (state) => state.people[state.person ?? -1]?.size ?? state.size;
/** Their names and numbers, as JSON; what is empty shows its sample. @param {Store["state"]} state */
const fieldsOf = (state) => {
  const given = Object.entries(state.people[state.person ?? -1]?.fields ?? {}).filter(([id, value]) => value && state.design.fields?.some((field) => field.id === id));
  return given.length ? JSON.stringify(Object.fromEntries(given)) : undefined;
};

/** @typedef {import("../core/store.js").Store} Store */

/**
 * @param {Store} store
 * @param {{image: () => HTMLImageElement | null, width: () => number, flat: () => {id: string, width: number}, wall: () => string, live: () => {draw: () => boolean, canvas: HTMLCanvasElement} | null, link: () => string | undefined, tell: (problem: Refusal | Offline | null) => void, done: () => void}} page
 *   `flat` tells the print area of the flat view and its width in mm; `link`, by which the design is only looked at; `done` is called when an exact picture is shown, or cannot be
 */
export function createPreview(store, { image, width, flat, wall, live, link, tell, done }) {
  /** @type {any[]} */
  let shown = [];
  let isBusy = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let settle;
  let url = "";
  let isPlanned = false;
  /** How `shown` was drawn; what could not be drawn is stale. @type {"live" | "exact" | "stale"} */
  let drawn = "live";

  const mark = (/** @type {string} */ state) => (document.documentElement.dataset.preview = state);
  const isPresent = () => inputs(store.state).every((value, index) => value === shown[index]);

  /** @param {"live" | "exact"} fidelity */
  async function draw(fidelity) {
    isBusy = true;
    const turn = new AbortController();
    const wanted = inputs(store.state);
    const { design, view } = store.state;
    const [size, fields] = [sizeOf(store.state), fieldsOf(store.state)];
    const pixels = Math.min(2000, Math.max(200, Math.ceil((width() * devicePixelRatio) / 100) * 100));
    const token = link();
    try {
      const { picture, hash } = token ? await shared.preview(token, { view, size, fields, wall: wall(), width: pixels }, turn.signal)
        : store.state.flat ? await unrolled(design, pixels, turn.signal)
        : await preview(design, { view, size, fidelity, fields, wall: wall(), width: fidelity === "live" ? Math.min(pixels, 1000) : pixels }, turn.signal);
      await show(picture);
      [shown, drawn] = [wanted, fidelity];
      document.documentElement.dataset.artwork = hash;
      if (isPresent()) settled();
      tell(null);
      // The picture is painted before more is asked for.
      if (fidelity === "exact") setTimeout(done);
    } catch (error) {
      if (error instanceof Refusal && error.code === "superseded") return;
      if (error instanceof Refusal || error instanceof Offline) {
        // Nothing is drawn again until something changes.
        [shown, drawn] = [wanted, "stale"];
        tell(error);
        done();
      }
    } finally {
      isBusy = false;
      next();
    }
  }

  /** Says that what is seen is what is there. */
  function settled() {
    mark(drawn);
    if (drawn !== "stale") live()?.canvas.toggleAttribute("hidden", true);
  }

  /** The print file itself, as finely as the screen shows it. @param {any} design @param {number} pixels @param {AbortSignal} signal */
  async function unrolled(design, pixels, signal) {
    const area = flat();
    if (!design.placements.some((/** @type {any} */ placement) => placement.area === area.id)) return { picture: null, hash: "" };
    const dpi = Math.round(Math.min(200, Math.max(36, (pixels / area.width) * 25.4)));
    return artwork(design, area.id, { dpi }, signal);
  }

  function next() {
    if (!isPresent()) return begin();
    if (drawn === "live") {
      clearTimeout(settle);
      settle = setTimeout(() => !isBusy && isPresent() && draw("exact"), SETTLE_MS);
    }
  }

  /** Shows what changed: by the graphics card at once, else by the service's quick frames. */
  function begin() {
    const tier = store.state.person === null ? live() : null;
    // The first picture is the exact one, and every picture of a link: there is nothing that a quick one would have to keep up with.
    if (!tier?.draw()) return void (isBusy || draw(url === "" || link() ? "exact" : "live"));
    tier.canvas.toggleAttribute("hidden", false);
    mark("live");
    clearTimeout(settle);
    settle = setTimeout(() => (isBusy ? undefined : draw("exact")), SETTLE_MS);
  }

  /** @param {Blob | null} picture */
  async function show(picture) {
    const place = image();
    if (!place) return;
    const older = url;
    if (!picture) {
      place.removeAttribute("src");
      return;
    }
    url = URL.createObjectURL(picture);
    const loader = new Image();
    loader.src = url;
    await loader.decode();
    place.src = url;
    if (older) URL.revokeObjectURL(older);
  }

  return {
    /** Looks whether there is something new to draw. */
    update() {
      if (isPresent()) return;
      mark("stale");
      clearTimeout(settle);
      // Whatever changes before the next frame is drawn with it: a pointer is answered first.
      if (isPlanned) return;
      isPlanned = true;
      requestAnimationFrame(() => {
        isPlanned = false;
        if (!isPresent()) return begin();
        // It was changed and changed back within a frame.
        settled();
        if (!isBusy) next();
      });
    },
    /** Draws again, as after a change of the width. */
    again() {
      shown = [];
      this.update();
    },
    /** The picture that is shown, for a download. */
    get address() {
      return url;
    },
  };
}

/** @typedef {ReturnType<typeof createPreview>} Preview */
