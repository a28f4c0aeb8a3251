// A print area as triangles: where its millimetres lie in the mockup's picture.
// @ts-check

/**
 * @typedef {object} Mesh
 * @property {Float32Array} place pixels of the mockup's picture
 * @property {Float32Array} area millimetres of the print area
 * @property {number[]} starts the first vertex of every row of cells, and how many vertices there are
 * @property {number} top where the first row begins, mm
 * @property {number} step height of a row, mm
 */

/** Sides of the cells, at most. */
const CELL_MM = 10;

/** As much of a print area as the view shows. @param {import("../core/geometry.js").Cloth} cloth @returns {Mesh} */
export function meshOf(cloth) {
  const { x, y, width, height } = cloth.extent;
  const columns = Math.ceil(width / CELL_MM), rows = Math.ceil(height / CELL_MM);
  const mm = (/** @type {number} */ column, /** @type {number} */ row) => ({ x: x + (width * column) / columns, y: y + (height * row) / rows });
  const points = Array.from({ length: rows + 1 }, (_, row) => Array.from({ length: columns + 1 }, (_, column) => cloth.seen(mm(column, row))));
  /** @type {number[]} */
  const place = [];
  /** @type {number[]} */
  const area = [];
  const starts = [];
  for (let row = 0; row < rows; row++) {
    starts.push(place.length / 2);
    for (let column = 0; column < columns; column++) {
      const corners = [[column, row], [column + 1, row], [column, row + 1], [column + 1, row + 1]].map(([i, j]) => ({ on: points[j][i], ...mm(i, j) }));
      if (corners.some(({ on }) => !on)) continue;
      for (const { on, x, y } of [0, 1, 2, 1, 3, 2].map((k) => corners[k])) {
        place.push(/** @type {any} */ (on).x, /** @type {any} */ (on).y);
        area.push(x, y);
      }
    }
  }
  starts.push(place.length / 2);
  return { place: new Float32Array(place), area: new Float32Array(area), starts, top: y, step: height / rows };
}
