// Words: typing, fonts, shapes, effects, scripts.
import assert from "node:assert/strict";
import { becomes, design, en, near, soon, studio, words } from "./studio.mjs";

const one = design([words()]);

studio("37 T adds text in the middle, ready to type; Enter breaks the line, Escape ends", { design: design([]) }, async (s) => {
  await s.page.locator("#overlay").focus();
  await s.press("t");
  await s.page.waitForSelector("#words:focus");
  await s.page.keyboard.type("NORTH");
  await s.page.keyboard.press("Enter");
  await s.page.keyboard.type("SIDE");
  await s.press("Escape");
  const [layer] = (await s.design()).placements[0].layers;
  assert.equal(layer.text, "NORTH\nSIDE");
  near(layer.x, 177.8, 0.01, "x");
  await s.focused(s.page.locator("#overlay"));
  assert.equal((await s.state()).editing, null);
});

studio("38 while typing the old outline stays until the new one is there", { design: one }, async (s) => {
  const { x, y } = await s.middle("words");
  await s.page.mouse.dblclick(x, y);
  const before = await s.box("words");
  await s.page.keyboard.press("End");
  await s.page.keyboard.type(" ROWING");
  assert.ok((await s.box("words")).width >= before.width - 1, "never smaller in between");
  await s.until((_, width) => /** @type {Element} */ (document.querySelector('[data-id="words"]')).getBoundingClientRect().width > width * 1.5, before.width);
  await s.exact();
});

studio("39 quick typing is one step", { design: one }, async (s) => {
  const { x, y } = await s.middle("words");
  await s.page.mouse.dblclick(x, y);
  await s.page.waitForSelector("#words:focus");
  await s.page.keyboard.type("CLOUD NINE");
  await s.press("Escape");
  assert.equal((await s.layer("words")).text, "CLOUD NINE");
  assert.equal(await s.steps(), 1);
  await s.press("Control+z");
  assert.equal((await s.layer("words")).text, "JUNIPER");
});

studio("40 fonts: type to find, arrows try on, Enter keeps, Escape gives the old one back", { design: one }, async (s) => {
  await s.choose("words");
  const box = s.page.getByRole("combobox", { name: "Font" });
  await box.click();
  await s.page.getByRole("listbox", { name: "Font" }).waitFor();
  await s.press("ArrowDown");
  const tried = (await s.layer("words")).font;
  assert.notEqual(tried, "Anton");
  await s.exact();
  await s.press("Escape");
  assert.equal((await s.layer("words")).font, "Anton");
  assert.equal(await s.steps(), 0);
  await box.click();
  await box.fill("pacif");
  await s.page.getByRole("option", { name: /Pacifico/ }).waitFor();
  await s.press("Enter");
  assert.equal((await s.layer("words")).font, "Pacifico");
  assert.equal(await s.steps(), 1);
  await s.press("Control+z");
  await box.focus();
  await s.page.getByRole("listbox", { name: "Font" }).waitFor();
  await s.press("Tab");
  await s.count(s.page.getByRole("listbox", { name: "Font" }), 0, "Tab leaves and closes it");
  assert.equal(await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.store.isHeld), false);
});

studio("41 letters that a font does not have are told", { design: design([words({ text: "SUN 𓇳" })]) }, async (s) => {
  await s.choose("words");
  await s.page.getByText(/Anton has no 𓇳/).waitFor();
});

studio("41 each font is drawn in itself with the layer's own words; letters that it borrows are told", { design: design([words({ text: "Привет CREW" })]) }, async (s) => {
  await s.choose("words");
  await s.page.getByText("Anton has no Cyrillic; these letters come from Noto Sans.").waitFor();
  await s.page.getByRole("combobox", { name: "Font" }).click();
  const list = s.page.getByRole("listbox", { name: "Font" });
  const drawn = () => list.locator("li .sample").evaluateAll((all) => all.map((one) => `${one.closest("li")?.id} ${[...one.querySelectorAll("path")].map((path) => path.getAttribute("d")).join("")}`).filter((one) => one.includes("M")));
  await s.until(() => document.querySelectorAll("#font-list .sample path").length > 3 && document.querySelector("#font-anton .sample path"));
  const first = await drawn();
  assert.ok(first.some((one) => one.startsWith("font-anton ")), "the present one is in view and drawn");
  assert.equal(new Set(first.map((one) => one.split(" ").slice(1).join(" "))).size, first.length, "no two look alike");
  assert.ok(first.length < 20, "what is not in view is not drawn");
  await list.getByRole("option", { name: /Anton no Cyrillic/ }).waitFor();
  await list.getByRole("option", { name: /Caveat handwritten/ }).waitFor();
  const asked = s.requests.filter((request) => request.url().includes("/outlines")).length;
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await s.until(() => document.querySelectorAll("#font-zilla-slab .sample path").length > 0);
  assert.ok(s.requests.filter((request) => request.url().includes("/outlines")).length - asked <= 3, "asked for by the page, not one by one");
  await s.press("Escape");
});

studio("42 words bend in degrees along a line or a circle; nought is a stop and straight", { design: one }, async (s) => {
  await s.choose("words");
  const straight = await s.box("words");
  const shapes = s.page.getByRole("group", { name: "Shape" });
  const curve = s.page.getByRole("slider", { name: /Curve/ });
  await becomes(() => curve.getAttribute("aria-valuetext"), "0°");
  await shapes.getByRole("button", { name: "Arc", exact: true }).click();
  await s.frame();
  await becomes(() => curve.getAttribute("aria-valuetext"), "72°");
  await s.until((_, height) => /** @type {Element} */ (document.querySelector('[data-id="words"]')).getBoundingClientRect().height > height * 1.1, straight.height);
  await curve.fill("180");
  await s.frame();
  assert.deepEqual((await s.layer("words")).warp, { kind: "arc", amount: 100 });
  await shapes.getByRole("button", { name: "Circle", exact: true }).click();
  await s.until(() => document.querySelector('input[type="range"][aria-valuetext*="°"]')?.getAttribute("min") === "-360");
  await curve.fill("-360");
  await s.frame();
  assert.deepEqual((await s.layer("words")).warp, { kind: "circle", amount: -100 });
  // The dragged thumb catches at nought and the slider stays; keys step past it.
  const box = /** @type {{x: number, y: number, width: number, height: number}} */ (await curve.boundingBox());
  await s.drag({ x: box.x + 8, y: box.y + box.height / 2 }, box.width / 2 - 4, 0);
  assert.equal((await s.layer("words")).warp, undefined);
  await becomes(() => curve.inputValue(), "0");
  await curve.focus();
  await s.press("ArrowRight");
  near((await s.layer("words")).warp.amount, 100 / 360, 0.01, "one degree of a circle");
  for (const name of await shapes.getByRole("button").allTextContents()) {
    await shapes.getByRole("button", { name: name.trim(), exact: true }).click();
  }
  await s.exact();
  assert.equal((await s.layer("words")).warp.kind, "slant");
});

studio("43 shapes and effects are drawn with the words themselves, and follow them", { design: one }, async (s) => {
  await s.choose("words");
  const drawings = () => s.page.locator(".shapes.drawn button, .effect summary").evaluateAll((all) => all.map((one) => [...one.querySelectorAll(".sample path")].map((path) => path.getAttribute("d")).join("")).filter(Boolean));
  await becomes(async () => (await drawings()).length, 15, "twelve shapes, an outline, a shadow, a block");
  const before = await drawings();
  assert.equal(new Set(before).size, before.length, "all look different");
  await s.page.locator("#words").fill("OAK");
  await soon(async () => {
    const after = await drawings();
    assert.ok(after.length === 15 && !after.some((one) => before.includes(one)), "all of them follow");
  });
});

studio("43 spacing, alignment, case, outlines, shadow and depth", { design: design([words({ text: "North side\nRowing" })]) }, async (s) => {
  await s.choose("words");
  const slide = async (/** @type {RegExp} */ name, /** @type {string} */ value) => {
    await s.page.getByRole("slider", { name }).fill(value);
    await s.frame();
  };
  await slide(/Between letters/, "80");
  await slide(/Between lines/, "1.5");
  await s.page.getByRole("group", { name: "Alignment" }).getByRole("button", { name: "Left", exact: true }).click();
  await s.button("Change case").click();
  let layer = await s.layer("words");
  assert.deepEqual([layer.tracking, layer.leading, layer.align, layer.text], [80, 1.5, "left", "NORTH SIDE\nROWING"]);
  const effect = async (/** @type {string} */ name) => {
    await s.page.locator("summary", { hasText: new RegExp(`^\\s*${en[`effect.${name}`]}\\s*o(n|ff)\\s*$`) }).click();
    await s.frame();
  };
  for (const name of ["outline", "outline2", "shadow", "extrude"]) await effect(name);
  layer = await s.layer("words");
  assert.equal(layer.outline.length, 2);
  assert.ok(layer.shadow && layer.extrude);
  await s.exact();
  for (const name of ["extrude", "shadow", "outline2", "outline"]) await effect(name);
  layer = await s.layer("words");
  assert.deepEqual([layer.outline, layer.shadow, layer.extrude], [undefined, undefined, undefined]);
});

studio("44 Arabic and Hebrew: the field turns, the words are printed", { design: design([words({ text: "سلام", font: "Cairo" })]) }, async (s) => {
  await s.choose("words");
  await becomes(() => s.page.locator("#words").getAttribute("dir"), "auto");
  await becomes(() => s.page.locator("#words").evaluate((field) => getComputedStyle(field).direction), "rtl");
  await s.page.locator("#words").fill("שלום Anna 5");
  await s.exact();
  await s.page.getByRole("group", { name: "Shape" }).getByRole("button", { name: "Arc", exact: true }).click();
  await s.exact();
  await s.count(s.page.getByText(/Nothing is printed/), 0);
});

studio("first five minutes 18: odd words: emoji, 500 letters, nothing at all", { design: one }, async (s) => {
  await s.choose("words");
  for (const text of ["Hi 🎉👩‍👩‍👧", "W".repeat(500), ""]) {
    await s.page.locator("#words").fill(text);
    await s.exact();
  }
  assert.equal((await s.layer("words")).text, " ");
});
