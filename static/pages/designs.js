// The gallery: the shop's ready designs by category, and the person's own. A card opens the studio with a copy.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { announce } from "../core/announce.js";
import * as api from "../core/api.js";
import { locale, t } from "../core/i18n.js";
import { createPages } from "../core/pages.js";
import { techniqueName } from "../core/told.js";
import { more } from "../ui/more.js";
import { picture } from "../ui/picture.js";
import { feedRows } from "./feed.js";
import { notice, openPage, wall } from "./frame.js";

/** @typedef {import("../types/api").ListedTemplate} Template */
/** @typedef {import("../types/api").ListedDesign} Kept */
/** @typedef {{category: string, garment: string, technique: string, words: string}} Wanted */

/** The category of the person's own designs. */
const OWN = "own";
/** So many of their own designs are looked through at once. */
const SEARCHED = 1000;
/** So long the page waits for the rows that it begins with. */
const ROWS_MS = 800;

void openPage(async (draw) => {
  const asked = new URLSearchParams(location.search);
  /** @type {Wanted} */
  let wanted = { category: asked.get("category") ?? "", garment: asked.get("garment") ?? "", technique: asked.get("technique") ?? "", words: asked.get("words") ?? "" };
  /** @type {{templates: Template[], garments: any[], techniques: any[]} | null} */
  let shop = null;
  const own = createPages(api.designs.list, "designs", draw);
  const feed = feedRows(draw, { designs: () => own.items, templates: () => shop?.templates ?? [] });

  const isSearch = () => wanted.words.trim() !== "";
  /** What is looked for may lie beyond the first page. */
  const search = async () => {
    if (isSearch() && found().isOwn) await own.upTo(SEARCHED);
  };

  const load = async () => {
    try {
      const [templates, garments, techniques] = await Promise.all([api.catalogue.templates(), api.catalogue.garments(), api.catalogue.techniques(), own.more()]);
      shop = { templates, garments, techniques: techniques.map((one) => ({ ...one, name: techniqueName(one) })) };
      void search();
      // Rows that come later move what is beneath them: the page waits for them a little.
      await Promise.race([feed.load(), new Promise((resolve) => setTimeout(resolve, ROWS_MS))]);
    } catch {
      shop = null;
    }
    draw();
  };
  await load();

  /** @param {Partial<Wanted>} change */
  const want = async (change) => {
    wanted = { ...wanted, ...change };
    const said = new URLSearchParams(location.search);
    for (const [key, value] of Object.entries(wanted)) value ? said.set(key, value) : said.delete(key);
    history.replaceState(null, "", `${location.pathname}${said.size ? `?${said}` : ""}`);
    draw();
    await search();
    const { ready, mine } = found();
    announce(t("gallery.found", { count: ready.length + mine.length }));
  };

  function found() {
    const { templates, techniques } = /** @type {NonNullable<typeof shop>} */ (shop);
    const nameOf = (/** @type {any[]} */ list, /** @type {string} */ id) => list.find((entry) => entry.id === id)?.name ?? id;
    const has = (/** @type {string[]} */ ...texts) => {
      const text = texts.join(" ").toLocaleLowerCase(locale());
      return wanted.words.toLocaleLowerCase(locale()).split(/\s+/).every((word) => text.includes(word));
    };
    const isReady = (/** @type {Template} */ one) =>
      (!wanted.category || one.category === wanted.category) && (!wanted.garment || one.garment === wanted.garment) && (!wanted.technique || one.technique === wanted.technique)
      && has(one.name, categoryName(one.category ?? ""), nameOf(techniques, one.technique), one.color.replaceAll("-", " "), t(`color.${one.color}`));
    // Of one's own the list tells the name only.
    const isOwn = !wanted.garment && !wanted.technique && ["", OWN].includes(wanted.category);
    return { ready: templates.filter(isReady), isOwn, mine: isOwn ? own.items.filter((one) => has(one.title)) : [] };
  }

  return () => ({ title: t("gallery.title"), content: shop ? gallery() : notice(t("page.failed"), t("page.failedText"), html`<button class="primary" @click=${load}>${t("failed.again")}</button>`) });

  function gallery() {
    const { templates, garments, techniques } = /** @type {NonNullable<typeof shop>} */ (shop);
    const categories = [...new Set(templates.map((one) => one.category ?? ""))].filter(Boolean).sort((a, b) => categoryName(a).localeCompare(categoryName(b), locale()));
    const shown = found();
    // What a search has not come to yet may be there, too.
    const isFurther = shown.isOwn && !own.isComplete;
    const rest = isSearch()
      ? html`${more(own, () => own.upTo(own.items.length + SEARCHED))}${isFurther && !own.isComing && !own.hasFailed ? html`<p class="hint">${t("gallery.searched", { number: own.items.length })}</p>` : nothing}`
      : more(own);
    const isFiltered = Boolean(wanted.category || wanted.garment || wanted.technique || wanted.words.trim());
    const inTechniques = techniques.filter((one) => templates.some((template) => template.technique === one.id));
    return html`<div class="page-head"><h1>${t("gallery.title")}</h1><p>${t("gallery.text")}</p></div>
      <div class="filters" role="search" aria-label=${t("gallery.filter")}>
        <div class="segments" role="group" aria-label=${t("art.categories")}>${["", ...(own.items.length ? [OWN] : []), ...categories].map((id) => html`<button aria-pressed=${wanted.category === id} @click=${() => want({ category: id })}>${categoryName(id)}</button>`)}</div>
        <label class="field"><span>${t("gallery.words")}</span><input type="search" .value=${wanted.words} @input=${(/** @type {any} */ event) => want({ words: event.target.value })}></label>
        ${choice("garment", t("garment.kind"), garments)}${choice("technique", t("garment.technique"), inTechniques)}
      </div>
      ${isFiltered ? nothing : feed.rows()}
      ${shown.mine.length || isFurther ? section(t("gallery.own"), repeat(shown.mine, (one) => one.id, ownCard), rest) : nothing}
      ${isFiltered
        ? shown.ready.length ? section(wanted.category ? categoryName(wanted.category) : t("gallery.ready"), cards(shown.ready)) : nothing
        : ["", ...categories].map((id) => {
          const these = shown.ready.filter((one) => (one.category ?? "") === id);
          return these.length ? section(id ? categoryName(id) : t("gallery.ready"), cards(these)) : nothing;
        })}
      ${shown.ready.length + shown.mine.length === 0 && !isFurther ? html`<div class="nothing"><p>${t("gallery.none")}</p><button @click=${() => want({ category: "", garment: "", technique: "", words: "" })}>${t("gallery.all")}</button></div>` : nothing}`;
  }

  /** A choice among several; among one there is none. @param {"garment" | "technique"} key @param {string} label @param {any[]} list */
  function choice(key, label, list) {
    if (list.length < 2) return nothing;
    return html`<label class="field"><span>${label}</span><select @change=${(/** @type {any} */ event) => want({ [key]: event.target.value })}>
      <option value="" .selected=${live(!wanted[key])}>${t("gallery.any")}</option>${list.map((one) => html`<option value=${one.id} .selected=${live(wanted[key] === one.id)}>${one.name}</option>`)}</select></label>`;
  }

  /** @param {string} title @param {unknown} list @param {unknown} [rest] */
  function section(title, list, rest = nothing) {
    return html`<section><h2>${title}</h2><ul class="gallery">${list}</ul>${rest}</section>`;
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
