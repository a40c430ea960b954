"""Translated texts that only server-backed pages need. They are not in the catalogs, which every page loads."""

from __future__ import annotations

from django.utils.translation import get_language

__all__ = ["WORDS", "word"]

WORDS: dict[str, dict[str, str]] = {
    "Sending…": {
        "ar": "جارٍ الإرسال…", "de": "Wird gesendet…", "es": "Enviando…", "fr": "Envoi…",
        "it": "Invio in corso…", "ja": "送信中…", "nl": "Bezig met verzenden…", "pl": "Wysyłanie…",
        "pt": "A enviar…", "ru": "Отправка…", "zh": "正在发送…",
    },
    "Sent.": {
        "ar": "تم الإرسال.", "de": "Gesendet.", "es": "Enviado.", "fr": "Envoyé.", "it": "Inviato.",
        "ja": "送信しました。", "nl": "Verzonden.", "pl": "Wysłano.", "pt": "Enviado.",
        "ru": "Отправлено.", "zh": "已发送。",
    },
    "Done.": {
        "ar": "تم.", "de": "Erledigt.", "es": "Hecho.", "fr": "C’est fait.", "it": "Fatto.",
        "ja": "完了しました。", "nl": "Klaar.", "pl": "Gotowe.", "pt": "Feito.", "ru": "Готово.",
        "zh": "已完成。",
    },
    "Undo": {
        "ar": "تراجع", "de": "Rückgängig", "es": "Deshacer", "fr": "Annuler", "it": "Annulla",
        "ja": "元に戻す", "nl": "Ongedaan maken", "pl": "Cofnij", "pt": "Desfazer", "ru": "Отменить",
        "zh": "撤销",
    },
    "Upload": {
        "ar": "رفع الملفات", "de": "Hochladen", "es": "Subida", "fr": "Téléversement",
        "it": "Caricamento", "ja": "アップロード", "nl": "Uploaden", "pl": "Przesyłanie",
        "pt": "Carregamento", "ru": "Загрузка", "zh": "上传",
    },
    "Dismiss": {
        "ar": "إغلاق", "de": "Schließen", "es": "Cerrar", "fr": "Fermer", "it": "Chiudi",
        "ja": "閉じる", "nl": "Sluiten", "pl": "Zamknij", "pt": "Fechar", "ru": "Закрыть", "zh": "关闭",
    },
    "Messages": {
        "ar": "الرسائل", "de": "Meldungen", "es": "Mensajes", "fr": "Messages", "it": "Messaggi",
        "ja": "メッセージ", "nl": "Berichten", "pl": "Komunikaty", "pt": "Mensagens",
        "ru": "Сообщения", "zh": "消息",
    },
    "Try again": {
        "ar": "أعد المحاولة", "de": "Erneut versuchen", "es": "Reintentar", "fr": "Réessayer",
        "it": "Riprova", "ja": "再試行", "nl": "Opnieuw proberen", "pl": "Spróbuj ponownie",
        "pt": "Tentar de novo", "ru": "Повторить", "zh": "重试",
    },
    "Log in": {
        "ar": "تسجيل الدخول", "de": "Anmelden", "es": "Iniciar sesión", "fr": "Se connecter",
        "it": "Accedi", "ja": "ログイン", "nl": "Inloggen", "pl": "Zaloguj się",
        "pt": "Iniciar sessão", "ru": "Войти", "zh": "登录",
    },
    "Open that page": {
        "ar": "افتح تلك الصفحة", "de": "Diese Seite öffnen", "es": "Abrir esa página",
        "fr": "Ouvrir cette page", "it": "Apri quella pagina", "ja": "そのページを開く",
        "nl": "Die pagina openen", "pl": "Otwórz tę stronę", "pt": "Abrir essa página",
        "ru": "Открыть эту страницу", "zh": "打开该页面",
    },
    "What you typed is still here.": {
        "ar": "ما كتبته لا يزال هنا.", "de": "Ihre Eingaben sind noch da.",
        "es": "Lo que escribió sigue aquí.", "fr": "Votre saisie est toujours là.",
        "it": "Quanto digitato è ancora qui.", "ja": "入力した内容は残っています。",
        "nl": "Wat u typte staat er nog.", "pl": "Wpisane dane są nadal tutaj.",
        "pt": "O que escreveu continua aqui.", "ru": "Введённые данные сохранены на странице.",
        "zh": "您输入的内容仍在这里。",
    },
    "The server is slow. Still waiting…": {
        "ar": "الخادم بطيء. ما زلنا ننتظر…", "de": "Der Server ist langsam. Es wird noch gewartet…",
        "es": "El servidor va lento. Seguimos esperando…",
        "fr": "Le serveur est lent. Toujours en attente…",
        "it": "Il server è lento. Ancora in attesa…", "ja": "サーバーの応答が遅れています。待機中…",
        "nl": "De server is traag. We wachten nog…", "pl": "Serwer działa wolno. Nadal czekamy…",
        "pt": "O servidor está lento. Ainda à espera…", "ru": "Сервер отвечает медленно. Ожидание…",
        "zh": "服务器响应缓慢。仍在等待…",
    },
    "The server cannot be reached.": {
        "ar": "لا يمكن الوصول إلى الخادم.", "de": "Der Server ist nicht erreichbar.",
        "es": "No se puede acceder al servidor.", "fr": "Le serveur est injoignable.",
        "it": "Il server non è raggiungibile.", "ja": "サーバーに接続できません。",
        "nl": "De server is niet bereikbaar.", "pl": "Serwer jest nieosiągalny.",
        "pt": "Não é possível aceder ao servidor.", "ru": "Сервер недоступен.",
        "zh": "无法连接到服务器。",
    },
    "The server does not answer. It may have got this: look before you try again.": {
        "ar": "الخادم لا يجيب. ربما وصلته البيانات: تحقق قبل إعادة المحاولة.",
        "de": "Der Server antwortet nicht. Vielleicht ist es angekommen: Sehen Sie nach, bevor Sie es erneut versuchen.",
        "es": "El servidor no responde. Puede que haya llegado: compruébelo antes de reintentar.",
        "fr": "Le serveur ne répond pas. L’envoi est peut-être arrivé : vérifiez avant de réessayer.",
        "it": "Il server non risponde. I dati potrebbero essere arrivati: controlli prima di riprovare.",
        "ja": "サーバーが応答しません。届いている可能性があります。再試行の前に確認してください。",
        "nl": "De server antwoordt niet. Misschien is het aangekomen: kijk voordat u het opnieuw probeert.",
        "pl": "Serwer nie odpowiada. Dane mogły dotrzeć: sprawdź to, zanim spróbujesz ponownie.",
        "pt": "O servidor não responde. Pode ter chegado: verifique antes de tentar de novo.",
        "ru": "Сервер не отвечает. Возможно, данные дошли: проверьте, прежде чем повторять.",
        "zh": "服务器没有回应。数据可能已送达：重试前请先查看。",
    },
    "You are not logged in any more. Log in, then try again.": {
        "ar": "لم تعد مسجل الدخول. سجّل الدخول ثم أعد المحاولة.",
        "de": "Sie sind nicht mehr angemeldet. Melden Sie sich an, dann versuchen Sie es erneut.",
        "es": "Su sesión ha terminado. Inicie sesión y vuelva a intentarlo.",
        "fr": "Vous n’êtes plus connecté. Connectez-vous, puis réessayez.",
        "it": "La sessione è terminata. Acceda, poi riprovi.",
        "ja": "ログアウトされています。ログインしてから再試行してください。",
        "nl": "U bent niet meer ingelogd. Log in en probeer het opnieuw.",
        "pl": "Sesja wygasła. Zaloguj się i spróbuj ponownie.",
        "pt": "A sua sessão terminou. Inicie sessão e tente de novo.",
        "ru": "Сеанс завершён. Войдите и повторите попытку.", "zh": "您已退出登录。请登录后重试。",
    },
    "The server does not recognize this page. Allow cookies, or reload the page.": {
        "ar": "لا يتعرف الخادم على هذه الصفحة. اسمح بملفات تعريف الارتباط أو أعد تحميل الصفحة.",
        "de": "Der Server erkennt diese Seite nicht. Erlauben Sie Cookies, oder laden Sie die Seite neu.",
        "es": "El servidor no reconoce esta página. Permita las cookies o recargue la página.",
        "fr": "Le serveur ne reconnaît pas cette page. Autorisez les cookies ou rechargez la page.",
        "it": "Il server non riconosce questa pagina. Consenta i cookie o ricarichi la pagina.",
        "ja": "サーバーがこのページを認識できません。Cookie を許可するか、ページを再読み込みしてください。",
        "nl": "De server herkent deze pagina niet. Sta cookies toe of laad de pagina opnieuw.",
        "pl": "Serwer nie rozpoznaje tej strony. Zezwól na pliki cookie lub wczytaj stronę ponownie.",
        "pt": "O servidor não reconhece esta página. Permita cookies ou recarregue a página.",
        "ru": "Сервер не узнаёт эту страницу. Разрешите файлы cookie или перезагрузите страницу.",
        "zh": "服务器无法识别此页面。请允许 Cookie，或重新加载页面。",
    },
    "You are not allowed to do this.": {
        "ar": "ليس مسموحًا لك بذلك.", "de": "Sie dürfen das nicht.",
        "es": "No tiene permiso para hacer esto.", "fr": "Vous n’avez pas le droit de faire cela.",
        "it": "Non è autorizzato a farlo.", "ja": "この操作は許可されていません。",
        "nl": "U mag dit niet doen.", "pl": "Nie masz do tego uprawnień.",
        "pt": "Não tem permissão para fazer isto.", "ru": "Вам это не разрешено.",
        "zh": "您无权执行此操作。",
    },
    "This is too large for the server.": {
        "ar": "هذا أكبر مما يقبله الخادم.", "de": "Das ist dem Server zu groß.",
        "es": "Es demasiado grande para el servidor.",
        "fr": "C’est trop volumineux pour le serveur.",
        "it": "È troppo grande per il server.", "ja": "サーバーが受け付けるサイズを超えています。",
        "nl": "Dit is te groot voor de server.", "pl": "To jest za duże dla serwera.",
        "pt": "É demasiado grande para o servidor.", "ru": "Слишком большой объём для сервера.",
        "zh": "内容过大，服务器无法接受。",
    },
    "The server reports a failure (%(status)s).": {
        "ar": "أبلغ الخادم عن خطأ (%(status)s).", "de": "Der Server meldet einen Fehler (%(status)s).",
        "es": "El servidor informa de un error (%(status)s).",
        "fr": "Le serveur signale une erreur (%(status)s).",
        "it": "Il server segnala un errore (%(status)s).",
        "ja": "サーバーでエラーが発生しました（%(status)s）。",
        "nl": "De server meldt een fout (%(status)s).", "pl": "Serwer zgłasza błąd (%(status)s).",
        "pt": "O servidor comunica um erro (%(status)s).",
        "ru": "Сервер сообщает об ошибке (%(status)s).", "zh": "服务器报告错误（%(status)s）。",
    },
    "The server answered with another page than expected.": {
        "ar": "أجاب الخادم بصفحة غير متوقعة.",
        "de": "Der Server hat mit einer anderen Seite geantwortet als erwartet.",
        "es": "El servidor respondió con una página inesperada.",
        "fr": "Le serveur a répondu par une page inattendue.",
        "it": "Il server ha risposto con una pagina inattesa.",
        "ja": "サーバーから想定外のページが返されました。",
        "nl": "De server antwoordde met een andere pagina dan verwacht.",
        "pl": "Serwer odpowiedział inną stroną, niż oczekiwano.",
        "pt": "O servidor respondeu com uma página inesperada.",
        "ru": "Сервер ответил не той страницей.", "zh": "服务器返回了意外的页面。",
    },
    "Outbox": {
        "ar": "صندوق الصادر", "de": "Postausgang", "es": "Bandeja de salida", "fr": "Boîte d’envoi",
        "it": "Posta in uscita", "ja": "送信トレイ", "nl": "Postvak UIT", "pl": "Skrzynka nadawcza",
        "pt": "Caixa de saída", "ru": "Исходящие", "zh": "发件箱",
    },
    "Waiting to send": {
        "ar": "في انتظار الإرسال", "de": "Wartet auf das Senden", "es": "Pendiente de envío",
        "fr": "En attente d’envoi", "it": "In attesa di invio", "ja": "送信待ち",
        "nl": "Wacht op verzending", "pl": "Czeka na wysłanie", "pt": "À espera de envio",
        "ru": "Ожидает отправки", "zh": "等待发送",
    },
    "Send now": {
        "ar": "أرسل الآن", "de": "Jetzt senden", "es": "Enviar ahora", "fr": "Envoyer maintenant",
        "it": "Invia ora", "ja": "今すぐ送信", "nl": "Nu verzenden", "pl": "Wyślij teraz",
        "pt": "Enviar agora", "ru": "Отправить сейчас", "zh": "立即发送",
    },
    "Being edited": {
        "ar": "قيد التعديل", "de": "In Bearbeitung", "es": "En edición", "fr": "En cours de modification",
        "it": "In modifica", "ja": "編集中", "nl": "Wordt bewerkt", "pl": "W trakcie edycji",
        "pt": "Em edição", "ru": "Редактируется", "zh": "正在编辑",
    },
    "Refused by the server": {
        "ar": "رفضه الخادم", "de": "Vom Server abgelehnt", "es": "Rechazado por el servidor",
        "fr": "Refusé par le serveur", "it": "Rifiutato dal server", "ja": "サーバーが拒否しました",
        "nl": "Geweigerd door de server", "pl": "Odrzucone przez serwer",
        "pt": "Recusado pelo servidor", "ru": "Отклонено сервером", "zh": "已被服务器拒绝",
    },
    "The server refused what was waiting.": {
        "ar": "رفض الخادم ما كان في الانتظار.", "de": "Der Server hat abgelehnt, was gewartet hat.",
        "es": "El servidor rechazó lo que estaba pendiente.",
        "fr": "Le serveur a refusé ce qui était en attente.",
        "it": "Il server ha rifiutato ciò che era in attesa.",
        "ja": "送信待ちの内容をサーバーが拒否しました。",
        "nl": "De server heeft geweigerd wat wachtte.", "pl": "Serwer odrzucił to, co czekało.",
        "pt": "O servidor recusou o que estava à espera.",
        "ru": "Сервер отклонил то, что ожидало отправки.", "zh": "服务器拒绝了等待发送的内容。",
    },
    "It may have arrived: look before you send it again.": {
        "ar": "ربما وصل: تحقق قبل إعادة إرساله.",
        "de": "Vielleicht ist es angekommen: Sehen Sie nach, bevor Sie es erneut senden.",
        "es": "Puede que haya llegado: compruébelo antes de reenviarlo.",
        "fr": "C’est peut-être arrivé : vérifiez avant de renvoyer.",
        "it": "Potrebbe essere arrivato: controlli prima di inviarlo di nuovo.",
        "ja": "届いている可能性があります。再送信の前に確認してください。",
        "nl": "Misschien is het aangekomen: kijk voordat u het opnieuw verzendt.",
        "pl": "Mogło dotrzeć: sprawdź to, zanim wyślesz ponownie.",
        "pt": "Pode ter chegado: verifique antes de enviar de novo.",
        "ru": "Возможно, это дошло: проверьте, прежде чем отправлять снова.",
        "zh": "可能已送达：重新发送前请先查看。",
    },
    "Waiting until another user logs in: %(count)d": {
        "ar": "في انتظار تسجيل دخول مستخدم آخر: %(count)d",
        "de": "Wartet, bis sich ein anderer Benutzer anmeldet: %(count)d",
        "es": "A la espera de que otro usuario inicie sesión: %(count)d",
        "fr": "En attente de la connexion d’un autre utilisateur : %(count)d",
        "it": "In attesa dell’accesso di un altro utente: %(count)d",
        "ja": "別のユーザーのログイン待ち: %(count)d",
        "nl": "Wacht tot een andere gebruiker inlogt: %(count)d",
        "pl": "Czeka na zalogowanie innego użytkownika: %(count)d",
        "pt": "À espera que outro utilizador inicie sessão: %(count)d",
        "ru": "Ожидает входа другого пользователя: %(count)d", "zh": "等待其他用户登录：%(count)d",
    },
    "Replace what is in the form?": {
        "ar": "هل تريد استبدال محتوى النموذج؟", "de": "Ersetzen, was im Formular steht?",
        "es": "¿Reemplazar lo que hay en el formulario?", "fr": "Remplacer le contenu du formulaire ?",
        "it": "Sostituire il contenuto del modulo?", "ja": "フォームの内容を置き換えますか？",
        "nl": "Vervangen wat in het formulier staat?", "pl": "Zastąpić zawartość formularza?",
        "pt": "Substituir o que está no formulário?", "ru": "Заменить содержимое формы?",
        "zh": "要替换表单中的内容吗？",
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
