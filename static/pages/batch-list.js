// The batches of the shop, the last brought first, and above them the place for the next file.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { announce } from "../core/announce.js";
import * as api from "../core/api.js";
import { numbers, t } from "../core/i18n.js";
import { createPages } from "../core/pages.js";
import { more } from "../ui/more.js";
import { comesLater, problemNote, problemOf, readWords } from "./batch-bring.js";
import { ENDINGS, MAKES, RULES, bytesWords, farWords, isOpen } from "./batch-words.js";
import { when } from "./frame.js";

/** @typedef {import("./batch-words.js").Batch} Batch */
/** @typedef {import("../core/pages.js").Pages<Batch>} List */

/** How often those that are made are looked at, ms, and how many of them. */
const LOOK_MS = 3000;
const LOOKED_AT = 5;
/** Of print files. @type {import("../types/api.js").BatchSpec["print_format"][]} */
const FORMATS = ["png", "tiff", "pdf", "svg"];
/** Whose rules there are. */
const SPORTS = ["basketball", "basketball-high-school", "football", "soccer"];
const DPI = { least: 10, most: 1200 };
/** Of gang sheets. */
const FILM_DPI = { least: 72, most: 600 };

/** @param {import("./shop-desk.js").Desk} desk @param {() => void} draw @param {import("./batch.js").Go} go @param {import("./batch-bring.js").Bring} carry @param {(batch: Batch) => void} take */
export function createBatchList(desk, draw, go, carry, take) {
  /** @type {List | null} */
  let list = null;
  /** @type {List | null} */
  let coming = null;
  let isShown = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const form = {
    /** @type {File | null} */
    file: null,
    make: new Set(["preview", "artwork"]), format: FORMATS[0], dpi: "300", accept: /** @type {Set<string>} */ (new Set()), sport: "", isOver: false,
    /** The field that something is wrong with, and what. @type {{at: string, problem: import("./batch-bring.js").Problem} | null} */
    wrong: null,
    /** @type {AbortController | null} */
    sending: null,
  };

  const film = comesLater(async () => (await import("./batch-film.js")).createFilm(), draw);
  const onFilm = () => (form.make.has("gang") ? film() : undefined);

  async function load() {
    clearTimeout(timer);
    /** @type {List} */
    const next = createPages((page) => desk.get(`/batches${api.query(page)}`), "batches", draw);
    coming = next;
    // The list stands until the next one is there.
    list ??= next;
    await next.more();
    if (coming !== next) return;
    [list, coming] = [next, null];
    draw();
    watch();
  }

  function watch() {
    clearTimeout(timer);
    if (isShown && list?.items.some(({ progress }) => isOpen(progress))) timer = setTimeout(look, LOOK_MS);
  }

  async function look() {
    const mine = list;
    const open = mine?.items.filter(({ progress }) => isOpen(progress)).slice(0, LOOKED_AT) ?? [];
    if (!mine || document.hidden) return watch();
    for (const { id } of open) {
      /** @type {Batch | null} */
      const next = await desk.get(`/batches/${id}`).catch((error) => (error instanceof api.Refusal && error.status === 404 ? mine.drop(id) : null));
      if (next) mine.items = mine.items.map((one) => (one.id === id ? next : one));
    }
    if (mine !== list) return;
    draw();
    watch();
  }

  /** @param {File | undefined} file */
  function choose(file) {
    if (!file) return;
    form.file = file;
    form.wrong = isTable(file) ? null : wrong("file", t("batch.wrongKind"));
    if (form.wrong) announce(form.wrong.problem.text, "assertive");
    draw();
  }

  const isTable = (/** @type {File} */ file) => ENDINGS.some((ending) => file.name.toLowerCase().endsWith(ending));
  const wrong = (/** @type {string} */ at, /** @type {string} */ text) => ({ at, problem: { text, detail: "" } });

  const looked = () => {
    const dpi = Number(form.dpi);
    const range = form.make.has("gang") ? FILM_DPI : DPI;
    if (!form.file) return wrong("file", t("batch.noFile"));
    if (!isTable(form.file)) return wrong("file", t("batch.wrongKind"));
    if (form.make.size === 0) return wrong("make", t("batch.noMake"));
    if (!(dpi >= range.least && dpi <= range.most)) return wrong("dpi", t("batch.wrongDpi", range));
    const bad = onFilm()?.wrong();
    return bad ? wrong(...bad) : null;
  };

  async function bring(/** @type {Event} */ event) {
    event.preventDefault();
    if (form.sending) return;
    form.wrong = looked();
    if (form.file && !form.wrong) {
      form.sending = new AbortController();
      draw();
      try {
        const batch = await carry.send(form.file, { make: MAKES.filter((what) => form.make.has(what)), print_format: form.format, dpi: Number(form.dpi), accept: [...form.accept], sport: form.sport, film: onFilm()?.value() }, {}, form.sending.signal);
        form.file = null;
        take(batch);
        announce(readWords(batch));
        go({ batch: batch.id });
      } catch (error) {
        if (/** @type {Error} */ (error).name !== "AbortError") form.wrong = { at: "sent", problem: problemOf(error) };
      }
      form.sending = null;
    }
    draw();
    if (!form.wrong) return;
    announce(form.wrong.problem.text, "assertive");
    const { at } = form.wrong;
    /** @type {() => HTMLElement | null} */
    const field = () => document.getElementById(`batch-${at}`) ?? document.querySelector(`[aria-describedby="batch-${at}-wrong"] input`) ?? document.getElementById("batch-file");
    requestAnimationFrame(() => requestAnimationFrame(() => field()?.focus()));
  }

  /** @param {boolean} isOver */
  const over = (isOver) => (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    if (form.isOver === isOver) return;
    form.isOver = isOver;
    draw();
  };
  /** @param {Set<string>} set @param {string} what */
  const toggle = (set, what) => (/** @type {any} */ event) => {
    set[event.target.checked ? "add" : "delete"](what);
    draw();
  };

  return {
    open() {
      isShown = true;
      void load();
    },
    close() {
      isShown = false;
      clearTimeout(timer);
      form.sending?.abort();
    },
    view: () => ({ title: t("shop.part.batches"), content: html`<div class="page-head"><h1>${t("shop.part.batches")}</h1><p>${t("batch.text")}</p></div>
      ${newOne()}
      <section aria-label=${t("batch.last")}><div class="head-row"><h2>${t("batch.last")}</h2><button aria-busy=${coming !== null} @click=${load}>${t("shop.refresh")}</button></div>${rows()}</section>` }),
  };

  function newOne() {
    const { file, wrong, sending } = form;
    const note = (/** @type {string} */ at) => (wrong?.at === at ? problemNote(wrong.problem, `batch-${at}-wrong`) : nothing);
    const isWrong = wrong?.at === "file" || wrong?.at === "sent";
    return html`<form class="bring" aria-label=${t("batch.new")} novalidate @submit=${bring}><h2>${t("batch.new")}</h2>
      <div><div class="drop ${form.isOver ? "over" : ""}" @dragover=${over(true)} @dragleave=${over(false)} @drop=${(/** @type {DragEvent} */ event) => {
        over(false)(event);
        choose(event.dataTransfer?.files[0]);
      }}><b>${file ? html`<bdi>${file.name}</bdi>` : t("batch.pick")}</b><span>${file ? html`${bytesWords(file.size)} · ${t("batch.pickOther")}` : t("batch.kinds")}</span>
        <input id="batch-file" class="cover" type="file" accept=${ENDINGS.join()} aria-label=${t("batch.pick")} aria-invalid=${isWrong ? "true" : nothing} aria-describedby=${isWrong ? `batch-${wrong?.at}-wrong` : nothing}
          @change=${(/** @type {any} */ event) => {
            choose(event.target.files[0]);
            // The same file can be chosen once more, when it was changed.
            event.target.value = "";
          }}></div>${note("file")}</div>
      <div><fieldset class="makes" aria-describedby=${wrong?.at === "make" ? "batch-make-wrong" : nothing}><legend>${t("batch.make")}</legend>${MAKES.map((what) => html`<label class="check"><input id="batch-make-${what}" type="checkbox" .checked=${form.make.has(what)} @change=${toggle(form.make, what)}><span>${t(`batch.make.${what}`)}</span></label>`)}</fieldset>${note("make")}${onFilm()?.view(wrong?.at, note)}
      <details ?open=${wrong?.at === "dpi"}><summary>${t("batch.more")}</summary>
        <label class="field dpi"><span>${t("batch.format")}</span><select id="batch-format" aria-label=${t("batch.format")} @change=${(/** @type {any} */ event) => (form.format = event.target.value)}>${FORMATS.map((format) => html`<option value=${format} ?selected=${form.format === format}>${format.toUpperCase()}</option>`)}</select></label>
        <label class="field dpi"><span>${t("batch.dpi")}</span><input id="batch-dpi" type="number" inputmode="decimal" min=${DPI.least} max=${DPI.most} .value=${form.dpi} aria-invalid=${wrong?.at === "dpi" ? "true" : nothing} aria-describedby=${wrong?.at === "dpi" ? "batch-dpi-wrong" : nothing}
          @input=${(/** @type {any} */ event) => (form.dpi = event.target.value)}></label>${note("dpi")}
        <label class="field dpi"><span>${t("batch.sport")}</span><select id="batch-sport" @change=${(/** @type {any} */ event) => (form.sport = event.target.value)}>${["", ...SPORTS].map((sport) => html`<option value=${sport} ?selected=${form.sport === sport}>${t(`batch.sport.${sport || "none"}`)}</option>`)}</select></label>
        <fieldset class="makes"><legend>${t("batch.accept")}</legend>${RULES.map((rule) => html`<label class="check"><input type="checkbox" .checked=${form.accept.has(rule)} @change=${toggle(form.accept, rule)}><span>${t(`batch.rule.${rule}`)}</span></label>`)}</fieldset></details></div>
      <div class="send">${note("sent")}
      <p class="ways"><button class="primary" aria-busy=${sending !== null}>${t(sending ? "batch.reading" : "batch.read")}</button>${sending ? html`<button type="button" @click=${() => sending.abort()}>${t("batch.callOff")}</button>` : nothing}</p></div></form>`;
  }

  function rows() {
    if (!list || (list.isComing && list.items.length === 0)) return html`<p class="waiting" role="status">${t("page.waiting")}</p>`;
    if (list.items.length === 0 && !list.hasFailed) return html`<div class="nothing"><p>${t("batch.none")}</p></div>`;
    return html`<ul class="docket batches">${repeat(list.items, ({ id }) => id, row)}</ul>${more(list)}`;
  }
}

/** @param {Batch} batch */
function row({ id, name, progress, summary, created_at }) {
  const { state } = progress;
  return html`<li><a class="batch-row" href="/shop.html?batch=${id}">
    <span class="c-who"><b dir="auto">${name}</b><small>${when(created_at)}</small></span>
    <span>${t("batch.rowsFound", { count: summary.rows })}${summary.refused ? html`<small>${t("batch.refusedShort", { count: numbers({}).format(summary.refused) })}</small>` : nothing}</span>
    <span class="c-far">${state === "ready" ? nothing : html`<small>${farWords(progress)}</small>`}</span>
    <span class="c-state"><span class="stamp" data-state=${state}>${t(`batch.state.${state}`)}</span></span></a></li>`;
}
