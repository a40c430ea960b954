"""Translated texts that only pages with a site need. They are not in the catalogs, which every page loads."""

from __future__ import annotations

from django.utils.translation import get_language

__all__ = ["WORDS", "word"]

WORDS: dict[str, dict[str, str]] = {
    "This browser does not let the page store data: changes are lost when it is closed.": {
        "ar": "لا يسمح هذا المتصفح للصفحة بتخزين البيانات: تُفقد التغييرات عند إغلاقها.",
        "de": "Dieser Browser lässt die Seite keine Daten speichern: Änderungen gehen beim Schließen verloren.",
        "es": "Este navegador no permite que la página guarde datos: los cambios se pierden al cerrarla.",
        "fr": "Ce navigateur n’autorise pas la page à stocker des données : les modifications sont perdues à la fermeture.",
        "it": "Questo browser non consente alla pagina di memorizzare dati: alla chiusura le modifiche vanno perse.",
        "ja": "このブラウザーではデータを保存できません。ページを閉じると変更は失われます。",
        "nl": "Deze browser laat de pagina geen gegevens bewaren: wijzigingen gaan bij het sluiten verloren.",
        "pl": "Ta przeglądarka nie pozwala stronie zapisywać danych: po zamknięciu zmiany przepadną.",
        "pt": "Este navegador não permite que a página guarde dados: as alterações perdem-se ao fechá-la.",
        "ru": "Этот браузер не разрешает странице хранить данные: при закрытии изменения пропадут.",
        "zh": "此浏览器不允许页面存储数据：关闭页面后更改将丢失。",
    },
    "Changes are lost when this page is closed: to store them, it has to come over HTTPS.": {
        "ar": "تُفقد التغييرات عند إغلاق هذه الصفحة: لتخزينها يجب أن تُفتح عبر HTTPS.",
        "de": "Änderungen gehen beim Schließen dieser Seite verloren: Zum Speichern muss sie über HTTPS kommen.",
        "es": "Los cambios se pierden al cerrar esta página: para guardarlos, debe llegar por HTTPS.",
        "fr": "Les modifications sont perdues à la fermeture de cette page : pour les stocker, elle doit passer par HTTPS.",
        "it": "Alla chiusura della pagina le modifiche vanno perse: per memorizzarle deve arrivare tramite HTTPS.",
        "ja": "このページを閉じると変更は失われます。保存するには HTTPS で開く必要があります。",
        "nl": "Wijzigingen gaan bij het sluiten van deze pagina verloren: om ze te bewaren moet ze via HTTPS komen.",
        "pl": "Po zamknięciu tej strony zmiany przepadną: aby je zapisywać, musi być otwarta przez HTTPS.",
        "pt": "As alterações perdem-se ao fechar esta página: para as guardar, tem de vir por HTTPS.",
        "ru": "При закрытии этой страницы изменения пропадут: для хранения она должна открываться по HTTPS.",
        "zh": "关闭此页面后更改将丢失：必须通过 HTTPS 打开才能存储。",
    },
    "The browser’s storage is full: the latest changes are lost when this page is closed.": {
        "ar": "مساحة تخزين المتصفح ممتلئة: تُفقد آخر التغييرات عند إغلاق هذه الصفحة.",
        "de": "Der Speicher des Browsers ist voll: Die letzten Änderungen gehen beim Schließen dieser Seite verloren.",
        "es": "El almacenamiento del navegador está lleno: los últimos cambios se pierden al cerrar esta página.",
        "fr": "Le stockage du navigateur est plein : les dernières modifications sont perdues à la fermeture de cette page.",
        "it": "La memoria del browser è piena: alla chiusura della pagina le ultime modifiche vanno perse.",
        "ja": "ブラウザーの保存領域がいっぱいです。このページを閉じると最新の変更は失われます。",
        "nl": "De opslag van de browser is vol: de laatste wijzigingen gaan bij het sluiten van deze pagina verloren.",
        "pl": "Pamięć przeglądarki jest pełna: po zamknięciu tej strony ostatnie zmiany przepadną.",
        "pt": "O armazenamento do navegador está cheio: as últimas alterações perdem-se ao fechar esta página.",
        "ru": "Хранилище браузера заполнено: при закрытии этой страницы последние изменения пропадут.",
        "zh": "浏览器的存储空间已满：关闭此页面后最近的更改将丢失。",
    },
    "A newer version of this site has written the data: they can be read, but not changed. Reload the page.": {
        "ar": "كتبت نسخة أحدث من هذا الموقع البيانات: يمكن قراءتها لا تغييرها. أعد تحميل الصفحة.",
        "de": "Eine neuere Version dieser Website hat die Daten geschrieben: Sie sind lesbar, aber nicht änderbar. Laden Sie die Seite neu.",
        "es": "Una versión más reciente de este sitio escribió los datos: se pueden leer, pero no cambiar. Recargue la página.",
        "fr": "Une version plus récente de ce site a écrit les données : elles sont lisibles, mais non modifiables. Rechargez la page.",
        "it": "Una versione più recente di questo sito ha scritto i dati: si possono leggere, ma non modificare. Ricarichi la pagina.",
        "ja": "このサイトの新しいバージョンがデータを書き込みました。閲覧はできますが変更はできません。ページを再読み込みしてください。",
        "nl": "Een nieuwere versie van deze site heeft de gegevens geschreven: ze zijn leesbaar, maar niet te wijzigen. Laad de pagina opnieuw.",
        "pl": "Dane zapisała nowsza wersja tej witryny: można je czytać, ale nie zmieniać. Wczytaj stronę ponownie.",
        "pt": "Uma versão mais recente deste sítio escreveu os dados: podem ser lidos, mas não alterados. Recarregue a página.",
        "ru": "Данные записаны более новой версией сайта: их можно читать, но не изменять. Перезагрузите страницу.",
        "zh": "数据由本站的较新版本写入：可以读取，但不能更改。请重新加载页面。",
    },
    "Another tab has changed the data: the latest changes in this one are lost when it is closed.": {
        "ar": "غيّرت علامة تبويب أخرى البيانات: تُفقد آخر التغييرات في هذه عند إغلاقها.",
        "de": "Ein anderer Tab hat die Daten geändert: Die letzten Änderungen in diesem gehen beim Schließen verloren.",
        "es": "Otra pestaña cambió los datos: los últimos cambios de esta se pierden al cerrarla.",
        "fr": "Un autre onglet a modifié les données : les dernières modifications de celui-ci sont perdues à sa fermeture.",
        "it": "Un’altra scheda ha modificato i dati: le ultime modifiche di questa vanno perse alla chiusura.",
        "ja": "別のタブがデータを変更しました。このタブの最新の変更は閉じると失われます。",
        "nl": "Een ander tabblad heeft de gegevens gewijzigd: de laatste wijzigingen in dit tabblad gaan bij het sluiten verloren.",
        "pl": "Inna karta zmieniła dane: ostatnie zmiany w tej przepadną po jej zamknięciu.",
        "pt": "Outro separador alterou os dados: as últimas alterações deste perdem-se ao fechá-lo.",
        "ru": "Другая вкладка изменила данные: последние изменения в этой пропадут при её закрытии.",
        "zh": "另一个标签页已更改数据：关闭此标签页后，其中最近的更改将丢失。",
    },
    "The update of this site has failed. The version before it goes on with your data.": {
        "ar": "فشل تحديث هذا الموقع. تستمر النسخة السابقة مع بياناتك.",
        "de": "Die Aktualisierung dieser Website ist fehlgeschlagen. Die Version davor läuft mit Ihren Daten weiter.",
        "es": "La actualización de este sitio ha fallado. La versión anterior sigue con sus datos.",
        "fr": "La mise à jour de ce site a échoué. La version précédente continue avec vos données.",
        "it": "L’aggiornamento di questo sito non è riuscito. La versione precedente continua con i Suoi dati.",
        "ja": "このサイトの更新に失敗しました。以前のバージョンがデータを引き続き使用します。",
        "nl": "Het bijwerken van deze site is mislukt. De vorige versie gaat verder met uw gegevens.",
        "pl": "Aktualizacja tej witryny nie powiodła się. Poprzednia wersja działa dalej z Twoimi danymi.",
        "pt": "A atualização deste sítio falhou. A versão anterior continua com os seus dados.",
        "ru": "Обновить сайт не удалось. Предыдущая версия продолжает работать с вашими данными.",
        "zh": "本站更新失败。之前的版本将继续使用您的数据。",
    },
    "Another site keeps its data under the name of this one: changes are lost when this page is closed.": {
        "ar": "يحفظ موقع آخر بياناته باسم هذا الموقع: تُفقد التغييرات عند إغلاق هذه الصفحة.",
        "de": "Eine andere Website speichert ihre Daten unter dem Namen dieser: Änderungen gehen beim Schließen dieser Seite verloren.",
        "es": "Otro sitio guarda sus datos con el nombre de este: los cambios se pierden al cerrar esta página.",
        "fr": "Un autre site conserve ses données sous le nom de celui-ci : les modifications sont perdues à la fermeture de cette page.",
        "it": "Un altro sito conserva i suoi dati con il nome di questo: alla chiusura della pagina le modifiche vanno perse.",
        "ja": "別のサイトがこのサイトの名前でデータを保存しています。このページを閉じると変更は失われます。",
        "nl": "Een andere site bewaart haar gegevens onder de naam van deze: wijzigingen gaan bij het sluiten van deze pagina verloren.",
        "pl": "Inna witryna przechowuje dane pod nazwą tej: po zamknięciu tej strony zmiany przepadną.",
        "pt": "Outro sítio guarda os seus dados com o nome deste: as alterações perdem-se ao fechar esta página.",
        "ru": "Другой сайт хранит данные под именем этого: при закрытии этой страницы изменения пропадут.",
        "zh": "另一个网站以本站的名称保存数据：关闭此页面后更改将丢失。",
    },
    "The update of this site has failed: your data are kept, but cannot be shown.": {
        "ar": "فشل تحديث هذا الموقع: بياناتك محفوظة، لكن لا يمكن عرضها.",
        "de": "Die Aktualisierung dieser Website ist fehlgeschlagen: Ihre Daten bleiben erhalten, sind aber nicht anzuzeigen.",
        "es": "La actualización de este sitio ha fallado: sus datos se conservan, pero no se pueden mostrar.",
        "fr": "La mise à jour de ce site a échoué : vos données sont conservées, mais ne peuvent pas être affichées.",
        "it": "L’aggiornamento di questo sito non è riuscito: i Suoi dati sono conservati, ma non si possono mostrare.",
        "ja": "このサイトの更新に失敗しました。データは保持されていますが、表示できません。",
        "nl": "Het bijwerken van deze site is mislukt: uw gegevens blijven bewaard, maar zijn niet te tonen.",
        "pl": "Aktualizacja tej witryny nie powiodła się: Twoje dane są zachowane, ale nie można ich pokazać.",
        "pt": "A atualização deste sítio falhou: os seus dados são mantidos, mas não podem ser mostrados.",
        "ru": "Обновить сайт не удалось: ваши данные сохранены, но показать их нельзя.",
        "zh": "本站更新失败：您的数据仍保留，但无法显示。",
    },
    "This is the database of another site.": {
        "ar": "هذه قاعدة بيانات موقع آخر.", "de": "Das ist die Datenbank einer anderen Website.",
        "es": "Esta es la base de datos de otro sitio.", "fr": "C’est la base de données d’un autre site.",
        "it": "Questo è il database di un altro sito.", "ja": "これは別のサイトのデータベースです。",
        "nl": "Dit is de database van een andere site.", "pl": "To baza danych innej witryny.",
        "pt": "Esta é a base de dados de outro sítio.", "ru": "Это база данных другого сайта.",
        "zh": "这是其他网站的数据库。",
    },
    "This database could not be updated.": {
        "ar": "تعذر تحديث قاعدة البيانات هذه.", "de": "Diese Datenbank konnte nicht aktualisiert werden.",
        "es": "No se pudo actualizar esta base de datos.",
        "fr": "Cette base de données n’a pas pu être mise à jour.",
        "it": "Non è stato possibile aggiornare questo database.",
        "ja": "このデータベースは更新できませんでした。",
        "nl": "Deze database kon niet worden bijgewerkt.", "pl": "Nie udało się zaktualizować tej bazy danych.",
        "pt": "Não foi possível atualizar esta base de dados.",
        "ru": "Не удалось обновить эту базу данных.", "zh": "无法更新此数据库。",
    },
    "This file is no SQLite database.": {
        "ar": "هذا الملف ليس قاعدة بيانات SQLite.", "de": "Diese Datei ist keine SQLite-Datenbank.",
        "es": "Este archivo no es una base de datos SQLite.",
        "fr": "Ce fichier n’est pas une base de données SQLite.",
        "it": "Questo file non è un database SQLite.",
        "ja": "このファイルは SQLite データベースではありません。",
        "nl": "Dit bestand is geen SQLite-database.", "pl": "Ten plik nie jest bazą danych SQLite.",
        "pt": "Este ficheiro não é uma base de dados SQLite.",
        "ru": "Этот файл не является базой данных SQLite.", "zh": "此文件不是 SQLite 数据库。",
    },
    "This database is damaged.": {
        "ar": "قاعدة البيانات هذه تالفة.", "de": "Diese Datenbank ist beschädigt.",
        "es": "Esta base de datos está dañada.", "fr": "Cette base de données est endommagée.",
        "it": "Questo database è danneggiato.", "ja": "このデータベースは破損しています。",
        "nl": "Deze database is beschadigd.", "pl": "Ta baza danych jest uszkodzona.",
        "pt": "Esta base de dados está danificada.", "ru": "Эта база данных повреждена.",
        "zh": "此数据库已损坏。",
    },
    "This file is no ZIP archive, or it is damaged.": {
        "ar": "هذا الملف ليس أرشيف ZIP أو أنه تالف.",
        "de": "Diese Datei ist kein ZIP-Archiv oder beschädigt.",
        "es": "Este archivo no es un ZIP o está dañado.",
        "fr": "Ce fichier n’est pas une archive ZIP, ou il est endommagé.",
        "it": "Questo file non è un archivio ZIP, o è danneggiato.",
        "ja": "このファイルは ZIP アーカイブではないか、破損しています。",
        "nl": "Dit bestand is geen ZIP-archief of is beschadigd.",
        "pl": "Ten plik nie jest archiwum ZIP albo jest uszkodzony.",
        "pt": "Este ficheiro não é um arquivo ZIP ou está danificado.",
        "ru": "Этот файл не является архивом ZIP или повреждён.",
        "zh": "此文件不是 ZIP 压缩包，或已损坏。",
    },
    "This fixture does not fit the site.": {
        "ar": "هذه البيانات لا تناسب الموقع.", "de": "Diese Daten passen nicht zu dieser Website.",
        "es": "Estos datos no encajan con el sitio.", "fr": "Ces données ne conviennent pas à ce site.",
        "it": "Questi dati non sono adatti al sito.", "ja": "このデータはこのサイトに合いません。",
        "nl": "Deze gegevens passen niet bij de site.", "pl": "Te dane nie pasują do tej witryny.",
        "pt": "Estes dados não se ajustam ao sítio.", "ru": "Эти данные не подходят для этого сайта.",
        "zh": "这些数据与本站不符。",
    },
    "Dismiss": {
        "ar": "إغلاق", "de": "Schließen", "es": "Cerrar", "fr": "Fermer", "it": "Chiudi",
        "ja": "閉じる", "nl": "Sluiten", "pl": "Zamknij", "pt": "Fechar", "ru": "Закрыть", "zh": "关闭",
    },
    "Details": {
        "ar": "التفاصيل", "de": "Einzelheiten", "es": "Detalles", "fr": "Détails", "it": "Dettagli",
        "ja": "詳細", "nl": "Details", "pl": "Szczegóły", "pt": "Detalhes", "ru": "Подробности", "zh": "详情",
    },
    "Back": {
        "ar": "رجوع", "de": "Zurück", "es": "Volver", "fr": "Retour", "it": "Indietro",
        "ja": "戻る", "nl": "Terug", "pl": "Wstecz", "pt": "Voltar", "ru": "Назад", "zh": "返回",
    },
    "Mail that nobody receives: %(count)s": {
        "ar": "رسائل لا يستلمها أحد: %(count)s", "de": "E-Mails, die niemand bekommt: %(count)s",
        "es": "Correos que nadie recibe: %(count)s", "fr": "Courriels que personne ne reçoit : %(count)s",
        "it": "E-mail che nessuno riceve: %(count)s", "ja": "誰にも届かないメール: %(count)s",
        "nl": "E-mails die niemand ontvangt: %(count)s", "pl": "Wiadomości, których nikt nie otrzyma: %(count)s",
        "pt": "E-mails que ninguém recebe: %(count)s", "ru": "Письма, которые никто не получит: %(count)s",
        "zh": "无人收到的邮件：%(count)s",
    },
    "This page could not be shown: %(path)s": {
        "ar": "تعذّر عرض هذه الصفحة: %(path)s", "de": "Diese Seite konnte nicht gezeigt werden: %(path)s",
        "es": "No se pudo mostrar esta página: %(path)s", "fr": "Cette page n’a pas pu être affichée : %(path)s",
        "it": "Impossibile mostrare questa pagina: %(path)s", "ja": "このページを表示できませんでした: %(path)s",
        "nl": "Deze pagina kon niet worden getoond: %(path)s", "pl": "Nie udało się wyświetlić tej strony: %(path)s",
        "pt": "Não foi possível mostrar esta página: %(path)s", "ru": "Не удалось показать эту страницу: %(path)s",
        "zh": "无法显示此页面：%(path)s",
    },
    "Something went wrong on this page.": {
        "ar": "حدث خطأ في هذه الصفحة.", "de": "Auf dieser Seite ist ein Fehler aufgetreten.",
        "es": "Algo falló en esta página.", "fr": "Une erreur s’est produite sur cette page.",
        "it": "Si è verificato un errore in questa pagina.", "ja": "このページで問題が発生しました。",
        "nl": "Er ging iets mis op deze pagina.", "pl": "Na tej stronie wystąpił błąd.",
        "pt": "Algo correu mal nesta página.", "ru": "На этой странице произошла ошибка.", "zh": "此页面出错。",
    },
}  # fmt: skip
"""Translations by English text, then by the first part of the language code."""

_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


def word(english: str, /, **values: object) -> str:
    """Return a text of `WORDS` in the page's language, with placeholders filled in. Raises KeyError if it is unknown."""
    code = (get_language() or "en").lower()
    known = WORDS[english]
    said = known.get(code.partition("-")[0], english)
    if code.startswith(_TRADITIONAL):
        said = english
    return said % values if values else said
