// The end of a built site's sw.js, after Workbox and SITE, which offline.py writes: {version, files,
// entries, folders}. One version is one cache, filled whole or not at all, and each file is checked by
// its hash. It is JavaScript because a browser starts it without a page.
"use strict";

const { PrecacheController } = workbox.precaching;
const { registerRoute } = workbox.routing;
const SCOPE = registration.scope;
const OURS = `clientforms ${SCOPE} `;
const CACHE = OURS + SITE.version; // and the name of the lock that a page of this version holds

const controller = new PrecacheController({
  cacheName: CACHE,
  plugins: [{
    // Caches on the way may hold what lay under a name before.
    requestWillFetch: async ({ request }) => new Request(request, { cache: "no-cache" }),
  }],
});
controller.addToCacheList(SITE.files);

addEventListener("install", (event) => event.waitUntil(install(event)));
addEventListener("activate", (event) => event.waitUntil(tidy()));
addEventListener("message", (event) => {
  if (event.data?.type === "SKIP_WAITING") skipWaiting(); // somebody pressed “Reload”
  else if (event.data?.type === "TIDY") event.waitUntil(refill().then(tidy));
});

const entry = controller.createHandlerBoundToURL("./");
const entries = SITE.entries.map((name) => new URL(name, SCOPE).pathname);
registerRoute(({ request, url }) => request.mode === "navigate" && entries.includes(url.pathname), entry);

// Their names say what they hold, so a page of an older version finds its own.
const folders = new RegExp(`^(${SITE.folders})-[0-9a-f]{16}/`);
registerRoute(
  ({ request, url }) => request.mode !== "navigate" && url.href.startsWith(SCOPE) && folders.test(url.href.slice(SCOPE.length)),
  async ({ request, url }) => await caches.match(url.href) ?? fetch(request),
);

async function install(event) {
  const fill = async () => {
    try {
      await takeOver();
      await controller.install(event);
    } catch (error) {
      await caches.delete(CACHE); // half of a version is of no use
      throw error;
    }
  };
  await (navigator.locks ? navigator.locks.request(CACHE, { mode: "shared" }, fill) : fill());
}

// A user may have cleared what sites keep, or a browser made room: what is missing is fetched again. A
// file that has changed on the server meanwhile is of the next version, whose worker brings it.
async function refill() {
  const cache = await caches.open(CACHE);
  for (const { url, integrity } of SITE.files) {
    const key = controller.getCacheKeyForURL(new URL(url, SCOPE).href);
    if (await cache.match(key)) continue;
    const response = await fetch(new URL(url, SCOPE), { cache: "no-cache", integrity }).catch(() => null); // no network now
    if (response?.ok) await cache.put(key, response);
  }
}

// What an older version has under the same name need not be fetched again.
async function takeOver() {
  const cache = await caches.open(CACHE);
  for (const { url, revision } of SITE.files) {
    if (revision !== null) continue;
    const { href } = new URL(url, SCOPE);
    const there = await caches.match(href);
    if (there && !await cache.match(href)) await cache.put(href, there);
  }
}

// Delete what no page uses any more: those that are open hold the name of their version. A version that
// is on its way, or waits, has no page yet.
async function tidy() {
  const drop = (name) => (lock) => {
    if (lock && !registration.installing && !registration.waiting) return caches.delete(name);
  };
  for (const name of await caches.keys()) {
    if (!name.startsWith(OURS) || name === CACHE || !navigator.locks) continue;
    await navigator.locks.request(name, { ifAvailable: true }, drop(name));
  }
}
