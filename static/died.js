// What the page does once Python has died, which a fatal error of the interpreter brings about: the
// stack ran over, memory was short, the process exited. A box says so; what was typed stays in the
// controls, and a form can still be sent as the plain one that it is. It is JavaScript because it must
// work when Python cannot.

import { unclobbered } from "./clobbering.js";

const page = unclobbered(document);
let dead = false;
let words; // {died, note, reload, send}, in the page's language, else {marks} are attributes
let box;

export const isDead = () => dead;

// Notices a fatal error wherever it happens: all that calls Python goes through Pyodide's own handler.
export function watchOver({ _api, _module }) {
  const { fatal_error } = _api;
  _api.fatal_error = (error) => {
    try {
      return fatal_error(error);
    } catch (thrown) {
      if (thrown?.pyodide_fatal_error) die(_module);
      throw thrown;
    }
  };
}

export function speak(given) {
  words = JSON.parse(given);
}

function die(module) {
  if (dead) return;
  dead = true;
  // What is left of Python would answer from a memory that nobody vouches for.
  module.callPyObject = module.callPyObjectKwargs = () => undefined;
  module.callPyObjectMaybePromising = () => new Promise(() => {});
  if (!words) return; // it was starting, and boot.js says what came of it
  const { letGo, whenReleased = (act) => act() } = window.clientforms;
  whenReleased(() => {
    letGo?.();
    if (!box?.isConnected) offer(); // a submit may have been stopped meanwhile
  });
}

// Shows the box. Where a `form` was to be submitted that has somewhere to go, it can be.
export function offer(form, submitter) {
  const isNew = !box?.isConnected;
  if (isNew) {
    box = page.createElement("div");
    box.dataset.clientformsDied = "";
    box.setAttribute("role", "alert");
    Object.assign(box, words.marks); // lang and dir
    Object.assign(box.style, {
      position: "fixed", inset: "auto 0 0", zIndex: 3, maxHeight: "50vh", overflow: "auto",
      padding: "1em", borderTop: "3px solid", background: "Canvas", color: "CanvasText",
    });
    page.body.append(box);
  }
  const sayable = [words.died];
  const buttons = [button(words.reload, reload)];
  if (form && isForServer(form, submitter)) {
    sayable.push(words.note);
    buttons.push(button(words.send, () => send(form, submitter)));
  }
  const text = page.createElement("p");
  text.textContent = sayable.join(" ");
  text.style.margin = "0 0 .75em";
  box.replaceChildren(text, ...buttons);
  if (isNew) keep();
  if (form) buttons.at(-1).focus();
}

function isForServer(form, submitter) {
  const { hasAttribute, getAttribute } = unclobbered(form);
  const method = submitter?.getAttribute("formmethod") ?? getAttribute("method");
  return hasAttribute("action") || submitter?.hasAttribute("formaction") || /^post$/i.test(method);
}

function button(label, act) {
  const made = page.createElement("button");
  Object.assign(made, { type: "button", textContent: label });
  made.style.marginInlineEnd = ".75em";
  made.addEventListener("click", act);
  return made;
}

async function keep() {
  try {
    await window.clientforms.keepForms?.();
  } catch (error) {
    console.error(`clientforms: what was typed could not be kept. ${error}`);
  }
}

async function reload() {
  await keep();
  location.reload();
}

const sending = new WeakSet();

export const isSentAnyway = (form) => sending.delete(form);

function send(form, submitter) {
  sending.add(form);
  unclobbered(form).requestSubmit(submitter?.isConnected ? submitter : null);
}
