// What Python has done to many rows of a formset at once: one call in place of thousands. It knows
// the attributes that Python gives to rows and buttons, and where a template puts errors; it decides
// nothing. It is JavaScript because a call from Python into the page takes longer than the work.
// What is long comes as JSON. `rows` is a Map of row keys to elements.

import { unclobbered } from "./clobbering.js";
import { gauge } from "./looks.js";
import { nameCopy, number, own, rename } from "./names.js";
import { asCopied, stamp } from "./stamps.js";

const page = unclobbered(document);
const OWNERS = "[data-key], [data-formset], [data-formset-nested]";
const CONTROLS = "input, select, textarea";
const FOUND = `${CONTROLS}, ${OWNERS}`;
const NOTE = "data-clientforms-note";
const PARTS = new Set(["TABLE", "TBODY", "THEAD", "TFOOT", "TR"]); // of a table: they hold nothing else
const BUTTONS = new Set(["submit", "button", "reset", "image"]);
const TICKED = new Set(["checkbox", "radio"]);
const INITIAL = "initial-";
const ALPHANUMERIC = /[\p{L}\p{N}]/u;

const shown = new WeakMap(); // a row's element to a Map: field to the elements of its errors

// ── finding ──────────────────────────────────────────────────────────────────────────────────────

function make() {
  return new Map();
}

// Takes note of the rows that stand in `parent`.
function register(rows, parent) {
  for (const row of unclobbered(parent).children) {
    const key = row.getAttribute("data-key");
    if (key !== null) rows.set(key, row);
  }
}

// Puts the rows in `html` before the element `next`, or last, and takes note of them.
function add(rows, parent, html, next) {
  const template = page.createElement("template");
  template.innerHTML = html;
  register(rows, template.content);
  unclobbered(parent).insertBefore(template.content, next ?? null);
}

const ownControls = (row) => controlsIn(row).controls.filter(isPosted);
const isPosted = ({ name, type }) => name && !BUTTONS.has(type);

// The controls that stand in a row, not in one inside it, their types, and whether there is none inside it. To look for
// them in a thousand rows takes milliseconds: it is done again only where controls or rows came or went.
let controlsOfRows = new WeakMap();

function controlsIn(row) {
  notice(observer.takeRecords());
  const known = controlsOfRows.get(row); // it stands in the document: what leaves that is forgotten
  if (known) return known;
  const found = lookForControls(row);
  if (watchers && unclobbered(row).getRootNode() === document) controlsOfRows.set(row, found);
  return found;
}

function lookForControls(row) {
  const all = Array.from(unclobbered(row).querySelectorAll(CONTROLS));
  const isWhole = !unclobbered(row).querySelector(OWNERS);
  const controls = isWhole ? all : all.filter((control) => control.closest(OWNERS) === row);
  return { controls, types: controls.map(({ type }) => type), isWhole };
}

// The controls in a row that belong to `field`.
function controlsOf(field, row, prefix, find) {
  return controlsIn(row).controls.filter((each) => find(each.name, prefix) === field && isPosted(each));
}

const some = (list, test) => Array.prototype.some.call(list, test);

// Whether controls or rows came or went, or became some. Errors come and go in a thousand rows at once.
function concernsControls({ type, addedNodes, removedNodes }) {
  const hasSome = (any) => {
    const node = unclobbered(any);
    return node.nodeType === 1 && (node.matches(FOUND) || node.querySelector(FOUND) !== null);
  };
  return type !== "childList" || some(addedNodes, hasSome) || some(removedNodes, hasSome);
}

function forget({ target, removedNodes }) {
  for (let element = target; element; element = unclobbered(element).parentNode) controlsOfRows.delete(element);
  for (const node of removedNodes) {
    if (node.nodeType !== 1) continue;
    for (const row of [node, ...unclobbered(node).querySelectorAll("[data-key]")]) controlsOfRows.delete(row);
  }
}

// Answers, by a control's name and the prefix of its row, with the field that it belongs to, or
// undefined. `fields` are pairs of a field and the end of its controls' names; see engine/post/control_names.py.
// Rows are alike: each name is looked for once.
function finderOf(fields) {
  const known = new Map();
  return (name, prefix) => {
    const local = localOf(name, prefix);
    if (local === undefined) return undefined;
    if (!known.has(local)) known.set(local, fieldOf(local, fields));
    return known.get(local);
  };
}

function localOf(name, prefix) {
  const start = name.startsWith(INITIAL) && name.startsWith(prefix ?? "", INITIAL.length) ? INITIAL.length : 0;
  if (!prefix) return name.slice(start);
  if (!start && !name.startsWith(prefix)) return undefined;
  const end = start + prefix.length;
  const next = name.charAt(end);
  return next !== "-" && ALPHANUMERIC.test(next) ? undefined : name.slice(end);
}

function fieldOf(local, fields) {
  let found;
  let length = -1;
  for (const [field, end] of fields) {
    const fits = local === end || local.startsWith(`${end}_`) || local.startsWith(`${end}-`);
    if (fits && end.length > length) [found, length] = [field, end.length];
  }
  return found;
}

// The elements in which rows stand.
function parents(rows) {
  return Array.from(new Set(Array.from(rows, (row) => row.parentElement)));
}

// Puts copies of an empty form before the node `next`, [[key, prefix, number]], and takes note of them.
function copy(rows, parent, next, form, json) {
  const { start, placeholder, given } = JSON.parse(json);
  const fragment = page.createDocumentFragment();
  for (const [key, prefix, number] of given) {
    const row = page.importNode(form, true);
    nameCopy(row, start, prefix, placeholder, number, fragment);
    row.setAttribute("data-key", key);
    rows?.set(key, row);
    fragment.append(row);
  }
  unclobbered(parent).insertBefore(fragment, next ?? null);
}

// Rows that other scripts put into one of `parents`, as [node], or took out of it, as [node, key].
function strangers(rows, parents, records) {
  const known = (node) => {
    const key = node instanceof Element ? unclobbered(node).getAttribute("data-key") : null;
    return key !== null && rows.get(key) === node ? key : null;
  };
  const found = [];
  const seen = new Set();
  for (const record of records) {
    for (const node of record.removedNodes) {
      const key = known(node);
      if (key !== null && !parents.some((each) => unclobbered(each).contains(node))) found.push([node, key]);
    }
    for (const node of record.addedNodes) {
      if (!(node instanceof Element) || seen.has(node) || known(node) !== null) continue;
      seen.add(node);
      if (parents.includes(unclobbered(node).parentNode)) found.push([node]);
    }
  }
  return found;
}

// What was found in the document and holds until something comes, goes or changes. Elements that name a
// form by their `form` attribute, too: to look for them among a thousand rows takes milliseconds.
let watchers = 0;
let named = null;
const observer = new MutationObserver(notice);
const WATCHED = { subtree: true, childList: true, attributeFilter: ["form", "type", "multiple", "data-key", "data-formset", "data-formset-nested"] };

function notice(records) {
  const names = (any) => {
    const node = unclobbered(any);
    return node.nodeType === 1 && (node.hasAttribute("form") || node.querySelector("[form]"));
  };
  const tells = ({ attributeName, addedNodes, removedNodes }) => attributeName === "form"
    || some(addedNodes, names) || some(removedNodes, names);
  if (named && records.some(tells)) named = null;
  // All of them, if one does: what one node lost in another's records is not in it any more.
  if (records.some(concernsControls)) records.forEach(forget);
}

// Says that the document will be asked again, or will not be any more.
function watch(on) {
  watchers += on ? 1 : -1;
  if (on && watchers === 1) {
    observer.observe(document, WATCHED);
  } else if (!watchers) {
    observer.disconnect();
    controlsOfRows = new WeakMap();
  }
}

// What belongs to the form `id` and stands outside `container`.
function outside(id, container) {
  notice(observer.takeRecords());
  if (!watchers) named = null;
  named ??= Array.from(page.querySelectorAll("[form]"));
  return named.filter((each) => each.getAttribute("form") === id && !unclobbered(container).contains(each));
}

// ── values ───────────────────────────────────────────────────────────────────────────────────────

// What a control with one value posts. A browser breaks the lines of a text area with wrap=hard by how they
// are laid out, and tells that in FormData alone.
function valueOf(control, type = control.type) {
  const { form, value } = control;
  if (type !== "textarea" || control.wrap !== "hard" || !form || !value) return value;
  const alike = Array.from(unclobbered(form).elements).filter((each) => each.name === control.name && !each.matches(":disabled"));
  isAsking = true;
  try {
    return new FormData(form).getAll(control.name)[alike.indexOf(control)] ?? value;
  } finally {
    isAsking = false;
  }
}

let isAsking = false; // nothing is sent: authors' listeners are not to hear of it
window.addEventListener("formdata", (event) => { if (isAsking) event.stopImmediatePropagation(); }, true);

function posted(control) {
  if (control.type === "file" || control.matches(":disabled")) return null;
  if (TICKED.has(control.type)) return control.checked ? [control.value] : null;
  if (control.tagName !== "SELECT") return [valueOf(control)];
  const chosen = Array.from(control.selectedOptions).filter((each) => !each.matches(":disabled"));
  return chosen.length ? chosen.map((each) => each.value) : null;
}

// What controls were seen to hold when they were set or asked last. Scripts change them without an event.
const seen = new WeakMap();
const barred = new WeakSet(); // file inputs that a condition withholds; those that are disabled hold their files still
const wrong = new WeakMap(); // what was told to be wrong with them, see errorOf()
const UNKNOWN = Symbol("to be told again");

// What a control holds of what it would post, as a text; null or undefined for nothing.
function held(control) {
  return control.type !== "file" && control.matches(":disabled") ? null : heldEnabled(control, control.type);
}

function heldEnabled(control, type) {
  if (!OF_MORE_THAN_A_VALUE.has(type)) return valueOf(control, type);
  if (type === "file") return filesOf(control);
  if (TICKED.has(type)) return control.checked ? control.value : null;
  if (type === "select-multiple") return JSON.stringify(posted(control));
  return control.options[control.selectedIndex]?.matches(":disabled") ?? true ? null : control.value;
}

function filesOf(control) {
  if (!control.files.length) return undefined;
  return JSON.stringify(Array.from(control.files, ({ name, size, lastModified }) => [name, size, lastModified]));
}

// What is wrong with what a control holds, by the browser's rules; nothing as an empty text. The order
// is that in which one of several is told. Browsers look at minlength only where somebody typed; a value
// that was undone or kept as a draft was typed too.
const RULES = ["badInput", "customError", "valueMissing", "typeMismatch", "patternMismatch", "rangeUnderflow",
  "rangeOverflow", "stepMismatch"];
const LIMITS = { rangeUnderflow: "min", rangeOverflow: "max", stepMismatch: "step", tooShort: "minlength" };
const OF_MORE_THAN_A_VALUE = new Set(["file", "checkbox", "radio", "select-one", "select-multiple"]);
const LETTERS = new Set(["text", "search", "tel", "url", "email", "password", "textarea"]);

// All that a disabled fieldset holds is barred from validation (HTML standard, 4.10.20.1), apart from its legend.
const DISABLED = JSON.stringify(["disabled"]);
const isInDisabledFieldset = (control) => control.matches(":disabled") && control.closest("fieldset:disabled") !== null;

const unchecked = new WeakSet(); // forms whose authors wrote `novalidate` themselves

function leaveUnchecked(form) {
  unchecked.add(form);
}

function errorOf(control) {
  if (isInDisabledFieldset(control)) return DISABLED;
  if (!control.willValidate || (unchecked.has(control.form) && !control.validity.badInput)) return "";
  const { validity, type } = control;
  const isShort = control.minLength > 0 && LETTERS.has(type) && control.value && control.value.length < control.minLength;
  if (validity.valid && !isShort) return "";
  const broken = RULES.find((rule) => validity[rule] && (rule !== "stepMismatch" || control.hasAttribute("step")));
  const kind = broken ?? (isShort ? "tooShort" : "");
  if (!kind) return "";
  const text = kind === "customError" ? control.validationMessage : kind === "patternMismatch" ? control.title : "";
  return JSON.stringify([kind, type, control.getAttribute(LIMITS[kind]) ?? "", text, control.value.length]);
}

// Whether a control holds something else than it was seen to; from now on it is seen to hold that. This
// is asked of each control of a thousand rows: what most of them are not is asked in one call, which a
// browser answers from what it knows, and whether it posts anything only if there is news.
const SPECIAL = ":disabled, :invalid, [minlength]";

function isNews(control, type = control.type) {
  const isSpecial = control.matches(SPECIAL);
  if (type === "file" && barred.has(control) && !control.disabled) return true;
  const now = isSpecial ? held(control) : heldEnabled(control, type);
  const error = isSpecial ? errorOf(control) : "";
  if (seen.get(control) === now && (wrong.get(control) ?? "") === error) return false;
  if (!isPosted(control)) return false;
  seen.set(control, now);
  if (error) wrong.set(control, error);
  else wrong.delete(control);
  return true;
}

// Takes note that a control was given its value by Python, which knows of nothing wrong with it: what is
// wrong will be news.
function wasSet(control, value = held(control)) {
  seen.set(control, wrong.delete(control) ? UNKNOWN : value);
}

// Disables a control that a condition withholds, or enables it. It is seen to post nothing then: if a script
// enables it, that is news.
function withhold(control, on) {
  control.disabled = on;
  if (control.type === "file") barred[on ? "add" : "delete"](control);
  else if (on) seen.set(control, null);
}

// Tells of controls of rows, and of `others`, that hold what nobody has reported: a list of
// [key, {name: what lookAt() tells}, [names of file inputs]], and the places of those in `others`.
// Nothing if there are none.
function news(rows, others) {
  const found = [];
  for (const [key, row] of rows) {
    const { controls: all, types } = controlsIn(row);
    const changed = all.filter((control, place) => isNews(control, types[place]));
    if (!changed.length) continue;
    const controls = ownControls(row);
    const told = changed.map(({ name }) => [name, lookAt(controls.filter((each) => each.name === name))]);
    const files = changed.filter(({ type }) => type === "file").map(({ name }) => name);
    found.push([key, Object.fromEntries(told), files]);
  }
  const places = Array.from(others).flatMap((control, place) => isNews(control) ? [place] : []);
  return found.length || places.length ? JSON.stringify([found, places]) : "";
}

// Tells what controls of one name post, [values] or null, and what is wrong with it, or null.
function lookAt(controls) {
  const values = Array.from(controls).flatMap((each) => posted(each) ?? []);
  const errors = Array.from(controls, (each) => wrong.get(each));
  const isDisabled = errors.length && errors.every((each) => each === DISABLED);
  const error = isDisabled ? DISABLED : errors.find((each) => each && each !== DISABLED);
  return [values.length ? values : null, error ? JSON.parse(error) : null];
}

// Looks at all controls of one name in a row, or at these controls.
function look(row, name, controls) {
  const all = controls ?? ownControls(row).filter((each) => each.name === name);
  for (const control of all) isNews(control);
  return JSON.stringify(lookAt(all));
}

// Whether a disabled fieldset holds the element.
function isDisabled(element) {
  return unclobbered(element).closest("fieldset:disabled") !== null;
}

// Makes rows post what they are given: [[key, prefix, {name: [values]}]], with `placeholder` in place
// of the prefix in the names; what a control cannot read stays in those that `unread` names. Answers with the keys of those that post something else all the same:
// a select holds none but its options, a number input no letters.
function setValues(rows, json) {
  const { fields, placeholder, given } = JSON.parse(json);
  const find = finderOf(fields);
  const found = [];
  const looks = new Map(); // of rows that are copies of one
  for (const [key, prefix, values, unread] of given) {
    const row = rows.get(key);
    const copy = asCopied(row);
    if (copy && looks.has(copy.mould) && areAsGiven(looks.get(copy.mould), copy.controls, values)) continue;
    const now = Object.create(null);
    const used = Object.create(null);
    const controls = ownControls(row).filter((each) => find(each.name, prefix));
    const names = controls.map(({ name }) => prefix ? name.replace(prefix, () => placeholder) : name);
    if (copy && !looks.has(copy.mould)) looks.set(copy.mould, looksOf(copy.controls, controls, names));
    const changed = controls.map((control, place) => {
      const clears = !unread.includes(names[place]);
      return setValue(control, of(values, names[place]) ?? [], used, clears);
    });
    controls.forEach((control, place) => {
      if (changed[place]) wasSet(control);
    });
    controls.forEach((control, place) => {
      const name = names[place];
      const each = changed[place] ? posted(control) : of(values, name);
      if (each) (now[name] ??= []).push(...each);
    });
    const all = [...Object.keys(now), ...Object.keys(values)];
    if (!all.every((name) => areSame(now[name] ?? [], of(values, name) ?? []))) found.push(key);
  }
  return JSON.stringify(found);
}

// What untouched copies of a row post, by name: the place of the control where copies differ by its text,
// or the values that all of them post. Null where that cannot be said.
function looksOf(all, controls, names) {
  const found = new Map();
  for (const [index, control] of controls.entries()) {
    const name = names[index];
    const place = all.indexOf(control);
    const isText = !TICKED.has(control.type) && control.tagName !== "SELECT" && control.type !== "file";
    if (place < 0 || (found.has(name) && (isText || found.get(name).place >= 0))) return null;
    if (isText && !control.matches(":disabled")) found.set(name, { place });
    else found.set(name, { place: -1, values: [...found.get(name)?.values ?? [], ...posted(control) ?? []] });
  }
  return found;
}

// Whether a copied row that nobody has touched posts these values, and no others.
function areAsGiven(looks, controls, values) {
  if (!looks) return false;
  let count = 0;
  for (const [name, look] of looks) {
    const given = of(values, name);
    const fits = look.place < 0 ? areSame(look.values, given ?? [])
      : given?.length === 1 && isSame(valueOf(controls[look.place]), given[0]);
    if (!fits) return false;
    count += given ? 1 : 0;
  }
  for (const control of controls) wasSet(control);
  return count === Object.keys(values).length;
}

// Whether a POST carries the same of both: all line ends go as CRLF.
function isSame(one, other) {
  return one === other || (one.length !== other.length && inLines(one) === inLines(other));
}

function inLines(text) {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

// What an object that came as JSON has for a name: every object has a "constructor".
function of(object, name) {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function areSame(one, other) {
  return one.length === other.length && one.every((value, place) => isSame(value, other[place]));
}

function include(values, value) {
  return values.some((each) => isSame(each, value));
}

// Whether a control of a kind that has one value, and holds `value`, posts just `given`.
function holds(control, value, given) {
  const { type } = control;
  if (!isSame(value, given) || TICKED.has(type) || type === "file" || type === "select-multiple") return false;
  return !control.matches(":disabled")
    && !(type === "select-one" && (control.options[control.selectedIndex]?.matches(":disabled") ?? true));
}

// Whether the control has to be asked what it posts now. One that holds its value is not touched.
function setValue(control, values, used, clears) {
  const { name } = control;
  const value = valueOf(control);
  if (clears && value === "" && control.validity.badInput) control.value = ""; // it posts nothing, and shows something
  if (values.length === 1 && !used[name] && holds(control, value, values[0])) {
    used[name] = 1;
    wasSet(control, value);
    return false;
  }
  if (TICKED.has(control.type)) {
    const checked = include(values, control.value);
    if (control.checked !== checked) control.checked = checked;
  } else if (control.tagName === "SELECT") {
    if (values.length || control.multiple) choose(control, values);
  } else if (control.type !== "file") {
    const place = used[name] ?? 0; // several controls of one name share its values
    used[name] = place + 1;
    const given = values[place] ?? "";
    if (!isSame(valueOf(control), given)) control.value = inLines(given);
  }
  return true;
}

const unoffered = new WeakSet(); // options that were made for a value

// Lets a select have the options of these values, and no others. A value that it does not offer becomes an
// option: it would show its first one, which nobody has chosen, and post that.
function choose(select, values) {
  let isChosen = select.multiple || !values.some(Boolean);
  for (const option of Array.from(select.options)) {
    const selected = include(values, option.value);
    if (option.selected !== selected) option.selected = selected;
    if (!selected && unoffered.has(option)) option.remove();
    isChosen ||= selected;
  }
  if (isChosen) return;
  const made = new Option(values[0], values[0], !select.querySelector("[selected]"), true);
  unoffered.add(made);
  select.add(made);
}

// The options of a select, [value, text, disabled, group] each.
function options(select) {
  return JSON.stringify(Array.from(select.options, ({ value, text, disabled, parentNode }) =>
    [value, text, disabled, parentNode.label ?? ""]));
}

// ── controls of no form here ──────────────────────────────────────────────────────────────────────

// Elements of a form whose own rules are broken: `novalidate` keeps the browser from saying so.
function invalid(form) {
  if (unchecked.has(form)) return [];
  return Array.from(unclobbered(form).elements).filter((each) => each.willValidate && each.validity && !each.validity.valid);
}

// Elements of a form that a reset gives other values.
function resettable(form) {
  return Array.from(unclobbered(form).elements).filter((each) => "value" in each && each.type !== "hidden" && !BUTTONS.has(each.type));
}

// Gives an element what it came with. HTML standard, "Resetting a form": `reset` was cancelled for the others.
function reset(element) {
  if (TICKED.has(element.type)) {
    element.checked = element.defaultChecked;
  } else if (element.tagName === "SELECT") {
    for (const option of element.options) option.selected = option.defaultSelected;
    if (element.selectedIndex < 0 && !element.multiple) {
      element.selectedIndex = Array.from(element.options).findIndex((each) => !each.matches(":disabled"));
    }
  } else if (element.formResetCallback) {
    element.formResetCallback();
  } else {
    element.value = element.type === "file" ? "" : element.defaultValue;
  }
}

// ── errors ───────────────────────────────────────────────────────────────────────────────────────

function parsed(html) {
  const template = page.createElement("template");
  template.innerHTML = html;
  const elements = Array.from(template.content.children);
  if (elements.length || !html.trim()) return elements;
  const text = page.createElement("span");
  text.textContent = template.content.textContent;
  return [text];
}

// What `parsed()` gives for each of these: Django's lists of errors are read as one document, which takes a
// fraction of the time for a thousand rows.
function parsedAll(htmls) {
  if (htmls.length < 2 || !htmls.every((html) => html.startsWith("<ul"))) return htmls.map(parsed);
  const template = page.createElement("template");
  template.innerHTML = htmls.map((html) => `<div>${html}</div>`).join("");
  const boxes = Array.from(template.content.children);
  const fits = boxes.length === htmls.length && boxes.every(({ tagName, childElementCount }) => tagName === "DIV" && childElementCount);
  return fits ? boxes.map(({ children }) => Array.from(children)) : htmls.map(parsed);
}

// Shows the errors of fields: see changes.FieldErrorsChanged and slots.Slot.
function showErrors(rows, json) {
  const { fields, slots, errors } = JSON.parse(json);
  const find = finderOf(fields);
  const lists = parsedAll(errors.map((each) => each[3]).filter(Boolean));
  let place = 0;
  for (const [key, prefix, field, html, some, attributes, groupAttributes, classes] of errors) {
    const elements = html ? lists[place++] : null;
    const row = rows.get(key);
    takeAway(row, field);
    const controls = controlsOf(field, row, prefix, find);
    const control = controls[0] ?? withoutControl(row, elements);
    if (!control) continue;
    const slot = of(slots, field);
    if (elements) {
      keep(row, field, elements);
      insert(slot ?? { depth: 0, own: false, index: 1 }, elements, control, row);
    }
    for (const each of controls) {
      if (each.type !== "hidden") setAttributes(each, attributes); // an initial value is never wrong
    }
    const group = control.closest("fieldset");
    if (group) setAttributes(group, groupAttributes);
    if (!classes.length) continue;
    const styled = slot ? ancestor(control, slot.css, row) : child(control, row);
    if (styled) classes.forEach((name) => styled.classList.toggle(name, some));
  }
}

// What stands in a row for a field whose widget has no control, or none yet, as a captcha's. Its errors are
// called like it.
function withoutControl(row, elements) {
  const id = elements?.[0]?.id.replace(/_error$/, "");
  return id ? row.querySelector(`[id="${CSS.escape(id)}"]`) : null;
}

function insert(slot, elements, control, row) {
  let sibling = control;
  for (let step = 0; step < slot.depth; step += 1) {
    const parent = sibling.parentElement;
    if (!parent || parent === row) break;
    sibling = parent;
  }
  const parent = sibling.parentElement;
  if (PARTS.has(parent.tagName) && elements[0].tagName !== "TR") {
    (control.closest("td, th") ?? sibling).prepend(...elements);
  } else if (slot.own && parent !== row) {
    const others = Array.from(parent.children).filter((each) => !each.hasAttribute(NOTE));
    const place = others.indexOf(sibling);
    const count = slot.index >= 0 ? Math.min(slot.index, place) : Math.max(others.length + 1 + slot.index, place + 1);
    if (count <= 0) parent.prepend(...elements);
    else others[Math.min(count, others.length) - 1].after(...elements);
  } else if (slot.index < 0) {
    sibling.after(...elements);
  } else {
    for (let step = 1; step < slot.index; step += 1) sibling = sibling.previousElementSibling ?? sibling;
    sibling.before(...elements);
  }
}

function ancestor(control, depth, row) {
  if (depth === null) return null;
  let element = control;
  for (let step = 0; step < depth && element.parentElement !== row; step += 1) {
    element = element.parentElement;
  }
  return element;
}

function child(control, row) {
  let element = control;
  while (element.parentElement !== row) element = element.parentElement;
  return element;
}

// Says of rows and their fields whether they are touched and changed, [[key, prefix, answers, [[field, answers]]]].
// A field has the classes at the largest element that holds no other one's controls.
function showEditing(rows, json, others) {
  const { fields, news } = JSON.parse(json);
  const find = finderOf(fields);
  for (const [key, prefix, whole, each] of news) {
    const row = rows.get(key);
    markEditing(row, whole);
    for (const [field, answers] of each) {
      const inside = controlsOf(field, row, prefix, find);
      const outside = others.filter(({ name }) => find(name, prefix) === field);
      const own = [...inside, ...outside].filter(({ type }) => type !== "hidden");
      if (own.length) markEditing(fieldWrapper(own, row), answers);
    }
  }
}

function fieldWrapper(own, row) {
  let [element] = own;
  if (!unclobbered(row).contains(element)) return element;
  const holdsOthers = othersThan(own, row);
  while (element.parentElement !== row && !holdsOthers(element.parentElement)) element = element.parentElement;
  return element;
}

// Returns what answers whether an element around the controls `own` of one field holds others that can be
// seen. They stand in the order of the document, so the next ones tell, unless there are rows in the row.
function othersThan(own, row) {
  const isOther = (each) => each.type !== "hidden" && !own.includes(each);
  const { controls, isWhole } = controlsIn(row);
  if (!isWhole) return (element) => some(element.querySelectorAll(CONTROLS), isOther);
  const places = own.map((each) => controls.indexOf(each)).filter((place) => place >= 0);
  const before = controls.slice(0, Math.min(...places)).findLast(isOther);
  const between = controls.slice(Math.min(...places), Math.max(...places)).find(isOther);
  const after = controls.slice(Math.max(...places)).find(isOther);
  const next = [before, between, after].filter(Boolean);
  return (element) => next.some((each) => element.contains(each));
}

function markEditing(element, [touched, changed]) {
  const { classList } = unclobbered(element);
  classList.toggle("clientforms-touched", touched);
  classList.toggle("clientforms-changed", changed);
  if (!classList.length) unclobbered(element).removeAttribute("class");
}

function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value) element.setAttribute(name, value);
    else element.removeAttribute(name);
  }
}

// Remembers what shows the errors called `name` in a row.
function keep(row, name, elements) {
  if (!shown.has(row)) shown.set(row, new Map());
  shown.get(row).set(name, Array.from(elements));
}

function takeAway(row, name) {
  const elements = shown.get(row)?.get(name);
  if (!elements) return;
  for (const element of elements) element.remove();
  shown.get(row).delete(name);
}

// What shows errors in a row now.
function errorsIn(row) {
  return Array.from(shown.get(row)?.values() ?? []).flat();
}

// ── buttons ──────────────────────────────────────────────────────────────────────────────────────

// Hides the rows' DELETE checkboxes, [[key, name]], where buttons do their work. A table keeps its cells.
function hideDeletions(rows, json) {
  for (const [key, name] of JSON.parse(json)) {
    const row = rows.get(key);
    const control = row.querySelector(`input[type="checkbox"][name="${CSS.escape(name)}"]`);
    if (!control || !own(row, '[data-formset-action="remove"]').length) continue;
    const place = child(control, row);
    const controls = Array.from(place.querySelectorAll(CONTROLS));
    const isAlone = controls.every((each) => each === control || each.type === "hidden");
    const isWhole = place !== control && row.tagName !== "TR" && isAlone;
    for (const target of isWhole ? [place] : [control, ...control.labels]) {
      target.hidden = true;
      target.setAttribute("data-clientforms-hidden", "");
    }
  }
}

// Says in rows why they have to stay, [[key, reason]]; without a reason they can be removed.
function showLimits(rows, json) {
  for (const [key, reason] of JSON.parse(json)) {
    const row = rows.get(key);
    const deleted = row.hasAttribute("data-formset-deleted");
    for (const button of own(row, '[data-formset-action="remove"]')) {
      button.hidden = Boolean(reason) || deleted;
    }
    for (const note of own(row, "[data-formset-kept]")) {
      note.hidden = !reason || deleted;
      note.textContent = reason;
    }
  }
}

// Says of rows' buttons whether they move nothing, [[key, up, down]]. They keep the focus, so that a row
// can go to the top step by step: an element that is disabled would lose it.
function showMoves(rows, json) {
  for (const [key, up, down] of JSON.parse(json)) {
    const row = rows.get(key);
    for (const [action, barred] of [["move-up", up], ["move-down", down]]) {
      for (const button of own(row, `[data-formset-action="${action}"]`)) {
        if (barred) button.setAttribute("aria-disabled", "true");
        else button.removeAttribute("aria-disabled");
      }
    }
  }
}

// Shows the handles to drag rows by, or hides them.
function showHandles(element, selector, visible) {
  for (const handle of unclobbered(element).querySelectorAll(selector)) {
    handle.hidden = !visible;
    handle.style.setProperty("touch-action", "none"); // a finger drags, it does not scroll
  }
}

Object.assign((globalThis.clientforms ??= {}), {
  rows: {
    add, choose, copy, errorsIn, gauge, hideDeletions, invalid, isDisabled, keep, leaveUnchecked, look, make, news, number, options,
    outside, parents, register, rename, reset, resettable, setValues, valueOf, showEditing, showErrors, showHandles, showLimits, showMoves, stamp,
    strangers, takeAway, watch, withhold, withoutControl,
  },
});
