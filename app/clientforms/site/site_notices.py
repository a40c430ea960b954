"""Notices of a site in the page: what the visitor has to know about the data, mail, and requests that failed."""

from __future__ import annotations

from typing import Any

from django.core.mail import EmailMessage

from clientforms.browser.dom.scope import Scope
from clientforms.browser.dom.shown_texts import put_text
from clientforms.browser.runtime import document
from clientforms.site import mail_outbox
from clientforms.site.site_words import word

__all__ = ["SiteNotices"]

_BOX = (
    "position: fixed; inset: auto 0 0; z-index: 10; max-height: 50vh; overflow: auto; padding: .75rem 1rem;"
    "border-top: 3px solid; background: Canvas; color: CanvasText; font: 1rem/1.4 system-ui, sans-serif"
)


class SiteNotices:
    """A box at the lower edge of the page, which is there only if there is something to say."""

    def __init__(self) -> None:
        self._scope = Scope()  # the page's scope never ends
        self._box: Any = None
        self._shown: dict[str, Any] = {}
        mail_outbox.when_sent(self._show_mail)

    def show(self, name: str, message: str, details: str = "") -> None:
        """Show a message instead of an earlier one with this `name`. Screen readers announce it."""
        entry = self._entry(name)
        entry.append(_element("p", message))
        if details:
            entry.append(_folded(word("Details"), details))
        self._add_button(name, entry)

    def remove(self, name: str) -> None:
        """Remove the message with this `name`, if it is there."""
        entry = self._shown.pop(name, None)
        if entry is not None:
            entry.remove()
        if self._box is not None and not self._shown:
            self._box.remove()
            self._box = None

    def _show_mail(self) -> None:
        entry = self._entry("mail")
        count = len(mail_outbox.messages)
        entry.append(_element("p", word("Mail that nobody receives: %(count)s", count=count)))
        for message in reversed(mail_outbox.messages):
            entry.append(_folded(str(message.subject), _written(message)))
        self._add_button("mail", entry)

    def _entry(self, name: str) -> Any:
        if self._box is None:
            self._box = _element("aside", "")
            self._box.setAttribute("role", "status")
            self._box.setAttribute("data-site-notices", "")
            self._box.style.cssText = _BOX
            document.body.append(self._box)
        if name in self._shown:
            self._shown[name].replaceChildren()
        else:
            self._shown[name] = _element("div", "")
            self._shown[name].setAttribute("data-site-notice", name)
            self._box.append(self._shown[name])
        return self._shown[name]

    def _add_button(self, name: str, entry: Any) -> None:
        button = _element("button", word("Dismiss"))
        button.type = "button"
        self._scope.listen(button, "click", lambda _: self.remove(name))
        entry.append(button)


def _element(tag: str, text: str) -> Any:
    made = document.createElement(tag)
    put_text(made, text)
    return made


def _folded(summary: str, text: str) -> Any:
    made = _element("details", "")
    written = _element("pre", text)
    written.style.whiteSpace = "pre-wrap"
    written.tabIndex = 0
    made.append(_element("summary", summary), written)
    return made


def _written(message: EmailMessage) -> str:
    """Return a mail as text: its headers and its body."""
    lines = [f"From: {message.from_email}", f"To: {', '.join(message.to)}"]
    lines += [f"Cc: {', '.join(message.cc)}"] if message.cc else []
    lines += [f"Attached: {len(message.attachments)}"] if message.attachments else []
    return "\n".join([*lines, f"Subject: {message.subject}", "", str(message.body)])
