// Writes tailwind.css beside each FOLDER/input.css:
//
//     node tools/tailwind.js FOLDER…
//
// An author runs Tailwind's own command for it (docs/how-to/theming.md). That comes with compilers for each
// kind of machine; here, its compiler in JavaScript does, and finds classes as any words of the sources that
// `@source` names.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const { compile } = require("tailwindcss");

const SHEET = path.join(__dirname, "..", "node_modules", "tailwindcss", "index.css");

async function write(folder) {
  const compiler = await compile(fs.readFileSync(path.join(folder, "input.css"), "utf8"), {
    base: folder,
    loadStylesheet: (name, base) => {
      const place = name === "tailwindcss" ? SHEET : path.resolve(base, name);
      return { path: place, base: path.dirname(place), content: fs.readFileSync(place, "utf8") };
    },
  });
  const words = new Set();
  for (const { base, pattern } of compiler.sources) {
    for (const file of filesAt(path.resolve(base, pattern))) {
      for (const word of fs.readFileSync(file, "utf8").split(/[\s"'`<>=]+/)) words.add(word);
    }
  }
  fs.writeFileSync(path.join(folder, "tailwind.css"), compiler.build([...words]));
}

function filesAt(place) {
  if (!fs.statSync(place).isDirectory()) return [place];
  const inside = fs.readdirSync(place, { recursive: true }).map((name) => path.join(place, name));
  return inside.filter((file) => /\.(?:html|py)$/.test(file));
}

Promise.all(process.argv.slice(2).map(write)).catch((error) => {
  console.error(String(error));
  process.exit(1);
});
