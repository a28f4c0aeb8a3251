// Edits of the design document. Every function takes a design and gives a new one; nothing is changed in place.
// @ts-check

/** A layer of any type: what only some have is `any`. @typedef {import("../types/api").DesignLayer & Record<string, any>} Layer */
/** @typedef {Omit<import("../types/api").DesignPlacement, "layers"> & {layers: Layer[]}} Placement */
/** @typedef {Omit<import("../types/api").Design, "placements"> & {placements: Placement[]}} Design */
/** @typedef {{layer: Layer, area: string, pointer: string, parents: Layer[], index: number}} Found */

/** A design never changes, and is walked through many times a frame. @type {WeakMap<Design, Found[]>} */
const walks = new WeakMap();

/** Every layer with its place, from the bottom up; groups before what they hold. @param {Design} design @returns {readonly Found[]} */
export function walk(design) {
  let all = walks.get(design);
  if (all) return all;
  const list = (all = /** @type {Found[]} */ ([]));
  const inside = (/** @type {Layer[]} */ layers, /** @type {string} */ area, /** @type {string} */ pointer, /** @type {Layer[]} */ parents) => layers.forEach((layer, index) => {
    const at = `${pointer}/${index}`;
    list.push({ layer, area, pointer: at, parents, index });
    if (layer.type === "group") inside(layer.layers, area, `${at}/layers`, [...parents, layer]);
  });
  design.placements.forEach(({ layers, area }, index) => inside(layers, area, `/placements/${index}/layers`, []));
  walks.set(design, all);
  return all;
}

/** @param {Design} design @param {string} id @returns {Found | undefined} */
export const find = (design, id) => walk(design).find((found) => found.layer.id === id);

/** Whether a layer, or a group that it lies in, is locked. @param {Found} found */
export const isLocked = ({ layer, parents }) => Boolean(layer.locked || parents.some((parent) => parent.locked));

/** @param {Design} design @param {string} pointer the place of a finding or a problem @returns {Found | undefined} */
export function findAt(design, pointer) {
  let best;
  for (const found of walk(design)) if (pointer === found.pointer || pointer.startsWith(`${found.pointer}/`)) best = found;
  return best;
}

/** Replaces lists of layers wherever `change` says so. @param {Design} design @param {(layers: Layer[]) => Layer[]} change */
function mapLists(design, change) {
  /** @param {Layer[]} layers @returns {Layer[]} */
  const list = (layers) => {
    let isSame = true;
    const inner = layers.map((layer) => {
      if (layer.type !== "group") return layer;
      const below = list(layer.layers);
      if (below === layer.layers) return layer;
      isSame = false;
      return { ...layer, layers: below };
    });
    return change(isSame ? layers : inner);
  };
  let isSame = true;
  const placements = design.placements.map((placement) => {
    const layers = list(placement.layers);
    if (layers === placement.layers) return placement;
    isSame = false;
    return { ...placement, layers };
  });
  return isSame ? design : { ...design, placements };
}

/** Changes fields of layers; a field that becomes undefined is left out. @param {Design} design @param {string[]} ids @param {Record<string, any> | ((layer: Layer) => Record<string, any>)} change */
export function update(design, ids, change) {
  return mapLists(design, (layers) =>
    layers.some((layer) => ids.includes(layer.id))
      ? layers.map((layer) => {
          if (!ids.includes(layer.id)) return layer;
          const next = { ...layer, ...(typeof change === "function" ? change(layer) : change) };
          for (const key of Object.keys(next)) if (next[key] === undefined) delete next[key];
          return next;
        })
      : layers,
  );
}

/** Puts a layer on top of a print area, which need not be there yet. @param {Design} design @param {string} area @param {Layer[]} added */
export function add(design, area, ...added) {
  const has = design.placements.some((placement) => placement.area === area);
  const placements = has ? design.placements : [...design.placements, { area, layers: [] }];
  return { ...design, placements: placements.map((placement) => placement.area === area ? { ...placement, layers: [...placement.layers, ...added] } : placement) };
}

/** Puts layers on top of the list that another lies in. @param {Design} design @param {Found} beside @param {Layer[]} added */
export function addBeside(design, { area, parents }, ...added) {
  const parent = parents.at(-1);
  return parent ? update(design, [parent.id], (group) => ({ layers: [...group.layers, ...added] })) : add(design, area, ...added);
}

/** Takes layers out, and print areas and groups that are empty then. @param {Design} design @param {string[]} ids */
export function remove(design, ids) {
  const next = mapLists(design, (layers) => {
    const rest = layers.filter((layer) => !ids.includes(layer.id) && !(layer.type === "group" && layer.layers.length === 0));
    return rest.length === layers.length ? layers : rest;
  });
  return { ...next, placements: next.placements.filter((placement) => placement.layers.length > 0) };
}

/** An id that the design does not have, from a word. @param {Design} design @param {string} word */
export function freshId(design, word) {
  const base = word.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40) || "layer";
  const taken = new Set(walk(design).map((found) => found.layer.id));
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(id)) return id;
  }
}

/** Copies of layers under new ids, what groups hold included. @param {Design} design @param {Layer[]} layers @param {{x: number, y: number}} offset mm @returns {[Layer[], Design]} the copies, and the design with their ids taken */
export function copies(design, layers, offset = { x: 0, y: 0 }) {
  let taken = design;
  /** @param {Layer} layer @param {{x: number, y: number}} by @returns {Layer} */
  const copy = (layer, by) => {
    const id = freshId(taken, layer.id.replace(/-\d+$/, ""));
    taken = add(taken, "\u0000", /** @type {Layer} */ ({ id, type: "group", x: 0, y: 0, layers: [] }));
    const moved = { ...structuredClone(layer), id, x: Number((layer.x + by.x).toFixed(2)), y: Number((layer.y + by.y).toFixed(2)) };
    return layer.type === "group" ? { ...moved, layers: layer.layers.map((/** @type {Layer} */ inner) => copy(inner, { x: 0, y: 0 })) } : moved;
  };
  const made = layers.map((layer) => copy(layer, offset));
  return [made, design];
}

/** Moves layers within their list: +1 forward, -1 back, ±Infinity to an end. @param {Design} design @param {string[]} ids @param {number} steps */
export function reorder(design, ids, steps) {
  return mapLists(design, (layers) => {
    if (!layers.some((layer) => ids.includes(layer.id))) return layers;
    const isMoved = (/** @type {Layer} */ layer) => ids.includes(layer.id);
    const rest = layers.filter((layer) => !isMoved(layer));
    const moved = layers.filter(isMoved);
    if (steps === Infinity) return [...rest, ...moved];
    if (steps === -Infinity) return [...moved, ...rest];
    const order = [...layers];
    const indices = [...order.keys()].filter((index) => isMoved(order[index]));
    if (steps > 0) indices.reverse();
    for (const index of indices) {
      const to = index + Math.sign(steps);
      if (to < 0 || to >= order.length || isMoved(order[to])) continue;
      [order[index], order[to]] = [order[to], order[index]];
    }
    return order;
  });
}

/** Puts a layer so many places above the lowest of its list. @param {Design} design @param {string} id @param {number} place */
export function put(design, id, place) {
  return mapLists(design, (layers) => {
    const at = layers.findIndex((layer) => layer.id === id);
    return at < 0 || at === place ? layers : layers.toSpliced(at, 1).toSpliced(place, 0, layers[at]);
  });
}

/** Puts layers of one list into a group around their middle. @param {Design} design @param {string[]} ids @param {{x: number, y: number}} middle @param {string} id */
export function group(design, ids, middle, id) {
  return mapLists(design, (layers) => {
    const held = layers.filter((layer) => ids.includes(layer.id));
    if (held.length === 0) return layers;
    const top = layers.lastIndexOf(held[held.length - 1]);
    const inner = held.map((layer) => ({ ...layer, x: layer.x - middle.x, y: layer.y - middle.y }));
    /** @type {Layer} */
    const made = { id, type: "group", x: middle.x, y: middle.y, layers: inner };
    return layers.flatMap((layer, index) => (index === top ? [made] : ids.includes(layer.id) ? [] : [layer]));
  });
}

/** Puts what groups hold where it is seen, without them. @param {Design} design @param {string[]} ids @returns {[Design, string[]]} */
export function ungroup(design, ids) {
  /** @type {string[]} */
  const freed = [];
  const next = mapLists(design, (layers) =>
    layers.some((layer) => ids.includes(layer.id) && layer.type === "group")
      ? layers.flatMap((layer) => {
          if (!ids.includes(layer.id) || layer.type !== "group") return [layer];
          freed.push(...layer.layers.map((/** @type {Layer} */ inner) => inner.id));
          return layer.layers.map((/** @type {Layer} */ inner) => lifted(inner, layer));
        })
      : layers,
  );
  return [next, freed];
}

/** A layer of a group as it is seen without the group. @param {Layer} inner @param {Layer} group @returns {Layer} */
export function lifted(inner, group) {
  const turn = ((group.rotation ?? 0) * Math.PI) / 180;
  const flip = group.flip ?? "none";
  const [sx, sy] = [flip === "horizontal" || flip === "both" ? -1 : 1, flip === "vertical" || flip === "both" ? -1 : 1];
  const [x, y] = [inner.x * sx, inner.y * sy];
  const rotation = (group.rotation ?? 0) + (inner.rotation ?? 0) * sx * sy;
  return {
    ...inner,
    x: group.x + x * Math.cos(turn) - y * Math.sin(turn),
    y: group.y + x * Math.sin(turn) + y * Math.cos(turn),
    ...(rotation ? { rotation: ((rotation + 540) % 360) - 180 } : {}),
    ...(sx * sy !== 1 || sx !== 1 ? { flip: flipped(inner.flip ?? "none", sx < 0, sy < 0) } : {}),
    ...(group.opacity === undefined ? {} : { opacity: (inner.opacity ?? 1) * group.opacity }),
  };
}

/** @param {string} flip @param {boolean} across @param {boolean} down */
export function flipped(flip, across, down) {
  const h = (flip === "horizontal" || flip === "both") !== across;
  const v = (flip === "vertical" || flip === "both") !== down;
  return h && v ? "both" : h ? "horizontal" : v ? "vertical" : "none";
}

/** What a layer is called in lists and by screen readers. @param {Layer} layer @param {(key: string) => string} t */
export function nameOf(layer, t) {
  if (layer.name) return layer.name;
  // A name or number that differs from piece to piece is called what it is.
  if (layer.type === "text") return layer.text.split("\n")[0].replace(/\{\{(name|number)\}\}/g, (/** @type {string} */ _, /** @type {string} */ field) => t(`names.${field}`)).slice(0, 40) || t("layer.text");
  return t(`layer.${layer.type === "shape" ? layer.shape ?? "shape" : layer.type}`);
}
