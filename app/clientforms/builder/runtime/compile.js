// Compiles the Python sources of folders with the very Python that will run them, Pyodide's own:
//
//     node compile.js PYODIDE_FOLDER IMPORTS (SOURCE_FOLDER INSTALLED_AS)…
//
// Each x.py gets an x.pyc beside it, which imports without its source and says INSTALLED_AS/x.py in
// tracebacks. Docstrings and columns are left out, which are a quarter of the page's memory, and more
// (lean_code.py). The file IMPORTS gets what each module of the last folder imports, as module_imports.py says.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

async function main([pyodideFolder, imports, ...folders]) {
  const { loadPyodide } = require(path.resolve(pyodideFolder, "pyodide.js"));
  const pyodide = await loadPyodide({
    indexURL: path.resolve(pyodideFolder),
    // A set's order depends on the hash seed, and constants hold sets: the same bytes each time.
    env: { PYTHONHASHSEED: "0", PYTHONNODEBUGRANGES: "1" },
  });
  pyodide.mountNodeFS("/builder", __dirname);
  pyodide.runPython(`
import sys
sys.path.append("/builder")
import lean_code
lean_code.compile_lean(one_line=True)
`);
  for (let index = 0; index < folders.length; index += 2) {
    pyodide.mountNodeFS(`/source${index}`, path.resolve(folders[index]));
    pyodide.globals.set("source", `/source${index}`);
    pyodide.globals.set("installed_as", folders[index + 1]);
    pyodide.runPython(`
import compileall
import py_compile
import warnings

warnings.simplefilter("ignore")  # other people's code
compileall.compile_dir(
    source,
    maxlevels=100,
    quiet=2,
    force=True,
    legacy=True,
    optimize=2,
    stripdir=source,
    prependdir=installed_as,
    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
)
`);
  }
  fs.writeFileSync(imports, pyodide.runPython(`
import module_imports
module_imports.as_json(source)
`));
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error) => {
    console.error(String(error));
    process.exit(1);
  },
);
