"""The inline script of a built page that shows a message if `static/boot.js` does not load."""

from __future__ import annotations

import json
import re
from pathlib import Path

__all__ = ["WORDS", "boot_watch"]

_SCRIPT = Path(__file__).with_suffix(".js")

WORDS = {
    "ar": "النماذج غير متاحة. أعد تحميل الصفحة، وإذا تكرر ذلك فأخبر القائمين على هذا الموقع.",
    "de": "Die Formulare sind nicht verfügbar. "
    "Laden Sie die Seite neu; wenn es wieder geschieht, sagen Sie es bitte den Betreibern dieser Website.",
    "en": "The forms are not live. "
    "Reload the page; if it happens again, tell those who run this site.",
    "es": "Los formularios no están disponibles. "
    "Recargue la página; si vuelve a ocurrir, avise a quienes gestionan este sitio.",
    "fr": "Les formulaires ne sont pas disponibles. "
    "Rechargez la page ; si cela se reproduit, prévenez les responsables de ce site.",
    "it": "I moduli non sono disponibili. "
    "Ricarichi la pagina; se succede di nuovo, avvisi chi gestisce questo sito.",
    "ja": "フォームは利用できません。 "
    "ページを再読み込みしてください。繰り返し起こる場合は、このサイトの運営者にお知らせください。",
    "nl": "De formulieren zijn niet beschikbaar. "
    "Laad de pagina opnieuw; gebeurt het weer, laat het dan de beheerders van deze site weten.",
    "pl": "Formularze nie są dostępne. "
    "Wczytaj stronę ponownie; jeśli to się powtórzy, powiadom osoby prowadzące tę witrynę.",
    "pt": "Os formulários não estão disponíveis. "
    "Recarregue a página; se voltar a acontecer, avise os responsáveis por este site.",
    "ru": "Формы недоступны. "
    "Перезагрузите страницу; если это повторится, сообщите владельцам сайта.",
    "zh": "表单不可用。 请重新加载页面；如果问题再次出现，请告知本网站的管理者。",
}
"""The message by language. boot.js has the same texts, but may be missing."""

_TRADITIONAL_CHINESE = re.compile(r"zh-(hant|tw|hk|mo)")


def boot_watch(language: str) -> str:
    """Return the script for a page in `language`, the value of `<html lang>`; by default in English."""
    asked = language.lower().replace("_", "-")
    code = "en" if _TRADITIONAL_CHINESE.match(asked) else asked.partition("-")[0]
    words = json.dumps(WORDS.get(code, WORDS["en"]), ensure_ascii=False)
    return f"{_SCRIPT.read_text('utf-8').rstrip()}({words});\n"
