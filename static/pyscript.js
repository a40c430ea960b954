// Loads PyScript where a page's policy bars eval. Its core makes the code of workers from text when
// it defines its tags; a page has no worker, so that code is emptied first.

import { hooks } from "./runtime/pyscript/core.js";

for (const each of Object.values(hooks.worker)) each.clear();
