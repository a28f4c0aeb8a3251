// The studio's state: one immutable object, a history of designs, and everybody who wants to know of changes.
// @ts-check

/** @typedef {import("./design.js").Design} Design */
/** @typedef {{design: Design, label: string}} Step */
/** @typedef {{area: string, axis: "x" | "y", at: number}} GuideOf a line over a print area, in mm: what is placed there catches on it */

/**
 * @typedef {object} State
 * @property {Design} design the document as it is now
 * @property {string} view the garment's view on the stage
 * @property {string} area the print area that new layers go to
 * @property {string} size the garment size that is shown
 * @property {string[]} selection ids of layers
 * @property {string} panel the open tool of the left rail
 * @property {boolean} flat the print area unrolled instead of the shirt
 * @property {string | null} editing id of the text whose words are being typed, or of the picture that is being cropped
 * @property {string | null} dialog the dialog that is open
 * @property {{zoom: number, x: number, y: number}} sight zoom and pan of the stage; zoom 1 fits
 * @property {{size: string, fields: Record<string, string>}[]} people who gets one, with names and numbers
 * @property {GuideOf[]} guides
 * @property {number | null} person the one that is seen on the garment
 * @property {Step[]} past what undo goes back to
 * @property {Step[]} future what redo goes forward to
 * @property {Record<string, any>} live facts about the design that servers tell: outlines, findings, quote
 * @property {{id: string | null, revision: number, state: "draft" | "saving" | "saved" | "offline" | "conflict"}} kept
 */

const STEPS = 200;
/** Changes of one kind within this many milliseconds are one step. */
const ONE_STEP_MS = 700;

/** @param {State} initial @param {(state: State) => State} [settle] mends what no longer goes together after a change */
export function createStore(initial, settle = (state) => state) {
  let state = initial;
  /** @type {Set<(state: State, before: State) => void>} */
  const listeners = new Set();
  let last = { key: "", time: -Infinity };
  /** The design from before a gesture that has not ended. @type {Design | null} */
  let held = null;

  /** @param {Partial<State>} change */
  function set(change) {
    const before = state;
    state = settle({ ...state, ...change });
    for (const listener of listeners) listener(state, before);
  }

  /** @param {Design} from @param {string} label */
  const remember = (from, label) => [...state.past.slice(1 - STEPS), { design: from, label }];

  return {
    get state() {
      return state;
    },
    set,

    /** @param {(state: State, before: State) => void} listener @returns {() => void} ends it */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    /**
     * Takes a new design as one undo step. Quick changes with the same key are one step, as is a whole gesture.
     * @param {Design} design @param {string} label what undo says that it takes back
     * @param {{key?: string, joins?: boolean, select?: string[]}} [how] `joins`: the same step as the one before, if that has the same key, however long it took
     */
    commit(design, label, { key = "", joins = false, select } = {}) {
      if (design === state.design && !select) return;
      const now = performance.now();
      const isSame = held !== null || (key !== "" && key === last.key && (joins || now - last.time < ONE_STEP_MS));
      last = { key, time: now };
      set({
        design,
        ...(select ? { selection: select } : {}),
        ...(isSame ? {} : { past: remember(state.design, label), future: [] }),
      });
    },

    /** From here to `release` everything is one step. */
    hold() {
      held ??= state.design;
    },

    /** Ends a gesture. @param {string} label */
    release(label) {
      const from = held;
      held = null;
      last = { key: "", time: -Infinity };
      if (from && from !== state.design) set({ past: remember(from, label), future: [] });
    },

    /** Ends a gesture and takes back all of it. */
    abandon() {
      const from = held;
      held = null;
      if (from) set({ design: from });
    },

    /** The design without the gesture that has not ended. */
    get settled() {
      return held ?? state.design;
    },

    get isHeld() {
      return held !== null;
    },

    /** @returns {string | null} the label of what was taken back */
    undo() {
      const step = state.past.at(-1);
      if (!step || held) return null;
      last = { key: "", time: -Infinity };
      set({ design: step.design, past: state.past.slice(0, -1), future: [{ design: state.design, label: step.label }, ...state.future] });
      return step.label;
    },

    /** @returns {string | null} the label of what was done again */
    redo() {
      const [step, ...future] = state.future;
      if (!step || held) return null;
      set({ design: step.design, past: [...state.past, { design: state.design, label: step.label }], future });
      return step.label;
    },
  };
}

/** @typedef {ReturnType<typeof createStore>} Store */
