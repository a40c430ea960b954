// Inline in a built page, before boot.js: says so where that script does not come, or is refused. It runs where
// nothing else of the page may, so it names all it needs. `words` are the builder's, in the page's language or
// else in English, which `language` says.
((words, language) => {
  const QUIET = 20_000; // milliseconds without any arrival: then the page stays blank, for its parser waits
  const find = Document.prototype.querySelector.bind(document); // a form's name may hide it
  const isThere = () => !!self.clientforms?.takeUp;
  let isLive = false;
  let panel;

  const whenReleased = (act) => find(":active") ? setTimeout(whenReleased, 100, act) : act();

  function say() {
    if (isLive || isThere() || !document.body) return; // without a body, the page is being left for another address
    panel = find("[data-boot-error]");
    if (!panel) {
      panel = Object.assign(document.createElement("div"), { role: "alert" });
      panel.dataset.bootError = "";
      Object.assign(panel.style, { position: "fixed", inset: "auto 0 0", zIndex: 1, padding: "1em",
        borderTop: "3px solid", background: "Canvas", color: "CanvasText" });
      document.body.append(panel);
    }
    panel.textContent = words;
    if (language === "en") Object.assign(panel, { lang: "en", dir: "ltr" });
    panel.hidden = false;
  }

  addEventListener("error", ({ target }) => {
    if (target.localName !== "script" || !/\/boot\.js$/.test(target.src)) return;
    const sayLater = () => whenReleased(say);
    if (document.readyState === "loading") document.addEventListener("readystatechange", sayLater, { once: true });
    else sayLater();
  }, true);

  document.addEventListener("clientforms:ready", () => {
    isLive = true; // without it
    if (panel) whenReleased(() => { panel.hidden = true; });
  });

  function watch() {
    if (isThere() || document.body) return;
    const last = Math.max(0, ...performance.getEntriesByType("resource").map(({ responseEnd }) => responseEnd));
    const quiet = performance.now() - last;
    if (quiet < QUIET) {
      setTimeout(watch, 1000);
      return;
    }
    const { title, documentElement: { lang, dir } } = document;
    document.open(); // nothing is shown while a parser waits, so another takes its place
    document.write("<!doctype html>");
    document.close();
    Object.assign(document.documentElement, { lang, dir });
    document.title = title;
    say();
  }
  setTimeout(watch, 1000);
})
