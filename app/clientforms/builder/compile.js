// Compiles the Python sources of a folder with the very Python that will run them, Pyodide's own:
//
//     node compile.js PYODIDE_FOLDER SOURCE_FOLDER INSTALLED_AS
//
// Each x.py gets an x.pyc beside it, which imports without its source and says INSTALLED_AS/x.py in
// tracebacks.
"use strict";

const path = require("node:path");

async function main([pyodideFolder, sourceFolder, installedAs]) {
  const { loadPyodide } = require(path.resolve(pyodideFolder, "pyodide.js"));
  const pyodide = await loadPyodide({
    indexURL: path.resolve(pyodideFolder),
    // A set's order depends on the hash seed, and constants hold sets: the same bytes each time.
    env: { PYTHONHASHSEED: "0" },
  });
  pyodide.mountNodeFS("/source", path.resolve(sourceFolder));
  pyodide.globals.set("installed_as", installedAs);
  return pyodide.runPython(`
import compileall
import py_compile

compileall.compile_dir(
    "/source",
    maxlevels=100,
    quiet=1,
    force=True,
    legacy=True,
    stripdir="/source",
    prependdir=installed_as,
    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
)
`);
}

main(process.argv.slice(2)).then(
  (compiled) => process.exit(compiled ? 0 : 1),
  (error) => {
    console.error(String(error));
    process.exit(1);
  },
);
