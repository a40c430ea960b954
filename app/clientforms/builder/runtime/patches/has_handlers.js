// Looks for attributes such as `py-click` without making an object of each attribute in the page, as the
// XPath expression does that PyScript uses. That one is asked only if there are any.
function hasHandlers(added, prefixes) {
  // A page's own names, such as an <input name="createTreeWalker">, do not get in the way.
  const walker = Document.prototype.createTreeWalker.call(document, added, NodeFilter.SHOW_ELEMENT);
  for (let node = added.nodeType === 1 ? added : walker.nextNode(); node; node = walker.nextNode()) {
    for (const name of Element.prototype.getAttributeNames.call(node)) {
      for (const prefix of prefixes) if (name.startsWith(prefix)) return true;
    }
  }
  return false;
}
