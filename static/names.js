// The names of rows: what changes in their attributes when they get other numbers or places. Part of
// rows.js, and JavaScript for its reason.

import { unclobbered } from "./clobbering.js";

const page = unclobbered(document);
const CONTAINERS = "[data-formset], [data-form], [data-formset-nested]";
const PASSING = "clientforms-passing-";
const NEIGHBOUR = /[A-Za-z0-9]/;
const REFERRING = ["name", "id", "for", "aria-describedby", "aria-labelledby", "aria-controls",
  "aria-owns", "aria-details", "aria-errormessage", "list", "headers", "form", "popovertarget", "commandfor",
  "data-bs-target", "data-target", "href"];
const NAMED = [...REFERRING.map((name) => `[${name}]`), "template"].join();

// What `selector` finds in a row, and not in another form or formset inside it.
export function own(element, selector) {
  return Array.from(unclobbered(element).querySelectorAll(selector)).filter((each) => {
    const nested = each.closest(CONTAINERS);
    return !nested || unclobbered(nested).contains(element);
  });
}

// Renames elements and what is in them, [element, old prefix, new prefix] each, and the rows
// [[key, old, new]]. Where one would get a name that another still has, all go through names of
// their own first: radio buttons of one name are one group, and a group keeps one tick.
export function rename(rows, json, others) {
  const renamings = Array.from(others, ([element, before, after]) => [named(element), before, after]);
  for (const [key, before, after] of JSON.parse(json)) {
    renamings.push([named(rows.get(key)), before, after]);
  }
  const held = new Set(renamings.map(([, before]) => before));
  const clash = renamings.some(([, before, after]) => held.delete(before) && held.has(after));
  const ticked = renamings.flatMap(([elements]) =>
    elements.filter((each) => each.type === "radio" && each.checked));
  if (clash) {
    renamings.forEach(([elements, before], number) => renameAll(elements, before, `${PASSING}${number}`));
  }
  renamings.forEach(([elements, before, after], number) =>
    renameAll(elements, clash ? `${PASSING}${number}` : before, after));
  for (const radio of ticked) radio.checked = true; // joining a group may have unticked it
}

// An element and what is in it, if it may name something.
function named(element) {
  const found = [element, ...unclobbered(element).querySelectorAll(NAMED)];
  for (const each of found) {
    if (each.tagName === "TEMPLATE") found.push(...each.content.querySelectorAll(NAMED)); // an author's
  }
  return found;
}

// A prefix begins and ends where there is no letter and no digit beside it.
function renamed(value, before, after) {
  let text = "";
  let from = 0;
  let at = value.indexOf(before);
  while (at >= 0) {
    const end = at + before.length;
    if (NEIGHBOUR.test(value.charAt(at - 1)) || NEIGHBOUR.test(value.charAt(end))) {
      at = value.indexOf(before, at + 1);
    } else {
      text += value.slice(from, at) + after;
      from = end;
      at = value.indexOf(before, end);
    }
  }
  return text + value.slice(from);
}

function renameAll(elements, before, after) {
  for (const element of elements) {
    for (const name of REFERRING) {
      const value = element.getAttribute(name);
      if (value === null || (name === "href" && !value.startsWith("#"))) continue;
      const now = renamed(value, before, after);
      if (now !== value) element.setAttribute(name, now);
    }
  }
}

// Gives a copy of an empty form its prefix in place of `start`, in all attributes but values. What has
// the placeholder without that gets a number that no id has yet; what else has it is of a formset inside.
export function nameCopy(row, start, prefix, placeholder, number, beside) {
  const elements = [row, ...row.querySelectorAll("*")].map((element) => [element, true]);
  for (const [{ content, tagName }] of elements) {
    if (tagName === "TEMPLATE") elements.push(...Array.from(content.querySelectorAll("*"), (each) => [each, false]));
  }
  const loose = [];
  for (const [element, isOutside] of elements) {
    for (const attribute of element.attributes) {
      const { name, value } = attribute;
      if (name === "value" || !value.includes(placeholder)) continue;
      if (value.includes(start)) attribute.value = renamed(value, start, prefix);
      else if (isOutside) loose.push(attribute);
    }
  }
  let own = number;
  const isTaken = ({ name, value }) => name === "id"
    && [page, beside].some((each) => each.getElementById(value.replace(placeholder, own)));
  while (loose.some(isTaken)) own += 1;
  for (const attribute of loose) attribute.value = attribute.value.replace(placeholder, own);
  const walker = page.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (data.includes(placeholder) && !parentElement.closest("textarea, script, style, option")) {
      walker.currentNode.data = data.replaceAll(placeholder, number);
    }
  }
}

// What is a group of its own kind, and would be none with another role: its items would have no list.
const KINDS = new Set(["DL", "LI", "OL", "TR", "UL"]);

// Names rows and their buttons by the rows' places, from the place `first` on, for those who hear them
// out of context: `label` is the noun, and `pattern` has %(action)s and %(row)s.
export function number(rows, json, first, label, pattern) {
  const parts = pattern.split(/(%\(action\)s|%\(row\)s)/);
  JSON.parse(json).forEach((key, place) => {
    const element = rows.get(key);
    const row = `${label} ${first + place + 1}`;
    nameRow(element, row);
    for (const button of own(element, "[data-formset-action]")) {
      const action = (button.title || button.textContent).trim();
      const name = parts.map((part) => part === "%(action)s" ? action : part === "%(row)s" ? row : part).join("");
      if (action && button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name);
    }
  });
}

// An author's own name for a row stays.
function nameRow(row, name) {
  const known = row.getAttribute("aria-label");
  const isOurs = known === null || known.replace(/\d+$/, "") === name.replace(/\d+$/, "");
  if (known === name || !isOurs || row.hasAttribute("aria-labelledby") || hasLegend(row)) return;
  if (!row.hasAttribute("role") && !KINDS.has(row.tagName) && isGroup(row)) row.setAttribute("role", "group");
  row.setAttribute("aria-label", name);
}

const hasLegend = ({ tagName, firstElementChild }) => tagName === "FIELDSET" && firstElementChild?.tagName === "LEGEND";

// The rows of a table of data stay what they are.
const isGroup = (row) => row.tagName !== "TBODY" || /^(presentation|none)$/.test(row.parentElement?.getAttribute("role"));
