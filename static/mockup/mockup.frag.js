// The compositor's formula as shaders. First every layer leaves its ink on the pixels, averaged over the cloth that each
// pixel shows; then the cloth with that ink is lit. It mirrors src/mockup/composite.rs term by term:
//
//   out = (1 - alpha) * blank + ink * (D + own * I / albedo) + alpha / 2 * G * fibre(own)
//
// which is its `out` with the bare cloth's light collected in `blank`, taken from the service's own picture of the
// garment; so dye, knit and wall are the service's and only the print is reckoned here.
// @ts-check

export const VERTEX = `#version 300 es
layout(location = 0) in vec2 place;   // pixels of the mockup's picture
layout(location = 1) in vec2 area;    // millimetres of the print area
uniform vec2 size;
out vec2 at;
out vec2 mm;
void main() {
  at = place / size;
  mm = area;
  gl_Position = vec4(at.x * 2.0 - 1.0, 1.0 - at.y * 2.0, 0.0, 1.0);
}`;

export const INK = `#version 300 es
precision highp float;
in vec2 mm;
uniform sampler2D layer;   // premultiplied sRGB
uniform vec3 across;       // from millimetres of the area to the layer's picture, 0 to 1
uniform vec3 down;
uniform float strength;
out vec4 ink;

void main() {
  vec2 spot = vec2(dot(across, vec3(mm, 1.0)), dot(down, vec3(mm, 1.0)));
  vec2 right = dFdx(spot), below = dFdy(spot);
  if (any(lessThan(spot, vec2(0.0))) || any(greaterThan(spot, vec2(1.0)))) discard;
  vec2 texels = vec2(textureSize(layer, 0));
  vec2 a = right * texels, b = below * texels;
  // Four looks, a quarter of the pixel from its middle, each as blurred as a square of half the pixel's side: together
  // they are as blurred as the pixel. One look blurs like a square of the root of 3 texels.
  float level = log2(max(sqrt(abs(a.x * b.y - a.y * b.x)) / 3.4641, 1.0));
  vec2 d = (right + below) * 0.25, e = (right - below) * 0.25;
  ink = (textureLod(layer, spot - d, level) + textureLod(layer, spot + d, level) + textureLod(layer, spot - e, level) + textureLod(layer, spot + e, level)) * 0.25 * strength;
}`;

export const CLOTH = `#version 300 es
precision highp float;
in vec2 at;
uniform sampler2D blank;   // the bare garment, sRGB
uniform sampler2D light;   // square roots of direct, indirect and specular light over lightMax
uniform sampler2D inks;    // premultiplied sRGB, pixel for pixel
uniform bool bare;         // draw the garment alone
uniform vec3 own;          // the cloth's albedo, linear
uniform float albedo;      // what the layers were rendered with
uniform float exposure;
uniform float lightMax;
out vec4 shown;

vec3 toLinear(vec3 c) { return mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), step(0.04045, c)); }
vec3 toSrgb(vec3 c) { return mix(c * 12.92, 1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c)); }

const float KNEE = 0.75;
const float ROOM = 0.25;
vec3 shoulder(vec3 c) { return mix(c, KNEE + ROOM * (1.0 - exp(-(c - KNEE) / ROOM)), step(KNEE, c)); }
vec3 unshoulder(vec3 c) { return mix(c, KNEE - ROOM * log(max(1.0 - (c - KNEE) / ROOM, 1e-4)), step(KNEE, c)); }

void main() {
  if (bare) { shown = vec4(texture(blank, at).rgb, 1.0); return; }
  vec4 ink = texelFetch(inks, ivec2(gl_FragCoord.xy), 0);
  if (ink.a == 0.0) discard;
  vec3 color = toLinear(min(ink.rgb / ink.a, 1.0)) * ink.a;
  vec3 root = texture(light, at).rgb;
  vec3 dig = root * root * lightMax * exposure;
  float fibre = 0.35 + 0.65 * clamp((own.r + own.g + own.b) / 3.0 / 0.6, 0.0, 1.0);
  vec3 below = unshoulder(toLinear(texture(blank, at).rgb));
  vec3 lit = (1.0 - ink.a) * below + color * (dig.r + own / albedo * dig.g) + 0.5 * ink.a * dig.b * fibre;
  shown = vec4(toSrgb(shoulder(lit)), 1.0);
}`;
