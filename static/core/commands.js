// Everything a person can do, in one table: menus, shortcuts, the palette and the help read it.
// @ts-check
import { announce } from "./announce.js";
import { add, copies, find, flipped, freshId, group, isLocked, nameOf, remove, reorder, ungroup, update, walk } from "./design.js";
import { bounds, middle, union } from "./geometry.js";
import { t } from "./i18n.js";
import { bestInk } from "../panels/inks.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {{id: string, keys?: string[], when?: () => boolean, run: () => void, group: string, hidden?: boolean}} Command */

const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);

/**
 * @typedef {object} Commands
 * @property {Command[]} list
 * @property {(id: string) => void} run
 * @property {(view: string) => void} showView
 * @property {(id: string) => boolean} can
 * @property {(design: import("./design.js").Design, label: string, how?: any) => void} commit takes a design and says what was done
 * @property {(event: KeyboardEvent) => Command | undefined} ofKey the command of a key, if it can be run now
 */

/** @param {App} app @returns {Commands} */
export function commandsOf(app) {
  const { store } = app;
  const has = () => store.state.selection.length > 0 && !app.isReadOnly;
  const ids = () => app.free().map(({ layer }) => layer.id);
  /** @type {Commands["commit"]} */
  const commit = (design, label, how) => {
    store.commit(design, label, how);
    announce(label);
  };

  /** Moves what is chosen, each by so many mm of the print area. @param {(found: import("./design.js").Found) => {x?: number, y?: number}} by */
  function shifted(by) {
    const all = new Map(app.free().map((found) => [found.layer.id, found]));
    return update(store.state.design, [...all.keys()], ({ id }) => {
      const found = /** @type {import("./design.js").Found} */ (all.get(id));
      const { x = 0, y = 0 } = by(found);
      return app.frames.moved(found, x, y);
    });
  }

  /** @param {number} x @param {number} y mm */
  const nudge = (x, y) => () => {
    commit(shifted(() => ({ x, y })), t("did.move"), { key: "nudge" });
    app.announceSelection();
  };
  /** @param {number} degrees */
  const turn = (degrees) => () =>
    commit(update(store.state.design, ids(), (layer) => ({ rotation: round((((((layer.rotation ?? 0) + degrees + 180) % 360) + 360) % 360) - 180, 1) || undefined })), t("did.turn"), { key: "turn" });

  /** @param {"x" | "y"} axis @param {0 | 0.5 | 1} where */
  const align = (axis, where) => () => {
    const chosen = app.free();
    const boxes = new Map(chosen.map((found) => [found.layer.id, bounds(app.frames.quad(found))]));
    const on = app.ground.of(chosen[0]?.area);
    const frame = chosen.length > 1 ? union([...boxes.values()]) : on?.extent;
    if (!frame) return;
    const size = axis === "x" ? "width" : "height";
    commit(shifted(({ layer }) => {
      const box = /** @type {any} */ (boxes.get(layer.id));
      return { [axis]: frame[axis] + frame[size] * where - (box[axis] + box[size] * where) };
    }), t("did.align"));
  };

  /** @param {"x" | "y"} axis */
  const distribute = (axis) => () => {
    const size = axis === "x" ? "width" : "height";
    const boxes = app.free().map((found) => ({ id: found.layer.id, box: bounds(app.frames.quad(found)) })).sort((a, b) => a.box[axis] - b.box[axis]);
    const all = union(boxes.map(({ box }) => box));
    if (!all || boxes.length < 3) return;
    const gap = (all[size] - boxes.reduce((sum, { box }) => sum + box[size], 0)) / (boxes.length - 1);
    let at = all[axis];
    const moves = new Map(boxes.map(({ id, box }) => {
      const move = at - box[axis];
      at += box[size] + gap;
      return [id, move];
    }));
    commit(shifted(({ layer }) => ({ [axis]: moves.get(layer.id) })), t("did.distribute"));
  };

  function erase() {
    const gone = ids();
    if (gone.length === 0) return;
    const name = gone.length === 1 ? nameOf(/** @type {any} */ (find(store.state.design, gone[0])).layer, t) : "";
    commit(remove(store.state.design, gone), t("did.delete"), { select: [] });
    app.say(gone.length === 1 ? t("said.deleted", { name }) : t("said.deletedMany", { count: gone.length }), { label: t("undo"), run: () => run("undo") });
  }

  /** @param {string} view */
  const showView = (view) => {
    const area = app.garment().areas.find((/** @type {any} */ known) => known.view === view);
    store.set({ view, area: area?.id ?? store.state.area, selection: [], editing: null });
    announce(t(`view.${view}`));
  };

  function addText() {
    const area = app.ground.area();
    const ground = app.ground.of(area.id);
    if (!ground) return;
    const { extent } = ground;
    const taken = walk(store.state.design).filter((found) => found.area === area.id && found.layer.type === "text");
    const last = taken.at(-1)?.layer;
    const id = freshId(store.state.design, "text");
    const size = Math.max(6, Math.min(40, extent.width / 8));
    const y = last ? Math.min(extent.height - size, last.y + size * 1.5) : Math.min(extent.height / 2, 90);
    /** @type {import("./design.js").Layer} */
    const layer = { id, type: "text", text: t("text.sample"), font: last?.font ?? "Anton", size: round(size), fill: last?.fill ?? bestInk(app)?.id, x: round(extent.x + extent.width / 2), y: round(y), max_width: round(extent.width - 2 * area.safe_margin_mm) };
    commit(add(store.state.design, area.id, layer), t("did.text"), { select: [id] });
    store.set({ editing: id, panel: "text" });
    app.openSheet("half", "tool");
    requestAnimationFrame(() => requestAnimationFrame(() => app.focusWords()));
  }

  /** @type {Command[]} */
  const list = [
    { id: "undo", group: "edit", keys: ["Mod+z"], when: () => store.state.past.length > 0, run: () => said(t("said.undone"), store.undo) },
    { id: "redo", group: "edit", keys: ["Mod+Shift+z", "Mod+y"], when: () => store.state.future.length > 0, run: () => said(t("said.redone"), store.redo) },
    { id: "text", group: "add", keys: ["t"], run: addText },
    { id: "selectAll", group: "edit", keys: ["Mod+a"], run: () => {
      const group = app.chosen()[0]?.parents.at(-1);
      store.set({ selection: [...app.ground.layers()].filter((found) => !isLocked(found) && found.parents.at(-1) === group).map(({ layer }) => layer.id) });
      app.announceSelection();
    } },
    { id: "copy", group: "edit", keys: ["Mod+c"], when: has, run: () => app.copying?.copy() },
    { id: "cut", group: "edit", keys: ["Mod+x"], when: has, run: () => {
      app.copying?.copy();
      erase();
    } },
    { id: "pasteInPlace", group: "edit", keys: ["Mod+Shift+v"], when: () => Boolean(app.copying?.layers()), run: () => app.copying?.insert(app.copying.layers() ?? [], 0) },
    { id: "duplicate", group: "edit", keys: ["Mod+d"], when: has, run: () => app.copying?.duplicate() },
    ...app.garment().views.map((/** @type {string} */ view) => ({ id: `copyTo-${view}`, group: "edit", hidden: true, when: () => has() && store.state.view !== view, run: () => {
      const layers = app.copying?.loose() ?? [];
      const area = app.garment().areas.find((/** @type {any} */ known) => known.view === view);
      const [made, design] = copies(store.state.design, layers);
      showView(view);
      commit(add(design, area.id, ...made), t("did.paste"), { select: made.map((layer) => layer.id) });
    } })),
    { id: "delete", group: "edit", keys: ["Delete", "Backspace"], when: has, run: erase },
    { id: "group", group: "arrange", keys: ["Mod+g"], when: () => store.state.selection.length > 1, run: () => {
      const chosen = app.chosen();
      const box = union(chosen.map(({ layer }) => bounds(app.frames.outer(layer))));
      if (!box || new Set(chosen.map((found) => found.parents.at(-1) ?? found.area)).size > 1) return;
      const id = freshId(store.state.design, "group");
      commit(group(store.state.design, chosen.map(({ layer }) => layer.id), middle(box), id), t("did.group"), { select: [id] });
    } },
    { id: "ungroup", group: "arrange", keys: ["Mod+Shift+g"], when: () => app.chosen().some(({ layer }) => layer.type === "group"), run: () => {
      const [design, freed] = ungroup(store.state.design, ids());
      commit(design, t("did.ungroup"), { select: freed });
    } },
    { id: "forward", group: "arrange", keys: ["Mod+]"], when: has, run: () => commit(reorder(store.state.design, ids(), 1), t("did.forward")) },
    { id: "back", group: "arrange", keys: ["Mod+["], when: has, run: () => commit(reorder(store.state.design, ids(), -1), t("did.back")) },
    { id: "toFront", group: "arrange", keys: ["Mod+Shift+]", "Mod+Shift+}"], when: has, run: () => commit(reorder(store.state.design, ids(), Infinity), t("did.forward")) },
    { id: "toBack", group: "arrange", keys: ["Mod+Shift+[", "Mod+Shift+{"], when: has, run: () => commit(reorder(store.state.design, ids(), -Infinity), t("did.back")) },
    { id: "lock", group: "arrange", keys: ["Mod+Shift+l"], when: has, run: () => {
      const isLocked = app.chosen().every(({ layer }) => layer.locked);
      commit(update(store.state.design, store.state.selection, { locked: isLocked ? undefined : true }), t(isLocked ? "did.unlock" : "did.lock"));
    } },
    { id: "hide", group: "arrange", keys: ["Mod+Shift+h"], when: has, run: () => {
      const isHidden = app.chosen().every(({ layer }) => layer.hidden);
      commit(update(store.state.design, store.state.selection, { hidden: isHidden ? undefined : true }), t(isHidden ? "did.show" : "did.hide"));
    } },
    { id: "flipAcross", group: "arrange", keys: ["Shift+h"], when: has, run: () => commit(update(store.state.design, ids(), (layer) => ({ flip: cleared(flipped(layer.flip ?? "none", true, false)) })), t("did.flip")) },
    { id: "flipDown", group: "arrange", keys: ["Shift+v"], when: has, run: () => commit(update(store.state.design, ids(), (layer) => ({ flip: cleared(flipped(layer.flip ?? "none", false, true)) })), t("did.flip")) },
    ...[["Left", "x", 0, "Alt+a"], ["Center", "x", 0.5, "Alt+h"], ["Right", "x", 1, "Alt+d"], ["Top", "y", 0, "Alt+w"], ["Middle", "y", 0.5, "Alt+v"], ["Bottom", "y", 1, "Alt+s"]].map(
      ([name, axis, where, key]) => ({ id: `align${name}`, group: "align", keys: [String(key)], when: has, run: align(/** @type {any} */ (axis), /** @type {any} */ (where)) })),
    { id: "distributeAcross", group: "align", keys: ["Alt+Shift+h"], when: () => store.state.selection.length > 2, run: distribute("x") },
    { id: "distributeDown", group: "align", keys: ["Alt+Shift+v"], when: () => store.state.selection.length > 2, run: distribute("y") },
    ...[["Left", -1, 0], ["Right", 1, 0], ["Up", 0, -1], ["Down", 0, 1]].flatMap(([name, dx, dy]) =>
      [["", 1], ["Shift+", 10], ["Alt+", 0.1]].map(([modifier, step]) => ({
        id: `nudge${name}${step}`, group: "move", keys: [`${modifier}Arrow${name}`], when: has, hidden: step !== 1,
        run: nudge(Number(dx) * Number(step), Number(dy) * Number(step)),
      }))),
    { id: "turnLeft", group: "move", keys: [","], when: has, run: turn(-1) },
    { id: "turnRight", group: "move", keys: ["."], when: has, run: turn(1) },
    { id: "turnLeft15", group: "move", keys: ["["], when: has, run: turn(-15) },
    { id: "turnRight15", group: "move", keys: ["]"], when: has, run: turn(15) },
    { id: "edit", group: "edit", keys: ["Enter"], when: () => store.state.selection.length === 1, run: () => app.enter(store.state.selection[0]) },
    { id: "zoomFit", group: "view", keys: ["Mod+0"], run: () => app.viewport.fit() },
    { id: "zoomReal", group: "view", keys: ["Mod+1"], run: () => app.viewport.real() },
    { id: "zoomIn", group: "view", keys: ["Mod+=", "Mod++"], run: () => app.viewport.zoomBy(1.25) },
    { id: "zoomOut", group: "view", keys: ["Mod+-"], run: () => app.viewport.zoomBy(0.8) },
    { id: "zoomSelection", group: "view", keys: ["Shift+@", "Shift+2", "Shift+\""], when: has, run: () => {
      const quads = app.chosen().flatMap((found) => app.frames.quad(found).map((p) => app.ground.of(found.area)?.toPicture(p) ?? p));
      if (quads.length) app.viewport.show(bounds(quads));
    } },
    { id: "flat", group: "view", keys: ["u"], when: () => !app.isReadOnly, run: () => store.set({ flat: !store.state.flat, sight: { zoom: 1, x: 0, y: 0 } }) },
    { id: "bare", group: "view", keys: ["p"], run: () => document.documentElement.toggleAttribute("data-bare") },
    { id: "fullScreen", group: "view", keys: ["f"], run: () => void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.()) },
    { id: "grid", group: "view", keys: ["g"], run: () => toggle("grid") },
    { id: "rulers", group: "view", keys: ["r"], run: () => toggle("rulers") },
    { id: "guides", group: "view", keys: ["Shift+r"], run: () => store.set({ dialog: "guides" }) },
    ...[0, 1, 2, 3, 4].map((index) => ({ id: `view${index + 1}`, group: "view", keys: [String(index + 1)], hidden: index > 1, when: () => index < app.garment().views.length, run: () => showView(app.garment().views[index]) })),
    { id: "save", group: "file", keys: ["Mod+s"], run: () => void app.saver?.now() },
    { id: "help", group: "file", keys: ["?", "Shift+?"], run: () => store.set({ dialog: "shortcuts" }) },
    { id: "palette", group: "file", keys: ["Mod+k"], run: () => store.set({ dialog: "palette" }) },
  ];

  /** @param {"grid" | "rulers"} what */
  function toggle(what) {
    const is = !app.settings.value[what];
    app.settings.set({ [what]: is });
    announce(`${t(`command.${what}`)}: ${t(is ? "on" : "off")}`);
  }

  /** @param {string} what @param {() => string | null} step */
  function said(what, step) {
    const before = store.state.design.placements;
    const label = step();
    if (label === null) return;
    const { design: { placements }, selection, area } = store.state;
    // What is gone cannot be chosen; what changed on another side is shown.
    const changed = [...placements.filter((one) => !before.includes(one)), ...before.filter((one) => !placements.some((other) => other.area === one.area))].map((one) => one.area);
    const shown = app.garment().areas.find((/** @type {any} */ one) => one.id === changed[0] && !changed.includes(area));
    store.set({ selection: selection.filter((id) => find(store.state.design, id)), editing: null, ...(shown ? { area: shown.id, view: shown.view } : {}) });
    announce(`${what} ${label}`);
  }

  /** A design that somebody shared is looked at, not changed. @param {Command} command */
  const isAllowed = (command) => (!app.isReadOnly || ["view", "file"].includes(command.group)) && (command.when?.() ?? true);

  /** @param {string} id */
  function run(id) {
    const command = list.find((known) => known.id === id);
    if (command && isAllowed(command)) command.run();
  }

  return {
    list,
    run,
    showView,
    commit,
    can: (id) => list.some((command) => command.id === id && isAllowed(command)),
    ofKey: (event) => list.find((command) => command.keys?.some((keys) => isKey(event, keys)) && isAllowed(command)),
  };
}

/** @param {KeyboardEvent} event @param {string} keys such as "Mod+Shift+z" */
export function isKey(event, keys) {
  const parts = keys.split("+").filter(Boolean);
  const key = keys.endsWith("+") ? "+" : /** @type {string} */ (parts.pop());
  const isMod = isMac ? event.metaKey : event.ctrlKey;
  const pressed = event.altKey && /^Key/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
  return (
    pressed.toLowerCase() === key.toLowerCase() &&
    isMod === parts.includes("Mod") &&
    event.altKey === parts.includes("Alt") &&
    (event.shiftKey === parts.includes("Shift") || (key.length === 1 && !/[a-z0-9]/i.test(key) && !parts.includes("Mod")))
  );
}

/** @param {string} keys as people read them */
export const readable = (keys) => keys.replace("Mod", isMac ? "⌘" : "Ctrl").replace("Arrow", "").replace(/\+([a-z])$/, (_, key) => `+${key.toUpperCase()}`).replace(/^([a-z])$/, (key) => key.toUpperCase());

/** @param {number} value @param {number} [digits] */
const round = (value, digits = 2) => Number(value.toFixed(digits));
/** @param {string} flip */
const cleared = (flip) => (flip === "none" ? undefined : flip);
