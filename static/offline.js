// Lets a built page open without a network, by the service worker beside it, and offers updates. Where
// service workers are barred the page does without. Nothing is exchanged under an open page: its own
// files stay for as long as it holds their name, and it is reloaded when somebody asks for that.

import { Workbox } from "./runtime/workbox-window.js";
import { giveBack, keep } from "./keeping.js";

const OFFERS = {
  ar: ["يتوفر إصدار جديد.", "إعادة التحميل", "لاحقًا"],
  de: ["Eine neue Version ist bereit.", "Neu laden", "Später"],
  es: ["Hay una versión nueva lista.", "Recargar", "Más tarde"],
  fr: ["Une nouvelle version est prête.", "Recharger", "Plus tard"],
  it: ["È pronta una nuova versione.", "Ricarica", "Più tardi"],
  ja: ["新しいバージョンの準備ができました。", "再読み込み", "後で"],
  nl: ["Er is een nieuwe versie.", "Opnieuw laden", "Later"],
  pl: ["Nowa wersja jest gotowa.", "Wczytaj ponownie", "Później"],
  pt: ["Está pronta uma versão nova.", "Recarregar", "Mais tarde"],
  ru: ["Новая версия готова.", "Перезагрузить", "Позже"],
  zh: ["新版本已就绪。", "重新加载", "稍后"],
};
const ENGLISH = ["A new version is ready.", "Reload", "Later"];
const PATIENCE = 20_000; // milliseconds: an update may mend a page whose forms do not come

const version = document.querySelector('meta[name="clientforms-version"]')?.content;
const ready = window.clientforms?.ready ?? new Promise(() => {}); // boot.js may not have come

const scope = new URL("./", document.baseURI).href;

ready.then(giveBack);
if (version && navigator.serviceWorker) {
  navigator.locks?.request(`clientforms ${scope} ${version}`, { mode: "shared" }, () => new Promise(() => {}));
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  Promise.race([ready, late]).then(start)
    .catch((error) => console.info(`clientforms: this page opens with a network only. ${error.message}`));
}

async function start() {
  const workbox = new Workbox(new URL("sw.js", scope).href, { updateViaCache: "none" });
  workbox.addEventListener("waiting", () => offer(workbox));
  await workbox.register({ immediate: true });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) workbox.update().catch(() => {}); // there may be no network now
  });
  navigator.serviceWorker.controller?.postMessage({ type: "TIDY" });
  await navigator.serviceWorker.ready;
  await ready;
  await layReady();
}

// An import cannot wait, and what it asks for goes past the worker. So it is laid ready.
async function layReady() {
  const { locate } = window.clientforms;
  const addresses = new Map();
  for (const name of ["pyodide/python_stdlib.zip", "site-packages.zip"]) {
    const kept = await caches.match(locate(name));
    if (kept) addresses.set(name, URL.createObjectURL(await kept.blob()));
  }
  window.clientforms.locate = (name) => addresses.get(name) ?? locate(name);
}

function offer(workbox) {
  if (document.querySelector("[data-update]")) return;
  const language = (document.documentElement.dataset.language || document.documentElement.lang).toLowerCase();
  const [ready, reload, later] = OFFERS[language.split(/[-_]/)[0]] ?? ENGLISH;
  const box = document.createElement("div");
  box.dataset.update = "";
  box.setAttribute("role", "status");
  Object.assign(box.style, {
    position: "fixed", inset: "auto 1rem 1rem auto", zIndex: 2, padding: ".75em 1em", border: "1px solid",
    borderRadius: ".5em", background: "Canvas", color: "CanvasText", display: "flex", gap: ".75em",
    alignItems: "center", maxWidth: "calc(100vw - 2rem)", flexWrap: "wrap",
  });
  const text = document.createElement("span");
  text.textContent = ready;
  const buttons = [reload, later].map((label) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: label });
    return button;
  });
  buttons[0].addEventListener("click", () => {
    keep();
    // Another tab may have accepted it before: then there is nothing to wait for.
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
    navigator.serviceWorker.getRegistration().then((registration) => {
      if (registration?.waiting) workbox.messageSkipWaiting();
      else location.reload();
    });
  });
  buttons[1].addEventListener("click", () => box.remove());
  box.append(text, ...buttons);
  document.body.append(box);
}
