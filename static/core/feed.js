// What a gallery begins with: the last own design in other looks, and ready designs in styles that suit somebody, are rising
// or are popular, in rows by the first reason of each. What is refused is not shown again.
// @ts-check
import * as api from "./api.js";
import { gone, keep, kept, keyOf, refuseHere } from "./gone.js";
import * as mine from "./mine.js";
import { t } from "./i18n.js";
import { forgetDrafts } from "./tastes.js";

/** @typedef {{id: string, title: string, about: string, isPersonal: boolean, design?: string, part?: import("./part.js").Part, list: any[]}} Row `about`: what the sign of a personal row says */

/** So many a row. */
const EACH = 6;
const ASKED = 24;
/** A handful beyond the last one: the service gives the last, which are its designers' looks. */
const LAST = 999;
/** Rows by the reasons that belong to them, in their order. @type {[string, string[]][]} */
const ROWS = [["forYou", ["because_you", "sought"]], ["among", ["popular_among"]], ["rising", ["rising"]], ["popular", ["popular", "pairs_well", "like_color"]], ["editorial", ["editorial", "legible", "explore"]]];
/** Own designs that no row is made of. */
const UNUSED = "platen.unused";

/** @param {() => void} draw @param {() => import("../types/api").ListedDesign[]} designs the person's own, the last first */
export function createFeed(draw, designs) {
  /** @type {import("./tastes.js").Preferences | null} */
  let preferences = null;
  /** @type {any[]} */
  let suggestions = [];
  let isPersonal = false;
  /** @type {{id: string, title: string, part?: import("./part.js").Part, list: any[]} | null} */
  let own = null;
  /** What was refused, with the event that tells it if the service listens. @type {Map<string, string>} */
  const refused = new Map();
  /** Until the service has heard of it. @type {Map<string, Promise<unknown>>} */
  const telling = new Map();
  /** Counts what was asked for: an older answer is not put over a newer one. */
  let turn = 0;

  const isOn = () => preferences?.personalization === true;
  // Whoever has kept nothing has no cookie, and gets none for this.
  const isHeard = () => isOn() && designs().length > 0;

  async function load() {
    turn += 1;
    const asked = turn;
    const isOld = () => asked !== turn;
    const known = await mine.me.preferences().catch(() => null);
    if (isOld()) return;
    preferences = known;
    const restyle = async () => {
      const unused = kept(localStorage, UNUSED);
      const latest = isOn() ? designs().find(({ id }) => !unused.includes(id)) : undefined;
      if (!latest) return void (own = null);
      const { document } = await api.designs.open(latest.id);
      const { suggestions: list } = await mine.suggestions({ mode: "restyle", document, n: EACH });
      const part = list.length ? await import("./print-part.js").then(({ askPart }) => askPart(document, list[0].preview, api)).catch(() => undefined) : undefined;
      if (isOld()) return;
      own = { id: latest.id, title: latest.title, part, list };
    };
    const feed = async () => {
      const answer = await mine.suggestions({ mode: "feed", n: ASKED, explore: false });
      let list = answer.suggestions;
      // Where customers have spoken, their styles come first and may be all there are.
      if (list.filter((/** @type {any} */ one) => one.preview && one.reasons[0].type === "editorial").length < EACH) {
        const last = await mine.suggestions({ mode: "feed", n: EACH, seed: LAST, explore: false }).catch(() => ({ suggestions: [] }));
        const known = new Set(list.map(keyOf));
        list = [...list, ...last.suggestions.filter((/** @type {any} */ one) => !known.has(keyOf(one)))];
      }
      if (!isOld()) [suggestions, isPersonal] = [list, answer.personalised];
    };
    // Without suggestions there are still all designs. All rows at once: one that comes later would move the others.
    await Promise.allSettled([restyle(), feed()]);
    if (!isOld()) draw();
  }

  /** Each in the row of its first reason, or of its next one where that row is full, and a ready design in one row only; what it is shown for stands first. @param {(one: any) => boolean} isShown */
  function sorted(isShown) {
    /** @type {any[][]} */
    const rows = ROWS.map(() => []);
    /** The row of each ready design. @type {Map<string, any[]>} */
    const homes = new Map();
    for (const one of suggestions.filter(isShown)) {
      for (const reason of one.reasons) {
        const row = rows[ROWS.findIndex(([, types]) => types.includes(reason.type))];
        if (!row || row.length >= EACH || (homes.get(one.template) ?? row) !== row) continue;
        if (one.template) homes.set(one.template, row);
        row.push({ ...one, reasons: [reason, ...one.reasons.filter((/** @type {any} */ other) => other !== reason)] });
        break;
      }
    }
    return rows;
  }

  return {
    load,
    /** Whose page it is: what `panels/why.js` and `ui/why.js` want. */
    owner: {
      get preferences() {
        return preferences;
      },
      /** @param {Partial<import("./tastes.js").Preferences>} change */
      async set(change) {
        preferences ??= await mine.me.preferences();
        preferences = await mine.me.setPreferences({ ...preferences, ...change });
        draw();
        void load();
      },
      forgotten: () => void load(),
      leave: async () => void (await forgetDrafts()),
    },
    /** @returns {Row[]} */
    rows() {
      const refusedHere = gone();
      // One that is being refused stays until the page is left, with the way back in its place.
      const isShown = (/** @type {any} */ one) => Boolean(one.preview) && (refused.has(one.id) || !refusedHere.includes(keyOf(one)));
      const kind = isOn() ? preferences?.kind : undefined;
      const lists = sorted(isShown);
      const rows = ROWS.map(([id], place) => {
        const isFor = id === "among" && Boolean(kind);
        return { id, title: isFor ? t(`feed.among.${kind}`) : t(`feed.${id}`), about: t(isFor ? "feed.byKind" : "feed.byDeeds"), isPersonal: isFor || (isPersonal && isOn() && id === "forYou"), list: lists[place] };
      });
      // Off holds before the service has answered.
      const first = own && isOn() ? [{ id: "own", title: t("feed.because", { title: own.title }), about: t("feed.byDesign"), isPersonal: true, design: own.id, part: own.part, list: own.list.filter(isShown) }] : [];
      return [...first, ...rows].filter(({ list }) => list.length > 0);
    },
    /** Whether it was refused on this page, and by whom: "told" the service, or "here". @param {any} one */
    refusal: (one) => (refused.has(one.id) ? (refused.get(one.id) ? "told" : "here") : null),
    /** @param {any} one */
    refuse(one) {
      const id = isHeard() ? crypto.randomUUID() : "";
      refused.set(one.id, id);
      if (id) telling.set(id, mine.events.tell([{ id, type: "dismiss", recipe: one.recipe, of: one.id }], true).catch(() => {}));
      else refuseHere(one);
      draw();
    },
    /** @param {any} one */
    takeBack(one) {
      const id = refused.get(one.id);
      refused.delete(one.id);
      if (id) void Promise.resolve(telling.get(id)).then(() => mine.me.forget(id)).catch(() => {});
      else refuseHere(one, false);
      draw();
    },
    /** No row is made of a design any more, and what was done with it does not count. @param {string} design */
    async forget(design) {
      keep(localStorage, UNUSED, [...kept(localStorage, UNUSED), design]);
      own = null;
      draw();
      await mine.me.forgetDesign(design);
      await load();
    },
  };
}
