// The fonts: typed to find, arrows try them on the garment, Enter keeps, Escape gives the old one back.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { find, update } from "../core/design.js";
import { locale, t } from "../core/i18n.js";
import { SAMPLE_MM, ownWords } from "../core/samples.js";
import { select } from "../ui/field.js";

/** @type {{layer: string, query: string, before: any, top: number} | null} what is open, and how far it is scrolled, CSS px */
let open = null;
/** The height of a font in the list, as parts.css has it, and how many are drawn from the first that is seen. */
const ROW_PX = 60;
const DRAWN = 9;

/** Scripts by the codes that fonts list them under. @type {[string, RegExp][]} */
const SCRIPTS = [
  ["Latn", /\p{Script=Latin}/u], ["Cyrl", /\p{Script=Cyrillic}/u], ["Grek", /\p{Script=Greek}/u], ["Arab", /\p{Script=Arabic}/u], ["Hebr", /\p{Script=Hebrew}/u],
  ["Deva", /\p{Script=Devanagari}/u], ["Thai", /\p{Script=Thai}/u], ["Jpan", /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u], ["Hang", /\p{Script=Hangul}/u],
];

/** Scripts of some words that a font does not have. @param {any} font @param {string} words */
const lacking = (font, words) => (font ? SCRIPTS.filter(([code, letters]) => !font.scripts.includes(code) && letters.test(words)).map(([code]) => code) : []);

/** @param {string[]} codes */
const scriptNames = (codes) => {
  const names = new Intl.DisplayNames(locale(), { type: "script", style: "long" });
  return new Intl.ListFormat(locale()).format(codes.map((code) => names.of(code) ?? code));
};

/** Tells which script the font does not have, and which font lends its letters. @param {import("../app.js").App} app @param {any} layer */
export function lentLetters(app, layer) {
  const words = app.outlines.of(layer)?.words ?? layer.text;
  const codes = lacking(app.fonts.find((/** @type {any} */ font) => font.family === familyOf(layer.font)), words);
  return codes.map((code) => {
    const lender = app.fonts.find((/** @type {any} */ font) => font.category === "fallback" && font.scripts.includes(code))?.family;
    return html`<p class="note">${t(lender ? "text.lent" : "text.lentBy", { font: familyOf(layer.font), script: scriptNames([code]), lender: lender ?? "" })}</p>`;
  });
}

/** @param {any} font */
const familyOf = (font) => (typeof font === "string" ? font : font.family);

/** @param {import("../app.js").App} app @param {any} layer */
export function fontPicker(app, layer) {
  const family = familyOf(layer.font);
  const known = app.fonts.find((/** @type {any} */ font) => font.family === family);
  const weight = typeof layer.font === "string" ? 400 : layer.font.weight ?? 400;
  const italic = typeof layer.font !== "string" && layer.font.italic === true;
  const isOpen = open?.layer === layer.id;
  const found = isOpen ? matching(app) : [];
  const words = isOpen ? ownWords(app, layer) : "";
  const from = Math.floor((open?.top ?? 0) / ROW_PX);
  return html`<div class="fonts">
    <label class="field"><span>${t("text.font")}</span>
      <input role="combobox" aria-expanded=${isOpen} aria-controls="font-list" aria-autocomplete="list" aria-activedescendant=${isOpen && found.some((/** @type {any} */ font) => font.family === family) ? `font-${slug(family)}` : nothing} autocomplete="off" ?disabled=${layer.locked}
        .value=${live(isOpen ? /** @type {any} */ (open).query : family)} placeholder=${family}
        @focus=${() => begin(app, layer)} @click=${() => begin(app, layer)} @blur=${(/** @type {FocusEvent} */ event) => leave(app, event)}
        @input=${(/** @type {any} */ event) => {
          begin(app, layer);
          /** @type {any} */ (open).query = event.target.value;
          app.plan();
        }}
        @keydown=${(/** @type {KeyboardEvent} */ event) => keys(app, event, layer)}>
      ${isOpen ? nothing : html`<i class="own-face" aria-hidden="true">${app.sample("font-own", { text: family, font: layer.font, size: SAMPLE_MM, fill: "#000000", emoji: "mono" })}</i>`}</label>
    ${isOpen ? html`<ul id="font-list" role="listbox" tabindex="-1" aria-label=${t("text.font")} @focusout=${(/** @type {FocusEvent} */ event) => leave(app, event)} @scroll=${(/** @type {any} */ event) => {
      if (open) open.top = event.target.scrollTop;
      app.plan();
    }}>${found.map((/** @type {any} */ font, /** @type {number} */ index) => html`<li id="font-${slug(font.family)}" role="option" aria-selected=${font.family === family} @pointerdown=${(/** @type {Event} */ event) => event.preventDefault()} @click=${() => {
      tryOn(app, layer, font.family);
      end(app, true);
    }}>${index >= from && index < from + DRAWN ? app.sample(`font-${font.family}`, { text: words, font: font.family, size: SAMPLE_MM, fill: "#000000", emoji: "mono" }) : nothing}
      <span>${font.family}</span><small>${lacking(font, words).length ? t("text.noScript", { script: scriptNames(lacking(font, words)) }) : favourite(app, font.family) ?? t(`font.${font.category}`)}</small></li>`)}${found.length === 0 ? html`<li class="none">${t("text.noFont")}</li>` : nothing}</ul>` : nothing}
    ${known && (known.weights.length > 1 || known.italic) ? html`<div class="two">
      ${known.weights.length > 1 ? select({ label: t("text.weight"), value: String(weight), options: known.weights.map((/** @type {number} */ one) => [String(one), t(`weight.${one}`)]), set: (value) => app.setLayer({ font: form(family, Number(value), italic) }, t("did.font")) }) : nothing}
      ${known.italic ? html`<label class="check"><input type="checkbox" .checked=${live(italic)} @change=${(/** @type {any} */ event) => app.setLayer({ font: form(family, weight, event.target.checked) }, t("did.font"))}><span>${t("text.italic")}</span></label>` : nothing}</div>` : nothing}
  </div>`;
}

/** Who chose a font for this colour: customers, or the shop's designers. @param {import("../app.js").App} app @param {string} family */
function favourite(app, family) {
  const found = app.tastes?.favourites("font").find(({ value }) => value === family);
  return found && t(found.isPopular ? "text.popular" : "text.pick", { color: app.colorName() });
}

/** The fonts that are like what is typed; where nothing is, the present one comes first, then those that go well on this colour. @param {import("../app.js").App} app @returns {any[]} */
function matching(app) {
  const first = !open || open.query ? [] : [familyOf(open.before), ...(app.tastes?.favourites("font") ?? []).map(({ value }) => value)];
  const rank = (/** @type {any} */ font) => (first.indexOf(font.family) + 1 || first.length + 1);
  return like(app).sort((a, b) => rank(a) - rank(b));
}

/** @param {import("../app.js").App} app @returns {any[]} */
const like = (app) => app.fonts.filter((/** @type {any} */ font) => `${font.family} ${font.category} ${font.scripts.join(" ")}`.toLowerCase().includes(open?.query.toLowerCase() ?? ""));

/** @param {string} family @param {number} weight @param {boolean} italic */
const form = (family, weight, italic) => (weight === 400 && !italic ? family : { family, ...(weight === 400 ? {} : { weight }), ...(italic ? { italic } : {}) });

/** @param {string} family */
const slug = (family) => family.toLowerCase().replace(/[^a-z0-9]+/g, "-");

/** @param {import("../app.js").App} app @param {any} layer */
function begin(app, layer) {
  if (open?.layer === layer.id) return;
  open = { layer: layer.id, query: "", before: layer.font, top: 0 };
  app.store.hold();
  app.plan();
  requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector('#font-list [aria-selected="true"]')?.scrollIntoView({ block: "nearest" })));
}

/** The list stays open while its field or it has the focus. @param {import("../app.js").App} app @param {FocusEvent} event */
const leave = (app, { relatedTarget }) => !(relatedTarget instanceof Element && relatedTarget.closest('#font-list, .fonts [role="combobox"]')) && end(app, true);

/** @param {import("../app.js").App} app @param {boolean} isKept */
function end(app, isKept) {
  if (!open) return;
  if (isKept && open.query.length > 2) app.tastes?.tell({ type: "search", query: open.query });
  open = null;
  if (isKept) app.store.release(t("did.font"));
  else app.store.abandon();
  app.plan();
}

/** @param {import("../app.js").App} app @param {any} layer @param {string} family */
const tryOn = (app, layer, family) => app.store.commit(update(app.store.state.design, [layer.id], { font: family }), t("did.font"));

/** Keys may come quicker than frames: they go by what is, not by what is drawn. @param {import("../app.js").App} app @param {KeyboardEvent} event @param {any} layer */
function keys(app, event, layer) {
  const found = matching(app);
  const family = familyOf((find(app.store.state.design, layer.id)?.layer ?? layer).font);
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) {
    event.preventDefault();
    if (open?.layer !== layer.id) return begin(app, layer);
    if (found.length === 0) return;
    const next = found[(found.findIndex((font) => font.family === family) + by + found.length) % found.length];
    tryOn(app, layer, next.family);
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(`font-${slug(next.family)}`)?.scrollIntoView({ block: "nearest" })));
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (open && open.query && found.length && !found.some((font) => font.family === family)) tryOn(app, layer, found[0].family);
    end(app, true);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    end(app, false);
    /** @type {HTMLElement} */ (event.target).blur();
  }
}
