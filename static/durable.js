// Texts by key that outlive the page, and the browser if it is killed: IndexedDB, asked to write
// through. Where there is none, as in a sandbox or some private windows, localStorage has to do,
// which browsers write to the disk later. It is JavaScript because it must work when Python does not.

const DATABASE = "clientforms";
const STORE = "texts";
const PATIENCE = 3000; // milliseconds: Safari was seen never to answer the first time
const LAST = "\uffff"; // sorts after whatever a key goes on with

let database = null;
let opening = open();

function open() {
  return new Promise((resolve) => {
    const giveUp = setTimeout(() => resolve(null), PATIENCE);
    const done = (opened) => {
      clearTimeout(giveUp);
      resolve(opened);
    };
    try {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      request.onsuccess = () => {
        database = request.result;
        database.onclose = forget; // the user cleared what sites have stored
        database.onversionchange = () => forget(database.close());
        done(database);
      };
      request.onerror = () => done(null);
    } catch {
      done(null); // forbidden, or not there
    }
  });
}

function forget() {
  database = null;
  opening = null;
}

function whenOpen() {
  opening ??= open();
  return opening;
}

const under = (prefix) => IDBKeyRange.bound(prefix, prefix + LAST);

function local() {
  try {
    return window.localStorage;
  } catch {
    return null; // forbidden
  }
}

// Resolves with [[key, text]] of all keys that begin with `prefix`, those of localStorage included.
export async function read(prefix) {
  const found = new Map();
  const storage = local();
  for (const key of storage ? Object.keys(storage) : []) {
    if (key.startsWith(prefix)) found.set(key, storage.getItem(key));
  }
  if (await whenOpen()) {
    const store = database.transaction(STORE).objectStore(STORE);
    const [keys, texts] = await Promise.all(
      [store.getAllKeys(under(prefix)), store.getAll(under(prefix))].map(answered));
    keys.forEach((key, place) => found.set(key, texts[place]));
  }
  return Array.from(found);
}

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// Writes [[key, text]], or removes keys, and the ranges [first, last] of keys: not both at once, for if the page
// goes, WebKit may do the latter and not the former. Resolves once it is on the disk. It is on its way when
// this returns, if the database is open: a page that stands still from then on, or is killed, loses nothing.
export const write = (texts) => change(texts, [], []);
export const remove = (keys, ranges = []) => change([], keys, ranges);

function change(texts, keys, ranges) {
  if (!database) return whenOpen().then((opened) => opened ? issue(texts, keys, ranges) : writeLocally(texts, keys, ranges));
  return issue(texts, keys, ranges);
}

async function issue(texts, keys, ranges) {
  let transaction;
  try {
    transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
  } catch { // it was closed meanwhile
    forget();
    if (!await whenOpen()) return writeLocally(texts, keys, ranges);
    transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
  }
  const store = transaction.objectStore(STORE);
  for (const [first, last] of ranges) store.delete(IDBKeyRange.bound(first, last));
  for (const key of keys) store.delete(key);
  for (const [key, text] of texts) store.put(text, key);
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException("It was given up.", "AbortError"));
  });
  transaction.commit?.();
  await done;
  removeLocally(keys, ranges); // what an older version kept there
}

function writeLocally(texts, keys, ranges) {
  const storage = local();
  if (!storage) throw new DOMException("This page may not store anything.", "SecurityError");
  for (const [key, text] of texts) storage.setItem(key, text);
  removeLocally(keys, ranges);
}

function removeLocally(keys, ranges) {
  const storage = local();
  if (!storage) return;
  for (const key of keys) storage.removeItem(key);
  for (const [first, last] of ranges) {
    for (const key of Object.keys(storage)) if (key >= first && key <= last) storage.removeItem(key);
  }
}

// The range of all keys that begin with `prefix`.
export const beginningWith = (prefix) => [prefix, prefix + LAST];
