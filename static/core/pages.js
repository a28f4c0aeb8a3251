// A list that the service gives in pages: what has come of it, and whether there is more.
// @ts-check

/** @typedef {{after?: string, limit?: number}} Page `after`: the `next` of the page before */
/** The service's largest page. */
const LARGEST = 100;

/**
 * Nothing is asked for before the first `more`.
 * @template {{id: string}} Item @template {string} Key
 * @param {(page: Page) => Promise<Record<Key, Item[]> & {next?: string}>} ask @param {Key} key what the answer calls them @param {() => void} draw
 */
export function createPages(ask, key, draw) {
  /** @type {string | undefined} */
  let next;
  /** @type {Promise<void> | null} */
  let coming = null;

  const pages = {
    /** @type {Item[]} */
    items: [],
    isComplete: false,
    isComing: false,
    hasFailed: false,

    /** The next page, if there is one; a failure is told by `hasFailed`. @param {number} [limit] */
    async more(limit) {
      if (!pages.isComplete) await (coming ??= take(limit).finally(() => (coming = null)));
    },

    /** Pages until there are so many, or all. @param {number} count */
    async upTo(count) {
      pages.hasFailed = false;
      while (!pages.isComplete && !pages.hasFailed && pages.items.length < count) await pages.more(LARGEST);
    },

    /** One that is new, in front. @param {Item} item */
    put(item) {
      pages.items = [item, ...pages.items.filter(({ id }) => id !== item.id)];
    },

    /** @param {string} gone */
    drop(gone) {
      pages.items = pages.items.filter(({ id }) => id !== gone);
    },
  };

  /** @param {number} [limit] */
  async function take(limit) {
    Object.assign(pages, { isComing: true, hasFailed: false });
    draw();
    try {
      const answer = await ask({ after: next, limit });
      // One that was put in front meanwhile is there already.
      const known = new Set(pages.items.map(({ id }) => id));
      pages.items = [...pages.items, ...answer[key].filter(({ id }) => !known.has(id))];
      next = answer.next;
      pages.isComplete = next === undefined;
    } catch {
      pages.hasFailed = true;
    }
    pages.isComing = false;
    draw();
  }

  return pages;
}

/** @template {{id: string}} Item @typedef {{items: Item[], isComplete: boolean, isComing: boolean, hasFailed: boolean, more: () => Promise<void>, upTo: (count: number) => Promise<void>, put: (item: Item) => void, drop: (gone: string) => void}} Pages */
