// Loads PyScript as a built page needs it. It is JavaScript because it runs before Python.

import { hooks } from "./runtime/pyscript/core.js";

// The core makes the code of workers from text when it defines its tags, which a page's policy bars. A
// page has no worker, so that code is emptied first.
for (const each of Object.values(hooks.worker)) each.clear();

// The first script unpacks and brings what those of its author import: they wait for it. PyScript runs a
// script as soon as it is there, and one before it awaits something.
const first = document.querySelector("script[data-clientforms-first]");
if (first) {
  const done = new Promise((resolve) => { first.addEventListener("py:done", resolve); });
  hooks.main.onReady.add((_, script) => script === first || done);
}
