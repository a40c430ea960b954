// What `clientforms serve` adds to the page: it is loaded again when its files were saved, with what was
// typed, and says what keeps it from being built. It is JavaScript because it must work when Python
// does not.
"use strict";
(() => {
  const RESTORE = "clientforms:restore-after-reload";
  const events = new EventSource(new URL("clientforms-events", document.currentScript.src));
  let panel;

  events.addEventListener("reload", () => {
    try {
      sessionStorage.setItem(RESTORE, "1");
    } catch { } // forbidden: then the drafts are only offered
    events.close();
    location.reload();
  });

  events.addEventListener("failed", ({ data }) => {
    panel ??= document.body.appendChild(document.createElement("div"));
    panel.setAttribute("role", "alert");
    panel.dataset.serveError = "";
    Object.assign(panel.style, {
      position: "fixed", inset: "auto 0 0", zIndex: 2, padding: "1em", borderTop: "3px solid",
      background: "Canvas", color: "CanvasText", font: "1rem/1.5 monospace",
    });
    panel.textContent = JSON.parse(data);
  });

  // What was typed lies in the drafts. Here nobody has to be asked: the author saved a file.
  document.addEventListener("clientforms:ready", () => {
    try {
      if (!sessionStorage.getItem(RESTORE)) return;
      sessionStorage.removeItem(RESTORE);
    } catch {
      return;
    }
    const waiting = new Set(document.forms);
    const restore = () => {
      for (const form of waiting) {
        const button = form.querySelector("[data-draft-action=restore]");
        if (button) {
          waiting.delete(form);
          button.click();
        }
      }
    };
    const offers = new MutationObserver(restore); // they come when the page has time
    offers.observe(document.body, { childList: true, subtree: true });
    setTimeout(() => offers.disconnect(), 10000);
    restore();
  }, { once: true });
})();
