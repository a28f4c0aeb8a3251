// The garment drawn by the graphics card: the service's own picture of the bare cloth, and the print laid on it where the
// service's coordinates say. Every layer has a texture of its own; what moves it are numbers, and only what changed since
// the last frame is drawn again.
// @ts-check
import { BOARD, CLOTH, VERTEX } from "./mockup.frag.js";

/** @typedef {{left: number, top: number, right: number, bottom: number}} Rect */
/** @typedef {import("./sprites.js").Sprite} Sprite */
/**
 * @typedef {object} Piece a layer where it lies
 * @property {Sprite} [sprite]
 * @property {import("../core/geometry.js").Matrix} [matrix] millimetres of the area to the sprite's picture, 0 to 1
 * @property {Piece[]} [pieces] instead of a sprite: layers that are seen through as one, from the bottom up
 * @property {number} strength
 * @property {Rect} area what it covers, millimetres of the area
 * @property {Rect} seen the same in pixels of the mockup's picture
 */
/**
 * @typedef {object} Print
 * @property {import("../core/geometry.js").Cloth} on the print area
 * @property {number} panel its number
 * @property {[number, number, number]} own the cloth's albedo
 * @property {Piece[]} pieces from the bottom up
 */
/** @typedef {{width: number, height: number, px_per_cm: number, albedo: number, exposure: number, light: {max: number}}} Manifest */
/** @typedef {{image: TexImageSource, light: TexImageSource, places: {width: number, height: number, data: Float32Array}}} Bare a garment that nothing is printed on */
/**
 * @typedef {object} Renderer
 * @property {(bare: Bare) => void} setCloth
 * @property {(manifest: Manifest, prints: Print[], width: number) => boolean} draw tells whether it drew the whole picture
 * @property {(then: (asked: number) => void) => void} whenDone calls back when the card has drawn, with how often it had to be asked
 * @property {() => boolean} isLost
 */

const UNITS = { blank: 0, light: 1, places: 2, board: 3, sprite: 4 };
/** Pixels of the print file for one cm, and how many pixels of a board there are for one of the cloth, as in the service. */
const PRINT_PX_PER_CM = 300 / 2.54;
const TEXELS_PER_PX = 1.4;
/** Sides of boards are multiples of this, so that halving them is exact. */
const MULTIPLE = 32;
/** How often the card is asked whether it has done, ms. */
const ASK_MS = 2;

/** @param {HTMLCanvasElement} canvas @returns {Renderer | null} null without WebGL 2 */
export function createRenderer(canvas) {
  const context = canvas.getContext("webgl2", { alpha: false, antialias: false, preserveDrawingBuffer: true });
  if (!context) return null;
  const gl = context;
  const [boarding, clothing] = [BOARD, CLOTH].map((source) => linked(gl, source));
  /** @type {WeakMap<ImageBitmap, WebGLTexture>} */
  const textures = new WeakMap();
  /** @typedef {{texture: WebGLTexture, target: WebGLFramebuffer, width: number, height: number, scale: number, shown: Piece[]}} Board */
  /** @type {WeakMap<object, Board>} by print area */
  const boards = new WeakMap();
  /** The textures of the bare garment. @type {WebGLTexture[]} */
  const cloth = [];
  /** Where groups are drawn before they are laid on a board, by how deep they lie. @type {{texture: WebGLTexture, target: WebGLFramebuffer, width: number, height: number}[]} */
  const sheets = [];
  /** What the canvas shows. @type {Print[] | null} */
  let shown = null;

  // All that is ever drawn is a square, cut to what is wanted.
  gl.bindVertexArray(gl.createVertexArray());
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  gl.enable(gl.SCISSOR_TEST);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  gl.clearColor(0, 0, 0, 0);
  const cut = (/** @type {Rect} */ { left, top, right, bottom }, isCanvas = false) => gl.scissor(left, isCanvas ? canvas.height - bottom : top, right - left, bottom - top);
  const square = (/** @type {Rect} */ rect, isCanvas = false) => {
    cut(rect, isCanvas);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  };

  /** @param {number} unit @param {number} filter */
  function texture(unit, filter) {
    const made = /** @type {WebGLTexture} */ (gl.createTexture());
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, made);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter === gl.NEAREST ? gl.NEAREST : gl.LINEAR);
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
    return made;
  }

  /** @param {Sprite} sprite */
  function bind(sprite) {
    gl.activeTexture(gl.TEXTURE0 + UNITS.sprite);
    const known = textures.get(sprite.image);
    if (known) return gl.bindTexture(gl.TEXTURE_2D, known);
    textures.set(sprite.image, texture(UNITS.sprite, gl.LINEAR_MIPMAP_NEAREST));
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, sprite.image);
    gl.generateMipmap(gl.TEXTURE_2D);
    // The card has it now.
    sprite.image.close();
  }

  /** @param {Print} print @param {number} pxPerCm of the canvas @returns {Board} */
  function boardOf({ on }, pxPerCm) {
    // Of the print file's pixels as many are taken together as the service takes for an exact picture of this width.
    const factor = Math.max(1, Math.floor(PRINT_PX_PER_CM / (pxPerCm * TEXELS_PER_PX * on.cmPerMm * 10)));
    const scale = PRINT_PX_PER_CM / 10 / factor;
    const known = boards.get(on);
    if (known?.scale === scale) return known;
    const [width, height] = [on.extent.width, on.extent.height].map((mm) => Math.ceil((mm * scale) / MULTIPLE) * MULTIPLE);
    if (known) {
      gl.deleteTexture(known.texture);
      gl.deleteFramebuffer(known.target);
    }
    const board = { texture: texture(UNITS.board, gl.LINEAR_MIPMAP_NEAREST), target: gl.createFramebuffer(), width, height, scale, shown: [] };
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    gl.generateMipmap(gl.TEXTURE_2D);
    gl.bindFramebuffer(gl.FRAMEBUFFER, board.target);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, board.texture, 0);
    boards.set(on, board);
    return board;
  }

  /** As large as the board that it is for. @param {number} depth @param {number} width @param {number} height */
  function sheetOf(depth, width, height) {
    const known = sheets[depth];
    if (known?.width === width && known.height === height) return known;
    gl.deleteTexture(known?.texture ?? null);
    gl.deleteFramebuffer(known?.target ?? null);
    const sheet = { texture: texture(UNITS.sprite, gl.LINEAR), target: gl.createFramebuffer(), width, height };
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    gl.bindFramebuffer(gl.FRAMEBUFFER, sheet.target);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, sheet.texture, 0);
    return (sheets[depth] = sheet);
  }

  /** Lays the layers on their board, as far as something changed. @param {Print} print @param {Board} board */
  function lay({ on, pieces }, board) {
    const { width, height, scale } = board;
    const { extent } = on;
    const inPixels = (/** @type {Rect} */ rect) => grown(rect, scale, -extent.x, -extent.y);
    const put = (/** @type {Piece[]} */ list, /** @type {Rect} */ rect, /** @type {WebGLFramebuffer} */ target, depth = 0) => {
      gl.bindFramebuffer(gl.FRAMEBUFFER, target);
      cut(rect);
      gl.clear(gl.COLOR_BUFFER_BIT);
      for (const { sprite, matrix: [a, b, c, d, e, f] = [1, 0, 0, 1, 0, 0], pieces: inner, strength, area } of list) {
        const part = common(inPixels(area), rect);
        if (isEmpty(part)) continue;
        if (inner) {
          const sheet = sheetOf(depth, width, height);
          put(inner, part, sheet.target, depth + 1);
          gl.bindFramebuffer(gl.FRAMEBUFFER, target);
          gl.activeTexture(gl.TEXTURE0 + UNITS.sprite);
          gl.bindTexture(gl.TEXTURE_2D, sheet.texture);
          gl.uniform3f(boarding.at("across"), 1, 0, 0);
          gl.uniform3f(boarding.at("down"), 0, 1, 0);
        } else if (sprite) {
          bind(sprite);
          gl.uniform3f(boarding.at("across"), (a * width) / scale, (c * height) / scale, a * extent.x + c * extent.y + e);
          gl.uniform3f(boarding.at("down"), (b * width) / scale, (d * height) / scale, b * extent.x + d * extent.y + f);
        }
        gl.uniform1f(boarding.at("strength"), strength);
        square(part);
      }
    };
    gl.activeTexture(gl.TEXTURE0 + UNITS.board);
    gl.bindTexture(gl.TEXTURE_2D, board.texture);
    // What lies outside the print area is not printed.
    const whole = { left: 0, top: 0, right: Math.round(extent.width * scale), bottom: Math.round(extent.height * scale) };
    const rect = common(inPixels(changed(board.shown, pieces, (piece) => piece.area)), whole);
    board.shown = pieces;
    if (isEmpty(rect)) return;
    gl.viewport(0, 0, width, height);
    gl.enable(gl.BLEND);
    gl.useProgram(boarding.program);
    gl.uniform1i(boarding.at("sprite"), UNITS.sprite);
    gl.uniform1f(boarding.at("up"), 1);
    put(pieces, rect, board.target);
    gl.disable(gl.BLEND);
    gl.activeTexture(gl.TEXTURE0 + UNITS.board);
    gl.generateMipmap(gl.TEXTURE_2D);
  }

  return {
    setCloth({ image, light, places }) {
      cloth.splice(0).forEach((old) => gl.deleteTexture(old));
      for (const [unit, picture] of /** @type {const} */ ([[UNITS.blank, image], [UNITS.light, light]])) {
        cloth.push(texture(unit, gl.LINEAR));
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
      }
      cloth.push(texture(UNITS.places, gl.NEAREST));
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, places.width, places.height, 0, gl.RGBA, gl.FLOAT, places.data);
      shown = null;
    },
    draw(manifest, prints, width) {
      const height = Math.round((width * manifest.height) / manifest.width);
      if (canvas.width !== width || canvas.height !== height) {
        Object.assign(canvas, { width, height });
        shown = null;
      }
      const scale = width / manifest.width;
      const all = { left: 0, top: 0, right: width, bottom: height };
      let rect = all;
      if (shown && String(shown.map(keyOf)) === String(prints.map(keyOf))) {
        const before = shown;
        const rects = prints.map(({ pieces }, n) => changed(before[n].pieces, pieces, (piece) => piece.seen));
        rect = rects.filter((one) => !isEmpty(one)).reduce((a, b) => around(a, b), NOTHING);
        rect = isEmpty(rect) ? rect : common(grown(rect, scale, 0, 0), all);
      }
      shown = prints;
      if (isEmpty(rect)) return false;
      const laid = prints.map((print) => {
        const board = boardOf(print, manifest.px_per_cm * scale);
        lay(print, board);
        return board;
      });
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      gl.viewport(0, 0, width, height);
      gl.useProgram(clothing.program);
      for (const name of /** @type {const} */ (["blank", "light", "places", "board"])) gl.uniform1i(clothing.at(name), UNITS[name]);
      gl.uniform1f(clothing.at("albedo"), manifest.albedo);
      gl.uniform1f(clothing.at("exposure"), manifest.exposure);
      gl.uniform1f(clothing.at("lightMax"), manifest.light.max);
      gl.uniform1f(clothing.at("up"), -1);
      gl.uniform1i(clothing.at("bare"), 1);
      square(rect, true);
      gl.uniform1i(clothing.at("bare"), 0);
      for (const [n, { on, panel, own, pieces }] of prints.entries()) {
        const part = pieces.length ? common(grown(pieces.map((piece) => piece.seen).reduce(around), scale, 0, 0), rect) : NOTHING;
        if (isEmpty(part)) continue;
        gl.activeTexture(gl.TEXTURE0 + UNITS.board);
        gl.bindTexture(gl.TEXTURE_2D, laid[n].texture);
        const pxPerCm = laid[n].scale / on.cmPerMm;
        gl.uniform1f(clothing.at("panel"), panel);
        gl.uniform4f(clothing.at("toBoard"), on.left + on.extent.x * on.cmPerMm, on.top - on.extent.y * on.cmPerMm, pxPerCm, -pxPerCm);
        gl.uniform3fv(clothing.at("own"), own);
        square(part, true);
      }
      return rect === all;
    },
    whenDone(then) {
      const fence = /** @type {WebGLSync} */ (gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0));
      gl.flush();
      let asked = 0;
      const ask = () => {
        asked += 1;
        if (!gl.isContextLost() && gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED) return void setTimeout(ask, ASK_MS);
        gl.deleteSync(fence);
        then(asked);
      };
      setTimeout(ask);
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

/** What differs between two pictures. @param {Piece[]} before @param {Piece[]} after @param {(piece: Piece) => Rect} rectOf @returns {Rect} */
function changed(before, after, rectOf) {
  let rect = NOTHING;
  for (let n = 0; n < Math.max(before.length, after.length); n++) {
    if (before[n] === after[n]) continue;
    for (const piece of [before[n], after[n]]) if (piece) rect = around(rect, rectOf(piece));
  }
  return rect;
}

/** @type {Rect} */
const NOTHING = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
/** What of a print is not its layers. @param {Print} print */
const keyOf = ({ on, panel, own }) => [on.left, on.top, on.cmPerMm, panel, ...own];
/** @param {Rect} rect */
const isEmpty = ({ left, top, right, bottom }) => left >= right || top >= bottom;
/** The pixels that a rectangle reaches, with one more around for what is blended. @param {Rect} rect @param {number} scale @param {number} dx @param {number} dy @returns {Rect} */
const grown = ({ left, top, right, bottom }, scale, dx, dy) => ({ left: Math.floor((left + dx) * scale) - 2, top: Math.floor((top + dy) * scale) - 2, right: Math.ceil((right + dx) * scale) + 2, bottom: Math.ceil((bottom + dy) * scale) + 2 });
/** @param {Rect} a @param {Rect} b @returns {Rect} */
export const around = (a, b) => ({ left: Math.min(a.left, b.left), top: Math.min(a.top, b.top), right: Math.max(a.right, b.right), bottom: Math.max(a.bottom, b.bottom) });
/** @param {Rect} a @param {Rect} b @returns {Rect} */
const common = (a, b) => ({ left: Math.max(a.left, b.left), top: Math.max(a.top, b.top), right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom) });
