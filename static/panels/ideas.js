// Ready designs to start from. One that is chosen takes the place of what is there, as one step to undo.
// @ts-check
import { html } from "../vendor/lit-html/lit-html.js";
import * as api from "../core/api.js";
import { t } from "../core/i18n.js";
import { picture } from "../ui/picture.js";

/** @type {any[] | null} */
let templates = null;

/** @param {import("../app.js").App} app */
export function ideasPanel(app) {
  if (templates === null) {
    templates = [];
    api.catalogue.templates().then((list) => {
      templates = list;
      app.plan();
    }).catch(() => {});
  }
  return html`<h2>${t("ideas.title")}</h2><p class="hint">${t("ideas.hint")}</p>
    <div class="cards">${templates.map((template) => html`<button class="card" @click=${async () => {
      const design = await api.template(template.id);
      await app.open({ ...design, name: design.name ?? template.name }, t("did.template"));
      app.say(t("said.template", { name: template.name }), { label: t("undo"), run: () => app.commands.run("undo") });
    }}>${picture(`${template.previews[0]}?width=256`)}<span>${template.name}</span></button>`)}</div>`;
}
