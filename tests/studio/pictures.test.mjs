// Pictures: how they come in, what is told about them, what can be done with them.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { becomes, design, matches, near, studio, words } from "./studio.mjs";

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
  await s.count(s.page.locator(".tiles .tile"), 4);
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
  await s.until(() => /notes\.txt: .{10}/.test(document.querySelector(".coming")?.textContent ?? ""));
  await s.button("Close: notes.txt").click();
  await s.count(s.page.locator(".coming"), 0);
  assert.equal((await s.design()).placements.length, 0);
});

studio("46 empty margins are trimmed, which is said and taken back by one button; what stays keeps its size", { design: empty }, async (s) => {
  await s.upload("pictures/margins.png");
  const layer = await brought(s);
  assert.equal(layer.trim, true);
  await s.said(/empty margins are trimmed/);
  await s.button("Keep them").click();
  assert.equal((await s.layer(layer.id)).trim, undefined);
  await s.press("Control+z");
  assert.equal((await s.layer(layer.id)).trim, true);
  await s.exact();
  const trimmed = await s.box(layer.id);
  await s.page.getByRole("checkbox", { name: "Trim empty margins" }).uncheck();
  await s.exact();
  const whole = await s.box(layer.id);
  assert.ok(whole.width > trimmed.width + 2 || whole.height > trimmed.height + 2, "the margins come back around it");
  assert.ok(whole.x <= trimmed.x + 1 && whole.y <= trimmed.y + 1 && whole.x + whole.width >= trimmed.x + trimmed.width - 1, "in its place");
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

studio("47 without its background a picture is trimmed to what is left, which keeps its size and place, as one step", { design: empty }, async (s) => {
  await s.page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 600, height: 600 });
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, 600, 600);
    pen.fillStyle = "#a01020";
    pen.fillRect(60, 240, 360, 90);
    const data = new DataTransfer();
    data.items.add(new File([await new Promise((resolve) => canvas.toBlob(resolve))], "wide.png", { type: "image/png" }));
    document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  const { id, width, x, y } = await brought(s);
  const steps = await s.steps();
  await s.page.getByRole("checkbox", { name: "Remove the background" }).check();
  await s.until((state, id) => state.design.placements[0].layers.find((/** @type {any} */ layer) => layer.id === id).trim, id);
  await s.exact();
  const bare = await s.layer(id);
  near(bare.width, width * 0.6, 0.3, "as large as it was");
  near(bare.x, x + width * (240 / 600 - 0.5), 0.3, "x");
  near(bare.y, y + width * (285 / 600 - 0.5), 0.3, "y");
  await s.page.locator("#overlay").focus();
  await s.press("u");
  const box = await s.box(id);
  near(box.width / box.height, 4, 0.2, "the box is that of the print");
  assert.equal(await s.steps(), steps + 1);
  await s.kept();
  await s.page.reload();
  await s.ready();
  await s.page.getByRole("option", { name: /wide/ }).click();
  await s.until((_, id) => {
    const { platen } = /** @type {any} */ (globalThis);
    const box = platen.frames.box(platen.chosen()[0].layer);
    return Math.abs(box.width / box.height - 4) < 0.1 && id;
  }, id);
  await s.page.getByRole("checkbox", { name: "Remove the background" }).uncheck();
  await s.frame();
  near((await s.layer(id)).width, width, 0.3, "and back");
});

studio("48 crops by handles, on the shirt and flat, and by numbers; what stays does not move", { design: empty }, async (s) => {
  await s.upload("pictures/rgb.png");
  const before = await brought(s);
  const { id } = before;
  const [steps, whole] = [await s.steps(), await s.box(id)];
  await s.page.mouse.dblclick(whole.x + whole.width / 2, whole.y + whole.height / 2);
  await s.page.waitForSelector(".crop image");
  await s.drag(await s.handle("crop-e"), -whole.width / 2, 0);
  const cut = await s.layer(id);
  near(cut.crop.width, 0.5, 0.03, "half of it");
  near(cut.width, before.width * cut.crop.width, 0.1, "as large as before");
  near(cut.x - cut.width / 2, before.x - before.width / 2, 0.1, "its left edge stays");
  assert.equal(await s.steps(), steps + 1);
  await s.press("u");
  await s.page.waitForSelector(".unrolled .crop image");
  const grip = await s.handle("crop-nw");
  await s.drag(grip, 400, 400);
  assert.ok((await s.layer(id)).crop.width >= 0.049, "something is left");
  await s.press("Control+z");
  await s.button("Crop").click();
  await s.drag(await s.handle("crop-s"), 0, -20, { isKept: true });
  await s.press("Escape");
  await s.page.mouse.up();
  assert.deepEqual((await s.layer(id)).crop, cut.crop, "Escape gives the drag back");
  await s.inspector.getByLabel("Top, %").fill("25");
  await s.inspector.getByLabel("Top, %").press("Enter");
  await s.exact();
  near((await s.layer(id)).crop.y, 0.25, 1e-6, "top");
  await s.button("Show all of it").click();
  await s.frame();
  const back = await s.layer(id);
  assert.equal(back.crop, undefined);
  near(back.width, before.width, 0.05, "width");
  near(back.y, before.y, 0.05, "y");
  await s.button("Done").click();
  await s.count(s.page.locator(".crop"), 0);
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
  await s.drag(await s.handle("se"), -70, -70, { held: ["Control"], before: () => matches(() => s.page.locator(".badge text").textContent(), /· 1\d\d dpi/) });
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
  // It never comes.
  await s.page.route("**/api/v1/uploads", () => {});
  await s.upload("pictures/rgb.png");
  await s.button("Cancel: rgb.png").click();
  await s.count(s.page.locator(".coming"), 0);
  assert.deepEqual(await s.order(), ["words"]);
  await s.page.unrouteAll({ behavior: "ignoreErrors" });
});

studio("45 how much of a picture is sent is told in percent", { design: empty }, async (s) => {
  const cdp = await s.page.context().newCDPSession(s.page);
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 400_000 });
  const noise = await s.page.evaluate(() => Array.from({ length: 500 }, () => String.fromCharCode(97 + Math.random() * 26)).join(""));
  const buffer = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><!--${noise.repeat(1600)}--><rect width="9" height="9" fill="#0a0"/></svg>`);
  await s.upload({ name: "large.svg", mimeType: "image/svg+xml", buffer });
  const bar = s.page.getByRole("progressbar", { name: "large.svg" });
  await s.until(() => {
    const bar = /** @type {HTMLProgressElement | null} */ (document.querySelector(".coming progress"));
    return /^[1-9]\d?%$/.test(bar?.getAttribute("aria-valuetext") ?? "") && Number(bar?.value) < 1;
  });
  await brought(s);
  await s.count(bar, 0);
});

studio("49 a picture of so few dots that they are seen: the shop refuses, and the order mends it", { design: empty }, async (s) => {
  await s.upload("pictures/badge.jpg");
  const { id } = await brought(s);
  await s.inspector.getByText(/each pixel is printed as a square of/).waitFor();
  await s.until((state) => state.live.findings.some((/** @type {any} */ finding) => finding.severity === "error"));
  await s.button("Sizes and price").click();
  const dialog = s.page.getByRole("dialog");
  await dialog.getByRole("button", { name: /^Use a larger picture, or make/ }).click();
  await s.until((state) => state.live.findings.length === 0);
  assert.ok((await s.layer(id)).width < 20);
});

studio("49 below 72 dots per inch an order wants a confirmation that says what will happen", { design: empty }, async (s) => {
  // A shop that lets such pictures through.
  await s.page.route("**/api/v1/checks*", async (route) => {
    const answer = await route.fetch();
    return route.fulfill({ response: answer, json: { ...(await answer.json()), findings: [] } });
  });
  await s.upload("pictures/badge.jpg");
  await brought(s);
  await s.button("Sizes and price").click();
  const dialog = s.page.getByRole("dialog");
  await s.button("One M more").click();
  await dialog.getByLabel("Name", { exact: true }).fill("Ada");
  await dialog.getByRole("checkbox", { name: /I have looked at it/ }).check();
  await dialog.getByText("Confirm that the coarse picture is to be printed.").waitFor();
  const place = dialog.getByRole("button", { name: "Place the order" });
  await becomes(() => place.isDisabled(), true);
  await dialog.getByRole("checkbox", { name: /Of “badge” each pixel is printed as a square of 1\.\d mm/ }).check();
  await becomes(() => place.isEnabled(), true);
});
