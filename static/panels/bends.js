// The shapes that words are bent to, each drawn with the words themselves.
// @ts-check
import { html } from "../vendor/lit-html/lit-html.js";
import { SAMPLE_MM, ownWords } from "../core/samples.js";
import { t } from "../core/i18n.js";
import { slider } from "../ui/field.js";

const WARPS = ["arc", "circle", "arch", "bridge", "wave", "flag", "rise", "bulge", "pinch", "trapezoid", "slant"];
/** What an amount of 100 is for bends whose letters stand on a circle, degrees. The others have no angle. */
const DEGREES = /** @type {Record<string, number>} */ ({ arc: 180, circle: 360 });
/** How far a shape is bent when it is chosen. */
const BENT = 40;
/** The shape of each text that was straightened: the slider goes on through nought. @type {Map<string, string>} */
const bentBefore = new Map();

/** The bends, each drawn with the words, and how far. @param {import("../app.js").App} app @param {any} layer */
export function bends(app, layer) {
  const words = ownWords(app, layer);
  const drawing = (/** @type {string} */ kind, /** @type {any} */ warp) => app.sample(`warp-${kind}`, { text: words, font: layer.font, size: SAMPLE_MM, tracking: layer.tracking, fill: "#000000", emoji: "mono", warp });
  const kind = layer.warp?.kind ?? bentBefore.get(layer.id) ?? "arc";
  const bend = (/** @type {string} */ next, /** @type {number} */ amount, /** @type {string} */ key) => {
    bentBefore.set(layer.id, next);
    app.setLayer({ warp: amount === 0 ? undefined : { kind: next, amount } }, t("did.shape"), key);
  };
  const full = DEGREES[kind] ?? 100;
  const value = Math.round(((layer.warp?.amount ?? 0) * full) / 100);
  return html`<h2>${t("text.shape")}</h2>
    <div class="shapes drawn" role="group" aria-label=${t("text.shape")}>
      <button aria-pressed=${!layer.warp} ?disabled=${layer.locked} @click=${() => bend(kind, 0, "")}>${drawing("none", undefined)}<span>${t("warp.none")}</span></button>
      ${WARPS.map((one) => html`<button aria-pressed=${layer.warp?.kind === one} ?disabled=${layer.locked} @click=${() => bend(one, layer.warp?.amount ?? BENT, "")}>${drawing(one, { kind: one, amount: one === "circle" ? 60 : BENT })}<span>${t(`warp.${one}`)}</span></button>`)}
    </div>
    ${slider({ label: t("warp.amount"), isPhysical: true, disabled: layer.locked, value, least: -full, most: full, stop: 0, text: kind in DEGREES ? `${value}°` : `${value} %`, set: (next) => bend(kind, Number(((next * 100) / full).toFixed(3)), "warp") })}`;
}
