// One batch: what is wrong with its rows, how its columns are understood, its first rows, and how far it is.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { announce } from "../core/announce.js";
import * as api from "../core/api.js";
import { numbers, t } from "../core/i18n.js";
import { comesLater, problemNote, problemOf, readWords } from "./batch-bring.js";
import { createColumns } from "./batch-columns.js";
import { findings, firstRows } from "./batch-rows.js";
import { canStream, saveArchive } from "./batch-save.js";
import { follow } from "./batch-watch.js";
import { bytesWords, farWords, isOpen, pace, paceWords } from "./batch-words.js";
import { notice, when } from "./frame.js";
import { told } from "./shop-desk.js";

/** @typedef {import("./batch-words.js").Batch} Batch */
/** @typedef {import("./batch-words.js").Progress} Progress */

/** Whether its files can be had. @param {Progress} progress */
const isMade = ({ state }) => state === "done" || state === "stopped";
/** Screen readers are told of every quarter. */
const QUARTERS = 4;

/** @param {import("./shop-desk.js").Desk} desk @param {() => void} draw @param {import("./batch.js").Go} go @param {import("./batch-bring.js").Bring} carry */
export function createBatch(desk, draw, go, carry) {
  let id = "";
  /** @type {Batch | null} */
  let batch = null;
  /** What went wrong: "gone", or what to tell. */
  let failed = "";
  /** @type {AbortController | null} */
  let watching = null;
  const now = {
    isLost: false, isStopping: false, busy: "", quarter: 0,
    /** @type {import("./batch-bring.js").Problem | null} */
    problem: null,
  };
  /** @type {{bytes: number, isLarge: boolean, stop: AbortController | null}} */
  const fetching = { bytes: 0, isLarge: false, stop: null };
  const film = comesLater(async () => (await import("./batch-film.js")).filmWords, draw);
  const files = comesLater(async () => (await import("./batch-made.js")).createMade(desk, draw), draw);
  const columns = createColumns(draw, carry, (next) => {
    take(next);
    announce(readWords(next));
    go({ batch: next.id }, true);
    focusOn("#batch-state");
  });

  const focusOn = (/** @type {string} */ selector) => requestAnimationFrame(() => requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector(selector))?.focus()));

  /** What is known already. @param {Batch} next */
  function take(next) {
    if (batch?.id !== next.id) {
      watching?.abort();
      watching = null;
      fetching.stop?.abort();
      Object.assign(now, { isLost: false, isStopping: false, busy: "", problem: null, quarter: 0 });
    }
    [id, batch, failed] = [next.id, next, ""];
    columns.reset(next);
    if (isOpen(next.progress) && !watching) void watch();
  }

  async function load() {
    const mine = id;
    failed = "";
    draw();
    try {
      const next = /** @type {Batch} */ (await desk.get(`/batches/${mine}`));
      if (mine === id) take(next);
    } catch (error) {
      if (mine === id) failed = error instanceof api.Refusal && error.status === 404 ? "gone" : told(error);
    }
    draw();
  }

  /** Until it stands still; then what was found out is asked for. */
  async function watch() {
    const mine = (watching = new AbortController());
    await follow(desk, id, mine.signal, {
      lost(isLost) {
        if (now.isLost === isLost) return;
        now.isLost = isLost;
        if (isLost) announce(t("batch.lost"));
        draw();
      },
      step(progress) {
        if (!batch) return;
        batch.progress = progress;
        const quarter = progress.files ? Math.floor((progress.made / progress.files) * QUARTERS) : 0;
        if (isOpen(progress) && quarter > now.quarter) announce(`${farWords(progress)}, ${t("batch.state.running")}`);
        now.quarter = quarter;
        draw();
      },
    });
    if (mine.signal.aborted) return;
    watching = null;
    Object.assign(now, { isStopping: false, isLost: false, quarter: 0 });
    await load();
    if (batch) announce(`${t(`batch.state.${batch.progress.state}`)}. ${farWords(batch.progress)}`);
    focusIfLost();
  }

  /** The button that was pressed last may be gone with what it did. */
  function focusIfLost() {
    if (document.activeElement === document.body) focusOn("#batch-state");
  }

  /** @param {string} what @param {() => Promise<void>} deed */
  async function act(what, deed) {
    if (now.busy) return;
    Object.assign(now, { busy: what, problem: null });
    draw();
    try {
      await deed();
    } catch (error) {
      now.problem = problemOf(error);
      announce(now.problem.text, "assertive");
    }
    now.busy = "";
    draw();
    requestAnimationFrame(() => requestAnimationFrame(focusIfLost));
  }

  const start = () => act("start", async () => {
    take(await (await desk.call(`/batches/${id}/start`, { method: "POST" })).json());
    announce(t("batch.starts"));
  });

  const stop = () => act("stop", async () => {
    const next = /** @type {Batch} */ (await (await desk.call(`/batches/${id}/stop`, { method: "POST" })).json());
    now.isStopping = isOpen(next.progress);
    announce(t(now.isStopping ? "batch.stopping" : "batch.state.stopped"));
    take(next);
  });

  const remove = () => act("remove", async () => {
    const name = /** @type {Batch} */ (batch).name;
    watching?.abort();
    watching = null;
    await carry.drop(id);
    announce(t("batch.removed", { name }));
    go({ part: "batches" });
  });

  const save = () => act("save", async () => {
    const stop = (fetching.stop = new AbortController());
    Object.assign(fetching, { bytes: 0, isLarge: false });
    try {
      const name = `${/** @type {Batch} */ (batch).name.replace(/\.\w+$/, "") || "platen-batch"}.zip`;
      const bytes = await saveArchive(desk, id, name, stop.signal, (bytes, isLarge) => {
        Object.assign(fetching, { bytes, isLarge });
        draw();
      });
      announce(bytes === null ? t("batch.notSaved") : t("batch.saved", { size: bytesWords(bytes) }));
    } finally {
      fetching.stop = null;
    }
  });

  return {
    take,
    /** @param {URLSearchParams} place */
    open(place) {
      const wanted = /^\w+$/.exec(place.get("batch") ?? "")?.[0] ?? "0";
      if (batch?.id !== wanted) {
        watching?.abort();
        [watching, batch] = [null, null];
      }
      id = wanted;
      void load();
    },
    close() {
      watching?.abort();
      fetching.stop?.abort();
      [watching, batch] = [null, null];
    },
    view() {
      const back = html`<a class="button" href="/shop.html?part=batches">${t("batch.all")}</a>`;
      if (failed === "gone") return { title: t("batch.gone"), content: notice(t("batch.gone"), t("batch.goneText"), back) };
      if (failed && !batch) return { title: t("page.failed"), content: notice(t("page.failed"), failed, html`<button class="primary" @click=${load}>${t("failed.again")}</button> ${back}`) };
      if (!batch) return { title: t("page.waiting"), content: html`<p class="waiting" role="status">${t("page.waiting")}</p>` };
      const { progress, name } = batch;
      const share = isOpen(progress) && progress.files ? `${numbers({ style: "percent" }).format(Math.floor((progress.made / progress.files) * 100) / 100)} ` : "";
      return { title: share + name, content: page(batch) };
    },
  };

  /** @param {Batch} batch */
  function page(batch) {
    const { spec, summary, created_at } = batch;
    const made = spec.make.map((what) => t(`batch.make.${what}`)).join(" + ");
    return html`<p class="way-back"><a href="/shop.html?part=batches">${t("batch.all")}</a></p>
      <div class="page-head"><h1><bdi>${batch.name}</bdi></h1>
        <p>${when(created_at)} · ${t("batch.rowsFound", { count: summary.rows })} · ${made} · <bdi>${spec.print_format.toUpperCase()}, ${numbers({}).format(spec.dpi)} dpi</bdi>${spec.accept.length ? html` · ${t("batch.accept")}: ${spec.accept.map((rule) => t(`batch.rule.${rule}`)).join(", ")}` : nothing}${spec.sport ? ` · ${t(`batch.sport.${spec.sport}`)}` : nothing}${spec.film ? html` · ${film()?.(spec.film)}` : nothing}</p></div>
      ${far(batch)}${findings(batch)}${isMade(batch.progress) ? files()?.view(batch) : nothing}${columns.view(batch)}${firstRows(batch)}`;
  }

  /** @param {Batch} batch */
  function far({ progress, summary, detail }) {
    const { state, made, files } = progress;
    const speed = state === "running" ? pace(progress) : null;
    const good = summary.rows - summary.refused;
    return html`<section class="far" aria-labelledby="batch-state"><h2 id="batch-state" tabindex="-1"><span class="stamp" data-state=${state}>${t(`batch.state.${state}`)}</span> <span>${summary.refused ? t("batch.refused", { count: summary.refused }) : t(state === "done" ? "batch.allMade" : "batch.allGood")}</span></h2>
      ${state === "ready" ? html`<p>${t(good ? "batch.readyText" : "batch.nothingGood", { count: good })}</p>` : html`<progress aria-label=${t("batch.progress")} max=${Math.max(1, files)} .value=${state === "done" ? Math.max(1, files) : made}></progress>
        <p class="steps"><span>${now.isStopping ? t("batch.stopping") : farWords(progress)}</span>${speed && !now.isStopping ? html`<span>${paceWords(speed)}</span>` : nothing}${state === "done" ? html`<span>${t("batch.rowsMade", { made: numbers({}).format(good), rows: numbers({}).format(summary.rows) })}</span>` : nothing}</p>`}
      ${state === "failed" && detail ? problemNote({ text: t("batch.failedText"), detail }) : nothing}
      ${state === "stopped" ? html`<p class="hint">${t("batch.stoppedText")}</p>` : nothing}${state === "done" ? html`<p class="hint">${t("batch.doneText")}</p>` : nothing}
      ${now.isLost ? html`<p class="note warn">${t("batch.lost")}</p>` : nothing}
      ${failed ? html`<p class="note warn">${failed} <button @click=${load}>${t("failed.again")}</button></p>` : nothing}
      ${problemNote(now.problem)}
      <div class="ways">${ways(progress, good)}</div>${fetching.stop ? coming() : nothing}
      ${!canStream() && isMade(progress) && made ? html`<details><summary>${t("batch.byHand")}</summary><p>${t("batch.byHandText")}</p><pre dir="ltr" tabindex="0">curl -H "Authorization: Bearer $key" -OJ ${location.origin}/api/v1/batches/${id}/archive.zip</pre></details>` : nothing}
      <details class="end"><summary>${t("batch.remove")}</summary><p>${t(isOpen(progress) ? "batch.removeOpenText" : "batch.removeText")}</p><button ?disabled=${now.busy !== ""} @click=${remove}>${t("batch.removeYes")}</button></details></section>`;
  }

  /** @param {Progress} progress @param {number} good */
  function ways({ state, made }, good) {
    const button = (/** @type {string} */ what, /** @type {() => void} */ deed, isFirst = false) => html`<button class=${isFirst ? "primary" : ""} aria-busy=${now.busy === what} aria-disabled=${now.busy ? "true" : nothing} @click=${deed}>${t(`batch.way.${what}`)}</button>`;
    const first = state === "ready" ? "start" : state === "done" ? "heal" : "resume";
    if (state === "waiting" || state === "running") return now.isStopping ? nothing : button("stop", stop);
    return html`${state !== "done" && good ? button(first, start, true) : nothing}${state !== "ready" && made ? button("save", save, state === "done") : nothing}${state === "done" ? button("heal", start) : nothing}`;
  }

  function coming() {
    return html`<div class="coming"><span>${t("batch.came", { size: bytesWords(fetching.bytes) })}</span><button @click=${() => fetching.stop?.abort()}>${t("batch.callOff")}</button>
      ${fetching.isLarge ? html`<p class="note warn">${t("batch.large")}</p>` : nothing}</div>`;
  }
}
