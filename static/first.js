// The first page: every change asks for a picture, and a newer request calls the older off.
// @ts-check

/** @param {string} id */
const at = (id) => /** @type {any} */ (document.getElementById(id));
const session = crypto.randomUUID();
const state = { color: "white", id: /** @type {string | null} */ (null), revision: 0 };
let asked = 0;
/** @type {AbortController | null} */
let waiting = null;

/** @param {string} path */
const json = async (path) => (await fetch(`api/v1/${path}`)).json();

/** The document that the form describes. */
function design() {
  const view = at("view").value;
  const [area, x, y] = view === "back" ? ["back", 177.8, 120] : ["front", 177.8, 120];
  const warp = at("warp").value;
  const layer = {
    id: "words", type: "text", text: at("words").value || " ", x, y, size: Number(at("size-mm").value),
    font: at("font").value, fill: at("ink").value, align: "center", max_width: 330,
    ...(warp === "none" ? {} : { warp: { kind: warp, amount: 40 } }),
  };
  return { version: 1, name: at("words").value.split("\n")[0].slice(0, 80).trim() || "Untitled", garment: "tee",
    color: state.color, technique: "dtf", placements: [{ area, layers: [layer] }] };
}

/** Shows what is wrong, each with its place. @param {{detail?: string, errors?: any[]}} problem */
function tell(problem) {
  const items = (problem.errors ?? []).map((error) => `${error.message}${error.hint ? `; ${error.hint}` : ""}`);
  at("problems").replaceChildren(...(items.length ? items : [problem.detail ?? ""]).filter(Boolean).map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  }));
}

/** Asks for the picture of the present design. */
async function show(fidelity = "live") {
  const turn = ++asked;
  waiting?.abort();
  waiting = new AbortController();
  at("stage").dataset.preview = "stale";
  const started = performance.now();
  const width = Math.min(1200, Math.max(400, Math.round(at("shirt").clientWidth * devicePixelRatio / 100) * 100));
  try {
    const query = `view=${at("view").value}&width=${width}&format=jpg&fidelity=${fidelity}`;
    const answer = await fetch(`api/v1/previews?${query}`, { method: "POST", body: JSON.stringify(design()),
      headers: { "content-type": "application/json", "x-edit-session": session }, signal: waiting.signal });
    if (turn !== asked) return;
    if (!answer.ok) return tell(await answer.json());
    const address = URL.createObjectURL(await answer.blob());
    const older = at("shirt").src;
    at("shirt").src = address;
    at("download").href = address;
    if (older) URL.revokeObjectURL(older);
    at("shirt").alt = `A ${at("color-name").textContent.toLowerCase()} shirt, ${at("view").value}, that says ${at("words").value}`;
    at("stage").dataset.preview = fidelity;
    at("status").textContent = `drawn in ${Math.round(performance.now() - started)} ms`;
    tell({});
    if (fidelity === "live") setTimeout(() => turn === asked && show("exact"), 250);
    else await check(turn);
  } catch (error) {
    if (/** @type {Error} */ (error).name !== "AbortError" && turn === asked) tell({ detail: "The service cannot be reached. Your words are still here." });
  }
}

/** Tells what would go wrong in print. @param {number} turn */
async function check(turn) {
  const answer = await fetch("api/v1/checks", { method: "POST", body: JSON.stringify(design()),
    headers: { "content-type": "application/json" } });
  const report = await answer.json();
  if (turn !== asked || !answer.ok) return;
  const seen = report.findings.filter((/** @type {any} */ finding) => finding.severity !== "note");
  tell({ errors: seen.map((/** @type {any} */ finding) => ({ message: finding.message, hint: finding.fix?.text })) });
}

/** Saves the design, the first time as a new one. @param {Event} event */
async function save(event) {
  event.preventDefault();
  const path = state.id ? `api/v1/designs/${state.id}` : "api/v1/designs";
  const answer = await fetch(path, { method: state.id ? "PUT" : "POST", body: JSON.stringify(design()),
    headers: { "content-type": "application/json", ...(state.id ? { "if-match": `"${state.revision}"` } : {}) } });
  const body = await answer.json();
  if (!answer.ok) return tell(body);
  Object.assign(state, { id: body.id, revision: body.revision });
  at("saved").textContent = `Saved as “${body.title}”, revision ${body.revision}.`;
  at("share").disabled = false;
}

async function share() {
  const answer = await fetch(`api/v1/designs/${state.id}/shares`, { method: "POST" });
  const body = await answer.json();
  if (!answer.ok) return tell(body);
  const address = new URL(`${body.url}/previews/front?width=1000`, location.href).href;
  try {
    await navigator.clipboard.writeText(address);
    at("saved").textContent = "The link is copied. Whoever has it sees the shirt.";
  } catch {
    at("saved").textContent = address;
  }
}

/** @param {HTMLSelectElement} select @param {[string, string][]} entries @param {string} [chosen] */
function fill(select, entries, chosen) {
  select.replaceChildren(...entries.map(([value, text]) => new Option(text, value, false, value === chosen)));
}

async function start() {
  const [garment, fonts, inks] = await Promise.all([json("garments/tee"), json("fonts"), json("inks")]);
  fill(at("font"), fonts.map((/** @type {any} */ font) => [font.family, font.family]), "Anton");
  fill(at("ink"), inks.map((/** @type {any} */ ink) => [`ink:${ink.id}`, ink.name]), "ink:scarlet");
  fill(at("view"), garment.views.map((/** @type {string} */ view) => [view, view === "front" ? "Front" : "Back"]));
  fill(at("warp"), [["none", "Straight"], ["arch", "Arch"], ["arc", "Arc"], ["bridge", "Bridge"], ["wave", "Wave"], ["flag", "Flag"], ["bulge", "Bulge"]], "arch");
  at("colors").replaceChildren(...garment.colorways.map((/** @type {any} */ color) => {
    const label = document.createElement("label");
    label.title = color.name;
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "color", value: color.id, checked: color.id === state.color });
    input.setAttribute("aria-label", color.name);
    const dot = document.createElement("span");
    dot.style.background = color.hex;
    label.append(input, dot);
    input.addEventListener("change", () => {
      state.color = color.id;
      at("color-name").textContent = color.name;
      show();
    });
    return label;
  }));
  at("color-name").textContent = garment.colorways.find((/** @type {any} */ color) => color.id === state.color).name;
  const sized = () => { at("size-shown").textContent = `${at("size-mm").value} mm`; };
  for (const id of ["words", "font", "ink", "view", "warp", "size-mm"]) {
    at(id).addEventListener("input", () => { sized(); show(); });
  }
  at("controls").addEventListener("submit", save);
  at("share").addEventListener("click", share);
  sized();
  show();
}

start();
