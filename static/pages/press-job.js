// What is asked of the press and what it answered: a change asks anew and calls the older question off; what it answered
// before stays until there is something newer.
// @ts-check
import { announce } from "../core/announce.js";
import * as api from "../core/api.js";
import { named, t } from "../core/i18n.js";
import { NONE } from "./press-flaws.js";
import { jobOf } from "./press-paint.js";

/** @typedef {"auto" | "on" | "off"} White */
/** @typedef {{method: string, merge: number, white: White, pieces: number, inks: string, open: boolean}} Options `inks`: chosen ones with commas; `open`: colours near the cloth are left open */
/** What went wrong, and which way leads out. @typedef {{text: string, hint?: string, ways: ("process" | "index" | "again" | "back" | "studio")[]}} Trouble */
/** @typedef {import("./press-paint.js").Job} Job */
/** @typedef {{inks: {id: string, name: string}[], techniques: {id: string, name: string}[], garments: {id: string, name: string}[]}} Known */

export const METHODS = ["spot", "process", "index"];
export const MOST_MERGE = 20;
export const MOST_PIECES = 100_000;
/** What the service counts with unless it is told otherwise. */
const PIECES = 12;
/** Plates for a screen: dots per inch at least and at most, and dots of a side of the area that suffice. */
const DPI = { least: 72, most: 150 };
const DOTS = 1300;
/** After the last change. */
const PAUSE_MS = 250;

/** @type {Options} */
const USUAL = { method: "spot", merge: 0, white: "auto", pieces: PIECES, inks: "", open: false };

/** What an address asks for. @param {URLSearchParams} asked @returns {Options} */
function optionsOf(asked) {
  const within = (/** @type {string} */ key, /** @type {number} */ least, /** @type {number} */ most, /** @type {number} */ usual) => {
    const value = Number(asked.get(key) ?? usual);
    return Number.isInteger(value) && value >= least && value <= most ? value : usual;
  };
  const one = (/** @type {string} */ key, /** @type {string[]} */ all) => (all.includes(asked.get(key) ?? "") ? String(asked.get(key)) : all[0]);
  return { method: one("method", METHODS), merge: within("merge", 0, MOST_MERGE, 0), white: /** @type {White} */ (one("white", ["auto", "on", "off"])), pieces: within("pieces", 1, MOST_PIECES, PIECES), inks: asked.get("inks") ?? "", open: asked.get("open") === "true" };
}

/** Whether inks that are near each other can share a screen. @param {Options} options */
export const canMerge = ({ method, inks }) => method === "spot" && !inks;

/** @param {() => void} draw @param {() => void} priced asks for what else depends on the number of pieces */
export function createJob(draw, priced) {
  const asked = new URLSearchParams(location.search);
  /** @type {AbortController | null} */
  let asking = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** What was asked for with the plates that are shown. @type {Options} */
  let answered = USUAL;
  /** Plates that are taken off, by name. @type {Set<string>} */
  let off = new Set();

  const state = {
    id: /^\w+$/.exec(asked.get("design") ?? "")?.[0] ?? "",
    area: asked.get("area") ?? "",
    /** "gone", "empty", or what the service said. */
    problem: "",
    /** @type {api.SavedDesign | null} */
    saved: null,
    /** @type {import("../types/api").GarmentDetail | null} */
    garment: null,
    /** @type {Known} */
    known: { inks: [], techniques: [], garments: [] },
    /** English names of inks, as plans have them, and the person's own. @type {Map<string, string>} */
    inkNames: new Map(),
    options: optionsOf(asked),
    /** @type {Job | null} */
    job: null,
    /** @type {boolean[]} */
    shown: [],
    /** @type {"cloth" | "film"} */
    view: /** @type {"cloth" | "film"} */ ("cloth"),
    zoom: /** @type {"fit" | "full"} */ ("fit"),
    flaws: NONE,
    /** @type {Trouble | null} */
    trouble: null,
    isBusy: false,
  };

  /** What is printed on. @returns {string[]} */
  const areas = () => (state.saved?.document.placements ?? []).filter(({ layers }) => layers.length > 0).map(({ area }) => area);

  async function open() {
    state.problem = state.id ? "" : "gone";
    if (state.problem) return;
    try {
      const [saved, rawInks, techniques, garments] = await Promise.all([api.designs.open(state.id), api.get("/inks"), api.catalogue.techniques(), api.catalogue.garments()]);
      const inks = named("inkName", /** @type {{id: string, name: string}[]} */ (rawInks));
      state.inkNames = new Map(inks.map(({ name }, index) => [rawInks[index].name, name]));
      Object.assign(state, { saved, known: { inks, techniques, garments } });
      state.garment = await api.catalogue.garment(saved.document.garment).catch(() => null);
      if (!areas().includes(state.area)) state.area = areas()[0] ?? "";
      if (!state.area) state.problem = "empty";
    } catch (error) {
      state.problem = error instanceof api.Refusal && error.status === 404 ? "gone" : /** @type {Error} */ (error).message;
    }
  }

  /** The place of the present question, so that a reload asks the same. */
  function remember() {
    const said = new URLSearchParams(location.search);
    for (const [key, value] of Object.entries({ ...state.options, area: state.area })) value === /** @type {any} */ (USUAL)[key] ? said.delete(key) : said.set(key, String(value));
    history.replaceState(null, "", `${location.pathname}?${said}`);
  }

  /** Small areas come sharper. Dots of index prints are as large as they are asked for. */
  const dpi = () => {
    const sizes = state.garment?.areas.find(({ id }) => id === state.area)?.sizes ?? {};
    const { width_mm: width, height_mm: height } = sizes[state.garment?.mockup_size ?? ""] ?? { width_mm: 460, height_mm: 460 };
    return state.options.method === "index" ? DPI.least : Math.min(DPI.most, Math.max(DPI.least, Math.floor((DOTS * 25.4) / Math.max(width, height))));
  };

  const query = () => {
    const { method, merge, white, pieces, inks, open } = state.options;
    return api.query({
      area: state.area, dpi: dpi(), method: method === "spot" ? undefined : method, merge: canMerge(state.options) && merge ? merge : undefined,
      underbase: white === "auto" ? undefined : String(white === "on"), pieces: pieces === PIECES ? undefined : pieces,
      inks, open: inks && open ? "true" : undefined,
    });
  };

  /** @param {number} [pause] ms */
  function ask(pause = PAUSE_MS) {
    clearTimeout(timer);
    asking?.abort();
    state.isBusy = true;
    timer = setTimeout(run, pause);
    remember();
    draw();
  }

  async function run() {
    const mine = (asking = new AbortController());
    const options = { ...state.options };
    const isMine = () => asking === mine && !mine.signal.aborted;
    try {
      const answer = await api.send(`/separations${query()}`, state.saved?.document, { signal: mine.signal });
      const job = await jobOf(await answer.arrayBuffer());
      if (isMine()) take(job, options);
    } catch (error) {
      if (!isMine()) return;
      state.trouble = troubleOf(error, options.method, state.job !== null);
      announce(state.trouble.text, "assertive");
    }
    if (!isMine()) return;
    state.isBusy = false;
    draw();
  }

  /** @param {Job} job @param {Options} options */
  function take(job, options) {
    const shown = job.plates.map(({ name }) => !off.has(name));
    Object.assign(state, { job, trouble: null });
    answered = options;
    show(shown.includes(true) || state.shown.every((one) => !one) ? shown : shown.map(() => true));
    announce(t("press.came", { count: job.plan.screens }));
  }

  /** @param {boolean[]} shown by plate */
  function show(shown) {
    state.shown = shown;
    off = new Set(state.job?.plates.filter((_, index) => !shown[index]).map(({ name }) => name));
    draw();
  }

  return {
    state, areas, open, ask, show,
    /** @param {Partial<Options>} change */
    want(change) {
      const isPriced = "pieces" in change && change.pieces !== state.options.pieces;
      state.options = { ...state.options, ...change };
      ask();
      if (isPriced) priced();
    },
    /** To what is shown. */
    back() {
      state.options = { ...answered };
      ask(0);
    },
    /** @param {string} area */
    visit(area) {
      Object.assign(state, { area, job: null, shown: [], trouble: null });
      state.options = { ...state.options, inks: "", open: false };
      off = new Set();
      ask(0);
      priced();
    },
    /** @param {Partial<Pick<typeof state, "view" | "zoom" | "flaws">>} change */
    look(change) {
      Object.assign(state, change);
      draw();
    },
  };
}

/** @typedef {ReturnType<typeof createJob>} Press */

/** What went wrong in words, and what can be done. @param {unknown} error @param {string} method @param {boolean} hasJob @returns {Trouble} */
export function troubleOf(error, method, hasJob) {
  const back = /** @type {Trouble["ways"]} */ (hasJob ? ["back"] : []);
  if (error instanceof api.Refusal) {
    if (error.status === 429 || error.status === 503) return { text: t("press.trouble.busy"), ways: ["again", ...back] };
    if (/in full color/.test(error.message)) return { text: t("press.trouble.photo"), hint: t("press.trouble.photoWay"), ways: ["process", "index"] };
    if (/nothing to print/.test(error.message)) return { text: t("press.trouble.nothing"), hint: t("press.trouble.nothingWay"), ways: ["studio", ...back] };
    if (/not print with screens/.test(error.message)) return { text: t("press.trouble.noScreens"), ways: ["studio"] };
    const [first] = error.errors;
    return { text: first?.message ?? error.message, hint: first?.hint ?? undefined, ways: error.errors.length && method === "spot" && !hasJob ? ["studio"] : hasJob ? back : ["again", "studio"] };
  }
  return { text: error instanceof api.Offline ? t("press.trouble.offline") : t("press.trouble.unread"), ways: ["again", ...back] };
}
