// What somebody who comes back is told in the page: a design that waits, and what became of an order. Each has its own switch.
// @ts-check
import * as api from "./api.js";
import { t } from "./i18n.js";

const DAY_MS = 86_400_000;
/** So long a design waits before it is spoken of. */
const WAITS = 2;
/** Where the browser keeps which status of which order was seen. */
const PLACE = "platen.orders";
const ORDERS = 10;

/** @param {import("../app.js").App} app @param {number | undefined} left when the draft was last changed, ms since 1970 */
export async function tellNews(app, left) {
  const { tastes } = app;
  await tastes?.load;
  const wanted = tastes?.preferences?.notices;
  if (!wanted || app.isReadOnly) return;
  // An order is the weightier news: one thing is told at a time.
  if (wanted.order && (await ofOrders(app))) return;
  const days = left === undefined ? 0 : Math.floor((Date.now() - left) / DAY_MS);
  const { design } = app.store.state;
  if (wanted.draft && days >= WAITS && design.placements.length > 0) app.say(t("notice.draft", { name: design.name ?? t("design.untitled"), number: days }));
}

/** @param {import("../app.js").App} app @returns {Promise<boolean>} whether there was something to tell */
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
  const news = list.orders.find((one) => seen[one.id] && seen[one.id] !== one.status);
  if (!news) return false;
  app.say(t("notice.order", { number: news.number, status: t(`orderPage.status.${news.status}`) }), { label: t("notice.show"), run: () => location.assign(`/orders/${news.id}`) });
  return true;
}
