// The shop's key, which this tab alone keeps, and every call that bears it.
// @ts-check
import { html } from "../vendor/lit-html/lit-html.js";
import { announce } from "../core/announce.js";
import * as api from "../core/api.js";
import { t } from "../core/i18n.js";
import { askWith } from "../ui/picture.js";
import { notice } from "./frame.js";

/** @typedef {import("../types/api").KeyDetail} Key */
/** @typedef {ReturnType<typeof createDesk>} Desk */

/** The tab forgets it when it is closed; it stands in no address and in no cookie. */
const PLACE = "platen-shop-key";
/** What has not answered by then is told, and can be tried again. */
const PATIENCE_MS = 30_000;

/** What went wrong, for people. @param {unknown} error */
export const told = (error) => (error instanceof api.Refusal ? error.message : t("page.failedText"));

/** A list that a part of the area shows, and what is done with its entries. @template Entry @param {() => Promise<Entry[]>} ask @param {() => void} draw */
export function createList(ask, draw) {
  const list = {
    /** @type {Entry[] | null} */
    entries: null,
    /** Why there is none. */
    failed: "",
    /** Why the last deed failed. */
    problem: "",
    /** The entry that something is done with. */
    busy: "",

    load: async () => {
      list.failed = "";
      draw();
      try {
        list.entries = await ask();
      } catch (error) {
        list.failed = told(error);
      }
      draw();
    },

    /** Does something, says so, and reads the list again. @param {string} id @param {() => Promise<string | void>} deed what is said of it; nothing if the list is left @param {(error: unknown) => string} [tell] */
    async act(id, deed, tell = told) {
      Object.assign(list, { busy: id, problem: "" });
      draw();
      try {
        const said = await deed();
        if (!said) return;
        announce(said);
        await list.load();
      } catch (error) {
        list.problem = tell(error);
        announce(list.problem, "assertive");
      }
      list.busy = "";
      draw();
    },

    /** What stands in its place. */
    waiting: () => list.failed ? notice(t("page.failed"), list.failed, html`<button class="primary" @click=${list.load}>${t("failed.again")}</button>`) : html`<p class="waiting" role="status">${t("page.waiting")}</p>`,
  };
  return list;
}

/** @param {() => void} shut is called when the key opens nothing any more */
export function createDesk(shut) {
  let secret = sessionStorage.getItem(PLACE) ?? "";

  /** @type {typeof fetch} */
  const bear = async (address, init) => {
    const borne = secret;
    const answer = await fetch(address, { ...init, headers: { .../** @type {Record<string, string>} */ (init?.headers), authorization: `Bearer ${borne}` } });
    if (answer.status === 401 && desk.key && borne === secret) {
      desk.leave();
      shut();
    }
    return answer;
  };
  askWith((address) => bear(address));

  const desk = {
    /** @type {Key | null} */
    key: null,

    hasSecret: () => secret !== "",
    /** @param {string} scope */
    may: (scope) => desk.key?.scopes.includes(scope) ?? false,

    /** Tries the key that is kept, or another. @param {string} [text] */
    async enter(text = secret) {
      secret = text;
      try {
        desk.key = await desk.get("/keys/current");
        sessionStorage.setItem(PLACE, secret);
      } catch (error) {
        if (error instanceof api.Refusal && error.status === 401) desk.leave();
        throw error;
      }
    },

    leave() {
      desk.key = null;
      secret = "";
      sessionStorage.removeItem(PLACE);
    },

    /** @param {string} path @param {RequestInit} [how] */
    call: (path, how) => api.call(path, { signal: AbortSignal.timeout(PATIENCE_MS), ...how }, bear),

    /** @param {string} path @returns {Promise<any>} */
    get: async (path) => (await desk.call(path)).json(),

    /** @param {string} method @param {string} path @param {unknown} body @param {Record<string, string>} [headers] @returns {Promise<any>} */
    send: async (method, path, body, headers) => (await desk.call(path, { method, body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } })).json(),

    /** Files are drawn when they are asked for; a link could not bear the key. @param {string} address @param {string} name */
    async save(address, name) {
      const answer = await desk.call(address.replace(/^\/api\/v1/, ""), { signal: undefined });
      const url = URL.createObjectURL(await answer.blob());
      Object.assign(document.createElement("a"), { href: url, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(url), PATIENCE_MS);
    },
  };
  return desk;
}
