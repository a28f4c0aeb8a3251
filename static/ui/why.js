// Why one suggestion is shown: a card at the button that asked, with its reasons and the switches that are turned most.
// Escape, a click elsewhere and the focus going on close it; the button has the focus again.
// @ts-check
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { t } from "../core/i18n.js";
import { check } from "./field.js";
import { icon } from "./icons.js";

/** @typedef {import("../core/tastes.js").Preferences} Preferences */
/** What it is about, and who looks. @typedef {{sentences: string[], owner: {preferences: Preferences | null, set: (change: Partial<Preferences>) => Promise<void>} | null, all: () => void, say: (text: string) => void, forget?: {label: string, run: () => void}}} Asked */

export const USES = /** @type {const} */ (["views", "saves", "orders", "searches"]);
/** From the window's edges, and the card's width. */
const ROOM_PX = 12;
const WIDTH_PX = 320;

/** @type {HTMLElement | null} */
let card = null;
/** @type {HTMLElement | null} */
let opener = null;

/** @param {HTMLElement} button @param {Asked} asked */
export function openWhy(button, asked) {
  close();
  opener = button;
  const box = (card = document.createElement("div"));
  Object.assign(box, { className: "why-card", tabIndex: -1 });
  for (const [name, value] of Object.entries({ popover: "auto", role: "dialog", "aria-labelledby": "why-card-title" })) box.setAttribute(name, value);
  box.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "closed") gone(box);
  });
  // Not before the focus is where it goes.
  box.addEventListener("focusout", ({ relatedTarget }) => void (relatedTarget && setTimeout(() => box.contains(document.activeElement) || (card === box && close()))));
  box.addEventListener("keydown", (event) => {
    // The stage has an Escape of its own.
    event.stopPropagation();
    if (event.key === "Escape") close();
  });
  draw(box, asked);
  document.body.append(box);
  button.setAttribute("aria-expanded", "true");
  box.showPopover();
  put(box, button);
  box.focus({ preventScroll: true });
}

function close() {
  const box = card;
  if (!box) return;
  if (box.matches(":popover-open")) box.hidePopover();
  gone(box);
}

/** @param {HTMLElement} box */
function gone(box) {
  if (!box.isConnected) return;
  const hadFocus = box.contains(document.activeElement) || document.activeElement === document.body;
  box.remove();
  if (card !== box) return;
  card = null;
  opener?.setAttribute("aria-expanded", "false");
  // A switch makes other cards: the first of them has the button then.
  if (hadFocus) (opener?.isConnected ? opener : /** @type {HTMLElement | null} */ (document.querySelector("[data-why]")))?.focus({ preventScroll: true });
}

/** Under the button, over it where there is more room; on a phone along the lower edge, by the style sheet. @param {HTMLElement} box @param {HTMLElement} button */
function put(box, button) {
  if (innerWidth < 600) return;
  const { left, right, top, bottom } = button.getBoundingClientRect();
  const isStart = getComputedStyle(box).direction === "rtl";
  const x = Math.max(ROOM_PX, Math.min(innerWidth - WIDTH_PX - ROOM_PX, isStart ? right - WIDTH_PX : left));
  const below = innerHeight - bottom - ROOM_PX;
  const isBelow = below >= Math.min(box.offsetHeight, top);
  Object.assign(box.style, { left: `${x + scrollX}px`, width: `${WIDTH_PX}px`, maxHeight: `${(isBelow ? below : top) - ROOM_PX}px` });
  box.style.top = `${scrollY + (isBelow ? bottom + 4 : top - 4 - box.offsetHeight)}px`;
}

/** @param {HTMLElement} box @param {Asked} asked */
function draw(box, asked) {
  const { sentences, owner, all, say, forget } = asked;
  const preferences = owner?.preferences;
  const set = (/** @type {Partial<Preferences>} */ change) => void owner?.set(change).then(() => say(t("said.preferences")), (error) => say(error.message)).finally(() => box.isConnected && draw(box, asked));
  const leave = (/** @type {() => void} */ then) => () => {
    close();
    then();
  };
  render(html`<div class="head"><h2 id="why-card-title">${t("why.this")}</h2><button class="tiny" aria-label=${t("close")} @click=${close}>${icon("close")}</button></div>
    <ul>${sentences.map((one) => html`<li>${one}</li>`)}</ul>
    ${preferences ? html`${check({ label: t("why.personal"), value: preferences.personalization, set: (personalization) => set({ personalization }) })}
      <fieldset ?disabled=${!preferences.personalization}><legend>${t("why.uses")}</legend>${USES.map((one) => check({ label: t(`why.use.${one}`), value: preferences.uses[one], set: (value) => set({ uses: { ...preferences.uses, [one]: value } }) }))}</fieldset>` : nothing}
    ${forget ? html`<button class="quiet" @click=${leave(forget.run)}>${forget.label}</button>` : nothing}
    <button class="quiet" @click=${leave(all)}>${t("why.all")}</button>`, box);
}

/** The button that asks. @param {string} name of what it is about @param {(button: HTMLElement) => void} open */
export const whyButton = (name, open) => html`<button class="quiet whys" data-why aria-haspopup="dialog" aria-expanded="false" aria-label=${t("why.of", { name })} @click=${(/** @type {any} */ event) => open(event.currentTarget)}>${t("why.short")}</button>`;
