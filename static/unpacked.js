// Keeps what was decompressed for the next visit, in the browser's Cache Storage: reading it there takes
// a third of the time. What the server says of the compressed file (ETag, or date and length) tells
// whether it is still that. It is JavaScript because it runs before Python.

const STORE = "clientforms-unpacked";
const VERSION = "clientforms-version";
const store = open();

// Return a Response with the file at `url` decompressed, of the media type `type`. `decompression` makes
// the stream for it, once `turn` is fulfilled; `isThrough` is called when all of it is decompressed.
export async function fetchUnpacked(url, type, decompression, isThrough, turn) {
  new TransformStream(); // an old browser fails here, before the fetch
  const [response, kept] = await Promise.all([fetch(url), find(url)]);
  if (!response.ok) throw new Error(`${url}: the server answered ${response.status}`);
  const version = versionOf(response);
  if (version && kept?.headers.get(VERSION) === version) {
    response.body.cancel().catch(() => {}); // it may have arrived by now
    isThrough();
    return kept;
  }
  const copy = version && await store && response.clone();
  if (copy) whenLive(() => keep(url, copy.body.pipeThrough(decompression()), { "Content-Type": type, [VERSION]: version }));
  await turn;
  const body = response.body.pipeThrough(decompression())
    .pipeThrough(new TransformStream({ flush: isThrough }));
  return new Response(body, { headers: { "Content-Type": type } });
}

// What was kept could not be used.
export async function forget() {
  const there = await store;
  for (const request of await there?.keys() ?? []) await there.delete(request);
}

// Private windows and other strict settings bar it, pages from a disk and over plain HTTP have none.
async function open() {
  try {
    return await caches.open(STORE);
  } catch {
    return null;
  }
}

async function find(url) {
  try {
    return await (await store)?.match(keyOf(url));
  } catch {
    return undefined; // a damaged store is as good as none
  }
}

// Not the address itself: the offline worker looks in all stores.
const keyOf = (url) => `${url}?unpacked`;

function versionOf({ headers }) {
  if (/no-store/i.test(headers.get("Cache-Control"))) return "";
  const changed = headers.get("ETag") ?? headers.get("Last-Modified");
  return changed && `${changed} ${headers.get("Content-Length")}`;
}

function whenLive(act) {
  const idle = globalThis.requestIdleCallback ?? ((soon) => setTimeout(soon, 1000));
  document.addEventListener("clientforms:ready", () => idle(act, { timeout: 2000 }), { once: true });
}

async function keep(url, body, headers) {
  try {
    const there = await store;
    await there.put(keyOf(url), new Response(body, { headers }));
    for (const request of await there.keys()) {
      const isOlder = request.url !== keyOf(url) && withoutHash(request.url) === withoutHash(keyOf(url));
      if (isOlder) await there.delete(request);
    }
  } catch (error) {
    console.debug(`clientforms: ${url} is not kept for the next visit. ${error}`); // no room for it, say
  }
}

// The folders of a built site carry a hash of what is in them.
const withoutHash = (url) => url.replaceAll(/-[0-9a-f]{16}\//g, "/");
