// Ready designs to start from: each says why it is shown. The one that is chosen takes in the person's own words and
// pictures where it has places for them, as one step to undo.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import * as api from "../core/api.js";
import { walk } from "../core/design.js";
import { locale, t } from "../core/i18n.js";
import { about, usualPart, wholeWidth } from "../core/part.js";
import { ownParts, partsOf, roomFor, styleOf, withOwn } from "../core/ready.js";
import { technique } from "../core/told.js";
import { picture } from "../ui/picture.js";
import { looksStrip } from "./looks.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../core/design.js").Design} Design */

/** @type {{id: string, name: string, previews: string[], design: Design}[] | null} */
let ready = null;
/** Words and pictures that came with ready designs. @type {Set<string>} */
const foreign = new Set();

/** @param {App} app */
async function load(app) {
  ready = [];
  try {
    const list = await api.catalogue.templates();
    ready = await Promise.all(list.map(async (/** @type {any} */ one) => ({ ...one, design: await api.template(one.id) })));
    for (const { design } of ready ?? []) for (const part of partsOf(design)) foreign.add(part);
    foreign.add(t("text.sample"));
    app.plan();
  } catch {
    ready = null;
  }
}

/** Why a ready design is shown, from what the page knows. @param {App} app @param {Design} design @param {import("../core/ready.js").Own} own @returns {string[]} */
function reasons(app, design, own) {
  const mine = app.store.state.design;
  const room = roomFor(design, own);
  const [style, theirs] = [styleOf(mine), styleOf(design)];
  const isMeant = own.texts.length > 0;
  const font = isMeant && [...style.fonts].find((one) => theirs.fonts.has(one));
  const ink = isMeant && [...style.inks].find((one) => theirs.inks.has(one) || [...theirs.inks].some((other) => app.hex(other) === app.hex(one)));
  return [
    room.texts ? t("ideas.texts", { count: room.texts }) : "",
    room.pictures ? t("ideas.pictures", { count: room.pictures }) : "",
    room.codes ? t("ideas.code") : "",
    design.garment === mine.garment && design.color === mine.color ? t("ideas.color", { color: app.colorName() }) : "",
    font ? t("ideas.font", { font }) : "",
    ink ? t("ideas.ink", { ink: app.paintName(ink) }) : "",
    design.technique === mine.technique ? t("ideas.technique", { name: technique(app, mine.technique) }) : "",
  ].filter(Boolean);
}

/** What a ready design is, where nothing joins it with the present one. @param {App} app @param {Design} design */
const plainly = (app, design) => t("ideas.plain", { name: technique(app, design.technique) });

/** Three of different kinds, for whoever has not begun. @type {any[] | null} */
let first = null;

/** @param {App} app */
async function loadFirst(app) {
  first = [];
  // Without the service there are none, and nobody asks again at each drawing.
  const list = await api.catalogue.templates().catch(() => []);
  /** @type {Map<string, any>} */
  const kinds = new Map();
  for (const one of list) if (!kinds.has(one.category ?? "")) kinds.set(one.category ?? "", one);
  first = [...kinds.values()].slice(0, 3);
  app.plan();
}

/** A card's width at most, CSS px. */
const CARD_PX = 124;

/** The print of a ready design, large. @param {string} preview @param {string[]} areas @param {string} wall */
function shown(preview, areas, wall) {
  const part = usualPart(areas);
  return about(part, picture(`${preview}?width=${wholeWidth(part, CARD_PX)}&wall=${wall}`));
}

/** While there is nothing of the person's own. @param {App} app */
export function starters(app) {
  const all = [...walk(app.store.state.design)];
  if (all.length > 1 || all.some(({ layer }) => layer.text !== t("text.sample"))) return nothing;
  if (first === null) void loadFirst(app);
  if (!first?.length) return nothing;
  const wall = encodeURIComponent(app.wall());
  return html`<section class="starters" aria-label=${t("ideas.title")}><div class="cards">${first.map(({ id, name, previews, areas }) => html`<button class="card" @click=${() => void api.template(id).then((design) => take(app, name, design, { texts: [], pictures: [], codes: [], fields: [] }), (error) => app.say(error.message))}>${shown(previews[0], areas, wall)}<span>${name}</span></button>`)}</div>
    <button class="quiet" @click=${() => app.store.set({ panel: "ideas" })}>${t("ideas.more")}</button></section>`;
}

/** @param {App} app */
export function ideasPanel(app) {
  if (ready === null) void load(app);
  const own = ownParts(app.store.state.design, foreign);
  const wall = encodeURIComponent(app.wall());
  const list = new Intl.ListFormat(locale(), { type: "unit", style: "long" });
  const cards = (ready ?? []).map((one) => ({ ...one, why: reasons(app, one.design, own) })).sort((a, b) => b.why.length - a.why.length);
  return html`${looksStrip(app)}<h2>${t("ideas.title")}</h2><p class="hint">${t("ideas.hint")}</p>
    <div class="cards">${cards.map(({ name, previews, design, why }) => html`<button class="card" @click=${() => take(app, name, design, own)}>
      ${shown(previews[0], design.placements.map(({ area }) => area), wall)}<span>${name}</span><small>${why.length ? list.format(why.slice(0, 2)) : plainly(app, design)}</small></button>`)}</div>`;
}

/** @param {App} app @param {string} name @param {Design} design @param {import("../core/ready.js").Own} own */
async function take(app, name, design, own) {
  await app.loadUploads(design);
  const room = roomFor(design, own);
  const isKept = room.texts + room.pictures + room.codes > 0;
  const isLess = room.texts < own.texts.length || room.pictures < own.pictures.length || room.codes < own.codes.length;
  await app.open({ ...withOwn(design, own, app.frames.aspect), name: design.name ?? name }, t("did.template"));
  app.say(t(!isKept ? "said.template" : isLess ? "said.templateSome" : "said.templateOwn", { name }), { label: t("undo"), run: () => app.commands.run("undo") });
}
