"""The inline script of a built page that shows a message if `static/boot.js` does not load."""

from __future__ import annotations

import json
from pathlib import Path

from clientforms.texts import known_code

__all__ = ["WORDS", "boot_watch"]

_SCRIPT = Path(__file__).with_suffix(".js")

WORDS = {
    "ar": "النماذج غير متاحة. أعد تحميل الصفحة، وإذا تكرر ذلك فأخبر القائمين على هذا الموقع.",
    "cs": "Formuláře nejsou dostupné. "
    "Načtěte stránku znovu; pokud se to stane znovu, dejte vědět provozovatelům tohoto webu.",
    "de": "Die Formulare sind nicht verfügbar. "
    "Laden Sie die Seite neu; wenn es wieder geschieht, sagen Sie es bitte den Betreibern dieser Website.",
    "en": "The form is not available. "
    "Reload the page. If it happens again, tell the people who run this site.",
    "es": "Los formularios no están disponibles. "
    "Recargue la página; si vuelve a ocurrir, avise a quienes gestionan este sitio.",
    "fa": "فرم‌ها در دسترس نیستند. "
    "صفحه را دوباره بارگذاری کنید؛ اگر باز هم رخ داد، به گردانندگان این سایت خبر دهید.",
    "fr": "Les formulaires ne sont pas disponibles. "
    "Rechargez la page ; si cela se reproduit, prévenez les responsables de ce site.",
    "he": "הטפסים אינם זמינים. יש לטעון את הדף מחדש; אם זה קורה שוב, נא להודיע למפעילי האתר.",
    "hi": "फ़ॉर्म उपलब्ध नहीं हैं। पेज फिर से लोड करें; यदि ऐसा फिर हो, तो इस साइट के संचालकों को बताएँ।",
    "it": "I moduli non sono disponibili. "
    "Ricarichi la pagina; se succede di nuovo, avvisi chi gestisce questo sito.",
    "ja": "フォームは利用できません。 "
    "ページを再読み込みしてください。繰り返し起こる場合は、このサイトの運営者にお知らせください。",
    "ko": "양식을 사용할 수 없습니다. "
    "페이지를 새로고침하세요. 다시 발생하면 이 사이트의 운영자에게 알려 주세요.",
    "nl": "De formulieren zijn niet beschikbaar. "
    "Laad de pagina opnieuw; gebeurt het weer, laat het dan de beheerders van deze site weten.",
    "pl": "Formularze nie są dostępne. "
    "Wczytaj stronę ponownie; jeśli to się powtórzy, powiadom osoby prowadzące tę witrynę.",
    "pt": "Os formulários não estão disponíveis. "
    "Recarregue a página; se voltar a acontecer, avise os responsáveis por este site.",
    "pt-br": "Os formulários não estão disponíveis. "
    "Recarregue a página; se acontecer de novo, avise os responsáveis por este site.",
    "ru": "Формы недоступны. "
    "Перезагрузите страницу; если это повторится, сообщите владельцам сайта.",
    "sv": "Formulären är inte tillgängliga. "
    "Ladda om sidan; om det händer igen, säg till dem som driver webbplatsen.",
    "tr": "Formlar kullanılamıyor. "
    "Sayfayı yeniden yükleyin; yine olursa bu siteyi yönetenlere bildirin.",
    "uk": "Форми недоступні. "
    "Перезавантажте сторінку; якщо це повториться, повідомте власників сайту.",
    "zh": "表单不可用。 请重新加载页面；如果问题再次出现，请告知本网站的管理者。",
}
"""The message by language. boot.js has the same texts, but may be missing."""


def boot_watch(language: str) -> str:
    """Return the script for a page in `language`, the value of `<html lang>`; by default in English."""
    code = known_code(WORDS, language) or "en"
    words = json.dumps(WORDS[code], ensure_ascii=False)
    return f"{_SCRIPT.read_text('utf-8').rstrip()}({words}, {json.dumps(code)});\n"
