// Lists that are longer than a page of the service's: of designs, orders and pictures.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { design, en, studio, words } from "./studio.mjs";

/** One more than a page. */
const MANY = 51;

/** Makes many, the first one first, so that it is what the first page does not have. @param {(n: number) => Promise<import("playwright-core").APIResponse>} make */
async function many(make) {
  const made = [];
  for (let n = 0; n < MANY; n++) {
    const answer = await make(n);
    assert.equal(answer.status(), 201, await answer.text());
    made.push(await answer.json());
  }
  return made;
}

/** @param {import("./studio.mjs").Studio} s */
const manyDesigns = (s) => many((n) => s.page.context().request.post("/api/v1/designs", { data: design([words()], { name: n ? `Later ${n}` : "Zebra" }) }));

/** The last one comes, by the button alone, and has the focus. @param {import("./studio.mjs").Studio} s @param {import("playwright-core").Locator} all @param {import("playwright-core").Locator} last */
async function showsMore(s, all, last) {
  await s.count(all, MANY - 1);
  await s.button("Show more").focus();
  await s.page.keyboard.press("Enter");
  await s.count(all, MANY);
  await s.focused(last, "the first new one has the focus");
  await s.count(s.button("Show more"), 0, "there are no more");
}

studio("the gallery shows more of one's own designs, and finds what is beyond the first page", { path: "/designs" }, async (s) => {
  await manyDesigns(s);
  await s.page.goto("/designs?category=own");
  await s.ready();
  const zebra = s.page.getByRole("link", { name: "Zebra", exact: true });
  await showsMore(s, s.page.locator(".piece"), zebra);
  await s.page.goto("/designs");
  await s.ready();
  await s.count(zebra, 0);
  await s.page.getByRole("searchbox").fill("zebra");
  await zebra.waitFor();
  await s.count(s.page.locator(".piece"), 1);
  await s.page.reload();
  await zebra.waitFor();
});

studio("orders show more, and a page that fails is asked for again", { path: "/orders", expected: /ERR_FAILED/ }, async (s) => {
  const { id } = await (await s.page.context().request.post("/api/v1/designs", { data: design([words()]) })).json();
  const [first] = await many(() => s.page.context().request.post("/api/v1/orders", { data: { lines: [{ design: id, size: "M", quantity: 1 }], contact: { name: "Ada" } }, headers: { "idempotency-key": crypto.randomUUID() } }));
  await s.page.reload();
  await s.ready();
  await s.page.route("**/api/v1/orders?after=*", (route) => route.abort());
  await s.button("Show more").click();
  await s.page.getByText("Nothing is lost.").waitFor();
  await s.page.unroute("**/api/v1/orders?after=*");
  await s.count(s.page.locator(".orders li"), MANY - 1);
  await s.button("Try again").click();
  await s.count(s.page.locator(".orders li"), MANY);
  await s.focused(s.page.locator(`a[href="/orders/${first.id}"]`), "the first new one has the focus");
});

studio("my designs show more, and one that is deleted leaves the others", { path: "/orders" }, async (s) => {
  const [{ id }] = await manyDesigns(s);
  // With one of them on the garment the studio makes no further one.
  await s.page.goto(`/?design=${id}`);
  await s.ready();
  await s.button("My designs").click();
  const cards = s.page.getByRole("dialog").locator(".card");
  await showsMore(s, cards, cards.last().locator("button").first());
  await cards.last().getByText("Zebra").waitFor();
  await cards.first().getByRole("button", { name: "Delete" }).click();
  await s.count(cards, MANY - 1);
  await cards.last().getByText("Zebra").waitFor();
  await s.page.keyboard.press("Escape");
  await s.page.context().request.post("/api/v1/designs", { data: design([words()], { name: "Newest" }) });
  await s.button("My designs").click();
  await cards.first().getByText("Newest").waitFor();
});

studio("uploads show more", { path: "/orders" }, async (s) => {
  const drawing = (/** @type {number} */ n) => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="18" fill="#0000${(n + 16).toString(16)}"/></svg>`);
  await many((n) => s.page.context().request.post("/api/v1/uploads", { multipart: { file: { name: `dot ${n}.svg`, mimeType: "image/svg+xml", buffer: drawing(n) } } }));
  await s.page.goto("/");
  await s.ready();
  await s.tool("Upload");
  await showsMore(s, s.page.locator(".tile"), s.button(/dot 0/));
});

studio("what is known of somebody shows more, and one that is forgotten leaves the others", { path: "/orders" }, async (s) => {
  const { request } = s.page.context();
  await request.post("/api/v1/designs", { data: design([words()]) });
  const events = Array.from({ length: MANY }, (_, n) => ({ id: `seen-${n}`, type: "view", at: Date.now() - n * 1000, recipe: { garment: "tee", garment_color: n === MANY - 1 ? "navy" : "white" } }));
  const answer = await request.post("/api/v1/events", { data: { events } });
  assert.equal((await answer.json()).accepted, MANY);
  await s.page.goto("/");
  await s.ready();
  await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.store.set({ dialog: "why" }));
  const rows = s.page.locator(".deeds li");
  await showsMore(s, rows, rows.last().locator("button"));
  await rows.last().getByText(/Navy/).waitFor();
  await rows.first().getByRole("button").click();
  await s.count(rows, MANY - 1);
  await s.focused(rows.first().locator("button"), "the keys go on with the next");
  await s.page.getByText(en["said.forgottenOne"].split("{")[0]).first().waitFor();
});
