// Views, zoom and the picture of the shirt.
import assert from "node:assert/strict";
import { becomes, block, design, near, studio, words } from "./studio.mjs";

const one = design([words()]);

studio("56 keys 1 and 2 change the view; a dot marks views with something on them", { design: one }, async (s) => {
  const views = s.page.getByRole("group", { name: "View" });
  await s.page.locator("#overlay").focus();
  await s.press("2");
  await s.exact();
  assert.equal((await s.state()).view, "back");
  await s.pressed(views.getByRole("button", { name: /Back/ }), true);
  await s.count(s.page.locator("#overlay [data-id]"), 0);
  await views.getByRole("button", { name: /Front/ }).click();
  await s.exact();
  await s.count(s.page.locator("#overlay [data-id]"), 1);
  await becomes(() => views.getByRole("button").evaluateAll((all) => all.map((button) => button.querySelector(".dot") !== null).slice(0, 2)), [true, false]);
});

studio("57 Ctrl+wheel zooms on the pointer, Ctrl+0 fits, Shift+2 shows the choice, Space pans", { design: design([words(), block({ y: 400, x: 60, width: 30, height: 20 })]) }, async (s) => {
  const at = await s.at(60, 400);
  await s.page.mouse.move(at.x, at.y);
  await s.page.keyboard.down("Control");
  await s.page.mouse.wheel(0, -240);
  await s.page.keyboard.up("Control");
  await s.until((state) => state.sight.zoom > 1.5);
  await s.frame();
  const after = await s.at(60, 400);
  near(after.x, at.x, 1.5, "the pointer keeps its place, x");
  near(after.y, at.y, 1.5, "y");
  await s.page.locator("#overlay").focus();
  const before = (await s.state()).sight;
  await s.page.keyboard.down(" ");
  await s.drag({ x: after.x, y: after.y - 60 }, 40, -30);
  await s.page.keyboard.up(" ");
  const panned = (await s.state()).sight;
  near(panned.x - before.x, 40, 1, "panned x");
  near(panned.y - before.y, -30, 1, "panned y");
  assert.equal(await s.steps(), 0);
  await s.press("Control+0");
  assert.deepEqual((await s.state()).sight, { zoom: 1, x: 0, y: 0 });
  await s.choose("block");
  await s.press("Shift+2");
  assert.ok((await s.state()).sight.zoom > 2);
  await s.exact();
});

for (const flat of [false, true]) {
  studio(`57 Ctrl+1 shows the print in its real size ${flat ? "on the flat" : "on the cloth"}`, { design: one }, async (s) => {
    await s.page.evaluate((flat) => /** @type {any} */ (globalThis).platen.store.set({ flat }), flat);
    await s.exact();
    await s.page.locator("#overlay").focus();
    await s.press("Control+1");
    const { extent } = await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.ground.of("front"));
    const [x, y] = [extent.width / 2, extent.height / 2];
    const [a, b] = [await s.at(x - 10, y), await s.at(x + 10, y)];
    // As the browser has it: 96 pixels an inch.
    near(Math.hypot(b.x - a.x, b.y - a.y), (20 * 96) / 25.4, 1, "20 mm");
  });
}

studio("58 P leaves only the garment, Escape brings the rest back", { design: one }, async (s) => {
  await s.page.locator("#overlay").focus();
  await s.press("p");
  for (const gone of [".top", ".inspector"]) await s.page.locator(gone).waitFor({ state: "hidden" });
  await s.page.locator("#cloth").waitFor();
  await s.press("Escape");
  await s.page.locator(".top").waitFor();
});

studio("settings: tools are put in another order and away, and the keys go with each to its new place", { design: one }, async (s) => {
  await s.page.evaluate(() => /** @type {any} */ (globalThis).platen.store.set({ dialog: "settings" }));
  const dialog = s.page.getByRole("dialog");
  const rows = async () => dialog.locator(".order-list li").evaluateAll((all) => all.map((one) => `${one.textContent?.trim()} ${/** @type {HTMLInputElement} */ (one.querySelector("input")).checked}`));
  const rail = () => s.page.locator(".rail button").allTextContents();
  await dialog.getByRole("checkbox", { name: "Garment" }).uncheck();
  await becomes(rows, ["Text true", "Upload true", "Art true", "Ideas true", "Names true", "Garment false"]);
  await becomes(async () => (await rail()).map((name) => name.trim()), ["Text", "Upload", "Art", "Ideas", "Names"]);
  await s.focused(dialog.getByRole("checkbox", { name: "Garment" }));
  const later = dialog.getByRole("button", { name: "Text later" });
  for (const place of [1, 2]) {
    await later.press("Enter");
    await becomes(async () => (await rows()).findIndex((row) => row.startsWith("Text")), place);
    await s.focused(later);
  }
  await s.press("Space");
  await becomes(async () => (await rows()).findIndex((row) => row.startsWith("Text")), 3);
  await dialog.getByRole("checkbox", { name: "Garment" }).check();
  await becomes(rows, ["Upload true", "Art true", "Ideas true", "Text true", "Names true", "Garment true"]);
});

studio("60 what is changed and changed back within a frame is exact again", { design: design([block({ width: 200, height: 150, y: 200 })]) }, async (s) => {
  await s.exact();
  const tier = await s.page.evaluate(() => {
    const { platen } = /** @type {any} */ (globalThis);
    const { design } = platen.store.state;
    platen.store.commit({ ...design, color: "navy" }, "Colour");
    const between = document.documentElement.dataset.preview;
    platen.store.undo();
    return between;
  });
  assert.equal(tier, "stale");
  await s.exact();
});

studio("60 the picture turns exact after the last change, and shows it", { hasCard: true, design: design([block({ width: 200, height: 150, y: 200 })]) }, async (s) => {
  const color = async () => {
    await s.exact();
    const { x, y } = await s.middle("block");
    await s.page.evaluate(() => document.querySelector("#overlay")?.setAttribute("visibility", "hidden"));
    const shot = await s.page.screenshot({ clip: { x: x - 2, y: y - 2, width: 4, height: 4 } });
    await s.page.evaluate(() => document.querySelector("#overlay")?.removeAttribute("visibility"));
    return s.page.evaluate(async (data) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = Object.assign(document.createElement("canvas"), { width: 4, height: 4 });
      const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      pen.drawImage(image, 0, 0);
      return [...pen.getImageData(1, 1, 1, 1).data];
    }, shot.toString("base64"));
  };
  const [r, g, b] = await color();
  assert.ok(r > 120 && r > g + 60 && r > b + 60, `scarlet: ${[r, g, b]}`);
  await s.choose("block");
  await s.page.evaluate(() => {
    const { platen } = /** @type {any} */ (globalThis);
    platen.setLayer({ fill: "ink:royal" }, "Change ink");
  });
  const [r2, g2, b2] = await color();
  assert.ok(b2 > r2 + 40, `royal: ${[r2, g2, b2]}`);
});

studio("the flat view shows the print area at true scale, and edits there are the same", { design: one }, async (s) => {
  await s.button("Flat").click();
  await s.exact();
  const [a, b] = [await s.at(0, 0), await s.at(100, 100)];
  near(b.x - a.x, b.y - a.y, 0.01, "square");
  const from = await s.at(177.8, 120);
  await s.drag(from, (b.x - a.x) * 0.5, (b.y - a.y) * 0.4, { held: ["Control"] });
  const { x, y } = await s.layer("words");
  near(x, 227.8, 0.6, "x");
  near(y, 160, 0.6, "y");
});

studio("handles lie where the print is, all over the cloth", { design: design([block({ width: 120, height: 120, x: 60, y: 60 })]) }, async (s) => {
  await s.choose("block");
  for (const [x, y] of [[60, 60], [178, 60], [296, 60], [60, 230], [296, 230], [60, 390], [178, 390], [296, 390], [120, 150], [240, 310]]) {
    await s.page.evaluate(([x, y]) => /** @type {any} */ (globalThis).platen.setLayer({ x, y }, "Move"), [x, y]);
    const [handle, corner] = [await s.handle("se"), await s.at(x + 60, y + 60)];
    near(handle.x, corner.x, 2, "x");
    near(handle.y, corner.y, 2, "y");
  }
});
