// Makes scripts smaller, under Node: without comments, spaces and long names of what only they use.
//
//     node minifying.js TERSER WANTED SCRIPT…
//
// TERSER is the folder of that package. WANTED is written: a JSON object, file names to texts. What other
// scripts and Python ask for, properties and globals, keeps its name.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

async function main([terser, wanted, ...scripts]) {
  const { minify } = require(path.resolve(terser));
  const texts = {};
  for (const script of scripts) {
    const text = fs.readFileSync(script, "utf8");
    const { code } = await minify(text, {
      module: /^(?:import|export)\b/m.test(text),
      ecma: 2020,
      compress: { passes: 2 },
    });
    texts[path.basename(script)] = `${code}\n`;
  }
  fs.writeFileSync(wanted, JSON.stringify(texts));
}

main(process.argv.slice(2)).catch((error) => {
  console.error(String(error));
  process.exit(1);
});
