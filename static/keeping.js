// Keeps what is typed, without Python:
//
//   window.clientforms.keepForms()  keeps what all forms hold now, and resolves once that is on the
//                                   disk. The next load of the page gives it back.
//
// What somebody types into a form that keeps drafts is written before Python hears of it, and before it is
// up: a rule may never end, or end Python. form_drafts.py writes whole drafts, and takes up what was typed
// after the last.

import { unclobbered } from "./clobbering.js";
import { beginningWith, read, remove, write } from "./durable.js";
import { begin, formOf, notice, noticeRow, placeOf, putBack, readAll, readOne, typedInto, withhold } from "./readings.js";

const RELOAD = `clientforms:reload:${location.pathname}:`;
const MARK = "clientforms:reload"; // in sessionStorage, which a tab keeps over a reload
const LATE = "clientforms:typed:";
const CHANGED = "clientforms:changed:"; // what form_drafts.py writes of rows between whole drafts
const DAY = 86_400_000; // milliseconds
const MINUTE = 60_000;
const MUCH = 1 << 18; // characters on their way to the disk; more wait, and the newest of a row is enough

const followed = new Map(); // forms that keep drafts to {key, late, waiting}
let onTheWay = 0;
let isUp = false;

const unique = () => `${Date.now()}-${Math.random().toString(36).slice(2)}`;

// ── whose it is ──────────────────────────────────────────────────────────────────────────────────

const holds = new Map(); // keys of texts that are this tab's, as long as it is open, to what lets go of them

// Holds what is kept under `key`, once it can be had or at once; resolves with whether this page does.
function hold(key, ifAvailable = false) {
  const { locks } = navigator;
  // Without them, as on plain http, the tab that kept it has had the time to come back.
  if (!locks) return Date.now() - parseInt(key.slice(RELOAD.length), 10) > MINUTE;
  return new Promise((resolve) => {
    locks.request(key, { ifAvailable }, (lock) => {
      resolve(!!lock);
      return lock && new Promise((release) => holds.set(key, release));
    }).catch(() => resolve(false));
  });
}

// A page that may come back from a cache holds nothing meanwhile.
window.addEventListener("pagehide", () => {
  for (const release of holds.values()) release();
});

// ── drafts ───────────────────────────────────────────────────────────────────────────────────────

// Keeps what is typed into `form` from now on with the draft `key`; without one, no longer.
function follow(form, key) {
  if (!key) followed.delete(form);
  else if (early(form) !== key) followed.set(form, { key, late: new Map(), waiting: new Set() });
  else followed.get(form).isEarly = false;
}

const early = (form) => followed.get(form)?.key ?? "";

// Follows it as Python will, with a key that draft_storage.py knows.
function followEarly(form) {
  const { getAttribute } = unclobbered(form);
  const named = getAttribute("data-draft");
  if (isUp || named === null) return;
  const name = encodeURIComponent(named.trim() || getAttribute("id") || "form")
    .replace(/[!'()*]/g, (each) => `%${each.charCodeAt().toString(16).toUpperCase()}`);
  const key = `clientforms:draft:${location.pathname}:${name}:${unique()}`;
  hold(key); // as Python holds it in browser/drafts/open_pages.py, or another tab would offer it
  follow(form, key);
  followed.get(form).isEarly = true;
}

function beUp() {
  isUp = true;
  for (const [form, { isEarly }] of followed) if (isEarly) follow(form, ""); // Python keeps no draft of it
}

function onInput({ target }) {
  const form = target.name && (followed.size || !isUp) && formOf(target);
  if (!form) return;
  if (!followed.has(form)) followEarly(form);
  const draft = followed.get(form);
  const place = draft && placeOf(target);
  if (!place) return;
  const row = JSON.stringify([place.described, place.steps.map(({ name, index, key }) => [name, key ?? index])]);
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

// Writes `texts`, [[key, text]] or none: a whole draft, in place of what was kept of it and of `others`, or what
// changed since, with what was typed into the drafts `whole`. Resolves with "", or with the name of what the
// browser said. What is left beside what is written later counts no more.
function put(texts, others, whole = []) {
  const keys = [...texts.map(([key]) => key), ...others, ...whole];
  const before = [];
  for (const draft of followed.values()) {
    if (!keys.includes(draft.key)) continue;
    before.push([draft, draft.late]);
    [draft.late, draft.waiting, draft.last] = [new Map(), new Set(), before];
  }
  const clean = () => {
    const isBusy = ([{ late, last }]) => late.size || last !== before; // it is cleaned later
    const busy = before.filter(isBusy).map(([{ key }]) => key);
    const free = keys.filter((key) => !busy.includes(key));
    const old = [...others, ...free.map((key) => `${CHANGED}${key}`)].filter((key) => key !== texts[0]?.[0]);
    return remove(old, free.map((key) => beginningWith(`${LATE}${key}:`)));
  };
  const kept = texts.length ? write(texts) : clean();
  return kept.then(() => {
    if (texts.length) clean().catch(() => {});
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

// What was typed before this script was there.
function takeUp() {
  for (const form of unclobbered(document).querySelectorAll("form[data-draft]")) {
    notice(form);
    for (const target of typedInto(form)) onInput({ target });
  }
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", takeUp);
else takeUp();
document.addEventListener("clientforms:ready", beUp, { once: true });
document.addEventListener("formset:added", ({ target }) => noticeRow(target), true);

// ── a reload ─────────────────────────────────────────────────────────────────────────────────────

function tab() {
  try {
    return window.sessionStorage;
  } catch {
    return null; // forbidden: the last reload of any tab is this one's
  }
}

let own; // the key of what this page kept itself

function marked() {
  return tab() ? (tab().getItem(MARK) ?? "").split(" ").filter((key) => key.startsWith(RELOAD)) : [`${RELOAD}last`];
}

function mark(keys) {
  if (keys.length) tab()?.setItem(MARK, keys.join(" "));
  else tab()?.removeItem(MARK);
}

// What was kept before, and is not back, stays: Python may have died of it.
async function keepForms() {
  const now = Date.now();
  const [key, before] = [tab() ? `${RELOAD}${unique()}` : marked()[0], own];
  const text = JSON.stringify({ saved: now, ...readAll() });
  hold(key);
  await write([[key, text]]);
  mark([...marked().filter((each) => each !== before), own = key]);
  await remove(before && before !== key ? [before] : [], [[RELOAD, `${RELOAD}${now - DAY}`]]);
}

// [[key, text]], what was kept before the reloads that brought this page here.
async function kept() {
  const keys = marked();
  return (await read(RELOAD)).filter(([key]) => keys.includes(key));
}

// [[key, text]], what tabs kept that are closed: nobody else would give it back.
async function adopt() {
  const found = [];
  const old = `${RELOAD}${Date.now() - DAY}`;
  for (const [key, text] of tab() ? await read(RELOAD) : []) {
    if (marked().includes(key) || key === own || !await hold(key, true)) continue;
    if (key > old) found.push([key, text]);
    else await remove([key]);
  }
  return found;
}

// What was kept under `keys` is back, but for [[key, text]].
async function givenBack(left, keys) {
  const stay = [...left.map(([key]) => key), ...own ? [own] : []];
  const gone = keys.filter((key) => !stay.includes(key));
  if (left.length) await write(left);
  await remove(gone);
  mark(marked().filter((key) => !gone.includes(key)));
  for (const key of gone) holds.get(key)?.();
}

if (tab()) for (const key of marked()) hold(key);

Object.assign(window.clientforms ??= {}, {
  keepForms,
  keeping: { begin, early, follow, put, settle, read, withhold, kept, adopt, givenBack, putBack: (json) => putBack(JSON.parse(json)), wasReloaded: () => marked().length > 0 },
});
