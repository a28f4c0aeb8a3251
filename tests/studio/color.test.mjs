// Inks and garment colours.
import assert from "node:assert/strict";
import { block, design, studio, words } from "./studio.mjs";

const two = design([words(), block({ fill: "ink:black" })]);

studio("51 inks have names, the legible ones first; weak ones carry a note", { design: design([words()], { color: "black" }) }, async (s) => {
  await s.choose("words");
  const inks = s.page.getByRole("radiogroup", { name: "Ink" }).getByRole("radio");
  const names = await inks.evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  assert.equal(names[0], "White");
  const weak = names.map((name, index) => (/hardly shows on Black/.test(name ?? "") ? index : -1)).filter((index) => index >= 0);
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
  await s.page.getByText(/Black will hardly show on Black/).waitFor();
  await s.button(/^Black to /).click();
  await s.exact();
  assert.notEqual((await s.layer("words")).fill, "ink:black");
  assert.equal((await s.layer("words")).fill, (await s.layer("block")).fill);
  assert.equal(await s.page.getByText(/will hardly show/).count(), 0);
});

studio("53 the inks of the design are listed, and replaced everywhere at once", { design: two }, async (s) => {
  await s.inspector.getByText("2 layers").waitFor();
  await s.inspector.getByRole("combobox", { name: "Replace Black" }).selectOption({ label: "Royal" });
  await s.exact();
  assert.deepEqual([(await s.layer("words")).fill, (await s.layer("block")).fill], ["ink:royal", "ink:royal"]);
  assert.equal(await s.steps(), 1);
});

studio("54 a colour of one's own tells the nearest ink", { design: two }, async (s) => {
  await s.choose("words");
  await s.page.locator(".panel input[type=color]").fill("#c01020");
  await s.page.locator(".panel input[type=color]").dispatchEvent("change");
  await s.exact();
  assert.equal((await s.layer("words")).fill, "#c01020");
  await s.page.getByText(/^#C01020, near /).waitFor();
  await s.button(/^Use .* instead$/).click();
  assert.match((await s.layer("words")).fill, /^ink:/);
});

studio("first five minutes 4: the garment changes its colour", { design: two }, async (s) => {
  await s.tool("Garment");
  const colors = s.page.getByRole("radiogroup", { name: "Colour" });
  await colors.getByRole("radio", { name: "Navy", exact: true }).click();
  await s.exact();
  assert.equal((await s.design()).color, "navy");
  assert.match((await s.page.locator("#cloth").getAttribute("alt")) ?? "", /Navy/);
});
