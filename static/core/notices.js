// What somebody is told in the page: a design that waits, what became of orders, a look that is read better than faint words.
// Each has its own switch.
// @ts-check
import * as api from "./api.js";
import { walk } from "./design.js";
import { locale, t } from "./i18n.js";
import { isWeak } from "../panels/inks.js";
import { betterLook } from "../panels/looks.js";

/** @typedef {import("../app.js").App} App */

const DAY_MS = 86_400_000;
/** So long a design waits before it is spoken of. */
const WAITS = 2;
/** Where the browser keeps which status of which order was seen. */
const PLACE = "platen.orders";
const ORDERS = 10;
/** After the last change of the design. */
const IDLE_MS = 5000;

/** @param {App} app @param {number | undefined} left when the draft was last changed, ms since 1970 */
export async function tellNews(app, left) {
  const { tastes } = app;
  await tastes?.load;
  const wanted = tastes?.preferences?.notices;
  if (!wanted || app.isReadOnly) return;
  watchLetters(app);
  // An order is the weightier news: one thing is told at a time.
  if (wanted.order && (await ofOrders(app))) return;
  const days = left === undefined ? 0 : Math.floor((Date.now() - left) / DAY_MS);
  const { design } = app.store.state;
  if (wanted.draft && days >= WAITS && design.placements.length > 0) app.say(t("notice.draft", { name: design.name ?? t("design.untitled"), number: days }));
}

/** @param {App} app @returns {Promise<boolean>} whether there was something to tell */
async function ofOrders(app) {
  const list = await api.orders.list({ limit: ORDERS }).catch(() => null);
  if (!list) return false;
  /** @type {Record<string, string>} */
  let seen = {};
  try {
    seen = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
    localStorage.setItem(PLACE, JSON.stringify(Object.fromEntries(list.orders.map((one) => [one.id, one.status]))));
  } catch {
    // What cannot be kept is told again.
  }
  // An order that was never seen was placed in this browser a moment ago, or in another one.
  const news = list.orders.filter((one) => seen[one.id] && seen[one.id] !== one.status);
  if (news.length === 0) return false;
  const told = news.map(({ number, status }) => ({ number, status: t(`orderPage.status.${status}`) }));
  const isOne = news.length === 1;
  const words = new Intl.ListFormat(locale()).format(told.map(({ number, status }) => t("notice.oneOf", { number, status })));
  app.say(isOne ? t("notice.order", told[0]) : t("notice.orders", { list: words }), { label: t("notice.show"), run: () => location.assign(isOne ? `/orders/${news[0].id}` : "/orders"), stays: true });
  return true;
}

/** Words that are hard to read on the cloth. @param {App} app */
const isFaint = (app) => walk(app.store.state.design).some(({ layer }) => layer.type === "text" && !layer.hidden && isWeak(app, { id: /^ink:(.+)/.exec(layer.fill ?? "")?.[1], hex: app.hex(layer.fill) }));

/** Asks for a look that is read better, once, when faint words have been left as they are for a while. @param {App} app */
function watchLetters(app) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let isAsked = false;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      // It is about the words and not about the person. Beside the looks it is told already.
      if (!app.tastes?.preferences?.notices.suggestion || isAsked || app.store.isHeld || app.store.state.panel === "ideas" || app.store.state.dialog || !isFaint(app)) return;
      isAsked = true;
      const { design } = app.store.state;
      const name = await betterLook(app).catch(() => undefined);
      if (name && app.store.state.design === design) app.say(t("look.better", { name }), { label: t("notice.show"), run: () => show(app) });
    }, IDLE_MS);
  };
  app.store.subscribe((state, before) => {
    if (!isAsked && state.design !== before.design) wait();
  });
  // What was left faint the last time, or was changed before the preferences were here.
  wait();
}

/** @param {App} app */
function show(app) {
  app.store.set({ panel: "ideas" });
  app.openSheet("half", "tool");
}
