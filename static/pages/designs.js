// The gallery: the shop's ready designs by category, and the person's own. A card opens the studio with a copy.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { announce } from "../core/announce.js";
import * as api from "../core/api.js";
import { locale, t } from "../core/i18n.js";
import { picture } from "../ui/picture.js";
import { notice, openPage, wall } from "./frame.js";

/** @typedef {import("../types/api").ListedTemplate} Template */
/** @typedef {import("../types/api").ListedDesign} Kept */
/** @typedef {{category: string, garment: string, technique: string, words: string}} Wanted */

/** The category of the person's own designs. */
const OWN = "own";

void openPage(async (draw) => {
  const asked = new URLSearchParams(location.search);
  /** @type {Wanted} */
  let wanted = { category: asked.get("category") ?? "", garment: asked.get("garment") ?? "", technique: asked.get("technique") ?? "", words: asked.get("words") ?? "" };
  /** @type {{templates: Template[], own: Kept[], garments: any[], techniques: any[]} | null} */
  let shop = null;

  const load = async () => {
    try {
      const [templates, own, garments, techniques] = await Promise.all([api.catalogue.templates(), api.designs.list(), api.catalogue.garments(), api.catalogue.techniques()]);
      shop = { templates, own: own.designs, garments, techniques };
    } catch {
      shop = null;
    }
    draw();
  };
  await load();

  /** @param {Partial<Wanted>} change */
  const want = (change) => {
    wanted = { ...wanted, ...change };
    const said = new URLSearchParams(location.search);
    for (const [key, value] of Object.entries(wanted)) value ? said.set(key, value) : said.delete(key);
    history.replaceState(null, "", `${location.pathname}${said.size ? `?${said}` : ""}`);
    draw();
    const { ready, own } = found();
    announce(t("gallery.found", { count: ready.length + own.length }));
  };

  function found() {
    const { templates, own, techniques } = /** @type {NonNullable<typeof shop>} */ (shop);
    const nameOf = (/** @type {any[]} */ list, /** @type {string} */ id) => list.find((entry) => entry.id === id)?.name ?? id;
    const has = (/** @type {string[]} */ ...texts) => {
      const text = texts.join(" ").toLocaleLowerCase(locale());
      return wanted.words.toLocaleLowerCase(locale()).split(/\s+/).every((word) => text.includes(word));
    };
    const isReady = (/** @type {Template} */ one) =>
      (!wanted.category || one.category === wanted.category) && (!wanted.garment || one.garment === wanted.garment) && (!wanted.technique || one.technique === wanted.technique)
      && has(one.name, categoryName(one.category ?? ""), nameOf(techniques, one.technique), one.color.replaceAll("-", " "));
    // Of one's own the list tells the name only.
    const isOwn = !wanted.garment && !wanted.technique && ["", OWN].includes(wanted.category);
    return { ready: templates.filter(isReady), own: isOwn ? own.filter((one) => has(one.title)) : [] };
  }

  return () => ({ title: t("gallery.title"), content: shop ? gallery() : notice(t("page.failed"), t("page.failedText"), html`<button class="primary" @click=${load}>${t("failed.again")}</button>`) });

  function gallery() {
    const { templates, own, garments, techniques } = /** @type {NonNullable<typeof shop>} */ (shop);
    const categories = [...new Set(templates.map((one) => one.category ?? ""))].filter(Boolean).sort((a, b) => categoryName(a).localeCompare(categoryName(b), locale()));
    const shown = found();
    const isFiltered = Boolean(wanted.category || wanted.garment || wanted.technique || wanted.words.trim());
    const inTechniques = techniques.filter((one) => templates.some((template) => template.technique === one.id));
    return html`<div class="page-head"><h1>${t("gallery.title")}</h1><p>${t("gallery.text")}</p></div>
      <div class="filters" role="search" aria-label=${t("gallery.filter")}>
        <div class="segments" role="group" aria-label=${t("art.categories")}>${["", ...(own.length ? [OWN] : []), ...categories].map((id) => html`<button aria-pressed=${wanted.category === id} @click=${() => want({ category: id })}>${categoryName(id)}</button>`)}</div>
        <label class="field"><span>${t("gallery.words")}</span><input type="search" .value=${wanted.words} @input=${(/** @type {any} */ event) => want({ words: event.target.value })}></label>
        ${choice("garment", t("garment.kind"), garments)}${choice("technique", t("garment.technique"), inTechniques)}
      </div>
      ${shown.own.length ? section(t("gallery.own"), shown.own.map(ownCard)) : nothing}
      ${isFiltered
        ? shown.ready.length ? section(wanted.category ? categoryName(wanted.category) : t("gallery.ready"), cards(shown.ready)) : nothing
        : ["", ...categories].map((id) => {
          const these = shown.ready.filter((one) => (one.category ?? "") === id);
          return these.length ? section(id ? categoryName(id) : t("gallery.ready"), cards(these)) : nothing;
        })}
      ${shown.ready.length + shown.own.length === 0 ? html`<div class="nothing"><p>${t("gallery.none")}</p><button @click=${() => want({ category: "", garment: "", technique: "", words: "" })}>${t("gallery.all")}</button></div>` : nothing}`;
  }

  /** A choice among several; among one there is none. @param {"garment" | "technique"} key @param {string} label @param {any[]} list */
  function choice(key, label, list) {
    if (list.length < 2) return nothing;
    return html`<label class="field"><span>${label}</span><select @change=${(/** @type {any} */ event) => want({ [key]: event.target.value })}>
      <option value="" ?selected=${!wanted[key]}>${t("gallery.any")}</option>${list.map((one) => html`<option value=${one.id} ?selected=${wanted[key] === one.id}>${one.name}</option>`)}</select></label>`;
  }

  /** @param {string} title @param {unknown} list */
  function section(title, list) {
    return html`<section><h2>${title}</h2><ul class="gallery">${list}</ul></section>`;
  }

  /** @param {Template[]} list */
  function cards(list) {
    const { techniques } = /** @type {NonNullable<typeof shop>} */ (shop);
    return repeat(list, (one) => one.id, (one) => html`<li><a class="piece" href="/?template=${encodeURIComponent(one.id)}">${picture(`${one.previews[0]}?width=400&wall=${encodeURIComponent(wall())}`, { width: 400, height: 500 })}<b>${one.name}</b></a>
      <small>${techniques.find((known) => known.id === one.technique)?.name ?? one.technique}${one.fields.length ? html` · ${t("gallery.fields")}` : nothing}${one.previews.length > 1 ? html` · ${t("gallery.sides", { count: one.previews.length })}` : nothing}</small></li>`);
  }

  /** @param {Kept} one */
  function ownCard(one) {
    return html`<li><a class="piece" href="/?design=${one.id}">${picture(`${api.designs.picture(one.id, "front", 400)}&wall=${encodeURIComponent(wall())}`, { width: 400, height: 500 })}<b>${one.title}</b></a>
    <small>${new Intl.DateTimeFormat(locale(), { dateStyle: "medium" }).format(new Date(one.updated_at))} · <a href="/?copy=${one.id}" aria-label=${t("gallery.copyOf", { name: one.title })}>${t("gallery.copy")}</a></small></li>`;
  }
});

/** A shop's own category has no words but its name. @param {string} id @returns {string} */
function categoryName(id) {
  if (id === "") return t("art.all");
  const words = t(`gallery.category.${id}`);
  return words.startsWith("gallery.category.") ? id : words;
}
