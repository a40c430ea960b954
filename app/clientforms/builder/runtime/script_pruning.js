// Leaves out of Pyodide's script what the trimmed interpreter does not ask for, and makes the rest shorter, under Node:
//
//     node script_pruning.js ACORN TERSER GIVEN WASM WANTED ASKING…
//
// ACORN and TERSER are the folders of these packages, GIVEN and WANTED are scripts, WASM is the interpreter. The
// ASKING scripts use properties of Pyodide's module. Emscripten's script is one function that declares all of its
// libraries, from sockets to WebGL, because compiled code that is loaded later may import them. Like Emscripten's own
// elimination of dead code, this starts from what the interpreter imports and what runs at the start, follows the
// names, and drops the declarations that it does not reach. Terser does the same inside of them.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const STARTUP = "pyodide_js_init"; // Pyodide's own script, minified, with other names for Emscripten's module
const IMPORTS = "wasmImports";
const EXPORTS = "assignWasmExports";
const WRAPPERS = "applySignatureConversions";

// Declarations of which a page needs less. It loads no compiled libraries, has no network but fetch(), and no files
// but those in its memory. Python is told by an error, as on a computer that has none of this.
const returns = (value) => `function(){return ${value}}`;
const REPLACED = {
  ENVIRONMENT_IS_NODE: "false",
  loadDynamicLibrary: 'function(name){throw new Error("a page loads no compiled libraries, such as "+name)}',
  mergeLibSymbols: "function(){}", // for what they would import
  getDylinkMetadata: "function(){return{}}",
  registerWasmPlugin: "function(){}",
  ___syscall_socket: returns(-52), // ENOSYS
  ...Object.fromEntries(["accept4", "bind", "connect", "getpeername", "getsockname", "getsockopt", "listen",
    "recvfrom", "recvmsg", "sendmsg", "sendto"].map((name) => [`___syscall_${name}`, returns(-8)])), // EBADF
  ...Object.fromEntries(["connect", "recvfrom", "sendto", "poll"].map((name) =>
    [`_maybe_${name}_async`, returns(null)])),
  _try_fcntl64: returns(false),
  _try_shutdown: returns(false),
  _getaddrinfo: returns(-2), // EAI_NONAME
  _getnameinfo: returns(-2),
  _getprotobyname: returns(0),
  __emscripten_lookup_name: returns(0),
};

// What other scripts ask for without naming Pyodide's module, and what they name for Node alone.
const ASKED = ["PATH", "PATH_FS"]; // PyScript's core
const FOR_NODE = new Set(["NODEFS", "SOCKFS", "DNS", "getSocketAddress", "readSockaddr", "writeSockaddr"]);

// Text inside of declarations that stay, and what is written for it.
const CHANGED = [
  ["SOCKFS.root=FS.mount(SOCKFS,{},null);", ""],
  ["IDBFS.quit();", ""],
  ["registerPostMainLoop(()=>SDL.audio?.queueNewAudioData?.());", ""],
  ["FS.createPreloadedFile=FS_createPreloadedFile;", ""],
  ["FS.preloadFile=FS_preloadFile;", ""],
  ["{MEMFS,IDBFS,NODEFS,WORKERFS,PROXYFS}", "{MEMFS}"],
];

async function main([acorn, terser, given, wasm, wanted, ...asking]) {
  const { parse } = require(path.resolve(acorn));
  const { minify } = require(path.resolve(terser));
  const interpreter = new WebAssembly.Module(fs.readFileSync(wasm));
  const imports = new Set(WebAssembly.Module.imports(interpreter).map(({ name }) => name));
  const asked = new Set(asking.flatMap((script) => fs.readFileSync(script, "utf8").match(/[\w$]+/g)).concat(ASKED));
  const text = changed(fs.readFileSync(given, "utf8"));
  const pruned = prune(text, parse(text, { ecmaVersion: "latest", sourceType: "module" }), imports, asked);
  const { code } = await minify(pruned, { module: true, ecma: 2020, compress: { passes: 3 } });
  // In parentheses, a browser compiles it in another thread during the download (script_patches.py).
  const [, whole] = /^export default (async function\(.*\});?$/s.exec(code) ?? [];
  if (!whole) throw new Error(`terser does not end with one function as expected. ${REMEDY}`);
  fs.writeFileSync(wanted, `export default (${whole});\n`);
}

function changed(text) {
  for (const [old, now] of CHANGED) {
    if (text.split(old).length !== 2) throw new Error(`the script does not have ${old} as expected. ${REMEDY}`);
    text = text.replace(old, () => now);
  }
  return text;
}

// Return the script without the declarations that nothing reaches. `imports` are the names that the interpreter
// imports, `asked` the words of other scripts.
function prune(text, tree, imports, asked) {
  const { body } = tree.body.find(({ type }) => type === "VariableDeclaration").declarations[0].init;
  const parts = body.body.flatMap((node) => node.type === "VariableDeclaration"
    ? node.declarations.map((each) => ({ node: each, names: identifiers(each.id), kind: node.kind }))
    : [{ node, names: node.type === "FunctionDeclaration" ? [node.id.name] : [], kind: "" }]);
  const declared = new Map(parts.flatMap((part) => part.names.map((name) => [name, part])));
  for (const name of [...Object.keys(REPLACED), STARTUP, IMPORTS, EXPORTS, WRAPPERS]) {
    if (!declared.has(name)) throw new Error(`the script does not declare ${name} as expected. ${REMEDY}`);
  }

  for (const part of parts) {
    part.exported = exportedBy(part.node);
    part.owner = part.names.length ? null : ownerOf(part.node, declared);
  }
  const exported = new Map(parts.filter((part) => part.exported).map((part) => [part.exported, part]));

  const dropped = new Set(); // nodes inside of declarations that stay
  for (const each of declared.get(IMPORTS).node.init.properties) if (!imports.has(nameOf(each.key))) dropped.add(each);
  const assigned = declared.get(EXPORTS).node.body.body;
  for (const each of assigned) if (variableOf(each)) dropped.add(each);

  const kept = new Set();
  const waiting = [];
  const keep = (part) => {
    if (!part || kept.has(part)) return;
    kept.add(part);
    if (!part.names.some((name) => Object.hasOwn(REPLACED, name))) waiting.push(part);
  };
  const ask = (name) => {
    if (FOR_NODE.has(name)) return;
    asked.add(name);
    keep(exported.get(name));
    if (assigned.some((each) => variableOf(each) === name)) keep(declared.get(name));
  };
  for (const part of parts) if (!part.names.length && !part.owner && !part.exported) keep(part);
  asked.forEach(ask);
  while (waiting.length) {
    const part = waiting.pop();
    for (const name of identifiers(part.node, dropped)) keep(declared.get(name));
    properties(part.node, part === declared.get(STARTUP) ? undefined : "Module").forEach(ask);
    // What prepares a variable stays with it.
    for (const each of parts) if (each.owner && part.names.includes(each.owner)) keep(each);
  }
  for (const each of assigned) if (kept.has(declared.get(variableOf(each)))) dropped.delete(each);
  const ends = new Set(assigned.filter((each) => !dropped.has(each)).map(exportOf));
  for (const each of declared.get(WRAPPERS).node.body.body) {
    const name = exportOf(each);
    if (name && !ends.has(name) && !asked.has(`_${name}`)) dropped.add(each);
  }

  const source = (node) => printed(text, node, dropped);
  const written = parts.filter((part) => kept.has(part)).map(({ node, names, kind }) => {
    const name = names.find((each) => Object.hasOwn(REPLACED, each));
    if (name) return `var ${name}=${REPLACED[name]};`;
    return kind ? `${kind} ${source(node)};` : source(node);
  });
  return `${text.slice(0, body.start + 1)}${written.join("\n")}${text.slice(body.end - 1)}`;
}

// The text of a node, without nodes that are dropped, and without the commas behind them.
function printed(text, node, dropped) {
  let result = "";
  let from = node.start;
  for (const each of [...dropped].filter(({ start, end }) => start >= node.start && end <= node.end)
    .sort((one, other) => one.start - other.start)) {
    result += text.slice(from, each.start);
    from = each.end + (text[each.end] === "," ? 1 : 0);
  }
  return result + text.slice(from, node.end);
}

const REMEDY = "Adapt script_pruning.js to it.";

function* nodesIn(node, dropped) {
  if (!node || typeof node.type !== "string" || dropped?.has(node)) return;
  yield node;
  for (const key in node) {
    const isName = (key === "property" || key === "key") && !node.computed;
    if (isName && !node.shorthand) continue;
    const value = node[key];
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each && typeof each === "object") yield* nodesIn(each, dropped);
    }
  }
}

const identifiers = (node, dropped) =>
  [...new Set(Array.from(nodesIn(node, dropped), ({ type, name }) => type === "Identifier" && name))].filter(Boolean);

// The names of properties that a node asks for, of any object or of the one called `of`.
function properties(node, of) {
  const found = [];
  for (const each of nodesIn(node)) {
    if (each.type === "MemberExpression" && (!of || each.object.name === of)) found.push(nameOf(each.property));
    if (each.type === "ObjectPattern") {
      for (const { key } of each.properties) if (key) found.push(nameOf(key));
    }
  }
  return found.filter(Boolean);
}

const nameOf = ({ type, name, value }) => type === "Identifier" ? name : typeof value === "string" ? value : undefined;

// Of Module["name"]=name, what is called `name` there.
function exportedBy({ type, expression }) {
  if (type !== "ExpressionStatement" || expression.type !== "AssignmentExpression") return undefined;
  const { left } = expression;
  return left.type === "MemberExpression" && left.object.name === "Module" ? nameOf(left.property) : undefined;
}

// Of _name=Module["_name"]=wasmExports["name"], with or without a conversion: `_name` and `name`.
function variableOf({ type, expression }) {
  const { left, right } = type === "ExpressionStatement" && expression.type === "AssignmentExpression" ? expression : {};
  if (left?.type !== "Identifier" || right.type !== "AssignmentExpression") return undefined;
  return exportOf({ expression }) === undefined || right.right.type === "AssignmentExpression" ? undefined : left.name;
}

function exportOf({ expression }) {
  if (!expression) return undefined;
  return [...nodesIn(expression)].filter(({ type, object }) => type === "MemberExpression" && object.name === "wasmExports")
    .map(({ property }) => nameOf(property))[0];
}

// The variable that a statement prepares: it assigns to a property of it, calls a method of it, or does so in a loop.
function ownerOf(node, declared) {
  switch (node.type) {
    case "ExpressionStatement": return ownerOf(node.expression, declared);
    case "ForStatement": case "IfStatement": {
      const inner = node.body ?? node.consequent;
      return inner.type === "BlockStatement" && inner.body.length !== 1 ? null
        : ownerOf(inner.type === "BlockStatement" ? inner.body[0] : inner, declared);
    }
    case "AssignmentExpression": return node.left.type === "MemberExpression" ? ownerOf(node.left, declared) : null;
    case "CallExpression": return node.callee.type === "MemberExpression" ? ownerOf(node.callee, declared) : null;
    case "MemberExpression": {
      if (node.object.type === "MemberExpression") return ownerOf(node.object, declared);
      const { name } = node.object;
      return declared.has(name) && !["Module", "API"].includes(name) ? name : null;
    }
    default: return null;
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message ?? error);
  process.exitCode = 1;
});
