// The start: words, state, first picture; then the keyboard and what is dropped on the page.
// @ts-check
import { blank, createApp } from "./app.js";
import * as api from "./core/api.js";
import { createSaver, readDraft } from "./core/autosave.js";
import { choose, t } from "./core/i18n.js";
import { listenToKeys } from "./stage/keyboard.js";
import { listenToDrops } from "./panels/upload.js";

async function start() {
  const settings = JSON.parse(localStorage.getItem("platen.settings") ?? "{}");
  await choose(new URLSearchParams(location.search).get("lang") ?? (settings.language || undefined));
  const draft = await readDraft();
  const wanted = new URLSearchParams(location.search);
  let design = draft?.design ?? blank();
  let kept = draft?.kept;
  const token = /^#shared\/([\w-]+)$/.exec(location.hash)?.[1];
  let isShared = false;
  if (token) {
    const shared = await api.shared(token);
    design = shared.document;
    kept = undefined;
    isShared = true;
  } else if (wanted.get("template")) {
    design = await api.template(/** @type {string} */ (wanted.get("template")));
    kept = undefined;
  }
  const app = await createApp(design);
  app.isReadOnly = isShared;
  if (kept) app.store.set({ kept, past: draft?.past ?? [], future: [], people: draft?.people ?? [], guides: draft?.guides ?? [] });
  app.saver = createSaver(app);
  listenToKeys(app);
  listenToDrops(app);
  Object.assign(globalThis, { platen: app });
  document.documentElement.dataset.ready = "";
  if (design.placements.length === 0 && !isShared) app.commands.run("text");
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
