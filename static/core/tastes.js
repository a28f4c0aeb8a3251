// What this person does with styles, told to the service so that suggestions become theirs; and what they say about that.
// @ts-check
import { Offline } from "./api.js";
import { t } from "./i18n.js";
import { events as log, me, trends } from "./mine.js";

/** The service always says all of them. @typedef {import("../types/api").Preferences & {personalization: boolean, uses: Required<import("../types/api").Uses>, notices: Required<import("../types/api").Notices>}} Preferences */
/** A value that customers chose, or one that only the shop's designers did: nobody may take that for popular. @typedef {{value: string, isPopular: boolean}} Favourite */
/**
 * @typedef {object} Tastes
 * @property {Preferences | null} preferences what this person prefers; null until the service has said
 * @property {number} version changes with whatever suggestions depend on besides the design
 * @property {() => void} forgotten what was done is forgotten: suggestions are other ones now
 * @property {() => Promise<void>} leave nothing is told any more, and the browser keeps nothing
 * @property {Promise<void>} load
 * @property {any[]} recent styles that were taken up since the page was opened, the last first: they are sent along, and kept nowhere
 * @property {(change: Partial<Preferences>) => Promise<void>} set
 * @property {(event: {type: string, id?: string, recipe?: any, design?: string, query?: string, of?: string}) => boolean} tell whether the service hears of it
 * @property {(id: string) => void} takeBack what was told by this id counts no more
 * @property {(look: any) => () => void} triesOn a look is tried on; what it gives is called when it is taken off
 * @property {(attribute: "text_color" | "font" | "placement") => Favourite[]} favourites values that go well on the present colour of the garment, best first; none until the service has said
 * @property {(listener: () => void) => void} subscribe
 */

/** So long a look is tried on before that says something. */
const SEEN_MS = 1500;
const TELL_MS = 2000;
/** After the last change of the studio's settings. */
const SETTLE_MS = 1000;
/** Styles that are sent along. */
const RECENT = 24;
/** Changes of a design before it is one that somebody made. */
const MADE = 3;

/** What the browser keeps of designs goes. @returns {Promise<unknown>} */
export const forgetDrafts = () => new Promise((resolve) => {
  const gone = indexedDB.deleteDatabase("platen");
  gone.onsuccess = gone.onerror = gone.onblocked = resolve;
});

/** Favourites by who chose them, each kind with its heading: what customers did comes first. @param {import("../app.js").App} app @param {"text_color" | "placement"} attribute @returns {{label: string, values: string[]}[]} */
export function favouriteRows(app, attribute) {
  const all = app.tastes?.favourites(attribute) ?? [];
  return [true, false].map((isPopular) => ({ label: t(isPopular ? "ink.popular" : "ink.picks", { color: app.colorName() }), values: all.filter((one) => one.isPopular === isPopular).map(({ value }) => value) }));
}

/** @param {import("../app.js").App} app @returns {Tastes} */
export function createTastes(app) {
  /** @type {Preferences | null} */
  let preferences = null;
  /** @type {any[]} */
  let waiting = [];
  /** What is on its way. @type {Promise<unknown>} */
  let sent = Promise.resolve();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Map<string, Favourite[]>} */
  const known = new Map();
  let version = 0;
  let isOver = false;
  /** @type {any[]} */
  let recent = [];
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const told = () => {
    for (const listener of listeners) listener();
  };

  function send(isLast = false) {
    clearTimeout(timer);
    timer = undefined;
    // What cannot be told is not missed.
    while (waiting.length) sent = Promise.all([sent, log.tell(waiting.splice(0, 100), isLast).catch(() => {})]);
  }

  /** @param {{type: string, id?: string, recipe?: any, design?: string, query?: string, of?: string}} event */
  function tell(event) {
    if (event.type === "apply") recent = [event.recipe, ...recent].slice(0, RECENT);
    // Whoever has kept nothing has no cookie, and gets none for this.
    if (isOver || app.isReadOnly || !app.store.state.kept.id || preferences?.personalization === false) return false;
    waiting.push({ ...event, id: event.id ?? crypto.randomUUID() });
    timer ??= setTimeout(send, TELL_MS);
    return true;
  }

  addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    const { kept, past } = app.store.state;
    if (kept.id && past.length >= MADE) tell({ type: "save", id: `save-${kept.id}-${kept.revision}`, design: kept.id });
    send(true);
  });

  const load = me.preferences().then((known) => {
    preferences = known;
    // In a browser that has none of its own, the studio looks as its owner left it elsewhere.
    if (!app.settings.isOwn && Object.keys(known.editor ?? {}).length) app.settings.set(/** @type {any} */ (known.editor));
    told();
  }, () => {});
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let settled;
  app.settings.subscribe(() => {
    clearTimeout(settled);
    settled = setTimeout(() => {
      if (!preferences || !app.store.state.kept.id || isOver) return;
      preferences = { ...preferences, editor: { ...app.settings.value } };
      void me.setPreferences(preferences).catch(() => {});
    }, SETTLE_MS);
  });

  return {
    get preferences() {
      return preferences;
    },
    get recent() {
      return preferences?.personalization === false ? [] : recent;
    },
    get version() {
      return version;
    },
    forgotten() {
      recent = [];
      version += 1;
      told();
    },
    async leave() {
      isOver = true;
      waiting = [];
      app.isReadOnly = true;
      await forgetDrafts();
    },
    load,
    async set(change) {
      await load;
      if (!preferences) throw new Offline("offline");
      // What was done before belongs to what was said before.
      send();
      preferences = await me.setPreferences({ ...preferences, ...change });
      version += 1;
      told();
    },
    tell,
    takeBack(id) {
      const left = waiting.filter((event) => event.id !== id);
      if (left.length === waiting.length && app.store.state.kept.id) void sent.then(() => me.forget(id)).catch(() => {});
      waiting = left;
    },
    triesOn(look) {
      const since = setTimeout(() => tell({ type: "view", recipe: look.recipe, of: look.id }), SEEN_MS);
      return () => clearTimeout(since);
    },
    favourites(attribute) {
      const given = `garment_color:${app.store.state.design.color}`;
      const key = `${attribute} ${given}`;
      if (!known.has(key)) {
        known.set(key, []);
        void trends(attribute, given).then(({ values }) => {
          known.set(key, values.map(({ value, customers }) => ({ value, isPopular: customers !== undefined })));
          told();
        }, () => {});
      }
      return known.get(key) ?? [];
    },
    subscribe: (listener) => void listeners.add(listener),
  };
}
