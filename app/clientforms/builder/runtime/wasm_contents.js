// Writes what wasm_reachability.py asks of an interpreter, under Node:
//
//     node wasm_contents.js BINARYEN GIVEN CONTENTS MEMORY
//
// GIVEN is a file of WebAssembly, BINARYEN the folder of that package. CONTENTS becomes JSON: of each function the
// functions that it calls, and its numbers with the instructions that take them; the table of functions; and what is
// exported. MEMORY becomes what the memory holds at first. It is JavaScript because binaryen is.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

async function main([folder, given, contents, memory]) {
  const { default: binaryen } = await import(pathToFileURL(path.resolve(folder, "index.js")));
  const module = binaryen.readBinary(fs.readFileSync(given));
  module.setFeatures(binaryen.Features.All);
  fs.writeFileSync(memory, memoryOf(module));
  fs.writeFileSync(contents, JSON.stringify(read(module.emitText())));
}

function memoryOf(module) {
  const segments = Array.from({ length: module.getNumDataSegments() }, (_, index) => {
    const { offset, data } = module.getDataSegmentInfo(module.getDataSegmentByIndex(index));
    return { start: offset, bytes: new Uint8Array(data) };
  });
  const memory = Buffer.alloc(Math.max(...segments.map(({ start, bytes }) => start + bytes.length)));
  for (const { start, bytes } of segments) memory.set(bytes, start);
  return memory;
}

// Binaryen prints an instruction a line, and those that give it its values below, one space further in.
function read(text) {
  const functions = {};
  const globals = {};
  const exported = { functions: {}, addresses: {} };
  let table = [];
  let current;
  let above = [];
  for (let start = 0, end; start < text.length; start = end + 1) {
    end = text.indexOf("\n", start);
    if (end < 0) end = text.length;
    let depth = 0;
    while (text[start + depth] === " ") depth++;
    if (text[start + depth] !== "(") continue;
    const begin = start + depth + 1;
    if (depth === 1) {
      current = null;
      const line = text.slice(begin, text.startsWith("elem", begin) ? end : Math.min(end, begin + 400));
      const [, kind, name] = /^(\w+) \$?("[^"]+"|[^\s)]+)/.exec(line) ?? [];
      if (kind === "func") {
        current = functions[name] = { calls: [], numbers: {} };
        above = [];
      } else if (kind === "global") {
        globals[name] = Number(/\(i32\.const (-?\d+)\)/.exec(line)?.[1]);
      } else if (kind === "export") {
        const [, what, own] = /\((func|global) \$([^\s)]+)\)/.exec(line) ?? [];
        if (what === "func") exported.functions[name.slice(1, -1)] = own;
        if (what === "global" && globals[own]) exported.addresses[name.slice(1, -1)] = globals[own];
      } else if (kind === "elem") {
        table = [null, ...line.slice(line.indexOf(" func $") + 7, -1).split(" $")]; // from 1 on
      }
    } else if (current) {
      const line = text.slice(begin, end);
      const instruction = above[depth] = /^[\w.]+/.exec(line)[0];
      if (/^(call|return_call|ref\.func)$/.test(instruction)) current.calls.push(/\$([^\s)]+)/.exec(line)[1]);
      if (instruction === "i32.const") note(current, /-?\d+/.exec(line.slice(9))[0], above[depth - 1] ?? "");
      const offset = / offset=(\d+)/.exec(line);
      if (offset) note(current, offset[1], "offset");
    }
  }
  for (const each of Object.values(functions)) each.calls = [...new Set(each.calls)];
  return { functions, table, exported };
}

function note({ numbers }, number, instruction) {
  const instructions = numbers[number] ??= [];
  if (!instructions.includes(instruction)) instructions.push(instruction);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message ?? error);
  process.exitCode = 1;
});
