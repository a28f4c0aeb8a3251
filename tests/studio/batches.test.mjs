// Batches in the shop's area: brought, read otherwise, made, stopped, fetched, deleted, against the real service.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { promisify } from "node:util";
import { RULES, mapping, meaningOf, pace, rowNumber } from "../../static/pages/batch-words.js";
import { complaints } from "./axe.mjs";
import { PLATEN, becomes, dataFolder, matches, soon, studio } from "./studio.mjs";

/** @typedef {import("./studio.mjs").Studio} Studio */

const START = { path: "/shop.html?part=batches" };
/** Its second row has a size that no tee comes in, and its first column no name that is known. */
const TEAM = "PO,design,size,qty,name,number\nA-1,jersey,M,1,OKAFOR,9\nA-1,jersey,XXM,1,NG,4\nA-2,jersey,L,2,LI,3\n";
/** Many pieces that differ, so that it can be stopped in between. @param {number} count */
const many = (count) => `order_id,design,size,name,number\n${Array.from({ length: count }, (_, n) => `B-${n},jersey,M,PLAYER ${n},${n % 100}`).join("\n")}\n`;

/** @param {string[]} [scopes] */
async function keyOf(scopes = ["batches"]) {
  const { stdout } = await promisify(execFile)(PLATEN, ["keys", "create", "--data", dataFolder(), "--name", "desk", ...scopes.flatMap((scope) => ["--scope", scope])]);
  return stdout.trim();
}
/** @param {string} key */
const bearing = (key) => ({ authorization: `Bearer ${key}` });

/** Signs in, with nothing left of the tests before. @param {Studio} s @param {string[]} [scopes] */
async function enter(s, scopes) {
  const key = await keyOf(scopes);
  if (!scopes) for (const { id } of await listed(s, key)) await s.page.context().request.delete(`/api/v1/batches/${id}`, { headers: bearing(key) });
  await s.field("Shop key").fill(key);
  await s.button("Sign in").click();
  await s.page.locator(".bearer").waitFor();
  return key;
}

/** @param {Studio} s @param {string} key @returns {Promise<any[]>} */
const listed = async (s, key) => (await (await s.page.context().request.get("/api/v1/batches", { headers: bearing(key) })).json()).batches;
/** @param {string} text @param {string} [name] */
const file = (text, name = "monday.csv") => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

/** Brings a file, to be made as small print files, unless otherwise said. @param {Studio} s @param {ReturnType<typeof file>} orders @param {number} [dpi] @param {string} [format] */
async function bring(s, orders, dpi = 20, format = "png") {
  await s.page.locator("#batch-file").setInputFiles(orders);
  for (const what of ["Previews", "Print files", "Job tickets"]) await s.field(what).setChecked(what === "Print files");
  await s.page.getByText("More: format").click();
  await s.field("Format of print files").selectOption(format);
  await s.field("Dots per inch of print files").fill(String(dpi));
  await s.button("Read the orders").click();
  await s.page.getByRole("heading", { level: 1, name: orders.name }).waitFor();
}

/** @param {Studio} s */
const state = (s) => s.page.locator("#batch-state");
/** @param {Studio} s @param {string} name */
const column = (s, name) => s.page.locator(".columns li").filter({ has: s.page.locator("b", { hasText: new RegExp(`^${name}$`) }) });
/** Debug builds take their time. @param {Studio} s @param {string} words */
const comes = (s, words) => state(s).getByText(words, { exact: true }).waitFor({ timeout: 60_000 });

/**
 * The files of an archive that was written while it was sent: sizes stand behind the files and, in 64 bits, in the directory.
 * @param {Buffer} zip @returns {Map<string, Buffer>}
 */
function filesOf(zip) {
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  assert.ok(end > 0, "the archive is whole");
  /** @type {Map<string, Buffer>} */
  const files = new Map();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    assert.equal(zip.toString("latin1", at, at + 4), "PK\x01\x02");
    const [length, extra, comment] = [28, 30, 32].map((place) => zip.readUInt16LE(at + place));
    const name = zip.toString("utf8", at + 46, at + 46 + length);
    // Whole size and packed size; the place only where it does not fit into 32 bits.
    const wide = zip.readUInt32LE(at + 24) === 0xffffffff ? Number(zip.readBigUInt64LE(at + 46 + length + 4)) : zip.readUInt32LE(at + 24);
    const start = zip.readUInt32LE(at + 42);
    assert.equal(zip.toString("latin1", start, start + 4), "PK\x03\x04", name);
    const begin = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
    files.set(name, zip.subarray(begin, begin + wide));
    at += 46 + length + extra + comment;
  }
  return files;
}

/** What is downloaded. @param {Studio} s */
async function downloaded(s) {
  const download = s.page.waitForEvent("download");
  await s.button("Download everything").click();
  const bytes = await readFile(await (await download).path());
  return { name: (await download).suggestedFilename(), files: filesOf(bytes) };
}
/** Until screen readers are told so. @param {Studio} s @param {RegExp} pattern */
const said = (s, pattern) => matches(() => s.page.locator("#polite").textContent(), pattern);
/** As browsers are that cannot write to files. @param {Studio} s */
const withoutFiles = (s) => s.page.addInitScript(() => {
  // @ts-ignore
  delete globalThis.showSaveFilePicker;
});

test("batches: what columns mean is told to the service as it understands it, and read back", () => {
  const wanted = { "Order No": "", "PO": "order_id", "Colour": "garment_color", "Size": "size", "Player": "=Name", "Bemerkung": "note", "Note": "", "qty": "line" };
  const columns = mapping(new Map(Object.entries(wanted)));
  assert.deepEqual(columns, { "Order No": "(order_no)", "PO": "order_id", "Player": "name", "Bemerkung": "note", "Note": "(note)", "qty": "line" });
  const spec = /** @type {any} */ ({ columns });
  assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((name) => [name, meaningOf(spec, name)])), { ...wanted, "Player": "=name" });
  const plain = /** @type {any} */ ({ columns: {} });
  assert.deepEqual(["Order-Number", " COLOR ", "Template", "address", "Comments", "PO"].map((name) => meaningOf(plain, name)), ["order_id", "garment_color", "design", "ship_to", "note", ""]);
  assert.equal(meaningOf(plain, ""), "", "a column without a name means nothing");
});

test("batches: first rows are numbered as findings number them", () => {
  const numbers = (/** @type {any} */ summary, /** @type {string} */ kind) => summary.first_rows.map((/** @type {any} */ _, /** @type {number} */ index) => rowNumber(/** @type {any} */ ({ spec: { kind }, summary }), index));
  const first_rows = [["A", "12 Lane\nLondon"], ["B", ""], ["C", ""]];
  assert.deepEqual(numbers({ first_rows }, "csv"), [2, 3, 4], "a row with a line break is one");
  assert.deepEqual(numbers({ first_rows }, "xlsx"), [2, 3, 4]);
  assert.deepEqual(numbers({ first_rows }, "json"), [1, 2, 3]);
  assert.deepEqual(numbers({ first_rows, first_row_numbers: [3, 7, 9] }, "csv"), [3, 7, 9], "where the service says so");
});

test("batches: how long it takes is told from what this run made, and not too early", () => {
  const progress = /** @type {any} */ ({ state: "running", checked: 9, pieces: 9, files: 1000, made: 500, made_before: 400, making_ms: 50_000 });
  assert.deepEqual(pace(progress), { rate: 2, left: 250 });
  assert.equal(pace({ ...progress, making_ms: 1500 }), null);
  assert.equal(pace({ ...progress, made: 400 }), null);
});

studio("batches: a column is mapped, a bad row is told, the rest is made, fetched, and deleted", START, async (s) => {
  await withoutFiles(s);
  await s.page.reload();
  await s.ready();
  const key = await enter(s);
  await s.page.getByText(/No batch yet/).waitFor();
  await bring(s, file(TEAM), 20, "pdf");
  await state(s).getByText("3 rows cannot be made.").waitFor();
  assert.match(s.page.url(), /\/shop\.html\?batch=\w+$/);
  const found = s.page.locator(".found > li");
  await s.count(found, 1, "the same is said once for all its rows");
  assert.match((await found.textContent()) ?? "", /Rows 2, 3, and 4.*Not made.*the file has no column `order_id`.*say which ones are meant/s);
  await s.page.getByText(/No column is taken for “Order” yet/).waitFor();
  await s.count(s.button("Make it"), 0, "nothing can be made");
  const [first] = await listed(s, key);

  await column(s, "PO").getByRole("combobox").selectOption("Order");
  await s.button("Read the file like this").click();
  await state(s).getByText("1 row cannot be made.").waitFor();
  await s.focused(state(s), "whoever pressed the button is at what came of it");
  await s.count(found, 1);
  assert.match((await found.textContent()) ?? "", /Row 3\s+A-1\s+size.*Not made.*XXM/s);
  const batches = await listed(s, key);
  assert.deepEqual([batches.length, batches[0].spec.columns, batches[0].spec.make, batches[0].spec.print_format, batches[0].spec.dpi], [1, { PO: "order_id" }, ["artwork"], "pdf", 20], "what was asked for stays");
  assert.notEqual(batches[0].id, first.id, "the one that was read otherwise is gone");

  const rows = s.page.getByRole("table", { name: "The first rows" }).getByRole("row");
  await s.count(rows, 4);
  await rows.nth(2).getByText("Not made").waitFor();
  await rows.nth(1).getByRole("rowheader", { name: "2" }).waitFor();
  await rows.nth(1).scrollIntoViewIfNeeded();
  await rows.nth(1).getByRole("img", { name: "Row 2: jersey, M" }).and(s.page.locator("img[src]")).waitFor({ timeout: 30_000 });

  await s.button("Make it").click();
  await comes(s, "Done");
  const [made] = await listed(s, key);
  await s.page.locator(".steps").getByText(`${made.progress.files} of ${made.progress.files} files`).waitFor();
  await said(s, /^Done\. /);
  await s.count(column(s, "PO").getByRole("combobox"), 0, "what is made is not read otherwise");
  const { name, files } = await downloaded(s);
  assert.equal(name, "monday.zip");
  assert.deepEqual([...files.keys()].filter((path) => !path.includes("/")).toSorted(), ["manifest.csv", "picklist.csv", "report.html", "report.json"]);
  assert.deepEqual([...files.keys()].filter((path) => path.includes("/")).toSorted(), ["A-1/1-back.pdf", "A-1/1-front.pdf", "A-2/1-back.pdf", "A-2/1-front.pdf"]);
  assert.equal(Buffer.from(/** @type {Uint8Array} */ (files.get("A-2/1-front.pdf"))).subarray(0, 5).toString(), "%PDF-");

  await s.page.getByText("Delete the batch …").click();
  await s.button("Delete it for good").click();
  await s.page.getByText(/No batch yet/).waitFor();
  assert.deepEqual(await listed(s, key), []);
});

studio("batches: one is stopped, goes on where it was, and its archive is written to a file as it comes", START, async (s) => {
  const key = await enter(s);
  await bring(s, file(many(60)), 200);
  await state(s).getByText("Every row can be made.").waitFor();
  const steps = s.page.locator(".steps");
  await s.button("Make it").click();
  await steps.getByText(/^[1-9]\d* of 120 files/).waitFor({ timeout: 60_000 });
  await s.page.getByRole("progressbar", { name: "Files made" }).waitFor();
  await matches(() => s.page.title(), /^\d+% monday\.csv, The shop: Platen$/);
  await s.button("Stop").click();
  await comes(s, "Stopped");
  const [{ progress: stopped }] = await listed(s, key);
  assert.ok(stopped.made > 0 && stopped.made < 120, `${stopped.made} were made`);
  await s.page.getByText(/Resume goes on where it stopped/).waitFor();
  await s.count(s.button("Download everything"), 1, "what is there can be fetched");

  // It is seen from another address, too: the list follows what is made.
  await s.button("Resume").click();
  await comes(s, "Being made");
  await s.page.getByRole("link", { name: "All batches" }).click();
  const row = s.page.locator(".docket.batches li");
  await s.count(row, 1);
  await row.getByText("Done", { exact: true }).waitFor({ timeout: 180_000 });
  await row.getByText("120 of 120 files").waitFor();
  await row.getByRole("link").click();
  await comes(s, "Done");

  await s.page.evaluate(() => {
    Object.assign(globalThis, { showSaveFilePicker: () => Promise.reject(new DOMException("no", "AbortError")) });
  });
  await s.button("Download everything").click();
  await said(s, /^Called off, nothing is kept/);
  await s.page.evaluate(() => {
    const root = navigator.storage.getDirectory();
    Object.assign(globalThis, { showSaveFilePicker: async (/** @type {any} */ { suggestedName }) => (await root).getFileHandle(suggestedName, { create: true }) });
  });
  await s.button("Download everything").click();
  await said(s, /^Saved, /);
  const saved = await s.page.evaluate(async () => {
    const file = await (await (await navigator.storage.getDirectory()).getFileHandle("monday.zip")).getFile();
    return new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result).split(",")[1]);
      reader.readAsDataURL(file);
    });
  });
  const names = [...filesOf(Buffer.from(String(saved), "base64")).keys()];
  assert.equal(names.filter((path) => path.endsWith(".png")).length, 120);
  assert.ok(names.includes("report.html"));
});

studio("batches: what columns meant in a file before is chosen for the next one", START, async (s) => {
  await enter(s);
  await bring(s, file(TEAM));
  await column(s, "PO").getByRole("combobox").selectOption("Order");
  await s.button("Read the file like this").click();
  await state(s).getByText("1 row cannot be made.").waitFor();
  await s.count(s.page.getByText("As you said of a file before"), 0);
  await s.page.goto("/shop.html?part=batches");
  await s.ready();
  await bring(s, file(TEAM, "tuesday.csv"));
  await s.page.getByText("As you said of a file before").waitFor();
  assert.equal(await column(s, "PO").getByRole("combobox").inputValue(), "order_id");
  await s.button("Read the file like this").click();
  await state(s).getByText("1 row cannot be made.").waitFor();
});

studio("batches: a file that this tab does not have is chosen again; two columns do not mean the same; a field has another name", START, async (s) => {
  const key = await enter(s);
  const text = "order,PO,design,size,player,number\nA-1,P-7,jersey,M,OKAFOR,9\n";
  await bring(s, file(text));
  await state(s).getByText("1 row cannot be made.").waitFor();
  await s.page.reload();
  await s.ready();
  await column(s, "PO").getByRole("combobox").selectOption("Order");
  await becomes(() => column(s, "order").getByRole("combobox").inputValue(), "", "it means the order no more");
  await said(s, /The column order is kept as it is now/);
  await column(s, "player").getByRole("combobox").selectOption({ label: "A field of the design with another name …" });
  await s.field("Name of the field").fill("name");
  await s.field("Name of the field").fill(" ");
  await s.page.getByLabel("Choose monday.csv once more to read it so").setInputFiles(file(text));
  await s.page.getByText("Say the name of the field that the column “player” fills.").waitFor();
  assert.deepEqual((await listed(s, key)).map(({ spec }) => spec.columns), [{}], "nothing was sent");
  await s.button("As it was").click();
  await becomes(() => column(s, "order").getByRole("combobox").inputValue(), "order_id");
  await column(s, "PO").getByRole("combobox").selectOption("Order");
  await column(s, "player").getByRole("combobox").selectOption({ label: "A field of the design with another name …" });
  await s.field("Name of the field").fill("name");
  await s.page.getByLabel("Choose monday.csv once more to read it so").setInputFiles(file(text));
  await state(s).getByText("Every row can be made.").waitFor();
  const [{ spec }] = await listed(s, key);
  assert.deepEqual(spec.columns, { PO: "order_id", order: "(order)", player: "name" });
  await becomes(() => column(s, "player").getByRole("combobox").inputValue(), "=");
  await becomes(() => s.field("Name of the field").inputValue(), "name");
});

studio("batches: what is wrong is said, with what to do", { ...START, expected: /40[34]|422|ERR_FAILED|ERR_ABORTED/ }, async (s) => {
  await enter(s);
  const chooser = s.page.locator("#batch-file");
  await s.button("Read the orders").click();
  await s.page.locator("#batch-file-wrong").getByText("Choose a file with orders first.").waitFor();
  await s.focused(chooser);
  const dropped = await s.page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(["x"], "photo.png", { type: "image/png" }));
    return data;
  });
  await chooser.dispatchEvent("dragover", { dataTransfer: dropped });
  await s.page.locator(".drop.over").waitFor();
  await chooser.dispatchEvent("drop", { dataTransfer: dropped });
  await s.page.locator(".drop:not(.over)").getByText("photo.png").waitFor();
  await s.page.locator("#batch-file-wrong").getByText(/no table of orders. Save it as/).waitFor();
  await chooser.setInputFiles(file("not a workbook", "monday.xlsx"));
  await s.field("Previews").uncheck();
  await s.field("Print files").uncheck();
  await s.button("Read the orders").click();
  await s.page.locator("#batch-make-wrong").getByText("Choose at least one thing to make.").waitFor();
  await s.field("Job tickets").check();
  await s.page.getByText("More: format").click();
  const dpi = s.field("Dots per inch of print files");
  await dpi.fill("5000");
  await s.button("Read the orders").click();
  await s.page.locator("#batch-dpi-wrong").getByText("Write a number from 10 to 1200.").waitFor();
  await s.focused(dpi);
  await dpi.fill("72");
  await s.button("Read the orders").click();
  await s.page.locator("#batch-sent-wrong").getByText("The file is no table of orders.").waitFor();
  assert.equal(await s.page.locator("#batch-sent-wrong [lang=en]").count(), 1, "with what the service says");

  // The service is away, and comes back.
  let isAway = true;
  await s.page.route(/\/api\/v1\/batches/, (route) => (isAway ? route.abort() : route.continue()));
  await chooser.setInputFiles(file(many(1)));
  await s.button("Read the orders").click();
  await s.page.locator("#batch-sent-wrong").getByText(/cannot be reached/).waitFor();
  await s.button("Look again").click();
  await s.page.locator(".further").getByText(/cannot be reached/).waitFor();
  isAway = false;
  await s.button("Try again").click();
  await s.page.getByText(/No batch yet/).waitFor();

  await s.page.goto("/shop.html?batch=nothing");
  await s.ready();
  await s.page.getByRole("heading", { name: "There is no such batch" }).waitFor();
});

studio("batches: the film of gang sheets is asked for, kept with the batch, and remembered", START, async (s) => {
  const key = await enter(s);
  await s.page.locator("#batch-file").setInputFiles(file("order_id,design,size,technique\nG-1,tour,M,dtf\n"));
  for (const what of ["Previews", "Print files"]) await s.field(what).uncheck();
  await s.count(s.field("Width, mm"), 0, "without gang sheets there is no film");
  await s.field("Gang sheets of transfer film").check();
  const width = s.field("Width, mm");
  assert.deepEqual([await width.inputValue(), await s.field("Longest sheet, mm").inputValue()], ["558.8", "6096"], "22 by 240 in");
  await width.fill("90in");
  await s.button("Read the orders").click();
  await s.page.locator("#batch-film-width-wrong").getByText("Write a length from 50 to 2032 mm.").waitFor();
  await s.focused(width);
  await width.fill("45 cm");
  await s.field("PNG").uncheck();
  await s.button("Read the orders").click();
  await s.page.locator("#batch-film-formats-wrong").getByText("Choose at least one format.").waitFor();
  await s.field("PNG").check();
  await s.field("PDF").check();
  await s.page.getByText("More: format").click();
  await s.field("Dots per inch of print files").fill("20");
  await s.button("Read the orders").click();
  await s.page.locator("#batch-dpi-wrong").getByText("Write a number from 72 to 600.").waitFor();
  await s.field("Dots per inch of print files").fill("72");
  await s.button("Read the orders").click();
  await s.page.locator(".page-head").getByText("Film 450 × 6096 mm, PNG + PDF").waitFor();
  const [{ spec }] = await listed(s, key);
  assert.deepEqual(spec.film, { width_mm: 450, length_mm: 6096, formats: ["png", "pdf"], nest: false });

  await s.button("Make it").click();
  await comes(s, "Done");
  const sheet = s.page.locator(".of-batch").getByRole("button", { name: "sheet-1.png" });
  await sheet.waitFor();
  await s.page.locator(".of-batch").getByRole("button", { name: "sheet-1.pdf" }).waitFor();
  const saved = s.page.waitForEvent("download");
  await sheet.click();
  const bytes = await readFile(await (await saved).path());
  assert.deepEqual([(await saved).suggestedFilename(), bytes.readUInt32BE(16)], ["gang-sheet-1.png", 1275], "450 mm at 72 dots per inch");

  await s.page.goto("/shop.html?part=batches");
  await s.ready();
  await s.field("Gang sheets of transfer film").check();
  await becomes(() => width.inputValue(), "450", "it is remembered");
  assert.ok(await s.field("PDF").isChecked());
});

studio("batches: what was made is seen order by order, and each file can be had alone", START, async (s) => {
  const key = await enter(s);
  const rows = ["A-1,1,M,OKAFOR,9", "B-1,1,L,LI,3", "A-1,2,S,NG,4"];
  const answer = await s.page.context().request.post("/api/v1/batches?name=team.csv&make=preview,artwork,ticket&dpi=20&preview_width=200&start=true", {
    data: `order_id,line,size,name,number,design\n${rows.map((row) => `${row},jersey\n`).join("")}`, headers: { ...bearing(key), "content-type": "text/csv" },
  });
  await s.page.goto(`/shop.html?batch=${(await answer.json()).id}`);
  await s.ready();
  await comes(s, "Done");
  const orders = s.page.locator(".of-batch .columns > li");
  await s.count(orders, 2);
  assert.deepEqual(await orders.locator("h3").allTextContents(), ["A-1", "B-1"], "lines of an order stand together, wherever their rows are");
  await s.count(orders.first().getByRole("group"), 2);
  const line = orders.first().getByRole("group", { name: "Order A-1, line 2" });
  await line.getByText("Row 4").waitFor();
  await line.scrollIntoViewIfNeeded();
  const picture = line.getByRole("button", { name: "Order A-1, line 2: back" });
  await picture.locator("img[src]").waitFor({ timeout: 30_000 });
  /** @param {import("playwright-core").Locator} button */
  const had = async (button) => {
    const download = s.page.waitForEvent("download");
    await button.click();
    return { name: (await download).suggestedFilename(), start: (await readFile(await (await download).path())).subarray(1, 4).toString("latin1") };
  };
  assert.equal((await had(picture)).name, "A-1-2-back-preview.jpg");
  assert.deepEqual(await had(line.getByRole("button", { name: "2-front.png" })), { name: "A-1-2-front.png", start: "PNG" });
  assert.deepEqual(await had(orders.last().getByRole("button", { name: "Job ticket" })), { name: "B-1-ticket.pdf", start: "PDF" });
  assert.equal((await had(s.page.getByRole("button", { name: "Pick list" }))).name, "picklist.csv");
  assert.deepEqual(await complaints(s, "files"), []);
});

studio("batches: of many files the first are shown, and the rest on demand", START, async (s) => {
  const key = await enter(s);
  // All are the same piece, which is drawn once.
  const rows = Array.from({ length: 26 }, (_, n) => `C-${n},jersey,M,LI,3\n`).join("");
  const answer = await s.page.context().request.post("/api/v1/batches?name=many.csv&make=preview&preview_width=64&start=true", { data: `order_id,design,size,name,number\n${rows}`, headers: { ...bearing(key), "content-type": "text/csv" } });
  await s.page.goto(`/shop.html?batch=${(await answer.json()).id}`);
  await s.ready();
  await comes(s, "Done");
  const orders = s.page.locator(".of-batch .columns > li");
  await s.count(orders, 25, "50 files, two of each order");
  await s.page.locator(".of-batch").getByRole("button", { name: "Show more" }).click();
  await s.count(orders, 26);
  await s.count(s.page.locator(".of-batch").getByRole("button", { name: "Show more" }), 0);
});

studio("batches: a key without the scope is told which it lacks", START, async (s) => {
  await enter(s, ["orders:read"]);
  await s.page.getByRole("heading", { name: "This key makes no batches" }).waitFor();
  await s.page.getByText("platen keys create --name desk --scope batches").waitFor();
  await s.page.getByRole("link", { name: "Orders" }).click();
  await s.page.getByText(/No order yet/).waitFor();
  await s.count(s.page.getByRole("link", { name: "Batches" }), 0);
});

studio("batches: whoever watches is told when the service is away, and goes on watching", { ...START, expected: /ERR_FAILED/ }, async (s) => {
  await enter(s);
  await bring(s, file(many(4)));
  let isAway = true;
  await s.page.route(/\/events$/, (route) => (isAway ? route.abort() : route.continue()));
  await s.button("Make it").click();
  await s.page.locator(".far .note").getByText(/goes on without this page/).waitFor();
  isAway = false;
  await comes(s, "Done");
  await s.count(s.page.locator(".far .note"), 0);
});

studio("batches: by keys alone", START, async (s) => {
  const key = await enter(s);
  await s.page.locator("#batch-file").setInputFiles(file(TEAM.replace("PO", "order_id")));
  const to = async (/** @type {import("playwright-core").Locator} */ element) => {
    for (let n = 0; n < 60; n += 1) {
      if (await element.evaluate((one) => one === document.activeElement).catch(() => false)) return;
      await s.press("Tab");
    }
    assert.fail("the keys do not get there");
  };
  await to(s.page.locator("#batch-file"));
  await to(s.field("Previews"));
  await s.press("Space");
  await to(s.page.getByText("More: format"));
  await s.press("Enter");
  await to(s.field("Dots per inch of print files"));
  await s.page.keyboard.type("20");
  await to(s.button("Read the orders"));
  await s.press("Enter");
  await s.page.getByRole("heading", { level: 1, name: "monday.csv" }).waitFor();
  await to(s.button("Make it"));
  await s.press("Enter");
  await comes(s, "Done");
  await soon(async () => assert.notEqual(await s.page.evaluate(() => document.activeElement?.tagName), "BODY", "nobody is thrown out when a button goes"));
  await to(s.page.getByRole("group", { name: "The first rows" }));
  await s.page.locator("#batch-state").focus();
  await to(s.page.getByText("Delete the batch …"));
  await s.press("Enter");
  await to(s.button("Delete it for good"));
  await s.press("Enter");
  await s.page.getByText(/No batch yet/).waitFor();
  assert.deepEqual(await listed(s, key), []);
});

studio("batches: in Arabic from right to left, with its own words", { ...START, context: { locale: "ar" } }, async (s) => {
  const key = await keyOf();
  for (const { id } of await listed(s, key)) await s.page.context().request.delete(`/api/v1/batches/${id}`, { headers: bearing(key) });
  await s.page.locator("#key").fill(key);
  await s.page.locator(".door .primary").click();
  await s.page.locator("#batch-file").setInputFiles(file(TEAM));
  await s.page.locator(".bring .primary").click();
  await state(s).getByText(/صفوف لا يمكن إنتاجها/).waitFor();
  assert.equal(await s.page.evaluate(() => document.documentElement.dir), "rtl");
  assert.ok(await s.page.evaluate(() => !/(batch|shop)\.\w/.test(document.body.innerText.replaceAll("/shop.html", ""))), "every word is there");
  const [stamp, words] = [await state(s).locator(".stamp").boundingBox(), await state(s).locator("span").last().boundingBox()];
  assert.ok(stamp && words && stamp.x > words.x, "the state stands to the right of what it is");
});

for (const width of [1440, 390]) {
  for (const theme of /** @type {const} */ (["light", "dark"])) {
    const touch = width < 500;
    studio(`axe: batches, ${theme}, ${width} px wide`, { ...START, viewport: { width, height: touch ? 844 : 900 }, touch, context: { colorScheme: theme } }, async (s) => {
      const key = await enter(s);
      await s.page.getByText(/No batch yet/).waitFor();
      const found = await complaints(s, "none yet");
      await s.button("Read the orders").click();
      await s.page.locator("#batch-file-wrong").waitFor();
      await s.page.getByText("More: format").click();
      found.push(...(await complaints(s, "a file is missing")));
      await s.page.getByText("More: format").click();
      await bring(s, file(TEAM));
      await column(s, "PO").getByRole("combobox").selectOption("Order");
      await column(s, "number").getByRole("combobox").selectOption("=");
      found.push(...(await complaints(s, "columns")));
      await column(s, "number").getByRole("combobox").selectOption("");
      await s.button("Read the file like this").click();
      await state(s).getByText("1 row cannot be made.").waitFor();
      found.push(...(await complaints(s, "read")));
      await s.button("Make it").click();
      await comes(s, "Done");
      await s.page.getByText("Delete the batch …").click();
      found.push(...(await complaints(s, "done")));
      const [{ id }] = await listed(s, key);
      await s.page.getByRole("link", { name: "All batches" }).click();
      await s.page.locator(".docket.batches li").waitFor();
      found.push(...(await complaints(s, "the list")));
      assert.deepEqual(found, []);
      for (const language of ["en", "de", "es", "ar"]) {
        for (const place of ["part=batches", `batch=${id}`]) {
          await s.page.goto(`/shop.html?${place}&lang=${language}`);
          await s.ready();
          await s.page.locator(".docket.batches li, .far").first().waitFor();
          await soon(async () => assert.ok(await s.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${language} ${place} sticks out`));
        }
      }
    });
  }
}

studio("batches: the rules that can be accepted are the service's", START, async (s) => {
  const key = await enter(s);
  const answer = await s.page.context().request.post(`/api/v1/batches?name=a.csv&accept=${RULES.join()}`, { data: many(1), headers: { ...bearing(key), "content-type": "text/csv" } });
  assert.equal(answer.status(), 201, await answer.text());
  const [{ spec }] = await listed(s, key);
  assert.deepEqual(spec.accept, RULES);
});
