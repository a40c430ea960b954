// Starts Pyodide from the memory snapshot that set-up took (app/clientforms/builder/snapshot.js), and
// hands it the interpreter that set-up compressed. Both are fetched as soon as this module is there.
//
// A snapshot is, compressed as Zstandard: the length of what follows (32 bits, little-endian), JSON
// about the rest, and the pieces that are not zero of Pyodide's own snapshot, whose memory was XORed
// with that of an instance in which nothing has run. It is JavaScript because it runs before Python.

import { fetchDecoder } from "./zstd.js";

// A page of one file says where in itself they are (app/clientforms/builder/single_file.js).
const locate = (globalThis.clientforms ??= {}).locate ??=
  ((runtime) => (name) => runtime + name)(new URL("./runtime/", import.meta.url).href);
const SNAPSHOT = locate("snapshot.data");
const INTERPRETER = locate("pyodide/pyodide.asm.data");
const DECODER = locate("zstddec.wasm");
const PAGE = 65536; // of WebAssembly's memory

const { snapshot, interpreter } = fetchBoth();

// Start Pyodide from the snapshot. Rejected where that cannot be: nothing has been changed then.
export async function restore(load, createPyodideModule, options) {
  const [module, { content, about }] = await Promise.all([interpreter, snapshot]);
  const { indexURL } = options;
  const restoreFetch = answer({
    [`${indexURL}pyodide.asm.wasm`]: () => module,
    // The standard library is not needed yet: what is imported is in the snapshot.
    [`${indexURL}python_stdlib.zip`]: () => new Response(new Uint8Array(0)),
  });
  const streaming = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (source, imports) => {
    const given = await source;
    if (!(given instanceof WebAssembly.Module)) return streaming.call(WebAssembly, given, imports);
    return { module: given, instance: await WebAssembly.instantiate(given, imports) };
  };
  let reject;
  const failure = new Promise((_, rejected) => { reject = rejected; });
  try {
    const pyodide = await Promise.race([failure, load({
      ...options,
      _loadSnapshot: content,
      createPyodideModule: (settings) => {
        const { instantiateWasm } = settings;
        settings.instantiateWasm = (imports, receive) =>
          instantiateWasm(imports, (instance, instantiated) => {
            try {
              complete(content, about, instance.exports.memory);
            } catch (error) {
              reject(error); // Pyodide would log it and wait for ever
              return;
            }
            receive(instance, instantiated);
          });
        return createPyodideModule(settings);
      },
    })]);
    for (const [place, text] of about.files) {
      pyodide.FS.mkdirTree(place.slice(0, place.lastIndexOf("/")));
      pyodide.FS.writeFile(place, Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
    }
    pyodide._module._sqlite3_randomness?.(0, 0); // its generator seeds itself anew
    pyodide.runPython("from clientforms.browser import snapshot; snapshot.resume(); del snapshot");
    return pyodide;
  } finally {
    restoreFetch();
    WebAssembly.instantiateStreaming = streaming;
  }
}

function fetchBoth() {
  const decompression = fetchDecoder(DECODER);
  // The interpreter first: it is compiled in another thread, while the snapshot is decompressed.
  let isThrough;
  const first = new Promise((resolve) => { isThrough = resolve; });
  const interpreter = decompressed(INTERPRETER, decompression).then((stream) => {
    const body = stream.pipeThrough(new TransformStream({ flush: isThrough }));
    return WebAssembly.compileStreaming(
      new Response(body, { headers: { "Content-Type": "application/wasm" } }));
  });
  interpreter.catch(isThrough);
  const snapshot = decompressed(SNAPSHOT, decompression, first)
    .then((stream) => new Response(stream).arrayBuffer()).then(unpack);
  for (const each of [snapshot, interpreter]) each.catch(() => {}); // they are awaited later
  return { snapshot, interpreter };
}

async function decompressed(url, decompression, previous) {
  const decompressed = decompression(); // fails in an old browser, before the fetch
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: the server answered ${response.status}`);
  await previous;
  return response.body.pipeThrough(decompressed);
}

function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const about = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const content = new Uint8Array(about.length);
  let from = 4 + length;
  for (const [place, size] of about.places) {
    content.set(new Uint8Array(buffer, from, size), place);
    from += size;
  }
  return { content, about };
}

// Undo the XOR, and make the memory as large as it was. Pyodide copies the snapshot into it later.
function complete(content, about, memory) {
  const fresh = new Uint32Array(memory.buffer, 0, about.same);
  let check = 0;
  for (let index = 0; index < fresh.length; index++) {
    check = Math.imul(check, 31) + fresh[index] | 0;
  }
  if (check !== about.check) throw new Error("it was taken with another build of Pyodide");
  const heap = new Uint32Array(content.buffer, about.offset, about.same);
  for (let index = 0; index < fresh.length; index++) heap[index] ^= fresh[index];
  const missing = about.memory - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
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
