// The studio put together: state, catalogue, and who does what when something changes.
// @ts-check
import { render } from "./vendor/lit-html/lit-html.js";
import * as api from "./core/api.js";
import { announce } from "./core/announce.js";
import { createChoice } from "./core/choice.js";
import { commandsOf } from "./core/commands.js";
import { find, findAt, isLocked, update, walk } from "./core/design.js";
import { createFrames } from "./core/frames.js";
import { locale, t } from "./core/i18n.js";
import { createOutlines } from "./core/outlines.js";
import { createSettings } from "./core/settings.js";
import { createStore } from "./core/store.js";
import { format, formatSize } from "./core/units.js";
import { createPreview } from "./mockup/preview.js";
import { createGround } from "./stage/ground.js";
import { createViewport } from "./stage/viewport.js";
import { shell } from "./shell.js";

/** @typedef {import("./core/design.js").Design} Design */
/** @typedef {import("./core/store.js").State} State */
/** What a notice offers: `stays` if it does nothing to the design. @typedef {{label: string, run: () => void, stays?: boolean}} Action */

/** A design that nothing is on yet. @returns {Design} */
export const blank = () => ({ version: 1, name: t("design.untitled"), garment: "tee", color: "white", technique: "dtf", placements: [] });

/** @param {Design} design @param {string} [token] of the link that the design is only looked at by */
export async function createApp(design, token) {
  /** @type {Map<string, any>} */
  const details = new Map();
  /** @type {Map<string, any>} */
  const manifests = new Map();
  /** @type {Map<string, any>} facts about pictures by asset id */
  const uploads = new Map();

  /** @param {string} id */
  async function loadGarment(id) {
    if (details.has(id)) return;
    const detail = await api.catalogue.garment(id);
    await Promise.all(detail.views.map(async (/** @type {string} */ view) => manifests.set(`${id}/${view}`, await api.catalogue.mockup(id, view))));
    details.set(id, detail);
  }
  const [inks] = await Promise.all([api.catalogue.inks(), loadGarment(design.garment)]);
  const detail = details.get(design.garment);
  const first = design.placements[0]?.area;
  const view = detail.areas.find((/** @type {any} */ area) => area.id === first)?.view ?? detail.views[0];

  const store = createStore({
    design, view, area: first ?? detail.areas[0].id, size: detail.mockup_size, selection: [], panel: "text", flat: false, editing: null, dialog: null,
    sight: { zoom: 1, x: 0, y: 0 }, people: [], guides: [], person: null, past: [], future: [], live: { findings: [], problem: null, quote: null }, kept: { id: null, revision: 0, state: "draft" },
  }, (state) => {
    // Another garment may not be made in this size.
    const garment = details.get(state.design.garment);
    return garment && !garment.sizes.some((/** @type {any} */ one) => one.id === state.size) ? { ...state, size: garment.mockup_size } : state;
  });
  const settings = createSettings();
  const outlines = createOutlines(store);
  const frames = createFrames({ outlines, uploads });
  const choice = createChoice({ store, frames, settings });
  let isPlanned = false;
  /** What the notice's action belongs to. @type {Design | null} */
  let about = null;
  let tick = () => {};

  const app = {
    ...choice,
    store, settings, outlines, frames, uploads, inks,
    /** The rest of the catalogue comes after the first picture. @type {any[]} */
    garments: [],
    /** @type {any[]} */
    fonts: [],
    /** @type {any[]} */
    techniques: [],
    /** How long it takes and from how many on it costs less. @type {import("./types/api").ShopDetail | null} */
    shop: null,
    /** What comes after the first picture. @type {typeof import("./rest.js") | null} */
    rest: null,
    /** Has it come. @type {() => Promise<void>} */
    bring: async () => {},
    /** @type {import("./stage/gestures.js").Gesture} */
    gesture: { area: "", lines: [], distances: [], marquee: null },
    token,
    isReadOnly: Boolean(token),
    /** @type {{text: string, action?: Action, until: number} | null} */
    toast: null,
    /** Where the menu is open, and the layers that lie there. @type {{x: number, y: number, ids: string[]} | null} */
    context: null,
    garment: () => details.get(store.state.design.garment),
    manifest: (view = store.state.view) => manifests.get(`${store.state.design.garment}/${view}`),
    unit: () => settings.value.unit,
    /** @param {string} area @returns {number} mm */
    safeMargin: (area) => app.garment().areas.find((/** @type {any} */ known) => known.id === area)?.safe_margin_mm ?? 0,
    /** @returns {string} */
    colorName: () => app.color()?.name ?? store.state.design.color,
    /** @returns {any} of the garment */
    color: () => app.garment().colorways.find((/** @type {any} */ color) => color.id === store.state.design.color),
    /** sRGB of a paint. @param {string | undefined} paint @returns {string} */
    hex: (paint) => (paint?.startsWith("ink:") ? inks.find((/** @type {any} */ ink) => ink.id === paint.slice(4))?.hex ?? "#000000" : paint ?? "#000000"),
    /** @param {string} paint */
    paintName: (paint) => (paint.startsWith("ink:") ? inks.find((/** @type {any} */ ink) => ink.id === paint.slice(4))?.name ?? paint : paint.toUpperCase()),

    /** The picture's wall is the stage itself. @returns {string} */
    wall: () => `#${(getComputedStyle(/** @type {Element} */ (document.querySelector(".stage"))).backgroundColor.match(/\d+/g) ?? ["216", "216", "214"]).slice(0, 3).map((byte) => Number(byte).toString(16).padStart(2, "0")).join("")}`,
    /** One CSS pixel in the stage's coordinates. @returns {number} */
    pixel: () => app.viewport.pixel(),
    /** The guides that are seen over a print area. @param {string} area */
    guides: (area) => (settings.value.rulers ? store.state.guides.filter((guide) => guide.area === area) : []),
    /** @param {import("./stage/gestures.js").Gesture} gesture */
    showGesture(gesture) {
      app.gesture = gesture;
      plan();
    },
    /** @param {string} text @param {Action} [action] */
    say(text, action) {
      app.toast = { text, action, until: performance.now() + 6000 };
      about = action && !action.stays ? store.settled : null;
      announce(text);
      setTimeout(() => {
        if (app.toast && performance.now() >= app.toast.until - 10) app.dismiss();
      }, 6000);
      plan();
    },
    dismiss() {
      app.toast = null;
      plan();
    },
    /** @param {number} x @param {number} y client coordinates @param {string[]} ids */
    openContext(x, y, ids) {
      app.context = { x, y, ids };
      plan();
    },
    /** Shows the layer that a finding or a problem speaks of. @param {string} pointer */
    goTo(pointer) {
      const found = findAt(store.state.design, pointer);
      const placement = store.state.design.placements[Number(/^\/placements\/(\d+)/.exec(pointer)?.[1] ?? -1)];
      const area = app.garment().areas.find((/** @type {any} */ known) => known.id === (found?.area ?? placement?.area));
      if (!area) return;
      store.set({ selection: found ? [found.layer.id] : [], view: area.view, area: area.id });
      app.announceSelection();
    },
    /** @param {string} id */
    async setGarment(id) {
      await loadGarment(id);
      store.commit({ ...store.state.design, garment: id }, t("did.garment"));
    },
    /** Takes another document, as one undo step. @param {Design} next @param {string} label */
    async open(next, label) {
      await loadGarment(next.garment);
      const garment = details.get(next.garment);
      const area = garment.areas.find((/** @type {any} */ known) => known.id === next.placements[0]?.area) ?? garment.areas[0];
      store.set({ selection: [], editing: null, view: area.view, area: area.id });
      store.commit(next, label);
      void app.loadUploads();
    },
    /** Asks for facts about pictures that are not known yet. */
    async loadUploads(of = store.state.design) {
      // Those of a shared design are its owner's.
      if (app.isReadOnly) return;
      const missing = walk(of).filter(({ layer }) => layer.type === "image" && !uploads.has(layer.asset));
      if (missing.length === 0) return;
      if (!uploads.has("graphics")) {
        uploads.set("graphics", true);
        for (const graphic of await api.catalogue.graphics().catch(() => [])) uploads.set(graphic.id, graphic);
      }
      for (const { layer } of missing) {
        if (!uploads.has(layer.asset)) uploads.set(layer.asset, await api.uploadInfo(layer.asset).catch(() => null));
      }
      plan();
    },
    /** Changes fields of the chosen layers. @param {Record<string, any> | ((layer: any) => Record<string, any>)} change @param {string} label @param {string} [key] quick changes with the same key are one step */
    setLayer(change, label, key) {
      const ids = app.chosen().filter((found) => !isLocked(found)).map(({ layer }) => layer.id);
      if (ids.length) store.commit(update(store.state.design, ids, change), label, { key });
    },
    /** @param {number} width @param {number} height mm @returns {string} */
    size: (width, height) => formatSize(width, height, app.unit(), locale()),
    /** @param {number} mm @returns {string} */
    length: (mm) => `${format(mm, app.unit(), locale())} ${app.unit()}`,
    /** @param {any} layer */
    fontName: (layer) => (typeof layer.font === "string" ? layer.font : layer.font.family),
    /** How far the phone's sheet is up, and what it shows: the open tool, or what is chosen. @type {{stop: "peek" | "half" | "full", side: "tool" | "layer"}} */
    sheet: { stop: "peek", side: "tool" },
    /** @param {"peek" | "half" | "full"} stop @param {"tool" | "layer"} [side] */
    openSheet(stop, side) {
      app.sheet = { stop, side: side ?? app.sheet.side };
      plan();
    },
    /** Goes into a layer, and shows what it is edited with. @param {string} id @param {import("./core/geometry.js").Point} [at] */
    enter(id, at) {
      choice.enter(id, at);
      const { editing, panel } = store.state;
      if (!editing) return;
      const isText = find(store.state.design, editing)?.layer.type === "text";
      store.set({ panel: isText ? "text" : panel });
      app.openSheet("half", isText ? "tool" : "layer");
    },
    /** Asks for the price again. */
    askPrice: () => {},
    /** @type {import("./core/autosave.js").Saver | null} */
    saver: null,
    /** What this person does with styles. @type {import("./core/tastes.js").Tastes | null} */
    tastes: null,
    sample: /** @type {import("./core/samples.js").Sampler} */ (/** @type {unknown} */ (null)),
    /** Renders soon. */
    plan,
    /** Draws what there is when the page opens. */
    begin() {
      void outlines.refresh();
      void app.loadUploads();
      app.preview.update();
    },
    ground: /** @type {import("./stage/ground.js").GroundOf} */ (/** @type {unknown} */ (null)),
    viewport: /** @type {import("./stage/viewport.js").Viewport} */ (/** @type {unknown} */ (null)),
    /** @type {import("./core/copying.js").Copying | null} */
    copying: null,
    /** @type {import("./stage/gestures.js").Gestures | null} */
    gestures: null,
    /** @type {import("./mockup/live.js").Live | null} */
    live: null,
    preview: /** @type {import("./mockup/preview.js").Preview} */ (/** @type {unknown} */ (null)),
    commands: /** @type {import("./core/commands.js").Commands} */ (/** @type {unknown} */ (null)),
  };

  function plan() {
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(() => {
      isPlanned = false;
      tick();
    });
  }

  app.ground = createGround(store, app);
  app.viewport = createViewport(app);
  app.commands = commandsOf(app);
  app.preview = createPreview(store, {
    image: () => /** @type {HTMLImageElement | null} */ (document.getElementById("cloth")),
    wall: app.wall,
    live: () => (app.isReadOnly ? null : app.live),
    link: () => (app.isReadOnly ? token : undefined),
    flat: () => ({ id: app.ground.area().id, width: app.ground.area().sizes[app.garment().mockup_size].width_mm }),
    width: () => (document.getElementById("sheet")?.clientWidth ?? 600) * store.state.sight.zoom,
    tell(problem) {
      store.set({ live: { ...store.state.live, problem } });
    },
    done: () => void app.bring(),
  });

  const root = /** @type {HTMLElement} */ (document.getElementById("studio"));
  root.textContent = "";
  tick = () => {
    const overlay = document.getElementById("overlay");
    const hadFocus = overlay?.contains(document.activeElement);
    render(shell(app), root);
    // A layer that goes, or whose group closes, leaves the keys with the stage.
    if (hadFocus && !overlay?.contains(document.activeElement)) overlay?.focus({ preventScroll: true });
  };
  tick();
  new ResizeObserver(() => {
    plan();
    app.preview.again();
  }).observe(/** @type {Element} */ (document.getElementById("stage")));

  store.subscribe((state, before) => {
    // Its undo would take back something else now. A try is no change.
    if (about && about !== store.settled) {
      about = null;
      app.dismiss();
    }
    if (state.design !== before.design) {
      void outlines.refresh();
      void app.loadUploads();
    }
    if (state.sight.zoom !== before.sight.zoom) app.preview.again();
    app.preview.update();
    plan();
  });
  settings.subscribe(() => {
    plan();
    app.preview.again();
  });
  // What could not be drawn without the service is drawn when it is back.
  addEventListener("online", () => app.preview.again());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => app.preview.again());
  return app;
}

/** @typedef {Awaited<ReturnType<typeof createApp>>} App */
