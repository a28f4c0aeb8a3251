// Millimetres, turned boxes and the way from a print area to the picture of the cloth.
// @ts-check

/** @typedef {{x: number, y: number}} Point */
/** @typedef {[number, number, number, number, number, number]} Matrix as SVG writes it: a b c d e f */
/** @typedef {{x: number, y: number, width: number, height: number}} Box */

/** @param {Matrix} m @param {Point} p @returns {Point} */
export const apply = (m, p) => ({ x: m[0] * p.x + m[2] * p.y + m[4], y: m[1] * p.x + m[3] * p.y + m[5] });

/** First `n`, then `m`. @param {Matrix} m @param {Matrix} n @returns {Matrix} */
export const multiply = (m, n) => [
  m[0] * n[0] + m[2] * n[1], m[1] * n[0] + m[3] * n[1],
  m[0] * n[2] + m[2] * n[3], m[1] * n[2] + m[3] * n[3],
  m[0] * n[4] + m[2] * n[5] + m[4], m[1] * n[4] + m[3] * n[5] + m[5],
];

/** @param {Matrix} m @returns {Matrix} */
export function invert(m) {
  const det = m[0] * m[3] - m[1] * m[2] || 1e-12;
  return [m[3] / det, -m[1] / det, -m[2] / det, m[0] / det, (m[2] * m[5] - m[3] * m[4]) / det, (m[1] * m[4] - m[0] * m[5]) / det];
}

/** A layer's own millimetres to those of what it lies in. @param {{x: number, y: number, rotation?: number, flip?: string}} layer @returns {Matrix} */
export function place(layer) {
  const turn = ((layer.rotation ?? 0) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const sx = layer.flip === "horizontal" || layer.flip === "both" ? -1 : 1;
  const sy = layer.flip === "vertical" || layer.flip === "both" ? -1 : 1;
  return [cos * sx, sin * sx, -sin * sy, cos * sy, layer.x, layer.y];
}

/** @param {Box} box @returns {Point[]} from the top left, clockwise */
export const corners = ({ x, y, width, height }) => [{ x, y }, { x: x + width, y }, { x: x + width, y: y + height }, { x, y: y + height }];

/** @param {Point[]} points @returns {Box} */
export function bounds(points) {
  const xs = points.map((p) => p.x), ys = points.map((p) => p.y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** @param {Box[]} boxes @returns {Box | null} */
export const union = (boxes) => (boxes.length ? bounds(boxes.flatMap(corners)) : null);

/** @param {Box} box @returns {Point} */
export const middle = (box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

/** @param {Box} a @param {Box} b */
export const overlaps = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** @param {Point} p @param {Point[]} polygon */
export function contains(polygon, p) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const a = polygon[i], b = polygon[j];
    if (a.y > p.y !== b.y > p.y && p.x < ((b.x - a.x) * (p.y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}

/**
 * The way between a print area's millimetres and pixels of the mockup's picture (manifest width), as the renderer goes
 * it: through the pattern's centimetres and the manifest's grid.
 */
export class Cloth {
  /**
   * Positions are those of the size that the mockup was made of; on another size they keep their distance from the collar
   * and from the area's middle, and everything looks smaller or larger.
   * @param {any} manifest of a garment's view @param {{id: string, sizes: Record<string, any>}} area
   * @param {{id: string, chest_mm: number}} size @param {string} reference the mockup's size
   * @returns {Cloth | null} null if the view does not show the area
   */
  static of(manifest, area, size, reference) {
    const anchor = manifest.print_areas.find((/** @type {any} */ known) => known.id === area.id);
    const grid = anchor && manifest.grids[anchor.panel];
    const own = area.sizes[size.id], base = area.sizes[reference];
    if (!grid || !own || !base) return null;
    return new Cloth(grid, anchor.anchor_cm, own, base, manifest.pattern.chest_mm / size.chest_mm);
  }

  /** @param {any} grid @param {[number, number]} anchor @param {any} own @param {any} base @param {number} scale */
  constructor(grid, anchor, own, base, scale) {
    this.grid = grid;
    this.cmPerMm = scale / 10;
    /** The print area on this size, in the document's millimetres. @type {Box} */
    this.extent = { x: (base.width_mm - own.width_mm) / 2, y: 0, width: own.width_mm, height: own.height_mm };
    this.left = anchor[0] + (own.dx_mm - base.width_mm / 2) * this.cmPerMm;
    this.top = anchor[1] - own.dy_mm * this.cmPerMm;
  }

  /** @param {Point} p millimetres of the area @returns {Point} picture pixels; beyond the grid its edge goes straight on */
  toPicture(p) {
    const across = (this.left + p.x * this.cmPerMm - this.grid.left_cm) / this.grid.step_cm;
    const down = (this.grid.top_cm - this.top + p.y * this.cmPerMm) / this.grid.step_cm;
    return at(this.grid.points, across, down);
  }

  /** As `toPicture`, but null where the view does not show the cloth. @param {Point} p @returns {Point | null} */
  seen(p) {
    const across = (this.left + p.x * this.cmPerMm - this.grid.left_cm) / this.grid.step_cm;
    const down = (this.grid.top_cm - this.top + p.y * this.cmPerMm) / this.grid.step_cm;
    const { points } = this.grid;
    const column = Math.min(Math.max(Math.floor(across), 0), points[0].length - 2), row = Math.min(Math.max(Math.floor(down), 0), points.length - 2);
    const isInside = across >= column && across <= column + 1 && down >= row && down <= row + 1;
    const isShown = points[row][column] && points[row][column + 1] && points[row + 1][column] && points[row + 1][column + 1];
    return isInside && isShown ? at(points, across, down) : null;
  }

  /** How the cloth moves, turns and stretches around a point: mm to pixels, as a matrix. @param {Point} p @returns {Matrix} */
  around(p) {
    const d = 5;
    const a = this.toPicture({ x: p.x - d, y: p.y }), b = this.toPicture({ x: p.x + d, y: p.y });
    const c = this.toPicture({ x: p.x, y: p.y - d }), e = this.toPicture({ x: p.x, y: p.y + d });
    const o = this.toPicture(p);
    const m = /** @type {Matrix} */ ([(b.x - a.x) / (2 * d), (b.y - a.y) / (2 * d), (e.x - c.x) / (2 * d), (e.y - c.y) / (2 * d), 0, 0]);
    m[4] = o.x - m[0] * p.x - m[2] * p.y;
    m[5] = o.y - m[1] * p.x - m[3] * p.y;
    return m;
  }

  /** @param {Point} p picture pixels @returns {Point} millimetres of the area, by a few Newton steps */
  toArea(p) {
    let guess = middle(this.extent);
    for (let n = 0; n < 8; n++) guess = apply(invert(this.around(guess)), p);
    return guess;
  }

  /** A line of the area as it lies on the cloth. @param {Point[]} points mm @param {number} stepMm @param {boolean} [closed] */
  path(points, stepMm = 15, closed = true) {
    const out = [];
    for (let i = 0; i < points.length - (closed ? 0 : 1); i++) {
      const a = points[i], b = points[(i + 1) % points.length];
      const n = Math.max(1, Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / stepMm));
      for (let k = 0; k < n; k++) out.push(this.toPicture({ x: a.x + ((b.x - a.x) * k) / n, y: a.y + ((b.y - a.y) * k) / n }));
    }
    if (!closed) out.push(this.toPicture(points[points.length - 1]));
    return out;
  }
}

/** The unrolled print area: millimetres are pixels. */
export class Flat {
  /** @param {any} rectangle */
  constructor(rectangle) {
    /** @type {Box} */
    this.extent = { x: 0, y: 0, width: rectangle.width_mm, height: rectangle.height_mm };
  }
  /** @param {Point} p */
  toPicture(p) {
    return p;
  }
  /** @param {Point} p */
  toArea(p) {
    return p;
  }
  /** @returns {Matrix} */
  around() {
    return [1, 0, 0, 1, 0, 0];
  }
  /** @param {Point[]} points */
  path(points) {
    return points;
  }
}

/** @typedef {Cloth | Flat} Ground */

/** @param {(number[] | null)[][]} points @param {number} across @param {number} down @returns {Point} */
function at(points, across, down) {
  const rows = points.length, columns = points[0].length;
  // The nearest cell whose four corners are seen; from there straight on.
  const cell = nearest(points, Math.min(Math.max(Math.floor(across), 0), columns - 2), Math.min(Math.max(Math.floor(down), 0), rows - 2));
  if (!cell) return { x: 0, y: 0 };
  const [column, row] = cell;
  const [x, y] = [across - column, down - row];
  const isInside = x >= 0 && x <= 1 && y >= 0 && y <= 1;
  return (isInside && cubic(points, column, row, x, y)) || bilinear(points, column, row, x, y);
}

/** @param {(number[] | null)[][]} points @param {number} column @param {number} row @returns {[number, number] | null} */
function nearest(points, column, row) {
  const isSeen = (/** @type {number} */ i, /** @type {number} */ j) =>
    Boolean(points[j]?.[i] && points[j]?.[i + 1] && points[j + 1]?.[i] && points[j + 1]?.[i + 1]);
  if (isSeen(column, row)) return [column, row];
  let best = null;
  let least = Infinity;
  for (let j = 0; j < points.length - 1; j++) {
    for (let i = 0; i < points[0].length - 1; i++) {
      const far = (i - column) ** 2 + (j - row) ** 2;
      if (far < least && isSeen(i, j)) [best, least] = [/** @type {[number, number]} */ ([i, j]), far];
    }
  }
  return best;
}

/** @param {number} t */
const catmullRom = (t) => [(-(t ** 3) + 2 * t * t - t) / 2, (3 * t ** 3 - 5 * t * t + 2) / 2, (-3 * t ** 3 + 4 * t * t + t) / 2, (t ** 3 - t * t) / 2];

/** @param {(number[] | null)[][]} points @param {number} column @param {number} row @param {number} x @param {number} y @returns {Point | null} */
function cubic(points, column, row, x, y) {
  const wx = catmullRom(x), wy = catmullRom(y);
  const sum = { x: 0, y: 0 };
  for (let j = 0; j < 4; j++) {
    for (let i = 0; i < 4; i++) {
      const point = points[row + j - 1]?.[column + i - 1];
      if (!point) return null;
      sum.x += wx[i] * wy[j] * point[0];
      sum.y += wx[i] * wy[j] * point[1];
    }
  }
  return sum;
}

/** @param {(number[] | null)[][]} points @param {number} column @param {number} row @param {number} x @param {number} y @returns {Point} */
function bilinear(points, column, row, x, y) {
  const [a, b] = [points[row][column], points[row][column + 1]], [c, d] = [points[row + 1][column], points[row + 1][column + 1]];
  const along = (/** @type {number} */ k) => {
    const of = (/** @type {number[] | null} */ p) => /** @type {number[]} */ (p)[k];
    return of(a) * (1 - x) * (1 - y) + of(b) * x * (1 - y) + of(c) * (1 - x) * y + of(d) * x * y;
  };
  return { x: along(0), y: along(1) };
}
