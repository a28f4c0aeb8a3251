// How the studio looks and works for this person: kept in the browser.
// @ts-check

const DEFAULTS = {
  theme: /** @type {"system" | "light" | "dark"} */ ("system"),
  unit: /** @type {"mm" | "in"} */ ("mm"),
  density: /** @type {"roomy" | "tight"} */ ("roomy"),
  panels: /** @type {"left" | "right"} */ ("left"),
  backdrop: /** @type {"grey" | "white" | "black"} */ ("grey"),
  tools: ["garment", "text", "upload", "art", "ideas", "names"],
  shortcuts: true,
  rulers: false,
  grid: false,
  /** Whether width and height change together. */
  ratio: true,
  language: "",
};
const PLACE = "platen.settings";

/** @typedef {typeof DEFAULTS} Settings */
/** @typedef {ReturnType<typeof createSettings>} SettingsOf */

export function createSettings() {
  /** @type {Settings} */
  let value = DEFAULTS;
  let isOwn = false;
  try {
    const kept = localStorage.getItem(PLACE);
    isOwn = kept !== null;
    value = { ...DEFAULTS, ...JSON.parse(kept ?? "{}") };
  } catch {
    // What cannot be read is forgotten.
  }
  /** @type {Set<() => void>} */
  const listeners = new Set();

  function apply() {
    const { dataset } = document.documentElement;
    Object.assign(dataset, { theme: value.theme, density: value.density, panels: value.panels, backdrop: value.backdrop });
  }
  apply();

  return {
    get value() {
      return value;
    },
    /** Whether this browser knew any. */
    get isOwn() {
      return isOwn;
    },
    /** @param {Partial<Settings>} change */
    set(change) {
      value = { ...value, ...change };
      try {
        localStorage.setItem(PLACE, JSON.stringify(value));
      } catch {
        // A full or closed store: the setting holds until the page is left.
      }
      apply();
      for (const listener of listeners) listener();
    },
    /** @param {() => void} listener */
    subscribe: (listener) => listeners.add(listener),
  };
}
