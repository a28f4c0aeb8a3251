// The compositor's formula as a shader. It mirrors src/mockup/composite.rs term by term:
//
//   out = (1 - alpha) * blank + ink * (D + own * I / albedo) + alpha / 2 * G * fibre(own)
//
// which is its `out` with the bare cloth's light collected in `blank`, taken from the service's own picture of the
// garment; so dye, knit and wall are the service's and only the print is reckoned here.
// @ts-check

export const VERTEX = `#version 300 es
in vec2 place;   // pixels of the mockup's picture
in vec2 art;     // 0 to 1 across the art canvas
uniform vec2 size;
out vec2 at;
out vec2 spot;
void main() {
  at = place / size;
  spot = art;
  gl_Position = vec4(at.x * 2.0 - 1.0, 1.0 - at.y * 2.0, 0.0, 1.0);
}`;

export const FRAGMENT = `#version 300 es
precision highp float;
in vec2 at;
in vec2 spot;
uniform sampler2D blank;   // the bare garment, sRGB
uniform sampler2D light;   // square roots of direct, indirect and specular light over lightMax
uniform sampler2D print;   // premultiplied sRGB
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
  vec4 cloth = texture(blank, at);
  if (bare) { shown = vec4(cloth.rgb, 1.0); return; }
  vec4 ink = texture(print, spot);
  if (ink.a == 0.0) { shown = vec4(cloth.rgb, 1.0); return; }
  vec3 color = toLinear(min(ink.rgb / ink.a, 1.0)) * ink.a;
  vec3 root = texture(light, at).rgb;
  vec3 dig = root * root * lightMax * exposure;
  float fibre = 0.35 + 0.65 * clamp((own.r + own.g + own.b) / 3.0 / 0.6, 0.0, 1.0);
  vec3 lit = (1.0 - ink.a) * unshoulder(toLinear(cloth.rgb)) + color * (dig.r + own / albedo * dig.g) + 0.5 * ink.a * dig.b * fibre;
  shown = vec4(toSrgb(shoulder(lit)), 1.0);
}`;
