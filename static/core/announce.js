// What screen readers are told: one polite and one urgent live region; quick messages become one.
// @ts-check

/** @type {Record<"polite" | "assertive", ReturnType<typeof setTimeout> | undefined>} */
const timers = { polite: undefined, assertive: undefined };

/** @param {string} text @param {"polite" | "assertive"} [manner] */
export function announce(text, manner = "polite") {
  clearTimeout(timers[manner]);
  timers[manner] = setTimeout(() => {
    const region = document.getElementById(manner);
    if (region) region.textContent = text;
  }, 150);
}
