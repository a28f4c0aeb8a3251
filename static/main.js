// The start: words, state, first picture; then the keyboard and what is dropped on the page.
// @ts-check
import { blank, createApp } from "./app.js";
import * as api from "./core/api.js";
import { createSaver, readDraft } from "./core/autosave.js";
import { choose, t } from "./core/i18n.js";
import { listenToKeys } from "./stage/keyboard.js";
import { listenToDrops } from "./panels/upload.js";

/** What the address asks for instead of what was worked on last: a shared design to look at, a copy of a ready one or of one's own, or one's own. */
async function asked() {
  const token = /^\/shared\/(\w+)$/.exec(location.pathname)?.[1];
  if (token) return { design: (await api.shared.open(token)).document, token };
  const query = new URLSearchParams(location.search);
  const [template, own, copy] = ["template", "design", "copy"].map((name) => query.get(name));
  if (!template && !own && !copy) return null;
  // From then on a reload finds what was made of it.
  const forget = () => history.replaceState(null, "", "/");
  if (template) return { design: await api.template(template).finally(forget) };
  const { id, revision, document } = await api.designs.open(/** @type {string} */ (own ?? copy)).finally(forget);
  if (own) return { design: document, kept: { id, revision, state: /** @type {const} */ ("saved") } };
  return { design: { ...document, name: t("design.copy", { name: document.name ?? "" }).slice(0, 80) } };
}

async function start() {
  const settings = JSON.parse(localStorage.getItem("platen.settings") ?? "{}");
  await choose(new URLSearchParams(location.search).get("lang") ?? (settings.language || undefined));
  const draft = await readDraft();
  const wanted = await asked();
  const design = wanted?.design ?? draft?.design ?? blank();
  const app = await createApp(design, wanted?.token);
  if (wanted?.kept) app.store.set({ kept: wanted.kept });
  else if (!wanted && draft?.kept) app.store.set({ kept: draft.kept, past: draft.past ?? [], future: [], people: draft.people ?? [] });
  app.saver = createSaver(app);
  listenToKeys(app);
  listenToDrops(app);
  Object.assign(globalThis, { platen: app });
  document.documentElement.dataset.ready = "";
  if (design.placements.length === 0 && !app.isReadOnly) app.commands.run("text");
  if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/sw.js").catch(() => {});
}

start().catch((error) => {
  console.error(error);
  const root = document.getElementById("studio");
  if (!root) return;
  root.textContent = "";
  const box = document.createElement("main");
  box.className = "failed";
  const title = document.createElement("h1");
  title.textContent = t("failed.title") === "failed.title" ? "The studio could not start." : t("failed.title");
  const again = document.createElement("button");
  again.textContent = t("failed.again") === "failed.again" ? "Try again" : t("failed.again");
  again.className = "primary";
  again.addEventListener("click", () => location.reload());
  box.append(title, again);
  root.append(box);
});
