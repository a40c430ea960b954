// What a page needs before Python is there, in a plain script at its top:
//
//   window.clientforms.ready    a promise, to be awaited by authors' scripts
//   [data-boot-status]          is told what is being loaded
//   progress[data-boot-progress]    how far that is
//   [data-boot-error]           is shown (hidden is taken away) when the page cannot go on
//   .boot                       is hidden when the forms are live
//
// None of the elements has to be there. It is JavaScript because it must speak when Python cannot.
"use strict";
(() => {
  // What users of a page in another language see, in place of the single steps: that the forms are
  // being loaded, and that they are not live. What those who run the page need to know is English.
  const WORDS = {
    ar: ["جارٍ تحميل النماذج…", "النماذج غير متاحة."],
    de: ["Die Formulare werden geladen…", "Die Formulare sind nicht verfügbar."],
    es: ["Cargando los formularios…", "Los formularios no están disponibles."],
    fr: ["Chargement des formulaires…", "Les formulaires ne sont pas disponibles."],
    it: ["Caricamento dei moduli…", "I moduli non sono disponibili."],
    ja: ["フォームを読み込んでいます…", "フォームは利用できません。"],
    nl: ["De formulieren worden geladen…", "De formulieren zijn niet beschikbaar."],
    pl: ["Wczytywanie formularzy…", "Formularze nie są dostępne."],
    pt: ["A carregar os formulários…", "Os formulários não estão disponíveis."],
    ru: ["Загрузка форм…", "Формы недоступны."],
    zh: ["正在加载表单…", "表单不可用。"],
  };
  const { dataset, lang } = document.documentElement;
  const asked = (dataset.language || lang).toLowerCase();
  const [loading, notLive] = WORDS[/^zh-(hant|tw|hk|mo)/.test(asked) ? "" : asked.split(/[-_]/)[0]]
    ?? [null, "The forms are not live."];

  const QUIET = 15_000; // milliseconds without any progress before the page says so
  const started = performance.now();
  let finished = false;
  let watchdog;

  window.clientforms = {
    ready: new Promise((resolve) =>
      document.addEventListener("clientforms:ready", () => resolve(), { once: true })),
    // Python answers {value} or {error}; an exception of its own would reach the caller as a
    // PythonError whose message is a traceback.
    checked: (call) => (...given) => {
      const answer = call(...given);
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.value;
    },
  };

  const find = (selector) => document.querySelector(selector);

  function say(text, value) {
    if (finished) return;
    const status = find("[data-boot-status]");
    if (status) status.textContent = loading ?? text;
    const bar = find("[data-boot-progress]");
    if (bar && value !== undefined) bar.value = value;
    watch();
  }

  function watch() {
    clearTimeout(watchdog);
    const panel = find("[data-boot-error]");
    if (panel?.dataset.soft !== undefined) panel.hidden = true; // it goes on after all
    watchdog = setTimeout(() => {
      const seconds = Math.round((performance.now() - started) / 1000);
      fail(`Nothing has arrived for ${QUIET / 1000} seconds (${seconds} since the page was opened).`,
        "If the network is slow, wait: the page goes on by itself. If not, reload the page, and " +
        "look at the browser's console for what failed.", true);
    }, QUIET);
  }

  function fail(what, remedy, soft = false) {
    if (finished) return;
    clearTimeout(watchdog);
    const panel = find("[data-boot-error]");
    if (!panel) {
      document.addEventListener("DOMContentLoaded", () => fail(what, remedy, soft), { once: true });
      return;
    }
    const first = document.createElement("strong");
    first.textContent = what;
    panel.replaceChildren(first, ` ${remedy}`);
    panel.hidden = false;
    if (soft) {
      panel.dataset.soft = "";
      return;
    }
    finished = true; // the first failure is the cause; what follows is its echo
    delete panel.dataset.soft;
    const status = find("[data-boot-status]");
    if (status) status.textContent = notLive;
  }

  document.addEventListener("clientforms:ready", () => {
    finished = true;
    clearTimeout(watchdog);
    const panel = find(".boot");
    if (panel) panel.hidden = true;
  });

  if (location.protocol === "file:") {
    fail("This page was opened as a file.",
      "Browsers do not let such a page load Python. Run “make run” in its folder and open the " +
      "address that it prints.");
    return;
  }

  window.addEventListener("clientforms:progress", ({ detail }) => say(detail.text, detail.value));
  window.addEventListener("py:progress", ({ detail }) => {
    if (detail === "Loading Pyodide") say("Loading Python…", 0.1);
    else if (detail === "Loaded interpreter") say("Fetching your forms…", 0.8);
    else if (detail === "Loaded Pyodide") say("Importing Django and your forms…", 0.9);
    else watch();
  });
  window.addEventListener("clientforms:failed", ({ detail }) => fail(detail.what, detail.remedy));

  // A script or style sheet that could not be loaded; such errors do not bubble.
  window.addEventListener("error", (event) => {
    const source = event.target?.src ?? event.target?.href;
    if (source) {
      fail(`${source} could not be loaded.`, "Is the whole folder on the server? Run “make run” " +
        "again: it repairs what is missing. Then reload the page.");
    } else if (event.message) {
      fail(`A script of the page failed: ${event.message}.`, "Reload the page; if it happens " +
        "again, this browser may be too old to run Python.");
    }
  }, true);
  window.addEventListener("unhandledrejection", (event) => {
    const reason = String(event.reason?.message ?? event.reason);
    fail(`Python could not be started: ${reason.split("\n").filter(Boolean).at(-1)}`,
      event.reason?.remedy ?? "Run “make run” again: it repairs what is missing. Then reload the page.");
  });

  // What Python raises while it starts reaches nobody but the console.
  const { error: log } = console;
  const restore = () => { console.error = log; };
  console.error = (...given) => {
    log.apply(console, given);
    if (given[0]?.name !== "PythonError") return;
    restore();
    fail(`Python failed: ${given[0].message.trim().split("\n").findLast((line) => /^[\w.]+: /.test(line))}`,
      "The whole traceback is on the console. Mend what it names, then reload the page.");
  };
  document.addEventListener("clientforms:ready", restore);

  say("Loading PyScript…", 0.02);
})();
