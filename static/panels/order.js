// The price while designing, and the order: sizes, names, price line by line, proof, approval.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import * as api from "../core/api.js";
import { nameOf, walk } from "../core/design.js";
import { money, t } from "../core/i18n.js";
import { later } from "../core/later.js";
import { adviceWords, findingWords, lineWords } from "../core/told.js";
import { dialog } from "../ui/dialog.js";
import { refusedWords } from "../core/refused.js";
import { picture } from "../ui/picture.js";
import { sharpness } from "../core/frames.js";
import { delivery } from "./delivery.js";
import { fixes } from "./preflight.js";
import { people } from "./roster.js";

/** @typedef {import("../app.js").App} App */

const PIECES = 24;

/** What is being ordered; it lives as long as the page. */
const order = {
  /** @type {Record<string, number>} by size */
  counts: {},
  name: "", email: "", note: "", due: "", rush: "",
  /** The design that was looked at and found right. @type {object | null} */
  seen: null,
  isBusy: false,
  /** What is no number of pieces. */
  refused: "",
  /** Coarse pictures that are to be printed as they are: which, and how large. @type {Set<string>} */
  coarse: new Set(),
  /** Names the order so that it is placed once, however often it is sent. */
  key: crypto.randomUUID(),
  /** @type {any} the order as it was placed */
  placed: null,
  /** @type {{message: string, hint?: string}[]} */
  problems: [],
};

/** Asks for the price some time after the last change. @param {App} app */
export function watchPrice(app) {
  const ask = later(120, async (signal) => {
    const { design } = app.store.state;
    if (design.placements.length === 0 || app.isReadOnly) return app.store.set({ live: { ...app.store.state.live, quote: null } });
    const counts = { ...order.counts };
    for (const person of people(app)) counts[person.size] = (counts[person.size] ?? 0) + 1;
    const items = Object.entries(counts).filter(([, count]) => count > 0).map(([size, quantity]) => ({ size, quantity }));
    const isGuess = items.length === 0;
    try {
      const quote = await api.quote({ design, items: isGuess ? [{ size: app.store.state.size, quantity: PIECES }] : items, ...(order.rush ? { rush: order.rush } : {}) }, signal);
      app.store.set({ live: { ...app.store.state.live, quote: { ...quote, isGuess } } });
    } catch (error) {
      if (/** @type {Error} */ (error).name !== "AbortError") app.store.set({ live: { ...app.store.state.live, quote: error instanceof api.Refusal ? { error: refusedWords(app, error)[0].message } : null } });
    }
  });
  app.store.subscribe((state, before) => (state.design !== before.design || state.size !== before.size || state.people !== before.people) && ask());
  app.askPrice = ask;
  ask();
  void api.catalogue.shop().then((shop) => {
    app.shop = shop;
    app.plan();
  }, () => {});
}

/** @param {any} quote @param {number} minor */
const price = (quote, minor) => money(minor, quote.currency, quote.digits);

/** In the button, where there is no room for the line. @param {App} app */
export function priceEach(app) {
  const { quote } = app.store.state.live;
  return quote && !quote.error ? html`<small aria-hidden="true">${quote.pieces} × ${price(quote, quote.per_piece)}</small>` : nothing;
}

/** @param {App} app */
export function priceLine(app) {
  const { quote, findings, problem } = app.store.state.live;
  // What cannot even be drawn is no smaller problem.
  const errors = findings.filter((/** @type {any} */ finding) => finding.severity === "error").length + (problem?.errors ? 1 : 0);
  const warnings = findings.filter((/** @type {any} */ finding) => finding.severity === "warning").length;
  const state = html`<small class="ready">${app.store.state.design.placements.length === 0 ? t("price.empty") : errors ? t("price.errors", { count: errors }) : warnings ? t("price.warnings", { count: warnings }) : t("price.ready")}</small>`;
  if (!quote) return html`<span class="space"></span>${state}`;
  if (quote.error) return html`<small>${quote.error}</small><span class="space"></span>${state}`;
  const inks = quote.locations.reduce((/** @type {number} */ sum, /** @type {any} */ location) => sum + location.inks.length, 0);
  const advice = quote.advice.find((/** @type {any} */ one) => one.saves) ?? quote.advice[0];
  return html`<span><bdi class="amount">${price(quote, quote.per_piece)}</bdi><small> ${t("price.each", { count: quote.pieces })}</small></span>
    <small class="why">${t("price.inks", { count: inks })}, ${t("price.places", { count: quote.locations.length })}.${advice ? html` <bdi>${adviceWords(app, quote, advice)}</bdi>` : nothing}</small><span class="space"></span>${state}`;
}

/** Pictures that fall apart into squares and that the shop would print all the same. @param {App} app */
const coarsePictures = (app) => walk(app.store.state.design).flatMap(({ layer, pointer }) => {
  const dpi = layer.type === "image" && !layer.hidden ? app.frames.dpi(layer) : null;
  const isRefused = app.store.state.live.findings.some((/** @type {any} */ finding) => finding.severity === "error" && finding.pointer === pointer);
  return dpi === null || sharpness(dpi) !== "coarse" || isRefused ? [] : [{ layer, dpi, key: `${layer.id} ${Math.round(dpi)}` }];
});

/** @param {App} app */
export function orderDialog(app) {
  const { quote, findings } = app.store.state.live;
  const garment = app.garment();
  const pieces = Object.values(order.counts).reduce((sum, count) => sum + count, people(app).length);
  const errors = findings.filter((/** @type {any} */ finding) => finding.severity === "error");
  const coarse = coarsePictures(app);
  const hasSeen = order.seen === app.store.state.design;
  if (order.placed) return placed(app);
  const count = (/** @type {string} */ size, /** @type {number} */ value) => {
    order.counts = { ...order.counts, [size]: Math.min(100000, Math.max(0, Math.floor(value) || 0)) };
    order.key = crypto.randomUUID();
    order.refused = "";
    app.askPrice();
    app.plan();
  };
  const content = html`<div class="order-form"><div>
    <h3>${t("order.sizes", { color: app.colorName() })}</h3>
    <div class="sizes" @paste=${(/** @type {ClipboardEvent} */ event) => pasteSizes(app, event, count)}>${garment.sizes.map((/** @type {any} */ size) => html`<div class="size"><label for="size-${size.id}">${size.id}</label>
      <div class="stepper"><button aria-label=${t("order.less", { size: size.id })} @click=${() => count(size.id, (order.counts[size.id] ?? 0) - 1)}>−</button>
      <input id="size-${size.id}" inputmode="numeric" .value=${String(order.counts[size.id] ?? 0)} @focus=${(/** @type {any} */ event) => event.target.select()} @change=${(/** @type {any} */ event) => {
        if (!/^\s*\d{1,6}\s*$/.test(event.target.value)) {
          order.refused = event.target.value;
          event.target.value = String(order.counts[size.id] ?? 0);
          app.plan();
        }
        else count(size.id, Number(event.target.value));
      }} @keydown=${moveCell}>
      <button aria-label=${t("order.more", { size: size.id })} @click=${() => count(size.id, (order.counts[size.id] ?? 0) + 1)}>+</button></div>
      ${size.surcharge_cents ? html`<small>+${money(size.surcharge_cents, quote?.currency ?? "USD")}</small>` : html`<small> </small>`}</div>`)}</div>
    ${order.refused ? html`<p class="note warn" role="alert">${t("order.noCount", { value: order.refused })}</p>` : nothing}
    ${(app.store.state.design.fields ?? []).length ? html`<p class="note">${people(app).length ? t("order.people", { count: people(app).length }) : t("order.fields")} <button class="quiet" @click=${() => app.store.set({ dialog: null, panel: "names" })}>${t("order.roster")}</button></p>` : nothing}
    ${delivery(app.shop, order, (rush) => {
      Object.assign(order, { rush, key: crypto.randomUUID() });
      app.askPrice();
      app.plan();
    })}
    <h3>${t("order.who")}</h3>
    <div class="two">${text(app, "name", t("order.name"), "name")}${text(app, "email", t("order.email"), "email")}</div>
    <div class="two">${text(app, "due", t("order.due"), "off", "date")}${text(app, "note", t("order.note"), "off")}</div>
    ${quote && !quote.error ? costs(app, quote) : quote?.error ? html`<p class="note warn">${quote.error}</p>` : nothing}
    </div><aside aria-label=${t("order.proof")}><h3>${t("order.proof")}</h3>
    ${proofs(app)}
    <label class="check"><input type="checkbox" .checked=${live(hasSeen)} @change=${(/** @type {any} */ event) => {
      order.seen = event.target.checked ? app.store.state.design : null;
      app.plan();
    }}><span>${t("order.seen")}</span></label>
    ${coarse.map(({ layer, dpi, key }) => html`<label class="check note error"><input type="checkbox" .checked=${live(order.coarse.has(key))} @change=${(/** @type {any} */ event) => {
      order.coarse[event.target.checked ? "add" : "delete"](key);
      app.plan();
    }}><span>${t("order.coarse", { name: nameOf(layer, t), dpi: Math.round(dpi), dot: app.length(25.4 / dpi) })}</span></label>`)}
    ${errors.map((/** @type {any} */ finding) => html`<p class="note error" dir="auto">${findingWords(app, finding)} ${fixes(app, finding)}</p>`)}
    ${order.problems.map((problem) => html`<p class="note error">${problem.message}${problem.hint ? html`<small>${problem.hint}</small>` : nothing}</p>`)}</aside></div>`;
  const missing = pieces === 0 ? t("order.noPieces") : !order.name.trim() ? t("order.noName") : !hasSeen ? t("order.notSeen") : coarse.some(({ key }) => !order.coarse.has(key)) ? t("order.notSure") : errors.length ? t("price.errors", { count: errors.length }) : quote?.error ?? "";
  return dialog(app, { title: t("order.title"), isWide: true, content, actions: html`<p class="sum">${sum(quote, pieces)}</p><small>${missing}</small><button class="primary" ?disabled=${Boolean(missing) || order.isBusy} @click=${() => submit(app)}>${order.isBusy ? t("order.placing") : t("order.place")}</button>` });
}

/** What it comes to, always in sight. @param {any} quote @param {number} pieces */
const sum = (quote, pieces) => pieces > 0 && quote && !quote.error && !quote.isGuess ? html`<b>${price(quote, quote.total)}</b> <small><span>${t("order.pieces", { count: pieces })}</span> · ${t("order.each", { amount: price(quote, quote.per_piece) })}</small>` : html`<span>${t("order.pieces", { count: pieces })}</span>`;

/** The price line by line, each with its reason. @param {App} app @param {any} quote */
function costs(app, quote) {
  const { id } = app.store.state.kept;
  return html`<h3>${t("order.price")}</h3><table class="lines"><caption class="hidden">${t("order.price")}</caption><tbody>${quote.lines.map((/** @type {any} */ line) => {
    const { label, reason } = lineWords(app, quote, line);
    return html`<tr><th scope="row"><bdi>${label}</bdi><small><bdi>${reason}</bdi></small></th><td>${line.quantity > 1 ? `${line.quantity} × ${price(quote, line.unit)}` : ""}</td><td>${price(quote, line.amount)}</td></tr>`;
  })}</tbody>
    <tfoot><tr><th scope="row">${quote.isGuess ? t("order.example", { count: quote.pieces }) : t("order.total")}</th><td><bdi dir=${document.documentElement.dir}>${t("order.each", { amount: price(quote, quote.per_piece) })}</bdi></td><td>${price(quote, quote.total)}</td></tr></tfoot></table>
    ${id && quote.lines.some((/** @type {any} */ line) => line.code === "screens") ? html`<p><a class="button quiet" href="/press.html?design=${id}">${t("price.press")}</a></p>` : nothing}
    ${quote.advice.map((/** @type {any} */ advice) => html`<p class="note" dir="auto">${adviceWords(app, quote, advice)}</p>`)}`;
}

/** Every side of the garment as it will be, and the proof with sizes and inks. @param {App} app */
function proofs(app) {
  const { design, kept: { id, revision } } = app.store.state;
  if (!id) return html`<p class="hint">${t("order.unkept")}</p>`;
  const garment = app.garment();
  const isPrinted = (/** @type {string} */ view) => design.placements.some((placement) => placement.layers.length > 0 && garment.areas.find((/** @type {any} */ area) => area.id === placement.area)?.view === view);
  return html`<div class="proofs">${garment.views.map((/** @type {string} */ view) => html`<figure>${picture(`${api.designs.picture(id, view, 400)}&wall=${encodeURIComponent(app.wall())}#${revision}`, { alt: t(`view.${view}`), width: 400, height: 500 })}
      <figcaption>${t(`view.${view}`)}${isPrinted(view) ? nothing : html` · ${t("order.unprinted")}`}</figcaption></figure>`)}</div>
    <p><a class="button" href=${api.designs.proof(id)} target="_blank" rel="noopener">${t("order.openProof")}</a></p>`;
}

/** @param {App} app @param {"name" | "email" | "note" | "due"} key @param {string} label @param {string} autocomplete @param {string} [type] */
const text = (app, key, label, autocomplete, type = key === "email" ? "email" : "text") => html`<label class="field"><span>${label}</span><input type=${type} autocomplete=${autocomplete} .value=${live(order[key])} @input=${(/** @type {any} */ event) => {
  order[key] = event.target.value;
  order.key = crypto.randomUUID();
}} @change=${app.plan}></label>`;

/** Arrows go from cell to cell. @param {KeyboardEvent} event */
function moveCell(event) {
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1, Enter: 1 }[event.key];
  if (!by) return;
  const cells = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".sizes input")]);
  const next = cells[cells.indexOf(/** @type {HTMLElement} */ (event.target)) + by];
  if (next) {
    event.preventDefault();
    next.focus();
  }
}

/** "S 3, M 10" or a row of numbers from a spreadsheet. @param {App} app @param {ClipboardEvent} event @param {(size: string, value: number) => void} count */
function pasteSizes(app, event, count) {
  const pasted = event.clipboardData?.getData("text") ?? "";
  const sizes = app.garment().sizes.map((/** @type {any} */ size) => size.id);
  const named = [...pasted.matchAll(/\b(\d?X*[SML]|\d?XL)\b\W+(\d+)/gi)].filter(([, size]) => sizes.includes(size.toUpperCase()));
  const row = pasted.trim().split(/[\t,;\n]+/).map((cell) => cell.trim());
  if (named.length) named.forEach(([, size, value]) => count(size.toUpperCase(), Number(value)));
  else if (row.length > 1 && row.every((cell) => /^\d*$/.test(cell))) row.slice(0, sizes.length).forEach((cell, index) => count(sizes[index], Number(cell)));
  else return;
  event.preventDefault();
}

/** @param {App} app */
async function submit(app) {
  order.isBusy = true;
  order.problems = [];
  app.plan();
  try {
    await app.saver?.now();
    const { id } = app.store.state.kept;
    if (!id) throw new api.Offline("offline");
    const fields = Object.fromEntries((app.store.state.design.fields ?? []).map((field) => [field.id, field.sample]));
    const named = people(app).map((person) => ({ design: id, size: person.size, quantity: 1, fields: { ...fields, ...Object.fromEntries(Object.entries(person.fields).filter(([key, value]) => value && key in fields)) } }));
    const plain = Object.entries(order.counts).filter(([, quantity]) => quantity > 0).map(([size, quantity]) => ({ design: id, size, quantity, ...(Object.keys(fields).length ? { fields } : {}) }));
    const lines = [...named, ...plain];
    const body = { lines, contact: { name: order.name.trim(), ...(order.email.trim() ? { email: order.email.trim() } : {}) }, ...(order.due ? { due: order.due } : {}), ...(order.rush ? { rush: order.rush } : {}), ...(order.note.trim() ? { note: order.note.trim() } : {}) };
    const made = await api.orders.place(body, order.key);
    // The tick was for exactly this picture: the hash seals it.
    order.placed = await api.orders.approve(made.id, { hash: made.hash, name: order.name.trim() });
  } catch (error) {
    order.problems = error instanceof api.Offline ? [{ message: t("offline") }] : refusedWords(app, error);
  } finally {
    order.isBusy = false;
    app.plan();
  }
}

/** @param {App} app */
function placed(app) {
  const again = () => {
    Object.assign(order, { placed: null, counts: {}, seen: null, key: crypto.randomUUID() });
    app.store.set({ dialog: null });
    app.askPrice();
  };
  return dialog(app, {
    title: t("order.thanks"),
    content: html`<p>${t("order.number")} <b class="mono">${order.placed.id}</b></p><p>${t("order.next")}</p>
      <a class="button block" href="/orders/${order.placed.id}">${t("order.page")}</a>
      <a class="button block" href="/api/v1/orders/${order.placed.id}/proof.pdf" target="_blank" rel="noopener">${t("order.openProof")}</a>`,
    actions: html`<button @click=${again}>${t("order.another")}</button>`,
  });
}
