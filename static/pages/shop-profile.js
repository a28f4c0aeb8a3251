// The shop's profile: the commonest things in fields, everything else as text; what the service refuses is told in place.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { announce } from "../core/announce.js";
import * as api from "../core/api.js";
import { t } from "../core/i18n.js";
import { notice } from "./frame.js";
import { told } from "./shop-desk.js";
import { gather, restOf, spread } from "./shop-draft.js";
import { formOf } from "./shop-form.js";

/** @typedef {import("./shop-draft.js").Draft} Draft */
/** @typedef {import("../types/api").ShopDetail} Detail */
/** @typedef {{inks: import("../types/api").InkSummary[], garments: {id: string, name: string}[], techniques: {id: string, name: string}[]}} Catalogue */

/** @param {import("./shop-desk.js").Desk} desk @param {() => void} draw */
export function createProfile(desk, draw) {
  /** @type {Detail | null} */
  let detail = null;
  /** @type {Draft} */
  let draft;
  /** The draft as it came, to tell whether anything was typed. */
  let pristine = "";
  /** @type {Catalogue} */
  let catalogue = { inks: [], garments: [], techniques: [] };
  /** @type {{failed: string, problem: string, problems: import("./shop-draft.js").Problem[], isBusy: boolean, isStale: boolean}} */
  const state = { failed: "", problem: "", problems: [], isBusy: false, isStale: false };
  const isChanged = () => detail !== null && JSON.stringify(draft) !== pristine;
  addEventListener("beforeunload", (event) => isChanged() && desk.key && event.preventDefault());

  async function load() {
    state.failed = "";
    draw();
    try {
      const [next, inks, garments, techniques] = await Promise.all([/** @type {Promise<Detail>} */ (desk.get("/shop")), api.catalogue.inks(), api.catalogue.garments(), api.catalogue.techniques()]);
      catalogue = { inks, garments, techniques };
      take(next);
    } catch (error) {
      if (detail) state.problem = told(error);
      else state.failed = told(error);
    }
    draw();
  }

  /** @param {Detail} next */
  function take(next) {
    detail = next;
    draft = spread(/** @type {import("../types/api").ShopProfile} */ (next.profile));
    pristine = JSON.stringify(draft);
    Object.assign(state, { problem: "", problems: [], isStale: false });
  }

  /** @param {boolean} [isOver] over what somebody else has saved meanwhile */
  async function save(isOver = false) {
    if (!detail || state.isBusy) return;
    const { document, problems } = gather(draft, t);
    Object.assign(state, { problem: "", problems, isStale: false });
    if (problems.length === 0) {
      state.isBusy = true;
      draw();
      try {
        const revision = isOver ? /** @type {Detail} */ (await desk.get("/shop")).revision : detail.revision;
        take(await desk.send("PUT", "/shop", document, { "if-match": `"${revision}"` }));
        announce(t("shop.saved"));
      } catch (error) {
        if (error instanceof api.Refusal) {
          state.problems = error.errors;
          state.isStale = error.status === 412;
        }
        if (!state.isStale && state.problems.length === 0) state.problem = told(error);
      }
      state.isBusy = false;
    }
    draw();
    tell();
  }

  /** Says what is wrong, and goes there. */
  function tell() {
    const words = state.isStale ? t("shop.stale") : state.problem || (state.problems.length ? t("shop.refused", { count: state.problems.length }) : "");
    if (!words) return;
    announce(words, "assertive");
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const first = /** @type {HTMLElement | null} */ (window.document.querySelector(".profile [aria-invalid=true]"));
      first?.focus({ preventScroll: true });
      first?.scrollIntoView({ block: "center" });
    }));
  }

  const edit = {
    get draft() {
      return draft;
    },
    get catalogue() {
      return catalogue;
    },
    get canWrite() {
      return desk.may("shop:write");
    },
    get problems() {
      return state.problems;
    },
    rest: () => restOf(draft),
    /** @param {Partial<Draft>} change @param {string} pointer what is said of it no longer holds; of rows, of all of them */
    set(change, pointer) {
      draft = { ...draft, ...change };
      state.problems = state.problems.filter((problem) => problem.pointer !== pointer && !(/^\/(breaks|rush|inks)$/.test(pointer) && problem.pointer.startsWith(pointer)));
      draw();
    },
  };

  return {
    /** What was typed stays while one looks elsewhere. */
    open() {
      if (!isChanged()) void load();
    },
    view() {
      const title = t("shop.part.profile");
      if (!detail && state.failed) return { title, content: notice(t("page.failed"), state.failed, html`<button class="primary" @click=${load}>${t("failed.again")}</button>`) };
      if (!detail) return { title, content: html`<p class="waiting" role="status">${t("page.waiting")}</p>` };
      return { title, content: html`<div class="page-head"><h1>${title}</h1><p>${t("shop.profileText")}</p></div>
        ${edit.canWrite ? nothing : html`<p class="note">${t("shop.mayNotWrite")} <code dir="ltr">shop:write</code></p>`}
        <form class="profile" novalidate @submit=${(/** @type {Event} */ event) => {
          event.preventDefault();
          void save();
        }}>${formOf(edit)}${edit.canWrite ? foot(/** @type {Detail} */ (detail)) : nothing}</form>` };
    },
  };

  /** @param {Detail} detail */
  function foot({ revision }) {
    const { problem, problems, isStale, isBusy } = state;
    const hasChanged = isChanged();
    return html`<footer class="save-bar">
      ${isStale ? html`<div class="note warn"><p>${t("shop.stale")}</p><p class="ways"><button type="button" @click=${load}>${t("shop.takeTheirs")}</button> <button type="button" @click=${() => save(true)}>${t("shop.saveOver")}</button></p></div>` : nothing}
      ${problem ? html`<p class="note error" dir="auto">${problem}</p>` : problems.length ? html`<p class="note error">${t("shop.refused", { count: problems.length })}</p>` : nothing}
      <div class="ways"><span class="hint">${hasChanged ? t("shop.unsaved") : revision ? t("shop.inForce", { number: revision }) : t("shop.shipped")}</span>
        ${hasChanged ? html`<button type="button" ?disabled=${isBusy} @click=${load}>${t("shop.takeBack")}</button>` : nothing}
        <button class="primary" aria-busy=${isBusy} ?disabled=${isBusy || !hasChanged}>${isBusy ? t("page.waiting") : t("shop.save")}</button></div></footer>`;
  }
}
