// What the page tells of a person and takes back, without a browser: the service is a list of calls.
import assert from "node:assert/strict";
import { test } from "node:test";

/** @type {any} */
const page = globalThis;
page.addEventListener = () => {};

/** @type {{method: string, path: string, ids?: string[]}[]} */
let calls = [];
/** Answers of the service wait for it. @type {Promise<unknown>} */
let gate = Promise.resolve();
/** @type {any} */
let known = { events: [] };
page.fetch = async (/** @type {string} */ path, /** @type {any} */ init) => {
  const ids = init?.body ? JSON.parse(init.body).events?.map((/** @type {any} */ event) => event.id) : undefined;
  calls.push({ method: init?.method ?? "GET", path: path.replace("/api/v1", ""), ids });
  if (ids) await gate;
  return new Response(JSON.stringify(path.includes("/me/events") ? known : {}), { headers: { "content-type": "application/json" } });
};
const { createTastes } = await import("../../static/core/tastes.js");
const { me } = await import("../../static/core/mine.js");

/** @type {any} */
const app = { settings: { isOwn: true, subscribe() {}, set() {}, value: {} }, store: { state: { kept: { id: "d", revision: 1 }, past: [], design: {} } } };
const settled = () => new Promise((resolve) => setTimeout(resolve, 10));

test("what was told and is on its way is taken back behind it, and what waits is never told", async (t) => {
  const tastes = createTastes(app);
  await tastes.load;
  /** @param {string[]} ids @param {string} [notThis] */
  const tell = (ids, notThis) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    for (const id of ids) tastes.tell({ type: "dismiss", id });
    if (notThis) tastes.takeBack(notThis);
    t.mock.timers.tick(2000);
    t.mock.timers.reset();
    return settled();
  };
  const deleted = () => calls.flatMap(({ method, path }) => (method === "DELETE" ? [path] : []));
  // Everything waits for the very first call, whose answer has the cookie.
  await tell(["first"]);
  let open = () => {};
  gate = new Promise((resolve) => (open = () => resolve(undefined)));
  calls = [];
  await tell(["told"]);
  tastes.takeBack("told");
  await settled();
  assert.deepEqual(deleted(), [], "the service does not know it yet");
  open();
  await settled();
  assert.deepEqual(deleted(), ["/me/events/told"]);
  await tell(["waits", "last"], "waits");
  assert.deepEqual(calls.flatMap(({ ids }) => ids ?? []), ["told", "last"]);
  assert.deepEqual(deleted(), ["/me/events/told"]);
});

test("more than the service takes at once is told in several calls, and all of it", async (t) => {
  const tastes = createTastes(app);
  await tastes.load;
  calls = [];
  t.mock.timers.enable({ apis: ["setTimeout"] });
  for (let n = 0; n < 250; n++) tastes.tell({ type: "view", id: `v${n}` });
  t.mock.timers.tick(2000);
  t.mock.timers.reset();
  await settled();
  const told = calls.flatMap(({ ids }) => (ids ? [ids.length] : []));
  assert.deepEqual(told, [100, 100, 50]);
});

test("a design is forgotten with its saves and its link, and its orders are not", async () => {
  known = { events: ["save-d-1", "save-d-12", "save-dd-1", "share/d", "share/dd", "order/o/d", "return/o/d"].map((id) => ({ id, of: id.startsWith("return") ? "order/o/d" : undefined })) };
  calls = [];
  await me.forgetDesign("d");
  const gone = calls.filter(({ method }) => method === "DELETE").map(({ path }) => decodeURIComponent(path.replace("/me/events/", "")));
  assert.deepEqual(gone, ["save-d-1", "save-d-12", "share/d"]);
});
