"""The box at the top of a form that offers drafts and lists what did not fit.

It is not modal and never takes the focus by itself. Values of drafts are inserted as text, never
as markup.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from clientforms.browser.dom.form_controls import has_focus
from clientforms.browser.dom.pressed_pointer import pressed_pointer
from clientforms.browser.dom.scope import Scope
from clientforms.browser.dom.shown_texts import mark, put_text
from clientforms.browser.drafts import draft_texts as texts
from clientforms.browser.runtime import document
from clientforms.texts import text

__all__ = ["DraftBox", "Offer"]

_SHOWN = 5  # drafts at a time; more appear when these are answered


@dataclass(frozen=True, slots=True)
class Offer:
    """A draft that can be restored. `when` is its time as text, `iso` in ISO format.

    `preview` is its beginning, or all of it if `is_whole`, so that it can be read or copied.
    """

    id: str
    when: str
    iso: str
    sent: bool
    preview: str
    is_whole: bool = False


class DraftBox:
    """Shows offers, messages and a note in one form."""

    def __init__(self, form: Any, scope: Scope, answer: Callable[[str, str], None]) -> None:
        """`answer` is called with `restore`, `discard` or `close`, and the id of an offer."""
        self._form = form
        self._scope = scope
        self._answer = answer
        self._box = document.createElement("div")
        self._box.className = "clientforms-draft"
        self._box.setAttribute("role", "group")
        self._box.setAttribute("aria-label", text("Draft"))
        self._box.setAttribute("data-clientforms-draft", "")
        self._said, self._offered, self._note = (_element("div") for _ in range(3))
        self._said.tabIndex = -1
        self._box.append(self._said, self._offered, self._note)
        scope.listen(self._box, "click", self._on_click)
        scope.at_end(self._box.remove)

    def has_focus(self) -> bool:
        """Return whether the user is in the box."""
        return has_focus(self._box)

    def offer(self, offers: Sequence[Offer]) -> None:
        """Replace the offered drafts by these, in this order."""
        several = len(offers) > 1
        made = [_offer(offer, show_preview=several) for offer in offers[:_SHOWN]]
        if several:
            made.insert(0, _element("p", text("Several versions of what you typed were saved.")))
        self._show(self._offered, *made)

    def say(self, summary: str, sentences: Sequence[str]) -> None:
        """Show the result of an answer until the user closes it."""
        listed = _element("ul")
        for sentence in sentences:
            listed.append(_element("li", sentence))
        self._show(self._said, _element("p", summary), listed, _button("close", text("OK"), ""))

    def close(self) -> None:
        """Remove what `say()` showed."""
        self._show(self._said)

    def note(self, said: str) -> None:
        """Show a note that stays."""
        self._show(self._note, _element("p", said))

    def focus(self) -> bool:
        """Focus the message, or else the first button; return whether there is any."""
        target = self._said if self._said.childElementCount else self._box.querySelector("button")
        if target:
            target.focus()
        return bool(target)

    def _show(self, part: Any, *content: Any) -> None:
        pressed_pointer.after(self._scope, lambda: self._show_now(part, content))

    def _show_now(self, changed: Any, content: Sequence[Any]) -> None:
        changed.replaceChildren(*content)
        for part in (self._said, self._offered, self._note):
            part.hidden = not part.childElementCount
        if all(part.hidden for part in (self._said, self._offered, self._note)):
            self._box.remove()
        elif not self._box.parentElement:
            self._form.prepend(self._box)

    def _on_click(self, event: Any) -> None:
        button = event.target.closest("[data-draft-action]")
        if button:
            action, draft_id = button.dataset.draftAction, button.dataset.draftId
            self._answer(str(action), str(draft_id))


def _offer(offer: Offer, *, show_preview: bool) -> Any:
    before, after = texts.question(offer.sent)
    time = _element("time", offer.when)
    time.dateTime = offer.iso
    asked = _element("p")
    asked.append(before, time, after)
    mark(asked, before)
    if (show_preview or offer.is_whole) and offer.preview:
        asked.append(" ", _element("span" if offer.is_whole else "q", offer.preview))
        asked.style.overflowWrap = "anywhere"
    box = _element("div")
    buttons = [
        _button("restore", text("Restore"), offer.id, offer.when if show_preview else ""),
        _button("discard", text("Discard"), offer.id, offer.when if show_preview else ""),
    ]
    box.append(asked, *buttons)
    return box


def _button(action: str, label: str, draft_id: str, when: str = "") -> Any:
    button = _element("button", label)
    button.type = "button"
    button.setAttribute("data-draft-action", action)
    button.setAttribute("data-draft-id", draft_id)
    if when:  # screen readers could not distinguish several buttons of one name
        button.setAttribute("aria-label", f"{label}: {when}")
    return button


def _element(tag: str, content: str = "") -> Any:
    element = document.createElement(tag)
    put_text(element, content)
    return element
