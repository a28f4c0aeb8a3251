// Graphics that come with the studio, and plain shapes.
// @ts-check
import { html } from "../vendor/lit-html/lit-html.js";
import * as api from "../core/api.js";
import { add, freshId } from "../core/design.js";
import { known, locale, t } from "../core/i18n.js";
import { roomFor } from "../core/room.js";
import { bestInk } from "./inks.js";
import { placePicture } from "./upload.js";

/** @type {any[] | null} */
let graphics = null;
let query = "";
let category = "";

const SHAPES = /** @type {[string, any][]} */ ([
  ["rectangle", { shape: "rectangle", width: 80, height: 50 }],
  ["ellipse", { shape: "ellipse", width: 70, height: 70 }],
  ["star", { shape: "star", points: 5, radius: 40 }],
  ["polygon", { shape: "polygon", sides: 6, radius: 40 }],
  ["line", { shape: "line", length: 120 }],
  ["qr", { shape: "qr", text: "https://example.com", width: 50 }],
]);

/** A shop's own category has no words but its name. @param {string} category */
const kind = (category) => known([`category.${category}`], category);

/** @param {import("../app.js").App} app */
export function artPanel(app) {
  if (graphics === null) {
    graphics = [];
    api.catalogue.graphics().then((list) => {
      graphics = list;
      for (const graphic of list) app.uploads.set(graphic.id, graphic);
      app.plan();
    }).catch(() => {});
  }
  const categories = [...new Set(graphics.map((graphic) => graphic.category).filter(Boolean))].sort((a, b) => kind(a).localeCompare(kind(b), locale()));
  const shown = graphics.filter((graphic) => (!category || graphic.category === category) && `${graphic.name} ${graphic.category ? kind(graphic.category) : ""}`.toLocaleLowerCase(locale()).includes(query.toLocaleLowerCase(locale())));
  const insert = (/** @type {any} */ fields, /** @type {string} */ word) => {
    const area = app.ground.area();
    const { extent } = /** @type {any} */ (app.ground.of(area.id));
    const id = freshId(app.store.state.design, word);
    const ink = bestInk(app).id;
    const scale = Math.min(1, (extent.width * 0.6) / (fields.width ?? fields.length ?? fields.radius * 2));
    const sized = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, ["width", "height", "radius", "length"].includes(key) ? Math.round(Number(value) * scale * 10) / 10 : value]));
    const layer = /** @type {any} */ ({ id, type: "shape", ...sized, ...(fields.shape === "line" ? { stroke: { width: 3, color: ink } } : { fill: ink }), x: extent.x + extent.width / 2, y: 0 });
    const { width, height } = app.frames.box(layer);
    layer.y = roomFor(app, area, { x: layer.x - width / 2, y: Math.min(extent.height / 2, 100) - height / 2, width, height }).y;
    app.store.commit(add(app.store.state.design, area.id, layer), t("did.shapeAdded"), { select: [id] });
  };
  return html`<h2>${t("art.shapes")}</h2>
    <div class="shapes">${SHAPES.map(([name, fields]) => html`<button @click=${() => insert(fields, name)}>${t(`layer.${name}`)}</button>`)}</div>
    <h2>${t("art.title")}</h2>
    <input type="search" placeholder=${t("art.search")} aria-label=${t("art.search")} .value=${query} @input=${(/** @type {any} */ event) => {
      query = event.target.value;
      app.plan();
    }}>
    ${categories.length ? html`<div class="segments" role="group" aria-label=${t("art.categories")}>${["", ...categories].map((name) => html`<button aria-pressed=${category === name} @click=${() => {
      category = name;
      app.plan();
    }}>${name === "" ? t("art.all") : kind(name)}</button>`)}</div>` : ""}
    <div class="tiles">${shown.map((graphic) => html`<button class="tile" aria-label=${graphic.name} title=${graphic.name} @click=${() => placePicture(app, graphic, graphic.name)}><img src=${api.proxy(graphic.id, 128)} alt="" loading="lazy"></button>`)}</div>
    ${shown.length === 0 ? html`<p class="hint">${t("art.none")}</p>` : ""}`;
}
