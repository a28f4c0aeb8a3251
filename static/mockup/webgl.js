// The garment drawn by the graphics card: the service's own picture of the bare cloth, and the print laid on it through
// the mockup's grid by the shader. Fast enough for every move of a hand.
// @ts-check
import { FRAGMENT, VERTEX } from "./mockup.frag.js";

/** @typedef {{positions: Float32Array, spots: Float32Array, count: number}} Mesh */

/** Sides of the mesh's cells, mm of the print. */
const CELL_MM = 10;

/** @param {WebGL2RenderingContext} gl @param {number} kind @param {string} source */
function compiled(gl, kind, source) {
  const shader = /** @type {WebGLShader} */ (gl.createShader(kind));
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) throw new Error(gl.getShaderInfoLog(shader) ?? "shader");
  return shader;
}

/** @param {HTMLCanvasElement} canvas @returns {Renderer | null} null without WebGL 2 */
export function createRenderer(canvas) {
  const context = canvas.getContext("webgl2", { alpha: false, antialias: false, preserveDrawingBuffer: true });
  if (!context) return null;
  const gl = context;
  const program = /** @type {WebGLProgram} */ (gl.createProgram());
  gl.attachShader(program, compiled(gl, gl.VERTEX_SHADER, VERTEX));
  gl.attachShader(program, compiled(gl, gl.FRAGMENT_SHADER, FRAGMENT));
  gl.linkProgram(program);
  gl.useProgram(program);
  const uniform = (/** @type {string} */ name) => gl.getUniformLocation(program, name);
  const places = Object.fromEntries(["size", "blank", "light", "print", "bare", "own", "albedo", "exposure", "lightMax"].map((name) => [name, uniform(name)]));
  const [place, art] = ["place", "art"].map((name) => gl.getAttribLocation(program, name));
  ["blank", "light", "print"].forEach((name, unit) => gl.uniform1i(places[name], unit));
  const [positions, spots] = [gl.createBuffer(), gl.createBuffer()];
  gl.enableVertexAttribArray(place);
  gl.enableVertexAttribArray(art);

  /** @param {number} unit @param {boolean} isMipped */
  function texture(unit, isMipped) {
    gl.activeTexture(gl.TEXTURE0 + unit);
    const made = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, made);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, isMipped ? gl.LINEAR_MIPMAP_LINEAR : gl.LINEAR);
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    return made;
  }
  texture(0, false);
  texture(1, true);
  texture(2, true);
  const anisotropy = gl.getExtension("EXT_texture_filter_anisotropic");
  if (anisotropy) gl.texParameterf(gl.TEXTURE_2D, anisotropy.TEXTURE_MAX_ANISOTROPY_EXT, 4);

  /** @param {number} unit @param {TexImageSource} image @param {boolean} isPremultiplied @param {boolean} isMipped */
  function upload(unit, image, isPremultiplied, isMipped) {
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, isPremultiplied);
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, image);
    if (isMipped) gl.generateMipmap(gl.TEXTURE_2D);
  }

  /** @param {Mesh} mesh */
  function put(mesh) {
    for (const [buffer, data, slot] of /** @type {[WebGLBuffer, Float32Array, number][]} */ ([[positions, mesh.positions, place], [spots, mesh.spots, art]])) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
      gl.vertexAttribPointer(slot, 2, gl.FLOAT, false, 0, 0);
    }
    gl.drawArrays(gl.TRIANGLES, 0, mesh.count);
  }

  return {
    /** @param {TexImageSource} image the bare garment @param {TexImageSource} light of the layers */
    setCloth(image, light) {
      upload(0, image, false, false);
      upload(1, light, false, true);
    },
    /**
     * @param {{width: number, height: number, albedo: number, exposure: number, light: {max: number}}} manifest
     * @param {{mesh: Mesh, canvas: HTMLCanvasElement | OffscreenCanvas, own: [number, number, number]}[]} prints
     */
    draw(manifest, prints) {
      const { width, height } = manifest;
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.uniform2f(places.size, width, height);
      gl.uniform1f(places.albedo, manifest.albedo);
      gl.uniform1f(places.exposure, manifest.exposure);
      gl.uniform1f(places.lightMax, manifest.light.max);
      gl.uniform1i(places.bare, 1);
      put({ positions: new Float32Array([0, 0, width, 0, 0, height, width, 0, width, height, 0, height]), spots: new Float32Array(12), count: 6 });
      gl.uniform1i(places.bare, 0);
      for (const print of prints) {
        upload(2, print.canvas, true, true);
        gl.uniform3fv(places.own, print.own);
        put(print.mesh);
      }
    },
    isLost: () => gl.isContextLost(),
  };
}

/** @typedef {{setCloth: (image: TexImageSource, light: TexImageSource) => void, draw: (manifest: any, prints: any[]) => void, isLost: () => boolean}} Renderer */

/** The print area as it lies in the picture, where the view shows it. @param {import("../core/geometry.js").Cloth} cloth @returns {Mesh} */
export function meshOf(cloth) {
  const { x, y, width, height } = cloth.extent;
  const columns = Math.ceil(width / CELL_MM), rows = Math.ceil(height / CELL_MM);
  const points = Array.from({ length: rows + 1 }, (_, row) => Array.from({ length: columns + 1 }, (_, column) => cloth.seen({ x: x + (width * column) / columns, y: y + (height * row) / rows })));
  const positions = [], spots = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const corners = [[column, row], [column + 1, row], [column, row + 1], [column + 1, row + 1]];
      const [a, b, c, d] = corners.map(([i, j]) => points[j][i]);
      if (!a || !b || !c || !d) continue;
      for (const k of [0, 1, 2, 1, 3, 2]) {
        const [i, j] = corners[k];
        const point = /** @type {import("../core/geometry.js").Point} */ (points[j][i]);
        positions.push(point.x, point.y);
        spots.push(i / columns, j / rows);
      }
    }
  }
  return { positions: new Float32Array(positions), spots: new Float32Array(spots), count: positions.length / 2 };
}
