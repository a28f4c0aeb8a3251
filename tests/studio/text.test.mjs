// Words: typing, fonts, shapes, effects, scripts.
import assert from "node:assert/strict";
import { design, en, near, studio, words } from "./studio.mjs";

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
  assert.equal(await s.page.evaluate(() => document.activeElement?.id), "overlay");
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
  assert.equal(await s.page.getByRole("listbox", { name: "Font" }).count(), 0, "Tab leaves and closes it");
  assert.equal(await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.store.isHeld), false);
});

studio("41 letters that a font does not have are told", { design: design([words({ text: "SUN 𓇳" })]) }, async (s) => {
  await s.choose("words");
  await s.page.getByText(/Anton has no 𓇳/).waitFor();
});

studio("42 words bend: eleven shapes, an amount, and nought is straight", { design: one }, async (s) => {
  await s.choose("words");
  const straight = await s.box("words");
  const shapes = s.page.getByRole("group", { name: "Shape" });
  await shapes.getByRole("button", { name: "Arc", exact: true }).click();
  assert.equal((await s.layer("words")).warp.kind, "arc");
  await s.until((_, height) => /** @type {Element} */ (document.querySelector('[data-id="words"]')).getBoundingClientRect().height > height * 1.1, straight.height);
  const amount = s.page.getByRole("slider", { name: /How much/ });
  await amount.focus();
  await s.press("ArrowLeft");
  assert.equal((await s.layer("words")).warp.amount, 39);
  await amount.fill("0");
  await s.frame();
  assert.equal((await s.layer("words")).warp, undefined);
  for (const name of await shapes.getByRole("button").allTextContents()) {
    await shapes.getByRole("button", { name, exact: true }).click();
  }
  await s.exact();
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
  assert.equal(await s.page.locator("#words").getAttribute("dir"), "auto");
  assert.equal(await s.page.locator("#words").evaluate((field) => getComputedStyle(field).direction), "rtl");
  await s.page.locator("#words").fill("שלום Anna 5");
  await s.exact();
  await s.page.getByRole("group", { name: "Shape" }).getByRole("button", { name: "Arc", exact: true }).click();
  await s.exact();
  assert.equal(await s.page.getByText(/has no/).count(), 0);
});

studio("first five minutes 18: odd words: emoji, 500 letters, nothing at all", { design: one }, async (s) => {
  await s.choose("words");
  for (const text of ["Hi 🎉👩‍👩‍👧", "W".repeat(500), ""]) {
    await s.page.locator("#words").fill(text);
    await s.exact();
  }
  assert.equal((await s.layer("words")).text, " ");
});
