// What the renderer does, as shaders. First every layer is laid on its board: the print area drawn flat, in pixels that
// are those of the print file reduced by a whole number. Then each pixel of the cloth takes its ink from there, averaged over the
// cloth that it shows as src/mockup/pyramid.rs averages, and is lit as src/mockup/composite.rs lights, term by term:
//
//   out = (1 - alpha) * blank + ink * (D + own * I / albedo) + alpha / 2 * G * fibre(own)
//
// which is its `out` with the bare cloth's light collected in `blank`, taken from the service's own picture of the
// garment; so dye, knit and wall are the service's and only the print is reckoned here.
// @ts-check

export const VERTEX = `#version 300 es
layout(location = 0) in vec2 corner;   // 0 to 1
uniform float up;                      // 1 on boards, whose first row is the first; -1 on the canvas, where it is the last
out vec2 at;
void main() {
  at = corner;
  gl_Position = vec4((corner * 2.0 - 1.0) * vec2(1.0, up), 0.0, 1.0);
}`;

export const BOARD = `#version 300 es
precision highp float;
in vec2 at;
uniform sampler2D sprite;   // premultiplied sRGB
uniform vec3 across;        // from the board, 0 to 1, to the sprite, 0 to 1
uniform vec3 down;
uniform float strength;
out vec4 ink;

void main() {
  vec2 spot = vec2(dot(across, vec3(at, 1.0)), dot(down, vec3(at, 1.0)));
  vec2 right = dFdx(spot), below = dFdy(spot);
  if (any(lessThan(spot, vec2(0.0))) || any(greaterThan(spot, vec2(1.0)))) discard;
  vec2 texels = vec2(textureSize(sprite, 0));
  vec2 a = right * texels, b = below * texels;
  float side = sqrt(abs(a.x * b.y - a.y * b.x));
  // As many looks each way as the pixel has texels, but four at most; each as blurred as its share of the pixel. One
  // look blurs like a square of the root of 3 texels.
  int n = int(clamp(ceil(side), 1.0, 4.0));
  float level = log2(max(side / float(n) / 1.7320508, 1.0));
  ink = vec4(0.0);
  for (int k = 0; k < n * n; k++) {
    vec2 d = (vec2(k % n, k / n) + 0.5) / float(n) - 0.5;
    ink += textureLod(sprite, spot + d.x * right + d.y * below, level);
  }
  ink *= strength / float(n * n);
}`;

export const CLOTH = `#version 300 es
precision highp float;
in vec2 at;
uniform sampler2D blank;    // the bare garment, sRGB
uniform sampler2D light;    // square roots of direct, indirect and specular light over lightMax
uniform sampler2D places;   // centimetres of the pattern and the panel's number
uniform sampler2D board;    // premultiplied sRGB
uniform bool bare;          // draw the garment alone
uniform float panel;        // that is printed on
uniform vec4 toBoard;       // from centimetres to pixels of the board: where it begins, and the scale
uniform vec3 own;           // the cloth's albedo, linear
uniform float albedo;       // what the layers were rendered with
uniform float exposure;
uniform float lightMax;
out vec4 shown;

vec3 toLinear(vec3 c) { return mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), step(0.04045, c)); }
vec3 toSrgb(vec3 c) { return mix(c * 12.92, 1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c)); }

const float KNEE = 0.75;
const float ROOM = 0.25;
vec3 shoulder(vec3 c) { return mix(c, KNEE + ROOM * (1.0 - exp(-(c - KNEE) / ROOM)), step(KNEE, c)); }
vec3 unshoulder(vec3 c) { return mix(c, KNEE - ROOM * log(max(1.0 - (c - KNEE) / ROOM, 1e-4)), step(KNEE, c)); }

// Where on the pattern a pixel lies, and how much of it shows the panel.
vec3 placed(vec2 at) {
  vec2 p = at * vec2(textureSize(places, 0)) - 0.5;
  ivec2 first = ivec2(floor(p)), last = textureSize(places, 0) - 1;
  vec2 part = fract(p);
  vec3 sum = vec3(0.0);
  for (int n = 0; n < 4; n++) {
    ivec2 corner = ivec2(n & 1, n >> 1);
    vec3 place = texelFetch(places, clamp(first + corner, ivec2(0), last), 0).rgb;
    vec2 near = mix(1.0 - part, part, vec2(corner));
    if (place.b == panel) sum += vec3(place.rg, 1.0) * near.x * near.y;
  }
  return vec3(sum.xy / max(sum.z, 1e-6), sum.z);
}

vec4 look(vec2 texel, float level) { return textureLod(board, texel / vec2(textureSize(board, 0)), level); }
vec4 four(vec2 texel, float level) {
  float d = 0.5 * exp2(level);
  return (look(texel + vec2(d, d), level) + look(texel + vec2(d, -d), level) + look(texel + vec2(-d, d), level) + look(texel - vec2(d, d), level)) * 0.25;
}

// The mean over a square of this side, in pixels of the board.
vec4 mean(vec2 texel, float side) {
  float third = side * side / 3.0;
  if (third <= 1.0) return look(texel, 0.0);
  float level = floor(log2(third) * 0.5);
  float size = side / exp2(level);
  if (size < 2.0) return mix(look(texel, level), four(texel, level), (size - 1.7320508) / 0.2679492);
  if (size > 2.4494897) return mix(four(texel, level), look(texel, level + 1.0), (size - 2.4494897) / 1.0146119);
  return four(texel, level);
}

void main() {
  vec3 cloth = texture(blank, at).rgb;
  if (bare) { shown = vec4(cloth, 1.0); return; }
  vec3 place = placed(at);
  vec2 texel = (place.xy - toBoard.xy) * toBoard.zw;
  vec2 a = dFdx(texel), b = dFdy(texel);
  vec4 ink = mean(texel, sqrt(abs(a.x * b.y - a.y * b.x)));
  if (place.z < 0.5 || ink.a == 0.0) discard;
  vec3 color = toLinear(min(ink.rgb / ink.a, 1.0)) * ink.a;
  vec3 root = texture(light, at).rgb;
  vec3 dig = root * root * lightMax * exposure;
  float fibre = 0.35 + 0.65 * clamp((own.r + own.g + own.b) / 3.0 / 0.6, 0.0, 1.0);
  vec3 lit = (1.0 - ink.a) * unshoulder(toLinear(cloth)) + color * (dig.r + own / albedo * dig.g) + 0.5 * ink.a * dig.b * fibre;
  shown = vec4(toSrgb(shoulder(lit)), 1.0);
}`;
