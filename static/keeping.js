// Keeps what is typed, without Python:
//
//   window.clientforms.keepForms()  keeps what all forms hold now, and resolves once that is on the
//                                   disk. The next load of the page gives it back.
//
// What somebody types into a form that keeps drafts is written before Python hears of it: a rule may
// never end, or end Python. drafts.py writes whole drafts, and takes up what was typed after the last.

import { beginningWith, read, write } from "./durable.js";
import { formOf, notice, placeOf, putBack, readAll, readOne, withhold } from "./readings.js";

const RELOAD = `clientforms:reload:${location.pathname}:`;
const MARK = "clientforms:reload"; // in sessionStorage, which a tab keeps over a reload
const LATE = "clientforms:typed:";
const DAY = 86_400_000; // milliseconds
const MUCH = 1 << 18; // characters on their way to the disk; more wait, and the newest of a row is enough

const followed = new Map(); // forms that keep drafts to {key, late, waiting}
let onTheWay = 0;

// ── drafts ───────────────────────────────────────────────────────────────────────────────────────

// Keeps what is typed into `form` from now on with the draft `key`; without one, no longer.
function follow(form, key) {
  if (key) followed.set(form, { key, late: new Map(), waiting: new Set() });
  else followed.delete(form);
}

function onInput({ target }) {
  const draft = followed.size && target.name && followed.get(formOf(target));
  const place = draft && placeOf(target);
  if (!place) return;
  const row = JSON.stringify([place.described, place.steps.map(({ name, index, row: { dataset } }) => [name, dataset.key ?? index])]);
  const read = readOne(place, target, draft.late.get(row)?.inner);
  draft.late.set(row, read);
  send(draft, row);
}

function send(draft, row) {
  draft.waiting.add(row);
  if (onTheWay > MUCH) return;
  draft.waiting.delete(row);
  const text = JSON.stringify({ saved: Date.now(), part: draft.late.get(row).part });
  onTheWay += text.length;
  const landed = () => {
    onTheWay -= text.length;
    for (const next of draft.waiting) send(draft, next);
  };
  write([[`${LATE}${draft.key}:${row}`, text]]).then(landed, landed); // the next whole draft says what is wrong
}

// Writes a whole draft, `texts` being [[key, text]] or none, in place of what was kept of it and of
// `others`. Resolves with "", or with the name of what the browser said.
function put(texts, others, whole = []) {
  const keys = [...texts.map(([key]) => key), ...others, ...whole];
  const before = [];
  for (const draft of followed.values()) {
    if (!keys.includes(draft.key)) continue;
    before.push([draft, draft.late]);
    [draft.late, draft.waiting] = [new Map(), new Set()];
  }
  const kept = write(texts, others, keys.map((key) => beginningWith(`${LATE}${key}:`)));
  return kept.then(() => {
    for (const key of others) channel?.postMessage(key);
    return "";
  }, (error) => {
    for (const [draft, late] of before) draft.late = new Map([...late, ...draft.late]);
    return error.name || "Error";
  });
}

// The whole draft `key` holds all that was typed: what was kept beside it is of no use any more.
function settle(key) {
  const draft = Array.from(followed.values()).find((each) => each.key === key);
  if (draft?.late.size) put([], [], [key]);
}

// Other pages hear of drafts that were answered.
const channel = globalThis.BroadcastChannel && new BroadcastChannel("clientforms drafts");
const gone = (key) => window.dispatchEvent(new CustomEvent("clientforms:draft-gone", { detail: key }));
channel?.addEventListener("message", ({ data }) => gone(String(data)));

for (const type of ["input", "change"]) window.addEventListener(type, onInput, true);
document.addEventListener("formset:added", ({ target }) => notice(target), true);

// ── a reload ─────────────────────────────────────────────────────────────────────────────────────

function tab() {
  try {
    return window.sessionStorage;
  } catch {
    return null; // forbidden: the last reload of any tab is this one's
  }
}

const marked = () => tab() ? tab().getItem(MARK) : `${RELOAD}last`;

async function keepForms() {
  const now = Date.now();
  const key = tab() ? `${RELOAD}${now}-${Math.random().toString(36).slice(2)}` : marked();
  const text = JSON.stringify({ saved: now, ...readAll() });
  await write([[key, text]], [], [[RELOAD, `${RELOAD}${now - DAY}`]]);
  tab()?.setItem(MARK, key);
}

// What was kept before the reload that brought this page here, as JSON; "" where nothing was.
async function kept() {
  const key = marked();
  if (!key?.startsWith(RELOAD)) return "";
  const found = (await read(key)).find(([each]) => each === key);
  return found?.[1] ?? "";
}

// It is back: what is left to be said of it, as JSON, takes its place, or nothing.
async function givenBack(left) {
  const key = marked();
  if (left) return write([[key, left]]);
  await write([], [key]);
  tab()?.removeItem(MARK);
}

Object.assign(window.clientforms ??= {}, {
  keepForms,
  keeping: { follow, put, settle, read, withhold, kept, givenBack, putBack: (json) => putBack(JSON.parse(json)), wasReloaded: () => !!marked()?.startsWith(RELOAD) },
});
