// What is reckoned of a campaign's files and answers, without a page.
// @ts-check

/** What was sent, for places and for the command line. @typedef {{template: string, recipients: string, consent: string, text: string, now: string}} Sources */
/** @typedef {"template" | "recipients" | "consent" | "design"} Part */

/** Where one of several files belongs that were dropped together. @param {File} file @param {Part} on @returns {Part} */
export function partOf({ name }, on) {
  const lower = name.toLowerCase();
  if (lower.endsWith(".toml")) return "template";
  if (!/\.(csv|tsv|txt)$/.test(lower)) return "design";
  if (/consent|suppress/.test(lower)) return "consent";
  return /recipient|people|customer/.test(lower) || on === "template" || on === "design" ? "recipients" : on;
}

/**
 * Where it is: the file, and within it a line with a character or a column's name, or a place of a design.
 * @param {string} pointer as the service has it, `/template/4/1` or `/recipients/1/last_mial` @param {Sources} sources
 */
export function placeOf(pointer, sources) {
  const [part = "", first = "", ...rest] = pointer.split("/").slice(1).map((one) => one.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (part === "design") return { part, file: first, line: 0, column: 0, name: "", inside: rest.length ? `/${rest.join("/")}` : "" };
  const file = part === "template" || part === "recipients" || part === "consent" ? sources[part] : part;
  const [second = ""] = rest;
  const isText = part === "template";
  return { part, file, line: Number(first) || 0, column: isText ? Number(second) || 0 : 0, name: isText ? "" : second, inside: "" };
}

/** A link of a mail would open in another window, which its frame may not. @param {string} page */
export const kept = (page) => page.replace("<head>", '<head><base target="_blank">');

/** A name as a shell takes it. @param {string} name */
export const quoted = (name) => (/^[\w.:+-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);
