// JSON Patch as the service's suggestions use it: `add` sets a member (RFC 6902).
// @ts-check

/** @param {any} document @param {{op: string, path: string, value: any}[]} patch @returns {any} a copy; what does not change is shared */
export function patched(document, patch) {
  return patch.reduce((present, { path, value }) => set(present, path.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~")), value), document);
}

/** @param {any} node @param {string[]} path @param {any} value @returns {any} */
function set(node, [key, ...rest], value) {
  const next = rest.length ? set(node[key], rest, value) : value;
  if (!Array.isArray(node)) return { ...node, [key]: next };
  const copy = [...node];
  copy[Number(key)] = next;
  return copy;
}
