// Keys: commands by the table, Tab through the layers, Escape out of whatever is open.
// @ts-check
import { find } from "../core/design.js";
import { t } from "../core/i18n.js";
import { addFiles } from "../panels/upload.js";
import { brushKey } from "./brush.js";

/** @param {EventTarget | null} target */
const isField = (target) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) && !(target instanceof HTMLInputElement && /^(checkbox|radio|range|button)$/.test(target.type));

/** @param {import("../app.js").App} app */
export function listenToKeys(app) {
  const { store } = app;
  const overlay = () => /** @type {HTMLElement | null} */ (document.getElementById("overlay"));

  addEventListener("keydown", (event) => {
    if (overlay()?.contains(/** @type {Node} */ (event.target)) && !store.state.dialog && brushKey(app, event)) return event.preventDefault();
    if (event.key === " " && event.target === overlay()) {
      app.gestures?.holdSpace(true);
      event.preventDefault();
    }
    if (event.key === "Escape" && escape(event)) return event.preventDefault();
    // Also while the dialog is only on its way.
    if (store.state.dialog) return;
    const inStage = overlay()?.contains(/** @type {Node} */ (event.target)) ?? false;
    if (event.key === "F6") {
      event.preventDefault();
      return nextRegion(event.shiftKey ? -1 : 1);
    }
    if (event.key === "Tab" && inStage && step(event.shiftKey ? -1 : 1)) return event.preventDefault();
    const command = app.commands.ofKey(event);
    if (!command) return;
    const isPlain = !(event.ctrlKey || event.metaKey);
    // Plain keys act on the stage alone; a field keeps its own editing keys.
    if (isPlain && !inStage && !(event.key === "?" && !isField(event.target))) return;
    if (isPlain && !app.settings.value.shortcuts && event.key.length === 1) return;
    if (!isPlain && isField(event.target) && !["save", "palette", "help"].includes(command.id)) return;
    if (["copy", "cut"].includes(command.id) && String(getSelection()) !== "") return;
    event.preventDefault();
    command.run();
  });
  addEventListener("keyup", (event) => event.key === " " && app.gestures?.holdSpace(false));

  addEventListener("paste", (event) => {
    if (event.defaultPrevented || isField(event.target) || app.isReadOnly) return;
    const files = [...(event.clipboardData?.files ?? [])];
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (files.length) void addFiles(app, files);
    else if (text) {
      const layers = app.copying?.layersIn(text);
      if (layers) app.copying?.insert(layers, app.copying.next());
      else {
        app.commands.run("text");
        const [id] = store.state.selection;
        const found = find(store.state.design, id);
        if (found) app.setLayer({ text: plain(text).slice(0, 2000) || " " }, t("did.text"));
      }
    } else return;
    event.preventDefault();
  });

  /** @param {KeyboardEvent} event @returns {boolean} whether there was something to leave */
  function escape(event) {
    if (app.gestures?.cancel()) return true;
    if (app.context) {
      app.context = null;
      app.plan();
      return true;
    }
    if (document.documentElement.hasAttribute("data-bare")) {
      document.documentElement.removeAttribute("data-bare");
      return true;
    }
    if (store.state.dialog) return false;
    if (store.state.editing) {
      store.set({ editing: null });
      overlay()?.focus();
      return true;
    }
    if (overlay()?.contains(/** @type {Node} */ (event.target)) && app.leave()) return true;
    if (store.state.selection.length && overlay()?.contains(/** @type {Node} */ (event.target))) {
      store.set({ selection: [] });
      return true;
    }
    if (overlay()?.contains(/** @type {Node} */ (event.target))) {
      /** @type {HTMLElement | null} */ (document.querySelector(".views button[aria-pressed=true]"))?.focus();
      return true;
    }
    return false;
  }

  /** Chooses the next layer in z order; past the last one Tab leaves the stage. @param {1 | -1} by */
  function step(by) {
    const ids = [...app.ground.layers()].map(({ layer }) => layer.id);
    const at = ids.indexOf(store.state.selection[0]);
    const next = at < 0 ? (by > 0 ? 0 : ids.length - 1) : at + by;
    if (next < 0 || next >= ids.length) {
      store.set({ selection: [] });
      return false;
    }
    store.set({ selection: [ids[next]] });
    app.announceSelection();
    return true;
  }

  /** @param {1 | -1} by */
  function nextRegion(by) {
    const regions = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-region]")]).filter((region) => region.offsetParent !== null);
    const at = regions.findIndex((region) => region.contains(document.activeElement));
    const region = regions[(at + by + regions.length) % regions.length];
    const inside = /** @type {NodeListOf<HTMLElement>} */ (region.querySelectorAll("#overlay, button, input, select, textarea, a[href]"));
    // What is hidden or disabled takes no focus.
    for (const one of region.matches("[tabindex]") ? [region] : inside) {
      one.focus();
      if (document.activeElement === one) return;
    }
  }
}

/** Pasted text as a layer can hold it: no tabs or other control characters but line breaks. @param {string} text */
const plain = (text) => text.replace(/\r\n?/g, "\n").replace(/\t/g, " ").replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, "").trim();
