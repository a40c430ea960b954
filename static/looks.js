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
  parent.addEventListener("focusin", stayInView);
  window.addEventListener("hashchange", stayAtTarget);
  let width;
  new ResizeObserver(([{ contentRect, contentBoxSize }]) => {
    if (contentRect.width === width) return; // an error came, or went
    width = contentRect.width;
    const height = contentBoxSize[0].blockSize; // as contain-intrinsic-block-size is, without padding
    if (height) later(() => unclobbered(parent).style.setProperty(HEIGHT, `${Math.round(height)}px`));
  }).observe(first);
}

// A row that is laid out for the first time may be higher than the first, and so may those before it: what
// a browser scrolled to then stands elsewhere. A smooth scroll ends where that was.
function stayInView({ target }) {
  requestAnimationFrame(() => requestAnimationFrame(() => {
    if (target === document.activeElement) target.scrollIntoView({ block: "nearest", behavior: "instant" });
  }));
}

function stayAtTarget() {
  const place = unclobbered(document).querySelector(":target");
  requestAnimationFrame(() => requestAnimationFrame(() => place?.scrollIntoView({ behavior: "instant" })));
}
