// Words: what they say, in which letters, in which ink, bent how.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { t } from "../core/i18n.js";
import { find } from "../core/design.js";
import { check, numberField, select, slider } from "../ui/field.js";
import { inkPicker } from "./inks.js";

/** The text layer that the panel edits: the chosen one. @param {import("../app.js").App} app */
const chosenText = (app) => {
  const found = find(app.store.state.design, app.store.state.selection[0] ?? "");
  return found?.layer.type === "text" ? found.layer : undefined;
};

/** @param {import("../app.js").App} app */
export function textPanel(app) {
  const layer = chosenText(app);
  const add = html`<button class="block ${layer ? "" : "primary"}" @click=${() => app.commands.run("text")}>${t(layer ? "text.another" : "text.add")}</button>`;
  if (!layer) return html`<h2>${t("text.title")}</h2>${add}<p class="hint">${t("text.hint")}</p>${app.rest?.starters(app)}`;
  const set = app.setLayer;
  const missing = app.outlines.of(layer)?.missing ?? [];
  const width = layer.fit_width !== undefined ? "fit" : layer.max_width !== undefined ? "wrap" : "free";
  return html`
    <h2>${t("text.title")}</h2>
    <label class="field"><span>${t("text.words")}</span><textarea id="words" rows="2" dir="auto" maxlength="2000" spellcheck="false" .value=${live(layer.text)} ?disabled=${layer.locked}
      @input=${(/** @type {any} */ event) => set({ text: event.target.value || " " }, t("did.words"), `words-${layer.id}`)}
      @keydown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
          event.preventDefault();
          event.stopPropagation();
          app.store.set({ editing: null });
          document.getElementById("overlay")?.focus();
        }
      }}></textarea></label>
    ${app.rest?.starters(app)}
    ${add}
    ${missing.length ? html`<p class="note warn">${t("text.missing", { letters: missing.join(" "), font: app.fontName(layer) })}</p>` : nothing}
    ${app.rest?.fontPicker(app, layer) ?? html`<div class="fonts"></div>`}
    ${app.rest?.lentLetters(app, layer)}
    <div class="segments physical" role="group" aria-label=${t("text.align")}>${["left", "center", "right"].map((align) => html`<button aria-pressed=${(layer.align ?? "center") === align} aria-label=${t(`text.align.${align}`)} @click=${() => set({ align }, t("did.alignText"))}>${t(`text.align.${align}`)}</button>`)}
      <button @click=${() => set({ text: otherCase(layer.text) }, t("did.case"))} aria-label=${t("text.case")}>Aa</button></div>
    <h2>${t("ink")}</h2>
    ${inkPicker(app, { label: t("ink"), value: layer.fill, set: (fill) => set({ fill }, t("did.ink"), "ink") })}
    ${app.rest?.bends(app, layer)}
    <h2>${t("text.spacing")}</h2>
    ${slider({ label: t("text.tracking"), value: layer.tracking ?? 0, least: -100, most: 500, step: 5, set: (tracking) => set({ tracking: tracking || undefined }, t("did.spacing"), "tracking") })}
    ${layer.text.includes("\n") || width === "wrap" ? slider({ label: t("text.leading"), value: layer.leading ?? 1.2, least: 0.6, most: 2.5, step: 0.05, set: (leading) => set({ leading }, t("did.spacing"), "leading") }) : nothing}
    ${select({ label: t("text.width"), value: width, options: [["free", t("text.width.free")], ["wrap", t("text.width.wrap")], ["fit", t("text.width.fit")]], set: (kind) => {
      const now = Math.round(app.frames.box(layer).width * 10) / 10;
      set({ fit_width: kind === "fit" ? now : undefined, max_width: kind === "wrap" ? now : undefined }, t("did.width"));
    } })}
    ${width === "free" ? nothing : numberField({ label: t("text.width.value"), unit: app.unit(), value: layer.fit_width ?? layer.max_width, least: 1, most: 2000, set: (value) => set(width === "fit" ? { fit_width: value } : { max_width: value }, t("did.width")) })}
    ${numberField({ label: t("text.size"), unit: app.unit(), value: layer.size, least: 0.5, most: 1000, set: (size) => set({ size }, t("did.scale"), "size") })}
    ${/\p{Extended_Pictographic}/u.test(layer.text) ? check({ label: t("text.emojiInk"), value: layer.emoji === "mono", set: (is) => set({ emoji: is ? "mono" : undefined }, t("did.ink")) }) : nothing}
    ${app.rest?.effects(app, layer)}`;
}

/** UPPER, lower, Title, in turn. @param {string} text */
function otherCase(text) {
  if (text === text.toUpperCase() && text !== text.toLowerCase()) return text.toLowerCase();
  if (text === text.toLowerCase()) return text.replace(/(^|[\s-])(\p{L})/gu, (_, before, letter) => before + letter.toUpperCase());
  return text.toUpperCase();
}
