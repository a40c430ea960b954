// What a form or a document is, whatever the elements in it are called. A control's name makes it a
// property of its form, and comes before what every form has of that name: `form.children` may be an
// input ("DOM clobbering"; HTML standard, [LegacyOverrideBuiltIns] of HTMLFormElement and Document). It is
// JavaScript because it stands between Python and the page.

const views = new WeakMap();

// Returns `node`, or, if it is a form or a document, what reads its own properties and calls its own
// methods. It is to ask and to call, and not to be given to the page: that wants the node.
export function unclobbered(node) {
  if (!isClobberable(node)) return node;
  if (!views.has(node)) views.set(node, viewOf(node));
  return views.get(node);
}

function isClobberable(node) {
  return node instanceof HTMLFormElement || node instanceof Document;
}

// What the proxy stands for is empty: after each answer a browser asks that for a property of the name,
// and a form would look through all its controls for it.
function viewOf(node) {
  const prototype = Object.getPrototypeOf(node);
  return new Proxy(Object.create(prototype), {
    get(_, name) {
      if (!(name in prototype)) return node[name];
      const value = Reflect.get(prototype, name, node);
      return typeof value === "function" && name !== "constructor" ? value.bind(node) : value;
    },
    has(_, name) {
      return name in prototype || name in node;
    },
    set(_, name, value) {
      return name in prototype ? Reflect.set(prototype, name, value, node) : Reflect.set(node, name, value);
    },
    deleteProperty(_, name) {
      return Reflect.deleteProperty(node, name);
    },
  });
}

// Returns what Pyodide's WebAssembly imports, so that Python gets a form's own attributes. What Python
// is told of an object's kind goes by names, too: one with `message` and `stack` would be an error.
export function guarded(imports) {
  const { JsProxy_GetAttr_js: get, JsProxy_SetAttr_js: set, JsProxy_compute_typeflags: kindOf,
    JsvObject_toString: textOf } = imports.env;
  const bare = (node) => isClobberable(node) ? Object.create(Object.getPrototypeOf(node)) : node;
  const env = {
    ...imports.env,
    JsProxy_GetAttr_js: (object, name) => get(unclobbered(object), name),
    JsProxy_SetAttr_js: (object, name, value) => set(unclobbered(object), name, value),
    JsProxy_compute_typeflags: (object, ...given) => kindOf(bare(object), ...given),
    JsvObject_toString: (object) => textOf(unclobbered(object)),
  };
  return { ...imports, env };
}
