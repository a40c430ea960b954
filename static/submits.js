// What stands between a submit and the browser: it goes on only if Python answers so, and once. What
// Python raises, or dies of, stops it. It is JavaScript because it must hold when Python cannot.

import { unclobbered } from "./clobbering.js";
import { isDead, isSentAnyway, offer, speak } from "./died.js";

const NAVIGATION = 10_000; // milliseconds that a server may take to answer before a form can be sent again
const ELSEWHERE = 1000; // the same, where the answer comes into another window

// Asks `ask`, a function of the submit event, each time that `form` is submitted: the submit goes on if
// the answer is exactly true. Returns what ends that. It is the first listener, so that authors' own see
// in `defaultPrevented` whether the form is sent.
function guard(form, ask) {
  let sent; // the last event that went on
  const isUnderWay = () => sent && !sent.defaultPrevented // by an author's listener, later
    && performance.now() - sent.timeStamp < (staysHere(form, sent.submitter) ? NAVIGATION : ELSEWHERE);
  const goesOn = (event) => {
    if (isUnderWay()) {
      event.stopImmediatePropagation();
      return false;
    }
    if (isDead()) {
      if (isSentAnyway(form)) return true;
      offer(form, event.submitter);
      return false;
    }
    return ask(event) === true;
  };
  const onSubmit = (event) => {
    let yes = false;
    try {
      yes = goesOn(event);
    } catch (error) {
      console.error(error);
      offer(form, event.submitter);
    } finally {
      if (!yes) event.preventDefault();
    }
    if (yes && event.isTrusted) {
      sent = event;
      letNavigate(form);
    }
  };
  const release = () => { sent = undefined; };
  const target = unclobbered(form);
  const listeners = [[target, "submit", onSubmit, true], [target, "input", release], [window, "pageshow", release]];
  for (const [each, ...listener] of listeners) each.addEventListener(...listener);
  return () => {
    for (const [each, ...listener] of listeners) each.removeEventListener(...listener);
  };
}

function staysHere(form, submitter) {
  const target = submitter?.getAttribute("formtarget") ?? unclobbered(form).getAttribute("target") ?? "";
  return /^(|_self|_top|_parent)$/i.test(target);
}

// The build gives forms that go nowhere method="dialog". This one was told by a script where to go.
function letNavigate(form) {
  const { hasAttribute, method, closest, removeAttribute } = unclobbered(form);
  if (method === "dialog" && hasAttribute("action") && !closest("dialog")) removeAttribute("method");
}

Object.assign((globalThis.clientforms ??= {}), { guard, speak });
