// The garment drawn by the graphics card: the service's own picture of the bare cloth, and the print laid on it through
// the mockup's grid by the shaders. Every layer has a texture of its own; what moves it are numbers, and only what
// changed since the last frame is drawn again.
// @ts-check
import { CLOTH, INK, VERTEX } from "./mockup.frag.js";

/** @typedef {{left: number, top: number, right: number, bottom: number}} Rect */
/** @typedef {import("./sprites.js").Sprite} Sprite */
/**
 * @typedef {object} Piece a layer where it lies
 * @property {Sprite} sprite
 * @property {import("../core/geometry.js").Matrix} matrix millimetres of the area to the sprite's picture, 0 to 1
 * @property {number} strength
 * @property {Rect} rect what it covers, pixels of the mockup's picture
 * @property {[number, number]} rows of the mesh, the first and one more than the last
 */
/** @typedef {{mesh: import("./mesh.js").Mesh, own: [number, number, number], pieces: Piece[]}} Print */
/** @typedef {{width: number, height: number, albedo: number, exposure: number, light: {max: number}}} Manifest */
/**
 * @typedef {object} Renderer
 * @property {(image: TexImageSource, light: TexImageSource) => void} setCloth the bare garment and the layers' light
 * @property {(manifest: Manifest, prints: Print[], width: number, height: number) => void} draw
 * @property {(then: () => void) => void} whenDone calls back when the card has drawn
 * @property {() => boolean} isLost
 */

const UNITS = { blank: 0, light: 1, inks: 2, layer: 3 };
/** How often the card is asked whether it has done, ms. */
const ASK_MS = 2;

/** @param {HTMLCanvasElement} canvas @returns {Renderer | null} null without WebGL 2 */
export function createRenderer(canvas) {
  const context = canvas.getContext("webgl2", { alpha: false, antialias: false, preserveDrawingBuffer: true });
  if (!context) return null;
  const gl = context;
  const [inking, lighting] = [INK, CLOTH].map((source) => linked(gl, source));
  const target = gl.createFramebuffer();
  /** @type {WeakMap<Sprite, WebGLTexture>} */
  const textures = new WeakMap();
  /** @type {WeakMap<import("./mesh.js").Mesh, WebGLVertexArrayObject>} */
  const meshes = new WeakMap();
  /** What the canvas shows. @type {Print[] | null} */
  let shown = null;

  /** @param {number} unit @param {TexImageSource | null} image @param {number} filter */
  function texture(unit, image, filter) {
    const made = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, made);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter === gl.NEAREST ? gl.NEAREST : gl.LINEAR);
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
    if (image) gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, image);
    if (filter === gl.LINEAR_MIPMAP_NEAREST) gl.generateMipmap(gl.TEXTURE_2D);
    return made;
  }
  const inks = texture(UNITS.inks, null, gl.NEAREST);

  /** @param {Float32Array} place @param {Float32Array} area */
  function vertices(place, area) {
    const made = gl.createVertexArray();
    gl.bindVertexArray(made);
    for (const [slot, data] of [place, area].entries()) {
      gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
      gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
      gl.enableVertexAttribArray(slot);
      gl.vertexAttribPointer(slot, 2, gl.FLOAT, false, 0, 0);
    }
    return made;
  }
  /** Covers the whole picture, whatever its size. */
  const whole = vertices(new Float32Array([0, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1]), new Float32Array(12));

  /** What of the canvas a rectangle of the picture reaches. @param {Rect} rect @param {Manifest} manifest @returns {Rect} */
  function inPixels({ left, top, right, bottom }, manifest) {
    const scale = canvas.width / manifest.width;
    return { left: Math.floor(left * scale) - 1, top: Math.floor(top * scale) - 1, right: Math.ceil(right * scale) + 1, bottom: Math.ceil(bottom * scale) + 1 };
  }

  /** Nothing else is drawn on. @param {Rect} rect pixels of the canvas */
  const cut = ({ left, top, right, bottom }) => gl.scissor(left, canvas.height - bottom, right - left, bottom - top);

  /** @param {Print} print @param {Manifest} manifest @param {Rect} rect what is drawn, pixels of the canvas */
  function lay({ mesh, own, pieces }, manifest, rect) {
    const seen = pieces.map((piece) => ({ piece, part: common(inPixels(piece.rect, manifest), rect) })).filter(({ part }) => part.left < part.right && part.top < part.bottom);
    if (seen.length === 0) return;
    const part = seen.map((one) => one.part).reduce(around);
    gl.bindFramebuffer(gl.FRAMEBUFFER, target);
    cut(part);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.useProgram(inking.program);
    gl.uniform2f(inking.at("size"), manifest.width, manifest.height);
    gl.uniform1i(inking.at("layer"), UNITS.layer);
    gl.activeTexture(gl.TEXTURE0 + UNITS.layer);
    let known = meshes.get(mesh);
    if (!known) meshes.set(mesh, (known = vertices(mesh.place, mesh.area)));
    gl.bindVertexArray(known);
    for (const { piece: { sprite, matrix: [a, b, c, d, e, f], strength, rows }, part } of seen) {
      let picture = textures.get(sprite);
      if (!picture) textures.set(sprite, (picture = texture(UNITS.layer, sprite.image, gl.LINEAR_MIPMAP_NEAREST)));
      gl.bindTexture(gl.TEXTURE_2D, picture);
      gl.uniform3f(inking.at("across"), a, c, e);
      gl.uniform3f(inking.at("down"), b, d, f);
      gl.uniform1f(inking.at("strength"), strength);
      cut(part);
      const [first, end] = rows.map((row) => mesh.starts[row]);
      gl.drawArrays(gl.TRIANGLES, first, end - first);
    }
    gl.disable(gl.BLEND);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    cut(part);
    gl.useProgram(lighting.program);
    gl.uniform1i(lighting.at("bare"), 0);
    gl.uniform3fv(lighting.at("own"), own);
    gl.bindVertexArray(whole);
    gl.drawArrays(gl.TRIANGLES, 0, 6);
  }

  return {
    setCloth(image, light) {
      texture(UNITS.blank, image, gl.LINEAR);
      texture(UNITS.light, light, gl.LINEAR);
      shown = null;
    },
    draw(manifest, prints, width, height) {
      if (canvas.width !== width || canvas.height !== height || !shown) {
        Object.assign(canvas, { width, height });
        gl.viewport(0, 0, width, height);
        gl.activeTexture(gl.TEXTURE0 + UNITS.inks);
        gl.bindTexture(gl.TEXTURE_2D, inks);
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
        gl.bindFramebuffer(gl.FRAMEBUFFER, target);
        gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, inks, 0);
        gl.bindFramebuffer(gl.FRAMEBUFFER, null);
        shown = null;
      }
      const all = { left: 0, top: 0, right: width, bottom: height };
      const rect = shown ? common(inPixels(changed(shown, prints), manifest), all) : all;
      shown = prints;
      if (rect.left >= rect.right || rect.top >= rect.bottom) return;
      gl.enable(gl.SCISSOR_TEST);
      cut(rect);
      gl.useProgram(lighting.program);
      for (const name of /** @type {const} */ (["blank", "light", "inks"])) gl.uniform1i(lighting.at(name), UNITS[name]);
      gl.uniform2f(lighting.at("size"), 1, 1);
      gl.uniform1f(lighting.at("albedo"), manifest.albedo);
      gl.uniform1f(lighting.at("exposure"), manifest.exposure);
      gl.uniform1f(lighting.at("lightMax"), manifest.light.max);
      gl.uniform1i(lighting.at("bare"), 1);
      gl.bindVertexArray(whole);
      gl.drawArrays(gl.TRIANGLES, 0, 6);
      for (const print of prints) lay(print, manifest, rect);
    },
    whenDone(then) {
      const fence = /** @type {WebGLSync} */ (gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0));
      gl.flush();
      const look = () => {
        if (!gl.isContextLost() && gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED) return void setTimeout(look, ASK_MS);
        gl.deleteSync(fence);
        then();
      };
      setTimeout(look);
    },
    isLost: () => gl.isContextLost(),
  };
}

/** @param {WebGL2RenderingContext} gl @param {string} source of the fragment shader */
function linked(gl, source) {
  const program = /** @type {WebGLProgram} */ (gl.createProgram());
  for (const [kind, text] of /** @type {[number, string][]} */ ([[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, source]])) {
    const shader = /** @type {WebGLShader} */ (gl.createShader(kind));
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) throw new Error(gl.getShaderInfoLog(shader) ?? "shader");
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  /** @type {Map<string, WebGLUniformLocation | null>} */
  const places = new Map();
  return {
    program,
    /** Where a uniform lies. @param {string} name */
    at(name) {
      if (!places.has(name)) places.set(name, gl.getUniformLocation(program, name));
      return places.get(name) ?? null;
    },
  };
}

/** What differs between two pictures of the same cloth. @param {Print[]} before @param {Print[]} after @returns {Rect} */
function changed(before, after) {
  const rects = [];
  for (let n = 0; n < Math.max(before.length, after.length); n++) {
    const [old, now] = [before[n]?.pieces ?? [], after[n]?.pieces ?? []];
    const isOther = before[n]?.mesh !== after[n]?.mesh || String(before[n]?.own) !== String(after[n]?.own);
    for (let k = 0; k < Math.max(old.length, now.length); k++) {
      if (!isOther && isSame(old[k], now[k])) continue;
      for (const piece of [old[k], now[k]]) if (piece) rects.push(piece.rect);
    }
  }
  return rects.length ? rects.reduce(around) : { left: -9, top: -9, right: -9, bottom: -9 };
}

/** @param {Piece | undefined} a @param {Piece | undefined} b */
const isSame = (a, b) => a !== undefined && b !== undefined && a.sprite === b.sprite && a.strength === b.strength && a.matrix.every((value, index) => value === b.matrix[index]);
/** @param {Rect} a @param {Rect} b @returns {Rect} */
const around = (a, b) => ({ left: Math.min(a.left, b.left), top: Math.min(a.top, b.top), right: Math.max(a.right, b.right), bottom: Math.max(a.bottom, b.bottom) });
/** @param {Rect} a @param {Rect} b @returns {Rect} */
const common = (a, b) => ({ left: Math.max(a.left, b.left), top: Math.max(a.top, b.top), right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom) });
