// The press: how a saved design is printed by screens. Its plates lie on each other on a light table, each to be taken
// off; beside them what they take, below them the plan and the design in fewer inks.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { t } from "../core/i18n.js";
import { icon } from "../ui/icons.js";
import { notice, openPage } from "./frame.js";
import { createJob } from "./press-job.js";
import { flawsOf, printedWith } from "./press-flaws.js";
import { createLadder } from "./press-ladder.js";
import { optionsOf } from "./press-options.js";
import { onCloth, onFilm } from "./press-paint.js";
import { planOf } from "./press-plan.js";
import { platesOf } from "./press-plates.js";
import { areaWords, isDark, notesOf, plateName } from "./press-words.js";

/** @typedef {import("./press-job.js").Press} Press */
/** @typedef {import("./press-paint.js").Job} Job */

void openPage(async (draw) => {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  /** What is on the canvas. @type {unknown[]} */
  let painted = [];
  const press = createJob(draw, () => void ladder.ask());
  const ladder = createLadder(draw, () => press);
  const { state } = press;

  const open = async () => {
    await press.open();
    if (!state.problem) {
      press.ask(0);
      void ladder.ask();
    }
    draw();
  };
  await open();

  return () => {
    const toDesigns = html`<a class="button primary" href="/designs">${t("page.designs")}</a>`;
    if (state.problem === "gone") return { title: t("press.gone"), content: notice(t("press.gone"), t("press.goneText"), toDesigns) };
    if (state.problem === "empty") return { title: t("press.empty"), content: notice(t("press.empty"), t("press.emptyText"), html`<a class="button primary" href="/?design=${state.id}">${t("press.toStudio")}</a>`) };
    if (state.problem) return { title: t("page.failed"), content: notice(t("page.failed"), t("page.failedText"), html`<button class="primary" @click=${open}>${t("failed.again")}</button>`) };
    return { title: t("press.of", { title: state.saved?.title ?? "" }), content: page() };
  };

  function page() {
    const { saved, garment, job, isBusy } = state;
    const areas = press.areas();
    const color = garment?.colorways.find(({ id }) => id === saved?.document.color)?.name ?? saved?.document.color;
    if (job) paint(job);
    return html`<p class="way-back"><a href="/?design=${state.id}">${t("press.toStudio")}</a></p>
      <div class="page-head"><h1>${t("press.of", { title: saved?.title ?? "" })}</h1><p><bdi>${areaWords(state, state.area)}</bdi> · <bdi>${garment?.name ?? saved?.document.garment}, ${color}</bdi></p></div>
      ${areas.length > 1 ? html`<div class="segments areas" role="group" aria-label=${t("press.area")}>${areas.map((area) => html`<button aria-pressed=${area === state.area} @click=${() => press.visit(area)}>${areaWords(state, area)}</button>`)}</div>` : nothing}
      <div class="press"><section class="table" aria-label=${t("press.table")} aria-busy=${isBusy}>
          <div class="table-bar">${choice(t("press.view"), ["cloth", "film"], state.view, (view) => press.look({ view: /** @type {any} */ (view) }))}
            <span class="busy" role="status">${isBusy ? t("press.busy") : nothing}</span>
            ${choice(t("press.zoom"), ["fit", "full"], state.zoom, (zoom) => {
              press.look({ zoom: /** @type {any} */ (zoom) });
              requestAnimationFrame(() => requestAnimationFrame(center));
            })}</div>
          ${state.trouble ? trouble(state.trouble) : nothing}
          ${job ? html`<div class="light ${state.view} ${state.zoom}" tabindex=${state.zoom === "full" ? 0 : nothing} role=${state.zoom === "full" ? "group" : nothing} aria-label=${state.zoom === "full" ? t("press.zoomed") : nothing}>
            <div class="mat" .style=${`--cloth: ${job.plan.cloth}; --ratio: ${job.box.width / job.box.height}; --dots: ${job.box.width}px; --life: ${(job.box.width / job.plan.dpi) * 96}px; --mark: ${isDark(job.plan.cloth) ? "#fff" : "#000"}`}>${["a", "b", "c", "d"].map((corner) => html`<span class="reg ${corner}">${icon("mark")}</span>`)}${canvas}</div></div>`
            : html`<div class="light nothing-yet">${isBusy ? html`<p>${t("press.busy")}</p>` : icon("mark")}</div>`}
          ${job && state.view === "cloth" ? html`<details class="flaws"><summary>${t("press.flaws")}</summary><p class="hint">${t("press.flawsText")}</p>
            <div class="two">${flawsOf(state.flaws, (flaws) => press.look({ flaws }))}</div></details>` : nothing}
          ${job ? notesOf(state, job.plan.notes).map((note) => html`<p class="note warn"><bdi>${note}</bdi></p>`) : nothing}
        </section>
        <div class="side">${job ? platesOf(press, job) : nothing}${optionsOf(press)}</div></div>
      ${ladder.view(job)}${job ? planOf(state, job) : nothing}`;
  }

  /** At life size the middle is seen first. */
  function center() {
    const light = canvas.closest(".light");
    if (light) light.scrollTo((light.scrollWidth - light.clientWidth) / (getComputedStyle(light).direction === "rtl" ? -2 : 2), (light.scrollHeight - light.clientHeight) / 2);
  }

  /** @param {string} label @param {string[]} all @param {string} value @param {(value: string) => void} set */
  function choice(label, all, value, set) {
    return html`<span class="segments" role="group" aria-label=${label}>${all.map((one) => html`<button aria-pressed=${one === value} @click=${() => set(one)}>${t(`press.${one}`)}</button>`)}</span>`;
  }

  /** @param {import("./press-job.js").Trouble} trouble */
  function trouble({ text, hint, ways }) {
    const way = {
      process: () => press.want({ method: "process", inks: "", open: false }), index: () => press.want({ method: "index", inks: "", open: false }),
      again: () => press.ask(0), back: press.back, studio: () => {},
    };
    return html`<div class="note error"><p dir="auto"><b>${text}</b></p>${hint ? html`<p dir="auto">${hint}${ways.includes("process") && ladder.state.rungs?.length ? html` ${t("press.trouble.photoLadder")}` : nothing}</p>` : nothing}
      <p class="ways">${ways.map((one) => one === "studio" ? html`<a class="button" href="/?design=${state.id}">${t("press.toStudio")}</a>` : html`<button @click=${way[one]}>${t(`press.way.${one}`)}</button>`)}</p></div>`;
  }

  /** @param {Job} job */
  function paint(job) {
    const { shown, view, flaws } = state;
    const next = [job, shown, view, flaws];
    if (next.every((one, index) => one === painted[index])) return;
    painted = next;
    const { width, height } = job.box;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    // It is written dot by dot, and never by the graphics card.
    canvas.getContext("2d", { willReadFrequently: true })?.putImageData(view === "cloth" ? onCloth(printedWith(job, flaws), shown) : onFilm(job, shown), 0, 0);
    const names = job.plates.filter((_, index) => shown[index]).map((plate) => plateName(state, plate));
    canvas.setAttribute("aria-label", t(view === "cloth" ? "press.seenCloth" : "press.seenFilm", { plates: names.length ? names.join(", ") : t("press.noPlate") }));
  }
}, "press");
