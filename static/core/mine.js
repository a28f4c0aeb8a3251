// Calls about the person: what they did and prefer, and what is suggested to them.
// @ts-check
import { call, get, query, send } from "./api.js";
import { translated } from "./i18n.js";

export const events = {
  /** @param {unknown[]} events @param {boolean} isLast whether the page is left @returns {Promise<unknown>} */
  tell: (events, isLast) => send("/events", { events }, { keepalive: isLast }),
};

/** @param {unknown} wish @param {AbortSignal} [signal] @returns {Promise<any>} */
export async function suggestions(wish, signal) {
  const answer = await (await send("/suggestions", wish, { signal })).json();
  // Looks that somebody thought out have names.
  for (const one of answer.suggestions) one.reasons = await translated(one.reasons);
  return answer;
}

/** Values that are popular with another. @param {string} attribute @param {string} given @returns {Promise<{values: {value: string, customers?: number}[]}>} */
export const trends = (attribute, given) => get(`/trends${query({ attribute, given })}`);

export const me = {
  /** @returns {Promise<import("./tastes.js").Preferences>} */
  preferences: () => get("/me/preferences"),
  /** @param {import("./tastes.js").Preferences} preferences @returns {Promise<import("./tastes.js").Preferences>} */
  setPreferences: async (preferences) => (await send("/me/preferences", preferences, { method: "PUT" })).json(),
  /** @param {import("./pages.js").Page} page @returns {Promise<{events: any[], next?: string}>} */
  events: (page) => get(`/me/events${query(page)}`),
  /** @param {string} id */
  forget: (id) => call(`/me/events/${encodeURIComponent(id)}`, { method: "DELETE" }),
  /** What was saved and shared of a design; orders of it are another matter. @param {string} design */
  async forgetDesign(design) {
    for (let after; ; ) {
      const { events, next } = await me.events({ after, limit: 100 });
      for (const { id } of events) if (id.startsWith(`save-${design}-`) || id === `share/${design}`) await me.forget(id);
      if (!next) return;
      after = next;
    }
  },
  reset: () => send("/me/reset", {}),
  delete: () => call("/me", { method: "DELETE" }),
};

/** A look that was suggested. @param {string} name @returns {Promise<import("../types/api").Design>} */
export const look = async (name) => (await translated([await get(`/looks/${name}`)]))[0];
