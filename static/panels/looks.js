// Looks: the person's own design in other styles. What the pointer or the focus is on is tried on the shirt; a click keeps
// it, as one step to undo.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { announce } from "../core/announce.js";
import { isLocked, update, walk } from "../core/design.js";
import { gone, keyOf as recipeOf, refuseHere } from "../core/gone.js";
import { suggestions } from "../core/mine.js";
import { about, wholeWidth } from "../core/part.js";
import { patched } from "../core/patch.js";
import { printPart, viewOf } from "../core/print-part.js";
import { madeFrom, namesOf, reasonsOf } from "../core/reasons.js";
import { t } from "../core/i18n.js";
import { icon } from "../ui/icons.js";
import { picture } from "../ui/picture.js";
import { bringStyles } from "../ui/styles.js";
import { openWhy, whyButton } from "../ui/why.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {any} Look */

const LOCKS = ["garment_color", "text_color", "font"];
/** After the last change of the design. */
const PAUSE_MS = 500;
const COUNT = 8;
/** That may be asked for. */
const MOST = 24;
/** The widest that a card's picture is, CSS px. */
const CARD_PX = 172;

bringStyles("/panels/looks.css");

/** @type {{design: any, key: string, looks: Look[], list: string, personal: boolean, present?: {wcag: number, apca: number}, part?: import("../core/part.js").Part, isTold?: boolean} | null} */
let shown = null;
/** @type {Set<string>} */
const locks = new Set();
let seed = 0;
/** What the looks should be like. @type {Look | null} */
let like = null;
let state = /** @type {"idle" | "asking" | "failed"} */ ("idle");
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {AbortController | null} */
let turn = null;
/** What is on the shirt for a moment. @type {{look: Look, end: () => void, design: any} | null} */
let tried = null;

/** What was refused on this page and told: until the service has heard of it. @type {Set<string>} */
const refused = new Set();

/** The last look that was kept, and what it was made of. @type {{design: any, of: any} | null} */
let kept = null;

/** What looks are made of. After a look it is the design before it, or letters would shrink from look to look. @param {App} app */
const source = ({ store: { state } }) => (kept?.design === state.design && !locks.size ? kept?.of : state.design);
/** What the list depends on. @param {App} app */
const keyOf = (app) => JSON.stringify([source(app), [...locks], seed, like?.recipe, app.tastes?.version]);

/** @param {App} app */
function ask(app) {
  if (app.store.isHeld || tried) return;
  const design = source(app);
  const key = keyOf(app);
  if (shown?.key === key || state === "asking") return;
  clearTimeout(timer);
  timer = setTimeout(() => void bring(app, design, key), shown ? PAUSE_MS : 0);
}

/** @param {App} app @param {any} design @param {string} key */
async function bring(app, design, key) {
  turn?.abort();
  turn = new AbortController();
  state = "asking";
  app.plan();
  try {
    leave(app);
    const out = new Set([...refused, ...gone()]);
    const answer = await suggestions({ mode: "restyle", document: design, lock: [...locks], seed, n: Math.min(MOST, COUNT + out.size), recent: app.tastes?.recent ?? [], ...(like && { like: like.recipe }) }, turn.signal);
    shown = { design, key, looks: answer.suggestions.filter((/** @type {any} */ one) => !out.has(recipeOf(one))).slice(0, COUNT), list: answer.list, personal: answer.personalised, present: answer.present };
    state = "idle";
  } catch (error) {
    if (/** @type {Error} */ (error).name !== "AbortError") state = "failed";
    if (state === "failed") shown = { design, key, looks: [], list: "", personal: false };
  }
  app.plan();
}

/** Letters that stand out less than this are hard to read, Lc of APCA. */
const FAINT = 45;

/** What can be read, if the present design is hard to read: on its own cloth, where there is such a look. @param {App} app @returns {Look | undefined} */
function better(app) {
  const { present, looks = [] } = shown ?? {};
  // A look that is tried on is not the present design: the line stays, and the cards where they are.
  if (!present || app.store.settled !== shown?.design || present.apca >= FAINT || app.tastes?.preferences?.notices.suggestion === false) return undefined;
  return looks.find(({ style }) => style.color === shown?.design.color) ?? looks[0];
}

/** Asks for looks although nobody looks at them: the name of what is read better than the present design, if that is hard to read. @param {App} app @returns {Promise<string | undefined>} */
export async function betterLook(app) {
  if (state === "asking" || app.store.isHeld || tried) return undefined;
  if (shown?.key !== keyOf(app)) await bring(app, source(app), keyOf(app));
  const best = better(app);
  return best && nameOf(app, best);
}

/** Puts a look on the shirt until it is left. @param {App} app @param {Look} look */
function tryOn(app, look) {
  if (tried?.look === look) return;
  leave(app);
  if (app.store.isHeld || source(app) !== shown?.design) return;
  const ends = app.tastes?.triesOn(look) ?? (() => {});
  app.store.hold();
  const design = patched(source(app), look.patch);
  tried = { look, end: ends, design };
  app.store.set({ design });
  announce(`${t("deed.view")}: ${nameOf(app, look)}`);
  watch(app);
}

let isWatching = false;

/** Takes a look off when the panel goes, and keeps it when somebody goes on with it, so that no edit is lost. @param {App} app */
function watch(app) {
  if (isWatching) return;
  isWatching = true;
  // Wherever the focus is: whoever points at a look has it elsewhere.
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !tried) return;
    event.stopPropagation();
    leave(app);
  }, true);
  app.store.subscribe((state) => {
    if (!tried) return;
    if (state.design !== tried.design) {
      tried.end();
      tried = null;
      if (app.store.isHeld) app.store.release(t("did.look"));
    } else if (state.panel !== "ideas" || state.dialog) leave(app);
  });
}

/** @param {App} app */
function leave(app) {
  if (!tried) return;
  tried.end();
  // Before the old design is back: it is no edit.
  tried = null;
  app.store.abandon();
}

/** @param {App} app @param {Look} look */
function keep(app, look) {
  leave(app);
  const of = source(app);
  if (of !== shown?.design) return;
  const name = nameOf(app, look);
  app.tastes?.tell({ type: "apply", recipe: look.recipe, of: look.id });
  app.store.commit(patched(of, look.patch), t("did.look"));
  kept = { design: app.store.state.design, of };
  app.say(t("said.look", { name }), { label: t("undo"), run: () => app.commands.run("undo") });
}

/** @param {App} app @param {Look} look */
function refuse(app, look) {
  leave(app);
  const [place, of] = [shown?.looks.indexOf(look) ?? 0, shown?.design];
  const [id, key] = [crypto.randomUUID(), recipeOf(look)];
  const isTold = app.tastes?.tell({ id, type: "dismiss", recipe: look.recipe, of: look.id });
  if (isTold) refused.add(key);
  else refuseHere(look);
  if (shown) shown = { ...shown, looks: shown.looks.filter((one) => one !== look) };
  const run = () => {
    if (isTold) app.tastes?.takeBack(id);
    refused.delete(key);
    refuseHere(look, false);
    // Unless others are shown by now.
    if (shown && !shown.looks.includes(look) && shown.design === of) shown = { ...shown, looks: shown.looks.toSpliced(place, 0, look) };
  };
  app.say(t(isTold ? "said.lookGone" : "feed.gone"), { label: t("undo"), run, stays: true });
  // The keys stay where the look was.
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const left = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".dress .wear"));
    (left[place] ?? left[left.length - 1])?.focus({ preventScroll: true });
  }));
}

/** Asks for looks like one, or for all kinds. @param {App} app @param {Look | null} look */
function liken(app, look) {
  leave(app);
  [like, seed] = [look, 0];
  app.plan();
  // The button that was pressed goes.
  requestAnimationFrame(() => requestAnimationFrame(() => (/** @type {HTMLElement | null} */ (document.querySelector(look ? ".looks .any" : ".looks .row button"))?.focus({ preventScroll: true }))));
}

/** @param {{id: string, name: string}[]} list @param {string} id */
const named = (list, id) => list.find((one) => one.id === id)?.name ?? id;

/** What it is made of, in a few words. @param {App} app @param {Look} look */
function nameOf(app, { style }) {
  return [named(app.garment().colorways, style.color), style.ink ? app.paintName(style.ink) : "", style.font ?? ""].filter(Boolean).join(" · ");
}

/** @param {App} app @param {string} lock */
const toggle = (app, lock) => {
  if (!locks.delete(lock)) locks.add(lock);
  seed = 0;
  app.plan();
};

/** @param {App} app @param {Look} look */
function card(app, look) {
  const list = /** @type {NonNullable<typeof shown>} */ (shown);
  const name = nameOf(app, look);
  const sentences = reasonsOf(namesOf(app), look);
  const view = viewOf(look.preview);
  const part = (list.part ??= printPart(list.design, view, { garment: app.garment(), manifest: app.manifest(view), frames: app.frames }));
  const why = (/** @type {HTMLElement} */ button) => {
    leave(app);
    openWhy(button, { sentences, owner: app.tastes, say: app.say, all: () => app.store.set({ dialog: "why" }) });
  };
  return html`<li class="card dress">
    <button class="wear" aria-label=${`${name}. ${sentences.join(" ")}`}
      @pointermove=${(/** @type {PointerEvent} */ event) => event.pointerType === "mouse" && tryOn(app, look)} @focus=${(/** @type {FocusEvent} */ event) => /** @type {Element} */ (event.target).matches(":focus-visible") && tryOn(app, look)} @blur=${() => leave(app)} @click=${() => keep(app, look)}>${about(part, picture(`${look.preview}?width=${wholeWidth(part, CARD_PX)}&fidelity=live&wall=${encodeURIComponent(app.wall())}`))}<span>${name}</span></button>
    <small>${sentences[0]}</small><div class="tools-row">${whyButton(name, why)}<button class="tiny" aria-label=${t("look.refuse", { name })} title=${t("look.notForMe")} @click=${() => refuse(app, look)}>${icon("close")}</button><button class="quiet whys alike" aria-label=${`${t("look.alike")}: ${name}`} @click=${() => liken(app, look)}>${t("look.alike")}</button></div></li>`;
}

/** No look is left: what would bring others back, each a button that does it. @param {App} app */
function none(app) {
  const { design } = app.store.state;
  const fixed = walk(design).filter((found) => found.layer.type === "text" && isLocked(found));
  const free = () => app.store.commit(update(design, fixed.flatMap(({ layer, parents }) => [layer, ...parents]).map(({ id }) => id), { locked: undefined }), t("did.unlock"));
  // The button that was pressed goes.
  const then = (/** @type {() => void} */ act) => () => {
    act();
    /** @type {HTMLElement | null} */ (document.querySelector(".looks .lock"))?.focus();
  };
  return html`<div class="note warn no-look" role="status"><p>${t(locks.size || fixed.length ? "look.none" : "look.noneAtAll")}</p>
    ${[...locks].map((lock) => html`<button @click=${then(() => toggle(app, lock))}>${icon("unlock")}${t("look.unlock", { what: t(`attribute.${lock}`) })}</button>`)}
    ${fixed.length ? html`<button @click=${then(free)}>${icon("unlock")}${t("look.unlockWords")}</button>` : nothing}</div>`;
}

/** The strip of looks. @param {App} app */
export function looksStrip(app) {
  const { design } = app.store.state;
  if (!design.placements.some((/** @type {any} */ one) => one.layers.length)) return nothing;
  ask(app);
  const looks = shown?.looks ?? [];
  if (shown && !shown.isTold) {
    shown.isTold = true;
    for (const look of looks) app.tastes?.tell({ type: "impression", recipe: look.recipe, of: look.id });
  }
  const best = better(app);
  const isOff = app.tastes?.preferences?.personalization === false;
  return html`<section class="looks" aria-label=${t("look.title")} aria-busy=${state === "asking"}>
    <h2>${t("look.title")}</h2><p class="hint">${t(matchMedia("(pointer: coarse)").matches ? "look.hintTouch" : "look.hint")}</p>
    <div class="locks" role="group" aria-labelledby="locks"><span id="locks">${t("look.locks")}</span>${LOCKS.map((lock) => html`<button class="quiet lock" aria-pressed=${locks.has(lock)} title=${t("look.lock", { what: t(`attribute.${lock}`) })} @click=${() => toggle(app, lock)}>${icon(locks.has(lock) ? "lock" : "unlock")}<span>${t(`attribute.${lock}`)}</span></button>`)}</div>
    ${best ? html`<p class="note warn">${t("look.better", { name: nameOf(app, best) })} <button class="quiet" @click=${() => keep(app, best)}>${t("look.take")}</button></p>` : nothing}
    ${like ? html`<p class="note">${t("look.alikeTo", { name: nameOf(app, like) })} <button class="quiet any" @click=${() => liken(app, null)}>${t("look.any")}</button></p>` : nothing}
    ${looks.length ? html`<ul class="cards" @pointerleave=${() => leave(app)}>${repeat(looks, ({ id }) => id, (look) => card(app, look))}</ul>`
    : shown?.key === keyOf(app) && state === "idle" ? none(app) : html`<p class="hint" role="status">${t(state === "failed" ? "look.failed" : "look.asking")}</p>`}
    <div class="row"><button class="quiet" @click=${() => {
      leave(app);
      seed += 1;
      app.plan();
    }}>${t("look.more")}</button><button class="quiet" @click=${() => app.store.set({ dialog: "why" })}>${t("look.why")}</button></div>
    ${looks.length === 0 ? nothing : html`<p class="note small">${isOff ? t("look.off") : madeFrom(looks, { isKnown: Boolean(shown?.personal), kind: app.tastes?.preferences?.kind })}</p>`}</section>`;
}
