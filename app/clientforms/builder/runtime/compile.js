// Compiles the Python sources of folders with the very Python that will run them, Pyodide's own:
//
//     node compile.js PYODIDE_FOLDER IMPORTS (SOURCE_FOLDER INSTALLED_AS)…
//
// Each x.py gets an x.pyc beside it, which imports without its source and says INSTALLED_AS/x.py in
// tracebacks. Docstrings and columns are left out: they are a quarter of the page's memory. The file IMPORTS
// gets what each module of the last folder imports, as module_imports.py says.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

// In Python: makes py_compile write code whose line table names one line, that where the function begins. The
// form of the table is CPython's (Objects/locations.md, "no column info").
const ONE_LINE_EACH = `
import functools
import importlib._bootstrap_external as importing
from types import CodeType

NO_COLUMNS, UNITS = 13, 8 # the kind of an entry, and for how many units of code it can stand

@functools.cache
def one_line(units):
    """Return a line table for so many units of code, in which all are in the function's first line."""
    table = bytearray()
    for start in range(0, units, UNITS):
        table += bytes([0x80 | NO_COLUMNS << 3 | min(UNITS, units - start) - 1, 0])
    return bytes(table)

def in_one_line(code):
    """Return the code object with such a table, and so for those of the functions and classes in it."""
    constants = tuple(in_one_line(each) if isinstance(each, CodeType) else each for each in code.co_consts)
    return code.replace(co_linetable=one_line(len(code.co_code) // 2), co_consts=constants)

def write(code, *given, write=importing._code_to_hash_pyc):
    return write(in_one_line(code), *given)

importing._code_to_hash_pyc = write
`;

async function main([pyodideFolder, imports, ...folders]) {
  const { loadPyodide } = require(path.resolve(pyodideFolder, "pyodide.js"));
  const pyodide = await loadPyodide({
    indexURL: path.resolve(pyodideFolder),
    // A set's order depends on the hash seed, and constants hold sets: the same bytes each time.
    env: { PYTHONHASHSEED: "0", PYTHONNODEBUGRANGES: "1" },
  });
  pyodide.runPython(ONE_LINE_EACH);
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
  pyodide.mountNodeFS("/builder", __dirname);
  fs.writeFileSync(imports, pyodide.runPython(`
import sys
sys.path.append("/builder")
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
