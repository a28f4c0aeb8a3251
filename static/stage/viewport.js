// Zoom and pan of the stage. Zoom 1 shows the whole garment.
// @ts-check

const LEAST = 1;
const MOST = 8;
/** In a millimetre, as browsers have it. */
const CSS_PX = 96 / 25.4;

/** @typedef {{zoom: number, x: number, y: number}} Sight */
/**
 * @typedef {object} Viewport
 * @property {(zoom: number) => number} clamp
 * @property {(sight: Sight, zoom: number, from: {x: number, y: number}, to?: {x: number, y: number}) => void} zoomAt
 * @property {(factor: number) => void} zoomBy about the middle of the stage
 * @property {() => void} fit
 * @property {() => void} real a millimetre of the print area is one on the screen
 * @property {() => number} pixel one CSS pixel in the stage's coordinates
 * @property {() => import("../core/geometry.js").Box} seen the part of the stage's coordinates that is in sight
 * @property {(event: WheelEvent) => void} wheel
 * @property {(box: import("../core/geometry.js").Box) => void} show brings a box of the stage's coordinates into view
 */

/** @param {import("../app.js").App} app @returns {Viewport} */
export function createViewport(app) {
  const { store } = app;
  const stage = () => /** @type {HTMLElement} */ (document.getElementById("stage"));
  const clamp = (/** @type {number} */ zoom) => Math.min(MOST, Math.max(LEAST, zoom));

  /** Zooms so that what lay under `from` lies under `to` (client coordinates). @param {Sight} sight @param {number} zoom @param {{x: number, y: number}} from @param {{x: number, y: number}} [to] */
  function zoomAt(sight, zoom, from, to = from) {
    const box = stage().getBoundingClientRect();
    const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const k = zoom / sight.zoom;
    store.set({ sight: zoom === LEAST ? { zoom, x: 0, y: 0 } : { zoom, x: to.x - centre.x - (from.x - centre.x - sight.x) * k, y: to.y - centre.y - (from.y - centre.y - sight.y) * k } });
  }

  /** The sheet's width is what the layout gives it; what zooms it is the transform, which is known before it is drawn. */
  function pixel() {
    const width = document.getElementById("sheet")?.clientWidth || 600;
    return app.ground.viewBox().width / (width * store.state.sight.zoom);
  }

  return {
    clamp,
    zoomAt,
    pixel,
    seen() {
      const { x, y, width, height } = app.ground.viewBox();
      const { sight } = store.state;
      const px = pixel();
      const view = { width: stage().clientWidth * px, height: stage().clientHeight * px };
      return { x: x + width / 2 - sight.x * px - view.width / 2, y: y + height / 2 - sight.y * px - view.height / 2, ...view };
    },
    zoomBy(factor) {
      const box = stage().getBoundingClientRect();
      zoomAt(store.state.sight, clamp(store.state.sight.zoom * factor), { x: box.x + box.width / 2, y: box.y + box.height / 2 });
    },
    fit: () => store.set({ sight: { zoom: 1, x: 0, y: 0 } }),
    real() {
      const on = app.ground.of(app.ground.area().id);
      if (!on) return;
      const { x, y, width, height } = on.extent;
      const [a, b] = [-5, 5].map((by) => on.toPicture({ x: x + width / 2 + by, y: y + height / 2 }));
      this.zoomBy((10 * CSS_PX) / (Math.hypot(b.x - a.x, b.y - a.y) / pixel()));
    },
    wheel(event) {
      event.preventDefault();
      const { sight } = store.state;
      if (event.ctrlKey || event.metaKey) return zoomAt(sight, clamp(sight.zoom * Math.exp(-event.deltaY / 300)), { x: event.clientX, y: event.clientY });
      if (sight.zoom > 1) store.set({ sight: { ...sight, x: sight.x - event.deltaX, y: sight.y - event.deltaY } });
    },
    show(box) {
      const svg = /** @type {SVGSVGElement | null} */ (/** @type {unknown} */ (document.getElementById("overlay")));
      const matrix = svg?.getScreenCTM();
      if (!matrix) return;
      const { sight } = store.state;
      const view = stage().getBoundingClientRect();
      const centre = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2).matrixTransform(matrix);
      const zoom = clamp(sight.zoom * Math.min((view.width * 0.8) / (box.width * matrix.a), (view.height * 0.8) / (box.height * matrix.a)));
      zoomAt(sight, zoom, centre, { x: view.x + view.width / 2, y: view.y + view.height / 2 });
    },
  };
}
