// Styles that the first picture has no need of: they come with the scripts that they belong to.
// @ts-check

/** @param {string} address */
export function bringStyles(address) {
  if (document.querySelector(`link[href="${address}"]`)) return;
  const link = document.createElement("link");
  Object.assign(link, { rel: "stylesheet", href: address });
  document.head.append(link);
}
