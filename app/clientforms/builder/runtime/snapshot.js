// Takes the memory snapshot that pages start from, under Node, with Pyodide's own means:
//
//     node snapshot.js KIND RUNTIME_FOLDER SOURCES INTERPRETER PATH…
//
// KIND is "forms", or "models" for a snapshot that has Django's models, too (models_snapshot.py), or "site" for
// one with all that a Django site needs (site_snapshot.py).
// RUNTIME_FOLDER holds the archives and PyScript already; of the PATHs below SOURCES clientforms.zip is
// made. INTERPRETER is a folder with the Pyodide that pages run, its variant without some modules, small.wasm, and
// left_out.json, which names these. Writes snapshot.raw, whose form
// static/snapshot.js describes, seldom.zip with modules that it has not, and modules.json with the names of
// those that it has.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const SITE_PACKAGES = "/lib/python3.14/site-packages";
const WITH_ARCHIVE = ["tzdata", "django/views"].map((name) => `${SITE_PACKAGES}/${name}`);
const PAGE = 65536; // of WebAssembly's memory
const BLOCK = 1024; // bytes: left out if all are zero
const IMMORTAL = 5 << 28; // CPython's _Py_IMMORTAL_INITIAL_REFCNT where pointers have 32 bits

// In Python, in which `sources`, `site_packages`, `wanted` and `pyscript` are given: installs Django,
// clientforms and PyScript's package. PyScript writes that into the page's files, by a program that holds them
// all, and imports it: that takes longer than all else it does, and is left out (static/snapshot.js).
const INSTALL = `
import importlib.util, py_compile, sys, zipfile, zipimport
from importlib._bootstrap_external import SourceLoader, _code_to_hash_pyc
from pathlib import Path

usual = SourceLoader.source_to_code
sys.path.insert(0, f"{sources}/clientforms/builder/runtime")
import lean_code
del sys.path[0]
lean_code.compile_lean(one_line=False)

packages = "/runtime/site-packages.zip"
for name, entry in zipimport._read_directory(packages).items(): # zipfile would leave a codec behind
    if entry:
        place = Path(site_packages, name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(zipimport._get_data(packages, entry))
for name, source in pyscript.items():
    place = Path(site_packages, "pyscript", name)
    place.parent.mkdir(exist_ok=True)
    code = SourceLoader().source_to_code(source.encode(), str(place), _optimize=2)
    place.with_suffix(".pyc").write_bytes(
        _code_to_hash_pyc(code, importlib.util.source_hash(source.encode()), False)
    )
with zipfile.ZipFile("/runtime/clientforms.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
    for name in wanted:
        place = Path(site_packages, name).with_suffix(".pyc")
        place.parent.mkdir(parents=True, exist_ok=True)
        py_compile.compile(
            f"{sources}/{name}", str(place), f"{site_packages}/{name}", doraise=True, optimize=2,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        info = zipfile.ZipInfo(str(place.relative_to(site_packages)), (1980, 1, 1, 0, 0, 0))
        info.external_attr, info.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
        packed.writestr(info, place.read_bytes())
SourceLoader.source_to_code = usual
`;

// Imports clientforms and with it Django, and writes what is left out of clientforms. In Python.
const PREPARE = {
  forms: `
import sys
sys.path.insert(0, "/sources/clientforms/builder/runtime")
import omitted_modules
del sys.path[0], sys.modules["omitted_modules"]
omitted_modules.stand_in("${SITE_PACKAGES}")
from clientforms.browser.page import late_imports, memory_snapshot as snapshot
snapshot.prepare()
omitted_modules.take_away()
seldom = omitted_modules.pack("/runtime/seldom.zip", "${SITE_PACKAGES}", "clientforms", "pyscript")
omitted_modules.forget(late_imports.LateModule, late_imports.late_object, late_imports.LateMapping)
late_imports.install(seldom, left_out)
del left_out, late_imports, omitted_modules, seldom, snapshot
`,
  models: `
import sys
sys.path.insert(0, "/sources/clientforms/builder/runtime")
import omitted_modules, models_snapshot
del sys.path[0], sys.modules["omitted_modules"], sys.modules["models_snapshot"]
from clientforms.browser.page import django_settings as settings, late_imports, memory_snapshot as snapshot
settings.configure()
late_imports.unpack("/runtime/contrib.zip")
models_snapshot.import_all("${SITE_PACKAGES}")
snapshot.prepare()
seldom = omitted_modules.pack("/runtime/seldom.zip", "${SITE_PACKAGES}", "clientforms", "pyscript")
omitted_modules.forget(late_imports.LateModule, late_imports.late_object, late_imports.LateMapping, models_snapshot.KEPT)
late_imports.install(seldom, left_out)
del left_out, late_imports, omitted_modules, seldom, settings, snapshot, models_snapshot
`,
  site: `
import sys
sys.path.insert(0, "/sources/clientforms/builder/runtime")
import omitted_modules, site_snapshot
del sys.path[0], sys.modules["omitted_modules"], sys.modules["site_snapshot"]
from clientforms.browser.page import django_settings as settings, late_imports, memory_snapshot as snapshot
late_imports.unpack("/runtime/contrib.zip")
late_imports.unpack("/runtime/site.zip")
own = __import__("pathlib").Path("/sources/clientforms")
site_snapshot.compile_server("${SITE_PACKAGES}", own)
settings.configure(**site_snapshot.configure())
site_snapshot.import_all("${SITE_PACKAGES}", own)
snapshot.prepare()
seldom = omitted_modules.pack("/runtime/seldom.zip", "${SITE_PACKAGES}", "clientforms", "pyscript")
omitted_modules.forget(late_imports.LateModule, late_imports.late_object, late_imports.LateMapping, site_snapshot.KEPT)
late_imports.install(seldom, left_out)
del left_out, late_imports, omitted_modules, own, seldom, settings, snapshot, site_snapshot
`,
};

// Prepares what each start runs before a page's own code. In Python.
const KNOW = `
import sys
sys.path.insert(0, "/sources/clientforms/builder/runtime")
import _pyodide._base, known_code, pyodide._package_loader, start_scripts
del sys.path[0], sys.modules["known_code"], sys.modules["start_scripts"]
known_code.prepare(_pyodide._base, pyodide._package_loader, [start_scripts.START, start_scripts.UNPACK])
del _pyodide, known_code, pyodide, start_scripts
`;

// The modules of PyScript's package: a literal in its core, name to source.
function pyscriptPackage(folder) {
  const core = fs.readdirSync(folder).find((name) => /^core-.*\.js$/.test(name));
  const text = fs.readFileSync(path.join(folder, core), "utf8");
  const start = text.indexOf('{pyscript:{"__init__.py":');
  const end = text.indexOf("}})", start);
  if (start < 0 || end < 0) throw new Error(`${core} does not hold PyScript's package as it used to`);
  return new Function(`return ${text.slice(start, end + 2)}.pyscript`)();
}

async function main([kind, runtime, sources, interpreter, ...wanted]) {
  const pyodideFolder = path.resolve(interpreter);
  const { loadPyodide } = await import(pathToFileURL(path.join(pyodideFolder, "pyodide.mjs")));
  const { default: create } = await import(pathToFileURL(path.join(pyodideFolder, "pyodide.asm.mjs")));
  let fresh; // the memory of an instance in which nothing has run
  const pyodide = await loadPyodide({
    _makeSnapshot: true,
    indexURL: pyodideFolder,
    stdLibURL: path.resolve(runtime, "pyodide", "python_stdlib.zip"),
    env: { PYTHONHASHSEED: "0", PYTHONNODEBUGRANGES: "1" },
    createPyodideModule(settings) {
      const { instantiateWasm } = settings;
      settings.instantiateWasm = (imports, receive) =>
        instantiateWasm(imports, (instance, module) => {
          fresh = new Uint32Array(instance.exports.memory.buffer.slice(0));
          receive(instance, module);
        });
      return create(settings);
    },
  });
  // What clientforms takes from the page as it is imported. The snapshot notes only their names.
  globalThis.document = {};
  globalThis.window = {};
  pyodide.mountNodeFS("/runtime", path.resolve(runtime));
  pyodide.mountNodeFS("/sources", path.resolve(sources));
  const names = pyodide.runPython("dict")();
  const pyscript = pyscriptPackage(path.join(runtime, "pyscript"));
  names.update(pyodide.toPy({ sources: "/sources", site_packages: SITE_PACKAGES, wanted, pyscript }));
  pyodide.runPython(`
import sys
before = set(sys.modules)
${INSTALL}
for name in set(sys.modules) - before: # what took part in that only
    del sys.modules[name]
`, { globals: names });
  names.destroy();
  const leftOut = JSON.parse(fs.readFileSync(path.join(pyodideFolder, "left_out.json"), "utf8"));
  pyodide.globals.set("left_out", pyodide.toPy(leftOut));
  pyodide.runPython(PREPARE[kind]);
  pyodide.runPython(KNOW);
  const modules = pyodide.runPython(`"\\n".join(sorted(__import__("sys").modules))`).split("\n");
  const files = filesOf(pyodide.FS, SITE_PACKAGES);
  const module = pyodide._module;
  pyodide.FS.unmount("/runtime");
  pyodide.FS.unmount("/sources");
  // What is in the snapshot stays for as long as a page does: Python need not look through it for garbage.
  pyodide.runPython("import gc; gc.collect(); gc.collect(); del gc");
  const scratch = pyodide.toPy({});
  const internedAt = pyodide.runPython(INTERNED, { globals: scratch });
  scratch.destroy();
  makeImmortal(pyodide, kind);
  pyodide.runPython("import gc; gc.collect(); gc.freeze(); del gc"); // what that took is given back, too
  clearFreeMemory(module);
  const interned = withoutHashes(module.HEAPU32, internedAt);
  const snapshot = pyodide.makeMemorySnapshot();
  const payload = pack(snapshot, [fresh, freshMemory(path.join(pyodideFolder, "small.wasm"))], interned, files, module._sbrk(0));
  fs.writeFileSync(path.resolve(runtime, "snapshot.raw"), payload);
  fs.writeFileSync(path.resolve(runtime, "modules.json"), JSON.stringify(modules));
}

// Of the packages' files those that are no modules: templates, and the formats of English. The others come
// with the archive: time zones, what django.views shows, licences.
function filesOf(FS, folder) {
  const found = [];
  for (const name of FS.readdir(folder).sort()) {
    const place = `${folder}/${name}`;
    if ([".", "..", "license.txt"].includes(name) || WITH_ARCHIVE.includes(place)) continue;
    if (FS.isDir(FS.stat(place).mode)) found.push(...filesOf(FS, place));
    else if (!name.endsWith(".pyc")) found.push([place, FS.readFile(place)]);
  }
  return found;
}

// In Python: the addresses of all objects that modules refer to, and of those that the garbage collector lists. If
// `weighed`, also JSON with the address of each, and the module that defines it or is the first to refer to it.
const REACHABLE = `
import gc, sys
from types import CodeType, FunctionType, ModuleType

def owned(each, owner):
    # By type(), because the class that a lazy object claims to have is looked up in what it stands for.
    kind = type(each)
    if issubclass(kind, ModuleType):
        return ModuleType.__getattribute__(each, "__dict__")["__name__"]
    if issubclass(kind, type | FunctionType):
        own = each.__dict__.get("__module__") if issubclass(kind, type) else each.__module__
        return own if isinstance(own, str) and own in sys.modules else owner
    return owner

def reachable():
    seen, listed, told = {id(sys.modules)}, [], []
    waiting, owners = [sys.modules], ["sys"]
    while waiting:
        each = waiting.pop()
        if gc.is_tracked(each):
            listed.append(id(each))
        if type(each) is CodeType: # of which the collector knows no referents
            others = [
                each.co_consts, each.co_names, each.co_filename, each.co_name, each.co_qualname,
                each.co_linetable, each.co_exceptiontable,
            ]
        else:
            others = gc.get_referents(each)
        others = {id(other): other for other in others if id(other) not in seen}
        seen.update(others)
        waiting += others.values()
        if weighed:
            owner = owned(each, owners.pop())
            told.append((id(each), owner))
            owners += [owner] * len(others)
    return list(seen), listed, __import__("json").dumps(told) if weighed else ""

reachable()
`;

// Gives each object one and the same reference count, that of objects that are never freed, and takes it off the
// collector's lists, as CPython does with immortal objects: counts and lists are a fourteenth of the compressed
// snapshot. Nothing in the snapshot is ever garbage.
function makeImmortal(pyodide, kind) {
  const folder = process.env.CLIENTFORMS_OBJECTS; // of benchmarks/weigh.py
  const names = pyodide.toPy({ weighed: Boolean(folder) });
  const answer = pyodide.runPython(REACHABLE, { globals: names });
  const [all, listed, told] = answer.toJs();
  for (const each of [answer, names]) each.destroy();
  if (folder) fs.writeFileSync(path.join(folder, `${kind}.json`), told);
  const heap = pyodide._module.HEAPU32;
  const [NEXT, PREVIOUS, FLAGS] = [-2, -1, 3]; // before an object: its neighbours in the list, with flags
  const join = (place, to) => { heap[place] = to | heap[place] & FLAGS; };
  for (const address of listed) {
    const [next, previous] = [NEXT, PREVIOUS].map((which) => heap[address / 4 + which] & ~FLAGS);
    join(previous / 4, next);
    join(next / 4 + 1, previous);
    heap[address / 4 + NEXT] = heap[address / 4 + PREVIOUS] = 0;
  }
  for (const address of all) heap[address / 4] = Math.max(heap[address / 4], IMMORTAL);
}

// In Python: the address of the dictionary of all interned strings, in which each is its own value.
const INTERNED = `
import gc
[found] = [
    id(each) for each in gc.get_objects()
    if type(each) is dict and len(each) > 10_000 and all(key is value for key, value in each.items())
]
found
`;

// Leaves out of memory what a page can work out in a few milliseconds, and what no compression makes smaller: the
// hashes of the interned strings, and the table of them by hash. Of each string stays how far it is from the one
// before. Returns where static/snapshot.js finds that. Layouts are CPython's: PyDictObject, PyDictKeysObject (of
// which all keys are strings), PyASCIIObject.
function withoutHashes(heap, dictionary) {
  const [USED, KEYS, HASH, UNKNOWN, HEADER] = [2, 6, 3, 0xffffffff, 20];
  const keys = heap[dictionary / 4 + KEYS];
  const indices = keys + HEADER;
  const size = 1 << new Uint8Array(heap.buffer)[keys + 4]; // of the table
  const width = (1 << new Uint8Array(heap.buffer)[keys + 5]) / size; // of an index, in bytes
  const entries = (indices + size * width) / 4;
  const count = heap[keys / 4 + 4];
  const pairs = heap.subarray(entries, entries + count * 2);
  const strings = pairs.filter((_, index) => index % 2 === 0).filter(Boolean).sort();
  if (width !== 4 || strings.length !== heap[dictionary / 4 + USED]) throw new Error("Python keeps interned strings in another way");
  heap.fill(0, indices / 4, entries);
  pairs.fill(0);
  strings.forEach((address, index) => {
    heap[address / 4 + HASH] = UNKNOWN;
    pairs[index] = address - (strings[index - 1] ?? 0);
  });
  heap[keys / 4 + 4] = strings.length; // those that were removed left gaps
  heap[keys / 4 + 3] += count - strings.length;
  return { size, indices, entries: entries * 4, count: strings.length };
}

// What was freed still holds what it held. Takes all of it, in pieces as large as can be had, fills
// it with zeros and gives it back; and so with the stack below its end.
function clearFreeMemory(module) {
  module._malloc_trim(0);
  module._malloc_set_footprint_limit(module._malloc_footprint());
  const pieces = [];
  for (let size = 1 << 24; size >= 8; size = size > 64 ? (size * 3) >> 2 & ~7 : size - 8) {
    for (let piece = module._malloc(size); piece; piece = module._malloc(size)) {
      module.HEAPU8.fill(0, piece, piece + size);
      pieces.push(piece);
    }
  }
  for (const piece of pieces) module._free(piece);
  module._malloc_set_footprint_limit(0xffffffff);
  module._malloc_trim(0);
  const pointer = module._emscripten_stack_get_current();
  module.HEAPU8.fill(0, module._emscripten_stack_get_end(), pointer);
}

// The memory of an instance of the interpreter `file` in which nothing has run.
function freshMemory(file) {
  const module = new WebAssembly.Module(fs.readFileSync(file));
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = kind === "function" ? () => 0 : new WebAssembly.Global({ value: "i32", mutable: true }, 0);
  }
  const { exports } = new WebAssembly.Instance(module, imports);
  return new Uint32Array(exports.memory.buffer.slice(0));
}

// `end` is that of the heap: what follows was taken to make the snapshot, and given back. A snapshot fits each interpreter whose `memories` differ only in what Python has not changed: XORed, that is zero.
function pack(snapshot, memories, interned, files, end) {
  const [fresh] = memories;
  const offset = new Uint32Array(snapshot.buffer, snapshot.byteOffset, 2)[1];
  const heap = new Uint32Array(snapshot.slice(offset).buffer);
  let used = heap.length;
  while (used && heap[used - 1] === 0) used--;
  used = Math.ceil(used * 4 / BLOCK) * BLOCK / 4;
  let same = fresh.length;
  while (same && fresh[same - 1] === 0) same--;
  const checks = memories.map((memory) =>
    memory.subarray(0, same).reduce((check, word) => Math.imul(check, 31) + word | 0, 0));
  for (let index = 0; index < same; index++) heap[index] ^= fresh[index];
  const pieces = [snapshot.subarray(0, offset)];
  const places = [[0, offset]]; // of the pieces, in the snapshot
  for (let start = 0; start < used;) {
    let end = start;
    while (end < used && heap.subarray(end, end + BLOCK / 4).some(Boolean)) end += BLOCK / 4;
    if (end > start) {
      pieces.push(new Uint8Array(heap.buffer, start * 4, (end - start) * 4));
      places.push([offset + start * 4, (end - start) * 4]);
    }
    start = end + BLOCK / 4;
  }
  const about = {
    offset, length: offset + used * 4, memory: Math.ceil(Math.max(end, used * 4) / PAGE) * PAGE, same, checks, interned, places,
    files: files.map(([place, content]) => [place, content.length]),
  };
  const text = Buffer.from(JSON.stringify(about), "utf8");
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, ...pieces, ...files.map(([, content]) => content)]);
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error) => {
    console.error(String(error));
    process.exit(1);
  },
);
