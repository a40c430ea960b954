// Starts Pyodide from the memory snapshot that set-up took (app/clientforms/builder/runtime/snapshot.js), and
// hands it the interpreter that set-up compressed. Both are fetched as soon as this module is there.
//
// A snapshot is, compressed as Zstandard: the length of what follows (32 bits, little-endian), JSON
// about the rest, the pieces that are not zero of Pyodide's own snapshot, whose memory was XORed
// with that of an instance in which nothing has run, and files. It is JavaScript because it runs before
// Python.

import * as shipped from "./runtime/versions.js";
import { bytesOf, fetchUnpacked } from "./unpacked.js";
import { decoderAt } from "./zstd.js";

// A page of one file says where in itself they are (app/clientforms/builder/site/single_file.js).
const locate = (globalThis.clientforms ??= {}).locate ??=
  ((runtime) => (name) => runtime + name)(new URL("./runtime/", import.meta.url).href);
const SNAPSHOT = "snapshot.data";
const INTERPRETER = "pyodide/pyodide.asm.data";
const DECODER = "zstddec.wasm";
const PAGE = 65536; // of WebAssembly's memory
const SMALL = 4096; // bytes
const ROOM = 2 ** 24; // bytes of memory that a page has to itself before the memory has to grow

// Forgotten once it is used: a page would keep 24 MB. Who saves data is asked before.
let fetched = globalThis.clientforms.wanted ? null : fetchBoth();

// Start Pyodide from the snapshot; `arrived` is called when all is there. Rejected where that cannot be: nothing has been
// changed then.
export async function restore(load, createPyodideModule, options, arrived) {
  const { interpreter, snapshot } = fetched ?? fetchBoth();
  fetched = null;
  const [module, { about, header, pieces, files }] = await Promise.all([interpreter, snapshot]);
  arrived();
  const { indexURL } = options;
  const restoreFetch = answer({
    [`${indexURL}pyodide.asm.wasm`]: () => module,
    // The standard library is not needed yet: what is imported is in the snapshot.
    [`${indexURL}python_stdlib.zip`]: () => new Response(new Uint8Array(0)),
  });
  const { instantiate, instantiateStreaming } = WebAssembly;
  WebAssembly.instantiateStreaming = async (source, imports) => {
    const given = await source;
    if (!(given instanceof WebAssembly.Module)) return instantiateStreaming.call(WebAssembly, given, imports);
    return { module: given, instance: await instantiate.call(WebAssembly, given, imports) };
  };
  // The few bytes that Pyodide has of its own would wait for a thread that compiles the interpreter.
  WebAssembly.instantiate = async (source, imports) => {
    if (!(source.byteLength < SMALL)) return instantiate.call(WebAssembly, source, imports);
    const compiled = new WebAssembly.Module(source);
    return { module: compiled, instance: new WebAssembly.Instance(compiled, imports) };
  };
  let reject;
  const failure = new Promise((_, rejected) => { reject = rejected; });
  try {
    const pyodide = await Promise.race([failure, load({
      ...options,
      _loadSnapshot: header, // Pyodide checks it, and has no memory to copy then
      createPyodideModule: (settings) => {
        const { API, instantiateWasm } = settings;
        settings.instantiateWasm = (imports, receive) =>
          instantiateWasm(imports, (instance, instantiated) => {
            const { memory } = instance.exports;
            try {
              const fresh = checked(about, memory);
              const { restoreSnapshot } = API;
              API.restoreSnapshot = (given) => {
                fill(memory, about, pieces, fresh);
                intern(memory, about.interned, instance.exports.PyObject_Hash);
                pieces.length = 0; // functions that Pyodide keeps refer to it
                API.restoreSnapshot = restoreSnapshot;
                return restoreSnapshot(given);
              };
            } catch (error) {
              reject(error); // Pyodide would log it and wait for ever
              return;
            }
            receive(instance, instantiated);
          });
        return createPyodideModule(settings);
      },
    })]);
    const folders = new Set(files.map(([place]) => place.slice(0, place.lastIndexOf("/"))));
    for (const folder of folders) pyodide.FS.mkdirTree(folder);
    for (const [place, bytes] of files) pyodide.FS.writeFile(place, bytes);
    pyodide._module._sqlite3_randomness?.(0, 0); // its generator seeds itself anew
    const memorySnapshot = pyodide.pyimport("clientforms.browser.page.memory_snapshot");
    memorySnapshot.resume(about.isWhole);
    memorySnapshot.destroy();
    leaveOutPrelude(pyodide);
    return pyodide;
  } finally {
    restoreFetch();
    Object.assign(WebAssembly, { instantiate, instantiateStreaming });
  }
}

function fetchBoth() {
  const decompression = decoderAt(locate(DECODER));
  const fetchOne = (name, type, read, ...turns) =>
    fetchUnpacked(locate(name), shipped.versions[name], shipped.sizes?.[name], type, read, decompression, ...turns);
  // The interpreter first: it is compiled in another thread, while the snapshot is decompressed.
  let isThrough;
  const first = new Promise((resolve) => { isThrough = resolve; });
  const compile = (response) => WebAssembly.compileStreaming(response);
  const interpreter = fetchOne(INTERPRETER, "application/wasm", compile, isThrough);
  interpreter.catch(isThrough);
  const snapshot = fetchOne(SNAPSHOT, "application/octet-stream", bytesOf, () => {}, first).then(unpack);
  for (const each of [snapshot, interpreter]) each.catch(() => {}); // they are awaited later
  return { snapshot, interpreter };
}

function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const about = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let from = 4 + length;
  const take = ([place, size]) => [place, new Uint8Array(buffer, (from += size) - size, size)];
  const [[, header], ...pieces] = about.places.map(take);
  return { about, header: header.slice(), pieces, files: about.files.map(take) }; // a copy is aligned
}

// Before the first script, PyScript runs a program that writes its Python package and imports it. The
// package came with the snapshot: it is imported where somebody asks for it.
const PRELUDE = ["import os as _os\nfrom pathlib import Path as _Path\n_path = None\n_path = _Path(\"./pyscript\")\n",
  "import pyscript as _pyscript\ndel _Path\ndel _path\ndel _os\ndel _pyscript\n"];

function leaveOutPrelude(pyodide) {
  const [begins, ends] = PRELUDE;
  for (const name of ["runPython", "runPythonAsync"]) {
    const run = pyodide[name];
    pyodide[name] = (code, ...given) => {
      const end = typeof code === "string" && code.startsWith(begins) ? code.indexOf(ends) : -1;
      const rest = end < 0 ? code : code.slice(end + ends.length);
      if (end >= 0 && !rest.trim()) return name === "runPython" ? undefined : Promise.resolve();
      return run.call(pyodide, rest, ...given);
    };
  }
}

// Return what the memory holds before anything has run, and make the memory larger than it was: growing
// it while Python runs takes time, and browsers have got it wrong (WebKit 26.2 and Chrome 91 did: "out of
// bounds memory access").
function checked(about, memory) {
  const fresh = new Uint32Array(memory.buffer.slice(0, about.same * 4));
  let check = 0;
  for (let index = 0; index < fresh.length; index++) {
    check = Math.imul(check, 31) + fresh[index] | 0;
  }
  // The last is that of the interpreter without some modules.
  const fits = about.checks.indexOf(check);
  if (fits < 0) throw new Error("it was taken with another build of Pyodide");
  const growTo = (size) => memory.grow(Math.max(0, Math.ceil((size - memory.buffer.byteLength) / PAGE)));
  try {
    growTo(about.memory + ROOM);
  } catch { // there may be enough for less
    growTo(about.memory);
  }
  about.isWhole = fits === 0;
  return fresh;
}

// Put the snapshot into the memory, the zeros between its pieces too, and undo the XOR.
function fill(memory, about, pieces, fresh) {
  const heap = new Uint8Array(memory.buffer);
  let end = 0;
  for (const [place, bytes] of pieces) {
    const start = place - about.offset;
    heap.fill(0, end, start);
    heap.set(bytes, start);
    end = start + bytes.length;
  }
  heap.fill(0, end, about.length - about.offset);
  const words = new Uint32Array(memory.buffer, 0, fresh.length);
  for (let index = 0; index < fresh.length; index++) words[index] ^= fresh[index];
}

// Work out the hashes of interned strings, and CPython's table of them (dictobject.c), which were left out. Of each
// string there is how far it is from the one before.
function intern(memory, { size, indices, entries, count }, hashOf) {
  const table = new Int32Array(memory.buffer, indices, size).fill(-1);
  const pairs = new Uint32Array(memory.buffer, entries, count * 2);
  const distances = pairs.slice(0, count);
  for (let index = 0, address = 0; index < count; index++) {
    address += distances[index];
    pairs[index * 2] = pairs[index * 2 + 1] = address;
    let perturb = hashOf(address) >>> 0;
    let slot = perturb & size - 1;
    while (table[slot] !== -1) {
      perturb >>>= 5;
      slot = Math.imul(slot, 5) + perturb + 1 & size - 1;
    }
    table[slot] = index;
  }
}

// Let fetch() give these answers, until what is returned is called.
function answer(answers) {
  const { fetch } = globalThis;
  const wrapper = (...given) => {
    const answered = answers[String(given[0]?.url ?? given[0])];
    return answered ? Promise.resolve(answered()) : fetch(...given);
  };
  globalThis.fetch = wrapper;
  return () => { if (globalThis.fetch === wrapper) globalThis.fetch = fetch; };
}
