// The pages beside the studio: ready designs, orders, and what is not there.
import assert from "node:assert/strict";
import { Studio, becomes, block, design, person, soon, studio, words } from "./studio.mjs";

const one = design([words()]);

/** A saved design of the person's, over the service. @param {Studio} s @param {any} document @returns {Promise<string>} its id */
async function save(s, document) {
  const answer = await s.page.context().request.post("/api/v1/designs", { data: document });
  assert.equal(answer.status(), 201, await answer.text());
  return (await answer.json()).id;
}

/** @param {Studio} s @param {any[]} lines @returns {Promise<any>} the order */
async function place(s, lines) {
  const answer = await s.page.context().request.post("/api/v1/orders", { data: { lines, contact: { name: "Ada" } }, headers: { "idempotency-key": crypto.randomUUID() } });
  assert.equal(answer.status(), 201, await answer.text());
  return answer.json();
}

/** Until a picture is there, and not merely asked for. @param {import("playwright-core").Locator} image */
async function drawn(image) {
  await image.scrollIntoViewIfNeeded();
  await image.and(image.page().locator("[src]")).waitFor();
  assert.ok(await image.evaluate(async (/** @type {HTMLImageElement} */ element) => (await element.decode(), element.naturalWidth)) > 100);
}

studio("the gallery shows ready designs on the cloth, by category, technique and words", { path: "/designs" }, async (s) => {
  const cards = s.page.locator("section:not(.feed) .piece");
  const all = await cards.count();
  assert.ok(all >= 20, String(all));
  await drawn(cards.first().locator("img"));
  await s.count(cards.last().locator("img[src]"), 0, "what nobody sees is not drawn yet");
  await s.button("Sports").click();
  await s.page.getByRole("heading", { name: "Sports" }).waitFor();
  await soon(async () => {
    const sports = await cards.count();
    assert.ok(sports > 1 && sports < all);
  });
  assert.equal(new URL(s.page.url()).searchParams.get("category"), "sports");
  await s.page.getByRole("combobox", { name: "Printed by" }).selectOption("vinyl");
  await s.page.getByText("Northside Foxes").waitFor();
  await s.count(cards, 1);
  await s.page.reload();
  await s.ready();
  await s.count(cards, 1, "the address keeps what was asked for");
  await s.button("All").click();
  await s.page.getByRole("combobox", { name: "Printed by" }).selectOption("");
  await s.page.getByRole("searchbox").fill("tamarack camp");
  await s.page.getByText("Camp Tamarack").waitFor();
  await s.count(cards, 1);
  await s.page.getByRole("searchbox").fill("zebra");
  await s.page.getByText("No design is like that.").waitFor();
  await s.button("Show all").click();
  await s.page.getByText("Camp Tamarack").waitFor();
  await s.count(cards, all);
});

studio("the gallery begins with ready designs in other styles, and one of them opens in the studio", { path: "/designs" }, async (s) => {
  const row = s.page.locator(".feed").filter({ hasText: "Start from an idea" });
  await row.waitFor();
  const cards = row.locator(".piece");
  await s.count(cards, 6);
  await drawn(cards.first().locator("img"));
  await cards.first().click();
  await s.page.waitForSelector("#overlay");
  await s.ready();
  await s.until((state) => state.design.placements.length > 0 && state.kept.id === null);
  assert.equal(new URL(s.page.url()).search, "");
});

studio("a card opens the studio with a copy, which a reload does not take away", { path: "/designs" }, async (s) => {
  await s.page.getByRole("link", { name: "Camp Tamarack" }).click();
  await s.page.waitForSelector("#overlay");
  await s.ready();
  await s.until((state) => state.design.name === "Camp Tamarack" && state.kept.id === null);
  assert.equal(new URL(s.page.url()).search, "");
  await s.exact();
  await s.page.getByRole("textbox", { name: "Name of the design" }).fill("Camp Juniper");
  await s.page.keyboard.press("Tab");
  await s.kept();
  await s.page.reload();
  await s.ready();
  await s.until((state) => state.design.name === "Camp Juniper");
});

studio("the gallery has the person's own designs: to open, or to copy", { path: "/designs" }, async (s) => {
  await s.count(s.button("My designs"), 0);
  const id = await save(s, one);
  await s.page.reload();
  await s.ready();
  await s.button("My designs").click();
  await s.count(s.page.locator("section:not(.feed) .piece"), 1);
  await drawn(s.page.locator(".piece img"));
  await s.page.getByRole("link", { name: "Make a copy of Test" }).click();
  await s.page.waitForSelector("#overlay");
  await s.ready();
  await s.until((state) => state.design.name === "Test, my copy" && state.kept.id === null);
  await s.page.goto("/designs?category=own");
  await s.ready();
  await s.page.getByRole("link", { name: "Test", exact: true }).click();
  await s.page.waitForSelector("#overlay");
  await s.ready();
  await s.until((state, id) => state.design.name === "Test" && state.kept.id === id, id);
});

studio("an order has a page: where it stands, what is made, what it costs, and its approval", { path: "/orders" }, async (s) => {
  const id = await save(s, design([words(), block()]));
  const order = await place(s, [{ design: id, size: "M", quantity: 3 }, { design: id, size: "XL", quantity: 2 }]);
  await s.page.goto(`/orders/${order.id}`);
  await s.ready();
  const step = s.page.locator("[aria-current=step]");
  await step.getByText("Received").waitFor();
  await s.page.getByRole("heading", { name: "5 pieces" }).waitFor();
  await s.count(s.page.locator(".made"), 1, "two sizes of one look stand together");
  await drawn(s.page.locator(".made img"));
  assert.ok(((await s.page.locator(".made img").boundingBox())?.width ?? 0) > 200, "large enough to be looked at");
  const price = new Intl.NumberFormat("en-US", { style: "currency", currency: order.currency }).format(order.total / 100);
  assert.ok((await s.page.locator(".slip tfoot").textContent())?.includes(price), price);
  const proof = await s.page.getByRole("link", { name: /proof/i }).getAttribute("href");
  assert.match((await s.page.context().request.get(String(proof))).headers()["content-type"], /pdf/);

  await s.page.getByLabel("Name", { exact: true }).fill("Ada Byron");
  await s.button("Approve").click();
  await s.count(s.page.locator(".seal"), 0, "not before it was looked at");
  await s.page.getByRole("checkbox").check();
  await s.button("Approve").click();
  await s.page.getByText("Approved by Ada Byron", { exact: true }).waitFor();
  await becomes(async () => (await s.page.locator(".seal .hash").textContent())?.replaceAll(" ", ""), order.hash);
  await step.getByText("Approved").waitFor();

  // The design changes, and the order with it: the seal is broken, and what looks different is shown.
  const { request } = s.page.context();
  await request.put(`/api/v1/designs/${id}`, { data: design([words({ text: "CEDAR" }), block()]) });
  const changed = await request.put(`/api/v1/orders/${order.id}`, { data: { lines: [{ design: id, size: "M", quantity: 3 }, { design: id, size: "XL", quantity: 2 }], contact: { name: "Ada" } } });
  assert.equal(changed.status(), 200, await changed.text());
  await s.page.reload();
  await s.ready();
  await s.page.getByText(/has changed since Ada Byron approved it/).waitFor();
  await s.page.locator(".change").getByText("and 1 more line").waitFor();
  await drawn(s.page.locator(".change img").first());
  await s.page.getByRole("heading", { name: "Approve the proof" }).waitFor();

  await s.page.getByText("Cancel the order").click();
  await s.button("Cancel it").click();
  await s.page.getByRole("main").getByText("Cancelled", { exact: true }).first().waitFor();
  await s.count(s.button("Approve"), 0);
  await s.count(s.page.getByText(/has changed since/), 0, "nothing is made, so nothing is different");
});

studio("news of several orders is told together, and leads to all of them", { path: "/orders" }, async (s) => {
  const id = await save(s, one);
  const orders = [await place(s, [{ design: id, size: "M", quantity: 3 }]), await place(s, [{ design: id, size: "L", quantity: 2 }])];
  await s.page.goto("/");
  await s.ready();
  await s.until(() => localStorage.getItem("platen.orders"));
  for (const { id, hash } of orders) assert.equal((await s.page.context().request.post(`/api/v1/orders/${id}/approval`, { data: { hash, name: "Ada" } })).status(), 200);
  await s.page.reload();
  const told = s.page.locator(".toast");
  for (const { number } of orders) await told.getByText(`${number}: Approved`).waitFor();
  await told.getByRole("button").click();
  await s.page.waitForURL("**/orders");
  await s.page.goto("/");
  await s.ready();
  await s.count(told, 0, "it is news once");
});

studio("the page of an order calls the fields of a design by their labels", { path: "/orders" }, async (s) => {
  const fields = [{ id: "squad-name", label: "Name of the squad", sample: "OTTERS" }, { id: "number", sample: "7" }];
  const id = await save(s, design([words({ text: "{{squad-name}} {{number}}" })], { fields }));
  const order = await place(s, [{ design: id, size: "M", quantity: 1, fields: { "squad-name": "HERONS", number: "12" } }]);
  await s.page.goto(`/orders/${order.id}`);
  await s.ready();
  const facts = s.page.locator(".made .facts");
  await facts.getByText("Name of the squad", { exact: true }).waitFor();
  await facts.getByText("Number", { exact: true }).waitFor();
  await s.count(facts.getByText("squad-name"), 0);
});

studio("orders stand in a list; whoever has none is told how to get one", { path: "/orders" }, async (s) => {
  await s.page.getByRole("heading", { name: "No order yet" }).waitFor();
  const order = await place(s, [{ design: await save(s, one), size: "M", quantity: 3 }]);
  await s.page.reload();
  await s.ready();
  await drawn(s.page.locator(".orders img"));
  await s.page.getByRole("link", { name: /Received/ }).click();
  await s.page.waitForURL(`**/orders/${order.id}`);
  await s.page.locator("[aria-current=step]").waitFor();
});

studio("somebody else's order is a page that is not there", { path: "/orders", expected: /404/ }, async (s) => {
  const order = await place(s, [{ design: await save(s, one), size: "M", quantity: 3 }]);
  const other = await person({ context: { locale: "de-DE" } });
  const page = await other.newPage();
  const answer = await page.goto(`/orders/${order.id}`);
  assert.equal(answer?.status(), 404);
  await page.getByRole("heading", { name: "Hier ist nichts gedruckt" }).waitFor();
  await drawn(page.getByRole("img"));
  await page.getByRole("link", { name: "Studio öffnen" }).click();
  await page.waitForSelector("html[data-ready]");
  await other.close();
});

studio("without the service a page says so, and tries again", { path: "/orders", expected: /ERR_FAILED/ }, async (s) => {
  const order = await place(s, [{ design: await save(s, one), size: "M", quantity: 3 }]);
  await s.page.route("**/api/v1/orders/*", (route) => route.abort());
  await s.page.goto(`/orders/${order.id}`);
  await s.page.getByRole("heading", { name: "That did not work" }).waitFor();
  await s.page.unroute("**/api/v1/orders/*");
  await s.button("Try again").click();
  await s.page.locator("[aria-current=step]").waitFor();
});

studio("on paper an order is black on white, without buttons", { path: "/orders" }, async (s) => {
  const order = await place(s, [{ design: await save(s, one), size: "M", quantity: 3 }]);
  await s.page.goto(`/orders/${order.id}`);
  await s.ready();
  await s.page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const gone of ["navigation", "button"]) await s.count(s.page.getByRole(/** @type {any} */ (gone)), 0, gone);
  await s.page.locator(".made").waitFor();
  const colors = () => s.page.evaluate(() => [document.body, document.querySelector(".slip td"), document.querySelector("h1")].map((element) => getComputedStyle(/** @type {Element} */ (element)).color));
  await becomes(async () => new Set(await colors()), new Set(["rgb(0, 0, 0)"]));
});

studio("all four languages, the Arabic one from right to left", { path: "/designs" }, async (s) => {
  for (const [language, title] of [["de", "Designs für den Anfang"], ["es", "Diseños para empezar"], ["ar", "تصاميم تبدأ منها"]]) {
    await s.page.goto(`/designs?lang=${language}`);
    await s.ready();
    await s.page.getByRole("heading", { name: title }).waitFor();
    assert.equal(await s.page.evaluate(() => document.dir), language === "ar" ? "rtl" : "ltr");
    assert.ok(await s.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing sticks out");
  }
});

studio("on paper the studio is the garment and its name", { design: one }, async (s) => {
  await s.page.emulateMedia({ media: "print" });
  const cloth = await s.page.locator("#cloth").boundingBox();
  assert.ok(cloth && cloth.width > 300 && cloth.height > 300, JSON.stringify(cloth));
  await s.page.getByRole("heading", { name: "Test, Front" }).waitFor();
  await s.count(s.page.getByRole("button"), 0);
});
