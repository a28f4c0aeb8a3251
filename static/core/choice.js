// What is chosen. To choose a layer of a group is to be in the group: its layers can be taken hold of one by one.
// @ts-check
import { announce } from "./announce.js";
import { find, isLocked, nameOf, walk } from "./design.js";
import { bounds, contains } from "./geometry.js";
import { locale, t } from "./i18n.js";
import { formatSize } from "./units.js";

/** @typedef {import("./design.js").Found} Found */

/** @param {{store: import("./store.js").Store, frames: import("./frames.js").Frames, settings: import("./settings.js").SettingsOf}} studio */
export function createChoice({ store, frames, settings }) {
  /** The layers that are chosen, in the document's order. */
  const chosen = () => walk(store.state.design).filter(({ layer }) => store.state.selection.includes(layer.id));

  /** @param {string} [before] what is said first */
  function announceSelection(before = "") {
    const all = chosen();
    const say = (/** @type {string} */ text) => announce(before ? `${before} ${text}` : text);
    if (all.length === 0) return say(t("said.none"));
    if (all.length > 1) return say(t("said.several", { count: all.length }));
    const [{ layer, parents }] = all;
    const size = bounds(frames.quad(all[0]));
    const words = { name: nameOf(layer, t), size: formatSize(size.width, size.height, settings.value.unit, locale()) };
    const group = parents.at(-1);
    say(group ? t("said.chosenIn", { ...words, group: nameOf(group, t) }) : t("said.chosen", words));
  }

  function focusWords() {
    const words = /** @type {HTMLTextAreaElement | null} */ (document.querySelector("#words"));
    words?.focus();
    words?.select();
  }

  return {
    chosen,
    /** Those of the chosen that can be changed; what lies in a chosen group goes with it. */
    free: () => chosen().filter((found) => !isLocked(found) && !found.parents.some((parent) => store.state.selection.includes(parent.id))),
    announceSelection,
    focusWords,
    /** The groups that the chosen layers lie in. @returns {Set<string>} */
    opened: () => new Set(store.state.selection.flatMap((id) => find(store.state.design, id)?.parents.map((parent) => parent.id) ?? [])),
    /** Goes into a layer: the words of a text, the crop of a picture, the layers of a group. @param {string} id @param {import("./geometry.js").Point} [at] where in the print area, mm */
    enter(id, at) {
      const found = find(store.state.design, id);
      if (!found) return;
      if (found.layer.type === "group") {
        const members = walk(store.state.design).filter((one) => one.parents.at(-1)?.id === id && !one.layer.hidden && !isLocked(one));
        const member = (at && members.findLast((one) => contains(frames.quad(one), at))) ?? members[0];
        if (!member) return;
        store.set({ selection: [member.layer.id], editing: null });
        return announceSelection(t("said.entered", { name: nameOf(found.layer, t) }));
      }
      store.set({ selection: [id], editing: ["text", "image"].includes(found.layer.type) && !isLocked(found) ? id : null });
      if (found.layer.type === "text") requestAnimationFrame(focusWords);
    },
    /** Leaves the innermost group. @returns {boolean} whether there was one */
    leave() {
      const group = chosen()[0]?.parents.at(-1);
      if (!group) return false;
      store.set({ selection: [group.id] });
      announceSelection(t("said.left", { name: nameOf(group, t) }));
      return true;
    },
  };
}
