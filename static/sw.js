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
  if (isKept(event.request)) event.respondWith(newest(event.request));
});

// The page tells what it had loaded before this worker was there.
scope.addEventListener("message", (/** @type {any} */ event) => event.waitUntil(keep(event.data)));

/** @param {Request} request */
function isKept({ method, url }) {
  const { origin, pathname, protocol } = new URL(url);
  return method === "GET" && /^http/.test(protocol) && origin === scope.location.origin && (CATALOGUE.test(pathname) || !/^\/(api|healthz|readyz|metrics)/.test(pathname)) && !pathname.includes("/previews/");
}

/** @param {string[]} addresses */
async function keep(addresses) {
  const store = await caches.open(STORE);
  const requests = addresses.map((address) => new Request(address)).filter(isKept);
  await Promise.all(requests.map(async (request) => (await store.match(request)) ?? store.add(request).catch(() => {})));
}

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
