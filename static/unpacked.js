// Keeps what was decompressed for the next visit, in the browser's Cache Storage: reading it there takes
// a third of the time, and asks the server nothing. A hash of the compressed file, which the page's own
// scripts bring, tells whether it is still that. It is JavaScript because it runs before Python.

const STORE = "clientforms-unpacked";
const VERSION = "clientforms-version";
const store = open();

// Return what `read` makes of a Response with the file at `url` decompressed, of the media type `type`. `version` is the
// SHA-256 of the compressed file, in hexadecimal, and `size` its bytes. `decompression` makes the stream for it, which is fed
// once `turn` is fulfilled; `isThrough` is called when all of it is decompressed.
export async function fetchUnpacked(url, version, size, type, read, decompression, isThrough, turn) {
  new TransformStream(); // an old browser fails here, before the fetch
  const kept = await find(url, read);
  if (kept?.version === version) {
    isThrough();
    return kept.content;
  }
  const stream = decompression();
  const arriving = { bytes: 0, size, began: performance.now() };
  globalThis.clientforms?.arriving?.set(url, arriving);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: the server answered ${response.status}`);
  const isKept = await store && !/no-store/i.test(response.headers.get("Cache-Control"));
  // Read as it arrives, which the other copy is not before its turn. What one has read waits for the other anyway.
  const copy = collect(response.clone(), arriving, isKept);
  copy.catch(() => {}); // the other copy says what has failed
  if (isKept) whenLive(() => keep(url, copy, decompression, { "Content-Type": type, [VERSION]: version }));
  await turn;
  const body = response.body.pipeThrough(stream).pipeThrough(new TransformStream({ flush: isThrough }));
  return read(new Response(body, { headers: { "Content-Type": type } }));
}

// Return the bytes of a Response that fetchUnpacked() reads. Nobody knows the length of one that was kept:
// arrayBuffer() makes room for it by doubling, and takes twice as long as a blob does.
export async function bytesOf(response) {
  return response.headers.has(VERSION) ? (await response.blob()).arrayBuffer() : response.arrayBuffer();
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

// The page's first script has begun to read it, before this module was there.
async function find(url, read) {
  try {
    const early = globalThis.clientforms?.kept?.[keyOf(url)];
    if (early) return await early;
    const response = await (await store)?.match(keyOf(url));
    return response && { version: response.headers.get(VERSION), content: read(response) };
  } catch {
    return undefined; // a damaged store is as good as none
  }
}

// Not the address itself: the offline worker looks in all stores.
const keyOf = (url) => `${url}?unpacked`;

// Counts the bytes of a Response as they arrive, and returns them as a Blob if they are to be kept.
async function collect({ body }, arriving, isKept) {
  const parts = [];
  const reader = body.getReader(); // Safari's streams cannot be iterated
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    arriving.bytes += value.length;
    if (isKept) parts.push(value);
  }
  return new Blob(parts);
}

function whenLive(act) {
  const idle = globalThis.requestIdleCallback ?? ((soon) => setTimeout(soon, 1000));
  document.addEventListener("clientforms:ready", () => idle(act, { timeout: 2000 }), { once: true });
}

async function keep(url, copy, decompression, headers) {
  if (!url.startsWith("http")) return; // a cache takes nothing of a page of one file
  try {
    const content = await copy;
    // What an older copy in some cache holds must not pass for the new one.
    if (await hashOf(content) !== headers[VERSION]) return;
    const there = await store;
    await there.put(keyOf(url), new Response(content.stream().pipeThrough(decompression()), { headers }));
    for (const request of await there.keys()) {
      const isOlder = request.url !== keyOf(url) && withoutHash(request.url) === withoutHash(keyOf(url));
      if (isOlder) await there.delete(request);
    }
  } catch (error) {
    console.debug(`clientforms: ${url} is not kept for the next visit. ${error}`); // no room for it, say
  }
}

async function hashOf(content) {
  const hash = await crypto.subtle.digest("SHA-256", await content.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The folders of a built site carry a hash of what is in them.
const withoutHash = (url) => url.replaceAll(/-[0-9a-f]{16}\//g, "/");
