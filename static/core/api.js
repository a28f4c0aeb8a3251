// The calls to the service, but for those of one person (`mine.js`) and of pictures that are brought (`uploads.js`); what a
// catalogue has is named in the person's language.
// @ts-check
import { known, named, translated } from "./i18n.js";

/** What the service keeps is a design that it has read; its description says no more than that it is an object. @typedef {import("../types/api").SavedDesign & { document: import("./design.js").Design }} SavedDesign */
/** @typedef {import("../types/api").OrderDetail} OrderDetail */

/** What the service says when it refuses. */
export class Refusal extends Error {
  /** @param {number} status @param {any} body */
  constructor(status, body) {
    super(body?.detail ?? `The service answered ${status}.`);
    this.status = status;
    this.code = body?.code ?? "";
    /** @type {import("../types/api").FieldProblem[]} */
    this.errors = body?.errors ?? [];
  }
}

/** The service cannot be reached. */
export class Offline extends Error {}

const PREFIX = "/api/v1";
const session = crypto.randomUUID();

/** The first thing that is kept. Its answer brings the cookie that says whose it is; what is kept next waits for it, else
 * it would be somebody else's. @type {Promise<Response> | null} */
let first = null;

/** @param {string} path @param {RequestInit} [init] @param {typeof fetch} [transport] @returns {Promise<Response>} */
export async function call(path, init, transport) {
  if (!init?.method || !/^\/(uploads|designs|orders|shared|events|me)\b/.test(path)) return ask(path, init, transport);
  if (first) await first.catch(() => {});
  const answer = ask(path, init, transport);
  if (!first) {
    first = answer;
    answer.catch(() => (first = null));
  }
  return answer;
}

/** @param {string} path @param {RequestInit} [init] @param {typeof fetch} [transport] @returns {Promise<Response>} */
async function ask(path, init, transport = fetch) {
  let answer;
  try {
    answer = await transport(PREFIX + path, init);
  } catch (error) {
    if (/** @type {Error} */ (error).name === "AbortError") throw error;
    throw new Offline("offline");
  }
  if (answer.ok) return answer;
  throw new Refusal(answer.status, await answer.json().catch(() => null));
}

/** @param {string} path @param {AbortSignal} [signal] @returns {Promise<any>} */
export const get = async (path, signal) => (await call(path, { signal })).json();

/** @param {string} path @param {unknown} body @param {{method?: string, headers?: Record<string, string>, signal?: AbortSignal, keepalive?: boolean}} [how] */
export const send = (path, body, { method = "POST", headers = {}, signal, keepalive } = {}) =>
  call(path, { method, signal, keepalive, body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } });

/** @param {Record<string, string | number | undefined>} params */
export const query = (params) => {
  const entries = Object.entries(params).filter(([, value]) => value !== undefined && value !== "");
  return entries.length ? `?${new URLSearchParams(entries.map(([key, value]) => [key, String(value)]))}` : "";
};

export const catalogue = {
  /** @param {string} id @returns {Promise<import("../types/api").GarmentDetail>} */
  garment: async (id) => {
    const [garment] = named("garmentName", [await get(`/garments/${id}`)]);
    garment.colorways = named("color", garment.colorways);
    for (const area of garment.areas) area.name = known([`placement.${area.id}`, `view.${area.id}`], area.name);
    return garment;
  },
  /** @returns {Promise<import("../types/api").GarmentSummary[]>} */
  garments: async () => named("garmentName", await get("/garments")),
  /** @returns {Promise<import("../types/api").ShopDetail>} */
  shop: () => get("/shop"),
  /** @returns {Promise<import("../types/api").InkSummary[]>} */
  inks: async () => named("inkName", await get("/inks")),
  /** @returns {Promise<import("../types/api").FontSummary[]>} */
  fonts: () => get("/fonts"),
  /** @returns {Promise<import("../types/api").TechniqueSummary[]>} */
  techniques: () => get("/techniques"),
  /** @returns {Promise<import("../types/api").ListedTemplate[]>} */
  templates: async () => translated(await get("/templates")),
  /** @returns {Promise<import("../types/api").ListedGraphic[]>} */
  graphics: async () => translated(await get("/graphics")),
  /** @returns {Promise<import("../types/api").Limits>} */
  limits: () => get("/limits"),
  /** @param {string} garment @param {string} view */
  mockup: (garment, view) => get(`/mockups/${garment}/${view}`),
  /** A layer at a quarter of its size. @param {string} garment @param {string} view @param {"light" | "uv"} layer @returns {Promise<Blob>} */
  reduced: async (garment, view, layer) => (await call(`/mockups/${garment}/${view}/reduced/${layer}`)).blob(),
};

/**
 * A picture of the design. A newer request of this page calls off the older one.
 * @param {unknown} design @param {{view: string, width: number, size?: string, fidelity: "live" | "exact", wall?: string, fields?: string}} options
 * @param {AbortSignal} signal @param {boolean} [isEdit] whether newer ones call it off @returns {Promise<{picture: Blob, hash: string}>}
 */
export async function preview(design, { view, width, size, fidelity, wall, fields }, signal, isEdit = true) {
  const answer = await send(`/previews${query({ view, width, size, fidelity, wall, fields, format: "jpg" })}`, design, { signal, headers: isEdit ? { "x-edit-session": session } : {} });
  return { picture: await answer.blob(), hash: answer.headers.get("x-artwork-hash") ?? "" };
}

/** The print file of an area. @param {unknown} design @param {string} area @param {{size?: string, dpi?: number}} [options] @param {AbortSignal} [signal] @returns {Promise<{picture: Blob, hash: string}>} */
export async function artwork(design, area, { size, dpi } = {}, signal) {
  const answer = await send(`/artworks${query({ area, size, dpi })}`, design, { signal });
  return { picture: await answer.blob(), hash: answer.headers.get("x-artwork-hash") ?? "" };
}

/** @param {unknown} design @param {AbortSignal} [signal] @returns {Promise<import("../types/api").Outline[]>} */
export const outlines = async (design, signal) => (await send("/outlines", design, { signal })).json();

/** @param {unknown} design @param {string | undefined} size @param {AbortSignal} [signal] @returns {Promise<import("../types/api").Report>} */
export const check = async (design, size, signal) => (await send(`/checks${query({ size })}`, design, { signal })).json();

/** @param {import("../types/api").QuoteRequest} request @param {AbortSignal} [signal] @returns {Promise<import("../types/api").Quote>} */
export const quote = async (request, signal) => (await send("/quotes", request, { signal })).json();

/** @param {string} id @returns {Promise<import("../types/api").Upload>} */
export const uploadInfo = (id) => get(`/uploads/${id}`);

/** @param {string} asset @param {number} width pixels */
export const proxy = (asset, width) => `${PREFIX}/uploads/${asset}/proxy?width=${Math.min(2000, Math.max(64, 2 ** Math.ceil(Math.log2(width))))}`;

export const designs = {
  /** @param {import("./pages.js").Page} page @returns {Promise<import("../types/api").DesignList>} */
  list: (page) => get(`/designs${query(page)}`),
  /** @param {string} id @returns {Promise<SavedDesign>} */
  open: (id) => get(`/designs/${id}`),
  /** @param {unknown} design @returns {Promise<SavedDesign>} */
  create: async (design) => (await send("/designs", design)).json(),
  /** @param {string} id @param {unknown} design @param {number} revision @returns {Promise<SavedDesign>} */
  save: async (id, design, revision) => (await send(`/designs/${id}`, design, { method: "PUT", headers: { "if-match": `"${revision}"` } })).json(),
  /** @param {string} id @returns {Promise<import("../types/api").ShareLink>} */
  share: async (id) => (await send(`/designs/${id}/shares`, {})).json(),
  /** @param {string} id */
  remove: (id) => call(`/designs/${id}`, { method: "DELETE" }),
  /** @param {string} id @param {string} view @param {number} width */
  picture: (id, view, width) => `${PREFIX}/designs/${id}/previews/${view}?width=${width}`,
  /** Every side with sizes, inks and fonts, before it is ordered. @param {string} id */
  proof: (id) => `${PREFIX}/designs/${id}/proof.pdf`,
};

/** What a link lets whoever has it do. */
export const shared = {
  /** @param {string} token @returns {Promise<SavedDesign>} */
  open: (token) => get(`/shared/${token}`),
  /** A design of one's own, pictures and all. @param {string} token @returns {Promise<SavedDesign>} */
  copy: async (token) => (await send(`/shared/${token}/copies`, {})).json(),
  /** Drawn by the link: its pictures are the owner's. @param {string} token @param {{view: string, width: number, size?: string, wall?: string, fields?: string}} options @param {AbortSignal} signal @returns {Promise<{picture: Blob, hash: string}>} */
  async preview(token, { view, ...options }, signal) {
    const answer = await ask(`/shared/${token}/previews/${view}${query(options)}`, { signal });
    return { picture: await answer.blob(), hash: answer.headers.get("x-artwork-hash") ?? "" };
  },
};

/** @param {string} id @returns {Promise<import("../types/api").Design>} */
export const template = async (id) => (await translated([await get(`/templates/${id}`)]))[0];

export const orders = {
  /** @param {import("../types/api").Order} order @param {string} key @returns {Promise<OrderDetail>} */
  place: async (order, key) => (await send("/orders", order, { headers: { "idempotency-key": key } })).json(),
  /** @param {import("./pages.js").Page} page @returns {Promise<import("../types/api").OrderList>} */
  list: (page) => get(`/orders${query(page)}`),
  /** @param {string} id @returns {Promise<OrderDetail>} */
  get: (id) => get(`/orders/${id}`),
  /** Before it is made; later only the shop can. @param {string} id @returns {Promise<OrderDetail>} */
  cancel: async (id) => (await send(`/orders/${id}/status`, { status: "cancelled" }, { method: "PUT" })).json(),
  /** @param {string} id @param {import("../types/api").ApprovalRequest} approval @returns {Promise<OrderDetail>} */
  approve: async (id, approval) => (await send(`/orders/${id}/approval`, approval)).json(),
};
