// The studio opens without the service, too: its files and the catalogue are kept, and what is newer is taken first.
// @ts-check

const STORE = "platen-1";
/** What of the API stays good for a while: the catalogue. */
const CATALOGUE = /^\/api\/v1\/(garments|inks|fonts|techniques|mockups|graphics|templates)(\/|$)/;
/** The worker; its types do not go together with those of pages. */
const scope = /** @type {any} */ (self);

scope.addEventListener("install", () => void scope.skipWaiting());

scope.addEventListener("activate", (/** @type {any} */ event) => {
  const forget = async () => {
    for (const name of await caches.keys()) if (name !== STORE) await caches.delete(name);
    await scope.clients.claim();
  };
  event.waitUntil(forget());
});

scope.addEventListener("fetch", (/** @type {any} */ event) => {
  /** @type {{request: Request}} */
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const isKept = request.method === "GET" && origin === scope.location.origin && (CATALOGUE.test(pathname) || !/^\/(api|healthz|readyz|metrics)/.test(pathname)) && !pathname.includes("/previews/");
  if (isKept) event.respondWith(newest(request));
});

/** From the service, else what is kept of it. @param {Request} request */
async function newest(request) {
  const store = await caches.open(STORE);
  try {
    const answer = await fetch(request);
    if (answer.ok && answer.type === "basic") void store.put(request, answer.clone()).catch(() => {});
    return answer;
  } catch (error) {
    const kept = await store.match(request, { ignoreSearch: request.mode === "navigate" });
    if (kept) return kept;
    throw error;
  }
}
