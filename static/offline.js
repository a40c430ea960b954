// Lets a built page open without a network, by the service worker beside it, and offers updates. Where
// service workers are barred the page does without. Nothing is exchanged under an open page: its own
// files stay for as long as it holds their name, and it is reloaded when somebody asks for that.

import { Workbox } from "./runtime/workbox-window.js";
import "./keeping.js";

const OFFERS = {
  ar: ["يتوفر إصدار جديد.", "إعادة التحميل", "لاحقًا",
       "لا يمكن حفظ ما كتبته في هذا المتصفح، وسيُفقد عند إعادة التحميل. انسخه أولًا."],
  cs: ["Je připravena nová verze.", "Načíst znovu", "Později",
       "Tento prohlížeč nedokáže uchovat, co jste napsali; po novém načtení se to ztratí. Nejprve si to zkopírujte."],
  de: ["Eine neue Version ist bereit.", "Neu laden", "Später",
       "Was Sie eingegeben haben, kann dieser Browser nicht aufbewahren; beim Neuladen geht es verloren. Kopieren Sie es vorher."],
  es: ["Hay una versión nueva lista.", "Recargar", "Más tarde",
       "Este navegador no puede guardar lo que ha escrito; al recargar se perderá. Cópielo antes."],
  fa: ["نسخهٔ تازه‌ای آماده است.", "بارگذاری دوباره", "بعداً",
       "این مرورگر نمی‌تواند آنچه نوشته‌اید را نگه دارد و با بارگذاری دوباره از دست می‌رود. نخست آن را کپی کنید."],
  fr: ["Une nouvelle version est prête.", "Recharger", "Plus tard",
       "Ce navigateur ne peut pas conserver ce que vous avez saisi : le rechargement l’effacera. Copiez-le d’abord."],
  he: ["גרסה חדשה מוכנה.", "טעינה מחדש", "מאוחר יותר",
       "הדפדפן הזה אינו יכול לשמור את מה שהוקלד; בטעינה מחדש הוא יאבד. כדאי להעתיק אותו קודם."],
  hi: ["नया संस्करण तैयार है।", "फिर से लोड करें", "बाद में",
       "यह ब्राउज़र आपका लिखा हुआ नहीं रख सकता; फिर से लोड करने पर वह खो जाएगा। पहले उसे कॉपी कर लें।"],
  it: ["È pronta una nuova versione.", "Ricarica", "Più tardi",
       "Questo browser non può conservare ciò che ha scritto: ricaricando andrà perso. Lo copi prima."],
  ja: ["新しいバージョンの準備ができました。", "再読み込み", "後で",
       "このブラウザーでは入力内容を保存できません。再読み込みすると失われます。先にコピーしてください。"],
  ko: ["새 버전이 준비되었습니다.", "새로고침", "나중에",
       "이 브라우저는 입력한 내용을 보관할 수 없어 새로고침하면 사라집니다. 먼저 복사해 두세요."],
  nl: ["Er is een nieuwe versie.", "Opnieuw laden", "Later",
       "Deze browser kan niet bewaren wat u hebt getypt; bij opnieuw laden gaat het verloren. Kopieer het eerst."],
  pl: ["Nowa wersja jest gotowa.", "Wczytaj ponownie", "Później",
       "Ta przeglądarka nie może zachować wpisanych danych; po ponownym wczytaniu przepadną. Najpierw je skopiuj."],
  pt: ["Está pronta uma versão nova.", "Recarregar", "Mais tarde",
       "Este navegador não pode guardar o que escreveu; ao recarregar, perde-se. Copie-o primeiro."],
  "pt-br": ["Há uma nova versão disponível.", "Recarregar", "Mais tarde",
       "Este navegador não consegue guardar o que você digitou; ao recarregar, isso se perde. Copie antes."],
  ru: ["Новая версия готова.", "Перезагрузить", "Позже",
       "Этот браузер не может сохранить то, что вы ввели; при перезагрузке оно пропадёт. Сначала скопируйте его."],
  sv: ["En ny version är klar.", "Ladda om", "Senare",
       "Den här webbläsaren kan inte behålla det du skrev; om du laddar om försvinner det. Kopiera det först."],
  tr: ["Yeni bir sürüm hazır.", "Yeniden yükle", "Daha sonra",
       "Bu tarayıcı yazdıklarınızı saklayamıyor; sayfa yeniden yüklenirse kaybolurlar. Önce kopyalayın."],
  uk: ["Нова версія готова.", "Перезавантажити", "Пізніше",
       "Цей браузер не може зберегти те, що ви ввели; після перезавантаження воно зникне. Спершу скопіюйте його."],
  zh: ["新版本已就绪。", "重新加载", "稍后",
       "此浏览器无法保存您输入的内容，重新加载后将会丢失。请先复制。"],
};
const ENGLISH = ["A new version is ready.", "Reload", "Later",
  "This browser cannot keep what you typed; if you reload, it is lost. Copy it first."];
const PATIENCE = 20_000; // milliseconds: an update may repair a page whose forms do not come

const version = document.querySelector('meta[name="clientforms-version"]')?.content;
const ready = window.clientforms?.ready ?? new Promise(() => {}); // boot.js may not have come

const scope = new URL("./", document.baseURI).href;

if (version && hasServiceWorkers()) {
  navigator.locks?.request(`clientforms ${scope} ${version}`, { mode: "shared" }, () => new Promise(() => {}))
    .catch(() => {}); // a frame may have none
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  Promise.race([ready, late]).then(start)
    .catch((error) => console.info(`clientforms: this page opens with a network only. ${error.message}`));
}

// In a frame that is sandboxed, to ask for them is an error in Chromium.
function hasServiceWorkers() {
  try {
    return Boolean(navigator.serviceWorker);
  } catch {
    return false;
  }
}

async function start() {
  if (window.clientforms?.hasStayed) return; // nothing more is to be fetched
  const workbox = new Workbox(new URL("sw.js", scope).href, { updateViaCache: "none" });
  const { whenReleased = (act) => act() } = window.clientforms ?? {};
  workbox.addEventListener("waiting", () => whenReleased(() => offer(workbox)));
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
  for (const name of ["pyodide/python_stdlib.zip", "site-packages.zip", "seldom.zip"]) {
    const kept = await caches.match(locate(name));
    if (kept) addresses.set(name, URL.createObjectURL(await kept.blob()));
  }
  window.clientforms.locate = (name) => addresses.get(name) ?? locate(name);
}

function offer(workbox) {
  if (document.querySelector("[data-update]")) return;
  const { dataset, lang } = document.documentElement;
  const language = (dataset.language || lang || "en").toLowerCase().replaceAll("_", "-");
  const words = OFFERS[language] ?? OFFERS[/^zh-(hant|tw|hk|mo)/.test(language) ? "" : language.split("-")[0]];
  const [ready, reload, later, lost] = words ?? ENGLISH;
  const box = document.createElement("div");
  if (!words) Object.assign(box, { lang: "en", dir: "ltr" });
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
  buttons[0].addEventListener("click", async () => {
    try {
      await window.clientforms.keepForms();
    } catch {
      if (text.textContent !== lost) {
        text.textContent = lost; // who presses it again knows
        return;
      }
    }
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
