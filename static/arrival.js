// What is said while Python is long in coming over a slow network: how far it is, that the form can be filled in
// already, and a button that goes on without Python. And what is offered to a visitor who saves data. boot.js
// imports it only then. It is JavaScript because it speaks before Python is there.

const AGAIN = 500; // milliseconds
const MINUTE = 60; // seconds
const MEGABYTE = 1e6;

const WORDS = {
  ar: ["يمكنك تعبئتها من الآن.", "المتابعة دون انتظار", "تحميل كل شيء"],
  cs: ["Už je můžete vyplňovat.", "Pokračovat bez čekání", "Načíst vše"],
  de: ["Sie können sie schon ausfüllen.", "Ohne Warten fortfahren", "Alles laden"],
  es: ["Ya puede rellenarlos.", "Continuar sin esperar", "Cargar todo"],
  fa: ["از هم‌اکنون می‌توانید آن‌ها را پر کنید.", "ادامه بدون انتظار", "بارگذاری همه"],
  fr: ["Vous pouvez déjà les remplir.", "Continuer sans attendre", "Tout charger"],
  he: ["אפשר כבר למלא אותם.", "להמשיך בלי להמתין", "לטעון הכול"],
  hi: ["आप इन्हें अभी से भर सकते हैं।", "प्रतीक्षा किए बिना जारी रखें", "सब कुछ लोड करें"],
  it: ["Può già compilarli.", "Continua senza attendere", "Carica tutto"],
  ja: ["すでに入力できます。", "待たずに続ける", "すべて読み込む"],
  ko: ["지금 바로 입력할 수 있습니다.", "기다리지 않고 계속", "모두 불러오기"],
  nl: ["U kunt ze al invullen.", "Doorgaan zonder te wachten", "Alles laden"],
  pl: ["Można je już wypełniać.", "Kontynuuj bez czekania", "Wczytaj wszystko"],
  pt: ["Já os pode preencher.", "Continuar sem esperar", "Carregar tudo"],
  "pt-br": ["Você já pode preenchê-los.", "Continuar sem esperar", "Carregar tudo"],
  ru: ["Их уже можно заполнять.", "Продолжить без ожидания", "Загрузить всё"],
  sv: ["Du kan redan fylla i dem.", "Fortsätt utan att vänta", "Läs in allt"],
  tr: ["Şimdiden doldurabilirsiniz.", "Beklemeden devam et", "Tümünü yükle"],
  uk: ["Їх уже можна заповнювати.", "Продовжити без очікування", "Завантажити все"],
  zh: ["现在就可以填写。", "不等待，直接继续", "全部加载"],
};
const ENGLISH = ["You can fill it in already.", "Continue without waiting", "Load everything"];

// `page` is what boot.js gives: find() and make() of the document, marked() for what is English in a page of another
// language, the `language` of its words, or none, and what the button does, if a server takes a form of the page.
export function tell({ find, make, marked, language, goOn }) {
  const status = find("[data-boot-status]");
  if (!status) return;
  const [fillIn, onward] = WORDS[language] ?? ENGLISH;
  const amount = marked(make("span"));
  amount.dataset.bootAmount = "";
  amount.setAttribute("aria-hidden", "true"); // or it would be read out twice a second
  const note = Object.assign(marked(make("span")), { textContent: ` ${fillIn} ` });
  note.dataset.bootFillIn = "";
  status.after(note, amount);
  const added = [note, amount];
  if (goOn) {
    const button = marked(buttonFor(make, onward));
    button.addEventListener("click", () => {
      end();
      goOn();
    });
    amount.after(button);
    added.push(button);
  }
  const told = setInterval(() => { amount.textContent = howFar(language); }, AGAIN);
  amount.textContent = howFar(language);
  const end = () => {
    clearInterval(told);
    for (const each of added) each.remove();
  };
  document.addEventListener("clientforms:ready", end, { once: true });
  document.addEventListener("clientforms:failed", end, { once: true });
}

// Fulfilled once the visitor wants all of it.
export async function offerAll({ find, make, marked, language, plain }) {
  const status = find("[data-boot-status]");
  const { sizes } = await import("./runtime/versions.js");
  if (!status) return;
  const [, , all] = WORDS[language] ?? ENGLISH;
  const bytes = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  marked(status).textContent = plain;
  const bar = find("[data-boot-progress]");
  if (bar) bar.hidden = true;
  const button = marked(buttonFor(make, `${all} (${megabytes(language, bytes, "megabyte")})`));
  status.after(button);
  await new Promise((resolve) => button.addEventListener("click", resolve, { once: true }));
  button.remove();
  if (bar) bar.hidden = false;
}

function buttonFor(make, label) {
  const button = Object.assign(make("button"), { type: "button", textContent: label });
  button.dataset.bootButton = "";
  return button;
}

// “1.2 / 4.7 MB, in 12 seconds”, in the language's own way.
function howFar(language) {
  const files = [...window.clientforms.arriving?.values() ?? []];
  const [bytes, size] = ["bytes", "size"].map((name) => files.reduce((sum, each) => sum + each[name], 0));
  if (!bytes || bytes >= size) return "";
  const began = Math.min(...files.map((each) => each.began));
  const seconds = (size - bytes) / bytes * (performance.now() - began) / 1000;
  const relative = new Intl.RelativeTimeFormat(language ?? "en", { numeric: "always" });
  const soon = seconds < MINUTE ? [Math.ceil(seconds), "second"] : [Math.ceil(seconds / MINUTE), "minute"];
  return `${megabytes(language, bytes)} / ${megabytes(language, size, "megabyte")}, ${relative.format(...soon)}`;
}

function megabytes(language, bytes, unit) {
  const style = unit ? { style: "unit", unit } : {};
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language ?? "en", { ...style, ...digits }).format(bytes / MEGABYTE);
}
