// Leaves out of Pyodide's interpreter what no page calls, under Node:
//
//     node wasm_trimming.js BINARYEN GIVEN WANTED UNNEEDED SCRIPT…
//
// GIVEN and WANTED are files of WebAssembly, BINARYEN is the folder of that package. UNNEEDED is JSON with
// exports, entries of the table of functions, and ranges of the memory, that go, too (wasm_reachability.py). Pyodide exports
// all of C's functions, for libraries that are loaded later. Pages load none, and each export costs time
// at every start. What one of the SCRIPTs names stays exported. Then go the functions that nothing calls
// any more, and the imports that only they used.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

// What Pyodide's build uses. Of newer features binaryen would use their shorter encodings too, which not
// every browser reads.
const FEATURES = ["MutableGlobals", "NontrappingFPToInt", "SignExt", "BulkMemory", "BulkMemoryOpt",
  "ExceptionHandling", "ReferenceTypes", "Multivalue", "CallIndirectOverlong"];

async function main([folder, given, wanted, unneeded, ...scripts]) {
  const { default: binaryen } = await import(pathToFileURL(path.resolve(folder, "index.js")));
  const named = new Set(scripts.flatMap((script) => fs.readFileSync(script, "utf8").match(/[\w$]+/g)));
  const { exports, entries, ranges } = JSON.parse(fs.readFileSync(unneeded, "utf8"));
  const module = binaryen.readBinary(fs.readFileSync(given));
  module.setFeatures(FEATURES.reduce((all, name) => all | binaryen.Features[name], 0));
  const others = new Set(exports);
  const plain = new Set([binaryen.ExternalFunction, binaryen.ExternalGlobal]);
  const exported = Array.from({ length: module.getNumExports() }, (_, index) =>
    binaryen.getExportInfo(module.getExportByIndex(index)));
  for (const { kind, name } of exported) {
    // Scripts call the function `name` as `_name`.
    const isNamed = named.has(name) || named.has(`_${name}`);
    if (plain.has(kind) && (!isNamed || others.has(name))) module.removeExport(name);
  }
  if (!module.validate()) throw new Error(`${given} uses what is not among the features known here`);
  if (entries.length) withoutEntries(binaryen, module, new Set(entries));
  if (ranges.length) withoutData(binaryen, module, ranges);
  module.runPasses(["remove-unused-module-elements"]);
  fs.writeFileSync(wanted, module.emitBinary());
}

// The entries keep their numbers. What is there if it were called after all ends Python, as a fault in C would.
function withoutEntries(binaryen, module, unneeded) {
  const { name, table, data } = binaryen.getElementSegmentInfo(module.getElementSegmentByIndex(0));
  const names = Array.from(data, (entry, index) => unneeded.has(index + 1) ? "left out" : entry);
  module.addFunction("left out", binaryen.none, binaryen.none, [], module.unreachable());
  module.removeElementSegment(name);
  module.addActiveElementSegment(table, name, names, module.i32.const(1));
}

function withoutData(binaryen, module, ranges) {
  const { initial, max } = module.getMemoryInfo();
  const segments = Array.from({ length: module.getNumDataSegments() }, (_, index) => {
    const { offset, data } = module.getDataSegmentInfo(module.getDataSegmentByIndex(index));
    return { start: offset, bytes: new Uint8Array(data) };
  });
  const memory = new Uint8Array(Math.max(...segments.map(({ start, bytes }) => start + bytes.length)));
  for (const { start, bytes } of segments) memory.set(bytes, start);
  for (const [start, end] of ranges) memory.fill(0, start, end);
  module.setMemory(initial, max, null, [{ offset: module.i32.const(0), data: memory }]);
  module.runPasses(["memory-packing"]); // leaves out zeros
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message ?? error);
  process.exitCode = 1;
});
