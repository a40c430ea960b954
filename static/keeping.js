// Keeps what was typed over a reload that the page itself brings about: an update. Forms with
// data-draft have drafts, which do more. Passwords and files are not kept, as in drafts.

const KEY = `clientforms:reload:${location.pathname}`;
const CONTAINERS = "[data-formset], [data-form]";

function storage() {
  try {
    return sessionStorage;
  } catch {
    return undefined; // forbidden
  }
}

function* liveForms() {
  for (const element of document.querySelectorAll(CONTAINERS)) {
    if (element.closest("[data-draft]")) continue;
    const kind = element.dataset.formset === undefined ? "form" : "formset";
    const name = element.dataset.prefix ?? element.id;
    try {
      yield { kind, name, live: window.clientforms[kind](name), element };
    } catch {
      continue; // a container that has no live form: there is nothing of it to keep
    }
  }
}

// To be called before the reload.
export function keep() {
  const kept = [];
  for (const { kind, name, live, element } of liveForms()) {
    if (!live.hasChanged()) continue;
    const data = live.postData();
    for (const each of element.querySelectorAll("input[type=password], input[type=file]")) {
      delete data[each.name];
    }
    kept.push({ kind, name, data });
  }
  if (kept.length) storage()?.setItem(KEY, JSON.stringify(kept));
}

// To be called when the forms are live again.
export function giveBack() {
  const kept = JSON.parse(storage()?.getItem(KEY) ?? "[]");
  storage()?.removeItem(KEY);
  for (const { kind, name, data } of kept) {
    try {
      window.clientforms[kind](name).setData(data);
    } catch (error) {
      console.warn(`clientforms: what was typed into ${name} does not fit the new version. ${error.message}`);
    }
  }
}
