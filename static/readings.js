// What the controls of the page's forms hold, and what they held at the start, as plain data that
// engine/drafts/control_drafts.py makes a draft of. It looks at names as Django gives them and asks nothing
// of Python, so it works before Python is there and after it has died.

import { unclobbered } from "./clobbering.js";

const CONTAINERS = "[data-formset], [data-form], [data-bound]:not([data-formset-nested])";
const ROW = "[data-formset-row]";
const BUTTONS = new Set(["submit", "button", "reset", "image"]);
const TICKED = new Set(["checkbox", "radio"]);
const COUNTS = /-(TOTAL_FORMS|INITIAL_FORMS|MIN_NUM_FORMS|MAX_NUM_FORMS)$/;
const UNSENT = new Set(["csrfmiddlewaretoken"]);
// As engine/rows/secret_fields.py has it.
const SECRET = 'input[type="password"], input[type="file"], [data-draft="off"], [autocomplete~="new-password"],' +
  ' [autocomplete~="current-password"], [autocomplete~="one-time-code"], [autocomplete*="cc-"]';

const closest = (element, selector) => unclobbered(element).closest(selector);

const starts = new WeakMap(); // hidden controls to what they held when they were first seen
const told = new WeakMap(); // rows to what Python says that they began with, by the end of a control's name
const secrets = new WeakSet(); // controls that were secret once: one may be shown, to be read
const prefixes = new WeakMap(); // containers that do not say their prefix to what it is
const labels = new WeakMap(); // forms to the labels of their controls, by what rows share of the name
const came = new WeakSet(); // rows that Python put in: their HTML has what they hold, not what they began with
const counts = new WeakMap(); // elements that hold a management form to its controls, by name
const withheld = new WeakMap(); // forms to the names of fields that are kept nowhere

// Python says which fields of `form` are kept nowhere, as far as it can be said without the page.
export function withhold(form, json) {
  withheld.set(form, JSON.parse(json));
  notice(form);
}

// Takes note of what later can no longer be seen: a hidden control that gets a value forgets the old
// one, and a password that is shown is a text.
export function notice(element) {
  const all = (selector) => unclobbered(element).querySelectorAll(selector);
  for (const control of all("input[type=hidden]")) {
    if (!starts.has(control)) starts.set(control, control.value);
  }
  for (const control of all(SECRET)) secrets.add(control);
}

// Takes note of a row that has come, be it new or back again.
export function noticeRow(row) {
  came.add(row);
  notice(row);
}

// Python says what `rows`, a Map of keys to elements, began with: their HTML has what was typed before it was made.
export function begin(rows, json) {
  for (const [key, values] of Object.entries(JSON.parse(json))) told.set(rows.get(key), values);
}

// The controls of `form` that somebody typed into.
export const typedInto = (form) => controlsOf(form).filter((each) => String(holds(each)) !== String(began(each)));

export function formOf(control) {
  return control.form ?? closest(control, CONTAINERS);
}

function controlsOf(form) {
  const bare = unclobbered(form);
  const all = form instanceof HTMLFormElement ? bare.elements : bare.querySelectorAll("input, select, textarea");
  return Array.from(all).filter(isControl);
}

function isControl(each) {
  return each.matches("input, select, textarea") && each.name && !BUTTONS.has(each.type) && !UNSENT.has(each.name);
}

function isSecret(control, local, form) {
  if (control.matches(SECRET)) secrets.add(control);
  const isOf = (field) => local === field || local.startsWith(`${field}_`) || local.startsWith(`${field}-`);
  return secrets.has(control) || !!withheld.get(form)?.some(isOf);
}

function holds(control) {
  if (TICKED.has(control.type)) return control.checked ? [control.value] : [];
  if (control.tagName === "SELECT") return Array.from(control.selectedOptions, ({ value }) => value);
  return [control.value];
}

function began(control) {
  if (TICKED.has(control.type)) return control.defaultChecked ? [control.value] : [];
  if (control.type === "hidden") return [starts.get(control) ?? control.defaultValue];
  if (control.tagName !== "SELECT") return [control.defaultValue];
  const chosen = Array.from(control.options).filter((each) => each.defaultSelected);
  if (chosen.length || control.multiple) return chosen.map(({ value }) => value);
  return Array.from(control.options).filter((each) => !each.disabled).slice(0, 1).map(({ value }) => value);
}

// To find a control's label a browser looks through the whole page: rows have the same ones.
function labelOf(control, form) {
  if (!labels.has(form)) labels.set(form, new Map());
  const known = labels.get(form);
  const name = control.name.replace(/-\d+-/g, "-0-");
  if (!known.has(name)) known.set(name, lookForLabel(control));
  return known.get(name);
}

function lookForLabel(control) {
  const legend = TICKED.has(control.type) && closest(control, "fieldset")?.querySelector("legend");
  return (legend || control.labels?.[0])?.textContent.trim().replace(/:$/, "") ?? "";
}

// Adds what one control holds to those of its row, by name.
// Of a row that has come, and is none of the first `initial`, all that it holds counts as typed.
function add(row, control, local, form, initial = 0, withValue = true) {
  if (isSecret(control, local, form)) {
    if (control.value) row.again[local] = true;
    return;
  }
  const isExtra = came.has(closest(control, ROW)) && row.index >= initial;
  const known = isExtra ? [] : startOf(control, local);
  const there = row.controls[control.name]
    ??= { start: [...known ?? []], label: labelOf(control, form), hidden: control.type === "hidden" };
  if (!known) there.start.push(...began(control));
  if (withValue) (there.now ??= []).push(...holds(control));
}

// What all controls of this name began with, if Python told it.
function startOf(control, local) {
  const values = told.get(closest(control, "[data-key]"));
  const name = [`__prefix__-${local}`, control.name].find((each) => values && Object.hasOwn(values, each));
  return name && values[name];
}

// By names, whatever they are: every other object has a "constructor" already.
const byName = () => Object.create(null);
const newRow = (index, key) => ({ index, key: key ?? null, controls: byName(), again: byName(), nested: byName() });

// Parts a name into the prefix of its formset, as one of `prefixes`, the row's number and the rest.
function split(name, prefixes) {
  const bare = name.startsWith("initial-") && !prefixes.has("initial") ? name.slice("initial-".length) : name;
  let found = null;
  for (const { 0: { length }, 1: digits, index } of bare.matchAll(/-(\d+)(?=-)/g)) {
    const prefix = bare.slice(0, index);
    if (prefixes.has(prefix)) found = { prefix, index: Number(digits), local: bare.slice(index + length + 1) };
  }
  return found;
}

function describe(element) {
  const container = unclobbered(element);
  const isSet = () => container.hasAttribute("data-formset") || !!container.querySelector('[name$="-TOTAL_FORMS"]');
  return {
    kind: !container.hasAttribute("data-form") && isSet() ? "formset" : "form",
    path: container.getAttribute("data-formset") ?? container.getAttribute("data-form") ?? "",
    prefix: container.getAttribute("data-prefix")?.trim() ?? "",
    id: container.getAttribute("id") ?? "",
  };
}

function prefixOf(container) {
  const given = unclobbered(container).getAttribute("data-prefix")?.trim();
  if (given) return given;
  if (!prefixes.has(container)) prefixes.set(container, lookForPrefix(container));
  return prefixes.get(container);
}

function lookForPrefix(container) {
  const names = Array.from(unclobbered(container).querySelectorAll('[name$="-TOTAL_FORMS"]'), ({ name }) => name.replace(COUNTS, ""));
  return names.reduce((one, other) => other.length < one.length ? other : one, names[0] ?? "form");
}

// Everything that the page's forms hold: one part for each form and formset, and the plain controls
// beside them.
export function readAll() {
  const parts = [];
  const plain = [];
  const byForm = new Map();
  const page = unclobbered(document);
  for (const container of page.querySelectorAll(CONTAINERS)) {
    const form = closest(container, "form") ?? container;
    if (!byForm.has(form)) byForm.set(form, []);
    byForm.get(form).push(container);
  }
  const forms = Array.from(page.forms);
  for (const [form, containers] of byForm) {
    const { found, rest } = readForm(form, containers);
    parts.push(...found);
    if (Object.keys(rest).length) plain.push({ id: unclobbered(form).getAttribute("id") ?? "", place: forms.indexOf(form), controls: rest });
  }
  return { parts, plain };
}

function readForm(form, containers) {
  const controls = controlsOf(form);
  const sets = new Map(); // prefix to part
  for (const control of controls) {
    if (!COUNTS.test(control.name)) continue;
    const prefix = control.name.replace(COUNTS, "");
    if (!sets.has(prefix)) sets.set(prefix, { prefix, total: 0, initial: 0, began: 0, rows: new Map(), control });
    const set = sets.get(prefix);
    if (control.name.endsWith("-TOTAL_FORMS")) [set.total, set.began] = [Number(control.value), Number(began(control)[0])];
    if (control.name.endsWith("-INITIAL_FORMS")) set.initial = Number(control.value);
  }
  const singles = new Map(); // containers of plain forms to their rows
  const rest = byName();
  for (const control of controls) {
    if (COUNTS.test(control.name)) continue;
    const place = split(control.name, sets);
    const container = closest(control, CONTAINERS) ?? (containers.length === 1 ? containers[0] : null);
    const isSingle = !place && container && describe(container).kind === "form";
    const prefix = isSingle && describe(container).prefix;
    const local = place?.local ?? (prefix && control.name.startsWith(`${prefix}-`) ? control.name.slice(prefix.length + 1) : control.name);
    if (!place && !isSingle) {
      if (isSecret(control, local, form)) continue;
      const there = rest[control.name] ??= { now: [], start: [] };
      there.now.push(...holds(control));
      there.start.push(...began(control));
    } else if (place) {
      const { rows, initial } = sets.get(place.prefix);
      if (!rows.has(place.index)) rows.set(place.index, newRow(place.index, closest(control, ROW)?.dataset.key));
      add(rows.get(place.index), control, local, form, initial);
    } else {
      if (!singles.has(container)) singles.set(container, newRow(0));
      add(singles.get(container), control, local, form);
    }
  }
  const asParts = new Map(Array.from(sets, ([prefix, set]) => [prefix, partOf(set)]));
  const row = (place) => asParts.get(place.prefix).rows.find(({ index }) => index === place.index);
  for (const [prefix, { control }] of sets) {
    const outer = split(`${prefix}-`, sets); // it begins with the name of a row that it is in
    const owner = outer ? row(outer) : singles.get(closest(control, "[data-form]"));
    if (!owner || !closest(control, "[data-formset-nested]")) continue;
    owner.nested[closest(control, "[data-formset-nested]").getAttribute("data-formset-nested")] = asParts.get(prefix);
  }
  const found = containers.map((container) => {
    const described = describe(container);
    if (described.kind === "form") return { ...described, total: 1, initial: 0, began: 1, rows: [singles.get(container) ?? newRow(0)], order: [0] };
    return { ...described, ...asParts.get(prefixOf(container)) };
  });
  return { found: found.filter(({ rows }) => rows), rest };
}

// The rows come as they stand in the page, which is their order.
function partOf({ prefix, total, initial, began: before, rows }) {
  const there = Array.from(rows.values());
  return { prefix, total, initial, began: before, rows: there, order: there.map(({ index }) => index) };
}

// Where one control that somebody types into belongs: its container, the rows that it is in, from the
// outermost, and which of their controls. Null where nothing of it is kept.
export function placeOf(control) {
  const form = formOf(control);
  const container = closest(control, CONTAINERS);
  if (!container || !isControl(control)) return null;
  const described = describe(container);
  const steps = [];
  for (let row = closest(control, ROW); row; row = row.parentElement && closest(row.parentElement, ROW)) {
    const owner = closest(row, "[data-formset-nested]") ?? container;
    const prefix = prefixOf(owner);
    const at = split(control.name, new Set([prefix]));
    if (!at) return null;
    const key = closest(owner, "[data-bound]") ? row.dataset.key : null; // HTML made beforehand has keys of its own
    steps.unshift({ prefix, row, owner, key, index: at.index, local: at.local, name: unclobbered(owner).getAttribute("data-formset-nested") });
  }
  if (!steps.length && described.kind === "formset") return null; // it stands outside its row
  const local = steps.at(-1)?.local
    ?? (described.prefix && control.name.startsWith(`${described.prefix}-`) ? control.name.slice(described.prefix.length + 1) : control.name);
  if (isSecret(control, local, form)) return null;
  return { form, container, described, steps, local };
}

function counted({ owner, prefix }) {
  if (!counts.has(owner)) counts.set(owner, new Map());
  const known = counts.get(owner);
  const count = (name) => {
    if (!known.get(name)?.isConnected) known.set(name, unclobbered(owner).querySelector(`[name="${CSS.escape(name)}"]`));
    return known.get(name);
  };
  const [total, initial] = [count(`${prefix}-TOTAL_FORMS`), count(`${prefix}-INITIAL_FORMS`)];
  return { total: Number(total?.value ?? 0), initial: Number(initial?.value ?? 0), began: Number(total ? began(total)[0] : 0) };
}

// What is typed into one control, as a part with nothing else in it, but for what its row began with.
export function readOne({ form, container, described, steps, local }, control, before) {
  const inner = newRow(steps.at(-1)?.index ?? 0, steps.at(-1)?.key);
  const scope = unclobbered(steps.at(-1)?.row ?? container);
  const same = Array.from(scope.querySelectorAll(`[name="${CSS.escape(control.name)}"]`)).filter(isControl);
  const initial = steps.length ? counted(steps.at(-1)).initial : 0;
  for (const each of same.includes(control) ? same : [control]) add(inner, each, local, form, initial);
  if (inner.index < initial) { // which row it was is known by what it began with
    for (const each of scope.querySelectorAll("input, select, textarea")) {
      const at = isControl(each) && split(each.name, new Set([steps.at(-1).prefix]));
      if (at && each.name !== control.name && closest(each, ROW) === scope) add(inner, each, at.local, form, initial, false);
    }
  }
  inner.again = byName();
  for (const [name, each] of Object.entries(before?.controls ?? {})) {
    if (!inner.controls[name]?.now) inner.controls[name] = each;
  }
  let row = inner;
  for (let depth = steps.length - 1; depth > 0; depth -= 1) {
    const outer = newRow(steps[depth - 1].index, steps[depth - 1].key);
    outer.nested[steps[depth].name] = { prefix: steps[depth].prefix, ...counted(steps[depth]), rows: [row], order: null };
    row = outer;
  }
  const outermost = steps.length ? { prefix: steps[0].prefix, ...counted(steps[0]) } : { total: 1, initial: 0, began: 1 };
  return { part: { ...described, ...outermost, rows: [row], order: null }, inner };
}

// Lets plain controls hold what they held, [{id, place, controls}], once rows are back.
export function putBack(plain) {
  for (const { id, place, controls } of plain) {
    const page = unclobbered(document);
    const form = (id && page.getElementById(id)) || page.forms[place];
    if (!form) continue;
    for (const control of controlsOf(form)) {
      const { now, start } = Object.hasOwn(controls, control.name) ? controls[control.name] : {};
      if (!now || String(now) === String(start) || !setTo(control, now)) continue;
      for (const type of ["input", "change"]) control.dispatchEvent(new Event(type, { bubbles: true }));
    }
  }
}

function setTo(control, values) {
  const before = String(holds(control));
  if (TICKED.has(control.type)) control.checked = values.includes(control.value);
  else if (control.type === "select-multiple") for (const each of control.options) each.selected = values.includes(each.value);
  else if (control.type !== "file" && values.length === 1) [control.value] = values;
  return String(holds(control)) !== before;
}
