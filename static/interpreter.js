// The interpreter that pyscript.toml names: Pyodide, from files beside this one, with Django and
// clientforms. PyScript imports it and calls loadPyodide(). It is JavaScript because it runs before
// Python.

import { loadPyodide as load, version } from "./runtime/pyodide/pyodide.js";
import createPyodideModule from "./runtime/pyodide/pyodide.asm.js";
import { guarded } from "./clobbering.js";
import { watchOver } from "./died.js";
import "./keeping.js"; // what outlives Python
import "./rows.js"; // what Python calls for many rows at once
import { restore } from "./snapshot.js";
import "./submits.js"; // what Python answers when a form is submitted
import { forget } from "./unpacked.js";

export { version };

const { locate } = globalThis.clientforms; // Python finds more to load by it
const SITE_PACKAGES = "/lib/python3.14/site-packages";
const REPAIR = globalThis.clientforms.repair?.() ?? "Put the whole site there again, as built."; // boot.js may be missing

// Pyodide installs packages by this list. The page brings its own, so the list is empty.
const NO_PACKAGES = {
  info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2" },
  packages: {},
};

if (!globalThis.clientforms.ready) doWithoutBoot();

// Python answers {value} or {error}; an exception of its own would reach the caller as a PythonError whose
// message is a traceback.
globalThis.clientforms.checked = (call) => (...given) => {
  const answer = call(...given);
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer.value;
};

// Where Python writes, until PyScript says where.
const streams = { stdout: console.log.bind(console), stderr: console.error.bind(console) };

// Python starts while PyScript does, which asks for it later. Who saves data is asked before.
let started = globalThis.clientforms.wanted ? null : start();

export async function loadPyodide({ stdout, stderr }) {
  Object.assign(streams, { stdout, stderr });
  await globalThis.clientforms.wanted;
  report(0.15);
  const language = fetchLanguage();
  const pyodide = await (started ?? start());
  started = null;
  watchOver(pyodide);
  (window.clientforms ??= {}).language = unpacked(pyodide, await language);
  report(0.7);
  return pyodide;
}

function start() {
  const options = {
    stdout: (...given) => streams.stdout(...given),
    stderr: (...given) => streams.stderr(...given),
    indexURL: locate("pyodide/"),
    lockFileContents: NO_PACKAGES,
  };
  const starting = restore(load, createGuarded, options, () => report(0.5)).catch((error) => {
    if (globalThis.clientforms.hasStayed) return new Promise(() => {}); // the visitor goes on without Python
    console.warn(`clientforms: Python starts without its snapshot, which takes longer. ${error}`);
    forget();
    return startPlainly(options);
  });
  starting.catch(() => {}); // it is awaited later
  return starting;
}

// Pyodide's own start, and all that the snapshot would have held: slower, but it asks less of a browser.
async function startPlainly(options) {
  const archives = ["site-packages.zip", "clientforms.zip"].map(fetchFile);
  for (const archive of archives) archive.catch(() => {}); // awaited below, after Python
  const streaming = acceptAnyType();
  // Given, or Pyodide would ask for a file called .mjs, which some servers mistype.
  const loading = load({ ...options, createPyodideModule: createGuarded });
  const pyodide = await Promise.race([loading, streaming.failure]).finally(streaming.restore);
  report(0.5);
  for (const archive of archives) {
    pyodide.unpackArchive(await archive, "zip", { extractDir: SITE_PACKAGES });
  }
  return pyodide;
}

function createGuarded(settings) {
  const { instantiateWasm } = settings;
  settings.instantiateWasm = (imports, receive) => instantiateWasm(guarded(imports), receive);
  return createPyodideModule(settings);
}

function report(value) {
  window.dispatchEvent(new CustomEvent("clientforms:progress", { detail: { value } }));
}

// The language of the page, <html data-language> or else <html lang>, as Django calls it, and the
// archive with its catalogs and formats. English is in Django's own, and is what all else falls to.
async function fetchLanguage() {
  const { dataset, lang } = document.documentElement;
  const asked = (dataset.language || lang || "en").trim().toLowerCase().replaceAll("_", "-");
  if (/^en(-us)?$/.test(asked)) return { code: "en" };
  try {
    const table = JSON.parse(new TextDecoder().decode(await fetchFile("languages/languages.json")));
    for (let known = asked; known; known = known.slice(0, Math.max(0, known.lastIndexOf("-")))) {
      const code = Object.hasOwn(table, known) && table[known];
      if (code) return { code, archive: code !== "en" && await fetchFile(`languages/${code}.zip`) };
    }
    throw new Error(`Django knows no language “${asked}”.`);
  } catch (error) {
    return doInEnglish(error);
  }
}

function doInEnglish(error) {
  console.warn(`clientforms: ${error.message} The forms are in English.`);
  return { code: "en" };
}

// Unpacks the archive of a language, if there is one, and returns the code of the language that there is then.
function unpacked(pyodide, { code, archive }) {
  try {
    if (archive) unpackLanguage(pyodide, archive);
    return code;
  } catch (error) { // it is damaged
    return doInEnglish(error).code;
  }
}

// Pyodide's own unpackArchive() would import what the snapshot has not.
function unpackLanguage(pyodide, archive) {
  const place = `${SITE_PACKAGES}/language.zip`;
  pyodide.FS.writeFile(place, new Uint8Array(archive));
  pyodide.runPython(
    `from clientforms.browser.page.late_imports import unpack; unpack("${place}", "${SITE_PACKAGES}"); del unpack`,
  );
}

async function fetchFile(name) {
  const url = locate(name);
  const response = await fetch(url).catch((error) => failed(url, error.message));
  if (!response.ok) failed(url, `the server answered ${response.status}`);
  return response.arrayBuffer();
}

function failed(url, reason) {
  throw Object.assign(new Error(`${url} could not be loaded: ${reason}.`), { remedy: REPAIR });
}

// WebAssembly's streaming compiler wants application/wasm. Where a server sends another type, or the
// file is not there, Pyodide logs a line and waits for ever: compiling from the bytes does not mind
// types, and `failure` is rejected for the rest.
function acceptAnyType() {
  const streaming = WebAssembly.instantiateStreaming;
  let reject;
  const failure = new Promise((_, rejected) => { reject = rejected; });
  failure.catch(() => {}); // nobody may be waiting any more
  const instantiate = async (source, imports) => {
    const response = await source;
    if (!response.ok) failed(response.url, `the server answered ${response.status}`);
    report(0.4);
    const type = response.headers.get("Content-Type") ?? "";
    if (streaming && type.split(";")[0].trim() === "application/wasm") {
      return streaming.call(WebAssembly, response, imports);
    }
    return WebAssembly.instantiate(await response.arrayBuffer(), imports);
  };
  WebAssembly.instantiateStreaming = (source, imports) => {
    const instance = instantiate(source, imports);
    instance.catch((error) => reject(Object.assign(error, { remedy: REPAIR })));
    return instance;
  };
  return { failure, restore: () => { WebAssembly.instantiateStreaming = streaming; } };
}

// What boot.js says of other files is said of it, by a built page itself. The forms become live without it; until
// then, nothing holds what is pressed.
function doWithoutBoot() {
  const what = `${new URL("./boot.js", import.meta.url)} could not be loaded.`;
  console.error(`clientforms: ${what} ${REPAIR}`);
  const panel = document.querySelector("[data-boot-error]");
  if (panel?.hidden) Object.assign(panel, { textContent: "A file of this page could not be loaded. Reload the page.", lang: "en", dir: "ltr", hidden: false });
  document.addEventListener("clientforms:ready", () => {
    for (const each of document.querySelectorAll(".boot")) each.hidden = true;
  }, { once: true });
}
