// Inks and garment colours.
import assert from "node:assert/strict";
import { becomes, block, design, matches, studio, words } from "./studio.mjs";

const two = design([words(), block({ fill: "ink:black" })]);

studio("51 inks have names, the legible ones first; weak ones carry a note", { design: design([words()], { color: "black" }) }, async (s) => {
  await s.choose("words");
  const inks = s.page.getByRole("radiogroup", { name: "Ink" }).getByRole("radio");
  const names = await inks.evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  assert.equal(names[0], "White");
  const weak = names.map((name, index) => (/hard to read on Black/.test(name ?? "") ? index : -1)).filter((index) => index >= 0);
  assert.ok(weak.length >= 1 && weak[0] === names.length - weak.length, `weak ones last: ${names}`);
  await inks.first().click();
  await s.exact();
  assert.equal((await s.layer("words")).fill, "ink:white");
  await inks.first().focus();
  await s.press("ArrowRight");
  assert.notEqual((await s.layer("words")).fill, "ink:white");
});

studio("52 a garment colour that hides an ink is told, and a swap is offered", { design: two }, async (s) => {
  await s.tool("Garment");
  await s.page.getByRole("radiogroup", { name: "Colour" }).getByRole("radio", { name: "Black", exact: true }).click();
  await s.page.locator(".panel").getByText(/Black will be hard to read on Black/).waitFor();
  // On a phone the panel's note lies below the colours: it is said over the stage, too.
  const toast = s.page.locator(".toast").filter({ hasText: /Black will be hard to read on Black/ });
  await toast.getByRole("button", { name: /^Black to White/ }).click();
  await s.exact();
  assert.notEqual((await s.layer("words")).fill, "ink:black");
  assert.equal((await s.layer("words")).fill, (await s.layer("block")).fill);
  await s.count(s.page.locator(".panel, .toast").getByText(/will be hard to read/), 0);
});

studio("53 the inks of the design are listed, and replaced everywhere at once", { design: two }, async (s) => {
  await s.inspector.getByText("2 layers").waitFor();
  await s.inspector.getByRole("combobox", { name: "Replace Black" }).selectOption({ label: "Royal" });
  await s.exact();
  assert.deepEqual([(await s.layer("words")).fill, (await s.layer("block")).fill], ["ink:royal", "ink:royal"]);
  assert.equal(await s.steps(), 1);
});

studio("53 replacing an ink reaches outlines, shadows, bodies, lines, recoloured drawings and tints, as one step", { design: two }, async (s) => {
  const art = await s.page.evaluate(async () => (await (await fetch("/api/v1/graphics")).json()).find((/** @type {any} */ one) => one.look === "flat").id);
  const black = "ink:black";
  await s.page.evaluate((next) => /** @type {any} */ (globalThis).platen.open(next, "Set the stage"), design([
    words({ fill: "ink:white", outline: [{ width: 1, color: black }, { width: 1, color: "ink:orange" }], shadow: { dx: 1, dy: 1, color: black }, extrude: { depth: 2, color: black } }),
    { id: "group", type: "group", x: 177.8, y: 250, layers: [block({ x: 0, y: 0, stroke: { width: 1, color: black } })] },
    { id: "art", type: "image", asset: art, width: 60, x: 100, y: 350, recolor: { "#1d1d1d": black } },
    { id: "one-ink", type: "image", asset: art, width: 60, x: 250, y: 350, tint: black },
  ]));
  const before = await s.steps();
  await s.inspector.getByRole("combobox", { name: "Replace Orange" }).waitFor();
  await s.inspector.getByRole("combobox", { name: "Replace Black" }).selectOption({ label: "Royal" });
  await s.exact();
  assert.ok(!JSON.stringify(await s.design()).includes(black), "nowhere any more");
  assert.equal(JSON.stringify(await s.design()).split("ink:royal").length - 1, 6, "six places");
  assert.equal(await s.steps(), before + 1);
  await s.count(s.page.getByRole("alert").filter({ hasText: /\S/ }), 0, "the service takes it");
});

studio("53 the colours of a drawing are inks of the design, too: counted with the letters' and replaced with them, as one step", { design: design([]) }, async (s) => {
  const { id, colors } = await s.page.evaluate(async () => (await (await fetch("/api/v1/graphics")).json()).find((/** @type {any} */ one) => one.look === "flat" && one.colors.length > 1));
  const [first, second] = colors.map((/** @type {any} */ one) => one.color);
  const art = (/** @type {any} */ fields) => ({ id: "art", type: "image", asset: id, width: 60, x: 177.8, y: 250, ...fields });
  await s.page.evaluate((next) => /** @type {any} */ (globalThis).platen.open(next, "Set the stage"), design([words({ fill: first }), art({}), art({ id: "blot", y: 400, tint: "ink:orange" })]));
  const before = await s.steps();
  const row = (/** @type {string} */ name) => s.inspector.locator(".inks li").filter({ has: s.page.getByRole("combobox", { name: `Replace ${name}`, exact: true }) });
  await row(second.toUpperCase()).getByText("1 layer").waitFor();
  await row(first.toUpperCase()).getByText("2 layers").waitFor();
  await row(first.toUpperCase()).getByRole("combobox").selectOption({ label: "Royal" });
  await s.exact();
  assert.deepEqual([(await s.layer("words")).fill, (await s.layer("art")).recolor, (await s.layer("blot")).recolor], ["ink:royal", { [first]: "ink:royal" }, undefined]);
  assert.equal(await s.steps(), before + 1);
  // What was recoloured is an ink like others from then on.
  await row("Royal").getByRole("combobox").selectOption({ label: "Scarlet" });
  await s.exact();
  assert.deepEqual((await s.layer("art")).recolor, { [first]: "ink:scarlet" });
  await s.press("Control+z");
  await s.press("Control+z");
  await row(first.toUpperCase()).waitFor();
  assert.equal((await s.layer("art")).recolor, undefined);
  await s.count(s.page.getByRole("alert").filter({ hasText: /\S/ }), 0, "the service takes it");
});

studio("54 a colour of one's own by hex or RGB, the nearest ink with its Delta E, and a button to take it", { design: two }, async (s) => {
  await s.choose("words");
  await s.page.locator(".panel summary", { hasText: "Another colour" }).click();
  const hex = s.page.locator(".panel").getByLabel("Hex");
  await hex.fill("C01020");
  await hex.press("Enter");
  await s.frame();
  assert.equal((await s.layer("words")).fill, "#c01020");
  await s.page.getByText(/Nearest ink: Scarlet, ΔE 3\.6: close\./).waitFor();
  const green = s.page.locator(".panel").getByLabel("Green");
  await green.fill("300");
  await green.press("Enter");
  await s.frame();
  assert.equal((await s.layer("words")).fill, "#c0ff20", "no more than 255");
  await becomes(() => hex.inputValue(), "#C0FF20");
  await hex.fill("no colour");
  await hex.press("Enter");
  await becomes(() => hex.inputValue(), "#C0FF20", "what is no colour is not taken");
  await s.page.locator(".panel input[type=color]").fill("#101010");
  await s.page.locator(".panel input[type=color]").dispatchEvent("change");
  await s.button("Use Black instead").click();
  assert.equal((await s.layer("words")).fill, "ink:black");
});

studio("55 a colour is picked from the screen where the browser can; to close the dropper changes nothing", { design: two }, async (s) => {
  // A real dropper takes the pointer of the whole screen.
  await s.page.evaluate(() => {
    const answers = [Promise.resolve({ sRGBHex: "#12AB34" }), Promise.reject(new DOMException("closed", "AbortError"))];
    answers[1].catch(() => {});
    Object.assign(globalThis, { answers, EyeDropper: class { open = () => answers.shift(); } });
  });
  await s.choose("words");
  await s.page.locator(".panel summary", { hasText: "Another colour" }).click();
  const pick = s.page.locator(".panel").getByRole("button", { name: "Pick from the screen" });
  await pick.click();
  await becomes(async () => (await s.layer("words")).fill, "#12ab34");
  const steps = await s.steps();
  await pick.click();
  await becomes(() => s.page.evaluate(() => /** @type {any} */ (globalThis).answers.length), 0);
  await s.frame();
  assert.deepEqual([(await s.layer("words")).fill, await s.steps()], ["#12ab34", steps]);
});

studio("first five minutes 4: the garment changes its colour", { design: two }, async (s) => {
  await s.tool("Garment");
  const colors = s.page.getByRole("radiogroup", { name: "Colour" });
  await colors.getByRole("radio", { name: "Navy", exact: true }).click();
  await s.exact();
  assert.equal((await s.design()).color, "navy");
  await matches(() => s.page.locator("#cloth").getAttribute("alt"), /Navy/);
});
