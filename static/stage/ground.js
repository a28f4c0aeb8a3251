// What lies under the pointer: the print areas of the present view, and the way from each to the picture.
// @ts-check
import { Cloth, Flat } from "../core/geometry.js";
import { find, walk } from "../core/design.js";

/** @typedef {import("../core/geometry.js").Ground} Ground */

/**
 * @param {import("../core/store.js").Store} store
 * @param {{garment: () => any, manifest: () => any, opened: () => Set<string>}} studio
 */
export function createGround(store, { garment, manifest, opened }) {
  /** They are asked for many times a frame. @type {{of: any[], grounds: Map<string, Ground>}} */
  let known = { of: [], grounds: new Map() };

  /** The print area that is edited: that of the selection, else the view's first. @returns {any} */
  function area() {
    const { design, selection, view } = store.state;
    const areas = garment().areas.filter((/** @type {any} */ known) => known.view === view);
    const chosen = selection.length ? find(design, selection[0])?.area : undefined;
    return areas.find((/** @type {any} */ known) => known.id === chosen) ?? areas.find((/** @type {any} */ known) => known.id === store.state.area) ?? areas[0];
  }

  /** @returns {Map<string, Ground>} by print area; on the flat only the one that is edited */
  function grounds() {
    const { view, flat } = store.state;
    const size = sizeOf();
    const of = [view, flat, size, flat && area().id, garment(), manifest()];
    if (of.some((fact, index) => fact !== known.of[index])) {
      const map = new Map();
      for (const one of garment().areas) {
        if (one.view !== view || (flat && one.id !== area().id)) continue;
        // Positions are those of the mockup's size; a larger garment shows the same print smaller.
        const ground = flat ? new Flat(one.sizes[garment().mockup_size]) : Cloth.of(manifest(), one, size, garment().mockup_size);
        if (ground) map.set(one.id, ground);
      }
      known = { of, grounds: map };
    }
    return known.grounds;
  }

  function sizeOf() {
    const { size } = store.state;
    const all = garment().sizes;
    return all.find((/** @type {any} */ one) => one.id === size) ?? all.find((/** @type {any} */ one) => one.id === garment().mockup_size);
  }

  return {
    area,
    grounds,
    /** @param {string} id @returns {Ground | undefined} */
    of: (id) => grounds().get(id),
    /** Layers of the present view that are shown, from the bottom up; a group whose layers are chosen is not one, but they are. */
    *layers() {
      const all = grounds();
      const inside = opened();
      for (const found of walk(store.state.design)) {
        const { layer, parents } = found;
        const isReached = !inside.has(layer.id) && parents.every(({ id }) => inside.has(id));
        if (isReached && all.has(found.area) && !layer.hidden && !parents.some(({ hidden }) => hidden)) yield found;
      }
    },
    /** What is seen around the flat print area, mm. */
    margin() {
      const { width_mm, height_mm } = area().sizes[garment().mockup_size];
      return Math.max(width_mm, height_mm) * 0.06;
    },
    /** The stage's coordinates: of the mockup's picture, or of the print area with a margin. @returns {{x: number, y: number, width: number, height: number}} */
    viewBox() {
      if (!store.state.flat) return { x: 0, y: 0, width: manifest().width, height: manifest().height };
      const { width_mm, height_mm } = area().sizes[garment().mockup_size];
      const margin = this.margin();
      return { x: -margin, y: -margin, width: width_mm + 2 * margin, height: height_mm + 2 * margin };
    },
  };
}

/** @typedef {ReturnType<typeof createGround>} GroundOf */
