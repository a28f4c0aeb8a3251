// Pictures: how they come in, what is told about them, what can be done with them.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { design, near, studio, words } from "./studio.mjs";

const empty = design([]);

/** The chosen picture, once it is there. @param {import("./studio.mjs").Studio} s */
async function brought(s) {
  await s.until((state) => state.selection.length === 1 && state.design.placements.some((/** @type {any} */ placement) => placement.layers.some((/** @type {any} */ layer) => layer.id === state.selection[0] && layer.type === "image")));
  return s.layer((await s.selection())[0]);
}

studio("45 several files at once, of every kind", { design: empty }, async (s) => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="18" fill="#c00"/></svg>');
  await s.upload(["pictures/rgb.png", "pictures/baseline.jpg", "pictures/lossy.webp"]);
  await s.until((state) => state.design.placements[0]?.layers.length === 3);
  await s.upload({ name: "dot.svg", mimeType: "image/svg+xml", buffer: svg });
  await s.until((state) => state.design.placements[0]?.layers.length === 4);
  await s.inspector.getByText("A drawing: sharp at any size.").waitFor();
  await s.exact();
  assert.equal(await s.page.locator(".tiles .tile").count(), 4);
});

studio("45 dropped anywhere on the page", { design: empty }, async (s) => {
  await s.page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 600, height: 600 });
    /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).fillRect(100, 100, 400, 400);
    const data = new DataTransfer();
    data.items.add(new File([await new Promise((resolve) => canvas.toBlob(resolve))], "logo.png", { type: "image/png" }));
    const target = /** @type {Element} */ (document.querySelector(".top"));
    for (const name of ["dragover", "drop"]) target.dispatchEvent(new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  const layer = await brought(s);
  assert.equal(layer.name, "logo");
});

studio("45 other files are refused, with a reason", { design: empty, expected: /uploads/ }, async (s) => {
  await s.upload({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("Not a picture") });
  const note = s.page.getByRole("status").filter({ hasText: "notes.txt" });
  await s.until(() => /notes\.txt: .{10}/.test(document.querySelector(".coming")?.textContent ?? ""));
  await note.getByRole("button", { name: "Close" }).click();
  await s.frame();
  assert.equal(await s.page.locator(".coming").count(), 0);
  assert.equal((await s.design()).placements.length, 0);
});

studio("46 empty margins are trimmed; one switch brings them back", { design: empty }, async (s) => {
  await s.upload("pictures/margins.png");
  const layer = await brought(s);
  assert.equal(layer.trim, true);
  const trimmed = await s.box(layer.id);
  await s.page.getByRole("checkbox", { name: "Trim empty margins" }).uncheck();
  await s.exact();
  assert.equal((await s.layer(layer.id)).trim, undefined);
  const whole = await s.box(layer.id);
  assert.ok(Math.abs(trimmed.width / trimmed.height - whole.width / whole.height) > 0.02 || whole.width !== trimmed.width, JSON.stringify([trimmed, whole]));
  await s.press("Control+z");
});

studio("47 the background goes, by a tolerance", { design: empty }, async (s) => {
  await s.upload("pictures/badge.jpg");
  const { id } = await brought(s);
  await s.exact();
  const before = await s.page.evaluate(() => document.documentElement.dataset.artwork);
  await s.page.getByRole("checkbox", { name: "Remove the background" }).check();
  await s.exact();
  assert.deepEqual((await s.layer(id)).remove_background, { tolerance: 10 });
  assert.notEqual(await s.page.evaluate(() => document.documentElement.dataset.artwork), before, "another print");
  await s.page.getByRole("slider", { name: "Tolerance" }).fill("30");
  await s.exact();
  assert.equal((await s.layer(id)).remove_background.tolerance, 30);
});

studio("48 crops by numbers, as one step", { design: empty }, async (s) => {
  await s.upload("pictures/rgb.png");
  const { id } = await brought(s);
  const before = await s.steps();
  await s.page.locator("summary", { hasText: "Crop" }).click();
  await s.page.getByRole("slider", { name: "Left" }).fill("25");
  await s.page.getByRole("slider", { name: "Bottom" }).fill("50");
  await s.exact();
  const { crop } = await s.layer(id);
  near(crop.x, 0.25, 1e-6, "left");
  near(crop.width, 0.75, 1e-6, "width");
  near(crop.height, 0.5, 1e-6, "height");
  assert.equal(await s.steps(), before + 1);
});

studio("49 dots per inch are told while a picture is made larger", { design: empty }, async (s) => {
  await s.page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1200, height: 1200 });
    /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).fillRect(0, 0, 1200, 1200);
    const data = new DataTransfer();
    data.items.add(new File([await new Promise((resolve) => canvas.toBlob(resolve))], "square.png", { type: "image/png" }));
    document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  const { id, width } = await brought(s);
  near(width, 124.4, 15, "not much larger than it is sharp");
  const set = async (/** @type {string} */ mm) => {
    await s.inspector.getByRole("textbox", { name: /^Width/ }).fill(mm);
    await s.inspector.getByRole("textbox", { name: /^Width/ }).press("Enter");
  };
  await set("100");
  await s.inspector.getByText("305 dots per inch: sharp.").waitFor();
  await set("150");
  await s.inspector.getByText(/203 dots per inch: good enough/).waitFor();
  await set("250");
  await s.inspector.getByText(/122 dots per inch at this size/).waitFor();
  await s.drag(await s.handle("se"), -70, -70, { held: ["Control"], before: () => s.inspector.getByText(/dots per inch: /).waitFor() });
  await s.until((state) => state.live.findings !== undefined);
  assert.ok((await s.layer(id)).width < 250);
});

studio("50 colours of a flat picture become inks; or all of it one", { design: empty }, async (s) => {
  await s.tool("Art");
  await s.page.getByRole("button", { name: "bicycle" }).click();
  const { id } = await brought(s);
  await s.exact();
  await s.inspector.locator(".inks").first().getByRole("combobox").first().selectOption({ label: "Royal" }).catch(async () => {
    throw new Error(await s.inspector.ariaSnapshot());
  });
  await s.exact();
  assert.deepEqual(Object.values((await s.layer(id)).recolor), ["ink:royal"]);
  await s.page.getByRole("checkbox", { name: "In one ink" }).check();
  await s.exact();
  assert.equal((await s.layer(id)).tint, "ink:black");
});

studio("first five minutes 7: a turned phone photo, CMYK, a script in an SVG", { design: empty }, async (s) => {
  await s.upload("pictures/orientation-6.jpg");
  const turned = await brought(s);
  const box = await s.box(turned.id);
  assert.ok(box.width > box.height, "stands as the phone held it");
  await s.upload("pictures/cmyk-adobe.jpg");
  await s.until((state) => state.design.placements[0].layers.length === 2);
  await s.upload({ name: "bad.svg", mimeType: "image/svg+xml", buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="globalThis.isHurt = true"><script>globalThis.isHurt = true</script><rect width="9" height="9" fill="#0a0"/></svg>') });
  await s.until((state) => state.design.placements[0].layers.length === 3);
  await s.exact();
  assert.equal(await s.page.evaluate(() => /** @type {any} */ (globalThis).isHurt), undefined);
});

studio("a picture that is coming can be called off", { design: design([words()]) }, async (s) => {
  await s.page.route("**/api/v1/uploads", (route) => new Promise((resolve) => setTimeout(() => resolve(route.abort()), 5000)));
  await s.upload("pictures/rgb.png");
  await s.button("Cancel").click();
  await s.frame();
  assert.equal(await s.page.locator(".coming").count(), 0);
  assert.deepEqual(await s.order(), ["words"]);
  await s.page.unrouteAll({ behavior: "ignoreErrors" });
});
