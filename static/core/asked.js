// What an address asks for: a shared design to look at and to copy, a copy of a ready one or of one's own, or one's own.
// @ts-check
import * as api from "./api.js";
import * as mine from "./mine.js";
import { t } from "./i18n.js";

/** @param {import("./design.js").Design} design @returns {string} the name of a copy of it */
const copyName = ({ name = "" }) => t("design.copy", { name }).replace(/[\u2068\u2069]/g, "").slice(0, 80);

/** What is asked for instead of what was worked on last, if anything. @returns {Promise<{design: import("./design.js").Design, token?: string, kept?: import("./store.js").State["kept"]} | null>} */
export async function asked() {
  const token = /^\/shared\/(\w+)$/.exec(location.pathname)?.[1];
  if (token) return { design: (await api.shared.open(token)).document, token };
  const query = new URLSearchParams(location.search);
  const [template, own, copy, look] = ["template", "design", "copy", "look"].map((name) => query.get(name));
  if (!template && !own && !copy && !look) return null;
  // From then on a reload finds what was made of it.
  const forget = () => history.replaceState(null, "", "/");
  if (look) return { design: await mine.look(look).finally(forget) };
  if (template) return { design: await api.template(template).finally(forget) };
  const { id, revision, document } = await api.designs.open(/** @type {string} */ (own ?? copy)).finally(forget);
  if (own) return { design: document, kept: { id, revision, state: "saved" } };
  return { design: { ...document, name: copyName(document) } };
}

/** A copy of the shared design to go on with. @param {import("../app.js").App} app */
export async function makeOwn(app) {
  try {
    const { id, revision } = await api.shared.copy(/** @type {string} */ (app.token));
    app.isReadOnly = false;
    app.saver?.is({ id, revision });
    history.replaceState(null, "", "/");
    const { design } = app.store.state;
    app.store.commit({ ...design, name: copyName(design) }, t("did.copy"));
  } catch (error) {
    app.say(error instanceof api.Offline ? t("page.failedText") : /** @type {Error} */ (error).message);
  }
}
