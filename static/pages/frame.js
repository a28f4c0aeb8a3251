// What the pages beside the studio share: the bar at the top, the person's theme and language, and when they are drawn.
// @ts-check
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { bring, choose, locale, t } from "../core/i18n.js";
import { createSettings } from "../core/settings.js";
import { icon } from "../ui/icons.js";

/** @typedef {{title: string, content: unknown, bar?: unknown}} Page `bar`: another than the customers' */

/**
 * Draws a page, now and whenever `draw` is called.
 * @param {(draw: () => void) => Promise<() => Page>} begin asks for what the page needs and gives what draws it
 * @param {string} [part] words that it has of its own
 */
export async function openPage(begin, part) {
  const settings = createSettings();
  await choose(new URLSearchParams(location.search).get("lang") ?? (settings.value.language || undefined));
  if (part) await bring(part);
  const root = /** @type {HTMLElement} */ (document.getElementById("page"));
  root.textContent = "";
  /** @type {() => Page} */
  let page = () => ({ title: "", content: html`<p class="waiting" role="status">${t("page.waiting")}</p>` });
  let isPlanned = false;
  const draw = () => {
    isPlanned = false;
    const { title, content, bar = customers() } = page();
    if (title) document.title = `${title}: Platen`;
    render(html`${bar}<main id="content" tabindex="-1">${content}</main>`, root);
  };
  const plan = () => {
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(draw);
  };
  draw();
  page = await begin(plan);
  draw();
  // Pictures lie on the page itself: in another theme they have another ground.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", plan);
  document.documentElement.dataset.ready = "";
}

function customers() {
  const link = (/** @type {string} */ path, /** @type {string} */ words) => html`<a href=${path} aria-current=${location.pathname === path ? "page" : nothing}>${words}</a>`;
  return html`<header class="page-bar">
    <a class="brand" href="/" aria-label="Platen">${icon("mark")}<b>Platen</b></a>
    <nav aria-label=${t("page.places")}>${link("/", t("page.studio"))}${link("/designs", t("page.designs"))}${link("/orders", t("page.orders"))}</nav>
  </header>`;
}

/** The colour behind everything, as pictures of garments want it. */
export const wall = () => `#${(getComputedStyle(document.body).backgroundColor.match(/\d+/g) ?? ["216", "216", "214"]).slice(0, 3).map((byte) => Number(byte).toString(16).padStart(2, "0")).join("")}`;

/** A time as people write it. @param {string} time RFC 3339 */
export const when = (time) => html`<time datetime=${time}>${new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(time))}</time>`;

/** What stands where something went wrong. @param {string} title @param {string} text @param {unknown} action */
export const notice = (title, text, action) => html`<section class="notice">${icon("mark")}<h1>${title}</h1><p>${text}</p><p>${action}</p></section>`;
