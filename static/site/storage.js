// Keeps a site's database file and media folder, which Python has in memory, in IndexedDB: pages of 4096 bytes and
// whole media files, in one transaction with what says which belong together. It is JavaScript because it watches
// Emscripten's file system, and moves bytes that Python need not see. Its Python side is
// app/clientforms/site/stored_site.py.
"use strict";
{
  const BLOCK = 4096;
  const PATIENCE = 3000; // milliseconds: Safari was seen never to answer the first time
  const LAST_PATIENCE = 15_000;
  const STRICT = { durability: "strict" };
  const named = (name) => `clientforms-site:${name}`;

  const answered = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  // Python takes only an Error for one: what IndexedDB says of a full disk is none everywhere.
  const withErrors = (act) => (...given) => act(...given).catch(({ name, message }) => {
    throw Object.assign(new Error(message), { name });
  });

  const completed = (transaction) => new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException("It was given up.", "AbortError"));
    transaction.commit?.();
  });

  // What was asked of it before something was thrown would be stored else.
  function abort(transaction) {
    try {
      transaction.abort();
    } catch (error) {
      if (error.name !== "InvalidStateError") throw error; // it is aborted already
    }
  }

  function inTime(promise, milliseconds) {
    return new Promise((resolve, reject) => {
      const late = () => reject(new DOMException("The database does not answer.", "TimeoutError"));
      const patience = setTimeout(late, milliseconds);
      promise.then(resolve, reject).finally(() => clearTimeout(patience));
    });
  }

  // Rejected with a DOMException, whatever the reason is that there is no database.
  const opened = (name) => inTime(opening(name), PATIENCE).catch(() => inTime(opening(name), LAST_PATIENCE));

  function opening(name) {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(named(name), 1); // throws if it is forbidden
      request.onupgradeneeded = () => {
        const { result } = request;
        for (const [store, keyPath] of [["pages", "number"], ["files", "name"]]) {
          result.createObjectStore(store, { keyPath }).createIndex("generation", "generation");
        }
        result.createObjectStore("meta");
      };
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
    });
  }

  // Resolves with a function that releases the lock, which the browser does itself if the page goes.
  function locked(name) {
    return new Promise((resolve, reject) => {
      const { locks } = navigator; // pages over plain HTTP have none
      if (!locks) throw new DOMException("There are no locks.", "NotSupportedError");
      locks.request(named(name), () => new Promise((release) => { resolve(release); })).catch(reject);
    });
  }

  // The database file. All that is written into it or cut off goes through two functions of its node.
  class TrackedFile {
    constructor(FS, path) {
      this.FS = FS;
      this.path = path;
      this.blocks = new Set(); // that were written
      this.track();
    }

    // Does nothing if the file is the one that it was: code of the site may put another in its place.
    track() {
      if (!this.FS.analyzePath(this.path).exists) this.FS.writeFile(this.path, new Uint8Array(0));
      const { node } = this.FS.lookupPath(this.path);
      if (node === this.node) return;
      const isNew = this.node === undefined;
      this.node = node;
      const { stream_ops: streams, node_ops: nodes } = node;
      node.stream_ops = {
        ...streams,
        write: (stream, buffer, offset, length, position, canOwn) => {
          this.mark(Math.min(position, node.usedBytes), position + length);
          return streams.write(stream, buffer, offset, length, position, canOwn);
        },
      };
      node.node_ops = {
        ...nodes,
        setattr: (changed, attributes) => {
          if (attributes.size !== undefined) this.mark(Math.min(attributes.size, node.usedBytes), attributes.size);
          return nodes.setattr(changed, attributes);
        },
      };
      if (!isNew) this.mark(0, node.usedBytes);
    }

    mark(from, to) {
      for (let block = Math.floor(from / BLOCK); block * BLOCK < to; block++) this.blocks.add(block);
      if (from === to) this.blocks.add(Math.floor(from / BLOCK)); // only the size changed
    }

    get size() {
      return this.node.usedBytes;
    }

    page(number, generation) {
      const end = Math.min((number + 1) * BLOCK, this.size);
      return { number, generation, content: this.node.contents.slice(number * BLOCK, end) };
    }

    // Takes what was written since, which has to be given back if it could not be stored.
    take(all) {
      const count = Math.ceil(this.size / BLOCK);
      const { blocks } = this;
      this.blocks = new Set();
      const numbers = all ? Array.from({ length: count }, (_, number) => number) : Array.from(blocks);
      return {
        pages: numbers.filter((number) => number < count),
        giveBack: () => { for (const number of blocks) this.blocks.add(number); },
      };
    }

    replace(size, pages) {
      this.FS.truncate(this.path, size);
      for (const { number, content } of pages) {
        const start = number * BLOCK;
        if (start < size) this.node.contents.set(content.subarray(0, size - start), start);
      }
      this.node.mtime = this.node.ctime = Date.now();
      this.blocks.clear();
    }
  }

  // The folder of media. A file has changed if its time or its size has: a time that is not over yet is not noted.
  class MediaFolder {
    constructor(FS, path) {
      this.FS = FS;
      this.path = path;
      FS.mkdirTree(path);
      this.known = this.found();
    }

    found() {
      const now = Date.now();
      const files = new Map();
      const walk = (folder, prefix) => {
        for (const [name, node] of Object.entries(folder.contents)) {
          const { mode, mtime, usedBytes: size } = node;
          if (this.FS.isDir(mode)) walk(node, `${prefix}${name}/`);
          else if (this.FS.isFile(mode)) files.set(prefix + name, { node, size, time: mtime < now ? mtime : NaN });
        }
      };
      const { exists, object } = this.FS.analyzePath(this.path); // a view may have removed it
      if (exists) walk(object, "");
      return files;
    }

    changes(all) {
      const files = this.found();
      const isKnown = (file, known) =>
        known && known.node === file.node && known.time === file.time && known.size === file.size;
      const changed = Array.from(files).filter(([name, file]) => all || !isKnown(file, this.known.get(name)));
      const gone = Array.from(this.known.keys()).filter((name) => !files.has(name));
      return { changed, gone, note: () => { this.known = files; } };
    }

    get hasChanged() {
      const { changed, gone } = this.changes();
      return changed.length + gone.length > 0;
    }

    replace(files, all) {
      if (all) for (const name of this.found().keys()) this.remove(name);
      for (const { name, content, modified } of files) {
        if (content === null) {
          this.remove(name);
          continue;
        }
        const place = `${this.path}/${name}`;
        this.FS.mkdirTree(place.slice(0, place.lastIndexOf("/")));
        this.FS.writeFile(place, content);
        this.FS.utime(place, modified, modified);
      }
      this.known = this.found();
    }

    remove(name) {
      const place = `${this.path}/${name}`;
      if (this.FS.analyzePath(place).exists) this.FS.unlink(place);
    }
  }

  class SiteStore {
    #name;
    #database;
    #release = () => {};
    #file;
    #folder;
    #channel;
    #state = null; // as it was stored when the turn began
    #own = { epoch: "", generation: 0 }; // what of it is in the memory

    constructor(name, database, FS, path, folder) {
      this.#name = name;
      this.#channel = window.BroadcastChannel && new BroadcastChannel(named(name));
      this.#database = database;
      this.#file = new TrackedFile(FS, path);
      this.#folder = new MediaFolder(FS, folder);
    }

    async #transaction(stores, mode) {
      const begin = () => this.#database.transaction(stores, mode, STRICT);
      try {
        return begin();
      } catch (error) {
        if (error.name !== "InvalidStateError") throw error;
        this.#database = await opened(this.#name); // the browser closed it, as somebody cleared what is stored
        return begin();
      }
    }

    // If somebody clears what is stored meanwhile, Chromium was seen never to answer.
    async #readState() {
      const read = async () => answered((await this.#transaction("meta", "readonly")).objectStore("meta").get("state"));
      try {
        return await inTime(read(), PATIENCE);
      } catch {
        this.#database.close();
        return inTime(read(), LAST_PATIENCE);
      }
    }

    // Whether something was changed here that is not stored.
    get hasChanged() {
      this.#file.track();
      return this.#file.blocks.size > 0 || this.#folder.hasChanged;
    }

    // Whether what is in the memory began as what is stored.
    get isStored() {
      return this.#own.generation > 0;
    }

    // Waits for the other tabs and brings in what they stored. Nothing is brought in over changes of this tab that
    // are not stored: that is a `conflict`. Resolves with {brought, conflict, version, versions}.
    begin = withErrors(async () => {
      this.#release = await locked(this.#name);
      try {
        const state = await this.#readState();
        this.#state = state ?? null;
        const { epoch, generation } = this.#own;
        if (!state) {
          if (generation) this.#own = { epoch: "", generation: 0 }; // it was cleared: all is stored again
          return { brought: false, conflict: false, version: "", versions: [] };
        }
        const { version, versions } = state;
        const isCurrent = state.epoch === epoch && state.generation === generation;
        const conflict = !isCurrent && this.hasChanged;
        if (!isCurrent && !conflict) await this.#bring(state.epoch === epoch && generation < state.generation);
        return { brought: !isCurrent && !conflict, conflict, version, versions };
      } catch (error) {
        this.release();
        throw error;
      }
    });

    // Forgets what was changed here, and brings in all that is stored.
    revert = withErrors(async () => {
      if (this.#state) await this.#bring(false);
    });

    async #bring(onlyNew) {
      const { epoch, generation, size } = this.#state;
      const transaction = await this.#transaction(["pages", "files"], "readonly");
      const [pages, files] = await Promise.all(["pages", "files"].map((name) => {
        const store = transaction.objectStore(name);
        const range = IDBKeyRange.lowerBound(this.#own.generation, true);
        if (onlyNew) return answered(store.index("generation").getAll(range));
        return answered(name === "pages" ? store.getAll(IDBKeyRange.bound(0, Math.ceil(size / BLOCK))) : store.getAll());
      }));
      this.#file.track();
      this.#file.replace(size, pages);
      this.#folder.replace(files, !onlyNew);
      this.#own = { epoch, generation };
    }

    // Stores what has changed, in one transaction, and with `archive` the version that the data have from now on.
    // Resolves with whether there was anything to store.
    save = withErrors(async (version, archive) => {
      const isFirst = !this.#own.generation;
      if (!this.hasChanged && (isFirst || !archive)) return false;
      const transaction = await this.#transaction(["pages", "files", "meta"], "readwrite");
      const { pages, giveBack } = this.#file.take(isFirst);
      const { changed, gone, note } = this.#folder.changes(isFirst);
      const before = this.#state ?? { epoch: crypto.randomUUID(), generation: 0, version, versions: [version] };
      const generation = before.generation + 1;
      const state = { ...before, generation, size: this.#file.size };
      if (archive) {
        Object.assign(state, { version, versions: [...before.versions.filter((each) => each !== version), version] });
      }
      try {
        const [pageStore, fileStore, meta] = ["pages", "files", "meta"].map((name) => transaction.objectStore(name));
        // Only puts: WebKit may delete what a transaction deletes, and not write what it writes, if the page goes.
        for (const number of pages) pageStore.put(this.#file.page(number, generation));
        for (const [name, { node, size }] of changed) {
          const content = node.contents.slice(0, size);
          fileStore.put({ name, generation, content, modified: node.mtime });
        }
        for (const name of gone) fileStore.put({ name, generation, content: null });
        meta.put(state, "state");
        if (archive) meta.put({ version, content: archive }, "archive");
        await completed(transaction);
      } catch (error) {
        giveBack();
        abort(transaction);
        throw error;
      }
      note();
      this.#state = state;
      this.#own = { epoch: state.epoch, generation };
      if (isFirst) navigator.storage?.persist?.().catch(() => {}); // a refusal changes nothing
      this.#channel?.postMessage(generation);
      return true;
    });

    // Notes that the data could not be brought to this version, for the next start: `archiveToRun()`.
    giveUp = withErrors(async (version, reason) => {
      const transaction = await this.#transaction("meta", "readwrite");
      transaction.objectStore("meta").put({ version, reason }, "failed");
      await completed(transaction);
    });

    release() {
      this.#release();
      this.#release = () => {};
    }

    close() {
      this.release();
      this.#database.close();
      this.#channel?.close();
    }

    // Calls `callback` if another tab has stored something.
    listen(callback) {
      this.#channel?.addEventListener("message", () => callback());
    }
  }

  // The database of the page's own site is opened before Python is there, and its last update looked up.
  const early = beginEarly(document.currentScript?.dataset.siteName);

  function beginEarly(name) {
    if (!name) return {};
    const database = opened(name);
    const update = database.then(lastUpdate);
    update.catch(() => {}); // it is tried again when somebody asks
    return { name, database, update };
  }

  // What was begun early, once, else what `begin` returns now.
  function takeEarly(what, name, begin) {
    const { [what]: begun } = early;
    if (!begun || early.name !== name) return begin(name);
    delete early[what];
    return begun.catch(() => begin(name));
  }

  async function open(name, path, folder) {
    const release = await locked(name); // refused here, or never
    release();
    const database = await takeEarly("database", name, opened);
    const { interpreter } = await globalThis[Symbol.for("@pyscript/core")].whenDefined("py");
    return new SiteStore(name, database, interpreter.FS, path, folder);
  }

  // Resolves with {version, content} of the packed Python that the stored data need if an update to `shipped` failed
  // in this browser, else with null.
  async function archiveToRun(name, shipped) {
    const { state, failed, archive } = await takeEarly("update", name, lookedUp);
    const isNeeded = state && failed && failed.version === shipped && state.version !== shipped;
    return isNeeded && archive?.version === state.version ? archive : null;
  }

  async function lookedUp(name) {
    const database = await opened(name);
    try {
      return await lastUpdate(database);
    } finally {
      database.close();
    }
  }

  // The archive is large, and of use only if an update failed.
  async function lastUpdate(database) {
    const meta = database.transaction("meta").objectStore("meta");
    const [state, failed] = await Promise.all(["state", "failed"].map((key) => answered(meta.get(key))));
    return { state, failed, archive: failed && await answered(meta.get("archive")) };
  }

  (window.clientforms ??= {}).siteStorage = { archiveToRun: withErrors(archiveToRun), open: withErrors(open) };
}
