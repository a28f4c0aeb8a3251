// The design in fewer inks: a card for each number of them; one that is chosen shows its plates above.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import * as api from "../core/api.js";
import { money, t } from "../core/i18n.js";
import { picture, askWith } from "../ui/picture.js";
import { nearWords } from "./press-plan.js";
import { inkName, number, swatch } from "./press-words.js";

/** @typedef {import("./press-job.js").Press} Press */
/**
 * @typedef {{inks: {name: string, color: string}[], open: string[], screens: number, flashes: number, matches?: {mean: number},
 *   pieces: number, per_piece?: number, total?: number, currency?: string, digits?: number, separation: string}} Rung
 */

/** @param {() => void} draw @param {() => Press} press */
export function createLadder(draw, press) {
  /** @type {AbortController | null} */
  let asking = null;
  const state = {
    /** @type {Rung[] | null} */
    rungs: null,
    hasFailed: false,
    isBusy: false,
  };
  // Pictures of this page are drawn of the design that goes with the question.
  askWith((address) => fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(press().state.saved?.document) }));

  async function ask() {
    asking?.abort();
    const mine = (asking = new AbortController());
    const { area, saved, options: { pieces } } = press().state;
    Object.assign(state, { isBusy: true, hasFailed: false });
    draw();
    try {
      const answer = await (await api.send(`/ladders${api.query({ area, pieces })}`, saved?.document, { signal: mine.signal })).json();
      state.rungs = answer.rungs;
    } catch (error) {
      if (mine.signal.aborted) return;
      state.rungs = null;
      // What cannot be separated at all is told above.
      state.hasFailed = !(error instanceof api.Refusal && error.status === 422);
    }
    if (asking !== mine) return;
    state.isBusy = false;
    draw();
  }

  /** @param {import("./press-paint.js").Job | null} job */
  function view(job) {
    if (!state.rungs?.length && !state.isBusy && !state.hasFailed) return nothing;
    return html`<section class="ladder" aria-labelledby="ladder-title" aria-busy=${state.isBusy}><h2 id="ladder-title">${t("press.ladder")}</h2><p class="hint">${t("press.ladderText")}</p>
      ${state.hasFailed ? html`<p class="note warn">${t("press.ladderFailed")} <button class="quiet" @click=${ask}>${t("failed.again")}</button></p>` : nothing}
      ${state.rungs ? html`<ul>${state.rungs.map((rung) => card(rung, job))}</ul>` : state.isBusy ? html`<p class="hint">${t("page.waiting")}</p>` : nothing}</section>`;
  }

  /** @param {Rung} rung @param {import("./press-paint.js").Job | null} job */
  function card(rung, job) {
    const { options, options: { inks: chosen } } = press().state;
    const asked = new URLSearchParams(rung.separation);
    const inks = asked.get("inks") ?? "";
    const isChosen = chosen === inks && options.method === "spot";
    const choose = (/** @type {MouseEvent} */ event) => {
      press().want(isChosen ? { inks: "", open: false } : { inks, open: asked.get("open") === "true", method: "spot" });
      // Whoever points looks for the plates; keys stay where they are.
      if (!isChosen && event.detail > 0) document.querySelector(".press")?.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    };
    const { per_piece: each, currency, digits, matches } = rung;
    return html`<li><button class="rung" aria-pressed=${isChosen} @click=${choose}>
      <span class="proof" .style=${job ? `aspect-ratio: ${job.box.width} / ${job.box.height}; background: ${job.plan.cloth}` : ""}>${shot(rung, job)}</span>
      <b>${t("press.inkCount", { count: rung.inks.length })}</b>
      <span class="inks-of">${rung.inks.map(({ name, color }) => html`<span>${swatch(color, "small")}<bdi>${inkName(press().state, name)}</bdi></span>`)}</span>
      <small>${t("press.screens", { count: rung.screens })}${matches ? html` · <span title=${t("press.plan.difference", { mean: number(matches.mean, 2) })}>${nearWords(matches.mean)}</span>` : nothing}</small>
      ${each === undefined || !currency ? nothing : html`<span class="rung-price">${t("press.eachShort", { amount: money(each, currency, digits) })}</span>`}</button></li>`;
  }

  /** The part of the proof that is printed on. @param {Rung} rung @param {import("./press-paint.js").Job | null} job */
  function shot(rung, job) {
    const address = `/api/v1/separations?${rung.separation}&answer=proof&dpi=72`;
    const drawn = picture(address, { width: job?.width ?? 1008, height: job?.height ?? 1296 });
    if (!job) return drawn;
    const { box, width, height } = job;
    return html`<span class="cut" .style=${`width: ${(width / box.width) * 100}%; left: ${(-box.x / box.width) * 100}%; top: ${(-box.y / box.height) * 100}%; aspect-ratio: ${width} / ${height}`}>${drawn}</span>`;
  }

  return { ask, view, state };
}
