// How the columns of a file are understood, and what the person says that they mean. The service keeps a file as it was
// brought: to be read otherwise it is brought once more, and the batch that it makes takes the place of this one.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { announce } from "../core/announce.js";
import { t } from "../core/i18n.js";
import { problemNote, problemOf } from "./batch-bring.js";
import { MEANINGS, mapping, meaningOf } from "./batch-words.js";

/** @typedef {import("./batch-words.js").Batch} Batch */

const REQUIRED = ["order_id", "design", "size"];
/** What was said of columns before, by their names: a shop's files come from the same programs. */
const PLACE = "platen.batch.columns";
/** Names of columns that are kept. */
const KEPT = 200;

/** @returns {Record<string, string>} */
function said() {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? "{}");
  } catch {
    return {};
  }
}

/** @param {Map<string, string>} chosen */
function remember(chosen) {
  const all = { ...said(), ...Object.fromEntries([...chosen].filter(([, meaning]) => meaning)) };
  try {
    localStorage.setItem(PLACE, JSON.stringify(Object.fromEntries(Object.entries(all).slice(-KEPT))));
  } catch {
    // Nothing is kept then.
  }
}

/** What columns of a new file meant before, where nothing says what they mean. @param {Map<string, string>} known */
function recalled(known) {
  const before = said();
  const taken = new Set(known.values());
  const fits = (/** @type {string} */ name, /** @type {string} */ meaning) => !meaning && typeof before[name] === "string" && (before[name].startsWith("=") || !taken.has(before[name]));
  return new Map([...known].map(([name, meaning]) => [name, fits(name, meaning) ? before[name] : meaning]));
}

/** @param {() => void} draw @param {import("./batch-bring.js").Bring} carry @param {(batch: Batch) => void} replaced */
export function createColumns(draw, carry, replaced) {
  /** What is chosen, by the names of columns. @type {Map<string, string>} */
  let chosen = new Map();
  let of = "";
  let isBusy = false;
  let isRecalled = false;
  /** @type {import("./batch-bring.js").Problem | null} */
  let problem = null;

  const known = (/** @type {Batch} */ { spec, summary }) => new Map(summary.columns.map(({ name }) => [name, meaningOf(spec, name)]));

  /** Two columns cannot mean the same. @param {string} name @param {string} meaning */
  function choose(name, meaning) {
    const other = meaning && !meaning.startsWith("=") ? [...chosen].find(([one, its]) => one !== name && its === meaning)?.[0] : undefined;
    chosen = new Map([...chosen, [name, meaning], ...(other === undefined ? [] : [/** @type {[string, string]} */ ([other, ""])])]);
    if (other !== undefined) announce(t("batch.columnFreed", { name: other }));
    problem = null;
    draw();
  }

  /** @param {Batch} batch @param {File} file */
  async function again(batch, file) {
    if (isBusy) return;
    const unsaid = [...chosen].find(([, meaning]) => meaning.trim() === "=")?.[0];
    if (unsaid) {
      problem = { text: t("batch.sayField", { name: unsaid }), detail: "" };
      announce(problem.text, "assertive");
      return draw();
    }
    [isBusy, problem] = [true, null];
    draw();
    try {
      const next = await carry.send(file, batch.spec, mapping(chosen), AbortSignal.timeout(600_000));
      remember(chosen);
      // If it cannot be deleted it stays in the list, where it does no harm.
      await carry.drop(batch.id).catch(() => {});
      replaced(next);
    } catch (error) {
      problem = problemOf(error);
      announce(problem.text, "assertive");
    }
    isBusy = false;
    draw();
  }

  return {
    /** @param {Batch} batch */
    reset(batch) {
      if (batch.id === of) return;
      const fresh = known(batch);
      const isNew = batch.progress.state === "ready" && !Object.keys(batch.spec.columns ?? {}).length;
      [chosen, of, problem] = [isNew ? recalled(fresh) : fresh, batch.id, null];
      isRecalled = [...chosen].some(([name, meaning]) => fresh.get(name) !== meaning);
    },
    /** @param {Batch} batch */
    view(batch) {
      const { summary, progress } = batch;
      const canChange = progress.state === "ready";
      const missing = REQUIRED.filter((meaning) => ![...chosen.values()].includes(meaning));
      return html`<section aria-labelledby="batch-columns"><h2 id="batch-columns">${t("batch.columns")}</h2><p class="hint">${t(canChange ? "batch.columnsText" : "batch.columnsFixed")}</p>
        ${canChange && missing.length ? html`<p class="note warn">${missing.map((meaning) => t("batch.missing", { meaning: t(`batch.means.${meaning}`) })).join(" ")}</p>` : nothing}
        <ul class="columns">${summary.columns.map(({ name }, index) => column(name, summary.first_rows.map((row) => row[index]).find(Boolean) ?? "", canChange))}</ul>
        ${canChange && isRecalled ? html`<p class="note">${t("batch.columnsAgain")}</p>` : nothing}${problemNote(problem)}${canChange ? ways(batch) : nothing}</section>`;
    },
  };

  /** @param {string} name @param {string} sample @param {boolean} canChange */
  function column(name, sample, canChange) {
    const meaning = chosen.get(name) ?? "";
    const isNamed = meaning.startsWith("=");
    const label = html`<b dir="auto">${name || t("batch.noName")}</b>${sample ? html`<small dir="auto">${sample}</small>` : nothing}`;
    if (!canChange) return html`<li><div class="column">${label}<span>${isNamed ? t("batch.asField", { name: meaning.slice(1) }) : t(meaning ? `batch.means.${meaning}` : "batch.asIs")}</span></div></li>`;
    return html`<li><label class="column">${label}<select .value=${live(isNamed ? "=" : meaning)} ?disabled=${isBusy || !name} @change=${(/** @type {any} */ event) => choose(name, event.target.value)}>
        <option value="" ?selected=${meaning === ""}>${t("batch.asIs")}</option>${MEANINGS.map((one) => html`<option value=${one} ?selected=${meaning === one}>${t(`batch.means.${one}`)}</option>`)}<option value="=" ?selected=${isNamed}>${t("batch.asOther")}</option></select></label>
      ${isNamed ? html`<label class="field"><span>${t("batch.fieldName")}</span><input dir="ltr" autocomplete="off" autocapitalize="none" maxlength="64" .value=${live(meaning.slice(1))} ?disabled=${isBusy} @input=${(/** @type {any} */ event) => choose(name, `=${event.target.value}`)}></label>` : nothing}</li>`;
  }

  /** @param {Batch} batch */
  function ways(batch) {
    const before = known(batch);
    const isChanged = [...chosen].some(([name, meaning]) => before.get(name) !== meaning);
    if (!isChanged) return nothing;
    const file = carry.held.get(batch.id);
    const undo = html`<button ?disabled=${isBusy} @click=${() => {
      [chosen, isRecalled] = [before, false];
      draw();
    }}>${t("batch.undoColumns")}</button>`;
    if (file) return html`<p class="ways"><button class="primary" aria-busy=${isBusy} @click=${() => again(batch, file)}>${t(isBusy ? "batch.reading" : "batch.readAgain")}</button>${undo}</p>`;
    // A tab that was opened later does not have the file.
    return html`<div class="ways"><span class="drop once"><b>${t(isBusy ? "batch.reading" : "batch.pickAgain", { name: batch.name })}</b><input class="cover" type="file" ?disabled=${isBusy} aria-label=${t("batch.pickAgain", { name: batch.name })}
      @change=${(/** @type {any} */ event) => event.target.files[0] && again(batch, event.target.files[0])}></span>${undo}</div>`;
  }
}
