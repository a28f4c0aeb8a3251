// Pictures of the customer's own: dropped, picked or pasted; each says at once whether it will print sharp.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import * as api from "../core/api.js";
import { add, freshId, update } from "../core/design.js";
import { locale, t } from "../core/i18n.js";
import { createPages } from "../core/pages.js";
import { reframed } from "../core/reframe.js";
import { isBlank, refusedWords } from "../core/refused.js";
import { roomFor } from "../core/room.js";
import { upload, uploads } from "../core/uploads.js";
import { more } from "../ui/more.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {{name: string, abort: AbortController, sent?: number, error?: string}} Coming `sent`: how much of it, 0 to 1 */

/** What is on its way. @type {Coming[]} */
let coming = [];
/** Pictures that were brought before. @type {import("../core/pages.js").Pages<import("../types/api").Upload> | null} */
let brought = null;

/** The service reads one picture at a time. @type {Promise<void>} */
let queue = Promise.resolve();

/** @param {App} app @param {File[]} files */
export function addFiles(app, files) {
  app.store.set({ panel: "upload" });
  for (const file of files) {
    /** @type {Coming} */
    const entry = { name: file.name || t("upload.pasted"), abort: new AbortController() };
    coming = [...coming, entry];
    queue = queue.then(() => bring(app, file, entry));
  }
  app.plan();
  return queue;
}

/** @param {App} app @param {File} file @param {Coming} entry */
async function bring(app, file, entry) {
  try {
    const info = await upload(file, entry.abort.signal, (share) => {
      entry.sent = share;
      app.plan();
    });
    if (isBlank(info)) throw new Error(info.notes[0]);
    coming = coming.filter((other) => other !== entry);
    app.uploads.set(info.id, info);
    broughtTo(app).put(info);
    placePicture(app, info, file.name.replace(/\.[a-z0-9]+$/i, ""));
  } catch (error) {
    if (/** @type {Error} */ (error).name === "AbortError") coming = coming.filter((other) => other !== entry);
    else entry.error = error instanceof api.Offline ? t("offline") : refusedWords(app, error)[0].message;
  }
  app.plan();
}

/** Puts a picture in the middle of the chest, or below what is there: trimmed, as large as it is sharp but no larger than fits. @param {App} app @param {any} info @param {string} name */
export function placePicture(app, info, name) {
  const area = app.ground.area();
  const ground = app.ground.of(area.id);
  if (!ground) return;
  const { extent } = ground;
  const hasMargins = (info.margins_px ?? []).some((/** @type {number} */ margin) => margin > 0);
  const id = freshId(app.store.state.design, name || "picture");
  const layer = { id, name: name.slice(0, 80) || undefined, type: "image", asset: info.id, width: 1, x: 0, y: 0, ...(hasMargins ? { trim: true } : {}) };
  const aspect = app.frames.aspect(/** @type {any} */ (layer));
  const sharp = info.kind === "svg" ? Infinity : (info.width_px / 300) * 25.4;
  const fits = Math.min(extent.width * 0.7, (extent.height * 0.7) / aspect);
  const width = Math.max(Math.min(fits, Math.max(sharp, extent.width * 0.35)), 5);
  const height = width * aspect;
  const middle = extent.x + extent.width / 2;
  const { y, by } = roomFor(app, area, { x: middle - width / 2, y: Math.max(25 - height / 2, area.safe_margin_mm), width, height });
  layer.width = Math.round(width * by * 10) / 10;
  layer.x = Math.round(middle * 100) / 100;
  layer.y = Math.round(y * 100) / 100;
  if (!layer.name) delete layer.name;
  app.store.commit(add(app.store.state.design, area.id, /** @type {any} */ (layer)), t("did.picture"), { select: [id] });
  app.announceSelection();
  if (hasMargins) app.say(t("upload.trimmed"), { label: t("upload.untrim"), run: () => app.store.commit(update(app.store.state.design, [id], (old) => reframed(old, info, {})), t("did.trim")) });
}

/** @param {App} app */
function broughtTo(app) {
  if (!brought) {
    const ask = async (/** @type {import("../core/pages.js").Page} */ page) => {
      const answer = await uploads(page);
      for (const info of answer.uploads) app.uploads.set(info.id, info);
      return answer;
    };
    brought = createPages(ask, "uploads", app.plan);
    void brought.more();
  }
  return brought;
}

/** @param {App} app */
export function uploadPanel(app) {
  const mine = broughtTo(app);
  const seen = mine.items.filter((info) => !isBlank(info));
  return html`<h2>${t("upload.title")}</h2>
    <label class="drop"><input type="file" class="cover" accept="image/png,image/jpeg,image/webp,image/gif,image/svg+xml" multiple @change=${(/** @type {any} */ event) => {
      void addFiles(app, [...event.target.files]);
      event.target.value = "";
    }}><b>${t("upload.pick")}</b><span>${t("upload.kinds")}</span></label>
    ${repeat(coming, (entry) => entry, (entry) => html`<div class="coming ${entry.error ? "note warn" : ""}"><span role="status">${entry.name}${entry.error ? html`: ${entry.error}` : nothing}</span>
      ${entry.error ? nothing : progress(entry)}
      <button class="quiet" aria-label=${`${entry.error ? t("close") : t("cancel")}: ${entry.name}`} @click=${() => {
        entry.abort.abort();
        coming = coming.filter((other) => other !== entry);
        app.plan();
      }}>${entry.error ? t("close") : t("cancel")}</button></div>`)}
    ${seen.length ? html`<h2>${t("upload.mine")}</h2><div class="tiles">${repeat(seen, ({ id }) => id, (info) => html`<button class="tile" @click=${() => placePicture(app, info, info.name ?? "")} aria-label=${t("upload.use", { name: info.name ?? t("layer.image") })}><img src=${api.proxy(info.id, 256)} alt="" loading="lazy"></button>`)}</div>` : nothing}${more(mine)}`;
}

/** How far a picture has come: on its way, then being read. @param {Coming} entry */
function progress({ name, sent = 0 }) {
  const text = sent < 1 ? new Intl.NumberFormat(locale(), { style: "percent" }).format(sent) : t("upload.reading");
  return html`<progress max="1" value=${sent < 1 ? sent : nothing} aria-label=${name} aria-valuetext=${text}></progress><small>${text}</small>`;
}

/** @param {App} app */
export function listenToDrops(app) {
  const isFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") && !app.isReadOnly;
  addEventListener("dragover", (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    document.documentElement.toggleAttribute("data-dropping", true);
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.documentElement.removeAttribute("data-dropping");
  });
  addEventListener("drop", (event) => {
    document.documentElement.removeAttribute("data-dropping");
    if (!isFiles(event)) return;
    event.preventDefault();
    void addFiles(app, [.../** @type {DataTransfer} */ (event.dataTransfer).files]);
  });
}
