// Looks that were refused by whom the service does not listen to: they are gone as long as the tab is open.
// @ts-check

const PLACE = "platen.gone";

/** @param {Storage} store @param {string} place @returns {string[]} */
export function kept(store, place) {
  try {
    return JSON.parse(store.getItem(place) ?? "[]");
  } catch {
    return [];
  }
}

/** @param {Storage} store @param {string} place @param {string[]} list */
export function keep(store, place, list) {
  try {
    store.setItem(place, JSON.stringify(list));
  } catch {
    // It holds until the page is left.
  }
}

/** What is the same look in any list. @param {any} one */
export const keyOf = (one) => JSON.stringify(one.recipe);

/** @returns {string[]} their keys */
export const gone = () => kept(sessionStorage, PLACE);

/** @param {any} one @param {boolean} [isGone] */
export function refuseHere(one, isGone = true) {
  const others = gone().filter((key) => key !== keyOf(one));
  keep(sessionStorage, PLACE, isGone ? [...others, keyOf(one)] : others);
}
