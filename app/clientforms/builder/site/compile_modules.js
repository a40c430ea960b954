// Compiles an author's Python for the page, with the Python that runs there:
//
//     node compile_modules.js PYODIDE_FOLDER SOURCES
//
// Each x.py below SOURCES gets a __pycache__/x.cpython-314.pyc, which imports without looking at the source. The
// source stays: tracebacks and Django's debug page show it.
"use strict";

const path = require("node:path");

async function main([pyodideFolder, sources]) {
  const { loadPyodide } = require(path.resolve(pyodideFolder, "pyodide.js"));
  const pyodide = await loadPyodide({
    indexURL: path.resolve(pyodideFolder),
    env: { PYTHONHASHSEED: "0" }, // a set's order depends on it, and constants hold sets: the same bytes each time
  });
  pyodide.mountNodeFS("/project", path.resolve(sources));
  pyodide.runPython(`
import compileall, py_compile, warnings
warnings.simplefilter("ignore")
compileall.compile_dir(
    "/project", maxlevels=100, quiet=2, force=True, stripdir="/project", prependdir="/home/pyodide",
    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
)
`);
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error) => {
    console.error(String(error));
    process.exit(1);
  },
);
