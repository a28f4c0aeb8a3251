// The order of layers, groups, locks, copies, and the list of layers.
import assert from "node:assert/strict";
import { becomes, block, design, near, studio, words } from "./studio.mjs";

const three = design([words(), block(), block({ id: "top", y: 390, fill: "ink:navy" })]);

studio("29 Ctrl+] and Ctrl+[ move a layer up and down, with Shift to the ends", { design: three }, async (s) => {
  await s.choose("words");
  for (const [keys, order] of /** @type {[string, string[]][]} */ ([
    ["Control+]", ["block", "words", "top"]],
    ["Control+Shift+BracketRight", ["block", "top", "words"]],
    ["Control+[", ["block", "words", "top"]],
    ["Control+Shift+BracketLeft", ["words", "block", "top"]],
  ])) {
    await s.press(keys);
    assert.deepEqual(await s.order(), order, keys);
  }
  assert.equal(await s.steps(), 4);
});

studio("30 Ctrl+G groups, Ctrl+Shift+G frees; nothing moves on the cloth", { design: three }, async (s) => {
  await s.choose("block");
  await s.choose("top", { modifiers: ["Shift"] });
  await s.press("Control+g");
  const [group] = (await s.design()).placements[0].layers.filter((/** @type {any} */ layer) => layer.type === "group");
  assert.deepEqual(group.layers.map((/** @type {any} */ layer) => layer.id), ["block", "top"]);
  assert.deepEqual(await s.selection(), [group.id]);
  near(group.y, 320, 0.01, "middle of the group");
  await s.page.getByRole("option", { name: /in group/ }).first().waitFor();
  await s.press("]");
  await s.press("[");
  await s.press("Control+Shift+g");
  assert.deepEqual((await s.selection()).sort(), ["block", "top"]);
  const { x, y } = await s.layer("block");
  near(x, 177.8, 0.01, "x");
  near(y, 250, 0.01, "y");
});

studio("31 locked layers ignore the stage but stay in the list; hidden ones are not printed", { design: three }, async (s) => {
  await s.choose("block");
  await s.press("Control+Shift+l");
  assert.equal((await s.layer("block")).locked, true);
  await s.press("ArrowRight");
  assert.equal((await s.layer("block")).x, 177.8);
  await s.press("Escape");
  await s.choose("block");
  assert.deepEqual(await s.selection(), []);
  await s.page.getByRole("option", { name: /Rectangle, shape, locked/ }).click();
  assert.deepEqual(await s.selection(), ["block"]);
  await s.page.locator('[data-layer="top"]').getByTitle("Hide").click();
  await s.exact();
  assert.equal((await s.layer("top")).hidden, true);
  await s.count(s.page.locator('#overlay [data-id="top"]'), 0);
  await s.page.getByRole("option", { name: /hidden/ }).waitFor();
});

studio("32 Ctrl+D duplicates, 5 mm further each time", { design: three }, async (s) => {
  await s.choose("block");
  await s.press("Control+d");
  await s.press("Control+d");
  assert.deepEqual(await s.order(), ["words", "block", "top", "block-2", "block-3"]);
  const last = await s.layer("block-3");
  assert.deepEqual([last.x, last.y], [187.8, 260]);
  assert.equal(await s.steps(), 2);
});

studio("32 after the copy is moved, the next one goes on in the same steps", { design: three }, async (s) => {
  await s.choose("block");
  await s.press("Control+d");
  for (const keys of ["Shift+ArrowRight", "Shift+ArrowRight", "ArrowUp"]) await s.press(keys);
  await s.press("Control+d");
  await s.press("Control+d");
  const [one, two] = [await s.layer("block-3"), await s.layer("block-4")];
  assert.deepEqual([one.x, one.y, two.x, two.y], [227.8, 258, 252.8, 262]);
  await s.choose("words");
  await s.press("Control+d");
  const { x, y } = await s.layer("words-2");
  assert.deepEqual([x, y], [182.8, 125], "another layer begins anew");
});

studio("33 copy, cut and paste, across views; words of elsewhere become a text", { design: three, context: { permissions: ["clipboard-read", "clipboard-write"] } }, async (s) => {
  await s.choose("block");
  await s.press("Control+c");
  await s.said(/1 layer copied/);
  await s.press("Control+v");
  await s.until((state) => state.design.placements[0].layers.length === 4);
  const copy = await s.layer("block-2");
  assert.deepEqual([copy.x, copy.y], [182.8, 255]);
  await s.press("2");
  await s.press("Control+Shift+v");
  await s.until((state) => state.design.placements.length === 2);
  assert.deepEqual((await s.design()).placements[1].layers.map((/** @type {any} */ { x, y }) => [x, y]), [[177.8, 250]]);
  await s.press("Control+x");
  await s.until((state) => state.design.placements.length === 1);
  await s.page.evaluate(() => navigator.clipboard.writeText("Row with us"));
  await s.page.locator("#overlay").focus();
  await s.press("Control+v");
  await s.until((state) => state.design.placements[1]?.layers[0]?.text === "Row with us");
});

studio("33 a pasted picture is brought like any other", { design: design([]) }, async (s) => {
  await s.page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 300, height: 200 });
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.fillRect(0, 0, 300, 200);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve));
    const data = new DataTransfer();
    data.items.add(new File([blob], "shot.png", { type: "image/png" }));
    document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  });
  await s.until((state) => state.design.placements[0]?.layers[0]?.type === "image");
  await s.exact();
});

studio("34 Delete removes; the notice has Undo", { design: three }, async (s) => {
  await s.choose("words");
  await s.press("Delete");
  assert.deepEqual(await s.order(), ["block", "top"]);
  await s.page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  assert.deepEqual(await s.order(), ["words", "block", "top"]);
  await s.choose("top");
  await s.press("Backspace");
  assert.deepEqual(await s.order(), ["words", "block"]);
});

studio("a notice with Undo leaves as soon as its step is undone or another follows, so that it never takes back something else", { design: three }, async (s) => {
  const undo = s.page.locator(".toast").getByRole("button", { name: "Undo" });
  // It does not leave by itself.
  const stays = () => s.page.evaluate(() => (/** @type {any} */ (globalThis).platen.toast.until = Infinity));
  await s.choose("words");
  await s.press("ArrowRight");
  await s.press("Delete");
  await undo.waitFor();
  await stays();
  await s.press("Control+z");
  await s.count(undo, 0, "by keys");
  assert.equal(await s.steps(), 1, "the step before stays");
  await s.choose("words");
  await s.press("Delete");
  await undo.waitFor();
  await stays();
  await s.page.getByRole("button", { name: "Undo", exact: true }).first().click();
  await s.count(undo, 0, "by the header");
  await s.choose("block");
  await s.press("Delete");
  await undo.waitFor();
  await stays();
  await s.choose("top");
  await s.press("ArrowRight");
  await s.count(undo, 0, "by another step");
  assert.deepEqual(await s.order(), ["words", "top"]);
});

studio("35 the list: arrows, Alt+arrows reorder, F2 renames, Space chooses more", { design: three }, async (s) => {
  const row = (/** @type {string} */ id) => s.page.locator(`[data-layer="${id}"]`);
  await row("top").click();
  await s.press("ArrowDown");
  assert.deepEqual(await s.selection(), ["block"]);
  await s.focused(row("block"));
  await s.press("Alt+ArrowDown");
  assert.deepEqual(await s.order(), ["block", "words", "top"]);
  await s.until(() => /** @type {HTMLElement} */ (document.activeElement)?.dataset.layer === "block");
  await s.press("Alt+ArrowUp");
  assert.deepEqual(await s.order(), ["words", "block", "top"]);
  await s.press("F2");
  await s.page.waitForSelector(".layers input");
  await s.page.locator(".layers input").fill("Bar");
  await s.press("Enter");
  assert.equal((await s.layer("block")).name, "Bar");
  await s.until(() => /** @type {HTMLElement} */ (document.activeElement)?.dataset.layer === "block");
  await row("top").focus();
  await s.press(" ");
  assert.deepEqual((await s.selection()).sort(), ["block", "top"]);
});

studio("35 a layer is dragged to another place in the list; one step, told, and called off by Escape", { design: three }, async (s) => {
  const row = async (/** @type {string} */ id) => {
    const box = await s.page.locator(`[data-layer="${id}"]`).boundingBox();
    assert.ok(box);
    return { x: box.x + 80, y: box.y + box.height / 2 };
  };
  const [from, to] = [await row("top"), await row("words")];
  await s.drag(from, 0, to.y - from.y + 6, { before: async () => assert.deepEqual(await s.order(), ["top", "words", "block"], "seen at once") });
  assert.deepEqual(await s.order(), ["top", "words", "block"]);
  assert.equal(await s.steps(), 1);
  await s.said(/^Rectangle is layer 3 of 3 from the top$/);
  const [again, up] = [await row("top"), await row("block")];
  await s.drag(again, 0, up.y - again.y - 6, { before: () => s.press("Escape") });
  assert.deepEqual(await s.order(), ["top", "words", "block"]);
  assert.equal(await s.steps(), 1);
  await s.press("Control+z");
  assert.deepEqual(await s.order(), ["words", "block", "top"]);
});

studio("36 Tab goes through the layers in their order, then leaves the stage", { design: three }, async (s) => {
  await s.page.locator("#overlay").focus();
  for (const id of ["words", "block", "top"]) {
    await s.press("Tab");
    assert.deepEqual(await s.selection(), [id]);
  }
  await s.said(/^Rectangle is chosen/);
  await s.press("Shift+Tab");
  assert.deepEqual(await s.selection(), ["block"]);
  await s.press("Tab");
  await s.press("Tab");
  await becomes(() => s.page.evaluate(() => document.activeElement?.closest("#overlay") ?? null), null);
});
