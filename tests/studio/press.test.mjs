// The press: a saved design as plates, with the plan, fewer inks, and what stands in the way; against the real service.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { complaints } from "./axe.mjs";
import { ROOT, becomes, block, design, matches, person, soon, studio, words } from "./studio.mjs";

/** @typedef {import("./studio.mjs").Studio} Studio */

/** White words and a scarlet block on black: white below, scarlet, white on top. */
const dark = design([words({ fill: "ink:white" }), block()], { color: "black", technique: "screen-print" });
/** No design of anybody. */
const START = { path: "/press.html" };

/** Keeps a design and shows it. @param {Studio} s @param {any} document @param {string} [query] @returns {Promise<string>} its id */
async function show(s, document, query = "") {
  const answer = await s.page.context().request.post("/api/v1/designs", { data: document });
  assert.equal(answer.status(), 201, await answer.text());
  const { id } = await answer.json();
  await s.page.goto(`/press.html?design=${id}${query}`);
  await s.ready();
  await came(s);
  return id;
}

/** Until the service has answered. @param {Studio} s */
const came = (s) => s.page.locator(".table[aria-busy=false]").waitFor();

/** What the service answers to the same question. @param {Studio} s @param {any} document @param {string} [more] @returns {Promise<any>} */
const planned = async (s, document, more = "") => (await s.page.context().request.post(`/api/v1/separations?area=front&dpi=72&answer=plan${more}`, { data: document })).json();

/** How many dots of the canvas are about of a colour. @param {Studio} s @param {number[]} color @param {number} [within] */
const dots = (s, color, within = 24) => s.page.evaluate(([color, within]) => {
  const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector(".light canvas"));
  const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) if (color.every((value, channel) => Math.abs(data[at + channel] - value) <= within)) count += 1;
  return count;
}, /** @type {[number[], number]} */ ([color, within]));

/** Questions for plates, without pictures of the ladder. @param {Studio} s */
const asked = (s) => s.requests.map((request) => new URL(request.url())).filter(({ pathname, searchParams }) => pathname.endsWith("/separations") && !searchParams.has("answer"));
/** The choice of white under the colours. @param {Studio} s */
const white = (s) => s.page.getByRole("combobox", { name: /White under colours/ });
/** @param {Studio} s @param {string} name */
const plate = (s, name) => s.page.locator(".plates li").filter({ hasText: name });

const SCARLET = [206, 17, 31];
const CLOTH = [20, 20, 22];

studio("the press: the plates on the canvas are the proof, dot by dot", START, async (s) => {
  const { request } = s.page.context();
  const file = { name: "dusk.jpg", mimeType: "image/jpeg", buffer: await readFile(`${ROOT}examples/art/dusk.jpg`) };
  const { id: asset } = await (await request.post("/api/v1/uploads", { multipart: { file } })).json();
  const photo = design([{ id: "dusk", type: "image", asset, x: 177.8, y: 176, width: 120 }], { color: "navy", technique: "screen-print" });
  for (const [document, method] of [[dark, "spot"], [photo, "process"], [photo, "index"], [{ ...dark, color: "white" }, "spot"]]) {
    await show(s, document, `&method=${method}`);
    const off = await difference(s, document, method);
    assert.ok(off.isCut, `${method}: what nothing is printed on is left out`);
    assert.ok(off.most <= 1, `${method}: ${off.most} levels off`);
  }
});

studio("the press: screens that stand apart show the cloth and lie beside their white, and dots that grow darken tones", START, async (s) => {
  await show(s, dark);
  const before = await dots(s, SCARLET);
  await s.page.getByText("What a press does to it").click();
  const [apart, gain] = ["Screens apart", "Dot gain"].map((name) => s.page.getByRole("slider", { name }));
  const seen = await dots(s, [235, 235, 230], 20);
  await apart.fill("1");
  await becomes(async () => (await dots(s, [235, 235, 230], 20)) > seen + 500, true, "white peeps out");
  assert.equal(await apart.getAttribute("aria-valuetext"), "1 mm");
  await apart.fill("0");
  await becomes(() => dots(s, SCARLET), before);
  // A half tone alone has something to gain.
  const { request } = s.page.context();
  const file = { name: "dusk.jpg", mimeType: "image/jpeg", buffer: await readFile(`${ROOT}examples/art/dusk.jpg`) };
  const { id: asset } = await (await request.post("/api/v1/uploads", { multipart: { file } })).json();
  await show(s, design([{ id: "dusk", type: "image", asset, x: 177.8, y: 176, width: 120 }], { color: "white", technique: "screen-print" }), "&method=process");
  const light = () => s.page.evaluate(() => {
    const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector(".light canvas"));
    const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, value, at) => (at % 4 === 3 ? sum : sum + value), 0);
  });
  const bright = await light();
  await s.page.getByText("What a press does to it").click();
  await gain.fill("30");
  await becomes(async () => (await light()) < bright * 0.99, true);
  assert.deepEqual(await complaints(s, "flaws"), []);
});

/** How far the canvas is from the service's proof. @param {Studio} s @param {any} document @param {string} method */
function difference(s, document, method) {
  return s.page.evaluate(async ([body, method]) => {
    const answer = await fetch(`/api/v1/separations?area=front&dpi=72&answer=proof&method=${method}`, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
    const picture = await createImageBitmap(await answer.blob());
    const proof = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
    proof.getContext("2d")?.drawImage(picture, 0, 0);
    const seen = /** @type {HTMLCanvasElement} */ (document.querySelector(".light canvas"));
    const read = (/** @type {HTMLCanvasElement} */ canvas) => {
      const { width, height } = canvas;
      const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(0, 0, width, height);
      const isInk = (/** @type {number} */ at) => [0, 1, 2].some((channel) => Math.abs(data[at * 4 + channel] - data[channel]) > 12);
      const inked = Array.from({ length: width * height }, (_, at) => at).filter(isInk);
      const x = inked.reduce((least, at) => Math.min(least, at % width), width);
      const y = Math.floor(inked[0] / width);
      return { width, height, data, x, y };
    };
    const [one, other] = [read(proof), read(seen)];
    let most = 0;
    for (let y = 0; y < other.height; y += 1) {
      for (let x = 0; x < other.width; x += 1) {
        const from = ((y - other.y + one.y) * one.width + x - other.x + one.x) * 4;
        const to = (y * other.width + x) * 4;
        for (let channel = 0; channel < 3; channel += 1) most = Math.max(most, Math.abs(one.data[from + channel] - other.data[to + channel]));
      }
    }
    return { most, isCut: other.width < one.width && other.height < one.height };
  }, [document, method]);
}

studio("the press: plates taken off and put back, alone as film, all and none", START, async (s) => {
  await show(s, dark);
  await s.count(s.page.locator(".plates li"), 3);
  const before = await dots(s, SCARLET);
  assert.ok(before > 10_000, `${before} scarlet dots`);
  const asks = asked(s).length;
  const scarlet = plate(s, "Scarlet").getByRole("checkbox");
  await scarlet.uncheck();
  await becomes(() => dots(s, SCARLET), 0, "it is off at once");
  await scarlet.check();
  await becomes(() => dots(s, SCARLET), before);
  await s.button("None").click();
  const all = await dots(s, CLOTH, 255);
  await becomes(() => dots(s, CLOTH, 2), all, "the bare cloth");
  await s.button("All").click();
  await becomes(() => dots(s, SCARLET), before);

  await s.button("Only Scarlet, as film").click();
  await s.pressed(s.button("Film"), true);
  const black = () => dots(s, [0, 0, 0], 2);
  const { plates } = await planned(s, dark);
  const covered = (plates[1].coverage_percent / 100) * Math.round((355.6 / 25.4) * 72) * Math.round((457.2 / 25.4) * 72);
  await soon(async () => assert.ok(Math.abs((await black()) - covered) < covered * 0.03, `${await black()} black dots for ${covered}`));
  assert.ok((await black()) + (await dots(s, [255, 255, 255], 2)) > all * 0.98, "black on white");
  assert.match((await s.page.getByRole("img", { name: /On film/ }).getAttribute("aria-label")) ?? "", /^On film: Scarlet$/);
  await s.button("Only Scarlet, as film").click();
  await s.pressed(s.button("Cloth"), true);
  await becomes(() => dots(s, SCARLET), before, "all come back");
  assert.equal(asked(s).length, asks, "nothing of it is asked for");
});

studio("the press: the figures are those of the plan", START, async (s) => {
  await show(s, dark);
  const plan = await planned(s, dark);
  const figure = (/** @type {string} */ name) => s.page.locator(".figures").getByRole("row", { name }).getByRole("cell");
  await matches(() => figure("Screens").textContent(), new RegExp(`^${plan.screens}\\b.*holds ${plan.heads}`));
  await matches(() => figure("Dryings a piece").textContent(), new RegExp(`^${plan.flashes}$`));
  await matches(() => figure("Ink").textContent(), new RegExp(`^${plan.ink_ml.toFixed(1)} mL for ${plan.pieces} pieces`));
  await matches(() => figure("Comes out as").textContent(), /^the design itself/);
  const dollars = (/** @type {number} */ cents) => `$${(cents / 100).toFixed(2)}`;
  const price = s.page.getByRole("complementary", { name: "What it costs" });
  assert.ok(plan.price.lines.length > 4);
  const text = (await price.textContent()) ?? "";
  for (const line of plan.price.lines) assert.ok(text.includes(dollars(line.amount).replace("$-", "-$")), line.code);
  await price.getByRole("row", { name: "Total" }).getByText(dollars(plan.price.total)).waitFor();
  assert.ok(text.includes(`${dollars(plan.price.per_piece)} a piece`));
  for (const [index, one] of plan.plates.entries()) {
    const told = (await s.page.locator(".plates li").nth(index).textContent()) ?? "";
    assert.ok(told.includes(`mesh ${one.mesh}`) && told.includes(`${one.ml.toFixed(one.ml < 1 ? 2 : 1)} mL`) && told.includes(`${Number(one.coverage_percent.toFixed(1))}% covered`), told);
    assert.equal(told.includes("then dried"), one.flash, told);
  }
  const colors = await s.page.locator(".mixed tbody tr").allTextContents();
  assert.deepEqual(colors.map((row) => /#\w+/.exec(row)?.[0].toLowerCase()), plan.mixed.map((/** @type {any} */ one) => one.color));
  assert.match(colors[0], /Scarlet/);
});

studio("the press: a change asks anew, calls the older question off, and outlives a reload", START, async (s) => {
  // Two reds that are nearly one.
  const reds = design([block(), block({ id: "other", fill: "#c81426", y: 320 })], { color: "black", technique: "screen-print" });
  await show(s, reds);
  await s.count(s.page.locator(".plates li"), 3);
  let held = 0;
  await s.page.route(/\/separations\?.*merge=/, async (route) => {
    held += 1;
    // The first waits until it is called off.
    if (held > 1) await route.continue();
  });
  const slider = s.page.getByRole("slider", { name: /Near inks/ });
  await slider.focus();
  for (let n = 0; n < 6; n += 1) await s.page.keyboard.press("ArrowRight");
  await becomes(async () => held, 1, "one question for a run of keys");
  await s.page.locator(".busy").getByText("The plates are made").waitFor();
  assert.equal(await s.page.locator(".table").getAttribute("aria-busy"), "true");
  await s.count(s.page.locator(".plates li"), 3, "what was there stays");
  const older = s.page.waitForEvent("requestfailed", (request) => request.url().includes("merge="));
  for (let n = 0; n < 6; n += 1) await s.page.keyboard.press("ArrowRight");
  assert.match((await older).failure()?.errorText ?? "", /ABORTED/);
  await s.count(s.page.locator(".plates li"), 2, "one red");
  await came(s);
  assert.equal(asked(s).at(-1)?.searchParams.get("merge"), "12");
  await white(s).selectOption("off");
  await s.count(s.page.locator(".plates li"), 1);
  await came(s);
  assert.equal(asked(s).at(-1)?.searchParams.get("underbase"), "false");
  await s.page.reload();
  await s.ready();
  await came(s);
  await becomes(() => white(s).inputValue(), "off");
  await becomes(() => slider.inputValue(), "12");
  assert.deepEqual([...new URL(s.page.url()).searchParams.keys()].toSorted(), ["area", "design", "merge", "white"], "what is as usual is not told");
  await s.count(s.page.locator(".plates li"), 1);
  await s.page.getByRole("radio", { name: /Index/ }).check();
  await becomes(async () => asked(s).at(-1)?.searchParams.get("method"), "index");
  await becomes(() => slider.isDisabled(), true, "dots have no inks to merge");
  await came(s);
  await s.count(s.page.locator(".note.error"), 0);
});

studio("the press: pieces go with every question", START, async (s) => {
  await show(s, dark);
  const pieces = s.field("Pieces, size L");
  await pieces.fill("48");
  await pieces.press("Enter");
  await becomes(async () => asked(s).at(-1)?.searchParams.get("pieces"), "48");
  await becomes(async () => s.requests.some((request) => /\/ladders\?.*pieces=48/.test(request.url())), true, "the ladder, too");
  await came(s);
  await s.page.getByText("for 48 pieces").first().waitFor();
  await pieces.fill("0");
  await pieces.press("Enter");
  await becomes(() => pieces.inputValue(), "1");
});

studio("the press: a photograph has no few inks; that is said, and which way leads out", { ...START, expected: /422/ }, async (s) => {
  const { request } = s.page.context();
  const file = { name: "dusk.jpg", mimeType: "image/jpeg", buffer: await readFile(`${ROOT}examples/art/dusk.jpg`) };
  const { id: asset } = await (await request.post("/api/v1/uploads", { multipart: { file } })).json();
  await show(s, design([{ id: "dusk", type: "image", asset, x: 177.8, y: 176, width: 200 }], { color: "black", technique: "screen-print" }));
  const told = s.page.locator(".note.error");
  await told.getByText(/picture in full colour/).waitFor();
  await s.count(s.page.locator(".plates"), 0);
  assert.deepEqual(await complaints(s, "refused"), []);
  await s.button("Print as simulated process").click();
  await s.page.locator(".plates li").nth(3).waitFor();
  await s.count(told, 0);
  await came(s);
  await s.page.locator(".plates").getByText("dots at 45 lpi").first().waitFor();
  await s.page.getByText("dots, which look like it from afar").or(s.page.getByText(/the design itself|close to|simpler than/)).first().waitFor();
  await s.page.getByRole("radio", { name: /Spot/ }).check();
  await told.getByText(/picture in full colour/).waitFor();
  await s.page.locator(".plates li").nth(3).waitFor();
});

studio("the press: what cannot be made or reached is said, and nothing is lost", { ...START, expected: /503|ERR_FAILED/ }, async (s) => {
  await show(s, dark);
  let answer = async (/** @type {import("playwright-core").Route} */ route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ title: "Busy", status: 503, code: "busy", detail: "too much" }) });
  await s.page.route(/\/separations\?(?!.*answer=)/, (route) => answer(route));
  const told = s.page.locator(".note.error");
  await white(s).selectOption("off");
  await told.getByText("The press is busy at the moment.").waitFor();
  await s.count(s.page.locator(".plates li"), 3);
  answer = (route) => route.abort();
  await s.button("Try again").click();
  await told.getByText(/cannot be reached/).waitFor();
  const archive = await (await s.page.context().request.post("/api/v1/separations?area=front&dpi=72", { data: dark })).body();
  /** The archive with another value in its directory or before a file. @param {string} signature @param {number} at @param {number} value */
  const changed = (signature, at, value) => {
    const other = Buffer.from(archive);
    other[other.lastIndexOf(Buffer.from(signature, "latin1")) + at] = value;
    return other;
  };
  const wrong = [changed("PK\x01\x02", 10, 8), changed("PK\x01\x02", 3, 9), changed("PK\x03\x04", 3, 9), changed("PK\x05\x06", 3, 9), archive.subarray(0, -40), Buffer.from("no archive")];
  for (const body of wrong) {
    answer = (route) => route.fulfill({ contentType: "application/zip", body });
    await s.button("Try again").click();
    await told.getByText("The plates came damaged.").waitFor();
    await came(s);
  }
  answer = (route) => route.continue();
  await s.button("Back to the plates below").click();
  await s.count(told, 0);
  await becomes(() => white(s).inputValue(), "auto");
  await came(s);
  await s.count(s.page.locator(".plates li"), 3);
});

studio("the press: a design of somebody else, one that is not there, and an empty one", { ...START, expected: /404/ }, async (s) => {
  const other = await person();
  const { id: foreign } = await (await other.request.post("/api/v1/designs", { data: dark })).json();
  await other.close();
  for (const query of [`design=${foreign}`, "design=d_000000", "", "design=../orders"]) {
    await s.page.goto(`/press.html?${query}`);
    await s.ready();
    await s.page.getByRole("heading", { name: "There is no such design" }).waitFor();
    await s.count(s.page.locator(".press"), 0);
  }
  const { id: empty } = await (await s.page.context().request.post("/api/v1/designs", { data: design([]) })).json();
  await s.page.goto(`/press.html?design=${empty}`);
  await s.ready();
  await s.page.getByRole("heading", { name: "Nothing is printed yet" }).waitFor();
  assert.equal(asked(s).length, 0);
});

/** What the service has for fewer inks. @param {Studio} s @param {any} document @returns {Promise<any>} */
const ladderOf = async (s, document) => (await s.page.context().request.post("/api/v1/ladders?area=front&pieces=12", { data: document })).json();

studio("the press: fewer inks on cards, with picture, price and likeness; one that is chosen shows its plates", START, async (s) => {
  const { rungs } = await ladderOf(s, dark);
  await show(s, dark);
  const cards = s.page.locator(".rung");
  await s.count(cards, rungs.length);
  const first = cards.first();
  assert.match((await first.textContent()) ?? "", /1 ink.*White.*simpler than the design/s);
  await first.getByText(`$${(rungs[0].per_piece / 100).toFixed(2)} a piece`).waitFor();
  await first.getByTitle(new RegExp(rungs[0].matches.mean.toFixed(1))).waitFor();
  await cards.nth(1).getByText("the design itself").waitFor();
  await first.scrollIntoViewIfNeeded();
  await first.locator("img[src]").waitFor();
  await first.click();
  await s.pressed(first, true);
  await becomes(async () => asked(s).at(-1)?.searchParams.get("inks"), new URLSearchParams(rungs[0].separation).get("inks"));
  assert.equal(asked(s).at(-1)?.searchParams.get("open"), "true");
  await s.count(plate(s, "Scarlet"), 0);
  await came(s);
  await becomes(() => dots(s, SCARLET), 0);
  await soon(async () => assert.ok(((await s.page.locator(".table").boundingBox())?.y ?? -9) >= -1, "the plates come into sight"));
  await becomes(() => s.page.getByRole("slider", { name: /Near inks/ }).isDisabled(), true);
  await s.button("Back to all inks").click();
  await s.count(plate(s, "Scarlet"), 1);
  await s.pressed(first, false);
});

studio("the press: each area of the design has its plates", START, async (s) => {
  const two = { ...dark, placements: [...dark.placements, { area: "back", layers: [words({ id: "behind", text: "BACK", fill: "ink:royal" })] }] };
  await show(s, two, "&area=back");
  await plate(s, "Royal").waitFor();
  assert.equal(asked(s).at(-1)?.searchParams.get("area"), "back");
  await s.button("Front").click();
  await plate(s, "Scarlet").waitFor();
  await s.count(plate(s, "Royal"), 0);
  assert.match(s.page.url(), /area=front/);
});

studio("the press: by keys alone; at life size the plates are moved by arrows", START, async (s) => {
  const id = await show(s, dark);
  const to = async (/** @type {import("playwright-core").Locator} */ element) => {
    for (let n = 0; n < 40; n += 1) {
      if (await element.evaluate((one) => one === document.activeElement)) return;
      await s.press("Tab");
    }
    assert.fail("the keys do not get there");
  };
  await to(s.button("100 %"));
  await s.press("Enter");
  const light = s.page.getByRole("group", { name: /life size/ });
  await to(light);
  const place = () => light.evaluate((one) => one.scrollTop);
  await soon(async () => assert.ok((await place()) > 0, "the middle is seen first"));
  const before = await place();
  await s.press("ArrowDown");
  await soon(async () => assert.ok((await place()) > before));
  const scarlet = plate(s, "Scarlet").getByRole("checkbox");
  await to(scarlet);
  await s.press("Space");
  await becomes(() => dots(s, SCARLET), 0);
  await s.focused(scarlet, "it keeps the keys");
  await to(s.button("Only White on top, as film"));
  await s.press("Enter");
  await soon(async () => assert.ok((await dots(s, [0, 0, 0], 2)) > 5000));
  assert.equal(await s.page.getByRole("link", { name: "Back to the studio" }).getAttribute("href"), `/?design=${id}`);
});

studio("the press: the price in the studio leads to it, for what is printed by screens", { design: dark }, async (s) => {
  await s.kept();
  await s.button("Sizes and price").click();
  const link = s.page.getByRole("dialog").getByRole("link", { name: /See its plates/ });
  await link.click();
  await s.ready();
  await plate(s, "Scarlet").waitFor();
  await s.page.getByRole("link", { name: "Back to the studio" }).click();
  await s.page.waitForSelector("html[data-ready]");
  await becomes(async () => (await s.state()).design.name, "Test");
  await s.page.evaluate(() => {
    const { platen } = /** @type {any} */ (globalThis);
    return platen.open({ ...platen.store.state.design, technique: "dtf" }, "Another technique");
  });
  await s.kept();
  await s.button("Sizes and price").click();
  await s.page.getByRole("dialog").getByRole("rowheader", { name: /Transfer film/ }).first().waitFor();
  await s.count(link, 0, "films are printed without screens");
});

studio("the press: in Arabic from right to left, with its own words", { ...START, context: { locale: "ar" } }, async (s) => {
  await show(s, dark);
  assert.equal(await s.page.evaluate(() => document.documentElement.dir), "rtl");
  await plate(s, "قرمزي").waitFor();
  await s.page.getByRole("heading", { name: "الألواح" }).waitFor();
  const [table, side] = [await s.page.locator(".table").boundingBox(), await s.page.locator(".side").boundingBox()];
  assert.ok(table && side && side.x + side.width <= table.x, "the plates stand to the left of the table");
  assert.ok(await s.page.evaluate(() => !/press\.\w/.test(document.body.innerText)), "every word is there");
  await s.page.getByRole("button", { name: /وحده، كفيلم/ }).nth(1).click();
  await soon(async () => assert.ok((await dots(s, [0, 0, 0], 2)) > 10_000));
});

for (const width of [1440, 390]) {
  for (const theme of /** @type {const} */ (["light", "dark"])) {
    const touch = width < 500;
    studio(`axe: the press, ${theme}, ${width} px wide`, { ...START, expected: /404/, viewport: { width, height: touch ? 844 : 900 }, touch, context: { colorScheme: theme } }, async (s) => {
      await ladderOf(s, dark);
      await show(s, dark);
      await s.page.locator(".rung").first().waitFor();
      const found = await complaints(s, "plates");
      await s.page.locator(".rung").first().click();
      await came(s);
      await plate(s, "White").first().getByRole("checkbox").uncheck();
      await s.button("100 %").click();
      found.push(...(await complaints(s, "a rung at life size")));
      await s.button("Film").click();
      found.push(...(await complaints(s, "film")));
      await s.page.goto("/press.html?design=nothing");
      await s.ready();
      found.push(...(await complaints(s, "gone")));
      assert.deepEqual(found, []);
      for (const language of ["en", "de", "es", "ar"]) {
        await show(s, dark, `&lang=${language}`);
        await s.page.locator(".plan").waitFor();
        await soon(async () => assert.ok(await s.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${language} sticks out`));
      }
    });
  }
}
