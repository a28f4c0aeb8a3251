// Shortcuts, the command palette, and the studio's own settings.
// @ts-check
import { html } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { readable } from "../core/commands.js";
import { LANGUAGES, t } from "../core/i18n.js";
import { check, select } from "../ui/field.js";
import { dialog } from "../ui/dialog.js";
import { icon } from "../ui/icons.js";

/** @typedef {import("../app.js").App} App */

let query = "";

/** @param {App} app */
export function shortcutsDialog(app) {
  const groups = ["add", "edit", "move", "arrange", "align", "view", "file"];
  return dialog(app, {
    title: t("shortcuts"), isWide: true,
    content: html`<div class="shortcuts">${groups.map((group) => html`<section><h3>${t(`group.${group}`)}</h3><dl>${app.commands.list.filter((command) => command.group === group && command.keys && !command.hidden).map((command) => html`<div><dt>${t(`command.${command.id}`)}</dt><dd>${command.keys?.map((keys) => html`<kbd>${readable(keys)}</kbd> `)}</dd></div>`)}</dl></section>`)}</div>`,
  });
}

/** @param {App} app */
export function paletteDialog(app) {
  const found = () => app.commands.list.filter((command) => !command.hidden && app.commands.can(command.id) && t(`command.${command.id}`).toLowerCase().includes(query.toLowerCase()));
  const run = (/** @type {string} */ id) => {
    query = "";
    app.store.set({ dialog: null });
    app.commands.run(id);
  };
  return dialog(app, {
    title: t("command.palette"),
    content: html`<input type="search" autofocus aria-label=${t("palette.search")} placeholder=${t("palette.search")} .value=${query} @input=${(/** @type {any} */ event) => {
      query = event.target.value;
      app.plan();
    }} @keydown=${(/** @type {KeyboardEvent} */ event) => {
      // What is typed may not be drawn yet.
      const [first] = event.key === "Enter" ? found() : [];
      if (first) run(first.id);
      if (event.key === "ArrowDown") /** @type {HTMLElement | null} */ (document.querySelector(".palette button"))?.focus();
    }}><div class="palette">${found().map((command) => html`<button class="text" @click=${() => run(command.id)}><span>${t(`command.${command.id}`)}</span>${command.keys ? html`<kbd>${readable(command.keys[0])}</kbd>` : ""}</button>`)}</div>`,
  });
}

/** @param {App} app */
export function settingsDialog(app) {
  const { value, set } = app.settings;
  /** The keys go with the tool to its new place. @param {any} event @param {string[]} tools */
  const arrange = ({ currentTarget: taken }, tools) => {
    set({ tools });
    requestAnimationFrame(() => requestAnimationFrame(() => (taken.disabled ? taken.closest("li").querySelector("button:not([disabled])") ?? taken : taken).focus()));
  };
  const move = (/** @type {Event} */ event, /** @type {number} */ from, /** @type {number} */ by) => arrange(event, value.tools.with(from, value.tools[from + by]).with(from + by, value.tools[from]));
  const all = ["garment", "text", "upload", "art", "ideas", "names"];
  return dialog(app, {
    title: t("settings"),
    content: html`
      ${select({ label: t("settings.theme"), value: value.theme, options: [["system", t("settings.system")], ["light", t("settings.light")], ["dark", t("settings.dark")]], set: (theme) => set({ theme: /** @type {any} */ (theme) }) })}
      ${select({ label: t("settings.unit"), value: value.unit, options: [["mm", t("settings.mm")], ["in", t("settings.in")]], set: (unit) => set({ unit: /** @type {any} */ (unit) }) })}
      ${select({ label: t("settings.language"), value: document.documentElement.lang, options: /** @type {[string, string][]} */ (LANGUAGES), set: (language) => {
        set({ language });
        location.reload();
      } })}
      ${select({ label: t("settings.density"), value: value.density, options: [["roomy", t("settings.roomy")], ["tight", t("settings.tight")]], set: (density) => set({ density: /** @type {any} */ (density) }) })}
      ${select({ label: t("settings.panels"), value: value.panels, options: [["left", t("settings.left")], ["right", t("settings.right")]], set: (panels) => set({ panels: /** @type {any} */ (panels) }) })}
      ${select({ label: t("settings.backdrop"), value: value.backdrop, options: [["grey", t("settings.grey")], ["white", t("settings.white")], ["black", t("settings.black")]], set: (backdrop) => set({ backdrop: /** @type {any} */ (backdrop) }) })}
      ${check({ label: t("settings.shortcuts"), value: value.shortcuts, set: (shortcuts) => set({ shortcuts }) })}
      <h3>${t("settings.tools")}</h3>
      <ul class="order-list">${repeat([...value.tools, ...all.filter((tool) => !value.tools.includes(tool))], (tool) => tool, (tool, index) => {
        const isOn = value.tools.includes(tool);
        return html`<li><label class="check"><input type="checkbox" .checked=${isOn} ?disabled=${isOn && value.tools.length === 1} @change=${(/** @type {Event} */ event) => arrange(event, isOn ? value.tools.filter((one) => one !== tool) : [...value.tools, tool])}><span>${t(`tool.${tool}`)}</span></label>
          <button class="tiny" ?disabled=${!isOn || index === 0} aria-label=${t("settings.earlier", { name: t(`tool.${tool}`) })} @click=${(/** @type {Event} */ event) => move(event, index, -1)}>${icon("up")}</button>
          <button class="tiny" ?disabled=${!isOn || index >= value.tools.length - 1} aria-label=${t("settings.later", { name: t(`tool.${tool}`) })} @click=${(/** @type {Event} */ event) => move(event, index, 1)}>${icon("down")}</button></li>`;
      })}</ul>`,
  });
}
