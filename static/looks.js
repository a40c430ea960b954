// How rows of a formset look beyond the first screenful: they cost no layout until they are near, and
// until then they are taken to be as high as the first. It is JavaScript because the height is known
// to the page alone, and a style sheet of it is one that each page has.

import { unclobbered } from "./clobbering.js";

const FIRST = 30; // rows that are always laid out
const HEIGHT = "--clientforms-row";

// Find-in-page, tab order and anchors reach all rows. What sticks out of them is cut off, but not focus
// rings. `:where()` lets any rule of an author's come first: `content-visibility: visible` turns it off.
const looks = new CSSStyleSheet();
looks.replaceSync(`:where([data-formset-row]:nth-child(n + ${FIRST + 1})) {
  content-visibility: auto;
  contain-intrinsic-block-size: auto var(${HEIGHT}, 18rem);
  overflow-clip-margin: 1rem;
}`);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, looks];

const gauged = new WeakSet(); // parents of rows
const later = globalThis.requestIdleCallback ?? setTimeout;

// Lets the rows that were never laid out be as high as the first, where there are so many. `rows` is a
// Map of keys to elements. Were it another height, the page would jump while somebody scrolls.
export function gauge(rows) {
  if (rows.size <= FIRST) return;
  const first = rows.values().next().value;
  const parent = first.parentElement;
  if (!parent || gauged.has(parent)) return;
  gauged.add(parent);
  let width;
  new ResizeObserver(([{ contentRect, borderBoxSize }]) => {
    if (contentRect.width === width) return; // an error came, or went
    width = contentRect.width;
    const height = borderBoxSize[0].blockSize;
    if (height) later(() => unclobbered(parent).style.setProperty(HEIGHT, `${Math.round(height)}px`));
  }).observe(first);
}
