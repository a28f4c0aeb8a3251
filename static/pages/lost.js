// The page for what is not there, in the person's language.
// @ts-check
import { choose, t } from "../core/i18n.js";
import { createSettings } from "../core/settings.js";

const { value } = createSettings();
// The picture lies on the page's own ground, whatever the system's is.
const dark = /** @type {HTMLSourceElement} */ (document.querySelector("source"));
if (value.theme !== "system") dark.media = value.theme === "dark" ? "all" : "not all";
await choose(value.language || undefined);
for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-words]"))) element.textContent = t(/** @type {string} */ (element.dataset.words));
document.title = `${t("lost.title")}: Platen`;
