// The shop's area: whoever holds a key signs in, and finds what it opens.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { announce } from "../core/announce.js";
import * as api from "../core/api.js";
import { t } from "../core/i18n.js";
import { icon } from "../ui/icons.js";
import { notice, openPage } from "./frame.js";
import { createDesk, told } from "./shop-desk.js";
import { createHooks } from "./shop-hooks.js";
import { createKeys } from "./shop-keys.js";
import { createLater } from "./shop-later.js";
import { createOrder } from "./shop-order.js";
import { createOrders } from "./shop-orders.js";
import { createProfile } from "./shop-profile.js";

/** @typedef {{title: string, content: unknown}} View */
/** A place of this page: what its address asks for. @typedef {URLSearchParams} Place */

const PATH = "/shop.html";
/** What each part needs to be read. @type {[string, string][]} */
const PARTS = [["orders", "orders:read"], ["batches", "batches"], ["campaigns", "shop:read"], ["profile", "shop:read"], ["keys", "shop:read"], ["webhooks", "shop:read"]];

/** The address of a place, in the language that was asked for. @param {Record<string, string>} wanted */
function address(wanted) {
  const lang = new URLSearchParams(location.search).get("lang");
  return `${PATH}${api.query({ ...wanted, lang: lang ?? undefined })}`;
}

void openPage(async (draw) => {
  const form = { text: "", problem: "", isBusy: false };
  /** Why nobody is signed in any more, or the service did not say who it is. */
  let isShut = false;
  let hasFailed = false;

  const desk = createDesk(() => {
    isShut = true;
    announce(t("shop.shut"), "assertive");
    draw();
    focusOn("#key");
  });
  const parts = {
    orders: createOrders(desk, draw, go),
    order: createOrder(desk, draw),
    batches: createLater(async () => (await import("./batch.js")).createBatches(desk, draw, go), draw, "batches"),
    campaigns: createLater(async () => (await import("./campaign.js")).createCampaigns(desk, draw), draw, "campaigns"),
    profile: createProfile(desk, draw),
    keys: createKeys(desk, draw, leave),
    webhooks: createHooks(desk, draw),
  };

  const asked = () => new URLSearchParams(location.search);
  /** The part of the address that the key may read, else the first that it may. */
  const here = () => {
    const may = PARTS.filter(([, scope]) => desk.may(scope)).map(([name]) => name);
    const wanted = asked().has("order") ? "orders" : asked().has("batch") ? "batches" : asked().get("part") ?? "";
    // What a link led to is not something else all at once.
    const lacks = wanted === "batches" && !may.includes(wanted);
    const part = lacks ? "" : may.includes(wanted) ? wanted : may[0] ?? "";
    return { may, part, lacks, shown: part === "orders" && asked().has("order") ? "order" : part };
  };
  const open = () => {
    const { shown } = here();
    if (shown !== "batches") parts.batches.close();
    if (shown !== "campaigns") parts.campaigns.close();
    if (shown) parts[/** @type {keyof typeof parts} */ (shown)].open(asked());
    draw();
  };

  /** @param {Record<string, string>} wanted @param {boolean} [isSame] the same place, asked for otherwise */
  function go(wanted, isSame = false) {
    history[isSame ? "replaceState" : "pushState"](null, "", address(wanted));
    open();
    if (isSame) return;
    scrollTo(0, 0);
    focusOn("#content");
  }
  addEventListener("popstate", () => desk.key && open());
  // Links are links: in another tab they ask for the key, here nothing is loaded anew.
  document.addEventListener("click", (event) => {
    const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest?.(`a[href^="${PATH}"]`));
    if (!link || !desk.key || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(Object.fromEntries(new URL(link.href).searchParams));
  });

  /** @param {string} selector */
  const focusOn = (selector) => requestAnimationFrame(() => requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector(selector))?.focus()));

  function leave() {
    desk.leave();
    Object.assign(form, { text: "", problem: "" });
    isShut = false;
    // What another key had on the screen is not for whoever comes next.
    location.assign(address({}));
  }

  const enter = async () => {
    hasFailed = false;
    draw();
    try {
      await desk.enter();
      open();
    } catch (error) {
      if (error instanceof api.Refusal && error.status === 401) isShut = true;
      else hasFailed = true;
    }
    draw();
  };

  const signIn = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const text = form.text.trim();
    form.problem = "";
    if (!/^platen_\w+$/.test(text)) form.problem = text ? t("shop.noKey") : t("shop.writeKey");
    else {
      form.isBusy = true;
      draw();
      try {
        await desk.enter(text);
        isShut = false;
        form.text = "";
        announce(t("shop.entered", { name: /** @type {import("./shop-desk.js").Key} */ (desk.key).name }));
        open();
        focusOn("#content");
      } catch (error) {
        form.problem = error instanceof api.Refusal && error.status === 401 ? t("shop.wrongKey") : told(error);
      }
      form.isBusy = false;
    }
    draw();
    if (form.problem) {
      announce(form.problem, "assertive");
      focusOn("#key");
    }
  };

  if (desk.hasSecret()) await enter();
  return () => {
    if (hasFailed) return { title: t("shop.title"), bar: bar(), content: notice(t("page.failed"), t("page.failedText"), html`<button class="primary" @click=${enter}>${t("failed.again")}</button> <button @click=${leave}>${t("shop.leave")}</button>`) };
    if (!desk.key) return { title: t("shop.signIn"), bar: bar(), content: door() };
    const { shown, lacks } = here();
    const view = lacks ? { title: t("shop.part.batches"), content: notice(t("shop.lacksBatches"), t("shop.lacksBatchesText"), html`<code dir="ltr">platen keys create --name desk --scope batches</code>`) } : shown ? parts[/** @type {keyof typeof parts} */ (shown)].view() : { title: t("shop.nothing"), content: notice(t("shop.nothing"), t("shop.nothingText"), html`<code dir="ltr">platen keys create --name desk --scope orders:read</code>`) };
    return { title: `${view.title}, ${t("shop.title")}`, bar: bar(), content: html`${bearer()}${view.content}` };
  };

  function bar() {
    const { may, part } = here();
    return html`<header class="page-bar shop-bar"><a class="brand" href=${address({})} aria-label=${t("shop.home")}>${icon("mark")}<b>Platen</b></a>
      ${desk.key ? html`<nav aria-label=${t("page.places")}>${may.map((name) => html`<a href=${address({ part: name })} aria-current=${name === part ? "page" : nothing}>${t(`shop.part.${name}`)}</a>`)}</nav>
        <button class="leave" @click=${leave}>${t("shop.leave")}</button>` : html`<b class="area">${t("shop.title")}</b>`}</header>`;
  }

  function bearer() {
    const { name, scopes } = /** @type {import("./shop-desk.js").Key} */ (desk.key);
    return html`<p class="bearer">${t("shop.key")} <b dir="auto">${name}</b> <span>${scopes.map((scope) => html`<code dir="ltr" title=${t(`shop.scope.${scope}`)}>${scope}</code> `)}</span></p>`;
  }

  function door() {
    return html`<form class="door" @submit=${signIn} novalidate>
      <h1>${t("shop.signIn")}</h1>
      ${isShut ? html`<p class="note warn">${t("shop.shut")}</p>` : html`<p>${t("shop.signInText")}</p>`}
      <label class="field"><span>${t("shop.key")}</span><input id="key" class="mono" type="password" dir="ltr" autocomplete="off" spellcheck="false" placeholder="platen_…" .value=${form.text}
        aria-invalid=${form.problem ? "true" : nothing} aria-describedby=${form.problem ? "key-problem" : nothing} @input=${(/** @type {any} */ event) => (form.text = event.target.value)}></label>
      ${form.problem ? html`<p class="note error" id="key-problem" dir="auto">${form.problem}</p>` : nothing}
      <button class="primary" aria-busy=${form.isBusy} ?disabled=${form.isBusy}>${form.isBusy ? t("page.waiting") : t("shop.enter")}</button>
      <details><summary>${t("shop.how")}</summary><p>${t("shop.howText")}</p><pre dir="ltr" tabindex="0">platen keys create --name desk \
  --scope orders:read --scope orders:write \
  --scope shop:read --scope shop:write --scope batches</pre><p>${t("shop.kept")}</p></details>
    </form>`;
  }
}, "shop");
