// Runs prerender.py with the page's own Python and Django, under Node: for hosts whose Python is too
// old for that Django.
//
//     node prerender.js RUNTIME_FOLDER INTERPRETER SOURCES ROOT ARGUMENT…
//
// RUNTIME_FOLDER is static/runtime, INTERPRETER Pyodide's folder as npm has it, SOURCES the folder that
// holds clientforms, ROOT the folder that is served, whose app/ holds the forms. The ARGUMENTs are
// prerender.py's, with paths as they are here.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const SITE_PACKAGES = "/lib/python3.14/site-packages";

// In Python, in which `paths` and `arguments` are given.
const RUN = `
import sys
sys.dont_write_bytecode = True
sys.path[:0] = paths
from clientforms.builder.page.prerender import main
status = main(arguments)
sys.stdout.flush()
status
`;

async function main([runtime, interpreter, sources, root, ...given]) {
  const folder = path.resolve(interpreter);
  const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")));
  const pyodide = await loadPyodide({
    indexURL: folder,
    stdLibURL: path.resolve(runtime, "pyodide", "python_stdlib.zip"),
    env: { PYTHONIOENCODING: "utf-8" },
  });
  const packages = fs.readFileSync(path.resolve(runtime, "site-packages.zip"));
  pyodide.unpackArchive(new Uint8Array(packages), "zip", { extractDir: SITE_PACKAGES });
  // Where they are, so that what is said of files names them.
  const folders = [...new Set([root, sources].map((each) => path.resolve(each)))];
  for (const each of folders.filter((one) => !folders.some((other) => one.startsWith(other + path.sep)))) {
    pyodide.FS.mkdirTree(each);
    pyodide.mountNodeFS(each, each);
  }
  const names = pyodide.toPy({ paths: [sources, path.join(root, "app")], arguments: given });
  return pyodide.runPython(RUN, { globals: names });
}

main(process.argv.slice(2)).then(
  (status) => { process.exitCode = status; },
  (error) => {
    console.error(String(error.message ?? error).trim());
    process.exitCode = 1;
  },
);
