// What a page needs before Python is there, in a plain script at its top:
//
//   window.clientforms.ready    a promise, to be awaited by authors' scripts
//   window.clientforms.whenReleased(act)  calls back once nothing is pressed
//   window.clientforms.takeUp(isLast) what was done to the forms until now, for Python to carry out
//   [data-boot-status]          is told what is being loaded
//   progress[data-boot-progress]    how far that is
//   [data-boot-error]           is shown (hidden is taken away) when the page cannot go on
//   .boot                       is hidden when the forms are live
//
// None of the elements has to be there. It is JavaScript because it must speak when Python cannot.
"use strict";
(() => {
  // What users see: that the forms are being loaded, that they are not live, that what was pressed waits, what
  // works without Python, and what to do. What those who run the page need to know is English.
  const WORDS = {
    ar: ["جارٍ تحميل النماذج…", "النماذج غير متاحة.", "سيُنفَّذ ما ضغطت عليه عندئذ.",
         "لا يمكن الآن إضافة نماذج أو إزالتها، ويمكن ملء الموجود منها.",
         "أعد تحميل الصفحة، وإذا تكرر ذلك فأخبر القائمين على هذا الموقع.", "افتح هذه الصفحة في نافذة مستقلة."],
    cs: ["Načítají se formuláře…", "Formuláře nejsou dostupné.", "Co jste stiskli, se pak provede.",
         "Formuláře teď nelze přidávat ani odebírat; ty, které tu jsou, lze vyplnit.",
         "Načtěte stránku znovu; pokud se to stane znovu, dejte vědět provozovatelům tohoto webu.", "Otevřete tuto stránku v samostatném okně."],
    de: ["Die Formulare werden geladen…", "Die Formulare sind nicht verfügbar.", "Was Sie angeklickt haben, wird dann ausgeführt.",
         "Formulare lassen sich jetzt nicht hinzufügen oder entfernen; die vorhandenen können ausgefüllt werden.",
         "Laden Sie die Seite neu; wenn es wieder geschieht, sagen Sie es bitte den Betreibern dieser Website.", "Öffnen Sie diese Seite in einem eigenen Fenster."],
    es: ["Cargando los formularios…", "Los formularios no están disponibles.", "Lo que ha pulsado se hará entonces.",
         "Ahora no se pueden añadir ni quitar formularios; los que hay se pueden rellenar.",
         "Recargue la página; si vuelve a ocurrir, avise a quienes gestionan este sitio.", "Abra esta página en su propia ventana."],
    fa: ["فرم‌ها در حال بارگذاری‌اند…", "فرم‌ها در دسترس نیستند.", "آنچه فشرده‌اید سپس انجام می‌شود.",
         "اکنون نمی‌توان فرمی افزود یا حذف کرد؛ فرم‌های موجود را می‌توان پر کرد.",
         "صفحه را دوباره بارگذاری کنید؛ اگر باز هم رخ داد، به گردانندگان این سایت خبر دهید.", "این صفحه را در پنجره‌ای جداگانه باز کنید."],
    fr: ["Chargement des formulaires…", "Les formulaires ne sont pas disponibles.", "Votre action sera exécutée ensuite.",
         "Il n’est pas possible d’ajouter ou de retirer des formulaires ; ceux-ci peuvent être remplis.",
         "Rechargez la page ; si cela se reproduit, prévenez les responsables de ce site.", "Ouvrez cette page dans sa propre fenêtre."],
    he: ["הטפסים נטענים…", "הטפסים אינם זמינים.", "מה שנלחץ יתבצע לאחר מכן.",
         "כרגע אי אפשר להוסיף או להסיר טפסים; אפשר למלא את הקיימים.",
         "יש לטעון את הדף מחדש; אם זה קורה שוב, נא להודיע למפעילי האתר.", "פתיחת הדף הזה בחלון נפרד."],
    hi: ["फ़ॉर्म लोड हो रहे हैं…", "फ़ॉर्म उपलब्ध नहीं हैं।", "आपने जो दबाया है, वह तब किया जाएगा।",
         "अभी फ़ॉर्म जोड़े या हटाए नहीं जा सकते; जो यहाँ हैं, उन्हें भरा जा सकता है।",
         "पेज फिर से लोड करें; यदि ऐसा फिर हो, तो इस साइट के संचालकों को बताएँ।", "इस पेज को अलग विंडो में खोलें।"],
    it: ["Caricamento dei moduli…", "I moduli non sono disponibili.", "L’azione richiesta verrà eseguita subito dopo.",
         "Ora non si possono aggiungere o rimuovere moduli; quelli presenti si possono compilare.",
         "Ricarichi la pagina; se succede di nuovo, avvisi chi gestisce questo sito.", "Apra questa pagina in una finestra a parte."],
    ja: ["フォームを読み込んでいます…", "フォームは利用できません。", "押した操作はその後に実行されます。",
         "現在フォームの追加や削除はできませんが、表示中のフォームには入力できます。",
         "ページを再読み込みしてください。繰り返し起こる場合は、このサイトの運営者にお知らせください。", "このページを別のウィンドウで開いてください。"],
    ko: ["양식을 불러오는 중…", "양식을 사용할 수 없습니다.", "누르신 작업은 그 후에 실행됩니다.",
         "지금은 양식을 추가하거나 삭제할 수 없지만, 표시된 양식은 입력할 수 있습니다.",
         "페이지를 새로고침하세요. 다시 발생하면 이 사이트의 운영자에게 알려 주세요.", "이 페이지를 별도의 창에서 여세요."],
    nl: ["De formulieren worden geladen…", "De formulieren zijn niet beschikbaar.", "Wat u hebt aangeklikt, wordt dan uitgevoerd.",
         "Formulieren kunnen nu niet worden toegevoegd of verwijderd; wat er staat kan worden ingevuld.",
         "Laad de pagina opnieuw; gebeurt het weer, laat het dan de beheerders van deze site weten.", "Open deze pagina in een eigen venster."],
    pl: ["Wczytywanie formularzy…", "Formularze nie są dostępne.", "Wybrana czynność zostanie wtedy wykonana.",
         "Nie można teraz dodawać ani usuwać formularzy; widoczne można wypełnić.",
         "Wczytaj stronę ponownie; jeśli to się powtórzy, powiadom osoby prowadzące tę witrynę.", "Otwórz tę stronę w osobnym oknie."],
    pt: ["A carregar os formulários…", "Os formulários não estão disponíveis.", "O que premiu será feito então.",
         "De momento não é possível adicionar nem remover formulários; os existentes podem ser preenchidos.",
         "Recarregue a página; se voltar a acontecer, avise os responsáveis por este site.", "Abra esta página numa janela própria."],
    "pt-br": ["Carregando os formulários…", "Os formulários não estão disponíveis.", "O que você acionou será feito em seguida.",
         "Agora não é possível adicionar nem remover formulários; os existentes podem ser preenchidos.",
         "Recarregue a página; se acontecer de novo, avise os responsáveis por este site.", "Abra esta página em uma janela própria."],
    ru: ["Загрузка форм…", "Формы недоступны.", "Нажатое будет выполнено после этого.",
         "Сейчас нельзя добавлять или удалять формы; имеющиеся можно заполнить.",
         "Перезагрузите страницу; если это повторится, сообщите владельцам сайта.", "Откройте эту страницу в отдельном окне."],
    sv: ["Formulären läses in…", "Formulären är inte tillgängliga.", "Det du tryckte på utförs då.",
         "Det går inte att lägga till eller ta bort formulär just nu; de som finns kan fyllas i.",
         "Ladda om sidan; om det händer igen, säg till dem som driver webbplatsen.", "Öppna den här sidan i ett eget fönster."],
    tr: ["Formlar yükleniyor…", "Formlar kullanılamıyor.", "Bastığınız işlem o zaman yapılacak.",
         "Şu anda form eklenemez veya kaldırılamaz; buradakiler doldurulabilir.",
         "Sayfayı yeniden yükleyin; yine olursa bu siteyi yönetenlere bildirin.", "Bu sayfayı kendi penceresinde açın."],
    uk: ["Завантаження форм…", "Форми недоступні.", "Натиснуте буде виконано після цього.",
         "Зараз не можна додавати чи видаляти форми; наявні можна заповнити.",
         "Перезавантажте сторінку; якщо це повториться, повідомте власників сайту.", "Відкрийте цю сторінку в окремому вікні."],
    zh: ["正在加载表单…", "表单不可用。", "您点击的操作随后会执行。",
         "目前无法添加或移除表单；现有表单可以填写。",
         "请重新加载页面；如果问题再次出现，请告知本网站的管理者。", "请在单独的窗口中打开此页面。"],
  };
  const { head, documentElement: { dataset, lang } } = document;
  // Taken before there are elements whose names hide them, see unhide().
  const [find, findAll, make] = ["querySelector", "querySelectorAll", "createElement"].map((name) => document[name].bind(document));
  const asked = (dataset.language || lang || "en").toLowerCase().replaceAll("_", "-");
  const spoken = [asked, /^zh-(hant|tw|hk|mo)/.test(asked) ? "" : asked.split("-")[0]].find((code) => Object.hasOwn(WORDS, code));
  const words = WORDS[spoken];
  const isForeign = !words && !/^en\b/.test(asked); // English in a page of a language that has no words above
  const [loading, notLive, willBeDone, plain, reload, alone] = words ??
    ["Getting the form ready…", "The form is not available.", "What you pressed will be done then.",
      "You cannot add or remove entries now, but you can fill in what is here.",
      "Reload the page. If it happens again, tell the people who run this site.",
      "Open this page in its own window."];
  const marked = (element) => isForeign ? Object.assign(element, { lang: "en", dir: "ltr" }) : element;

  const HOSTS = ["Bun", "Deno", "process", "require", "module", "exports", "define", "importScripts",
    "Module", "WorkerGlobalScope", "WasmOffsetConverter"];
  const OURS = ["zstd", "unpacked", "snapshot", "clobbering", "rows", "looks", "names", "stamps", "submits", "died", "keeping",
    "readings", "durable", "interpreter"].map((name) => `${name}.js`);
  // A checkout repairs itself; a built site, which no set-up is beside, is built again.
  const isBuilt = () => isAlone || !!find("meta[name=clientforms-version]");
  const repair = () =>
    `${isBuilt() ? "Put the whole site there again, as built." : "Run “make run” again: it repairs what is missing."} Then reload the page.`;
  const QUIET = 12; // seconds without any progress before the page says so
  const PATIENCE = 5; // seconds for a style sheet, before the page is shown without
  const SLOW = 3; // seconds, after which the page says how far it is
  const MEMORY = new RegExp("out of memory|(could not|cannot|failed to) allocate|allocation failed|" +
    "maximum memory size|unable to grow|MemoryError|\\bOOM\\b", "i");
  const started = performance.now();
  const { documentElement: root } = document;
  if (document.readyState === "loading") {
    // A style sheet hides what would jump as the rest arrives.
    root.setAttribute("data-arriving", "");
    document.addEventListener("readystatechange", () => root.removeAttribute("data-arriving"), { once: true });
  }
  let finished = false;
  let waitsForConsent = false; // of who saves data
  let watchdog;
  const folder = new URL("./", document.currentScript.src || location).href;
  const isShutOff = window.origin === "null" && location.protocol !== "file:"; // by a frame's sandbox
  const isAlone = !!window.clientforms?.locate; // a page of one file

  // All at once, for each step would wait for those before it to arrive and to run.
  function fetchEarly(src) {
    const locate = (name) => new URL(name, src).href;
    if (!find("link[rel=modulepreload]")) {
      for (const name of [...OURS, "runtime/versions.js", "runtime/pyscript/toml.js", "runtime/pyodide/pyodide.js",
        "runtime/pyodide/pyodide.asm.js", "runtime/pyscript/error.js"]) {
        preload(locate(name));
      }
    }
    import(locate("snapshot.js")).catch(() => {});
    isRead.then(() => { // they look at what there is as they begin
      for (const name of ["keeping.js", "interpreter.js"]) import(locate(name)).catch(() => {});
    });
  }

  // What the last visit left in the browser (unpacked.js) is read while the scripts arrive that need it. Resolves once
  // all of it has been found.
  function readKept(src) {
    const store = (async () => caches.open("clientforms-unpacked"))().catch(() => {}); // it may be barred
    const find = async (name, read) => {
      const response = await (await store)?.match(keyOf(name));
      if (!response) return undefined;
      const content = painted.then(() => read(response));
      content.catch(() => {}); // who awaits it says so
      return { version: response.headers.get("clientforms-version"), content };
    };
    const keyOf = (name) => `${new URL(`runtime/${name}`, src)}?unpacked`;
    const found = Object.entries({
      "pyodide/pyodide.asm.data": (response) => WebAssembly.compileStreaming(response),
      "snapshot.data": async (response) => (await response.blob()).arrayBuffer(),
    }).map(([name, read]) => [keyOf(name), find(name, read).catch(() => {})]);
    window.clientforms.kept = Object.fromEntries(found);
    return Promise.all(found.map(async ([, each]) => await each || new Promise(() => {})));
  }

  // What PyScript asks for: as its fetch() does, or it would be fetched twice; and just before, or the browser
  // complains that it was not used.
  function preloadScripts() {
    for (const script of findAll("script[type=py][src]")) {
      preload(script.getAttribute("src"), { rel: "preload", as: "fetch", crossOrigin: "anonymous" });
    }
  }

  function preload(href, how = { rel: "modulepreload" }) {
    head.append(Object.assign(make("link"), how, { href }));
  }

  // A form or a picture called "body" or "getElementById" hides what the document has of that name, from PyScript
  // too (see clobbering.js). As an id the name hides nothing, and finds the element as before, but for objects, and
  // pictures with a name. A frame is the target of links by its window's name, too, which can be set if it is of
  // this origin. An element called "Deno" is a global variable, by which Pyodide takes the page for another host.
  function unhide() {
    const hides = (name) => name !== null && name in Document.prototype;
    for (const each of findAll(":is(embed, form, iframe, img)[name], object")) {
      const [name, id] = ["name", "id"].map((attribute) => call(each, "getAttribute", attribute));
      const isObject = each instanceof HTMLObjectElement;
      if (isObject && hides(id)) each.removeAttribute("id");
      if (!hides(name) && !(each instanceof HTMLImageElement && hides(id))) continue;
      call(each, "removeAttribute", "name");
      if (each instanceof HTMLIFrameElement) retarget(each, name);
      else if (!isObject && id === null) call(each, "setAttribute", "id", name);
    }
    for (const name of HOSTS) {
      if (window[name] !== undefined && !Object.hasOwn(window, name)) window[name] = undefined;
    }
  }

  function retarget(frame, name) {
    try {
      frame.contentWindow.name = name;
    } catch {
      frame.name = name;
    }
  }

  document.addEventListener("readystatechange", unhide); // modules run after that

  // A style sheet that does not come keeps the page blank, and modules from running. One that a script put in keeps
  // nothing waiting, and has its looks when it comes.
  const released = new WeakSet();
  const releasing = setInterval(() => {
    if (document.readyState === "complete") {
      clearInterval(releasing);
      return;
    }
    for (const each of findAll("link[rel~=stylesheet]:not([disabled])")) {
      if (each.sheet || released.has(each)) continue;
      const copy = each.cloneNode();
      released.add(copy);
      each.replaceWith(copy);
    }
  }, PATIENCE * 1000);
  const isRead = new Promise((resolve) => {
    if (document.readyState === "loading") document.addEventListener("readystatechange", resolve, { once: true });
    else resolve();
  });

  // What comes in, or moves, under a pressed pointer takes the click away from what was pressed.
  function whenReleased(act) {
    if (find(":active")) setTimeout(whenReleased, 100, act);
    else act();
  }

  window.clientforms = {
    ...window.clientforms, // what a page of one file says of itself
    arriving: new Map(), // file to {bytes, size, began}, see unpacked.js
    whenReleased,
    repair,
    ready: new Promise((resolve) =>
      document.addEventListener("clientforms:ready", () => resolve(), { once: true })),
  };

  function say(value) {
    if (finished) return;
    const status = find("[data-boot-status]");
    if (status) marked(status).textContent = pressed() ? `${loading} ${willBeDone}` : loading;
    const bar = find("[data-boot-progress]");
    if (bar && value !== undefined) bar.value = Math.max(bar.value, value); // Python and PyScript start at once
    watch();
  }

  // Counts seconds in which the page had time to answer: while it computes, it is not waiting.
  function watch(quiet = 0) {
    clearTimeout(watchdog);
    if (waitsForConsent) return;
    const isSoft = () => find("[data-boot-error]")?.dataset.soft !== undefined;
    if (!quiet && isSoft()) whenReleased(() => isSoft() && goOn());
    watchdog = setTimeout(() => {
      if (quiet + 1 < QUIET) {
        watch(quiet + 1);
        return;
      }
      const seconds = Math.round((performance.now() - started) / 1000);
      fail(`Nothing has arrived for ${QUIET} seconds (${seconds} since the page was opened).`,
        "If the network is slow, wait: the page goes on by itself. If not, reload the page, and " +
        "look at the browser's console for what failed.", true);
    }, 1000);
  }

  function goOn() {
    const panel = find("[data-boot-error]");
    panel.hidden = true;
    delete panel.dataset.soft;
    holdAgain();
  }

  function fail(what, remedy, soft = false) {
    if (finished) return;
    if (MEMORY.test(what)) remedy = "There is not enough memory: close other tabs and programs, then reload the page.";
    clearTimeout(watchdog);
    if (document.readyState === "loading" && !find("[data-boot-error]")) {
      document.addEventListener("DOMContentLoaded", () => fail(what, remedy, soft), { once: true });
      return;
    }
    finished = !soft; // the first failure is the cause; what follows is its echo
    if (finished) document.dispatchEvent(new CustomEvent("clientforms:failed", { detail: what }));
    whenReleased(() => {
      if (!(soft && finished)) show(what, remedy, soft);
    });
  }

  function show(what, remedy, soft) {
    const panel = find("[data-boot-error]") ?? makePanel();
    const first = make("strong");
    if (typeof remedy === "function") remedy = remedy();
    // Who visits a built site can do no more about it than reload.
    const forVisitors = isBuilt() && !MEMORY.test(what);
    if (forVisitors) {
      console.error(`clientforms: ${what} ${remedy}`);
      [what, remedy] = [notLive, reload];
    }
    if (isShutOff) {
      console.error("clientforms: a frame with a sandbox, and without allow-same-origin, gets its own modules only " +
        "from a server that sends Access-Control-Allow-Origin.");
      [what, remedy] = [notLive, ""];
    }
    first.textContent = what;
    const rest = find(`:is(${FORMS}) :is(input, select, textarea)`) ? ` ${plain}` : "";
    marked(panel).replaceChildren(first, ` ${remedy}${rest}`);
    if (isShutOff) {
      const link = Object.assign(make("a"), { href: location.href, target: "_blank", textContent: alone });
      first.after(" ", link);
    }
    panel.hidden = false;
    letGo();
    if (soft) {
      panel.dataset.soft = "";
      return;
    }
    delete panel.dataset.soft;
    const status = find("[data-boot-status]");
    if (status) status.textContent = notLive;
  }

  // For a page whose author has no place for it.
  function makePanel() {
    const panel = make("div");
    panel.dataset.bootError = "";
    panel.dataset.bootNote = ""; // it goes when Python comes after all
    panel.setAttribute("role", "alert");
    Object.assign(panel.style, {
      position: "fixed", inset: "auto 0 0", zIndex: 1, maxHeight: "50vh", overflow: "auto",
      padding: "1em", borderTop: "3px solid", background: "Canvas", color: "CanvasText",
    });
    document.body.append(panel);
    return panel;
  }

  // What is done before Python is there. Controls hold what is typed by themselves; buttons that need
  // Python, and submits, are kept and carried out in order. Where Python does not come, submits go
  // through: the forms are plain ones then.

  const FORMS = "[data-formset], [data-form], [data-clientforms]";
  const KEPT = ["input", "change", "focusout", "click", "submit", "reset"];
  let kept = []; // {type, target, submitter}
  let holding = true;

  function keep({ type, target, submitter = null }) {
    const last = kept.at(-1);
    const again = type !== "click" && last?.type === type && last.target === target;
    if (!again) kept.push({ type, target, submitter });
  }

  const pressed = () => kept.some(({ type }) => type === "click" || type === "submit");
  // A control called "matches" hides the method of its form: see clobbering.js.
  const call = (element, method, ...given) => HTMLFormElement.prototype[method].call(element, ...given);
  const hasForms = (form) => call(form, "matches", FORMS) || !!call(form, "querySelector", FORMS);

  function onEarly(event) {
    const { type, target } = event;
    if (!(target instanceof Element)) return;
    if (type !== "submit" && call(target, "closest", "[data-bound]")) return; // it is live
    if (type === "click") {
      const button = call(target, "closest", "[data-formset-action]");
      if (!button) return;
      event.preventDefault();
      keep({ type, target: button });
      wait(button);
    } else if (type === "submit") {
      if (!hasForms(target)) return;
      if (!holding) {
        if (!canBeSent(target, event.submitter)) event.preventDefault();
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation(); // authors' listeners hear of it when it is carried out
      kept = kept.filter((each) => each.type !== "submit" || each.target !== target);
      keep(event);
      wait(event.submitter ?? target);
    } else if (type === "reset") {
      if (hasForms(target)) kept = kept.filter((each) => !call(target, "contains", each.target));
    } else if (target.form && hasForms(target.form)) {
      keep(event);
    }
  }

  function wait(element) {
    call(element, "setAttribute", "aria-busy", "true");
    call(element, "setAttribute", "data-boot-busy", "");
    say();
  }

  function stopWaiting() {
    for (const element of findAll("[data-boot-busy]")) {
      call(element, "removeAttribute", "aria-busy");
      call(element, "removeAttribute", "data-boot-busy");
    }
  }

  // A form that is sent to nowhere in particular would have its values in the address, passwords too.
  function canBeSent(form, submitter) {
    if (methodOf(form, submitter) === "post") return true;
    return (call(form, "hasAttribute", "action") || !!submitter?.hasAttribute("formaction"))
      && !call(form, "querySelector", "input[type=password]");
  }

  function methodOf(form, submitter) {
    const method = submitter?.getAttribute("formmethod") ?? call(form, "getAttribute", "method");
    return /^(post|dialog)$/i.test(method) ? method.toLowerCase() : "get";
  }

  // Fields that do not concern what the form holds yet. Who has no scripts, or no Python, sees them.
  const withheld = "adoptedStyleSheets" in document ? new CSSStyleSheet() : {};
  if (withheld.replaceSync) {
    withheld.replaceSync("[data-clientforms-withheld] { display: none !important }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, withheld];
  }

  // Whether a server takes a form of this page as the plain one that it is.
  const isForServer = () => [...findAll("form")].some((form) => hasForms(form) && canBeSent(form));

  // What arrival.js needs of this script.
  const page = { find, make, marked, language: spoken, plain };
  const arrival = () => import(new URL("arrival.js", folder).href);

  function tellHowFar() {
    if (finished || waitsForConsent || isAlone || document.hidden) return;
    arrival().then(({ tell }) => finished || tell({ ...page, goOn: isForServer() && stay })).catch(() => {}); // it goes without
  }

  // The visitor goes on without Python: nothing more is fetched, and what was submitted is sent.
  function stay() {
    finished = true;
    window.clientforms.hasStayed = true;
    clearTimeout(watchdog);
    window.stop();
    const panel = find(".boot");
    if (panel) panel.hidden = true;
    letGo();
  }

  // Who saves data gets the forms as plain ones, if a server takes them, until they ask for more.
  async function offerPlain() {
    if (!isForServer()) return;
    waitsForConsent = true;
    clearTimeout(watchdog);
    letGo();
    await arrival().then(({ offerAll }) => offerAll(page)).catch(() => {}); // then nothing can be asked
    waitsForConsent = false;
    holdAgain();
    say(0.02);
  }

  function letGo() {
    holding = false;
    withheld.disabled = true;
    stopWaiting();
    for (const button of findAll("[data-formset-action]:enabled")) {
      button.disabled = true;
      button.dataset.bootDisabled = "";
    }
    for (const actions of findAll("[data-formset-actions]")) {
      if (!actions.querySelector("[data-boot-note]")) {
        const note = make("span");
        note.dataset.bootNote = "";
        marked(note).textContent = plain;
        actions.append(note);
      }
    }
    // Without buttons, Django's own controls are how to delete and to order.
    for (const each of findAll("[data-clientforms-hidden]")) each.hidden = false;
    for (const each of findAll("[data-formset-ordered]")) each.dataset.formsetOrdered = "plain";
    const submits = kept.filter(({ type }) => type === "submit");
    kept = kept.filter(({ type }) => type !== "submit"); // the rest is done if Python comes after all
    for (const { target, submitter } of submits) {
      if (canBeSent(target, submitter)) call(target, "requestSubmit", submitter);
    }
  }

  function holdAgain() {
    holding = true;
    withheld.disabled = false;
    for (const button of findAll("[data-boot-disabled]")) {
      button.disabled = false;
      delete button.dataset.bootDisabled;
    }
    for (const note of findAll("[data-boot-note]")) note.remove();
    for (const each of findAll("[data-clientforms-hidden]")) each.hidden = true;
    for (const each of findAll("[data-formset-ordered]")) each.dataset.formsetOrdered = "";
  }

  window.clientforms.letGo = letGo; // Python may die later, too

  // A form that could not be made live, which its container says (author_messages.py), is a plain one for good.
  window.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    const hasFailed = !!call(target, "querySelector", "[data-clientforms-error=bind]");
    if (hasFailed && methodOf(target, submitter) === "get" && !canBeSent(target, submitter)) event.preventDefault();
  }, true);

  // Enter presses the first submit button of a form. One of ours, whose author gave it no type, is none.
  function makeButtons() {
    const own = "[data-formset-action]:is(button:not([type=button]), input[type=submit])";
    const inTemplates = Array.from(findAll("template"), ({ content }) => [...content.querySelectorAll(own)]);
    for (const each of [...findAll(own), ...inTemplates.flat()]) each.type = "button";
  }

  // Those that keep their type, pictures and what authors have in their rows, do when they are clicked what they
  // always did. Enter in a field passes them by. Rows that nobody has marked are known once they are live.
  const OF_ROWS = "[data-formset-action], [data-formset-row] *, [data-formset]:not(form, [data-bound]) *";
  const SUBMITS = "button, input:is([type=submit], [type=image])";
  const FIELDS = ["text", "search", "tel", "url", "email", "password", "number", "date", "time",
    "datetime-local", "month", "week"]; // two of them, and no submit button: Enter does nothing

  let entered; // the control in which Enter is held down

  function passBy(event) {
    const { target, isTrusted, detail } = event;
    const form = entered?.form;
    if (!form || !isTrusted || detail || target === entered) return; // nobody's, a script's, a pointer's
    if (!target.matches?.(`:is(${SUBMITS}):is(${OF_ROWS})`) || target.form !== form) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const [submits, inputs] = [SUBMITS, "input"].map((each) => [...findAll(each)].filter((one) => one.form === form));
    const next = submits.find((each) => /^(submit|image)$/.test(each.type) && !each.matches(OF_ROWS));
    if (next) next.click();
    else if (inputs.filter(({ type }) => FIELDS.includes(type)).length < 2) call(form, "requestSubmit");
  }

  document.addEventListener("DOMContentLoaded", makeButtons);
  document.addEventListener("clientforms:ready", makeButtons);
  window.addEventListener("keydown", (event) => {
    const { key, target, repeat } = event;
    entered = undefined;
    if (key !== "Enter" || !target.matches?.("input, select, button")) return;
    entered = target;
    makeButtons(); // rows may have come since
    if (repeat && target.type !== "button" && target.form && hasForms(target.form)) event.preventDefault();
  }, true);
  window.addEventListener("keyup", () => { entered = undefined; }, true);
  window.addEventListener("click", passBy, true);

  for (const type of KEPT) window.addEventListener(type, onEarly, true);
  window.clientforms.takeUp = (isLast) => {
    for (const type of isLast ? KEPT : []) window.removeEventListener(type, onEarly, true);
    if (!holding) holdAgain();
    stopWaiting();
    const all = kept;
    kept = [];
    return all;
  };

  document.addEventListener("clientforms:ready", () => {
    finished = true;
    clearTimeout(watchdog);
    const panel = find(".boot");
    if (panel) whenReleased(() => { panel.hidden = true; });
  });

  if (location.protocol === "file:" && !window.clientforms.locate) {
    fail("This page was opened as a file.",
      () => `Browsers do not let such a page load Python. ${isBuilt() ? "" : "Run “make run” in its folder and open the address that it prints."}`);
    return;
  }

  // Python is fetched while PyScript itself is still being loaded, which asks for it later, and once the
  // forms can be seen: they would come later for it. What is wrong with it will be said then. A page
  // that nobody sees has no frames.
  const { src } = document.currentScript;
  const painted = document.hidden ? Promise.resolve() : new Promise((resolve) => requestAnimationFrame(resolve));
  const wanted = src && !isAlone && navigator.connection?.saveData ? isRead.then(offerPlain) : undefined;
  window.clientforms.wanted = wanted; // interpreter.js and snapshot.js wait for it
  if (wanted) wanted.then(() => fetchEarly(src));
  else if (src) Promise.race([painted, readKept(src)]).then(() => fetchEarly(src));
  setTimeout(tellHowFar, SLOW * 1000);

  window.addEventListener("clientforms:progress", ({ detail }) => {
    say(detail?.value);
    if (detail?.value === 0.5 && !isAlone) preloadScripts(); // all of Python has arrived
  });
  window.addEventListener("py:progress", ({ detail }) => {
    const value = { "Loading Pyodide": 0.1, "Loaded interpreter": 0.8, "Loaded Pyodide": 0.9 }[detail];
    if (value) say(value);
    else watch();
  });
  window.addEventListener("clientforms:failed", ({ detail }) => detail && fail(detail.what, detail.remedy));

  // Whatever arrives shows that it goes on, but for what only says that it is slow.
  const arrivals = new PerformanceObserver((list) => {
    if (finished) arrivals.disconnect();
    else if (list.getEntries().some(({ name }) => !name.endsWith("/arrival.js"))) watch();
  });
  arrivals.observe({ type: "resource" });

  // Which failures keep Python from starting, and which are those of other scripts, style sheets and the like.
  // An author's may lie in the same folder.
  const STARTERS = /\/(pyscript|core)\.js$/;
  const NEEDED = /^(runtime\/(pyodide|pyscript)\/.+|runtime\/versions\.js|boot\.js|pyscript\.js)$/;
  function isOurs(url) {
    if (isAlone) return url.startsWith("blob:");
    if (!url.startsWith(folder)) return false;
    const name = url.slice(folder.length).replace(/[?#:].*$/, "");
    return NEEDED.test(name) || (OURS.includes(name) && name !== "keeping.js");
  }

  // A script that could not be loaded; such errors do not bubble. What was only hinted at is asked for again.
  window.addEventListener("error", ({ target, message, filename }) => {
    released.add(target);
    if (message) {
      if (isOurs(filename)) {
        fail(`A script of the page failed: ${message}.`, "Reload the page; if it happens " +
          "again, this browser may be too old to run Python.");
      }
    } else if (target !== window && target.type === "module" && STARTERS.test(target.src)) {
      fail(`${target.src} could not be loaded.`, () => "Is the whole folder on the server, and are its .js " +
        `files sent as JavaScript? ${repair()}`);
    }
  }, true);
  window.addEventListener("unhandledrejection", ({ reason }) => {
    if (!reason?.message) return;
    const places = `${reason.message} ${reason.stack}`.match(/(https?|file|blob):[^\s)]+/g) ?? [];
    if (!reason.remedy && places.length && !places.some(isOurs)) return;
    fail(`Python could not be started: ${reason.message.split("\n").filter(Boolean).at(-1)}`,
      reason.remedy ?? repair);
  });

  // What Python raises while it starts reaches nobody but the console.
  const { error: log } = console;
  const restore = () => { console.error = log; };
  console.error = (...given) => {
    log.apply(console, given);
    const { name, message } = given[0] ?? {};
    if (!["PythonError", "FetchError"].includes(name)) return; // PyScript's own is the latter
    restore();
    const lines = message.trim().split("\n");
    fail(`Python failed: ${lines.findLast((line) => /^[\w.]+: /.test(line)) ?? lines[0]}`,
      "What is on the console says more. Fix what it names, then reload the page.");
  };
  document.addEventListener("clientforms:ready", restore);

  say(0.02);
})();
