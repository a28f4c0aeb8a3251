// Nothing is lost: every change goes to the browser's database within a second, and to the service when it can be reached.
// @ts-check
import { Offline, Refusal, designs } from "./api.js";
import { t } from "./i18n.js";

const DRAFT_MS = 400;
const SERVICE_MS = 900;
const RETRY_MS = 5000;

/** @typedef {{design: any, past: any[], kept: any, people?: any[], guides?: import("./store.js").GuideOf[], time: number}} Draft */
/**
 * @typedef {object} Saver
 * @property {() => Promise<void>} now
 * @property {() => void} asNew from here on a design of its own
 * @property {(kept: {id: string, revision: number}) => void} is the present design is what the service has
 */

/** @returns {Promise<IDBDatabase>} */
function database() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("platen", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("drafts");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest} work @returns {Promise<any>} */
async function inDrafts(mode, work) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const request = work(db.transaction("drafts", mode).objectStore("drafts"));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  }).finally(() => db.close());
}

/** The draft that was worked on last. @returns {Promise<Draft | undefined>} */
export const readDraft = () => inDrafts("readonly", (store) => store.get("present")).catch(() => undefined);

/** @param {import("../app.js").App} app @returns {Saver} */
export function createSaver(app) {
  const { store } = app;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let draftTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let serviceTimer;
  let saved = store.state.kept.id ? store.state.design : null;
  let isSaving = false;
  /** The save that runs, or ran last. */
  let running = Promise.resolve();
  const channel = new BroadcastChannel("platen");

  const keep = (/** @type {Partial<import("./store.js").State["kept"]>} */ change) => store.set({ kept: { ...store.state.kept, ...change } });

  function writeDraft() {
    if (app.isReadOnly) return;
    const { past, kept, people, guides } = store.state;
    // What is only tried on, or on its way, is nobody's design yet.
    const design = store.settled;
    void inDrafts("readwrite", (drafts) => drafts.put({ design, past: past.slice(-200), kept, people, guides, time: Date.now() }, "present")).catch(() => {});
  }

  async function toService() {
    const { design, kept } = store.state;
    // It was tried on, or undone: nothing is left to save.
    if (design === saved && kept.id && kept.state === "draft") keep({ state: "saved" });
    if (app.isReadOnly || design === saved || design.placements.length === 0 || store.isHeld) return;
    isSaving = true;
    keep({ state: "saving" });
    try {
      const answer = kept.id ? await designs.save(kept.id, design, kept.revision) : await designs.create(design);
      saved = design;
      // What was changed meanwhile is still to be kept.
      const isLatest = store.state.design === design;
      keep({ id: answer.id, revision: answer.revision, state: isLatest ? "saved" : "draft" });
      if (!isLatest) plan(SERVICE_MS);
      channel.postMessage({ id: answer.id, revision: answer.revision });
    } catch (error) {
      if (error instanceof Offline) {
        keep({ state: "offline" });
        plan(RETRY_MS);
      } else if (error instanceof Refusal && (error.status === 412 || error.status === 404)) {
        // Another tab was quicker, or somebody deleted it: this one goes on as a copy, so that nothing is lost.
        keep({ id: null, revision: 0, state: "conflict" });
        app.say(t("said.copyKept"));
        plan(0);
      } else {
        keep({ state: "draft" });
        // Busy, not wrong: it is asked again.
        if (error instanceof Refusal && (error.status === 429 || error.status >= 500)) plan(RETRY_MS);
      }
    } finally {
      isSaving = false;
      writeDraft();
    }
  }

  function save() {
    if (!isSaving) running = toService();
    return running;
  }

  /** @param {number} after */
  function plan(after) {
    clearTimeout(serviceTimer);
    serviceTimer = setTimeout(save, after);
  }

  store.subscribe((state, before) => {
    // A gesture ends as a step; its last move may be long ago.
    const isChange = state.design !== before.design || state.past !== before.past;
    if (app.isReadOnly || (!isChange && state.people === before.people && state.guides === before.guides)) return;
    clearTimeout(draftTimer);
    draftTimer = setTimeout(writeDraft, DRAFT_MS);
    if (!isChange) return;
    if (state.kept.state === "saved") keep({ state: "draft" });
    plan(SERVICE_MS);
  });
  addEventListener("online", () => plan(0));
  addEventListener("pagehide", writeDraft);
  channel.onmessage = ({ data }) => {
    if (data.id === store.state.kept.id && data.revision > store.state.kept.revision) app.say(t("said.otherTab"));
  };

  return {
    async now() {
      writeDraft();
      clearTimeout(serviceTimer);
      // What is on its way may be older than what is asked for.
      if (isSaving) await running;
      await save();
    },
    asNew() {
      saved = null;
      store.set({ kept: { id: null, revision: 0, state: "draft" } });
    },
    is(kept) {
      saved = store.state.design;
      store.set({ kept: { ...kept, state: "saved" } });
    },
  };
}
