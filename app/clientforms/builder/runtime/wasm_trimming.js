// Leaves out of Pyodide's interpreter what no page calls, under Node:
//
//     node trimming.js BINARYEN GIVEN WANTED SCRIPT…
//
// GIVEN and WANTED are files of WebAssembly, BINARYEN is the folder of that package. Pyodide exports
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

async function main([folder, given, wanted, ...scripts]) {
  const { default: binaryen } = await import(pathToFileURL(path.resolve(folder, "index.js")));
  const named = new Set(scripts.flatMap((script) => fs.readFileSync(script, "utf8").match(/[\w$]+/g)));
  const module = binaryen.readBinary(fs.readFileSync(given));
  module.setFeatures(FEATURES.reduce((all, name) => all | binaryen.Features[name], 0));
  const plain = new Set([binaryen.ExternalFunction, binaryen.ExternalGlobal]);
  const exported = Array.from({ length: module.getNumExports() }, (_, index) =>
    binaryen.getExportInfo(module.getExportByIndex(index)));
  for (const { kind, name } of exported) {
    // Scripts call the function `name` as `_name`.
    if (plain.has(kind) && !named.has(name) && !named.has(`_${name}`)) module.removeExport(name);
  }
  if (!module.validate()) throw new Error(`${given} uses what is not among the features known here`);
  module.runPasses(["remove-unused-module-elements"]);
  fs.writeFileSync(wanted, module.emitBinary());
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message ?? error);
  process.exitCode = 1;
});
