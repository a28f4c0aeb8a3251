// When an order is ready: in the shop's usual time, or sooner for more.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { locale, t } from "../core/i18n.js";

/** @typedef {import("../types/api").ShopDetail} Shop */

/** The day after so many working days: Monday to Friday. @param {number} days @param {Date} [from] */
export function readyOn(days, from = new Date()) {
  const day = new Date(from.getFullYear(), from.getMonth(), from.getDate());
  for (let left = days; left > 0; ) {
    day.setDate(day.getDate() + 1);
    if (day.getDay() % 6 !== 0) left--;
  }
  return day;
}

/** @param {Date} day */
const written = (day) => new Intl.DateTimeFormat(locale(), { weekday: "short", day: "numeric", month: "long" }).format(day);

/**
 * The ways to choose from, each with the day and what it costs more.
 * @param {Shop | null} shop @param {{rush: string, due: string}} order @param {(rush: string) => void} choose the id of a rush; "" for the usual time
 */
export function delivery(shop, { rush, due }, choose) {
  if (!shop || (shop.usual_days === undefined && shop.rush.length === 0)) return nothing;
  const ways = [{ id: "", days: shop.usual_days, percent: 0 }, ...shop.rush.toSorted((a, b) => b.days - a.days)];
  const chosen = ways.find(({ id }) => id === rush) ?? ways[0];
  const ready = chosen.days === undefined ? null : readyOn(chosen.days);
  // A day is written as in the field: the local one.
  const wanted = due ? new Date(`${due}T00:00`) : null;
  return html`<h3 id="order-when">${t("order.when")}</h3>
    <div class="delivery" role="radiogroup" aria-labelledby="order-when">${ways.map(({ id, days, percent }) => html`<label class="way"><input type="radio" name="rush" value=${id} .checked=${live(id === chosen.id)} @change=${() => choose(id)}>
      <span><b>${days === undefined ? t("order.usual") : written(readyOn(days))}</b><small>${days === undefined ? t("order.unsaid") : t(id ? "order.days" : "order.usualDays", { count: days })}</small></span><i>${percent ? `+${new Intl.NumberFormat(locale(), { style: "percent" }).format(percent / 100)}` : nothing}</i></label>`)}</div>
    <p class="hint">${t("order.whenHint")}</p>
    ${ready && wanted && wanted < ready ? html`<p class="note warn">${t("order.late", { due: written(wanted), ready: written(ready) })}</p>` : nothing}`;
}
