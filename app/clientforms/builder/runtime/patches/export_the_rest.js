// Gives libraries that are loaded later what nothing else names, in a loop. Emscripten has a variable and a
// statement for each of some eight thousand exports.
function exportTheRest(Module, wasmExports) {
  for (const name in wasmExports) {
    if (typeof wasmExports[name] === "function") Module["_" + name] ??= wasmExports[name];
  }
}
