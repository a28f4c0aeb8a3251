// Price, sizes, names, findings, ideas, and the order itself.
import assert from "node:assert/strict";
import { becomes, block, design, en, matches, soon, studio, words } from "./studio.mjs";

const one = design([words()]);

studio("64 an order has a number, and a proof as PDF", { design: one }, async (s) => {
  await s.button("Sizes and price").click();
  const dialog = s.page.getByRole("dialog");
  const place = dialog.getByRole("button", { name: "Place the order" });
  await s.button("One M more").click();
  await becomes(() => place.isDisabled(), true, "no name yet");
  await dialog.getByLabel("Name", { exact: true }).fill("Ada");
  await becomes(() => place.isDisabled(), true, "not looked at yet");
  await dialog.getByRole("checkbox").check();
  await place.click();
  await dialog.getByRole("heading", { name: "The order is placed" }).waitFor();
  const link = dialog.getByRole("link", { name: /proof/i });
  await link.waitFor();
  const address = new URL((await link.getAttribute("href")) ?? "", s.address).href;
  const answer = await s.page.context().request.get(address);
  assert.equal(answer.status(), 200);
  assert.match(answer.headers()["content-type"], /application\/pdf/);
  assert.equal((await answer.body()).subarray(0, 5).toString(), "%PDF-");
  await dialog.getByRole("link", { name: "Follow the order" }).click();
  await s.page.getByText("Approved by Ada", { exact: true }).waitFor();
});

studio("64 the tick is for the design that was looked at: what changes afterwards is to be looked at again", { design: one }, async (s) => {
  await s.button("Sizes and price").click();
  const tick = s.page.getByRole("dialog").getByRole("checkbox", { name: /I have looked at it/ });
  await tick.check();
  await s.page.evaluate(() => {
    const { platen } = /** @type {any} */ (globalThis);
    platen.store.set({ selection: ["words"] });
    platen.setLayer({ fill: "ink:navy" }, "Change ink");
  });
  await becomes(() => tick.isChecked(), false, "after a change");
});

studio("64 the order tells when it is ready, sooner for more, and shows every side", { design: one }, async (s) => {
  await s.kept();
  await s.button("Sizes and price").click();
  const dialog = s.page.getByRole("dialog");
  await s.button("One M more").click();
  const ways = dialog.getByRole("radiogroup", { name: "When it is ready" }).getByRole("radio");
  await s.count(ways, 3);
  await s.until((state) => state.live.quote?.pieces === 1 && state.live.quote.ready_in_days === 10);
  const usual = (await s.state()).live.quote.total;
  await dialog.getByText("in 3 working days").click();
  await s.until((state, usual) => state.live.quote?.ready_in_days === 3 && state.live.quote.total > usual, usual);
  await dialog.getByText("Ready in 3 working days").waitFor();
  const soon = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  await dialog.getByLabel("Needed by").fill(soon);
  await dialog.getByLabel("Needed by").press("Tab");
  await dialog.getByText(/^You need it by/).waitFor();
  // The shop takes no order for a day on which it is not ready.
  await dialog.getByLabel("Needed by").fill("");
  await dialog.getByLabel("Needed by").press("Tab");
  await s.count(dialog.getByText(/^You need it by/), 0);
  await s.count(dialog.locator(".proofs img[src]"), 2);
  await dialog.getByText("Back · nothing printed").waitFor();
  const proof = await s.page.context().request.get((await dialog.getByRole("link", { name: "Open the proof (PDF)" }).getAttribute("href")) ?? "");
  assert.equal(proof.status(), 200);
  assert.equal((await proof.body()).subarray(0, 5).toString(), "%PDF-");
  await dialog.getByLabel("Name", { exact: true }).fill("Ada");
  await dialog.getByRole("checkbox").check();
  await dialog.getByRole("button", { name: "Place the order" }).click();
  await dialog.getByRole("heading", { name: "The order is placed" }).waitFor();
  const id = /\/orders\/(\w+)/.exec((await dialog.getByRole("link", { name: "Follow the order" }).getAttribute("href")) ?? "")?.[1];
  const order = await (await s.page.context().request.get(`/api/v1/orders/${id}`)).json();
  assert.equal(order.order.rush, "rush");
  assert.ok(order.charges.some((/** @type {any} */ line) => line.code === "rush"), "and it is charged");
});

studio("black words on navy are not called ready to print: it says that nobody would see them, and makes them another ink", { design: design([words({ fill: "ink:black" })], { color: "navy" }) }, async (s) => {
  const state = s.page.locator("small.ready");
  const finding = s.page.locator(".findings li", { hasText: en["finding.invisible-on-garment"].replace("{color}", "Navy") });
  await finding.waitFor();
  await soon(async () => assert.equal(await state.innerText(), en["price.errors.one"].replace("{count}", "1")));
  await s.count(s.page.locator(".hint.ready"), 0);
  await finding.getByRole("button", { name: en["mend.ink"].replace("{name}", "White") }).click();
  await s.count(finding, 0);
  await soon(async () => assert.equal(await state.innerText(), en["price.ready"]));
});

studio("65 colours, inks and why there is no price are told in the person's language; what cannot be drawn is never ready to print", { path: "/?lang=de", design: design([words({ fill: "ink:navy" })], { color: "white", technique: "screen-print" }), expected: /422|404/ }, async (s) => {
  await s.until((state) => state.live.quote?.per_piece > 0);
  await s.page.locator(".inks span").getByText("Marineblau").waitFor();
  await s.tool("Textil");
  await s.page.getByRole("radio", { name: "Hellblau", exact: true }).waitFor();
  await s.page.evaluate(async (next) => /** @type {any} */ (globalThis).platen.open(next, "x"), design([words(), { id: "gone", type: "image", name: "Wappen", asset: "0".repeat(64), width: 50, x: 100, y: 300 }]));
  await s.page.locator(".problem").getByText("„Wappen“: das Bild ist nicht mehr da.").waitFor();
  await s.page.locator(".foot").getByText("„Wappen“: das Bild ist nicht mehr da.").waitFor();
  await s.page.locator(".foot").getByText("1 Problem").waitFor();
});

studio("65 advice, lines of the price and findings speak the person's language", { path: "/?lang=de", design: design([words(), block({ y: 452, height: 40 })], { technique: "screen-print", color: "navy" }) }, async (s) => {
  await s.until((state) => state.live.findings.length > 0 && state.live.quote?.advice?.length > 0);
  await s.page.locator(".findings").getByText(/^Es kommt dem Rand|außerhalb der Druckfläche/).first().waitFor();
  await s.page.locator(".findings").getByRole("button", { name: /^Verschieben: .* nach oben/ }).first().waitFor();
  await s.button("Größen und Preis").click();
  const dialog = s.page.getByRole("dialog");
  await dialog.getByText("Weiß unter den Farben, Vorne").waitFor();
  await dialog.getByText("Klassisches T-Shirt, Marineblau").waitFor();
  const texts = await dialog.locator(".lines th, .note").allInnerTexts();
  for (const text of texts) assert.doesNotMatch(text, /\b(the|pieces?|costs?|each|print)\b/i, text);
});

studio("65 the price follows every change, and says why", { design: one }, async (s) => {
  const foot = s.page.getByRole("contentinfo");
  await s.until((state) => state.live.quote?.per_piece > 0);
  const { quote } = (await s.state()).live;
  await foot.getByText(/1 ink, 1 place/).waitFor();
  await s.choose("words");
  await s.press("Control+d");
  await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.setLayer({ fill: "ink:scarlet" }, "Change ink"));
  await s.tool("Garment");
  await s.page.getByRole("combobox", { name: "Printed by" }).selectOption({ label: "Screen print" }).catch(() => s.page.getByRole("combobox", { name: "Printed by" }).selectOption("screen-print"));
  await foot.getByText(/2 inks, 1 place/).waitFor();
  await s.until((state, old) => state.live.quote?.per_piece && state.live.quote.per_piece !== old, quote.per_piece);
});

studio("66 sizes: arrows between cells, a pasted row, totals; what is no number is refused", { design: one, context: { permissions: ["clipboard-read", "clipboard-write"] } }, async (s) => {
  await s.button("Sizes and price").click();
  const dialog = s.page.getByRole("dialog");
  const cell = (/** @type {string} */ size) => dialog.getByLabel(size, { exact: true });
  await cell("S").fill("3");
  await cell("S").press("ArrowRight");
  await s.focused(cell("M"));
  await s.page.keyboard.type("10");
  await s.page.keyboard.press("Tab");
  await dialog.getByText("13 pieces", { exact: true }).waitFor();
  for (const wrong of ["-4", "many", "1.5", "NaN"]) {
    await cell("L").fill(wrong);
    await cell("L").press("Tab");
    await becomes(() => cell("L").inputValue(), "0", wrong);
    await dialog.getByRole("alert").getByText(`“${wrong}” is no number of pieces.`).waitFor();
  }
  await s.until((state) => state.live.quote?.pieces === 13 && !state.live.quote.isGuess);
  const paste = (/** @type {string} */ text) => cell("S").evaluate((element, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
  await paste("3\t10\t8");
  await dialog.getByText("21 pieces", { exact: true }).waitFor();
  await paste("XL 4, 2XL: 5");
  await dialog.getByText("30 pieces", { exact: true }).waitFor();
  await dialog.getByText(/Total/).waitFor();
});

studio("67 names and numbers: rows pasted from a spreadsheet, each seen on the garment, ordered one by one", { design: design([]) }, async (s) => {
  await s.tool("Names");
  await s.button("Add a name").waitFor();
  // Both within a frame.
  await s.page.evaluate(() => {
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".panel .two .block"))) button.click();
  });
  assert.deepEqual((await s.design()).fields.map((/** @type {any} */ field) => field.id), ["name", "number"]);
  await s.exact();
  const table = s.page.locator(".roster-table");
  await table.evaluate((element) => {
    const data = new DataTransfer();
    data.setData("text/plain", "Name\tNumber\tSize\nRIVERA\t7\tM\nOKONKWO-BRANDT\t10\tXL\nLI\t3\tS");
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await s.until((state) => state.people?.length === 3);
  assert.deepEqual((await s.state()).people[1], { size: "XL", fields: { name: "OKONKWO-BRANDT", number: "10" } });
  await s.exact();
  const hash = () => s.page.evaluate(() => document.documentElement.dataset.artwork);
  await table.getByRole("textbox").first().focus();
  await s.exact();
  const first = await hash();
  await s.press("ArrowDown");
  await s.until((state) => state.person === 1);
  await s.exact();
  assert.notEqual(await hash(), first, "another person, another print");
  await s.page.getByText(/OKONKWO-BRANDT/).first().waitFor();
});

studio("68 a finding shows its layer, and mends it with one click", { design: design([words(), block({ y: 452, height: 40 })]) }, async (s) => {
  await s.until((state) => state.live.findings.length > 0);
  const findings = s.page.locator(".findings li");
  await findings.first().getByRole("button").first().click();
  assert.deepEqual(await s.selection(), ["block"]);
  await s.said(/is chosen/);
  const before = await s.steps();
  await findings.first().getByRole("button").nth(1).click();
  await s.until((state) => state.design.placements[0].layers.some((/** @type {any} */ layer) => layer.id === "block" && (layer.y < 452 || layer.height < 40)));
  assert.equal(await s.steps(), before + 1);
  await s.until((state) => !state.live.findings.some((/** @type {any} */ finding) => finding.severity === "warning" && /outside|margin|edge/.test(finding.message)));
});

const PALE = /** @type {any} */ ({ fill: "#f4f4f2" });

studio("68 every other finding has a way out, too: ink that is not seen, letters that no font has, empty places", { design: design([words({ ...PALE, text: "SUN 𓇳" })]) }, async (s) => {
  const findings = s.page.locator(".findings li");
  await findings.filter({ hasText: "could not be seen" }).getByRole("button", { name: /^Make it / }).click();
  await s.until((state) => !state.live.findings.some((/** @type {any} */ finding) => finding.rule === "invisible-on-garment"));
  await findings.filter({ hasText: "No font here has" }).getByRole("button", { name: "Take out 𓇳" }).click();
  await s.until((state) => !state.live.findings.some((/** @type {any} */ finding) => finding.rule === "font-missing-glyph"));
  assert.equal((await s.layer("words")).text, "SUN");
  await s.choose("words");
  await s.press("Control+Shift+h");
  await findings.getByRole("button", { name: "Show what is hidden" }).click();
  await s.frame();
  assert.equal((await s.layer("words")).hidden, undefined);
});

studio("68 letters too small that fill a width become as large as they must", { design: design([words({ text: "small print of the club", fit_width: 20 })]) }, async (s) => {
  await s.page.locator(".findings").getByRole("button", { name: /^Make the letters \d/ }).click();
  await s.until((state) => !state.live.findings.some((/** @type {any} */ finding) => finding.rule === "tiny-text"));
  assert.ok((await s.layer("words")).fit_width > 20);
  assert.equal(await s.steps(), 1);
});

studio("68 fades become dots, hairlines hold, and all is printed as drawn again, each as one step", { design: design([block({ opacity: 0.5 }), block({ id: "hair", y: 150, height: 0.1 })]) }, async (s) => {
  const findings = s.page.locator(".findings");
  const gone = (/** @type {string} */ rule) => s.until((state, rule) => !state.live.findings.some((/** @type {any} */ finding) => finding.rule === rule), rule);
  const production = async () => (await s.design()).placements[0].production;
  await findings.getByRole("button", { name: "Print fades as dots" }).click();
  await gone("soft-edge");
  assert.equal((await production()).edges.mode, "halftone");
  await findings.getByRole("button", { name: "Thicken thin lines" }).click();
  await gone("thin-line");
  assert.deepEqual(Object.keys(await production()).sort(), ["edges", "least_line"], "what was there stays");
  assert.equal(await s.steps(), 2);
  await findings.getByRole("button", { name: "Print it as it was drawn" }).click();
  await s.until((state) => state.live.findings.some((/** @type {any} */ finding) => finding.rule === "soft-edge"));
  assert.equal(await production(), undefined);
  await s.press("Control+z");
  assert.equal((await production()).least_line, 0.45);
});

studio("68 a color near an ink becomes the ink, wherever the layer has it", { design: design([words({ fill: "#1a1a1a", outline: [{ width: 1, color: "#1A1A1A" }], text: "#1a1a1a" })], { technique: "screen-print" }) }, async (s) => {
  await s.until((state) => state.live.findings.some((/** @type {any} */ finding) => finding.rule === "off-ink"));
  await s.page.locator(".findings li", { hasText: "looks like one of the shop" }).getByRole("button", { name: /^Make it / }).click();
  await s.until((state) => !state.live.findings.some((/** @type {any} */ finding) => finding.rule === "off-ink"));
  const layer = await s.layer("words");
  assert.deepEqual([layer.fill, layer.outline[0].color, layer.text], ["ink:black", "ink:black", "#1a1a1a"]);
  assert.equal(await s.steps(), 1);
});

studio("69 a ready design takes in the person's own words and picture, as one step; every card says why it is shown", { design: design([words({ text: "MARIE & PAUL", font: "Cinzel" })], { color: "black-heather", technique: "screen-print" }) }, async (s) => {
  await s.upload("pictures/alpha.webp");
  await s.until((state) => state.design.placements[0].layers.length === 2);
  const { asset } = (await s.design()).placements[0].layers[1];
  const steps = await s.steps();
  await s.tool("Ideas");
  const cards = s.page.locator(".cards .card");
  await s.page.locator(".card small", { hasText: "room for your words" }).first().waitFor();
  await soon(async () => assert.ok((await cards.locator("small").allTextContents()).every((why) => why.trim().length > 5), "every card"));
  await matches(() => cards.filter({ hasText: "Black Harvest" }).textContent(), /room for your words.*room for your picture/);
  await cards.filter({ hasText: "Black Harvest" }).click();
  await s.until((state) => state.design.name === "Black Harvest");
  await s.exact();
  assert.equal((await s.layer("band")).text, "MARIE & PAUL");
  assert.equal((await s.layer("album")).text, "SONGS FOR SHORT DAYS", "what nobody filled stays");
  assert.equal((await s.layer("skull")).asset, asset);
  assert.equal(await s.steps(), steps + 1);
  await s.tool("Ideas");
  await cards.filter({ hasText: "Camp Tamarack" }).click();
  await s.until((state) => state.design.name === "Camp Tamarack");
  const texts = JSON.stringify(await s.design());
  assert.ok(texts.includes("MARIE & PAUL") && !texts.includes("SHORT DAYS"), "only what is the person's own goes on");
  await s.page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  await s.button("Undo").first().click();
  await s.frame();
  assert.equal((await s.layer("words")).text, "MARIE & PAUL");
});

studio("70 ? lists the keys; Ctrl+K finds a command and runs it", { design: one }, async (s) => {
  await s.choose("words");
  await s.press("?");
  const dialog = s.page.getByRole("dialog");
  await dialog.getByText("Duplicate", { exact: true }).waitFor();
  await s.press("Escape");
  await s.count(dialog, 0);
  await s.choose("words");
  await s.press("Control+k");
  await dialog.getByRole("searchbox").fill("dupl");
  await s.page.keyboard.press("Enter");
  await s.until((state) => state.design.placements[0].layers.length === 2);
  await s.count(dialog, 0);
});

studio("single letters can be turned off, and do nothing in fields", { design: one }, async (s) => {
  await s.page.getByRole("textbox", { name: "Name of the design" }).fill("tpg");
  assert.deepEqual(await s.order(), ["words"]);
  await s.button("Settings").click();
  await s.page.getByRole("checkbox", { name: /Single letters/ }).uncheck();
  await s.press("Escape");
  await s.count(s.page.getByRole("dialog"), 0);
  await s.page.locator("#overlay").focus();
  await s.focused(s.page.locator("#overlay"));
  await s.press("t");
  assert.deepEqual(await s.order(), ["words"]);
});
