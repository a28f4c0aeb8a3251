// A link for others to look at, the picture, the print file.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import * as api from "../core/api.js";
import { t } from "../core/i18n.js";
import { areaName } from "../core/told.js";
import { dialog } from "../ui/dialog.js";

/** @type {{link: string, isCopied: boolean, error: string}} */
let state = { link: "", isCopied: false, error: "" };

/** @param {import("../app.js").App} app */
export function shareDialog(app) {
  const make = async () => {
    try {
      await app.saver?.now();
      const { id } = app.store.state.kept;
      if (!id) throw new api.Offline("offline");
      const { page } = await api.designs.share(id);
      state = { link: new URL(page, location.href).href, isCopied: false, error: "" };
      await navigator.clipboard.writeText(state.link).then(() => (state.isCopied = true)).catch(() => {});
    } catch (error) {
      state = { link: "", isCopied: false, error: error instanceof api.Offline ? t("offline") : /** @type {Error} */ (error).message };
    }
    app.plan();
  };
  const kept = app.store.state.kept.id;
  const name = (app.store.state.design.name ?? "design").replace(/[^\p{L}\p{N}]+/gu, "-");
  return dialog(app, {
    title: t("share"),
    content: html`<p>${t("share.text")}</p>
      <button class="primary block" ?disabled=${app.store.state.design.placements.length === 0} @click=${make}>${t("share.link")}</button>
      ${state.link ? html`<label class="field"><span>${state.isCopied ? t("share.copied") : t("share.here")}</span><input readonly .value=${state.link} @focus=${(/** @type {any} */ event) => event.target.select()}></label>` : nothing}
      ${state.error ? html`<p class="note warn">${state.error}</p>` : nothing}
      <h2>${t("share.files")}</h2>
      <a class="button block" href=${app.preview.address || nothing} download="${name}.jpg">${t("share.picture")}</a>
      ${kept ? html`<a class="button block" href=${api.designs.proof(kept)} target="_blank" rel="noopener">${t("share.proof")}</a>` : nothing}
      <button class="block" @click=${() => printFile(app, name)}>${t("share.print", { area: areaName(app.ground.area()) })}</button>`,
  });
}

/** Downloads the print file of the area. @param {import("../app.js").App} app @param {string} name */
async function printFile(app, name) {
  const area = app.ground.area();
  try {
    const { picture } = await api.artwork(app.store.state.design, area.id, { size: app.store.state.size });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(picture);
    link.download = `${name}-${area.id}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  } catch (error) {
    app.say(/** @type {Error} */ (error).message);
  }
}
