// The start: words, state, first picture; then everything else.
// @ts-check
import { blank, createApp } from "./app.js";
import * as api from "./core/api.js";
import { createSaver, readDraft } from "./core/autosave.js";
import { choose, t } from "./core/i18n.js";

/** So long the first picture may take before the rest comes all the same. */
const PATIENCE_MS = 2500;
/** An address that asks for something else than what was worked on last. */
const ASKS = /^\/shared\/|[?&](template|design|copy|look)=/;

async function start() {
  const settings = JSON.parse(localStorage.getItem("platen.settings") ?? "{}");
  const [draft] = await Promise.all([readDraft(), choose(new URLSearchParams(location.search).get("lang") ?? (settings.language || undefined))]);
  const wanted = ASKS.test(location.pathname + location.search) ? await (await import("./core/asked.js")).asked() : null;
  const design = wanted?.design ?? draft?.design ?? blank();
  const app = await createApp(design, wanted?.token);
  if (wanted?.kept) app.store.set({ kept: wanted.kept });
  else if (!wanted && draft?.kept) app.store.set({ kept: draft.kept, past: draft.past ?? [], future: [], people: draft.people ?? [], guides: draft.guides ?? [] });
  app.bring = bringing(app, wanted ? undefined : draft?.time);
  Object.assign(globalThis, { platen: app });
  app.begin();
  if (design.placements.length === 0 && !app.isReadOnly) {
    app.commands.run("text");
    // Between phone and desk the panel would lie over the shirt.
    if (matchMedia("(min-width: 760px)").matches) app.openSheet("peek");
  }
  // Words to begin with are no design of this person yet: the service keeps what somebody changed.
  app.saver = createSaver(app);
  // A slow picture, or none, does not keep the hands away.
  setTimeout(() => void app.bring(), PATIENCE_MS);
}

/** @typedef {import("./app.js").App} App */

/** Has the rest come, once; what fails is tried again when it is next asked for. @param {App} app @param {number | undefined} left when the draft that is worked on was last changed @returns {() => Promise<void>} */
function bringing(app, left) {
  const release = holdKeys(app);
  /** @type {Promise<void> | null} */
  let running = null;
  return () => (running ??= bring(app, left).then(release, (error) => {
    running = null;
    app.store.set({ dialog: null, panel: "text" });
    app.say(error instanceof api.Offline || !navigator.onLine ? t("offline") : error.message);
  }));
}

/** @param {App} app @param {number | undefined} left */
async function bring(app, left) {
  const [rest, garments, fonts, techniques] = await Promise.all([import("./rest.js"), api.catalogue.garments(), api.catalogue.fonts(), api.catalogue.techniques()]);
  Object.assign(app, { rest, garments, fonts, techniques, copying: rest.createCopying(app), gestures: rest.createGestures(app), live: rest.createLive(app), sample: rest.createSamples(app), tastes: rest.createTastes(app) });
  app.tastes?.subscribe(app.plan);
  app.gestures?.listen(/** @type {Element} */ (document.getElementById("stage")));
  for (const listen of [rest.listenToKeys, rest.listenToDrops, rest.watchFindings, rest.watchPrice, rest.watchBare, rest.watchBrush]) listen(app);
  app.plan();
  document.documentElement.dataset.ready = "";
  void keepForOffline().catch(() => {});
  void rest.tellNews(app, left);
}

/** Shortcuts that are pressed before somebody listens to them wait. @param {App} app @returns {() => void} ends the waiting */
function holdKeys(app) {
  /** @type {KeyboardEvent[]} */
  const held = [];
  const hold = (/** @type {KeyboardEvent} */ event) => {
    const target = /** @type {Element} */ (event.target);
    const isMod = event.ctrlKey || event.metaKey;
    const command = (isMod || target.closest("#overlay")) && app.commands.ofKey(event);
    // A field keeps its own editing keys.
    if (!command || (target.matches("input, textarea, select") && !["save", "palette"].includes(command.id))) return;
    event.preventDefault();
    held.push(event);
    void app.bring();
  };
  addEventListener("keydown", hold);
  return () => {
    removeEventListener("keydown", hold);
    for (const event of held) event.target?.dispatchEvent(new KeyboardEvent("keydown", event));
  };
}

/** Has the worker keep what came before it was there. */
async function keepForOffline() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/sw.js");
  const { active } = await navigator.serviceWorker.ready;
  // The list of ready designs may be on its way.
  active?.postMessage(["/", "/api/v1/templates", ...performance.getEntriesByType("resource").map(({ name }) => name)]);
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
