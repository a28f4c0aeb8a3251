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

studio("45 the keys stay with a picture that is coming while another one arrives", { design: empty }, async (s) => {
  /** @type {(() => void)[]} */
  const waiting = [];
  await s.page.route("**/api/v1/uploads", async (route) => {
    if (route.request().method() === "POST") await new Promise((resolve) => waiting.push(() => resolve(null)));
    await route.continue().catch(() => {});
  });
  await s.upload(["pictures/rgb.png", "pictures/baseline.jpg"]);
  const cancel = s.button("Cancel: baseline.jpg");
  await cancel.focus();
  await becomes(async () => waiting.length, 1);
  waiting[0]();
  await brought(s);
  await s.count(s.page.locator(".coming"), 1);
  await s.focused(cancel);
  await s.press("Enter");
  await s.count(s.page.locator(".coming"), 0);
  assert.equal((await s.order()).length, 1);
  for (const go of waiting) go();
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

studio("45 a picture that is transparent all over, and an empty file, are refused and not kept in the list", { design: empty, expected: /uploads/ }, async (s) => {
  const png = await s.page.evaluate(() => Object.assign(document.createElement("canvas"), { width: 90, height: 90 }).toDataURL().split(",")[1]);
  await s.upload({ name: "clear.png", mimeType: "image/png", buffer: Buffer.from(png, "base64") });
  await s.page.locator(".coming").getByText("clear.png: the picture is empty").waitFor();
  await s.upload({ name: "none.png", mimeType: "image/png", buffer: Buffer.alloc(0) });
  await s.page.locator(".coming").getByText("none.png: the file is empty").waitFor();
  await s.count(s.page.locator(".tiles .tile"), 0);
  assert.equal((await s.design()).placements.length, 0);
});

studio("45 a picture comes below the words that are there, not over them", { design: design([words({ y: 80 })]) }, async (s) => {
  await s.upload("pictures/rgb.png");
  const { id } = await brought(s);
  await s.exact();
  const [above, below] = [await s.box("words"), await s.box(id)];
  assert.ok(below.y >= above.y + above.height, JSON.stringify({ above, below }));
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
    const [chosen] = platen.chosen();
    const box = chosen && platen.frames.box(chosen.layer);
    return box && Math.abs(box.width / box.height - 4) < 0.1 && id;
  }, id);
  await s.page.getByRole("checkbox", { name: "Remove the background" }).uncheck();
  await s.frame();
  near((await s.layer(id)).width, width, 0.3, "and back");
});

studio("12 Shift on a corner frees the proportions of a picture; 18 so does the toggle, for numbers", { design: empty }, async (s) => {
  await s.upload("pictures/rgb.png");
  const { id, ...before } = await brought(s);
  await s.exact();
  const [steps, box] = [await s.steps(), await s.box(id)];
  const shape = async () => s.page.evaluate((layer) => /** @type {any} */ (globalThis).platen.frames.aspect(layer), await s.layer(id));
  const proportions = await shape();
  await s.drag(await s.handle("se"), box.width * 0.3, 0, { held: ["Shift", "Control"], before: async () => {
    const now = await s.box(id);
    near(now.width / box.width, 1.3, 0.05, "it goes along while it is dragged");
    near(now.height / box.height, 1, 0.05, "and keeps its height");
  } });
  const wide = await s.layer(id);
  near(wide.width / before.width, 1.3, 0.1, "width");
  near(wide.height, before.width * proportions, before.width * 0.15, "the height is written down, about as it was");
  near(wide.x - wide.width / 2, before.x - before.width / 2, 0.2, "the left edge stays");
  assert.equal(await s.steps(), steps + 1);
  await s.drag(await s.handle("e"), -20, 0, { held: ["Control"] });
  const cut = await s.layer(id);
  assert.ok(cut.crop.width < 1 && Math.abs(cut.height - wide.height) < 0.01, "a side still crops, and what stays is stretched as before");
  await s.press("Control+z");
  await s.inspector.getByText(/dots per inch/).first().waitFor();
  await s.drag(await s.handle("se"), 30, 30);
  const both = await s.layer(id);
  near(both.width / both.height, wide.width / wide.height, 0.02, "without Shift the new proportions stay");
  await s.button("Keep proportions").click();
  const height = s.inspector.getByRole("textbox", { name: /^Height/ });
  await height.fill("30");
  await height.press("Enter");
  const low = await s.layer(id);
  assert.deepEqual([low.width, low.height], [both.width, 30]);
  await s.exact();
  await s.button("Back to its own proportions").click();
  assert.equal((await s.layer(id)).height, undefined);
  near(await shape(), proportions, 1e-9, "its own proportions");
  await s.exact();
});

/** Whether the print covers a place of the front, mm. @param {import("./studio.mjs").Studio} s @param {number} x @param {number} y @returns {Promise<number>} alpha, 0 to 255 */
const inked = (s, x, y) => s.page.evaluate(async ([x, y]) => {
  const { platen } = /** @type {any} */ (globalThis);
  const answer = await fetch("/api/v1/artworks?area=front&dpi=72", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(platen.store.state.design) });
  const print = await createImageBitmap(await answer.blob());
  const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(print.width, print.height).getContext("2d"));
  pen.drawImage(print, 0, 0);
  return pen.getImageData(Math.round((x * 72) / 25.4), Math.round((y * 72) / 25.4), 1, 1).data[3];
}, [x, y]);

studio("47 a brush keeps and erases, with the pointer and by keys; each stroke is a step", { design: empty }, async (s) => {
  await s.upload("pictures/badge.jpg");
  const { id } = await brought(s);
  await s.page.getByRole("checkbox", { name: "Remove the background" }).check();
  await s.until((state, id) => state.design.placements[0].layers.find((/** @type {any} */ layer) => layer.id === id).trim, id);
  await s.exact();
  const trimmed = await s.layer(id);
  await s.button("Paint by hand").click();
  const steps = await s.steps();
  const middle = await s.middle(id);
  assert.ok((await inked(s, trimmed.x, trimmed.y)) > 200, "the badge is there");
  await s.drag(middle, 12, 0, { before: () => s.page.locator(".painting .stroke").first().waitFor() });
  const erased = await s.layer(id);
  assert.equal(erased.remove_background.strokes.length, 1);
  assert.equal(erased.remove_background.strokes[0].mode, "erase");
  assert.equal(await s.steps(), steps + 1);
  await s.exact();
  assert.equal(await inked(s, trimmed.x, trimmed.y), 0, "and erased in print");
  assert.equal(erased.trim, undefined, "while it is painted on, all of it is there");
  await s.count(s.page.locator(".painting .stroke"), 0, "the print has taken its place");
  await s.inspector.getByRole("button", { name: "Keep", exact: true }).click();
  await s.field(/^Brush/).fill("0.06");
  await s.page.locator("#overlay").focus();
  for (let n = 0; n < 9; n++) await s.press("Shift+ArrowLeft");
  for (let n = 0; n < 9; n++) await s.press("Shift+ArrowUp");
  await s.said(/^\d+ % across, \d+ % down$/);
  await s.press("Enter");
  await s.said(/^Kept to/);
  const { strokes: [, kept] } = (await s.layer(id)).remove_background;
  assert.deepEqual([kept.mode, kept.radius, kept.points.length], ["keep", 0.06, 1]);
  const whole = await s.layer(id);
  const at = { x: whole.x + (kept.points[0][0] - 0.5) * whole.width, y: whole.y + (kept.points[0][1] - 0.5) * (await s.page.evaluate((id) => /** @type {any} */ (globalThis).platen.frames.box([.../** @type {any} */ (globalThis).platen.ground.layers()].find(({ layer }) => layer.id === id).layer).height, id)) };
  assert.ok((await inked(s, at.x, at.y)) > 200, "what was background is kept");
  await s.press("x");
  await s.pressed(s.inspector.getByRole("button", { name: "Erase", exact: true }), true);
  await s.press("Control+z");
  assert.equal((await s.layer(id)).remove_background.strokes.length, 1);
  await s.press("Control+y");
  await s.button("Paint by hand").click();
  await s.inspector.getByRole("button", { name: "Done", exact: true }).click();
  await s.count(s.page.locator(".painting"), 0);
  await s.exact();
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
  await s.drag(await s.handle("se"), -40, -40, { held: ["Control"], before: () => matches(() => s.page.locator(".badge text").textContent(), /· 1\d\d dpi/) });
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

/** Has the service refuse pictures of few dots. @param {import("./studio.mjs").Studio} s */
const refuse = (s) => s.page.route("**/api/v1/checks*", async (route) => {
  const response = await route.fetch();
  const report = await response.json();
  return route.fulfill({ response, json: { ...report, findings: report.findings.map((/** @type {any} */ finding) => finding.rule === "low-dpi" ? { ...finding, severity: "error" } : finding) } });
});

studio("49 below 150 dots per inch a picture is strongly warned of, and nothing stands in the way of its order", { design: empty }, async (s) => {
  await s.upload("pictures/badge.jpg");
  await brought(s);
  await s.page.evaluate(() => {
    const { platen } = /** @type {any} */ (globalThis);
    platen.setLayer((/** @type {any} */ old) => ({ width: (old.width * platen.frames.dpi(old)) / 100 }), "Resize");
  });
  await s.inspector.locator(".findings .warning").getByText(/(99|100) dots per inch at this size: it prints blurred\./).waitFor();
  await s.page.locator(".foot").getByText("1 warning.").waitFor();
  await s.button("Sizes and price").click();
  const dialog = s.page.getByRole("dialog");
  await s.button("One M more").click();
  await dialog.getByLabel("Name", { exact: true }).fill("Ada");
  await dialog.getByRole("checkbox", { name: /I have looked at it/ }).check();
  await becomes(() => dialog.getByRole("button", { name: "Place the order" }).isEnabled(), true);
  await s.count(dialog.locator(".note.error"), 0);
});

studio("49 a picture of so few dots that they are seen: where the shop refuses, the order mends it", { design: empty }, async (s) => {
  await refuse(s);
  await s.upload("pictures/badge.jpg");
  const { id } = await brought(s);
  await s.inspector.getByText(/each pixel is printed as a square of/).waitFor();
  await s.until((state) => state.live.findings.some((/** @type {any} */ finding) => finding.severity === "error"));
  await s.button("Sizes and price").click();
  const dialog = s.page.getByRole("dialog");
  await dialog.getByRole("button", { name: /^Make it [\d.]+ mm wide/ }).click();
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
