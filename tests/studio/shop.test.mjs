// The shop's area: signing in with a key, orders, the profile, keys and webhooks, against the real service.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { complaints } from "./axe.mjs";
import { PLATEN, becomes, dataFolder, design, soon, studio, words } from "./studio.mjs";

const ALL = ["orders:read", "orders:write", "shop:read", "shop:write"];

/** A new key, as a shop makes it. @param {string[]} scopes @param {string} [name] */
async function keyOf(scopes, name = "desk") {
  const { stdout } = await promisify(execFile)(PLATEN, ["keys", "create", "--data", dataFolder(), "--name", name, ...scopes.flatMap((scope) => ["--scope", scope])]);
  return stdout.trim();
}

/** @param {import("./studio.mjs").Studio} s @param {string} key */
async function signIn(s, key) {
  await s.field("Shop key").fill(key);
  await s.button("Sign in").click();
  await s.page.locator(".bearer").waitFor();
}

/** A customer's order, with its names. @param {import("./studio.mjs").Studio} s @param {any} [more] @returns {Promise<any>} */
async function place(s, more = {}) {
  const { request } = s.page.context();
  const fields = [{ id: "name", sample: "OTTER" }];
  const saved = await (await request.post("/api/v1/designs", { data: design([words({ text: "{{name}}" })], { fields }) })).json();
  const lines = [{ design: saved.id, size: "M", quantity: 1, fields: { name: "ADA" } }, { design: saved.id, size: "L", quantity: 2, fields: { name: "GRACE" } }];
  const answer = await request.post("/api/v1/orders", { data: { lines, contact: { name: "Ada Byron" }, ...more }, headers: { "idempotency-key": crypto.randomUUID() } });
  assert.equal(answer.status(), 201, await answer.text());
  return answer.json();
}

/** @param {import("./studio.mjs").Studio} s @param {any} order */
const approve = (s, order) => s.page.context().request.post(`/api/v1/orders/${order.id}/approval`, { data: { hash: order.hash, name: "Ada Byron" } });
/** @param {string} key */
const bearing = (key) => ({ authorization: `Bearer ${key}` });

studio("the shop: a wrong key opens nothing, a right one is kept by the tab and not by the address", { path: "/shop.html", expected: /401/ }, async (s) => {
  await s.field("Shop key").fill("hunter2");
  await s.button("Sign in").click();
  await s.page.getByText(/That is no shop key/).first().waitFor();
  await s.field("Shop key").fill("platen_s1j8d98dpjb0zq3ff4dvzetk1zm3k2pzydzj333jx9varmaw9zk2");
  await s.button("Sign in").click();
  await s.page.locator(".door").getByText(/mistyped, or it was revoked/).waitFor();
  await s.focused(s.field("Shop key"));
  const key = await keyOf(["orders:read"]);
  await signIn(s, key);
  await s.page.getByText(/No order yet/).waitFor();
  await s.count(s.page.getByRole("navigation").getByRole("link"), 1, "a narrow key sees its own part only");
  await s.page.reload();
  await s.ready();
  await s.page.locator(".bearer").getByText("orders:read").waitFor();
  assert.ok(s.requests.every((request) => !request.url().includes(key)), "the key stands in no address");
  assert.deepEqual(await s.page.evaluate(() => [localStorage.length, document.cookie]), [0, ""]);
  await s.button("Sign out").click();
  await s.field("Shop key").waitFor();
  assert.equal(await s.page.evaluate(() => sessionStorage.length), 0);
  await signIn(s, await keyOf(["orders:write"]));
  await s.page.getByRole("heading", { name: "This key opens nothing here" }).waitFor();
});

studio("the shop: an order that a customer places is found, approved, made and shipped, with its files", { path: "/shop.html", expected: /409/ }, async (s) => {
  const [order, other] = [await place(s, { due: "2099-12-24", note: "Fold them" }), await place(s)];
  const key = await keyOf(ALL);
  await signIn(s, key);
  const rows = s.page.locator(".docket > li");
  await s.page.getByRole("link", { name: new RegExp(order.number) }).getByText("Dec 24, 2099").waitFor();
  await becomes(async () => (await rows.first().textContent())?.includes(other.number), true, "the newest first");
  await s.page.getByRole("searchbox").fill(order.number.slice(0, 6).toLowerCase());
  await s.count(rows, 1);
  await s.button("Shipped").click();
  await s.page.getByText("No order is like that.").waitFor();
  await s.button("Received").click();
  await s.count(rows, 1);
  await rows.getByRole("link").click();
  await s.page.getByRole("heading", { name: `Order ${order.number}` }).waitFor();
  await s.page.getByText("Print files come when the customer has approved the proof.").waitFor();
  await s.count(s.button("Start production"), 0, "nothing is made that nobody approved");
  await s.count(s.page.locator(".plate"), 2, "every view");
  await s.page.locator(".plate img[src]").first().waitFor();
  const hash = async () => (await s.page.locator(".plate .hash").textContent())?.replaceAll(" ", "");
  assert.equal(await hash(), order.lines[0].artworks[0].hash);
  await s.button("Show line 2").click();
  await becomes(hash, order.lines[1].artworks[0].hash);

  await approve(s, order);
  await s.page.reload();
  await s.ready();
  const download = s.page.waitForEvent("download");
  await s.button("Download 1-front.png").click();
  const file = await readFile(await (await download).path());
  assert.ok(file.subarray(1, 4).toString() === "PNG" && file.includes(order.lines[0].artworks[0].hash), "the file names the artwork that is shown");
  await s.field(/^Note for the history/).fill("Press 2");
  await s.button("Start production").click();
  await s.page.locator("[aria-current=step]").getByText("In production").waitFor();
  await s.page.getByText("All that happened").click();
  await s.page.locator(".history").getByText("Press 2").waitFor();
  // Somebody else was quicker.
  const { request } = s.page.context();
  await request.put(`/api/v1/orders/${order.id}/status`, { data: { status: "shipped" }, headers: bearing(key) });
  await s.button("Mark as shipped").click();
  await s.page.locator("[aria-current=step]").getByText("Shipped").waitFor();
  await s.count(s.button("Mark as shipped"), 0);
});

studio("the shop: the profile is saved, a bad value is refused at its field, and a conflict loses nothing", { path: "/shop.html?part=profile", expected: /422|412/ }, async (s) => {
  const key = await keyOf(ALL);
  await signIn(s, key);
  const { request } = s.page.context();
  const shop = async () => (await request.get("/api/v1/shop", { headers: bearing(key) })).json();
  const before = await shop();
  const save = s.button("Put in force");
  await s.field("Name").fill("Otter Press");
  const breaks = s.page.getByRole("group", { name: "Quantity breaks" });
  await breaks.getByLabel("Percent off").nth(1).fill("95");
  await s.page.getByRole("group", { name: "Classic tee" }).getByLabel(/^White/).fill("4,99");
  await save.click();
  await s.page.getByText(/Not saved: 1 thing/).first().waitFor();
  await s.focused(breaks.getByLabel("Percent off").nth(1));
  assert.match((await breaks.locator("[aria-invalid=true]").evaluate((field) => document.getElementById(String(field.getAttribute("aria-describedby")))?.textContent)) ?? "", /90/);
  await becomes(() => s.field("Name").inputValue(), "Otter Press");
  assert.deepEqual(await shop(), before);
  await breaks.getByLabel("Percent off").nth(1).fill("12");
  await s.count(s.page.locator("[aria-invalid=true]"), 0);
  const rest = s.field("Rest of the profile (JSON)");
  const text = await rest.inputValue();
  await rest.fill(text.slice(0, -1));
  await save.click();
  await s.page.locator("#rest-wrong").getByText("This cannot be read as JSON.").waitFor();
  await rest.fill(text);
  // Meanwhile another desk saves.
  await request.put("/api/v1/shop", { data: { ...before.profile, usual_days: 7 }, headers: bearing(key) });
  await save.click();
  await s.page.locator(".save-bar").getByText(/somebody else put another profile in force/).waitFor();
  await becomes(() => s.field("Name").inputValue(), "Otter Press");
  await s.button("Put mine in force over it").click();
  await s.page.getByText("In force: revision 2").waitFor();
  const { profile } = await shop();
  const wanted = structuredClone(before.profile);
  wanted.brand.name = "Otter Press";
  wanted.breaks[1].percent = 12;
  wanted.garments.tee.white = 499;
  assert.deepEqual(profile, wanted, "all else is as it was");
});

studio("the shop: a revoked key signs out, and webhooks are made, told and taken away", { path: "/shop.html?part=webhooks", expected: /401|422/ }, async (s) => {
  const [key, other] = [await keyOf(ALL), await keyOf(["orders:read"], "press room")];
  await signIn(s, key);
  await s.field("Address (https)").fill("https://localhost/hook");
  await s.button("Add the address").click();
  await s.page.locator("#hook-wrong").waitFor();
  await s.field("Address (https)").fill("https://mis.example/hook");
  await s.button("Add the address").click();
  await s.page.getByText(/^whsec_/).waitFor();
  await s.button("I have kept it").click();
  await s.count(s.page.getByText(/^whsec_/), 0);
  await s.field("Address (https)").fill("https://mis.example/other");
  await s.button("Add the address").click();
  await s.button("I have kept it").click();
  const entry = (/** @type {string} */ name) => s.page.locator(".entry").filter({ hasText: `https://mis.example/${name}` });
  await entry("hook").getByText("Take it away").click();
  await entry("hook").getByRole("button", { name: "Take the address away" }).click();
  await s.count(entry("hook"), 0);
  assert.equal(await entry("other").locator("details.end").evaluate((one) => /** @type {HTMLDetailsElement} */ (one).open), false, "what was open goes with what it belongs to");
  const order = await place(s);
  await s.page.getByText("What it was told").click();
  await s.page.locator(".deliveries").getByText(order.number).waitFor();
  await s.page.getByText("Take it away").click();
  await s.button("Take the address away").click();
  await s.page.getByText(/Nobody is told yet/).waitFor();

  await s.page.getByRole("link", { name: "Keys" }).click();
  const room = s.page.locator(".entry").filter({ hasText: "press room" });
  await room.getByText("Revoke", { exact: true }).click();
  await s.button("Revoke the key press room").click();
  await s.page.getByRole("region", { name: "Revoked keys" }).getByText("press room").waitFor();
  const { request } = s.page.context();
  assert.equal((await request.get("/api/v1/keys/current", { headers: bearing(other) })).status(), 401);
  // The desk's own is revoked elsewhere.
  const { id } = await (await request.get("/api/v1/keys/current", { headers: bearing(key) })).json();
  assert.equal((await request.delete(`/api/v1/keys/${id}`, { headers: bearing(key) })).status(), 204);
  await s.page.getByRole("link", { name: "Orders" }).click();
  await s.page.locator(".door").getByText(/It was revoked/).waitFor();
  assert.equal(await s.page.evaluate(() => sessionStorage.length), 0);
});

studio("the shop: without the service it says so, and tries again", { path: "/shop.html", expected: /ERR_FAILED/ }, async (s) => {
  await place(s);
  await signIn(s, await keyOf(ALL));
  await s.page.locator(".docket").waitFor();
  await s.page.route("**/api/v1/orders?*", (route) => route.abort());
  await s.page.route("**/api/v1/orders", (route) => route.abort());
  await s.button("Look again").click();
  await s.page.getByRole("main").getByRole("alert").waitFor();
  await s.page.unrouteAll();
  await s.button("Try again").click();
  await s.page.locator(".docket > li").first().waitFor();
});

for (const width of [1440, 390]) {
  for (const theme of /** @type {const} */ (["light", "dark"])) {
    const touch = width < 500;
    studio(`axe: the shop, ${theme}, ${width} px wide`, { path: "/shop.html", expected: /422|401/, viewport: { width, height: touch ? 844 : 900 }, touch, context: { colorScheme: theme } }, async (s) => {
      const order = await place(s);
      const key = await keyOf(ALL);
      await s.field("Shop key").fill("platen_0");
      await s.button("Sign in").click();
      await s.page.locator("#key-problem").waitFor();
      const found = await complaints(s, "door");
      await signIn(s, key);
      const visit = async (/** @type {string} */ query, /** @type {string} */ until) => {
        await s.page.goto(`/shop.html?${query}`);
        await s.ready();
        await s.page.locator(until).first().waitFor();
        found.push(...(await complaints(s, query)));
        await soon(async () => assert.ok(await s.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${query} sticks out`));
      };
      await visit("part=orders", ".docket");
      await visit(`order=${order.id}`, ".plate");
      await approve(s, order);
      await visit(`order=${order.id}`, ".seal");
      await visit("part=keys", ".entry");
      await visit("part=webhooks", ".new-hook");
      await visit("part=profile", ".profile");
      await s.page.getByRole("group", { name: "Quantity breaks" }).getByLabel("Percent off").nth(1).fill("95");
      await s.button("Put in force").click();
      await s.page.locator("[aria-invalid=true]").waitFor();
      found.push(...(await complaints(s, "refused")));
      assert.deepEqual(found, []);
      for (const language of ["de", "ar"]) {
        await s.page.goto(`/shop.html?part=profile&lang=${language}`);
        await s.page.locator(".profile").waitFor();
        assert.ok(await s.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${language} sticks out`);
        s.page.once("dialog", (dialog) => dialog.accept());
      }
    });
  }
}
