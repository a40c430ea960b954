// Rows made by copying: for a browser that is quicker than making them from HTML. Part of rows.js, and
// JavaScript for its reason.

import { unclobbered } from "./clobbering.js";

const page = unclobbered(document);
const CONTROLS = new Set(["INPUT", "SELECT", "TEXTAREA"]);
const MARK = "clientforms7(?:stamp|text\\d+z)"; // a row's prefix, or one of its texts
const MARKS = new RegExp(`(${MARK})`, "g");
// Attributes that do nothing while they hold a mark.
const QUIET = new Set(["id", "name", "for", "value", "form", "list", "headers", "data-key"]);

const copies = new WeakMap(); // rows that nobody has asked about yet

// Puts rows at the end of `parent` and takes note of them. `shapes` are the HTML of a row each, with
// marks; `given` are rows, [shape, prefix, [texts]], the first of the texts being the row's key. Answers
// whether that could be done: not where a mark is in a place that is not known here.
export function stamp(rows, parent, json) {
  const { shapes, given } = JSON.parse(json);
  const moulds = shapes.map(mould);
  if (!moulds.every(Boolean)) return false;
  for (const [shape, prefix, texts] of given) {
    const mould = moulds[shape];
    const { row, places, controls } = mould;
    const copy = row.cloneNode(true);
    const elements = copy.getElementsByTagName("*");
    for (const [index, name, pieces] of places) fill(index < 0 ? copy : elements[index], name, pieces, prefix, texts);
    rows.set(texts[0], copy);
    copies.set(copy, { mould, controls: controls.map((index) => elements[index]) });
    unclobbered(parent).append(copy);
  }
  return true;
}

// Tells, once, of a row that was copied and not asked about since: what of, and its controls.
export function asCopied(row) {
  const copy = copies.get(row);
  copies.delete(row);
  return copy;
}

// Returns {row, places, controls}: an element to copy; where its marks are, [element, attribute, pieces]
// each, by the number of the element in the row (-1 is the row itself), and without a name for what a
// textarea holds; and the numbers of its controls. Every second piece is a mark: a text's number, or -1
// for the prefix.
function mould(html) {
  const template = page.createElement("template");
  template.innerHTML = html;
  const row = template.content.firstElementChild;
  const elements = Array.from(row.querySelectorAll("*"));
  const places = [];
  const note = (index, name, value) => {
    const pieces = value.split(MARKS);
    if (pieces.length === 1) return;
    places.push([index, name, pieces.map((each, place) => place % 2 ? numberOf(each) : each)]);
  };
  [row, ...elements].forEach((element, place) => {
    for (const { name, value } of element.attributes) {
      if (QUIET.has(name) || name.startsWith("aria-")) note(place - 1, name, value);
    }
    if (element.tagName === "TEXTAREA") note(place - 1, "", element.textContent);
  });
  const found = places.reduce((count, [, , pieces]) => count + (pieces.length - 1) / 2, 0);
  const isOwn = elements.some(({ localName }) => localName.includes("-")); // it would see the marks
  // Only now it becomes one of the page's: that would fetch what an image's mark says.
  if (found !== html.match(MARKS).length || isOwn) return null;
  const controls = elements.flatMap(({ tagName }, index) => CONTROLS.has(tagName) ? [index] : []);
  return { row: page.importNode(row, true), places, controls };
}

function numberOf(mark) {
  return mark.endsWith("z") ? parseInt(mark.slice("clientforms7text".length), 10) : -1;
}

function fill(element, name, pieces, prefix, texts) {
  let value = pieces[0];
  for (let place = 1; place < pieces.length; place += 2) {
    value += (pieces[place] < 0 ? prefix : texts[pieces[place]]) + pieces[place + 1];
  }
  value = value.replace(/\r\n?/g, "\n"); // as a browser reads HTML
  if (name) element.setAttribute(name, value);
  else if (value) element.firstChild.data = value;
  else element.firstChild.remove();
}
