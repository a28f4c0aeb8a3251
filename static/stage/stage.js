// The stage: the picture of the shirt, and over it in SVG everything that can be taken hold of, lying where the cloth is.
// @ts-check
import { html, nothing, svg } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { find, isLocked, nameOf } from "../core/design.js";
import { bounds } from "../core/geometry.js";
import { edge, grid, outline as d, outside, ticks } from "./marks.js";
import { formatSize } from "../core/units.js";
import { locale, t } from "../core/i18n.js";
import { sharpness } from "../core/frames.js";
import { kept } from "../ui/kept.js";

/** @typedef {import("../core/geometry.js").Point} Point */
/** @typedef {import("../core/geometry.js").Ground} Ground */
/** @typedef {import("../app.js").App} App */

/** What a shared design shows, as the service wrote it into the page's head. */
const inWords = () => /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[property="og:image:alt"]'))?.content ?? "";

/** @param {App} app */
export function stage(app) {
  const { store, ground } = app;
  const { state } = store;
  const box = ground.viewBox();
  const area = ground.area();
  const active = ground.of(area.id);
  // On the garment only while something moves: a shirt that is half grey is no photograph.
  const isDimmed = active && (state.flat || (app.gestures?.isMoving() && state.design !== store.settled));
  return html`
    <div class="sheet ${state.flat ? "unrolled" : ""}" id="sheet" .style=${sheetStyle(app, box)}>
      <img id="cloth" alt=${(app.isReadOnly && inWords()) || t("stage.picture", { color: app.colorName(), view: t(`view.${state.view}`) })} draggable="false">
      ${app.live?.canvas ?? nothing}
      <svg id="overlay" class="overlay ${(app.color()?.lab?.[0] ?? 90) < 50 ? "on-dark" : ""}" role="application" tabindex="0" viewBox="${box.x} ${box.y} ${box.width} ${box.height}"
        aria-label=${t("stage.label", { view: t(`view.${state.view}`), area: area.name })} aria-describedby="stage-keys">
        ${isDimmed ? outside(box, active) : nothing}
        ${active && app.settings.value.grid ? grid(active) : nothing}
        ${app.rest?.ownGuides(app)}
        ${[...ground.grounds()].map(([id, on]) => areaMarks(app, id, on, id === area.id))}
        <g class="layers">${repeat(ground.layers(), (found) => found.layer.id, (found) => layerShape(app, found))}</g>
        ${[...app.opened()].map((id) => groupOutline(app, id))}
        ${app.rest?.rulers(app)}
        ${selectionBox(app)}
        ${app.rest?.gestureMarks(app)}
      </svg>
    </div>
    <p id="stage-keys" class="hidden">${t("stage.keys")}</p>`;
}

/** @param {App} app @param {{width: number, height: number}} box */
function sheetStyle(app, box) {
  const { zoom, x, y } = app.store.state.sight;
  const inset = app.store.state.flat ? app.ground.margin() : 0;
  return `--zoom: ${zoom}; --ratio: ${box.width / box.height}; --across: ${(100 * inset) / box.width}%; --down: ${(100 * inset) / box.height}%; --garment: ${app.color()?.hex ?? "#fff"}; transform: translate(${x}px, ${y}px) scale(${zoom});`;
}

/** The print area, its safe margin, and the parts around it that are not printed. @param {App} app @param {string} id @param {Ground} on @param {boolean} isActive */
function areaMarks(app, id, on, isActive) {
  const isUsed = app.store.state.design.placements.some((placement) => placement.area === id);
  if (!isActive && !isUsed && app.store.state.selection.length > 0) return nothing;
  return svg`<g class="area ${isActive ? "active" : ""}">
    <path class="edge" d=${edge(on)} />
    ${isActive ? svg`<path class="ticks" d=${ticks(on)} /><path class="safe" d=${edge(on, app.safeMargin(id))} />` : nothing}
  </g>`;
}

/** @param {App} app @param {import("../core/design.js").Found} found */
function layerShape(app, found) {
  const { layer, parents } = found;
  const on = /** @type {Ground} */ (app.ground.of(found.area));
  const { x, y, width, height } = app.frames.box(layer);
  const isChosen = app.store.state.selection.includes(layer.id);
  return kept([layer, on, x, y, width, height, isChosen, app.unit(), ...parents], () => drawn(app, found, on, isChosen));
}

/** @param {App} app @param {import("../core/design.js").Found} found @param {Ground} on @param {boolean} isChosen */
function drawn(app, found, on, isChosen) {
  const quad = app.frames.quad(found);
  const { layer } = found;
  const size = bounds(quad);
  const group = found.parents.at(-1);
  const label = `${nameOf(layer, t)}, ${t(`layer.${layer.type}`)}${group ? `, ${t("layers.inGroup", { name: nameOf(group, t) })}` : ""}, ${formatSize(size.width, size.height, app.unit(), locale())}${layer.locked ? `, ${t("layer.locked")}` : ""}`;
  return svg`<path class="hit ${isChosen ? "chosen" : ""} ${isLocked(found) ? "locked" : ""}" data-id=${layer.id} role="img" tabindex="-1" aria-label=${label} d=${d(on.path(quad))} />`;
}

/** A group that is entered. @param {App} app @param {string} id */
function groupOutline(app, id) {
  const found = find(app.store.state.design, id);
  const on = found && app.ground.of(found.area);
  return on ? svg`<path class="opened" d=${d(on.path(app.frames.quad(found)))} />` : nothing;
}

/** Half the side of a handle and how far the turning handle stands off, CSS px. */
const HANDLE = { half: 6, turn: 26, hit: 22 };
/** Handles keep at least this far from the middle of a layer, CSS px, so that a small one can still be moved. */
const CLEAR = 30;
/** So far outside of a layer that is smaller than that either way they stand, so that they hide no letter. */
const OUTSIDE = 13;

/** @param {App} app */
function selectionBox(app) {
  const { store, ground, frames } = app;
  const chosen = store.state.selection.map((id) => find(store.state.design, id)).filter((found) => found !== undefined);
  const shown = chosen.filter((found) => ground.of(found.area) && !found.layer.hidden);
  if (shown.length === 0) return nothing;
  const px = app.pixel();
  if (shown.length > 1) {
    return svg`<g class="selection">${shown.map((found) => svg`<path d=${d(/** @type {Ground} */ (ground.of(found.area)).path(frames.quad(found)))} />`)}</g>`;
  }
  const [found] = shown;
  const on = /** @type {Ground} */ (ground.of(found.area));
  if (app.rest?.brushed(app)) return app.rest.brushMarks(app, found, on);
  if (app.rest?.isCropping(app, found)) return app.rest.cropBox(app, found, on, px);
  const quad = frames.quad(found);
  const points = quad.map((point) => on.toPicture(point));
  const size = frames.box(found.layer);
  // Handles of a small layer stand off; the badge stands above them.
  const top = Math.min(...(isLocked(found) ? points : cleared(points, px)).map((point) => point.y));
  const centre = (points[0].x + points[2].x) / 2;
  const dpi = found.layer.type === "image" ? frames.dpi(found.layer) : null;
  const isCoarse = dpi !== null && ["low", "coarse"].includes(sharpness(dpi));
  const label = formatSize(size.width, size.height, app.unit(), locale()) + (dpi === null ? "" : ` · ${Math.round(dpi)} dpi${isCoarse ? " !" : ""}`) + (found.layer.rotation ? ` · ${Math.round(found.layer.rotation * 10) / 10}°` : "");
  const width = (label.length * 6.6 + 14) * px;
  const badgeY = Math.max(ground.viewBox().y + 4 * px, top - 34 * px);
  return svg`<g class="selection">
    <path d=${d(on.path(quad))} />
    ${app.gesture.distances.length ? nothing : svg`<g class="badge ${isCoarse ? "coarse" : ""}" aria-hidden="true">
      <rect x=${centre - width / 2} y=${badgeY} width=${width} height=${20 * px} rx=${2 * px} />
      <text x=${centre} y=${badgeY + 14 * px} text-anchor="middle" font-size=${11 * px}>${label}</text>
    </g>`}
    ${isLocked(found) ? nothing : handles(app, found, points, px)}
  </g>`;
}

/** The corners, moved outwards where they lie close to the middle. @param {Point[]} points @param {number} px */
function cleared(points, px) {
  const [nw, ne, se, sw] = points;
  const across = { x: (ne.x + se.x - nw.x - sw.x) / 4, y: (ne.y + se.y - nw.y - sw.y) / 4 };
  const down = { x: (sw.x + se.x - nw.x - ne.x) / 4, y: (sw.y + se.y - nw.y - ne.y) / 4 };
  const [wide, high] = [across, down].map((half) => Math.hypot(half.x, half.y) || 1);
  const out = Math.min(wide, high) < CLEAR * px ? OUTSIDE * px : 0;
  const [a, d] = [wide, high].map((half) => Math.max(CLEAR * px - half, out) / half);
  return points.map(({ x, y }, index) => {
    const [h, v] = [index === 0 || index === 3 ? -a : a, index < 2 ? -d : d];
    return { x: x + h * across.x + v * down.x, y: y + h * across.y + v * down.y };
  });
}

/** @param {App} app @param {import("../core/design.js").Found} found @param {Point[]} on the corners @param {number} px */
function handles(app, found, on, px) {
  const points = cleared(on, px);
  const sides = ["text", "shape"].includes(found.layer.type) || app.uploads.has(found.layer.asset) ? [["w", 3, 0], ["e", 1, 2]] : [];
  const middles = sides.map(([name, a, b]) => ({ name: String(name), x: (points[Number(a)].x + points[Number(b)].x) / 2, y: (points[Number(a)].y + points[Number(b)].y) / 2 }));
  const bottom = { x: (points[2].x + points[3].x) / 2, y: (points[2].y + points[3].y) / 2 };
  const up = { x: (points[0].x + points[1].x) / 2, y: (points[0].y + points[1].y) / 2 };
  const away = Math.hypot(bottom.x - up.x, bottom.y - up.y) || 1;
  const turn = { x: bottom.x + ((bottom.x - up.x) / away) * HANDLE.turn * px, y: bottom.y + ((bottom.y - up.y) / away) * HANDLE.turn * px };
  const names = ["nw", "ne", "se", "sw"];
  const square = (/** @type {Point & {name: string}} */ at) => svg`<g class="handle" data-handle=${at.name}>
    <circle class="grip" cx=${at.x} cy=${at.y} r=${HANDLE.hit * px} />
    <rect x=${at.x - HANDLE.half * px} y=${at.y - HANDLE.half * px} width=${2 * HANDLE.half * px} height=${2 * HANDLE.half * px} rx=${2 * px} /></g>`;
  return svg`
    <line class="stem" x1=${bottom.x} y1=${bottom.y} x2=${turn.x} y2=${turn.y} />
    <g class="handle turn" data-handle="turn"><circle class="grip" cx=${turn.x} cy=${turn.y} r=${HANDLE.hit * px} /><circle cx=${turn.x} cy=${turn.y} r=${7 * px} /></g>
    ${middles.map(square)}
    ${points.map((point, index) => square({ ...point, name: names[index] }))}`;
}
