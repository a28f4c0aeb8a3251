// The studio put together: state, catalogue, and who does what when something changes.
// @ts-check
import { render } from "./vendor/lit-html/lit-html.js";
import * as api from "./core/api.js";
import { announce } from "./core/announce.js";
import { commandsOf } from "./core/commands.js";
import { add, find, findAt, nameOf, remove, replacePaint, scaled, update, walk } from "./core/design.js";
import { createFrames } from "./core/frames.js";
import { bounds } from "./core/geometry.js";
import { locale, t } from "./core/i18n.js";
import { createOutlines } from "./core/outlines.js";
import { createSettings } from "./core/settings.js";
import { createStore } from "./core/store.js";
import { format, formatSize } from "./core/units.js";
import { createLive } from "./mockup/live.js";
import { createPreview } from "./mockup/preview.js";
import { createGestures } from "./stage/gestures.js";
import { createGround } from "./stage/ground.js";
import { createViewport } from "./stage/viewport.js";
import { watchPrice } from "./panels/order.js";
import { watchFindings } from "./panels/preflight.js";
import { shell } from "./shell.js";

/** @typedef {import("./core/design.js").Design} Design */
/** @typedef {import("./core/store.js").State} State */

/** A design that nothing is on yet. @returns {Design} */
export const blank = () => ({ version: 1, name: t("design.untitled"), garment: "tee", color: "white", technique: "dtf", placements: [] });

/** @param {Design} design @param {string} [token] of the link that the design is only looked at by */
export async function createApp(design, token) {
  const [garments, inks, fonts, techniques] = await Promise.all([api.catalogue.garments(), api.catalogue.inks(), api.catalogue.fonts(), api.catalogue.techniques()]);
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
  await loadGarment(design.garment);
  const detail = details.get(design.garment);
  const first = design.placements[0]?.area;
  const view = detail.areas.find((/** @type {any} */ area) => area.id === first)?.view ?? detail.views[0];

  const store = createStore({
    design, view, area: first ?? detail.areas[0].id, size: detail.mockup_size, selection: [], panel: "text", flat: false, editing: null, dialog: null,
    sight: { zoom: 1, x: 0, y: 0 }, people: [], person: null, past: [], future: [], live: { findings: [], problem: null, quote: null }, kept: { id: null, revision: 0, state: "draft" },
  });
  const settings = createSettings();
  const outlines = createOutlines(store);
  const frames = createFrames({ outlines, uploads });
  let isPlanned = false;
  let tick = () => {};

  const app = {
    store, settings, outlines, frames, uploads, garments, inks, fonts, techniques,
    /** @type {import("./stage/gestures.js").Gesture} */
    gesture: { lines: [], marquee: null },
    isReadOnly: Boolean(token),
    /** @type {{text: string, action?: {label: string, run: () => void}, until: number} | null} */
    toast: null,
    /** @type {{x: number, y: number} | null} */
    context: null,
    garment: () => details.get(store.state.design.garment),
    manifest: () => manifests.get(`${store.state.design.garment}/${store.state.view}`),
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

    /** One CSS pixel in the stage's coordinates. @returns {number} */
    pixel() {
      const svg = /** @type {SVGSVGElement | null} */ (/** @type {unknown} */ (document.getElementById("overlay")));
      const scale = svg?.getScreenCTM()?.a;
      return scale ? 1 / scale : app.ground.viewBox().width / 600;
    },
    /** @param {import("./stage/gestures.js").Gesture} gesture */
    showGesture(gesture) {
      app.gesture = gesture;
      plan();
    },
    /** The layers that are chosen, in the document's order. */
    chosen: () => [...walk(store.state.design)].filter(({ layer }) => store.state.selection.includes(layer.id)),
    announceSelection() {
      const chosen = app.chosen();
      if (chosen.length === 0) return announce(t("said.none"));
      if (chosen.length > 1) return announce(t("said.several", { count: chosen.length }));
      const size = bounds(frames.quad(chosen[0]));
      announce(t("said.chosen", { name: nameOf(chosen[0].layer, t), size: formatSize(size.width, size.height, app.unit(), locale()) }));
    },
    /** @param {string} text @param {{label: string, run: () => void}} [action] */
    say(text, action) {
      app.toast = { text, action, until: performance.now() + 6000 };
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
    /** @param {number} x @param {number} y client coordinates */
    openContext(x, y) {
      app.context = { x, y };
      plan();
    },
    /** Goes into a layer: the words of a text, the layers of a group. @param {string} id */
    enter(id) {
      const found = find(store.state.design, id);
      if (!found) return;
      store.set({ selection: [id], editing: found.layer.type === "text" ? id : null });
      if (found.layer.type === "text") requestAnimationFrame(() => app.focusWords());
    },
    focusWords() {
      const words = /** @type {HTMLTextAreaElement | null} */ (document.querySelector("#words"));
      words?.focus();
      words?.select();
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
    async loadUploads() {
      // Those of a shared design are its owner's.
      if (app.isReadOnly) return;
      const missing = [...walk(store.state.design)].filter(({ layer }) => layer.type === "image" && !uploads.has(layer.asset));
      if (missing.length === 0) return;
      if (missing.some(({ layer }) => !uploads.has(layer.asset)) && !uploads.has("graphics")) {
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
      const ids = app.chosen().filter(({ layer }) => !layer.locked).map(({ layer }) => layer.id);
      if (ids.length) store.commit(update(store.state.design, ids, change), label, { key });
    },
    /** @param {number} width @param {number} height mm @returns {string} */
    size: (width, height) => formatSize(width, height, app.unit(), locale()),
    /** @param {number} mm @returns {string} */
    length: (mm) => `${format(mm, app.unit(), locale())} ${app.unit()}`,
    /** @param {any} layer */
    fontName: (layer) => (typeof layer.font === "string" ? layer.font : layer.font.family),
    /** How far the phone's sheet is up. @type {"peek" | "half" | "full"} */
    sheet: "peek",
    /** @param {"peek" | "half" | "full"} stop */
    openSheet(stop) {
      app.sheet = stop;
      plan();
    },
    nextSheet() {
      app.openSheet(app.sheet === "peek" ? "half" : app.sheet === "half" ? "full" : "peek");
    },
    /** A copy of a shared design to go on with. */
    async makeOwn() {
      try {
        const { id, revision } = await api.shared.copy(/** @type {string} */ (token));
        app.isReadOnly = false;
        app.saver?.is({ id, revision });
        history.replaceState(null, "", "/");
        store.commit({ ...store.state.design, name: t("design.copy", { name: store.state.design.name ?? "" }).slice(0, 80) }, t("did.copy"));
      } catch (error) {
        app.say(error instanceof api.Offline ? t("page.failedText") : /** @type {Error} */ (error).message);
      }
    },
    /** Replaces one ink everywhere. @param {string} from @param {string} to */
    swapInk(from, to) {
      store.commit(replacePaint(store.state.design, from, to), t("did.replaceInk"));
    },
    /** Asks for the price again. */
    askPrice: () => {},
    /** Puts a layer where such prints usually go: in its area, as wide or high as the place. @param {import("./core/design.js").Found} found @param {any} spot of the garment */
    putAt(found, spot) {
      const quad = bounds(frames.quad(found));
      const by = Math.min(spot.width_mm / quad.width, spot.height_mm / quad.height);
      const layer = { ...scaled(found.layer, by), x: spot.x_mm, y: 0 };
      // The place is told by its top; the layer by its middle.
      layer.y = Math.round((spot.y_mm + (quad.height * by) / 2 + (found.layer.y - (quad.y + quad.height / 2)) * by) * 100) / 100;
      const without = remove(store.state.design, [found.layer.id]);
      const area = app.garment().areas.find((/** @type {any} */ known) => known.id === spot.area);
      store.set({ view: area.view, area: area.id });
      store.commit(add(without, spot.area, layer), t("did.place"), { select: [layer.id] });
      app.announceSelection();
    },
    /** @type {import("./core/autosave.js").Saver | null} */
    saver: null,
    /** Renders soon. */
    plan,
    ground: /** @type {import("./stage/ground.js").GroundOf} */ (/** @type {unknown} */ (null)),
    viewport: /** @type {import("./stage/viewport.js").Viewport} */ (/** @type {unknown} */ (null)),
    gestures: /** @type {import("./stage/gestures.js").Gestures} */ (/** @type {unknown} */ (null)),
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
  app.gestures = createGestures(app);
  app.commands = commandsOf(app);
  // The picture's wall is the stage itself.
  const wall = () => `#${(getComputedStyle(/** @type {Element} */ (document.querySelector(".stage"))).backgroundColor.match(/\d+/g) ?? ["216", "216", "214"]).slice(0, 3).map((byte) => Number(byte).toString(16).padStart(2, "0")).join("")}`;
  app.live = createLive(app, wall);
  app.preview = createPreview(store, {
    image: () => /** @type {HTMLImageElement | null} */ (document.getElementById("cloth")),
    wall,
    live: () => (app.isReadOnly ? null : app.live),
    link: () => (app.isReadOnly ? token : undefined),
    flat: () => ({ id: app.ground.area().id, width: app.ground.area().sizes[app.garment().mockup_size].width_mm }),
    width: () => (document.getElementById("sheet")?.clientWidth ?? 600) * store.state.sight.zoom,
    tell(problem) {
      store.set({ live: { ...store.state.live, problem } });
    },
  });

  const root = /** @type {HTMLElement} */ (document.getElementById("studio"));
  root.textContent = "";
  tick = () => render(shell(app), root);
  tick();
  app.gestures.listen(/** @type {Element} */ (document.getElementById("stage")));
  new ResizeObserver(() => {
    plan();
    app.preview.again();
  }).observe(/** @type {Element} */ (document.getElementById("stage")));

  store.subscribe((state, before) => {
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
  watchFindings(app);
  watchPrice(app);
  void outlines.refresh();
  void app.loadUploads();
  app.preview.update();
  return app;
}

/** @typedef {Awaited<ReturnType<typeof createApp>>} App */
