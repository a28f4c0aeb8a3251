// Accessibility of the pages beside the studio by axe-core: two themes, two widths, nothing to complain of.
import assert from "node:assert/strict";
import { design, studio, words } from "./studio.mjs";
import { complaints } from "./axe.mjs";

for (const width of [1440, 390]) {
  for (const theme of /** @type {const} */ (["light", "dark"])) {
    const touch = width < 500;
    studio(`axe: pages, ${theme}, ${width} px wide`, { path: "/designs", expected: /404/, viewport: { width, height: touch ? 844 : 900 }, touch, context: { colorScheme: theme } }, async (s) => {
      const { request } = s.page.context();
      const found = await complaints(s, "designs");
      const visit = async (/** @type {string} */ path, isPage = true) => {
        await s.page.goto(path);
        if (isPage) await s.ready();
        found.push(...(await complaints(s, path)));
      };
      await visit("/designs?words=zebra");
      await visit("/orders");
      const saved = await (await request.post("/api/v1/designs", { data: design([words()]) })).json();
      const body = { lines: [{ design: saved.id, size: "M", quantity: 3 }], contact: { name: "Ada", email: "ada@example.org" }, note: "Soon" };
      const order = await (await request.post("/api/v1/orders", { data: body, headers: { "idempotency-key": crypto.randomUUID() } })).json();
      await visit("/orders");
      await visit(`/orders/${order.id}`);
      await request.post(`/api/v1/orders/${order.id}/approval`, { data: { hash: order.hash, name: "Ada" } });
      await visit(`/orders/${order.id}`);
      await visit("/designs");
      await s.page.locator(".idea [data-why]").first().click();
      await s.page.getByRole("dialog", { name: "Why this?" }).waitFor();
      found.push(...(await complaints(s, "why")));
      await visit("/nothing", false);
      const { page } = await (await request.post(`/api/v1/designs/${saved.id}/shares`, { data: {} })).json();
      await visit(page);
      assert.deepEqual(found, []);
      assert.ok(await s.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    });
  }
}
